//! What a worker of the pool computes: shards' gradients and batches' logits, for weights that come with the task.

use burn::tensor::{Device, Tensor};

use super::task::{BatchPrediction, Shard, ShardOutput, Task, TaskHeader, TaskResult};
use crate::lab::train::batch::Batch;
use crate::lab::train::trainer::{self, EvalModel, MicroBatch, Trainer};
use crate::ops;
use crate::recipe::{Normalization, Recipe};
use crate::registry;
use crate::zoo::Network;

/// A worker. Between tasks it keeps the network that it has built, and nothing else.
#[derive(Debug, Default)]
pub struct PoolWorker {
    cached: Option<CachedTrainer>,
}

/// A trainer, and what it was built from. Its weights are replaced by those of each task.
#[derive(Debug)]
struct CachedTrainer {
    link: String,
    normalization: Normalization,
    recipe: Recipe,
    trainer: Trainer,
}

impl PoolWorker {
    /// Does a task: the bytes of a [`Task`] in, those of a [`TaskResult`] out.
    ///
    /// # Errors
    /// Where the message is damaged.
    pub fn run(&mut self, task: &[u8]) -> Result<Vec<u8>, String> {
        let result = match Task::from_bytes(task)? {
            Task::Train {
                header,
                weights,
                frozen_statistics,
                shards,
            } => {
                let (recipe, trainer) = self.trainer(&header, weights)?;
                let (found, expected) =
                    (frozen_statistics.len(), trainer.graph().frozen_statistics());
                if found != expected {
                    return Err(format!(
                        "a task came with {found} running statistics instead of {expected}"
                    ));
                }
                let statistics = (found > 0).then(|| from_host(frozen_statistics));
                let model = trainer.training_model().with_frozen_statistics(statistics);
                let outputs = shards
                    .iter()
                    .map(|shard| train_shard(&header, recipe, &model, shard));
                TaskResult::Trained(match are_first_of_batch(&shards, header.batch_size) {
                    true => sum_into_first(outputs),
                    false => outputs.collect(),
                })
            }
            Task::Evaluate {
                header,
                weights,
                running_statistics,
                batches,
            } => {
                let (_, trainer) = self.trainer(&header, weights)?;
                if trainer.running_statistics.is_some() {
                    trainer.running_statistics = Some(from_host(running_statistics));
                }
                let model = trainer.eval_model();
                let predictions = batches
                    .iter()
                    .map(|batch| evaluate_batch(&header, &model, batch));
                TaskResult::Evaluated(predictions.collect())
            }
        };
        Ok(result.to_bytes())
    }

    /// The trainer of the task's run, with the task's weights.
    fn trainer(
        &mut self,
        header: &TaskHeader,
        weights: Vec<f32>,
    ) -> Result<(&Recipe, &mut Trainer), String> {
        let cached = match self.cached.take() {
            Some(cached)
                if cached.link == header.link && cached.normalization == header.normalization =>
            {
                cached
            }
            _ => {
                let recipe = registry::parse(&header.link)
                    .map_err(|error| error.to_string())?
                    .recipe;
                CachedTrainer {
                    link: header.link.clone(),
                    normalization: header.normalization.clone(),
                    trainer: Trainer::with_normalization(
                        &recipe,
                        header.normalization.clone(),
                        &Device::flex(),
                    ),
                    recipe,
                }
            }
        };
        let CachedTrainer {
            recipe, trainer, ..
        } = self.cached.insert(cached);
        let expected = trainer.parameters();
        if weights.len() != expected {
            return Err(format!(
                "a task came with {} weights instead of {expected}",
                weights.len()
            ));
        }
        trainer.weights = from_host(weights);
        Ok((recipe, trainer))
    }
}

/// Whether these are the first shards of a batch of that size.
fn are_first_of_batch(shards: &[Shard], batch_size: usize) -> bool {
    let first = shards.first();
    first.is_some_and(|shard| shard.first.is_multiple_of(batch_size as u64))
}

/// The sum in place of the first output, and nothing in place of the others.
fn sum_into_first(outputs: impl Iterator<Item = ShardOutput>) -> Vec<ShardOutput> {
    let mut sum = ShardOutput::default();
    let mut summed = Vec::new();
    for output in outputs {
        sum.add(output);
        summed.push(ShardOutput::default());
    }
    if let Some(first) = summed.first_mut() {
        *first = sum;
    }
    summed
}

/// A vector as a tensor of the CPU engine.
pub fn from_host(values: Vec<f32>) -> Tensor<1> {
    ops::vector(values, &Device::flex())
}

/// A tensor of the CPU engine as a vector.
pub fn to_host(tensor: Tensor<1>) -> Vec<f32> {
    // The CPU engine's data is in memory, and the tensor holds 32-bit floats, so this cannot fail.
    tensor.into_data().try_into_vec().unwrap_or_default()
}

/// The loss and the gradient of a shard, on the CPU engine.
pub fn train_shard(
    header: &TaskHeader,
    recipe: &Recipe,
    model: &Network,
    shard: &Shard,
) -> ShardOutput {
    let shard = shard.clone().augmented(recipe, header.shape);
    let (images, labels) = shard.upload(header.shape, &Device::flex());
    let output = trainer::forward_backward(
        model,
        images,
        labels,
        MicroBatch::new(recipe, 1, header.batch_size, shard.first),
    );
    let scalar = |tensor| to_host(tensor).first().copied().unwrap_or(f32::NAN);
    ShardOutput {
        loss: scalar(output.loss),
        correct: scalar(output.correct),
        gradient: to_host(output.gradient),
        batch_statistics: output.batch_statistics.map(to_host).unwrap_or_default(),
    }
}

/// The logits and the losses of a batch, on the CPU engine.
pub fn evaluate_batch(header: &TaskHeader, model: &EvalModel, batch: &Batch) -> BatchPrediction {
    let (images, labels) = batch.upload(header.shape, &Device::flex());
    let logits = model.scored_logits(images);
    let losses = model.losses(logits.clone(), labels);
    let [examples, classes] = logits.dims();
    BatchPrediction {
        logits: to_host(logits.reshape([examples * classes])),
        losses: to_host(losses),
    }
}
