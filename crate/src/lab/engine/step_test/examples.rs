//! The examples of a step that is tested: a whole batch for the device, made of a few different examples that the CPU engine computes.

use crate::data::Dataset;
use crate::lab::train::batch::Batch;
use crate::lab::train::plan::TrainingPlan;
use crate::random::{Purpose, stream};
use crate::recipe::Recipe;

/// Different examples of a shard, at most and at least. A shard that is no multiple of such a number is computed as a whole.
const GROUP: std::ops::RangeInclusive<usize> = 4..=16;

/// Different examples of a shard that are few enough: more are taken where fewer do not divide it.
const FEW: usize = 8;

/// The part of the shards, one in so many, that have the second group of examples.
const SECOND_GROUP: u32 = 4;

/// The examples of a step. A shard holds the examples of a group, each equally often and in a pseudo-random order. So its mean loss,
/// gradient and statistics are those of the group, and each wrong index changes them.
#[derive(Clone, Debug)]
pub struct StepBatch {
    /// The different examples, augmented, group by group.
    pub distinct: Batch,
    /// Where they are in the split.
    indices: Vec<u32>,
    /// Different examples of a shard.
    pub group_size: usize,
    /// For each example of the batch, which of the different ones it is.
    pub sources: Vec<u32>,
    /// For each group, the part of the shards that hold it.
    pub shares: Vec<f32>,
}

impl StepBatch {
    /// Those of a step, which counts from 0.
    pub fn new(recipe: &Recipe, data: &Dataset, plan: &TrainingPlan, step: usize) -> Self {
        let shard_size = plan.batch_size / plan.shards;
        let group_size = group_size(shard_size);
        let mut order = stream(recipe.seed, Purpose::Order, step as u64);
        let shards = plan.shards as u32;
        let groups: Vec<u32> = match group_size == shard_size {
            true => (0..shards).collect(),
            false => {
                let second = shards.div_ceil(SECOND_GROUP);
                let order = order.permutation(shards).into_iter();
                order
                    .map(|shard| u32::from(shards > 1 && shard < second))
                    .collect()
            }
        };
        let mut sources = Vec::with_capacity(plan.batch_size);
        for group in &groups {
            let order = order.permutation(shard_size as u32).into_iter();
            let size = group_size as u32;
            sources.extend(order.map(|example| group * size + example % size));
        }
        let group_count = groups.iter().max().map_or(1, |group| group + 1);
        let shares = (0..group_count).map(|group| {
            let count = groups.iter().filter(|other| **other == group).count();
            count as f32 / plan.shards as f32
        });
        // From the whole split, in which neighbours may be alike.
        let available = (plan.examples + plan.validation).max(1);
        let count = group_count as usize * group_size;
        let indices =
            (0..count).map(|example| ((example * available / count + step) % available) as u32);
        let indices: Vec<u32> = indices.collect();
        let first = (step * plan.batch_size) as u64;
        let distinct = Batch::gather(&data.train, &indices, first);
        StepBatch {
            distinct: distinct.augmented(recipe, data.info.shape()),
            indices,
            group_size,
            sources,
            shares: shares.collect(),
        }
    }

    /// The different examples of each group.
    pub fn groups(&self) -> Vec<Batch> {
        self.distinct.split(self.shares.len())
    }

    /// Where the batch's examples are in the split.
    pub fn indices(&self) -> Vec<u32> {
        let indices = self.sources.iter();
        indices
            .map(|source| self.indices[*source as usize])
            .collect()
    }

    /// The batch's examples, augmented.
    pub fn batch(&self) -> Batch {
        let Batch {
            images,
            labels,
            first,
        } = &self.distinct;
        let pixels = images.len() / labels.len().max(1);
        let mut batch = Batch {
            first: *first,
            ..Batch::default()
        };
        for source in &self.sources {
            let source = *source as usize;
            batch
                .images
                .extend_from_slice(&images[source * pixels..][..pixels]);
            batch.labels.push(labels[source]);
        }
        batch
    }

    /// How often the batch holds each of the different examples.
    pub fn copies(&self) -> Vec<usize> {
        let mut copies = vec![0; self.distinct.len()];
        for source in &self.sources {
            copies[*source as usize] += 1;
        }
        copies
    }
}

/// How many different examples stand for those of a shard.
fn group_size(shard_size: usize) -> usize {
    let few = (*GROUP.start()..=FEW).rev();
    let more = FEW + 1..=*GROUP.end();
    let divides = |size: &usize| shard_size.is_multiple_of(*size);
    few.chain(more).find(divides).unwrap_or(shard_size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::synthesize;

    fn batch(link: &str) -> (TrainingPlan, StepBatch) {
        let recipe = crate::registry::parse(link).unwrap().recipe;
        let data = synthesize(&recipe).unwrap();
        let plan = TrainingPlan::new(&recipe, &data).unwrap();
        let batch = StepBatch::new(&recipe, &data, &plan, 1);
        (plan, batch)
    }

    #[test]
    fn each_shard_holds_the_examples_of_one_group_equally_often() {
        let (plan, batch) = batch("model=resnet-8&data=digits&subset=256&batch=128&shards=4");
        assert_eq!(batch.group_size, 8);
        assert_eq!(batch.shares, [0.75, 0.25]);
        assert_eq!(batch.distinct.len(), 16);
        for shard in batch.sources.chunks(plan.batch_size / plan.shards) {
            let group = shard[0] / 8;
            for example in 0..8 {
                let source = group * 8 + example;
                assert_eq!(shard.iter().filter(|other| **other == source).count(), 4);
            }
            assert!(shard[..8] != shard[8..16], "the order is no permutation's");
        }
        assert_eq!(batch.copies().iter().sum::<usize>(), 128);
        let whole = batch.batch();
        for (at, source) in batch.sources.iter().enumerate() {
            assert_eq!(whole.labels[at], batch.distinct.labels[*source as usize]);
            assert_eq!(batch.indices()[at], batch.indices[*source as usize]);
        }
    }

    #[test]
    fn a_shard_that_few_examples_do_not_fill_is_taken_as_a_whole() {
        let (plan, batch) = batch("model=lenet5&data=digits&subset=256&batch=51&shards=3");
        assert_eq!(plan.shards, 3);
        assert_eq!(batch.group_size, 17);
        assert_eq!(batch.copies(), [1; 51]);
        assert!(batch.shares.iter().all(|share| *share == 1.0 / 3.0));
        for (size, expected) in [
            (1, 1),
            (3, 3),
            (22, 11),
            (25, 5),
            (32, 8),
            (128, 8),
            (13, 13),
        ] {
            assert_eq!(group_size(size), expected);
        }
    }
}
