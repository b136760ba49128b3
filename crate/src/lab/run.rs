//! The run: a recipe on an engine, pulled step by step.

use std::sync::Arc;

use burn::tensor::activation::softmax;
use burn::tensor::{Int, Tensor, TensorData, Transaction};
use web_time::Instant;

use super::batch::Batch;
use super::checkpoint::{About as Kept, Checkpoint};
use super::crew::assistant::{self, numbers, vector};
use super::crew::task::About;
use super::engine::{Engine, EngineKind, SelfTest};
use super::error::LabError;
use super::file::File;
use super::images::{Images, indices};
use super::learner::{self, Learner};
use super::pace::Breath;
use super::plan::Plan;
use super::runfile::{self, Computed, RunFile, Scored, Timings, Trained};
use super::schedule::learning_rate;
use super::score::{Score, score, tally};
use super::selftest::self_test;
use super::trace::Trace;
use super::verify::{Comparison, Reference, Verdict, Verifier};
use super::weights;
use crate::data::{Dataset, Split};
use crate::ops::join;
use crate::random::{Purpose, stream};
use crate::recipe::{Link, Recipe, marks_of};

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
    /// What the crew is told of the run.
    about: About,
    learner: Learner,
    /// Where the engine has memory of its own: both splits there.
    resident: Option<Resident>,
    /// The epoch's order of examples, and the epoch that it is of.
    order: Option<(u64, Vec<u32>)>,
    trace: Trace,
    /// After which step this engine took the run over from another, or that one from yet another.
    handed_over: Option<u64>,
    verifier: Option<Verifier>,
    /// Seconds of training, and the steps that they were spent on.
    timed: (f64, u64),
    /// The step whose loss was no number, and that loss: there is no way on from there.
    ended: Option<(u64, f32)>,
}

/// The data in a device's own memory.
#[derive(Debug)]
struct Resident {
    train: Images,
    test: Images,
    /// The epoch's order of examples, and the epoch that it is of.
    order: Option<(u64, Tensor<1, Int>)>,
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
            train: Images::upload(&data.train, plan.examples, shape, device),
            test: Images::upload(&data.test, data.test.len(), shape, device),
            order: None,
        });
        let about = About {
            link: recipe.link(),
            shape,
            batch: plan.batch,
        };
        Ok(Run {
            about,
            learner: Learner::of(&recipe, device),
            resident,
            engine,
            recipe,
            data,
            plan,
            order: None,
            trace: Trace::for_steps(plan.steps),
            handed_over: None,
            verifier: None,
            timed: (0.0, 0),
            ended: None,
        })
    }

    /// Starts from a checkpoint of the same recipe on the same data: the run goes on as if it had never stopped.
    ///
    /// # Errors
    /// Those of [`Run::start`], and [`LabError::Checkpoint`] where the file is damaged or another run's.
    pub async fn resume(
        engine: &Engine,
        recipe: Recipe,
        data: Arc<Dataset>,
        checkpoint: &[u8],
    ) -> Result<Self, LabError> {
        let file = File::open(checkpoint).map_err(LabError::Checkpoint)?;
        Kept::of(&file)?.is_of(&recipe.link(), &data.digest)?;
        let mut run = Run::start(engine, recipe, data).await?;
        let read = Checkpoint::read(&file, &run.learner, run.plan.steps)?;
        let (about, now) = (read.about, run.engine.info.kind);
        let took_over = about.steps > 0 && about.engine != now;
        run.handed_over = match took_over {
            true => Some(about.steps),
            false => about.handed_over,
        };
        let device = run.engine.device.clone();
        let upload = |values: Vec<f32>| Tensor::from_floats(values.as_slice(), &device);
        run.learner.statistics = read.statistics.map(upload);
        let state = &mut run.learner.optimizer.state;
        state.first = read.first.map(upload);
        state.second = read.second.map(upload);
        state.time = about.steps;
        run.learner.weights = upload(read.weights);
        run.trace = Trace::from(read.trace);
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
        self.learner.parameters()
    }

    /// Steps done.
    pub fn steps_done(&self) -> u64 {
        self.trace.bits().len() as u64
    }

    /// After which step another engine took the run over, if one did: its check is then that of no other run.
    pub fn handed_over(&self) -> Option<u64> {
        self.handed_over
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
        let outcomes = match self.resident.take() {
            Some(mut resident) => {
                let work = steps.clone().zip(&rates);
                let outcomes = work.map(|(step, rate)| self.step_there(&mut resident, step, *rate));
                let outcomes = join(outcomes.collect());
                self.resident = Some(resident);
                self.read(done + count, outcomes.into_data_async()).await?
            }
            None => {
                let mut outcomes = Vec::new();
                let mut breath = Breath::default();
                for (step, rate) in steps.zip(&rates) {
                    breath.take_if_due().await;
                    outcomes.extend(self.step_here(step, *rate).await);
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
    fn step_there(&mut self, resident: &mut Resident, step: u64, rate: f64) -> Tensor<1> {
        let (images, labels) = match self.recipe.aug.is_empty() {
            true => {
                let batch = self.batch_there(resident, step);
                resident.train.gather(batch)
            }
            // Images are changed on the host, in the same way for every engine.
            false => {
                let shape = self.data.info.shape();
                let batch = self.batch_here(step).augmented(&self.recipe, shape);
                batch.upload(shape, &self.engine.device)
            }
        };
        let Plan { shards, batch, .. } = self.plan;
        let pass = learner::pass(&self.learner.student(), images, labels, shards, batch);
        self.learner.learn(pass.gradient, pass.statistics, rate);
        join(vec![pass.loss, pass.right])
    }

    /// The indices of a step's examples, on the device.
    fn batch_there(&mut self, resident: &mut Resident, step: u64) -> Tensor<1, Int> {
        let epoch = step / self.plan.steps_per_epoch;
        let order = match resident.order.take() {
            Some((of, order)) if of == epoch => order,
            _ => {
                let order = self.order_of(epoch).iter().map(|index| *index as i32);
                indices(order.collect(), &self.engine.device)
            }
        };
        let at = self.place_of(step);
        let batch = order.clone().slice([at..at + self.plan.batch]);
        resident.order = Some((epoch, order));
        batch
    }

    /// A step's examples, on the host.
    fn batch_here(&mut self, step: u64) -> Batch {
        let (at, count) = (self.place_of(step), self.plan.batch);
        let data = Arc::clone(&self.data);
        let order = self.order_of(step / self.plan.steps_per_epoch);
        Batch::gather(&data.train, &order[at..at + count], step * count as u64)
    }

    /// One step on the CPU engine, shared with the crew: loss, and how many were right.
    async fn step_here(&mut self, step: u64, rate: f64) -> [f32; 2] {
        let batch = self.batch_here(step);
        let about = &self.about;
        let weights = || numbers(self.learner.weights.clone());
        let student = self.learner.student();
        let own = |shard: &Batch| assistant::train(about, &self.recipe, &student, shard);
        let shards = batch.cut(self.plan.shards);
        let outcomes = self.engine.crew.train(about, weights, shards, own).await;

        // In the order of the shards, whoever computed them.
        let (mut loss, mut right) = (0.0, 0.0);
        let (mut gradient, mut statistics) = (Vec::new(), Vec::new());
        for outcome in outcomes {
            loss += outcome.loss;
            right += outcome.right;
            add(&mut gradient, outcome.gradient);
            add(&mut statistics, outcome.statistics);
        }
        let shards = self.plan.shards as f32;
        let mean = (!statistics.is_empty()).then(|| vector(statistics) / shards);
        self.learner.learn(vector(gradient), mean, rate);
        [loss, right]
    }

    /// Where a step's examples start in its epoch's order.
    fn place_of(&self, step: u64) -> usize {
        (step % self.plan.steps_per_epoch) as usize * self.plan.batch
    }

    /// An epoch's order of examples, from the seed's stream of that number.
    fn order_of(&mut self, epoch: u64) -> &[u32] {
        let order = match self.order.take() {
            Some((of, order)) if of == epoch => order,
            _ => {
                let mut stream = stream(self.recipe.seed, Purpose::Order, epoch);
                stream.permutation(self.plan.examples as u32)
            }
        };
        &self.order.insert((epoch, order)).1
    }

    /// Scores the network on the whole test split.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn evaluate(&self) -> Result<Score, LabError> {
        match &self.resident {
            Some(resident) => {
                self.score_there(&resident.test, &self.data.test.labels)
                    .await
            }
            None => Ok(self.score_here(&self.data.test).await),
        }
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
        if self.resident.is_none() {
            return Ok(self.score_here(&other.test).await);
        }
        let device = &self.engine.device;
        let images = Images::upload(&other.test, other.test.len(), theirs.shape(), device);
        self.score_there(&images, &other.test.labels).await
    }

    async fn score_there(&self, images: &Images, truth: &[u8]) -> Result<Score, LabError> {
        let network = self.learner.network();
        let batch = answer_batch(self.plan.batch);
        score(&self.engine, &network, images, truth, batch)
            .await
            .map_err(|what| self.gpu_error(self.steps_done(), what))
    }

    /// On the CPU engine, shared with the crew.
    async fn score_here(&self, split: &Split) -> Score {
        let about = &self.about;
        let network = self.learner.network();
        let weights = || numbers(self.learner.weights.clone());
        let statistics = || {
            let statistics = self.learner.statistics.clone();
            statistics.map(numbers).unwrap_or_default()
        };
        let all: Vec<u32> = (0..split.len() as u32).collect();
        let batches = all.chunks(answer_batch(self.plan.batch));
        let batches = batches.map(|of| Batch::gather(split, of, 0)).collect();
        let own = |batch: &Batch| assistant::score(about, &network, batch);
        let crew = &self.engine.crew;
        let scores = crew.score(about, weights, statistics, batches, own).await;
        let (mut logits, mut losses) = (Vec::new(), Vec::new());
        for score in scores {
            logits.extend(score.logits);
            losses.extend(score.losses);
        }
        tally(
            &logits,
            &losses,
            &split.labels,
            logits.len() / split.len().max(1),
        )
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

    /// The marks of the trace so far: what a checked link carries beside the check.
    pub fn marks(&self) -> Vec<u32> {
        marks_of(self.trace.bits())
    }

    /// What computes it. Exact is the CPU engine in WebAssembly, from the first step to the last.
    pub fn computed(&self) -> Computed {
        let info = self.engine.info();
        Computed {
            kind: info.kind,
            build: match cfg!(target_family = "wasm") {
                true => runfile::Build::Wasm,
                false => runfile::Build::Native,
            },
            label: info.label(),
            adapter: info.adapter,
            software: info.software,
            handed_over: self.handed_over,
        }
    }

    /// From now on, and for the steps that are done, the run is compared with what its checked link promises. Nothing
    /// is compared where the link carries no check.
    ///
    /// # Errors
    /// [`LabError::Plan`] where the marks are those of a run of another length.
    pub fn verify_link(&mut self, link: &Link) -> Result<(), LabError> {
        let Some(check) = &link.check else {
            return Ok(());
        };
        let reference = Reference::of_marks(check, &link.marks, self.plan.steps, link.version);
        let comparison = match self.computed().is_exact() {
            true => Comparison::Bits,
            false => Comparison::Band,
        };
        self.compare(reference.map_err(LabError::Plan)?, comparison);
        Ok(())
    }

    /// From now on, and for the steps that are done, the run is compared with a run file's.
    ///
    /// # Errors
    /// [`LabError::RunFile`] where that is another recipe's, or was made with other data.
    pub fn verify_file(&mut self, file: &RunFile) -> Result<(), LabError> {
        let (link, data) = (self.recipe.link(), &self.data);
        let wrong = if file.recipe()? != self.recipe {
            Some(format!("it is of the run {}, not of {link}.", file.link))
        } else if file.data.digest != data.digest {
            let short = |digest: &str| digest.chars().take(8).collect::<String>();
            Some(format!(
                "it was made with other data: {} with the digest {}…, and here it is {}…. So its run cannot be repeated \
                 here.",
                data.info.title,
                short(&file.data.digest),
                short(&data.digest)
            ))
        } else if file.steps != self.plan.steps {
            Some(format!(
                "it says that the run has {} steps, but its recipe makes {} of it.",
                file.steps, self.plan.steps
            ))
        } else {
            None
        };
        if let Some(what) = wrong {
            return Err(LabError::RunFile(what));
        }
        let bits = file.engine.is_exact() && self.computed().is_exact();
        let comparison = if bits {
            Comparison::Bits
        } else {
            Comparison::Band
        };
        let version = file.versions.recipe;
        self.compare(
            Reference::of_trace(&file.check, file.trace.bits(), version),
            comparison,
        );
        Ok(())
    }

    fn compare(&mut self, reference: Reference, comparison: Comparison) {
        let mut verifier = Verifier::new(reference, comparison);
        for bits in self.trace.bits() {
            verifier.see(f32::from_bits(*bits));
        }
        self.verifier = Some(verifier);
        self.check_if_wanted();
    }

    fn check_if_wanted(&mut self) {
        if let Some(verifier) = &mut self.verifier
            && let Some(steps) = verifier.wants_check()
        {
            let trace = self.trace.up_to(steps);
            verifier.end(trace.check(&self.recipe.link(), &self.data.digest));
        }
    }

    /// How the run compares with what was promised, if anything was.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verifier.as_ref().map(Verifier::verdict)
    }

    /// The run as a file, with scores that were made along the way.
    pub fn file(&self, scores: &[Scored]) -> RunFile {
        let (seconds, steps) = self.timed;
        let images = (steps as usize * self.plan.batch) as f64;
        RunFile::of(runfile::Parts {
            recipe: &self.recipe,
            engine: self.computed(),
            data: Trained {
                name: self.data.info.name.clone(),
                title: self.data.info.title.clone(),
                digest: self.data.digest.clone(),
            },
            steps: self.plan.steps,
            trace: self.trace.clone(),
            scores: scores.to_vec(),
            timings: Timings {
                seconds,
                steps,
                images_per_second: if steps == 0 { 0.0 } else { images / seconds },
            },
        })
    }

    /// The weights as a safetensors file, with the running averages of what is normalised by batches.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn weights(&self) -> Result<Vec<u8>, LabError> {
        let step = self.steps_done();
        let values = self
            .read(step, self.learner.weights.to_data_async())
            .await?;
        let statistics = match &self.learner.statistics {
            Some(statistics) => self.read(step, statistics.to_data_async()).await?,
            None => Vec::new(),
        };
        let link = self.recipe.link();
        weights::write(&self.learner, &values, &statistics, &link).map_err(LabError::Weights)
    }

    /// All that the run needs to go on from here, as a safetensors file.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn checkpoint(&self) -> Result<Vec<u8>, LabError> {
        let state = &self.learner.optimizer.state;
        let mut transaction = Transaction::default().register(self.learner.weights.clone());
        let parts = [&self.learner.statistics, &state.first, &state.second];
        for vector in parts.into_iter().flatten() {
            transaction = transaction.register(vector.clone());
        }
        let steps = self.steps_done();
        let read = self.engine.health.guard(transaction.execute_async()).await;
        let read = read.map_err(|what| self.gpu_error(steps, what))?;
        let mut vectors = read.into_iter().map(|data| data.try_to_vec::<f32>());
        let mut next = || match vectors.next() {
            Some(Ok(vector)) => Ok(Some(vector)),
            Some(Err(error)) => Err(self.gpu_error(steps, format!("{error:?}"))),
            None => Ok(None),
        };
        let weights = next()?.unwrap_or_default();
        let mut part = |there: bool| if there { next() } else { Ok(None) };
        let [statistics, first, second] = parts.map(|vector| part(vector.is_some()));
        let checkpoint = Checkpoint {
            about: Kept {
                link: self.recipe.link(),
                digest: self.data.digest.clone(),
                steps,
                engine: self.engine.info.kind,
                handed_over: self.handed_over,
            },
            weights,
            statistics: statistics?,
            first: first?,
            second: second?,
            trace: self.trace.bits().to_vec(),
        };
        checkpoint.to_bytes(&self.learner)
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

/// Adds numbers to sums, which are nothing at first.
fn add(sums: &mut Vec<f32>, values: Vec<f32>) {
    if sums.is_empty() {
        *sums = values;
    } else {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
}

#[cfg(test)]
mod band;
#[cfg(test)]
mod tests;
