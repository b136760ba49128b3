//! The run: a recipe on an engine, pulled step by step.
//!
//! - `answer`: scores, and one image's probabilities
//! - `compare`: check, marks, verdict, run file
//! - [`inside`]: what its layers give, and how their weights move
//! - `keep`: weights and checkpoints, and going on from one
//! - `preview`: what it makes of training images

mod answer;
mod compare;
pub mod inside;
mod keep;
mod preview;

use inside::Watched;
pub use preview::Preview;

use std::cell::{LazyCell, OnceCell, RefCell};
use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};
use web_time::Instant;

use super::batch::Batch;
use super::crew::assistant::{self, numbers, vector};
use super::crew::task::{About, ShardOutcome};
use super::engine::{Engine, EngineKind, SelfTest};
use super::error::LabError;
use super::images::Images;
use super::learner::{self, Learner, Part};
use super::pace::Breath;
use super::plan::Plan;
use super::roles::Roles;
use super::schedule::learning_rate;
use super::score::Answers;
use super::selftest::self_test;
use super::trace::Trace;
use super::verify::Verifier;
use crate::data::Dataset;
use crate::ops::concat;
use crate::random::{Purpose, stream};
use crate::recipe::{Recipe, Scale};

/// What one step gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// The step, from 1.
    pub step: u64,
    /// Its epoch, from 1.
    pub epoch: u64,
    /// The batch's mean loss, before the step's update.
    pub loss: f32,
    /// The part of the batch that was right, from 0 to 1.
    pub accuracy: f32,
    /// The learning rate.
    pub learning_rate: f64,
    /// The length of the batch's gradient, before it is clipped. Nothing where the engine has memory of its own: there it
    /// would take operations that training does not need.
    pub gradient_norm: Option<f32>,
    /// Training speed over the pull that the step was part of.
    pub images_per_second: f64,
}

/// A run. The caller pulls: nothing goes on between two calls.
#[derive(Debug)]
pub struct Run {
    engine: Engine,
    recipe: Recipe,
    data: Arc<Dataset>,
    plan: Plan,
    /// What the crew is told of the run.
    about: About,
    learner: Learner,
    /// Where the engine has memory of its own: both splits there.
    resident: Option<Resident>,
    /// What each training example is for.
    roles: Roles,
    /// The epoch's order of examples, and the epoch that it is of.
    order: Option<(u64, Vec<u32>)>,
    trace: Trace,
    /// After which step this engine took the run over from another, or that one from yet another.
    handed_over: Option<u64>,
    verifier: Option<Verifier>,
    /// Seconds of training, and the steps that they were spent on.
    timed: (f64, u64),
    /// What it answered when it was last scored on the test split.
    answers: RefCell<Option<Answers>>,
    /// Whether steps are watched, and what the last one was made of.
    watches: bool,
    watched: Option<Watched>,
    /// The step whose loss was no number, and that loss: there is no way on from there.
    ended: Option<(u64, f32)>,
}

/// The data in a device's own memory.
#[derive(Debug)]
struct Resident {
    train: Images,
    /// Uploaded once they are there and asked for.
    test: OnceCell<Images>,
}

/// The batch shape of scoring and answering: never small, since the kernels that backends keep for single rows are
/// other ones, and never one that the self-test has not seen.
pub fn answer_batch(batch: usize) -> usize {
    batch.max(64)
}

/// Room that the heap gets ahead of a run, in bytes. Small things that stay fragment it over thousands of steps, and
/// then a convolution's largest buffer (5 MB for LeNet-5's first) finds no place: the memory would grow in mid-run.
const HEADROOM: usize = 8 << 20;

impl Run {
    /// Starts a run: plans it, proves the engine, uploads the data, sets the initial weights.
    ///
    /// # Errors
    /// [`LabError::Plan`] and [`LabError::SelfTest`].
    pub async fn start(
        engine: &Engine,
        recipe: Recipe,
        data: Arc<Dataset>,
    ) -> Result<Self, LabError> {
        let plan = Plan::of(&recipe, &data)?;
        let mut engine = engine.clone();
        if engine.needs_self_test() {
            self_test(&engine, &recipe, &data, &plan).await?;
            engine.info.self_test = SelfTest::Passed;
        }
        drop(std::hint::black_box(Vec::<u8>::with_capacity(HEADROOM)));
        let shape = data.info.shape();
        let device = &engine.device;
        let resident = (engine.info.kind == EngineKind::Gpu).then(|| Resident {
            train: Images::upload(&data.train, plan.examples + plan.validation, shape, device),
            test: OnceCell::new(),
        });
        let about = About {
            link: recipe.link(),
            shape,
            batch: plan.batch,
            scale: data.scale(&recipe),
        };
        Ok(Run {
            learner: Learner::on(&recipe, about.scale.clone(), device),
            about,
            resident,
            roles: Roles::of(
                recipe.seed,
                plan.examples + plan.validation,
                plan.validation,
            ),
            engine,
            recipe,
            data,
            plan,
            order: None,
            trace: Trace::for_steps(plan.steps),
            handed_over: None,
            verifier: None,
            timed: (0.0, 0),
            answers: RefCell::default(),
            watches: false,
            watched: None,
            ended: None,
        })
    }

    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The engine, with what the self-test found.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The data.
    pub fn data(&self) -> &Dataset {
        &self.data
    }

    /// How long the run is.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Trainable parameters.
    pub fn parameters(&self) -> usize {
        self.learner.parameters()
    }

    /// Steps done.
    pub fn steps_done(&self) -> u64 {
        self.trace.bits().len() as u64
    }

    /// How pixels are scaled.
    pub fn scale(&self) -> &Scale {
        &self.about.scale
    }

    /// Up to `count` more steps; fewer at the end, and none when the run is over.
    ///
    /// The device is read once, after the last of them: two numbers a step.
    ///
    /// # Errors
    /// [`LabError::NotFinite`], which ends the run (steps before that one are reported first), and [`LabError::Gpu`], after which nothing on the device can be
    /// trusted.
    pub async fn step(&mut self, count: u64) -> Result<Vec<Report>, LabError> {
        if let Some((step, loss)) = self.ended {
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
        let mut norms = Vec::new();
        let outcomes = match self.resident.take() {
            Some(resident) => {
                let work = steps.clone().zip(&rates);
                let outcomes = work.map(|(step, rate)| self.step_there(&resident, step, *rate));
                let outcomes = concat(outcomes.collect());
                self.resident = Some(resident);
                self.read(done + count, outcomes.into_data_async()).await?
            }
            None => {
                let mut outcomes = Vec::new();
                let mut breath = Breath::default();
                for (step, rate) in steps.zip(&rates) {
                    breath.take_if_due().await;
                    let (outcome, norm) = self.step_here(step, *rate).await;
                    outcomes.extend(outcome);
                    norms.push(norm);
                }
                outcomes
            }
        };
        let seconds = start.elapsed().as_secs_f64().max(1e-9);
        self.timed = (self.timed.0 + seconds, self.timed.1 + count);

        let mut reports = Vec::new();
        for (i, (outcome, rate)) in outcomes.chunks_exact(2).zip(rates).enumerate() {
            let step = done + i as u64 + 1;
            let loss = outcome[0];
            if !loss.is_finite() {
                self.ended = Some((step, loss));
                break;
            }
            self.trace.push(loss);
            if let Some(verifier) = &mut self.verifier {
                verifier.see(loss);
            }
            reports.push(Report {
                step,
                epoch: self.plan.epoch_of(step),
                loss,
                accuracy: outcome[1] / self.plan.batch as f32,
                learning_rate: rate,
                gradient_norm: norms.get(i).copied(),
                images_per_second: (count as usize * self.plan.batch) as f64 / seconds,
            });
        }
        self.check_if_wanted();
        match self.ended {
            // The steps before it are told first, and the error at the next call.
            Some((step, loss)) if reports.is_empty() => Err(LabError::NotFinite { step, loss }),
            _ => Ok(reports),
        }
    }

    /// One step where the engine has memory of its own: `[2]`, loss and how many were right, not yet read.
    fn step_there(&mut self, resident: &Resident, step: u64, rate: f64) -> Tensor<1> {
        let (images, labels) = match self.recipe.aug.is_empty() {
            true => {
                let order = self.indices_of(step).iter().copied();
                resident.train.gather(order)
            }
            // Images are changed on the host, in the same way for every engine.
            false => {
                let shape = self.data.info.shape();
                let batch = self.batch_here(step).augmented(&self.recipe, shape);
                batch.upload(shape, &self.engine.device)
            }
        };
        let Plan { shards, batch, .. } = self.plan;
        let part = Part::of(&self.recipe, shards, batch, step * batch as u64);
        let pass = learner::pass(&self.learner.student(), images, labels, part);
        self.witness(&pass.gradient);
        self.learner.learn(pass.gradient, pass.statistics, rate);
        concat(vec![pass.loss, pass.right])
    }

    /// A step's examples, on the host.
    fn batch_here(&mut self, step: u64) -> Batch {
        let data = Arc::clone(&self.data);
        let first = step * self.plan.batch as u64;
        Batch::gather(&data.train, self.indices_of(step), first)
    }

    /// The examples of a step that is done or to come, from 1, as the network gets them: augmented. They follow from the
    /// recipe alone, and no run is changed by asking. Nothing where the run has no such step.
    pub fn batch(&self, step: u64) -> Option<Batch> {
        let before = step.checked_sub(1).filter(|_| step <= self.plan.steps)?;
        let (of_epoch, batch) = (self.plan.steps_per_epoch, self.plan.batch);
        let order = self.order(before / of_epoch);
        let at = (before % of_epoch) as usize * batch;
        let first = before * batch as u64;
        let batch = Batch::gather(&self.data.train, &order[at..at + batch], first);
        Some(batch.augmented(&self.recipe, self.data.info.shape()))
    }

    /// One step on the CPU engine, shared with the crew: loss and how many were right, and the gradient's length.
    async fn step_here(&mut self, step: u64, rate: f64) -> ([f32; 2], f32) {
        let batch = self.batch_here(step);
        let about = &self.about;
        let weights = || numbers(self.learner.weights.clone());
        // Made once the helpers are at work.
        let student = LazyCell::new(|| self.learner.student());
        let own = |shard: &Batch| assistant::train(about, &self.recipe, &student, shard);
        let shards = batch.cut(self.plan.shards);
        let outcome = self.engine.crew.train(about, weights, shards, own).await;

        let ShardOutcome {
            loss,
            right,
            gradient,
            statistics,
        } = outcome;
        let shards = self.plan.shards as f32;
        let mean = (!statistics.is_empty()).then(|| vector(statistics) / shards);
        let norm = length(&gradient);
        let gradient = vector(gradient);
        self.witness(&gradient);
        self.learner.learn(gradient, mean, rate);
        ([loss, right], norm)
    }

    /// The indices of a step's examples among the training images.
    fn indices_of(&mut self, step: u64) -> &[u32] {
        let (of_epoch, batch) = (self.plan.steps_per_epoch, self.plan.batch);
        let at = (step % of_epoch) as usize * batch;
        &self.order_of(step / of_epoch)[at..at + batch]
    }

    /// An epoch's order of examples, from the seed's stream of that number.
    fn order_of(&mut self, epoch: u64) -> &[u32] {
        let order = match self.order.take() {
            Some((of, order)) if of == epoch => order,
            _ => self.order(epoch),
        };
        &self.order.insert((epoch, order)).1
    }

    /// The same, made anew.
    fn order(&self, epoch: u64) -> Vec<u32> {
        let mut stream = stream(self.recipe.seed, Purpose::Order, epoch);
        let order = stream.permutation(self.plan.examples as u32);
        self.roles.trained(order)
    }

    async fn read<E: std::fmt::Display>(
        &self,
        step: u64,
        read: impl Future<Output = Result<TensorData, E>>,
    ) -> Result<Vec<f32>, LabError> {
        let data = self.engine.health.guard(read).await;
        data.and_then(|data| data.try_to_vec().map_err(|error| format!("{error:?}")))
            .map_err(|what| self.gpu_error(step, what))
    }

    fn gpu_error(&self, step: u64, what: String) -> LabError {
        LabError::Gpu { step, what }
    }
}

/// A vector's Euclidean length, summed in 64 bits: it is shown, and nothing follows from it.
fn length(values: &[f32]) -> f32 {
    // Several sums side by side: one alone would wait for each addition.
    let mut sums = [0.0_f64; 8];
    let (eights, rest) = values.as_chunks::<8>();
    for eight in eights {
        for (sum, value) in sums.iter_mut().zip(eight) {
            *sum += f64::from(*value).powi(2);
        }
    }
    let rest: f64 = rest.iter().map(|value| f64::from(*value).powi(2)).sum();
    (sums.iter().sum::<f64>() + rest).sqrt() as f32
}

#[cfg(test)]
mod band;
#[cfg(test)]
mod tests;
