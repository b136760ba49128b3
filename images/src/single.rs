//! An image by itself, as a network is given it that is asked about it: there need be no classes, nor other images.

use crate::arrays::{START, are_arrays};
use crate::decode::decode;
use crate::kinds::Kind;
use crate::paths::ends_in;
use crate::resize::{Format, resize};

/// Whether a file that begins so is a zip, if only an empty one; one of arrays is one, too.
pub fn begins_as_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
}

/// The pixels `[channels, size, size]` of an image's file, cut and scaled as those of a collection. What the file is, where it is no image, is told by its
/// name, too. The package asks this, too.
///
/// # Errors
/// Why there are none, as the end of a sentence.
pub fn read(path: &str, bytes: &[u8], format: Format) -> Result<Vec<u8>, String> {
    if begins_as_zip(bytes) {
        // Of its images one alone would be answered.
        return Err("it is a zip within another: give it by itself".into());
    }
    if are_arrays(&bytes[..bytes.len().min(START)]) {
        return Err("it holds an array of numbers, and is no image".into());
    }
    match decode(bytes) {
        Ok(picture) => Ok(resize(&picture, format)),
        Err(_) if ends_in(path, &[".csv", ".tsv", ".json"]) => {
            Err("it is a table or a list, and no image".into())
        }
        Err(why) => Err(Kind::of(bytes, path).map_or(why, Kind::why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resize::Fit;

    #[test]
    fn what_is_no_image_is_told() {
        let format = Format {
            size: 8,
            colour: true,
            fit: Fit::Crop,
        };
        for (path, bytes, why) in [
            ("a.png", &b""[..], "it is empty"),
            (
                "a.txt",
                b"notes",
                "it is no PNG, JPEG, WebP, GIF or BMP image",
            ),
            (
                "labels.CSV",
                b"1.png,cats\n",
                "it is a table or a list, and no image",
            ),
            (
                "a.zip",
                b"PK\x03\x04",
                "it is a zip within another: give it by itself",
            ),
            (
                "a.npy",
                b"\x93NUMPY\x01\0",
                "it holds an array of numbers, and is no image",
            ),
            (
                "a.avif",
                b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
                "AVIF image: Save them as PNG, and give those",
            ),
            (
                "a.h5",
                b"\x89HDF\r\n",
                "file of weights: They are no images",
            ),
        ] {
            assert_eq!(read(path, bytes, format), Err(why.to_owned()), "{path}");
        }
    }

    #[test]
    fn an_image_is_made_square_as_it_is_asked_for() {
        // A bitmap of 2×1 pixels, black and white.
        let header = [62u32, 0, 54, 40, 2, 1, 1 | 24 << 16, 0, 8, 0, 0, 0, 0].map(u32::to_le_bytes);
        let pixels = [0, 0, 0, 255, 255, 255, 0, 0];
        let bitmap = [b"BM", header.as_flattened(), &pixels].concat();
        let read_as = |fit| {
            let format = Format {
                size: 28,
                colour: false,
                fit,
            };
            read("a.bmp", &bitmap, format).unwrap_or_default()
        };
        // Black is ink.
        assert_eq!(read_as(Fit::Crop), [255; 28 * 28]);
        let squashed = read_as(Fit::Squash);
        assert_eq!([squashed[0], squashed[27]], [255, 0]);
        let padded = read_as(Fit::Pad);
        assert_eq!([padded[0], padded[27]], [255, 0]);
        // The border is at the lower side alone, where there is an odd pixel of it.
        assert_eq!([padded[14 * 28], padded[27 * 28]], [127; 2]);
    }
}
