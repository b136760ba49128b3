//! What a data set gives to a network, and what it wants back: the networks' first and last layers follow it.

use super::{Data, Recipe};

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

impl Data {
    /// What a network is given.
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
        }
    }
}

impl Recipe {
    /// What its network is given.
    pub fn input(&self) -> Input {
        self.data.input()
    }
}
