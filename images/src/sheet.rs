//! A picture with a row of pixels for each image, as records of CIFAR-10's binary version: a byte for the class, then red, green and
//! blue.

use crate::decode::decode;

/// Pixels of an image: 32×32.
const PLANE: usize = 32 * 32;

/// The records of a sheet: `picture` is a file with a row of 32×32 pixels for each label.
///
/// # Errors
/// What cannot be read.
pub fn records(picture: &[u8], labels: &[u8]) -> Result<Vec<u8>, String> {
    let picture = decode(picture)?;
    if (picture.width, picture.height) != (PLANE, labels.len()) {
        return Err(format!(
            "it has {}×{} pixels, where {PLANE}×{} are {} images",
            picture.width,
            picture.height,
            labels.len(),
            labels.len()
        ));
    }
    let mut records = Vec::with_capacity(labels.len() * (1 + 3 * PLANE));
    for (label, row) in labels.iter().zip(picture.rgb.chunks_exact(3 * PLANE)) {
        records.push(*label);
        for channel in 0..3 {
            records.extend(row.iter().skip(channel).step_by(3));
        }
    }
    Ok(records)
}
