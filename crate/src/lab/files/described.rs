//! What a weights file says of the images that its network is for, so that nobody has to guess: the classes' names, the normalization, and
//! how images were cut.

use super::tensor_file::TensorFile;
use crate::recipe::Normalization;

const CLASSES: &str = "classes";
const MEAN: &str = "mean";
const STD: &str = "std";
const SIZE: &str = "size";
const CHANNELS: &str = "channels";

/// What a weights file says of images.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Described {
    /// The classes' names, in the order of the logits.
    pub classes: Option<Vec<String>>,
    /// How pixels from 0 to 1 are normalized; `None` where the network scales them by itself, and where the file does not say it.
    pub normalization: Option<Normalization>,
    /// Channels, height and width of an image.
    pub shape: Option<[usize; 3]>,
}

impl Described {
    /// The keys and values of the header.
    pub(super) fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries = Vec::new();
        if let Some(Normalization { mean, std }) = &self.normalization {
            entries.extend([(MEAN, bits(mean)), (STD, bits(std))]);
        }
        if let Some([channels, height, _]) = self.shape {
            entries.extend([(SIZE, height.to_string()), (CHANNELS, channels.to_string())]);
        }
        let classes = self.classes.as_ref().map(serde_json::to_string);
        entries.extend(classes.and_then(Result::ok).map(|text| (CLASSES, text)));
        entries
    }

    /// What a header says. What cannot be read is left out, for the file may be anybody's.
    pub(super) fn read(file: &TensorFile<'_>) -> Self {
        let text = |key: &str| file.entry(key).ok();
        let numbers = |key| text(key).and_then(of_bits);
        let normalization = numbers(MEAN).zip(numbers(STD));
        let number = |key| text(key)?.parse().ok();
        let classes = text(CLASSES).and_then(|text| serde_json::from_str(text).ok());
        Described {
            classes,
            normalization: normalization.map(|(mean, std)| Normalization { mean, std }),
            shape: number(CHANNELS)
                .zip(number(SIZE))
                .map(|(channels, size)| [channels, size, size]),
        }
    }
}

/// Numbers as the bits of 32-bit floats, so that none is rounded.
fn bits(numbers: &[f32]) -> String {
    let bits = numbers.iter().map(|number| number.to_bits().to_string());
    bits.collect::<Vec<_>>().join(",")
}

fn of_bits(text: &str) -> Option<Vec<f32>> {
    let number = |text: &str| text.parse().ok().map(f32::from_bits);
    text.split(',').map(number).collect()
}
