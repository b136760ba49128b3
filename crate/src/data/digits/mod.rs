//! `digits`: a synthetic data set of handwriting-like digits.
//!
//! To draw a digit, one of several ways to write it is sampled (`glyphs`), its control points are displaced, slanted,
//! stretched and bent (`distort`), a pen of some width follows the strokes (`pen`), and the image is brought to MNIST's
//! conventions: the ink fits a box of 20×20 with its aspect ratio kept, and its centre of mass lies at the centre of 28×28
//! pixels, give or take one. 0 is paper and 255 is ink.

mod distort;
mod glyphs;
mod pen;

use super::registry::{Declaration, Source};
use super::synthetic::{MAX_TRAIN, Synthetic};
use super::{Dataset, mnist};
use crate::random::{Purpose, stream};
use crate::recipe::{ChoiceInfo, DatasetSpec, InputSpec};

/// The data set.
pub static DIGITS: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "digits",
            label: "Synthetic digits",
            help: "Digits that Bunsen draws itself, in a handwriting-like way; they are not MNIST.",
        },
        options: &[],
        max_examples: MAX_TRAIN,
        // Normalized as MNIST's are, so that a network takes either.
        input: InputSpec::Fixed(mnist::MNIST_INPUT),
    },
    title: "Synthetic digits",
    classes: &mnist::DIGIT_CLASSES,
    source: Source::Synthetic(SYNTHETIC),
};

const SYNTHETIC: Synthetic = Synthetic { draw };

/// Rows and columns of an image.
pub const SIDE: usize = 28;
/// Bytes of an image.
const PIXELS: usize = SIDE * SIDE;

/// Draws example `index` under `seed` into the pixels of an image, row by row, and returns its label.
fn draw(seed: u64, index: u64, pixels: &mut [u8]) -> u8 {
    let mut random = stream(seed, Purpose::Digits, index);
    let label = random.below(10) as u8;
    let strokes = distort::strokes(glyphs::sample(label, &mut random), label, &mut random);
    pixels.copy_from_slice(&pen::rasterize(&strokes, &mut random));
    label
}

/// A whole data set: `train` examples to train on and `test` to test with.
pub fn dataset(seed: u64, train: usize, test: usize) -> Dataset {
    SYNTHETIC.dataset(DIGITS.info(mnist::MNIST_INPUT), seed, train, test)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ink_is_like_mnists() {
        let drawn = dataset(4, 2000, 0).train;
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
