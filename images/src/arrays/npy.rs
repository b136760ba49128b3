//! NumPy's npy, versions 1 to 3: a short header that says type, order and shape, then the numbers. Objects are pickles, which are
//! never unpacked.

use super::{Content, Images, Shape, shape};
use crate::printable::printable;

/// How an npy begins.
pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

/// The type of an array's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bool,
    Unsigned,
    Signed,
    Float,
}

/// What the header says.
struct Header {
    kind: Kind,
    /// Bytes of a number.
    width: usize,
    big_endian: bool,
    fortran_order: bool,
    sizes: Vec<usize>,
}

/// Reads an array: images or labels, by its shape.
///
/// # Errors
/// What is wrong with it, as it follows the file's name.
pub fn read(bytes: &[u8]) -> Result<Content, String> {
    let (header, values) = split(bytes).ok_or("its header is cut off")?;
    let header = match parse(header)? {
        Ok(header) => header,
        Err(other) => return Ok(Content::Other(other)),
    };
    let expected = header
        .sizes
        .iter()
        .try_fold(header.width, |product, size| product.checked_mul(*size));
    if expected != Some(values.len()) {
        let sizes: Vec<String> = header.sizes.iter().map(ToString::to_string).collect();
        return Err(format!(
            "it says that it holds {} numbers of {} bytes, and has {} bytes of them: {}",
            sizes.join("×"),
            header.width,
            values.len(),
            super::wrong_length(expected, values.len())
        ));
    }
    match shape(&header.sizes) {
        Shape::Other(why) => Ok(Content::Other(why)),
        Shape::Labels => labels(&header, values).map(Content::Labels),
        Shape::Images(images) => Ok(Content::Images(Images {
            pixels: in_c_order(&header, pixels(&header, values)?),
            ..images
        })),
    }
}

/// The bytes of the numbers that it holds, by its header; `None` where that cannot be read.
pub(super) fn claimed_bytes(start: &[u8]) -> Option<u64> {
    let (header, _) = split(start)?;
    let header = parse(header).ok()?.ok()?;
    let product = header
        .sizes
        .iter()
        .try_fold(header.width as u64, |product, size| {
            product.checked_mul(*size as u64)
        });
    Some(product.unwrap_or(u64::MAX))
}

/// The header's text, and the numbers behind it.
fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let ([version, _], rest) = rest.split_first_chunk::<2>()?;
    let (length, rest) = match version {
        1 => {
            let (length, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        2 | 3 => {
            let (length, rest) = rest.split_first_chunk()?;
            (u32::from_le_bytes(*length) as usize, rest)
        }
        _ => return None,
    };
    let (header, values) = rest.split_at_checked(length)?;
    Some((std::str::from_utf8(header).ok()?, values))
}

/// What follows a key of the header, which is a dictionary as Python writes it.
fn value<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = header.split_once(&format!("'{key}'"))?;
    rest.trim_start().strip_prefix(':').map(str::trim_start)
}

/// Reads the header. An array of something else than numbers gives what it is.
fn parse(header: &str) -> Result<Result<Header, String>, String> {
    const UNREADABLE: &str = "its header cannot be read";
    let descr = value(header, "descr").ok_or(UNREADABLE)?;
    let Some(descr) = descr.strip_prefix('\'') else {
        return Ok(Err("it is a table of several types".into()));
    };
    let (descr, _) = descr.split_once('\'').ok_or(UNREADABLE)?;
    let (order, kind) = match descr.strip_prefix(['<', '>', '|', '=']) {
        Some(kind) => (descr.as_bytes().first().copied(), kind),
        None => (None, descr),
    };
    let (kind, width) = kind.split_at_checked(1).ok_or(UNREADABLE)?;
    let width: Option<usize> = width.parse().ok();
    let kind = match (kind, width) {
        ("O", _) => {
            return Err(
                "it holds Python objects, which are a pickle and never unpacked here: save it as an array of one type of number, such as uint8"
                    .into(),
            );
        }
        ("b", Some(1)) => Kind::Bool,
        ("u", Some(1 | 2 | 4 | 8)) => Kind::Unsigned,
        ("i", Some(1 | 2 | 4 | 8)) => Kind::Signed,
        ("f", Some(4 | 8)) => Kind::Float,
        ("f", _) => {
            return Err(format!(
                "its numbers are of the type {}, which is not read: save it as uint8",
                printable(descr)
            ));
        }
        ("U" | "S", _) => return Ok(Err("it holds texts, and a label is a whole number".into())),
        _ => return Ok(Err(format!("it is of the type {}", printable(descr)))),
    };
    let fortran_order = match value(header, "fortran_order") {
        Some(value) if value.starts_with("True") => true,
        Some(value) if value.starts_with("False") => false,
        _ => return Err(UNREADABLE.into()),
    };
    let sizes = value(header, "shape")
        .and_then(|value| value.strip_prefix('('))
        .and_then(|value| value.split_once(')'))
        .ok_or(UNREADABLE)?;
    let sizes = sizes.0.split(',').map(str::trim);
    let sizes: Result<Vec<usize>, _> = sizes
        .filter(|size| !size.is_empty())
        .map(|size| size.trim_end_matches('L').parse())
        .collect();
    Ok(Ok(Header {
        kind,
        width: width.unwrap_or(1),
        big_endian: order == Some(b'>'),
        fortran_order,
        sizes: sizes.map_err(|_| UNREADABLE)?,
    }))
}

/// A number of an array.
#[derive(Clone, Copy)]
enum Number {
    Whole(i128),
    Fraction(f64),
}

impl Header {
    fn number(&self, bytes: &[u8]) -> Number {
        // The number in the low bytes of eight, little-endian.
        let mut low = [0u8; 8];
        let (low_bytes, _) = low.split_at_mut(bytes.len().min(8));
        low_bytes.copy_from_slice(&bytes[..low_bytes.len()]);
        if self.big_endian {
            low_bytes.reverse();
        }
        let bits = u64::from_le_bytes(low);
        let unused = 64 - 8 * self.width as u32;
        match self.kind {
            Kind::Bool => Number::Whole(i128::from(bits != 0)),
            Kind::Unsigned => Number::Whole(bits.into()),
            Kind::Signed => Number::Whole(i128::from((bits << unused).cast_signed() >> unused)),
            Kind::Float if self.width == 4 => Number::Fraction(f32::from_bits(bits as u32).into()),
            Kind::Float => Number::Fraction(f64::from_bits(bits)),
        }
    }
}

fn labels(header: &Header, values: &[u8]) -> Result<Vec<i64>, String> {
    let label = |bytes| {
        let whole = match header.number(bytes) {
            Number::Whole(whole) => i64::try_from(whole).ok(),
            // Exact below 2^53.
            Number::Fraction(number) => {
                (number.trunc() == number && number.abs() < 9e15).then_some(number as i64)
            }
        };
        whole.ok_or_else(|| "a label is a whole number, and it has others".to_owned())
    };
    values.chunks_exact(header.width).map(label).collect()
}

/// The pixels as bytes, in the array's own order. Fractions from 0 to 1 are what libraries make of bytes, and become those again.
fn pixels(header: &Header, values: &[u8]) -> Result<Vec<u8>, String> {
    match header.kind {
        Kind::Bool => return Ok(values.iter().map(|on| 255 * u8::from(*on != 0)).collect()),
        Kind::Unsigned if header.width == 1 => return Ok(values.to_vec()),
        _ => {}
    }
    let numbers = || {
        let numbers = values.chunks_exact(header.width);
        numbers.map(|bytes| match header.number(bytes) {
            Number::Whole(whole) => whole as f64,
            Number::Fraction(fraction) => fraction,
        })
    };
    let [mut least, mut most] = [f64::INFINITY, f64::NEG_INFINITY];
    let mut are_whole = true;
    for number in numbers() {
        if !number.is_finite() {
            return Err("it holds numbers that are not finite, and pixels go from 0 to 255".into());
        }
        (least, most) = (least.min(number), most.max(number));
        are_whole &= number.trunc() == number;
    }
    let is_scaled = header.kind == Kind::Float && most <= 1.0;
    if least < 0.0 || most > 255.0 || !(are_whole || is_scaled) {
        let whole = if are_whole {
            ""
        } else {
            ", some of them fractions"
        };
        // As whole numbers: what writes fractions is long code.
        let [least, most] = [least.floor() as i64, most.ceil() as i64];
        return Err(format!(
            "its numbers go from {least} to {most}{whole}, and pixels are whole numbers from 0 to 255, or fractions from 0 to 1: undo their scaling, and save them as uint8"
        ));
    }
    let scale = if is_scaled { 255.0 } else { 1.0 };
    Ok(numbers()
        .map(|number| (number * scale).round() as u8)
        .collect())
}

/// The values with the last index the fastest, as they are where the order is not Fortran's.
fn in_c_order(header: &Header, values: Vec<u8>) -> Vec<u8> {
    if !header.fortran_order {
        return values;
    }
    let mut ordered = Vec::with_capacity(values.len());
    let mut index = vec![0; header.sizes.len()];
    for _ in 0..values.len() {
        let offset = index
            .iter()
            .zip(&header.sizes)
            .rev()
            .fold(0, |offset, (at, size)| offset * size + at);
        ordered.push(values[offset]);
        for (at, size) in index.iter_mut().zip(&header.sizes).rev() {
            *at += 1;
            if *at < *size {
                break;
            }
            *at = 0;
        }
    }
    ordered
}
