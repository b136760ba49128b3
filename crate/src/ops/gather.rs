//! Some examples of a data set that rests on a device with its pixels packed.

/// What is taken out of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatherShape {
    /// Examples of the data set.
    pub examples: usize,
    /// Examples that are taken.
    pub batch: usize,
    /// Channels, height and width of an image.
    pub image: [usize; 3],
}

impl GatherShape {
    /// Pixels of an image, in all its channels.
    pub fn pixels(&self) -> usize {
        self.image.iter().product()
    }

    /// Integers that hold an image, four pixels each.
    pub fn words(&self) -> usize {
        self.pixels().div_ceil(4)
    }
}
