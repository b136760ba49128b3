//! What a data set gives to a network, and what it wants back: the networks' first and last layers follow it.

/// The mean and standard deviation that images are normalized by, channel by channel, of pixels from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalization {
    /// What is subtracted: `[channels]`.
    pub mean: Vec<f32>,
    /// What is divided by: `[channels]`.
    pub std: Vec<f32>,
}

/// A data set's images and classes, as networks take them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input {
    /// The shape of an image: `[channels, height, width]`.
    pub shape: [usize; 3],
    /// The training images' mean, channel by channel, of pixels from 0 to 1.
    pub mean: &'static [f32],
    /// Their standard deviation.
    pub std: &'static [f32],
    /// The number of classes.
    pub classes: usize,
}

impl Input {
    /// The normalization of its images.
    pub fn normalization(&self) -> Normalization {
        Normalization {
            mean: self.mean.to_vec(),
            std: self.std.to_vec(),
        }
    }
}
