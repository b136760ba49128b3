//! `digits`: handwriting-like digits, drawn by the crate itself.
//!
//! A digit is made in the order in which a hand would: one of several ways to write it is picked ([`forms`]), its control
//! points are displaced, slanted, stretched and bent ([`distort`]), a pen of some width follows the strokes ([`pen`]), and
//! the picture is brought to MNIST's conventions: the ink fits a box of 20×20 with its aspect ratio kept, and its centre
//! of mass lies at the centre of 28×28 pixels. 0 is paper and 255 is ink.
//!
//! Example `index` under a seed is a pure function of the two ([`draw`]), the same on every machine, so examples can be
//! drawn in any order, in parts, or while training has begun already ([`fill`]).

mod distort;
mod forms;
mod pen;

use std::ops::Range;

use super::{Dataset, Info, Split};
use crate::random::{Purpose, stream};

/// The name in a link.
pub const NAME: &str = "digits";
/// The name on the page.
pub const TITLE: &str = "Drawn digits";
/// Rows and columns of an image.
pub const SIDE: usize = 28;
/// Bytes of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// How many examples to train on there are by default.
pub const TRAIN: usize = 10_000;
/// How many examples to test with there are by default.
pub const TEST: usize = 2_000;
/// The index of the first example to test with; those to train on start from 0.
pub const FIRST_TEST: u64 = 1 << 32;

/// Draws example `index` under `seed`: its pixels, row by row, and its label.
pub fn draw(seed: u64, index: u64) -> ([u8; PIXELS], u8) {
    let mut random = stream(seed, Purpose::Digits, index);
    let label = random.below(10) as u8;
    let drawing = distort::drawing(forms::pick(label, &mut random), label, &mut random);
    (pen::trace(&drawing, &mut random), label)
}

/// Draws the examples `range` into `images` ([`PIXELS`] bytes each) and `labels`, from the start of both. Draws as many
/// as there is room for, if that is fewer, and says how many.
pub fn fill(seed: u64, range: Range<u64>, images: &mut [u8], labels: &mut [u8]) -> usize {
    let mut drawn = 0;
    for ((index, image), slot) in range.zip(images.chunks_exact_mut(PIXELS)).zip(labels) {
        let (pixels, label) = draw(seed, index);
        image.copy_from_slice(&pixels);
        *slot = label;
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

/// What the data set is, without drawing any of it.
pub fn info() -> Info {
    Info {
        name: NAME.into(),
        title: TITLE.into(),
        drawn: true,
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        channels: 1,
        height: SIDE,
        width: SIDE,
    }
}

/// A whole data set: `train` examples from index 0 and `test` examples from index [`FIRST_TEST`].
pub fn dataset(seed: u64, train: usize, test: usize) -> Dataset {
    let train = split(seed, 0..train as u64);
    let test = split(seed, FIRST_TEST..FIRST_TEST + test as u64);
    Dataset::new(info(), train, test)
}
