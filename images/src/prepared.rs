//! An image that another thread decodes for the collection that is being built.

use sha2::{Digest as _, Sha256};

use crate::arrays;
use crate::decode::{Picture, decode, pixel_count};
use crate::fit_samples::{self, FitSample};
use crate::kinds::Kind;
use crate::limits;
use crate::paths::{components, is_hidden};
use crate::resize::{Fit, Format, resize};
use crate::zip_entries::is_zip;

/// What a collection takes of an image's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedImage {
    /// The SHA-256 of the file.
    pub(crate) hash: [u8; 32],
    /// Bytes of the file.
    pub(crate) bytes: u64,
    /// Pixels that the file says it has; 0 where it says none, or more than are decoded.
    pub(crate) pixel_count: u64,
    /// Whether 12 of its 16 bits are used.
    pub(crate) twelve_bit: bool,
    /// Whether it is no square.
    pub(crate) is_oblong: bool,
    /// What it is in every way to make it square: where it is no square, and this was asked for.
    pub(crate) sample: Option<FitSample>,
    /// `[channels, size, size]`
    pub(crate) pixels: Vec<u8>,
}

/// Bytes in front of the pixels: the hash, two numbers, and a byte each for the three that follow from the picture.
const HEAD: usize = 32 + 8 + 8 + 3;

impl PreparedImage {
    /// Decodes a file that is an image and nothing else; none of any other, also where decoding fails: what becomes of it,
    /// [`CollectionBuilder::add_file`](crate::CollectionBuilder::add_file) decides. `with_sample`: also in the other ways to make it square.
    pub fn of(path: &str, bytes: &[u8], format: Format, with_sample: bool) -> Option<Self> {
        let path = components(path).ok()?;
        let is_other = is_hidden(&path)
            || is_zip(bytes)
            || arrays::are_arrays(&bytes[..bytes.len().min(arrays::START)])
            || Kind::of(bytes, &path.join("/")).is_some();
        if is_other {
            return None;
        }
        let pixel_count = countable(bytes);
        let picture = decode(bytes).ok()?;
        Some(Self::of_picture(
            bytes,
            pixel_count,
            &picture,
            format,
            with_sample,
        ))
    }

    /// A picture that was decoded of a file.
    pub(crate) fn of_picture(
        bytes: &[u8],
        pixel_count: u64,
        picture: &Picture,
        format: Format,
        with_sample: bool,
    ) -> Self {
        let is_oblong = picture.width != picture.height;
        PreparedImage {
            hash: Sha256::digest(bytes).into(),
            bytes: bytes.len() as u64,
            pixel_count,
            twelve_bit: picture.twelve_bit,
            is_oblong,
            sample: (is_oblong && with_sample).then(|| fit_samples::of(picture, format)),
            pixels: resize(picture, format),
        }
    }

    /// As bytes, for another thread's module.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + 4 * self.pixels.len());
        bytes.extend(self.hash);
        bytes.extend(self.bytes.to_le_bytes());
        bytes.extend(self.pixel_count.to_le_bytes());
        bytes.extend([self.twelve_bit, self.is_oblong, self.sample.is_some()].map(u8::from));
        bytes.extend(&self.pixels);
        for way in self.sample.iter().flatten() {
            bytes.extend(way);
        }
        bytes
    }

    /// What [`Self::to_bytes`] wrote of an image of that format; none of any other bytes.
    pub fn from_bytes(bytes: &[u8], format: Format) -> Option<Self> {
        let (head, pixels) = bytes.split_at_checked(HEAD)?;
        let number = |at: usize| Some(u64::from_le_bytes(head[at..at + 8].try_into().ok()?));
        let [twelve_bit, is_oblong, has_sample] = [48, 49, 50].map(|at| head[at] == 1);
        let images = if has_sample { 1 + Fit::ALL.len() } else { 1 };
        if pixels.len() != images * format.bytes() {
            return None;
        }
        let mut images = pixels.chunks_exact(format.bytes()).map(<[u8]>::to_vec);
        Some(PreparedImage {
            hash: head[..32].try_into().ok()?,
            bytes: number(32)?,
            pixel_count: number(40)?,
            twelve_bit,
            is_oblong,
            pixels: images.next()?,
            sample: images.collect::<Vec<_>>().try_into().ok(),
        })
    }
}

/// How many pixels a file says it has, which count against what photographs of so many bytes have.
pub(crate) fn countable(bytes: &[u8]) -> u64 {
    pixel_count(bytes)
        .filter(|count| *count <= limits::MAX_PIXELS)
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FORMAT: Format = Format {
        size: 2,
        colour: true,
        fit: Fit::Crop,
    };

    fn any_prepared() -> impl Strategy<Value = PreparedImage> {
        let pixels = || prop::collection::vec(any::<u8>(), FORMAT.bytes());
        (
            any::<([u8; 32], u64, u64, bool, bool)>(),
            pixels(),
            prop::option::of([pixels(), pixels(), pixels()]),
        )
            .prop_map(
                |((hash, bytes, pixel_count, twelve_bit, is_oblong), pixels, sample)| {
                    PreparedImage {
                        hash,
                        bytes,
                        pixel_count,
                        twelve_bit,
                        is_oblong,
                        sample,
                        pixels,
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(image in any_prepared()) {
            prop_assert_eq!(PreparedImage::from_bytes(&image.to_bytes(), FORMAT), Some(image));
        }

        #[test]
        fn bytes_of_another_length_are_none(image in any_prepared(), cut in 1usize..40) {
            let bytes = image.to_bytes();
            let cut = &bytes[..bytes.len() - cut];
            prop_assert_eq!(PreparedImage::from_bytes(cut, FORMAT), None);
        }
    }
}
