//! What a worker is given and what it gives back.

use crate::lab::train::batch::Batch;
use crate::recipe::Normalization;

/// The run that a task belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskHeader {
    /// The recipe's link.
    pub link: String,
    /// Channels, height, width of an image.
    pub shape: [usize; 3],
    /// The size of the whole batch, of which a shard is a part.
    pub batch_size: usize,
    /// How images are normalized. It goes with the task because the link of a custom data set does not say it.
    pub normalization: Normalization,
}

/// One of the equal parts that a batch is split into.
pub type Shard = Batch;

/// The loss and the gradient of a shard: see [`crate::lab::train::trainer::StepOutput`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShardOutput {
    /// Its part of the batch's mean loss.
    pub loss: f32,
    /// How many of its examples were classified correctly.
    pub correct: f32,
    /// Its part of the gradient: `[parameters]`.
    pub gradient: Vec<f32>,
    /// The batch statistics of batch normalization, `[statistics]` without those of frozen layers; empty for a network without it.
    pub batch_statistics: Vec<f32>,
}

impl ShardOutput {
    /// Adds the output of the next shard.
    pub fn add(&mut self, next: ShardOutput) {
        self.loss += next.loss;
        self.correct += next.correct;
        add(&mut self.gradient, next.gradient);
        add(&mut self.batch_statistics, next.batch_statistics);
    }
}

/// Adds values to sums; empty sums become the values.
fn add(sums: &mut Vec<f32>, values: Vec<f32>) {
    if sums.is_empty() {
        *sums = values;
    } else {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
}

/// What a network in eval mode gives for a batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchPrediction {
    /// `[examples, classes]`
    pub logits: Vec<f32>,
    /// `[examples]`
    pub losses: Vec<f32>,
}

/// What a worker is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Compute gradients.
    Train {
        /// The run.
        header: TaskHeader,
        /// `[parameters]`
        weights: Vec<f32>,
        /// The running statistics of frozen layers; empty where there are none.
        frozen_statistics: Vec<f32>,
        /// The shards, in order.
        shards: Vec<Shard>,
    },
    /// Compute logits and losses.
    Evaluate {
        /// The run.
        header: TaskHeader,
        /// `[parameters]`
        weights: Vec<f32>,
        /// `[statistics]`; empty for a network without batch normalization.
        running_statistics: Vec<f32>,
        /// The batches, in order.
        batches: Vec<Batch>,
    },
}

/// What a worker gives back.
#[derive(Clone, Debug, PartialEq)]
pub enum TaskResult {
    /// Of [`Task::Train`]: the output of each shard. Where the shards are the first ones of their batch, the first output is
    /// their sum and the others are empty: the sum over the batch begins with these additions in any case, and one
    /// gradient is less to send than several.
    Trained(Vec<ShardOutput>),
    /// Of [`Task::Evaluate`]: one for each batch.
    Evaluated(Vec<BatchPrediction>),
}
