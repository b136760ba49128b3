//! A step on the CPU engine, of the different examples alone.

use burn::tensor::Tensor;

use super::examples::StepBatch;
use crate::lab::engine::Engine;
use crate::lab::engine::self_test::perturbation;
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::{self, MicroBatch, Trainer};
use crate::lab::worker_pool::worker::to_host;
use crate::recipe::Recipe;
use crate::zoo::Network;

/// How near the two largest logits may be, relative to the largest of all, for either to be the prediction.
const TIE: f32 = 1e-3;

/// What the CPU engine has of a step.
#[derive(Debug, Default)]
pub struct Expected {
    /// The mean loss.
    pub loss: f32,
    /// The fewest and the most correct predictions that rounding may make.
    pub correct: [usize; 2],
    /// `[parameters]`
    pub gradient: Vec<f32>,
    /// The batch's statistics, `[statistics]` without those of frozen layers; empty for a network without batch normalization.
    pub statistics: Vec<f32>,
}

impl Expected {
    pub fn is_finite(&self) -> bool {
        self.loss.is_finite() && self.gradient.iter().all(|slope| slope.is_finite())
    }
}

/// A step on the CPU engine.
pub struct CpuStep<'a> {
    pub recipe: &'a Recipe,
    pub plan: &'a TrainingPlan,
    pub shape: [usize; 3],
    pub batch: &'a StepBatch,
    pub cpu: &'a Engine,
}

impl CpuStep<'_> {
    /// What a batch has of which each shard is one of the groups.
    pub fn expected(&self, trainer: &Trainer) -> Expected {
        let StepBatch {
            group_size, shares, ..
        } = self.batch;
        let model = trainer.training_model();
        let mut expected = Expected::default();
        let copies = self.batch.copies();
        let groups = self.batch.groups();
        for ((group, share), copies) in groups.iter().zip(shares).zip(copies.chunks(*group_size)) {
            let (images, labels) = group.upload(self.shape, &self.cpu.device);
            let micro_batch = MicroBatch::new(self.recipe, 1, *group_size, group.first);
            let output = trainer::forward_backward(&model, images, labels, micro_batch);
            let loss = to_host(output.loss);
            expected.loss += share * loss.first().copied().unwrap_or(f32::NAN);
            add(&mut expected.gradient, output.gradient, *share);
            if let Some(statistics) = output.batch_statistics {
                add(&mut expected.statistics, statistics, *share);
            }
            let correct = correct(output.logits, &group.labels, copies);
            expected.correct = [0, 1].map(|at| expected.correct[at] + correct[at]);
        }
        let corrections = self.corrections(&model);
        for (statistic, correction) in expected.statistics.iter_mut().zip(corrections) {
            *statistic *= correction;
        }
        expected
    }

    /// What Bessel's correction of a shard's variances is, relative to that of a group's.
    fn corrections(&self, model: &Network) -> Vec<f32> {
        let graph = model.graph();
        let correction = |examples: usize, pixels: usize| {
            let count = (examples * pixels) as f64;
            count / (count - 1.0).max(1.0)
        };
        let shard_size = self.plan.batch_size / self.plan.shards;
        let layers = graph.norms().flat_map(|[channels, pixels]| {
            let of_variances =
                correction(shard_size, pixels) / correction(self.batch.group_size, pixels);
            [1.0, of_variances as f32].map(|factor| std::iter::repeat_n(factor, channels))
        });
        layers.flatten().skip(graph.frozen_statistics()).collect()
    }

    /// The same with perturbed weights.
    pub fn perturbed(&self, trainer: &Trainer) -> Expected {
        let mut perturbed = trainer.clone();
        let factors = perturbation(trainer.parameters(), &self.cpu.device);
        perturbed.weights = perturbed.weights * factors;
        self.expected(&perturbed)
    }
}

/// Adds a share of what a group has.
fn add(sum: &mut Vec<f32>, values: Tensor<1>, share: f32) {
    let values = to_host(values);
    sum.resize(values.len(), 0.0);
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += share * value;
    }
}

/// The fewest and the most correct predictions, with so many copies of each example.
fn correct(logits: Tensor<2>, labels: &[u8], copies: &[usize]) -> [usize; 2] {
    let [examples, classes] = logits.dims();
    let logits = to_host(logits.reshape([examples * classes]));
    let largest = logits
        .iter()
        .fold(0f32, |most, logit| most.max(logit.abs()));
    let mut correct = [0; 2];
    for ((row, label), copies) in logits.chunks(classes).zip(labels).zip(copies) {
        let label = usize::from(*label);
        let others = row.iter().enumerate().filter(|(class, _)| *class != label);
        let other = others.fold(f32::NEG_INFINITY, |most, (_, logit)| most.max(*logit));
        let margin = row[label] - other;
        correct[0] += if margin > TIE * largest { *copies } else { 0 };
        correct[1] += if margin >= -TIE * largest { *copies } else { 0 };
    }
    correct
}
