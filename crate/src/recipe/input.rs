//! What a data set gives to a network, and what it wants back: the networks' first and last layers follow it.

use super::{Data, Recipe};

/// What pixels from 0 to 1 are centred on and divided by, channel by channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// What is subtracted.
    pub mean: Vec<f32>,
    /// What is divided by.
    pub deviation: Vec<f32>,
}

/// A data set's images, as networks take them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input {
    /// Channels, rows, columns.
    pub shape: [usize; 3],
    /// The training images' mean, channel by channel, of pixels from 0 to 1. What goes into a network is centred on it.
    pub mean: &'static [f32],
    /// Their standard deviation, which what goes into a network is divided by.
    pub deviation: &'static [f32],
    /// Classes.
    pub classes: usize,
}

impl Input {
    /// How its pixels are scaled.
    pub fn scale(&self) -> Scale {
        Scale {
            mean: self.mean.to_vec(),
            deviation: self.deviation.to_vec(),
        }
    }
}

/// Somebody's own images have a mean and a deviation of their own, which come with them (`Dataset::scale`).
const UNKNOWN: [(&[f32], &[f32]); 2] = [(&[0.5], &[0.25]), (&[0.5; 3], &[0.25; 3])];

impl Data {
    /// What a network is given; of somebody's own images, those that a recipe starts from.
    pub fn input(self) -> Input {
        match self {
            // Drawn digits are scaled as MNIST's are, so that a network takes either.
            Data::Digits | Data::Mnist => Input {
                shape: [1, 28, 28],
                mean: &[0.1307],
                deviation: &[0.3081],
                classes: 10,
            },
            Data::Fashion => Input {
                shape: [1, 28, 28],
                mean: &[0.2860],
                deviation: &[0.3530],
                classes: 10,
            },
            // Of the first 10,000 training images.
            Data::Cifar10 => Input {
                shape: [3, 32, 32],
                mean: &[0.4935, 0.4834, 0.4472],
                deviation: &[0.2476, 0.2446, 0.2626],
                classes: 10,
            },
            Data::Own => own(3, 32, 2),
        }
    }
}

fn own(channels: usize, size: usize, classes: usize) -> Input {
    let (mean, deviation) = UNKNOWN[usize::from(channels > 1)];
    Input {
        shape: [channels, size, size],
        mean,
        deviation,
        classes,
    }
}

impl Recipe {
    /// What its network is given.
    pub fn input(&self) -> Input {
        match self.data {
            Data::Own => own(
                self.channels.count(),
                self.size.pixels(),
                self.classes as usize,
            ),
            data => data.input(),
        }
    }
}
