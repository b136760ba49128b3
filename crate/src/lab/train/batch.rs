//! A batch on the host: gathered as bytes, augmented, split into shards, and uploaded or sent to other workers.

use burn::tensor::{Device, Int, Tensor};

use super::device_split::upload_integers;
use crate::data::Split;
use crate::data::augment::augment_all;
use crate::ops::floats;
use crate::recipe::Recipe;

/// Some examples, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// `[examples, channels, height, width]`
    pub images: Vec<u8>,
    /// `[examples]`
    pub labels: Vec<u8>,
    /// The index of the first one among all examples that the run trains on, over all epochs. It names the random streams
    /// that the examples are augmented with.
    pub first: u64,
}

impl Batch {
    /// The examples of a split at these indices.
    pub fn gather(split: &Split, indices: &[u32], first: u64) -> Self {
        let mut images =
            Vec::with_capacity(indices.len() * split.images.len() / split.len().max(1));
        for index in indices {
            images.extend_from_slice(split.image(*index as usize));
        }
        let labels = indices
            .iter()
            .map(|index| split.labels[*index as usize])
            .collect();
        Batch {
            images,
            labels,
            first,
        }
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no examples.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Splits it into equal shards, in order. `shards` divides the number of examples.
    pub fn split(&self, shards: usize) -> Vec<Batch> {
        let size = (self.len() / shards).max(1);
        let pixels = self.images.len() / self.len().max(1);
        let images = self.images.chunks(size * pixels);
        images
            .zip(self.labels.chunks(size))
            .enumerate()
            .map(|(shard, (images, labels))| Batch {
                images: images.to_vec(),
                labels: labels.to_vec(),
                first: self.first + (shard * size) as u64,
            })
            .collect()
    }

    /// Augmented as the recipe says. What happens to an example depends on the seed and its index in the run alone.
    // Inlined into each of its callers it would add kilobytes to the module.
    #[inline(never)]
    pub fn augmented(mut self, recipe: &Recipe, shape: [usize; 3]) -> Self {
        augment_all(
            &recipe.aug,
            recipe.pad,
            recipe.seed,
            self.first,
            &mut self.images,
            shape,
        );
        self
    }

    /// Uploads it to a device: images `[examples, channels, height, width]` from 0 to 1, and labels `[examples]`.
    pub fn upload(&self, shape: [usize; 3], device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
        let [channels, height, width] = shape;
        let pixels: Vec<f32> = self
            .images
            .iter()
            .map(|byte| f32::from(*byte) / 255.0)
            .collect();
        let images = floats(pixels, [self.len(), channels, height, width], device);
        let labels = self.labels.iter().map(|label| i32::from(*label)).collect();
        (images, upload_integers(labels, device))
    }
}
