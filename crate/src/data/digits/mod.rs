//! `digits`: a synthetic data set of handwriting-like digits.
//!
//! To draw a digit, one of several ways to write it is sampled (`glyphs`), its control points are displaced, slanted,
//! stretched and bent (`distort`), a pen of some width follows the strokes (`pen`), and the image is brought to MNIST's
//! conventions: the ink fits a box of 20×20 with its aspect ratio kept, and its centre of mass lies at the centre of 28×28
//! pixels, give or take one. 0 is paper and 255 is ink.
//!
//! Example `index` under a seed is a pure function of the two ([`draw`]), the same on every machine, so examples can be
//! drawn in any order, in parts, or while training has begun already ([`fill`]).

mod distort;
mod glyphs;
mod pen;

use std::ops::Range;

use super::registry::{Declaration, Source};
use super::{Dataset, Split, mnist};
use crate::random::{Purpose, stream};
use crate::recipe::{ChoiceInfo, DatasetSpec, InputSpec};

/// The data set.
pub static DIGITS: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "digits",
            label: "Digits (drawn)",
            help: "Digits that Bunsen draws itself, in a handwriting-like way; they are not MNIST.",
        },
        options: &[],
        max_examples: MAX_TRAIN,
        // Normalized as MNIST's are, so that a network takes either.
        input: InputSpec::Fixed(mnist::MNIST_INPUT),
    },
    title: "Drawn digits",
    classes: &mnist::DIGIT_CLASSES,
    source: Source::Synthetic,
};

/// Rows and columns of an image.
pub const SIDE: usize = 28;
/// Bytes of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Training examples by default.
pub const TRAIN: usize = 10_000;
/// The most training examples that are drawn: 78 MB of pixels, which take some seconds.
pub const MAX_TRAIN: u64 = 100_000;
/// Test examples by default.
pub const TEST: usize = 2_000;
/// The index of the first test example; training examples start from 0.
pub const FIRST_TEST: u64 = 1 << 32;

/// Draws example `index` under `seed`: its pixels, row by row, and its label.
pub fn draw(seed: u64, index: u64) -> ([u8; PIXELS], u8) {
    let mut random = stream(seed, Purpose::Digits, index);
    let label = random.below(10) as u8;
    let strokes = distort::strokes(glyphs::sample(label, &mut random), label, &mut random);
    (pen::rasterize(&strokes, &mut random), label)
}

/// Draws the examples `range` into `images` ([`PIXELS`] bytes each) and `labels`, from the start of both, as far as there
/// is room. Returns how many were drawn.
pub fn fill(seed: u64, range: Range<u64>, images: &mut [u8], labels: &mut [u8]) -> usize {
    let mut drawn = 0;
    for ((index, image), label) in range.zip(images.chunks_exact_mut(PIXELS)).zip(labels) {
        let (pixels, class) = draw(seed, index);
        image.copy_from_slice(&pixels);
        *label = class;
        drawn += 1;
    }
    drawn
}

/// The examples `range`, drawn.
pub fn split(seed: u64, range: Range<u64>) -> Split {
    let count = range.end.saturating_sub(range.start) as usize;
    let mut split = Split {
        images: vec![0; count * PIXELS],
        labels: vec![0; count],
    };
    fill(seed, range, &mut split.images, &mut split.labels);
    split
}

/// A whole data set: `train` examples from index 0 and `test` examples from index [`FIRST_TEST`].
pub fn dataset(seed: u64, train: usize, test: usize) -> Dataset {
    let train = split(seed, 0..train as u64);
    let test = split(seed, FIRST_TEST..FIRST_TEST + test as u64);
    Dataset::new(DIGITS.info(mnist::MNIST_INPUT), train, test)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::hex::hex;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn the_first_hundred_never_change() {
        let drawn = split(0, 0..100);
        let mut hash = Sha256::new();
        hash.update(&drawn.images);
        hash.update(&drawn.labels);
        assert_eq!(
            hex(&hash.finalize()),
            "faab807a324fd13a647b7d13fde39901cd7a27d5899beb4835402a42603176c1"
        );
    }

    #[test]
    fn any_digit_alone_is_the_same_as_in_its_row() {
        let row = split(3, 40..60);
        for i in (0..20).rev() {
            let (pixels, label) = draw(3, 40 + i as u64);
            assert_eq!(row.image(i), pixels);
            assert_eq!(row.labels[i], label);
        }
    }

    #[test]
    fn fill_draws_what_there_is_room_for() {
        let (mut images, mut labels) = (vec![9; 3 * PIXELS + 5], vec![99; 7]);
        assert_eq!(fill(1, 10..20, &mut images, &mut labels), 3);
        assert_eq!(images[..3 * PIXELS], split(1, 10..13).images);
        assert_eq!(labels[3..], [99; 4]);
        assert_eq!(images[3 * PIXELS..], [9; 5]);
        assert_eq!(fill(1, 10..12, &mut images, &mut labels), 2);
    }

    #[test]
    fn no_two_digits_are_alike() {
        let a = split(0, 0..500);
        let b = split(1, 0..500);
        let images: HashSet<&[u8]> = (0..500).flat_map(|i| [a.image(i), b.image(i)]).collect();
        assert_eq!(images.len(), 1000);
        assert_ne!(a.labels, b.labels);
    }

    #[test]
    fn train_and_test_are_apart() {
        let set = dataset(5, 300, 200);
        assert_eq!((set.train.len(), set.test.len()), (300, 200));
        assert_eq!(set.train.images.len(), 300 * set.info.pixels());
        let train: HashSet<&[u8]> = (0..300).map(|i| set.train.image(i)).collect();
        assert!((0..200).all(|i| !train.contains(set.test.image(i))));
        assert_eq!(dataset(5, 300, 200), set);
        assert_ne!(dataset(6, 300, 200).digest, set.digest);
    }

    #[test]
    fn the_classes_are_balanced() {
        let mut counts = [0u32; 10];
        for label in split(2, 0..3000).labels {
            counts[usize::from(label)] += 1;
        }
        // Five standard deviations of a count are 82.
        assert!(counts.iter().all(|c| c.abs_diff(300) < 82), "{counts:?}");
    }

    #[test]
    fn the_ink_is_like_mnists() {
        let drawn = split(4, 0..2000);
        let count = drawn.images.len() as f64;
        let mean = drawn.images.iter().map(|&p| f64::from(p)).sum::<f64>() / count;
        // MNIST's training images: 33.3.
        assert!((30.0..37.0).contains(&mean), "{mean}");
        let black = drawn.images.iter().filter(|&&p| p == 0).count() as f64 / count;
        assert!((0.77..0.85).contains(&black), "{black}");
        for i in 0..drawn.len() {
            let image = drawn.image(i);
            assert!(image.iter().any(|&p| p > 180), "{i} has no ink");
            let rows = (0..SIDE).filter(|r| image[r * SIDE..(r + 1) * SIDE].iter().any(|&p| p > 0));
            let columns = (0..SIDE).filter(|c| (0..SIDE).any(|r| image[r * SIDE + c] > 0));
            let size = rows.count().max(columns.count());
            assert!((16..=22).contains(&size), "{i} is {size} pixels large");
        }
    }
}
