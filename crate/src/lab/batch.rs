//! A batch on the host: bytes that are gathered where the data lies, cut into shards, and sent to whoever computes.

use burn::tensor::{Device, Int, Tensor};

use super::images::indices;
use crate::data::Split;
use crate::data::augment::augment_all;
use crate::ops::floats;
use crate::recipe::Recipe;

/// Some examples, next to each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// `[examples, channels, height, width]`
    pub images: Vec<u8>,
    /// `[examples]`
    pub labels: Vec<u8>,
    /// The place of the first one among all examples that the run sees: what its random numbers are named by.
    pub first: u64,
}

impl Batch {
    /// The examples of those indices.
    pub fn gather(split: &Split, of: &[u32], first: u64) -> Self {
        let mut images = Vec::with_capacity(of.len() * split.images.len() / split.len().max(1));
        for index in of {
            images.extend_from_slice(split.image(*index as usize));
        }
        let labels = of
            .iter()
            .map(|index| split.labels[*index as usize])
            .collect();
        Batch {
            images,
            labels,
            first,
        }
    }

    /// How many examples there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Equal parts, one after the other. `parts` divides the batch.
    pub fn cut(&self, parts: usize) -> Vec<Batch> {
        let count = (self.len() / parts).max(1);
        let pixels = self.images.len() / self.len().max(1);
        let images = self.images.chunks(count * pixels);
        let pairs = images.zip(self.labels.chunks(count)).enumerate();
        pairs
            .map(|(part, (images, labels))| Batch {
                images: images.to_vec(),
                labels: labels.to_vec(),
                first: self.first + (part * count) as u64,
            })
            .collect()
    }

    /// Changed as the recipe's augmentation says. What happens to an example depends on its place in the run alone.
    // A copy of it at each of its callers would be kilobytes of the module.
    #[inline(never)]
    pub fn augmented(mut self, recipe: &Recipe, shape: [usize; 3]) -> Self {
        augment_all(
            &recipe.aug,
            recipe.seed,
            self.first,
            &mut self.images,
            shape,
        );
        self
    }

    /// On a device: images `[examples, channels, height, width]` from 0 to 1, and labels `[examples]`.
    pub fn upload(&self, shape: [usize; 3], device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
        let [channels, height, width] = shape;
        let pixels: Vec<f32> = self
            .images
            .iter()
            .map(|byte| f32::from(*byte) / 255.0)
            .collect();
        let images = floats(pixels, [self.len(), channels, height, width], device);
        let labels = self.labels.iter().map(|label| i32::from(*label)).collect();
        (images, indices(labels, device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_the_batch_in_order() {
        let split = Split {
            images: (0..40).collect(),
            labels: (0..10).collect(),
        };
        let batch = Batch::gather(&split, &[3, 9, 0, 3, 5, 6], 12);
        assert_eq!(batch.images[..8], [12, 13, 14, 15, 36, 37, 38, 39]);
        assert_eq!(batch.labels, [3, 9, 0, 3, 5, 6]);
        let shards = batch.cut(3);
        let firsts: Vec<_> = shards.iter().map(|shard| shard.first).collect();
        assert_eq!(firsts, [12, 14, 16]);
        let labels: Vec<u8> = shards
            .iter()
            .flat_map(|shard| shard.labels.clone())
            .collect();
        let images: Vec<u8> = shards
            .iter()
            .flat_map(|shard| shard.images.clone())
            .collect();
        assert_eq!((labels, images), (batch.labels, batch.images));
    }
}
