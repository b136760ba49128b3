//! A picture with a row of pixels for each image, as records of CIFAR-10's binary version: a byte for the class, then red, green and
//! blue.

use crate::decode::decode;

/// Pixels of an image: 32×32.
const PLANE: usize = 32 * 32;

/// The records of a sheet: `picture` is a file with a row of [`PLANE`] pixels for each label.
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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, RgbImage};

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let image = RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([(x % 251) as u8, y as u8, (x / 8) as u8])
        });
        image.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn rows_become_records() {
        let records = records(&png(1024, 3), &[7, 0, 9]).unwrap();
        assert_eq!(records.len(), 3 * 3073);
        let second = &records[3073..2 * 3073];
        assert_eq!(second[0], 0);
        for place in [0, 1, 250, 251, 1023] {
            let found = [0, 1, 2].map(|channel| second[1 + channel * 1024 + place]);
            assert_eq!(found, [(place % 251) as u8, 1, (place / 8) as u8]);
        }
    }

    #[test]
    fn other_pictures_are_no_sheets() {
        assert_eq!(
            records(&png(32, 32), &[1; 32]).unwrap_err(),
            "it has 32×32 pixels, where 1024×32 are 32 images"
        );
        assert!(records(b"<html>", &[1]).is_err());
    }
}
