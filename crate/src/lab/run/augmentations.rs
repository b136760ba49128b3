//! How a run augments training images: what each of its epochs shows of them. It can be asked for before training.

use super::Run;
use crate::data::augment::{Augmentation, alternate, augment};

/// A training image and how epochs augment it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AugmentedImage {
    /// Its class.
    pub label: u8,
    /// The image as the data set has it: `[channels, height, width]`.
    pub original: Vec<u8>,
    /// The augmented image of each epoch that shows it, with the epoch, from 1.
    pub views: Vec<(u64, Vec<u8>)>,
}

impl Run {
    /// The first `examples` images of the run's first batch, as its first `epochs` epochs show them. Nothing of the run is
    /// changed.
    pub fn first_batch_augmentations(&self, examples: usize, epochs: u64) -> Vec<AugmentedImage> {
        let order = self.order_of(0);
        self.augmentations(&order[..examples.min(self.plan.batch_size)], epochs)
    }

    /// The training images at these indices, as the run's first `epochs` epochs show them. Indices that the data set does not
    /// have are left out.
    pub fn augmentations(&self, indices: &[u32], epochs: u64) -> Vec<AugmentedImage> {
        let (plan, train) = (&self.plan, &self.data.train);
        let batch_size = plan.batch_size as u64;
        let indices: Vec<usize> = indices
            .iter()
            .map(|index| *index as usize)
            .filter(|index| *index < train.len())
            .collect();
        let mut examples: Vec<_> = indices
            .iter()
            .map(|index| AugmentedImage {
                label: train.labels[*index],
                original: train.image(*index).to_vec(),
                views: Vec::new(),
            })
            .collect();
        for epoch in 0..epochs.min(plan.epochs) {
            let first_step = epoch * plan.steps_per_epoch;
            let steps = plan.steps_per_epoch.min(plan.steps - first_step);
            let order = self.order_of(epoch);
            let shown = &order[..(steps * batch_size) as usize];
            for (index, example) in indices.iter().zip(&mut examples) {
                let position = shown.iter().position(|shown| *shown as usize == *index);
                let Some(position) = position else {
                    continue;
                };
                let mut image = example.original.clone();
                let (recipe, shape) = (&self.recipe, self.data.info.shape());
                if recipe.aug.contains(Augmentation::Alternate) {
                    alternate(recipe.seed, epoch, &[*index as u32], &mut image, shape);
                }
                augment(
                    &recipe.aug,
                    recipe.pad,
                    recipe.seed,
                    first_step * batch_size + position as u64,
                    &mut image,
                    shape,
                );
                example.views.push((epoch + 1, image));
            }
        }
        examples
    }
}
