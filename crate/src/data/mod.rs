//! What networks are trained on: labelled images, drawn by the crate or fetched and verified.
//!
//! Images are bytes, 0 (paper) to 255 (ink), in the shape `[count, channels, height, width]`, row-major; labels are
//! class numbers. [`source`] says where each comes from; [`digits`] draws its examples from a seed, and the others are read
//! from the files that [`manifest`] lists.

pub mod augment;
pub mod cifar10;
pub mod digits;
mod error;
pub mod gzip;
pub mod idx;
mod late;
pub mod manifest;
pub mod mnist;
mod open;
pub mod own;

pub use error::DataError;
pub use late::LateSplit;
pub use open::{Source, drawn, info, read, read_test, read_training, source};

use sha2::{Digest as _, Sha256};

use crate::recipe::{Recipe, Scale};

/// What is known about a data set without looking at its examples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The name in a link.
    pub name: String,
    /// The name on the page.
    pub title: String,
    /// Whether the crate drew the examples itself.
    pub drawn: bool,
    /// The classes' names; a label is a position in this list.
    pub classes: Vec<String>,
    /// Channels of an image.
    pub channels: usize,
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
}

impl Info {
    /// Channels, height and width of an image.
    pub fn shape(&self) -> [usize; 3] {
        [self.channels, self.height, self.width]
    }

    /// Bytes of one image.
    pub fn pixels(&self) -> usize {
        self.channels * self.height * self.width
    }
}

/// Labelled images: those to train on, or those to test with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The pixels of all images, one after the other: `[len, channels, height, width]`, row-major.
    pub images: Vec<u8>,
    /// One class number for each image.
    pub labels: Vec<u8>,
}

impl Split {
    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels of image `i`. Panics, like a slice, when there is no such image.
    pub fn image(&self, i: usize) -> &[u8] {
        let size = self.images.len() / self.len().max(1);
        &self.images[i * size..(i + 1) * size]
    }

    /// The mean of all images, or of those of one class, each of `pixels` bytes: from 0 to 255. Of no images, zeros.
    pub fn mean(&self, pixels: usize, class: Option<u8>) -> Vec<f32> {
        let wanted = |label: &u8| class.is_none_or(|class| class == *label);
        let mut sums = vec![0_u64; pixels];
        let mut count = 0;
        for (image, label) in self.images.chunks_exact(pixels).zip(&self.labels) {
            if !wanted(label) {
                continue;
            }
            count += 1;
            for (sum, pixel) in sums.iter_mut().zip(image) {
                *sum += u64::from(*pixel);
            }
        }
        let share = 1.0 / f64::from(count.max(1));
        let means = sums.into_iter().map(|sum| (sum as f64 * share) as f32);
        means.collect()
    }
}

/// A data set in memory. One that is fetched may hold the first of its training examples alone, as many as its recipe
/// trains on, and its test examples may come later: see [`read_training`].
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// What it is.
    pub info: Info,
    /// The examples to train on.
    pub train: Split,
    /// The examples to test with.
    pub test: LateSplit,
    /// SHA-256 of the canonical form of the whole (see [`Dataset::new`]), in hexadecimal. Two data sets with the same digest hold the
    /// same examples in the same order.
    pub digest: String,
    /// How its pixels are scaled, where the recipe does not know it: by the training images' own mean and deviation.
    pub scale: Option<Scale>,
}

impl Dataset {
    /// How its pixels are scaled in a run of that recipe.
    pub fn scale(&self, recipe: &Recipe) -> Scale {
        let known = || recipe.input().scale();
        self.scale.clone().unwrap_or_else(known)
    }

    /// Puts a data set together and takes its digest.
    ///
    /// The canonical form that is hashed: the line `bunsen data set 1` with its line feed; channels, height, width and
    /// number of classes as 32-bit little-endian numbers; then for the training and the test split in turn the number of
    /// examples as a 64-bit little-endian number, the labels and the pixels.
    pub fn new(info: Info, train: Split, test: impl Into<LateSplit>) -> Dataset {
        let test = test.into();
        let mut hash = Sha256::new();
        hash.update(b"bunsen data set 1\n");
        for number in [info.channels, info.height, info.width, info.classes.len()] {
            hash.update((number as u32).to_le_bytes());
        }
        for split in [&train, &*test] {
            hash.update((split.len() as u64).to_le_bytes());
            hash.update(&split.labels);
            hash_in_pieces(&mut hash, &split.images);
        }
        let digest = hex(&hash.finalize());
        Dataset {
            info,
            train,
            test,
            digest,
            scale: None,
        }
    }
}

/// Browsers run new code slowly at first and swap it for faster code between two calls, never within one: what is
/// hashed in one call is hashed slowly to its end.
const PIECE: usize = 1 << 16;

/// Adds bytes to a hash.
fn hash_in_pieces(hash: &mut Sha256, bytes: &[u8]) {
    for piece in bytes.chunks(PIECE) {
        hash.update(piece);
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|&b| [digit(b >> 4), digit(b)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiny() -> Dataset {
        let info = Info {
            name: "tiny".into(),
            title: "Tiny".into(),
            drawn: true,
            classes: vec!["a".into(), "b".into()],
            channels: 1,
            height: 1,
            width: 2,
        };
        let train = Split {
            images: vec![1, 2, 3, 4],
            labels: vec![0, 1],
        };
        let test = Split {
            images: vec![5, 6],
            labels: vec![1],
        };
        Dataset::new(info, train, test)
    }

    #[test]
    fn digest_is_of_the_documented_form() {
        let mut form = b"bunsen data set 1\n".to_vec();
        for n in [1u32, 1, 2, 2] {
            form.extend(n.to_le_bytes());
        }
        form.extend(2u64.to_le_bytes());
        form.extend([0, 1, 1, 2, 3, 4]);
        form.extend(1u64.to_le_bytes());
        form.extend([1, 5, 6]);
        assert_eq!(tiny().digest, hex(&Sha256::digest(&form)));
    }

    #[test]
    fn digest_follows_the_examples_not_the_name() {
        let a = tiny();
        let rename = Info {
            name: "other".into(),
            ..a.info.clone()
        };
        assert_eq!(
            Dataset::new(rename, a.train.clone(), a.test.clone()).digest,
            a.digest
        );
        let mut moved = a.train.clone();
        moved.labels.swap(0, 1);
        assert_ne!(
            Dataset::new(a.info.clone(), moved, a.test.clone()).digest,
            a.digest
        );
    }

    #[test]
    fn images_are_slices_of_a_split() {
        let a = tiny();
        assert_eq!(a.train.len(), 2);
        assert_eq!(a.train.image(1), [3, 4]);
        assert_eq!(a.info.pixels(), 2);
        assert!(Split::default().is_empty());
    }

    #[test]
    fn a_split_has_a_mean_image_of_all_and_of_each_class() {
        let split = Split {
            images: vec![0, 10, 4, 30, 2, 50],
            labels: vec![1, 0, 1],
        };
        assert_eq!(split.mean(2, None), [2.0, 30.0]);
        assert_eq!(split.mean(2, Some(1)), [1.0, 30.0]);
        assert_eq!(split.mean(2, Some(0)), [4.0, 30.0]);
        assert_eq!(split.mean(2, Some(7)), [0.0, 0.0]);
        assert_eq!(Split::default().mean(2, None), [0.0, 0.0]);
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(hex(&[0x00, 0x9f, 0xa0]), "009fa0");
    }
}
