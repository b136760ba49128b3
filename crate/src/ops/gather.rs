//! Gathering a batch from a data set that rests on a device, its bytes packed into integers.

/// The shape of a gathered batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatherShape {
    /// Examples of the data set.
    pub examples: usize,
    /// Examples of the batch.
    pub batch: usize,
    /// Channels, height and width of an image.
    pub image: [usize; 3],
}

impl GatherShape {
    /// The number of bytes of an image, in all its channels.
    pub fn pixels(&self) -> usize {
        self.image.iter().product()
    }

    /// The number of integers that hold an image, four bytes each.
    pub fn words(&self) -> usize {
        self.pixels().div_ceil(4)
    }
}
