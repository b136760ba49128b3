//! Some pictures in every way that makes them square, so that a person sees what they choose between.

use crate::decode::Picture;
use crate::resize::{Fit, Format, resize};

/// How many pictures are shown.
const MOST: usize = 3;

/// A picture as a network sees it, `[channels, size, size]`: cropped, with borders, squashed.
pub type FitSample = [Vec<u8>; Fit::ALL.len()];

/// The first pictures that are no squares.
#[derive(Debug, Default)]
pub(crate) struct FitSamples(Vec<FitSample>);

/// A picture in every way.
pub(crate) fn of(picture: &Picture, format: Format) -> FitSample {
    Fit::ALL.map(|fit| resize(picture, Format { fit, ..format }))
}

impl FitSamples {
    /// Whether there are enough.
    pub fn are_complete(&self) -> bool {
        self.0.len() >= MOST
    }

    pub fn add(&mut self, sample: FitSample) {
        if !self.are_complete() {
            self.0.push(sample);
        }
    }

    /// What there is; `inverted` where all images of the collection were.
    pub fn take(mut self, inverted: bool) -> Vec<FitSample> {
        if inverted {
            let pixels = self.0.iter_mut().flatten().flatten();
            pixels.for_each(|pixel| *pixel = 255 - *pixel);
        }
        self.0
    }
}
