//! Data sets that the crate draws itself.
//!
//! Example `index` under a seed is a pure function of the two, the same on every machine, so examples can be drawn in any
//! order and any number. Training examples have the indices from 0, test examples those from [`FIRST_TEST`].

use std::ops::Range;

use super::{Dataset, DatasetInfo, Split, info};
use crate::recipe::Recipe;

/// Training examples by default.
pub const TRAIN: usize = 10_000;
/// The most training examples that are drawn: 78 MB of grey pixels, 307 MB of colour, which take some seconds.
pub const MAX_TRAIN: u64 = 100_000;
/// Test examples.
pub const TEST: usize = 2_000;
/// The index of the first test example.
pub const FIRST_TEST: u64 = 1 << 32;

/// How many training examples a recipe asks for.
pub(super) fn training_examples(recipe: &Recipe) -> usize {
    match recipe.subset as usize {
        0 => TRAIN,
        wanted => wanted,
    }
}

/// Draws an example.
#[derive(Clone, Copy, Debug)]
pub struct Synthetic {
    /// Draws example `index` under `seed` into the pixels of an image, `[channels, height, width]`, and returns its label.
    pub draw: fn(seed: u64, index: u64, pixels: &mut [u8]) -> u8,
}

impl Synthetic {
    /// The data set of a recipe: as many training examples as it asks for, from its seed.
    pub fn of(&self, recipe: &Recipe) -> Dataset {
        self.dataset(info(recipe), recipe.seed, training_examples(recipe), TEST)
    }

    /// The examples `range` of images of so many bytes.
    pub fn split(&self, seed: u64, range: Range<u64>, pixels: usize) -> Split {
        let count = range.end.saturating_sub(range.start) as usize;
        let mut images = vec![0; count * pixels];
        let draw = |(index, image)| (self.draw)(seed, index, image);
        let labels = range.zip(images.chunks_exact_mut(pixels)).map(draw);
        Split {
            labels: labels.collect(),
            images,
        }
    }

    /// A whole data set: `train` examples to train on and `test` to test with.
    pub fn dataset(&self, info: DatasetInfo, seed: u64, train: usize, test: usize) -> Dataset {
        let train = self.split(seed, 0..train as u64, info.pixels());
        let test = self.split(seed, FIRST_TEST..FIRST_TEST + test as u64, info.pixels());
        Dataset::new(info, train, test)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::data::registry::{DATASETS, Declaration, Source};
    use crate::hex::hex;
    use crate::recipe::InputSpec;

    /// Each synthetic data set, and the bytes of its images.
    fn all() -> impl Iterator<Item = (&'static Declaration, Synthetic, usize)> {
        DATASETS.into_iter().filter_map(|declaration| {
            match (declaration.source, declaration.spec.input) {
                (Source::Synthetic(synthetic), InputSpec::Fixed(input)) => {
                    Some((declaration, synthetic, input.shape.iter().product()))
                }
                _ => None,
            }
        })
    }

    #[test]
    fn the_first_hundred_never_change() {
        let drawn = all().map(|(declaration, synthetic, pixels)| {
            let split = synthetic.split(0, 0..100, pixels);
            let mut hash = Sha256::new();
            hash.update(&split.images);
            hash.update(&split.labels);
            (declaration.spec.name(), hex(&hash.finalize()))
        });
        let expected = [
            (
                "digits",
                "faab807a324fd13a647b7d13fde39901cd7a27d5899beb4835402a42603176c1",
            ),
            (
                "shapes",
                "f9527b35bf570a540ced8d039e965ab65abcfeb36b52946880aa6e6dc48f2862",
            ),
        ];
        assert_eq!(
            drawn.collect::<Vec<_>>(),
            expected.map(|(name, digest)| (name, digest.to_owned()))
        );
    }

    #[test]
    fn any_example_alone_is_the_same_as_in_its_row() {
        for (_, synthetic, pixels) in all() {
            let row = synthetic.split(3, 40..60, pixels);
            for i in (0..20).rev() {
                let one = synthetic.split(3, 40 + i as u64..41 + i as u64, pixels);
                assert_eq!(row.image(i), one.images);
                assert_eq!(row.labels[i], one.labels[0]);
            }
        }
    }

    #[test]
    fn no_two_images_are_alike() {
        for (_, synthetic, pixels) in all() {
            let a = synthetic.split(0, 0..500, pixels);
            let b = synthetic.split(1, 0..500, pixels);
            let images: HashSet<&[u8]> = (0..500).flat_map(|i| [a.image(i), b.image(i)]).collect();
            assert_eq!(images.len(), 1000);
            assert_ne!(a.labels, b.labels);
        }
    }

    #[test]
    fn train_and_test_are_apart() {
        for (declaration, synthetic, pixels) in all() {
            let InputSpec::Fixed(input) = declaration.spec.input else {
                unreachable!("a synthetic data set has images of one shape");
            };
            let set = |seed| synthetic.dataset(declaration.info(input), seed, 300, 200);
            let five = set(5);
            assert_eq!((five.train.len(), five.test.len()), (300, 200));
            assert_eq!(five.train.images.len(), 300 * pixels);
            let train: HashSet<&[u8]> = (0..300).map(|i| five.train.image(i)).collect();
            assert!((0..200).all(|i| !train.contains(five.test.image(i))));
            assert_eq!(set(5), five);
            assert_ne!(set(6).digest, five.digest);
        }
    }

    #[test]
    fn the_classes_are_balanced() {
        for (declaration, synthetic, pixels) in all() {
            let mut counts = [0u32; 10];
            for label in synthetic.split(2, 0..3000, pixels).labels {
                counts[usize::from(label)] += 1;
            }
            assert_eq!(declaration.classes.len(), counts.len());
            // Five standard deviations of a count are 82.
            assert!(counts.iter().all(|c| c.abs_diff(300) < 82), "{counts:?}");
        }
    }
}
