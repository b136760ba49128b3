//! What a run makes of training images, before and without training: how each of its epochs shows them.

use super::Run;
use crate::data::augment::augment;

/// A training image, and what the run makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Its class.
    pub label: u8,
    /// As the data set has it: `[channels, height, width]`.
    pub original: Vec<u8>,
    /// As the run sees it, of the same shape, with the epoch, from 1. An epoch that leaves it out is not among them.
    pub seen: Vec<(u64, Vec<u8>)>,
}

impl Run {
    /// The first `examples` images of the run's first batch, as its first `epochs` epochs show them. The run is not changed.
    pub fn preview(&self, examples: usize, epochs: u64) -> Vec<Preview> {
        let first = self.order(0);
        self.versions(&first[..examples.min(self.plan.batch)], epochs)
    }

    /// Training images by their places, as the run's first `epochs` epochs show them; those that there are not are left out.
    pub fn versions(&self, places: &[u32], epochs: u64) -> Vec<Preview> {
        let (plan, train) = (&self.plan, &self.data.train);
        let batch = plan.batch as u64;
        let there = places
            .iter()
            .filter(|place| (**place as usize) < train.len());
        let places: Vec<_> = there.copied().collect();
        let mut previews: Vec<_> = places
            .iter()
            .map(|place| Preview {
                label: train.labels[*place as usize],
                original: train.image(*place as usize).to_vec(),
                seen: Vec::new(),
            })
            .collect();
        for epoch in 0..epochs.min(plan.epochs) {
            let begin = epoch * plan.steps_per_epoch;
            let steps = plan.steps_per_epoch.min(plan.steps - begin);
            let order = self.order(epoch);
            let shown = &order[..(steps * batch) as usize];
            for (wanted, preview) in places.iter().zip(&mut previews) {
                let Some(turn) = shown.iter().position(|place| place == wanted) else {
                    continue;
                };
                let mut image = preview.original.clone();
                let (recipe, shape) = (&self.recipe, self.data.info.shape());
                augment(
                    &recipe.aug,
                    recipe.seed,
                    begin * batch + turn as u64,
                    &mut image,
                    shape,
                );
                preview.seen.push((epoch + 1, image));
            }
        }
        previews
    }
}
