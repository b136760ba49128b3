//! The parser of a stack's text. It takes any text at all.

use super::error::{StackError, StackErrorKind};
use super::layer_kinds::{Argument, LayerKind, LayerSpec};
use super::{Layer, MAX_DEPTH, MAX_LAYERS, MAX_TEXT, Stack};
use crate::printable::printable_to;

impl Stack {
    /// Parses a stack: `conv6x5,relu,max2,fc84,relu`. Spaces around layers are ignored; an empty text is a stack without
    /// layers.
    ///
    /// # Errors
    /// [`StackError`]: which layer, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Stack, StackError> {
        let length = text.chars().count();
        if length > MAX_TEXT {
            return Err(StackError::new(0, "", StackErrorKind::TooLong { length }));
        }
        if text.trim().is_empty() {
            return Ok(Stack::default());
        }
        let mut parser = Parser {
            remaining: text,
            count: 0,
        };
        let layers = parser.layers(0)?;
        match parser.remaining {
            "" => Ok(Stack { layers }),
            _ => Err(StackError::new(parser.count, "", StackErrorKind::Unopened)),
        }
    }
}

/// The state of parsing.
struct Parser<'a> {
    /// The text that is not parsed yet.
    remaining: &'a str,
    /// How many layers were begun.
    count: usize,
}

impl<'a> Parser<'a> {
    /// Layers with commas between them, up to the end or to a closing bracket, which is not consumed.
    fn layers(&mut self, depth: usize) -> Result<Vec<Layer>, StackError> {
        let mut layers = Vec::new();
        loop {
            layers.push(self.layer(depth)?);
            match self.remaining.strip_prefix(',') {
                Some(remaining) => self.remaining = remaining,
                None => return Ok(layers),
            }
        }
    }

    fn layer(&mut self, depth: usize) -> Result<Layer, StackError> {
        self.count += 1;
        let number = self.count;
        if number > MAX_LAYERS {
            return Err(StackError::new(0, "", StackErrorKind::TooMany));
        }
        let text = self.take_until(&[',', '(', ')']).trim();
        let error = |kind| StackError::new(number, text, kind);
        if depth > MAX_DEPTH {
            return Err(error(StackErrorKind::TooDeep));
        }
        let has_brackets = self.remaining.starts_with('(');
        if text.is_empty() && !has_brackets {
            return Err(error(StackErrorKind::Empty));
        }
        let end = text.find(|c: char| !c.is_ascii_lowercase());
        let (name, arguments) = text.split_at(end.unwrap_or(text.len()));
        let kind = LayerKind::from_name(name).ok_or_else(|| error(StackErrorKind::Unknown))?;
        let spec = kind.spec();
        let arguments = parse_arguments(spec, arguments).map_err(error)?;
        check_padding(kind, &arguments).map_err(error)?;
        let inner = match (spec.is_block, has_brackets) {
            (true, true) => self.block(number, depth)?,
            (true, false) => return Err(error(StackErrorKind::EmptyBlock)),
            (false, true) => return Err(error(StackErrorKind::NotABlock)),
            (false, false) => Vec::new(),
        };
        Ok(Layer {
            kind,
            arguments,
            inner,
        })
    }

    /// The layers in the brackets that come next; `number` is that of the block.
    fn block(&mut self, number: usize, depth: usize) -> Result<Vec<Layer>, StackError> {
        let error = |kind| StackError::new(number, "res(…)", kind);
        self.remaining = &self.remaining[1..];
        if self.remaining.trim_start().starts_with(')') {
            return Err(error(StackErrorKind::EmptyBlock));
        }
        if self.remaining.trim().is_empty() {
            return Err(error(StackErrorKind::Unclosed));
        }
        let layers = self.layers(depth + 1)?;
        self.remaining = self
            .remaining
            .strip_prefix(')')
            .ok_or_else(|| error(StackErrorKind::Unclosed))?;
        let trailing = self.take_until(&[',', ')']).trim();
        if trailing.is_empty() {
            return Ok(layers);
        }
        let found = printable_to(trailing, 16);
        Err(error(StackErrorKind::Trailing { found }))
    }

    /// Consumes the text up to one of those characters or the end.
    fn take_until(&mut self, ends: &[char]) -> &'a str {
        let end = self.remaining.find(ends).unwrap_or(self.remaining.len());
        let (taken, remaining) = self.remaining.split_at(end);
        self.remaining = remaining;
        taken
    }
}

/// The arguments behind a layer's name: the first without a letter, the others behind theirs, in any order.
fn parse_arguments(spec: &LayerSpec, mut text: &str) -> Result<Vec<u32>, StackErrorKind> {
    let mut given: Vec<Option<u32>> = vec![None; spec.arguments.len()];
    let mut is_first = true;
    while !text.is_empty() {
        let digits = text.find(|c: char| c.is_ascii_digit());
        let letters = text.find(|c: char| !c.is_ascii_alphabetic());
        let (letter, rest) = text.split_at(letters.unwrap_or(text.len()));
        let unexpected = || StackErrorKind::Unexpected {
            found: printable_to(text, 16),
            usage: usage(spec),
        };
        // A letter without a number, or anything that is neither.
        if digits != Some(letter.len()) || (letter.is_empty() && !is_first) {
            return Err(unexpected());
        }
        let mut arguments = spec.arguments.iter();
        let index = arguments.position(|argument| argument.letter == letter);
        let index = index.ok_or_else(unexpected)?;
        let argument = &spec.arguments[index];
        let is_digit = |c: char| c.is_ascii_digit() || (argument.is_decimal && c == '.');
        let end = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        let (value, rest) = rest.split_at(end);
        if given[index].is_some() {
            return Err(StackErrorKind::Duplicate {
                label: argument.label,
            });
        }
        given[index] = Some(parse_number(argument, value)?);
        text = rest;
        is_first = false;
    }
    let mut values: Vec<u32> = Vec::new();
    for (argument, given) in spec.arguments.iter().zip(given) {
        let default = || argument.default.map(|default| default.value(&values));
        let value = given.or_else(default).ok_or(StackErrorKind::Missing {
            label: argument.label,
            example: spec.example,
        })?;
        values.push(value);
    }
    Ok(values)
}

fn parse_number(argument: &Argument, text: &str) -> Result<u32, StackErrorKind> {
    let value = match argument.is_decimal {
        true => parse_thousandths(text),
        false => text.parse().ok(),
    };
    let is_allowed = |value: &u32| (argument.min..=argument.max).contains(value);
    value
        .filter(is_allowed)
        .ok_or_else(|| StackErrorKind::OutOfRange {
            label: argument.label,
            value: printable_to(text, 16),
            allowed: argument.allowed(),
        })
}

/// `0.5` as 500. None where there are more than three decimals, or more than one point.
fn parse_thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if decimals.is_empty() || decimals.len() > 3 {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<3}").parse().ok()?;
    let whole: u32 = whole.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(decimals)
}

/// How a kind is written: "it is written like max2, with p (padding) and s (stride) where they are wanted".
fn usage(spec: &LayerSpec) -> String {
    let optional = spec.arguments.iter().filter(|a| a.default.is_some());
    let optional: Vec<_> = optional
        .map(|argument| format!("{} ({})", argument.letter, argument.label.to_lowercase()))
        .collect();
    match (spec.arguments, optional.split_last()) {
        ([], _) => format!("it is written {}, without numbers", spec.name),
        (_, None) => format!("it is written like {}", spec.example),
        (_, Some((last, []))) => format!(
            "it is written like {}, with {last} where that is wanted",
            spec.example
        ),
        (_, Some((last, others))) => format!(
            "it is written like {}, with {} and {last} where they are wanted",
            spec.example,
            others.join(", ")
        ),
    }
}

/// Refuses a padding that is so large that a window could lie in it alone.
fn check_padding(kind: LayerKind, arguments: &[u32]) -> Result<(), StackErrorKind> {
    let (window, padding, most) = match (kind, arguments) {
        (LayerKind::Convolution, [_, kernel, padding, ..]) => (*kernel, *padding, kernel - 1),
        (LayerKind::MaxPooling, [window, padding, ..]) => (*window, *padding, window / 2),
        _ => return Ok(()),
    };
    if padding <= most {
        return Ok(());
    }
    Err(StackErrorKind::Padding {
        padding: padding as usize,
        window: window as usize,
        most: most as usize,
    })
}
