//! A stack from its text. Any text at all may be given.

use super::error::{StackError, Why};
use super::kinds::{Default, Kind, Number, Spec};
use super::{Layer, MAX_DEPTH, MAX_LAYERS, MAX_TEXT, Stack};
use crate::recipe::error::shorten_to;

impl Stack {
    /// Reads a stack: `conv6x5,relu,max2,fc84,relu`. Spaces around layers are let go; an empty text is a stack without
    /// layers.
    ///
    /// # Errors
    /// [`StackError`]: which layer, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Stack, StackError> {
        let length = text.chars().count();
        if length > MAX_TEXT {
            return Err(StackError::new(0, "", Why::TooLong { length }));
        }
        if text.trim().is_empty() {
            return Ok(Stack::default());
        }
        let mut reader = Reader {
            rest: text,
            count: 0,
        };
        let layers = reader.layers(0)?;
        match reader.rest {
            "" => Ok(Stack { layers }),
            _ => Err(StackError::new(reader.count, "", Why::Closed)),
        }
    }
}

/// What is left of the text, and how many layers were begun.
struct Reader<'a> {
    rest: &'a str,
    count: usize,
}

impl<'a> Reader<'a> {
    /// Layers with commas between them, up to the end or to a closing bracket, which is left.
    fn layers(&mut self, depth: usize) -> Result<Vec<Layer>, StackError> {
        let mut layers = Vec::new();
        loop {
            layers.push(self.layer(depth)?);
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => return Ok(layers),
            }
        }
    }

    fn layer(&mut self, depth: usize) -> Result<Layer, StackError> {
        self.count += 1;
        let number = self.count;
        if number > MAX_LAYERS {
            return Err(StackError::new(0, "", Why::TooMany));
        }
        let text = self.take_until(&[',', '(', ')']).trim();
        let wrong = |why| StackError::new(number, text, why);
        if depth > MAX_DEPTH {
            return Err(wrong(Why::TooDeep));
        }
        let brackets = self.rest.starts_with('(');
        if text.is_empty() && !brackets {
            return Err(wrong(Why::Empty));
        }
        let end = text.find(|c: char| !c.is_ascii_lowercase());
        let (name, numbers) = text.split_at(end.unwrap_or(text.len()));
        let kind = Kind::named(name).ok_or_else(|| wrong(Why::Unknown))?;
        let spec = kind.spec();
        let numbers = read_numbers(spec, numbers).map_err(wrong)?;
        let padding = checked_padding(kind, &numbers);
        padding.map_err(wrong)?;
        let inner = match (spec.holds_layers, brackets) {
            (true, true) => self.inside(number, depth)?,
            (true, false) => return Err(wrong(Why::NoLayers)),
            (false, true) => return Err(wrong(Why::NoBlock)),
            (false, false) => Vec::new(),
        };
        Ok(Layer {
            kind,
            numbers,
            inner,
        })
    }

    /// The layers in the brackets that come next; `number` is the block's.
    fn inside(&mut self, number: usize, depth: usize) -> Result<Vec<Layer>, StackError> {
        let wrong = |why| StackError::new(number, "res(…)", why);
        self.rest = &self.rest[1..];
        if self.rest.trim_start().starts_with(')') {
            return Err(wrong(Why::NoLayers));
        }
        if self.rest.trim().is_empty() {
            return Err(wrong(Why::Open));
        }
        let layers = self.layers(depth + 1)?;
        self.rest = self
            .rest
            .strip_prefix(')')
            .ok_or_else(|| wrong(Why::Open))?;
        let behind = self.take_until(&[',', ')']).trim();
        if behind.is_empty() {
            return Ok(layers);
        }
        let found = shorten_to(behind, 16);
        Err(wrong(Why::Behind { found }))
    }

    /// The text up to one of those characters or the end, taken off.
    fn take_until(&mut self, ends: &[char]) -> &'a str {
        let at = self.rest.find(ends).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(at);
        self.rest = rest;
        taken
    }
}

/// The numbers behind a layer's name: the first bare, then each behind its letter, in any order.
fn read_numbers(spec: &Spec, mut text: &str) -> Result<Vec<u32>, Why> {
    let mut found: Vec<Option<u32>> = vec![None; spec.numbers.len()];
    let mut first = true;
    while !text.is_empty() {
        let digits = text.find(|c: char| c.is_ascii_digit());
        let letters = text.find(|c: char| !c.is_ascii_alphabetic());
        let (letter, rest) = text.split_at(letters.unwrap_or(text.len()));
        let strange = || Why::Strange {
            found: shorten_to(text, 16),
            usage: usage(spec),
        };
        // A letter without a number, or anything that is neither.
        if digits != Some(letter.len()) || (letter.is_empty() && !first) {
            return Err(strange());
        }
        let at = spec.numbers.iter().position(|n| n.letter == letter);
        let at = at.ok_or_else(strange)?;
        let number = &spec.numbers[at];
        let fits = |c: char| c.is_ascii_digit() || (number.decimal && c == '.');
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let (value, rest) = rest.split_at(end);
        if found[at].is_some() {
            return Err(Why::Twice {
                label: number.label,
            });
        }
        found[at] = Some(read_number(number, value)?);
        text = rest;
        first = false;
    }
    let mut values: Vec<u32> = Vec::new();
    for (number, found) in spec.numbers.iter().zip(found) {
        let value = found.or_else(|| number.default.map(|default: Default| default.of(&values)));
        values.push(value.ok_or(Why::Missing {
            label: number.label,
            example: spec.example,
        })?);
    }
    Ok(values)
}

fn read_number(number: &Number, text: &str) -> Result<u32, Why> {
    let value = match number.decimal {
        true => thousandths(text),
        false => text.parse().ok(),
    };
    let allowed = |value: &u32| (number.min..=number.max).contains(value);
    value.filter(allowed).ok_or_else(|| Why::Range {
        label: number.label,
        value: shorten_to(text, 16),
        allowed: number.allowed(),
    })
}

/// `0.5` as 500; nothing where there are more than three decimals, or more than one point.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if decimals.is_empty() || decimals.len() > 3 {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<3}").parse().ok()?;
    let whole: u32 = whole.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(decimals)
}

/// How a kind is written: "it is written like max2, with p (padding) and s (stride) where they are wanted".
fn usage(spec: &Spec) -> String {
    let optional: Vec<_> = spec
        .numbers
        .iter()
        .filter(|number| number.default.is_some())
        .map(|number| format!("{} ({})", number.letter, number.label.to_lowercase()))
        .collect();
    match (spec.numbers, optional.split_last()) {
        ([], _) => format!("it is written {}, without numbers", spec.name),
        (_, None) => format!("it is written like {}", spec.example),
        (_, Some((last, []))) => format!(
            "it is written like {}, with {last} where that is wanted",
            spec.example
        ),
        (_, Some((last, some))) => format!(
            "it is written like {}, with {} and {last} where they are wanted",
            spec.example,
            some.join(", ")
        ),
    }
}

/// A window that could lie in the padding alone would see nothing.
fn checked_padding(kind: Kind, numbers: &[u32]) -> Result<(), Why> {
    let (window, padding, most) = match (kind, numbers) {
        (Kind::Convolution, [_, kernel, padding, ..]) => (*kernel, *padding, kernel - 1),
        (Kind::MaxPooling, [window, padding, ..]) => (*window, *padding, window / 2),
        _ => return Ok(()),
    };
    if padding <= most {
        return Ok(());
    }
    Err(Why::Padding {
        padding: padding as usize,
        window: window as usize,
        most: most as usize,
    })
}
