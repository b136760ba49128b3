//! `shapes`: a synthetic data set of ten shapes in colour, to try networks for photographs on without a download.
//!
//! A scene has a ground, pieces of clutter on it, one shape, and sometimes a bar in front (`scene`). Position, size, rotation,
//! stretch, colours and textures vary. A shape is lighter than its ground, by colours that say nothing of its class: what it is
//! only its outline tells (`outline`), so that a network has to find edges and what they make together, wherever they are.
//!
//! The images have the shape of CIFAR-10's, and are not CIFAR-10.

mod canvas;
mod outline;
mod scene;
mod texture;

use super::registry::{Declaration, Source};
use super::synthetic::{MAX_TRAIN, Synthetic};
use crate::recipe::{ChoiceInfo, DatasetSpec, Input, InputSpec};

/// The data set.
pub static SHAPES: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "shapes",
            label: "Synthetic shapes",
            help: "Ten shapes in colour that Bunsen draws itself, in images of CIFAR-10's size; they are not CIFAR-10.",
        },
        options: &[],
        max_examples: MAX_TRAIN,
        input: InputSpec::Fixed(INPUT),
    },
    title: "Synthetic shapes",
    classes: &outline::CLASSES,
    source: Source::Synthetic(SYNTHETIC),
};

/// Images of CIFAR-10's size, normalized by the mean and the standard deviation of those that are drawn.
const INPUT: Input = Input {
    shape: [3, SIDE, SIDE],
    classes: outline::CLASSES.len(),
    mean: &[0.366, 0.366, 0.366],
    std: &[0.242, 0.242, 0.242],
};

const SYNTHETIC: Synthetic = Synthetic { draw: scene::draw };

/// Rows and columns of an image.
const SIDE: usize = 32;
