//! IDX, the form of MNIST's files: two zeros, the type of the numbers, how many dimensions, their sizes, and the numbers, big-endian.

use super::{Content, Images, Shape, shape};

/// The types of numbers, and what they are called.
const TYPES: [(u8, &str); 6] = [
    (0x08, "unsigned bytes"),
    (0x09, "signed bytes"),
    (0x0b, "16-bit whole numbers"),
    (0x0c, "32-bit whole numbers (int32)"),
    (0x0d, "32-bit fractions (float)"),
    (0x0e, "64-bit fractions (double)"),
];
const BYTES: u8 = 0x08;

/// Whether a file begins as an IDX does.
pub(super) fn is_idx(start: &[u8]) -> bool {
    matches!(start, [0, 0, kind, 1..=4, ..] if TYPES.iter().any(|(known, _)| known == kind))
}

/// The sizes in a header, and what follows it; `None` where it is cut off.
fn sizes(bytes: &[u8]) -> Option<(Vec<usize>, &[u8])> {
    let [_, _, _, dimensions, rest @ ..] = bytes else {
        return None;
    };
    let (sizes, values) = rest.split_at_checked(4 * usize::from(*dimensions))?;
    let sizes = sizes.as_chunks::<4>().0.iter();
    Some((
        sizes
            .map(|size| u32::from_be_bytes(*size) as usize)
            .collect(),
        values,
    ))
}

/// The bytes of the numbers that it holds, by its header, if they are bytes.
pub(super) fn claimed_bytes(start: &[u8]) -> Option<u64> {
    let (sizes, _) = sizes(start).filter(|_| start.get(2) == Some(&BYTES))?;
    let product = sizes
        .iter()
        .try_fold(1u64, |product, size| product.checked_mul(*size as u64));
    Some(product.unwrap_or(u64::MAX))
}

/// Reads an IDX of bytes.
///
/// # Errors
/// What is wrong with it, as it follows the file's name.
pub fn read(bytes: &[u8]) -> Result<Content, String> {
    let Some(kind) = bytes.get(2) else {
        return Err("it is cut off".into());
    };
    let other = TYPES
        .iter()
        .find(|(known, _)| known == kind && *kind != BYTES);
    if let Some((_, name)) = other {
        return Err(format!(
            "its numbers are {name} (type 0x{kind:02X}), and those of images and labels are unsigned bytes (type 0x08): write it as such, from 0 to 255"
        ));
    }
    let (sizes, values) = sizes(bytes).ok_or("it is cut off in its sizes")?;
    let product = sizes
        .iter()
        .try_fold(1usize, |product, size| product.checked_mul(*size));
    if product != Some(values.len()) {
        let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        return Err(format!(
            "it says that it holds {} numbers, and holds {}: {}",
            sizes.join("×"),
            values.len(),
            super::wrong_length(product, values.len())
        ));
    }
    Ok(match shape(&sizes) {
        Shape::Labels => Content::Labels(values.iter().map(|label| i64::from(*label)).collect()),
        Shape::Images(images) => Content::Images(Images {
            pixels: values.to_vec(),
            ..images
        }),
        Shape::Other(why) => Content::Other(why),
    })
}
