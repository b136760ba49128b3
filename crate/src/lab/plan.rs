//! How long a run is.

use super::error::LabError;
use crate::data::Dataset;
use crate::recipe::Recipe;

/// A run's length and batches, from its recipe and its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Training examples that are used.
    pub examples: usize,
    /// Examples a step.
    pub batch: usize,
    /// Equal parts of a batch whose gradients are computed, and whose channels are normalised, by themselves: as many
    /// as the recipe says, or the next smaller number that divides the batch.
    pub shards: usize,
    /// Steps an epoch. What is left over after the last whole batch waits for another epoch's order.
    pub steps_per_epoch: u64,
    /// Steps in all.
    pub steps: u64,
    /// Epochs in all, the last one perhaps not whole.
    pub epochs: u64,
}

impl Plan {
    /// The plan of a recipe on its data.
    ///
    /// # Errors
    /// [`LabError::Plan`] where the data has too few examples.
    pub fn of(recipe: &Recipe, data: &Dataset) -> Result<Self, LabError> {
        let there = data.train.len();
        let examples = match recipe.subset as usize {
            0 => there,
            wanted if wanted <= there => wanted,
            wanted => {
                return Err(LabError::Plan(format!(
                    "subset={wanted} asks for more training examples than {} has, which is {there}.",
                    data.info.title
                )));
            }
        };
        let batch = recipe.batch as usize;
        let steps_per_epoch = (examples / batch) as u64;
        if steps_per_epoch == 0 {
            return Err(LabError::Plan(format!(
                "batch={batch} is more than the {examples} training examples there are; a batch is filled by different ones."
            )));
        }
        let steps = match recipe.steps {
            0 => recipe.epochs * steps_per_epoch,
            steps => steps,
        };
        let wanted = (recipe.shards as usize).clamp(1, batch);
        let shards = (1..=wanted)
            .rev()
            .find(|shards| batch.is_multiple_of(*shards))
            .unwrap_or(1);
        Ok(Plan {
            examples,
            batch,
            shards,
            steps_per_epoch,
            steps,
            epochs: steps.div_ceil(steps_per_epoch),
        })
    }

    /// The epoch of a step, from 1; `step` counts from 1 too.
    pub fn epoch_of(&self, step: u64) -> u64 {
        (step.max(1) - 1) / self.steps_per_epoch + 1
    }
}
