//! Training steps.

use std::cell::LazyCell;
use std::sync::Arc;

use burn::tensor::Tensor;
use web_time::Instant;

use super::{DeviceData, Run, l2_norm};
use crate::lab::error::LabError;
use crate::lab::event_loop::YieldTimer;
use crate::lab::train::batch::Batch;
use crate::lab::train::schedule::learning_rate;
use crate::lab::train::trainer::{self, MicroBatch};
use crate::lab::worker_pool::task::{Shard, ShardOutput};
use crate::lab::worker_pool::worker::{from_host, to_host, train_shard};
use crate::ops::concat;
use crate::random::{Purpose, stream};

/// The report of one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// The step, from 1.
    pub step: u64,
    /// Its epoch, from 1.
    pub epoch: u64,
    /// The batch's mean loss, before the step's update.
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

impl Run {
    /// Does up to `count` steps: fewer at the end, and none when the run is finished.
    ///
    /// The device is read once, after the last of them: two numbers a step.
    ///
    /// # Errors
    /// [`LabError::NotFinite`], which ends the run (the steps before that one are reported first), and [`LabError::Gpu`], after
    /// which nothing on the device can be trusted.
    pub async fn step(&mut self, count: u64) -> Result<Vec<Report>, LabError> {
        if let Some((step, loss)) = self.non_finite {
            return Err(LabError::NotFinite { step, loss });
        }
        let done = self.steps_done();
        let count = count.min(self.plan.steps - done.min(self.plan.steps));
        if count == 0 {
            return Ok(Vec::new());
        }
        let start = Instant::now();
        let steps = done..done + count;
        let rate = |step| learning_rate(&self.recipe, step, self.plan.steps);
        let rates: Vec<f64> = steps.clone().map(rate).collect();
        let mut gradient_norms = Vec::new();
        // The state after the last step that was promised: an update later it is gone.
        let mut promised_state = None;
        // The loss and the number of correct examples of each step, one after the other.
        let outputs = match self.device_data.take() {
            Some(device_data) => {
                let outputs = steps
                    .zip(&rates)
                    .map(|(step, rate)| self.step_on_device(&device_data, step, *rate));
                let outputs = concat(outputs.collect());
                self.device_data = Some(device_data);
                self.read_back(done + count, outputs.into_data_async())
                    .await?
            }
            None => {
                let mut outputs = Vec::new();
                let mut timer = YieldTimer::default();
                for (step, rate) in steps.zip(&rates) {
                    timer.yield_if_due().await;
                    let (output, gradient_norm) = self.step_on_cpu(step, *rate).await;
                    outputs.extend(output);
                    gradient_norms.push(gradient_norm);
                    if self.needs_check_after(step + 1) {
                        promised_state = self
                            .state_digest()
                            .await
                            .ok()
                            .map(|state| (step + 1, state));
                    }
                }
                outputs
            }
        };
        let seconds = start.elapsed().as_secs_f64().max(1e-9);
        self.training_time.seconds += seconds;
        self.training_time.steps += count;

        let mut reports = Vec::new();
        for (i, (output, rate)) in outputs.chunks_exact(2).zip(rates).enumerate() {
            let step = done + i as u64 + 1;
            let (loss, correct) = (output[0], output[1]);
            if !loss.is_finite() {
                self.non_finite = Some((step, loss));
                break;
            }
            self.trace.push(loss);
            self.chain.push(loss.to_bits());
            if let Some(verifier) = &mut self.verifier {
                verifier.observe(loss);
                match &promised_state {
                    Some((at, state)) if *at == step => {
                        verifier.set_check(self.chain.check(state));
                    }
                    _ => {}
                }
            }
            reports.push(Report {
                step,
                epoch: self.plan.epoch_of(step),
                loss,
                accuracy: correct / self.plan.batch_size as f32,
                learning_rate: rate,
                gradient_norm: gradient_norms.get(i).copied(),
                images_per_second: (count as usize * self.plan.batch_size) as f64 / seconds,
            });
        }
        match self.non_finite {
            // The steps before it are reported first, and the error at the next call.
            Some((step, loss)) if reports.is_empty() => Err(LabError::NotFinite { step, loss }),
            _ => Ok(reports),
        }
    }

    /// One step on an engine with memory of its own: `[2]`, the loss and the number of correct examples, not read yet.
    fn step_on_device(&mut self, data: &DeviceData, step: u64, rate: f64) -> Tensor<1> {
        let (images, labels) = match self.recipe.aug.is_empty() {
            true => {
                let indices = self.indices_of(step).iter().copied();
                data.train.gather(indices)
            }
            // Augmentation runs on the host, in the same way for every engine.
            false => {
                let shape = self.data.info.shape();
                let batch = self.host_batch(step).augmented(&self.recipe, shape);
                batch.upload(shape, &self.engine.device)
            }
        };
        let (shards, batch_size) = (self.plan.shards, self.plan.batch_size);
        let micro_batch =
            MicroBatch::new(&self.recipe, shards, batch_size, step * batch_size as u64);
        let model = self.trainer.training_model();
        let output = trainer::forward_backward(&model, images, labels, micro_batch);
        self.record_step(&output.gradient);
        self.trainer
            .update(output.gradient, output.batch_statistics, rate);
        concat(vec![output.loss, output.correct])
    }

    /// One step on the CPU engine, shared with the worker pool: the loss, the number of correct examples, and the norm of the
    /// gradient.
    async fn step_on_cpu(&mut self, step: u64, rate: f64) -> ([f32; 2], f32) {
        let batch = self.host_batch(step);
        let header = &self.task_header;
        let weights = || to_host(self.trainer.weights.clone());
        // Built after the other workers have got their tasks.
        let model = LazyCell::new(|| self.trainer.training_model());
        let local = |shard: &Shard| train_shard(header, &self.recipe, &model, shard);
        let shards = batch.split(self.plan.shards);
        let pool = &self.engine.worker_pool;
        let ShardOutput {
            loss,
            correct,
            gradient,
            batch_statistics,
        } = pool.train(header, weights, shards, local).await;

        let shards = self.plan.shards as f32;
        let batch_statistics =
            (!batch_statistics.is_empty()).then(|| from_host(batch_statistics) / shards);
        let gradient_norm = l2_norm(&gradient);
        let gradient = from_host(gradient);
        self.record_step(&gradient);
        self.trainer.update(gradient, batch_statistics, rate);
        ([loss, correct], gradient_norm)
    }

    /// A step's examples on the host, without augmentation. `step` counts from 0.
    pub(super) fn host_batch(&mut self, step: u64) -> Batch {
        let data = Arc::clone(&self.data);
        let first = step * self.plan.batch_size as u64;
        Batch::gather(&data.train, self.indices_of(step), first)
    }

    /// The augmented examples of any step, done or to come, from 1; `None` if the run has no such step. They follow from the
    /// recipe alone, and asking for them changes nothing of the run.
    pub fn batch(&self, step: u64) -> Option<Batch> {
        let index = step.checked_sub(1).filter(|_| step <= self.plan.steps)?;
        let (steps_per_epoch, batch_size) = (self.plan.steps_per_epoch, self.plan.batch_size);
        let order = self.order_of(index / steps_per_epoch);
        let start = (index % steps_per_epoch) as usize * batch_size;
        let first = index * batch_size as u64;
        let batch = Batch::gather(&self.data.train, &order[start..start + batch_size], first);
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
