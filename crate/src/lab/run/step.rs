//! Training steps.

use std::cell::LazyCell;
use std::ops::Range;
use std::sync::Arc;

use web_time::Instant;

use super::{Run, l2_norm};
use crate::data::Split;
use crate::data::augment::{Augmentation, alternate};
use crate::lab::error::LabError;
use crate::lab::event_loop::YieldTimer;
use crate::lab::train::batch::Batch;
use crate::lab::train::schedule::learning_rate;
use crate::lab::verify::state::StateDigest;
use crate::lab::worker_pool::task::{Shard, ShardOutput};
use crate::lab::worker_pool::worker::{from_host, to_host, train_shard};
use crate::random::{Purpose, stream};

/// The report of one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// The step, from 1.
    pub step: u64,
    /// Its epoch, from 1.
    pub epoch: u64,
    /// The batch's mean loss, before the step's update: that of the network's own answers, without auxiliary heads. Where the
    /// recipe smooths labels, it is that of the smoothed ones.
    pub loss: f32,
    /// The accuracy on the batch, from 0 to 1.
    pub accuracy: f32,
    /// The learning rate.
    pub learning_rate: f64,
    /// The norm of the batch's gradient before clipping. `None` on an engine with memory of its own: it would take
    /// operations that training does not need.
    pub gradient_norm: Option<f32>,
    /// Training speed over the pull that the step was part of.
    pub images_per_second: f64,
}

/// What a step gave, as numbers.
#[derive(Clone, Debug)]
pub(super) struct StepResult {
    pub(super) loss: f32,
    /// The number of examples that were classified correctly.
    correct: f32,
    gradient_norm: Option<f32>,
    /// The state after it, where that was promised: an update later it is gone.
    state: Option<StateDigest>,
}

/// The first step that is not finite. It is not done: the run stays at the step before it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Divergence {
    /// Its loss is not.
    Loss { step: u64, loss: f32 },
    /// Its loss is, but not what its update gives.
    Update { step: u64 },
}

impl StepResult {
    /// What an engine with memory of its own gives of a step: its loss and the number of correct examples.
    pub(super) fn of_device(outputs: &[f32]) -> Self {
        StepResult {
            loss: outputs[0],
            correct: outputs[1],
            gradient_norm: None,
            state: None,
        }
    }
}

impl Divergence {
    /// Of a step that is not finite, with its loss.
    pub(super) fn of(step: u64, loss: f32) -> Self {
        match loss.is_finite() {
            true => Divergence::Update { step },
            false => Divergence::Loss { step, loss },
        }
    }
}

impl From<Divergence> for LabError {
    fn from(divergence: Divergence) -> Self {
        match divergence {
            Divergence::Loss { step, loss } => LabError::NotFinite { step, loss },
            Divergence::Update { step } => LabError::NotFiniteUpdate { step },
        }
    }
}

impl Run {
    /// Does up to `count` steps: fewer at the end, and none when the run is finished.
    ///
    /// An engine with memory of its own is read once, after the last of them: two numbers a step.
    ///
    /// # Errors
    /// [`LabError::NotFinite`] and [`LabError::NotFiniteUpdate`], which end the run (the steps before that one are reported first)
    /// and leave it as it was before that step; and [`LabError::Gpu`], after which nothing on the device can be trusted.
    pub async fn step(&mut self, count: u64) -> Result<Vec<Report>, LabError> {
        if let Some(divergence) = self.divergence {
            return Err(divergence.into());
        }
        let done = self.steps_done();
        let count = count.min(self.plan.steps - done.min(self.plan.steps));
        if count == 0 {
            return Ok(Vec::new());
        }
        let start = Instant::now();
        let mut results = Vec::new();
        let computed = match self.device_data.take() {
            Some(device_data) => {
                let steps = done..done + count;
                let computed = self.steps_on_device(&device_data, steps, &mut results);
                let computed = computed.await;
                self.device_data = Some(device_data);
                computed?
            }
            None => self.steps_on_cpu(done..done + count, &mut results).await,
        };
        self.divergence = computed.err();
        let seconds = start.elapsed().as_secs_f64().max(1e-9);
        self.training_time.seconds += seconds;
        self.training_time.steps += results.len() as u64;

        let images_per_second = (results.len() * self.plan.batch_size) as f64 / seconds;
        let mut reports = Vec::new();
        for (index, result) in (done..).zip(results) {
            self.trace.push(result.loss);
            self.chain.push(result.loss.to_bits());
            if let Some(verifier) = &mut self.verifier {
                verifier.observe(result.loss);
                if let Some(state) = &result.state {
                    verifier.set_check(self.chain.check(state));
                }
            }
            reports.push(Report {
                step: index + 1,
                epoch: self.plan.epoch_of(index + 1),
                loss: result.loss,
                accuracy: result.correct / self.plan.batch_size as f32,
                learning_rate: learning_rate(&self.recipe, index, self.plan.steps),
                gradient_norm: result.gradient_norm,
                images_per_second,
            });
        }
        match self.divergence {
            // The steps before it are reported first, and the error at the next call.
            Some(divergence) if reports.is_empty() => Err(divergence.into()),
            _ => Ok(reports),
        }
    }

    /// Steps on the CPU engine, which count from 0. The result is the first one that is not finite.
    async fn steps_on_cpu(
        &mut self,
        steps: Range<u64>,
        results: &mut Vec<StepResult>,
    ) -> Result<(), Divergence> {
        let mut timer = YieldTimer::default();
        for step in steps {
            timer.yield_if_due().await;
            let mut result = self.step_on_cpu(step).await?;
            if self.needs_check_after(step + 1) {
                result.state = self.state_digest().await.ok();
            }
            results.push(result);
        }
        Ok(())
    }

    /// One step on the CPU engine, shared with the worker pool. Where it is not finite, the run stays as it was.
    async fn step_on_cpu(&mut self, step: u64) -> Result<StepResult, Divergence> {
        let batch = self.host_batch(step);
        let ShardOutput {
            loss,
            correct,
            gradient,
            batch_statistics,
        } = self.shards_on_cpu(batch).await;
        if !loss.is_finite() {
            return Err(Divergence::of(step + 1, loss));
        }
        let shards = self.plan.shards as f32;
        let batch_statistics =
            (!batch_statistics.is_empty()).then(|| from_host(batch_statistics) / shards);
        let gradient_norm = l2_norm(&gradient);
        let gradient = from_host(gradient);
        let before = self.trainer.state();
        self.record_step(&gradient);
        let rate = learning_rate(&self.recipe, step, self.plan.steps);
        self.trainer.update(gradient, batch_statistics, rate);
        let sum = to_host(self.trainer.state_sum());
        if sum.iter().any(|sum| !sum.is_finite()) && to_host(self.trainer.finiteness()) != [0.0] {
            self.trainer.restore(before);
            self.recorded_step = None;
            return Err(Divergence::of(step + 1, loss));
        }
        Ok(StepResult {
            loss,
            correct,
            gradient_norm: Some(gradient_norm),
            state: None,
        })
    }

    /// The sum of a batch's shards, computed with the worker pool.
    async fn shards_on_cpu(&self, batch: Batch) -> ShardOutput {
        let header = &self.task_header;
        let weights = || to_host(self.trainer.weights.clone());
        let frozen = || {
            self.trainer
                .frozen_statistics()
                .map(to_host)
                .unwrap_or_default()
        };
        // Built after the other workers have got their tasks.
        let model = LazyCell::new(|| self.trainer.training_model());
        let local = |shard: &Shard| train_shard(header, &self.recipe, &model, shard);
        let shards = batch.split(self.plan.shards);
        let pool = &self.engine.worker_pool;
        pool.train(header, weights, frozen, shards, local).await
    }

    /// A step's examples on the host, without augmentation. `step` counts from 0.
    pub(super) fn host_batch(&mut self, step: u64) -> Batch {
        let data = Arc::clone(&self.data);
        let first = step * self.plan.batch_size as u64;
        let indices = self.indices_of(step).to_vec();
        self.gather(&data.train, &indices, step, first)
    }

    /// The examples of a step at these indices, mirrored where this epoch is the turn of an alternating mirror.
    fn gather(&self, split: &Split, indices: &[u32], step: u64, first: u64) -> Batch {
        let mut batch = Batch::gather(split, indices, first);
        if self.recipe.aug.contains(Augmentation::Alternate) {
            let epoch = step / self.plan.steps_per_epoch;
            let shape = self.data.info.shape();
            alternate(self.recipe.seed, epoch, indices, &mut batch.images, shape);
        }
        batch
    }

    /// The augmented examples of any step, done or to come, from 1; `None` if the run has no such step. They follow from the
    /// recipe alone, and asking for them changes nothing of the run.
    pub fn batch(&self, step: u64) -> Option<Batch> {
        let index = step.checked_sub(1).filter(|_| step <= self.plan.steps)?;
        let (steps_per_epoch, batch_size) = (self.plan.steps_per_epoch, self.plan.batch_size);
        let order = self.order_of(index / steps_per_epoch);
        let start = (index % steps_per_epoch) as usize * batch_size;
        let first = index * batch_size as u64;
        let indices = &order[start..start + batch_size];
        let batch = self.gather(&self.data.train, indices, index, first);
        Some(batch.augmented(&self.recipe, self.data.info.shape()))
    }

    /// The indices of a step's examples in the training split. `step` counts from 0.
    pub(super) fn indices_of(&mut self, step: u64) -> &[u32] {
        let (steps_per_epoch, batch_size) = (self.plan.steps_per_epoch, self.plan.batch_size);
        let start = (step % steps_per_epoch) as usize * batch_size;
        let epoch = step / steps_per_epoch;
        let order = match self.epoch_order.take() {
            Some((cached, order)) if cached == epoch => order,
            _ => self.order_of(epoch),
        };
        let (_, order) = self.epoch_order.insert((epoch, order));
        &order[start..start + batch_size]
    }

    /// An epoch's order of examples, drawn from the seed's stream of that number.
    pub(super) fn order_of(&self, epoch: u64) -> Vec<u32> {
        let mut stream = stream(self.recipe.seed, Purpose::Order, epoch);
        let order = stream.permutation(self.plan.examples as u32);
        self.split.training_indices(order)
    }
}
