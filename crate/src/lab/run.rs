//! The run: a recipe on an engine, pulled step by step.

use std::sync::Arc;

use burn::tensor::activation::softmax;
use burn::tensor::{Int, Tensor, TensorData, Transaction};
use web_time::Instant;

use super::checkpoint::Checkpoint;
use super::engine::{Engine, SelfTest};
use super::error::LabError;
use super::images::{Images, indices};
use super::learner::Learner;
use super::plan::Plan;
use super::schedule::learning_rate;
use super::score::{Score, score};
use super::selftest::self_test;
use super::trace::Trace;
use super::weights;
use crate::data::Dataset;
use crate::random::{Purpose, stream};
use crate::recipe::Recipe;

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
    learner: Learner,
    train: Images,
    test: Images,
    /// The epoch's order of examples on the device, and the epoch that it is of.
    order: Option<(u64, Tensor<1, Int>)>,
    trace: Trace,
    /// The step whose loss was no number, and that loss: there is no way on from there.
    ended: Option<(u64, f32)>,
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
        Ok(Run {
            learner: Learner::of(&recipe, device),
            train: Images::upload(&data.train, plan.examples, shape, device),
            test: Images::upload(&data.test, data.test.len(), shape, device),
            engine,
            recipe,
            data,
            plan,
            order: None,
            trace: Trace::for_steps(plan.steps),
            ended: None,
        })
    }

    /// Starts from a checkpoint of the same recipe on the same data: the run goes on as if it had never stopped.
    ///
    /// # Errors
    /// Those of [`Run::start`], and [`LabError::Checkpoint`] where the checkpoint is another run's.
    pub async fn resume(
        engine: &Engine,
        recipe: Recipe,
        data: Arc<Dataset>,
        checkpoint: Checkpoint,
    ) -> Result<Self, LabError> {
        let mut run = Run::start(engine, recipe, data).await?;
        checkpoint.check(&run.recipe.link(), &run.data.digest, run.parameters())?;
        let device = run.engine.device.clone();
        let upload = |values: Vec<f32>| Tensor::from_floats(values.as_slice(), &device);
        let state = &mut run.learner.optimizer.state;
        state.first = checkpoint.first.map(upload);
        state.second = checkpoint.second.map(upload);
        state.time = checkpoint.trace.len() as u64;
        run.learner.weights = upload(checkpoint.weights);
        run.trace = Trace::from(checkpoint.trace);
        Ok(run)
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
        self.learner.slots.iter().map(|slot| slot.len()).sum()
    }

    /// Steps done.
    pub fn steps_done(&self) -> u64 {
        self.trace.bits().len() as u64
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
        let mut rates = Vec::new();
        let mut outcomes = Vec::new();
        for step in done..done + count {
            let batch = self.batch_of(step);
            let (images, labels) = self.train.gather(batch);
            let rate = learning_rate(&self.recipe, step, self.plan.steps);
            outcomes.push(self.learner.step(images, labels, rate));
            rates.push(rate);
        }
        let read = Tensor::cat(outcomes, 0).into_data_async();
        let outcomes = self.read(done + count, read).await?;
        let seconds = start.elapsed().as_secs_f64().max(1e-9);

        let mut reports = Vec::new();
        for (i, (outcome, rate)) in outcomes.chunks_exact(2).zip(rates).enumerate() {
            let step = done + i as u64 + 1;
            let loss = outcome[0];
            if !loss.is_finite() {
                self.ended = Some((step, loss));
                break;
            }
            self.trace.push(loss);
            reports.push(Report {
                step,
                epoch: self.plan.epoch_of(step),
                loss,
                accuracy: outcome[1] / self.plan.batch as f32,
                learning_rate: rate,
                images_per_second: (count as usize * self.plan.batch) as f64 / seconds,
            });
        }
        match self.ended {
            // The steps before it are told first, and the error at the next call.
            Some((step, loss)) if reports.is_empty() => Err(LabError::NotFinite { step, loss }),
            _ => Ok(reports),
        }
    }

    /// The indices of a step's examples. Each epoch has its own order, from the seed's stream of that number.
    fn batch_of(&mut self, step: u64) -> Tensor<1, Int> {
        let epoch = step / self.plan.steps_per_epoch;
        let order = match self.order.take() {
            Some((of, order)) if of == epoch => order,
            _ => {
                let mut stream = stream(self.recipe.seed, Purpose::Order, epoch);
                let order = stream.permutation(self.plan.examples as u32);
                let order = order.into_iter().map(|index| index as i32).collect();
                indices(order, &self.engine.device)
            }
        };
        let at = (step % self.plan.steps_per_epoch) as usize * self.plan.batch;
        let batch = order.clone().slice([at..at + self.plan.batch]);
        self.order = Some((epoch, order));
        batch
    }

    /// Scores the network on the whole test split.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn evaluate(&self) -> Result<Score, LabError> {
        self.score_on(&self.test, &self.data.test.labels).await
    }

    /// Scores the network on another data set's test split: one of the same image shape and classes.
    ///
    /// # Errors
    /// [`LabError::Input`] where its shape is another one, [`LabError::Gpu`].
    pub async fn evaluate_on(&self, other: &Dataset) -> Result<Score, LabError> {
        let (ours, theirs) = (&self.data.info, &other.info);
        if ours.shape() != theirs.shape() || ours.classes.len() != theirs.classes.len() {
            return Err(LabError::Input(format!(
                "{} has other images or classes than {}, so this network cannot be scored on it.",
                theirs.title, ours.title
            )));
        }
        let images = Images::upload(
            &other.test,
            other.test.len(),
            theirs.shape(),
            &self.engine.device,
        );
        self.score_on(&images, &other.test.labels).await
    }

    async fn score_on(&self, images: &Images, truth: &[u8]) -> Result<Score, LabError> {
        let network = self.learner.network();
        let batch = answer_batch(self.plan.batch);
        score(&self.engine, &network, images, truth, batch)
            .await
            .map_err(|what| self.gpu_error(self.steps_done(), what))
    }

    /// The probability of each class for one image.
    ///
    /// # Shapes
    /// - `pixels`: `[channels × height × width]`, from 0 to 1
    /// - output: `[classes]`
    ///
    /// # Errors
    /// [`LabError::Input`] where there are more or fewer pixels, or one is no number; [`LabError::Gpu`].
    pub async fn predict(&self, pixels: &[f32]) -> Result<Vec<f32>, LabError> {
        let [channels, height, width] = self.data.info.shape();
        let wanted = channels * height * width;
        if pixels.len() != wanted || pixels.iter().any(|pixel| !pixel.is_finite()) {
            return Err(LabError::Input(format!(
                "An image for this network has {wanted} numbers from 0 to 1 ({channels}×{height}×{width}); these are {}.",
                pixels.len()
            )));
        }
        // The rest of the batch stays empty.
        let batch = answer_batch(self.plan.batch);
        let mut filled = vec![0.0; batch * wanted];
        filled[..wanted].copy_from_slice(pixels);
        let images = TensorData::new(filled, [batch, channels, height, width]);
        let images = Tensor::from_data(images, &self.engine.device);
        let probabilities = softmax(self.learner.network().forward(images), 1);
        let [_, classes] = probabilities.dims();
        let read = probabilities.into_data_async();
        let mut answers = self.read(self.steps_done(), read).await?;
        answers.truncate(classes);
        Ok(answers)
    }

    /// The check of the trace so far.
    pub fn check(&self) -> String {
        self.trace.check(&self.recipe.link(), &self.data.digest)
    }

    /// The trace so far.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// The weights as a safetensors file.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn weights(&self) -> Result<Vec<u8>, LabError> {
        let read = self.learner.weights.to_data_async();
        let values = self.read(self.steps_done(), read).await?;
        weights::write(&self.learner.slots, &values, &self.recipe.link())
            .map_err(LabError::Checkpoint)
    }

    /// All that the run needs to go on from here.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn checkpoint(&self) -> Result<Checkpoint, LabError> {
        let state = &self.learner.optimizer.state;
        let mut transaction = Transaction::default().register(self.learner.weights.clone());
        for vector in [&state.first, &state.second].into_iter().flatten() {
            transaction = transaction.register(vector.clone());
        }
        let step = self.steps_done();
        let read = self.engine.health.guard(transaction.execute_async()).await;
        let read = read.map_err(|what| self.gpu_error(step, what))?;
        let mut vectors = read.into_iter().map(|data| data.try_to_vec::<f32>());
        let mut next = || match vectors.next() {
            Some(Ok(vector)) => Ok(Some(vector)),
            Some(Err(error)) => Err(self.gpu_error(step, format!("{error:?}"))),
            None => Ok(None),
        };
        Ok(Checkpoint {
            link: self.recipe.link(),
            digest: self.data.digest.clone(),
            weights: next()?.unwrap_or_default(),
            first: next()?,
            second: next()?,
            trace: self.trace.bits().to_vec(),
        })
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

#[cfg(test)]
mod tests;
