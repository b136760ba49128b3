//! The run: a recipe on an engine, pulled step by step.
//!
//! - `step`: training steps; `device_step`: those on an engine with memory of its own
//! - `predict`: evaluation on a split, and the class probabilities of one image; [`evaluation`]: a split in parts; [`score`]:
//!   what an evaluation gives
//! - `compare`: check, marks, verdict, run file
//! - [`inspect`]: activations, saliency, and the gradient statistics of a step
//! - [`load`]: a network with the weights of a file, for answers alone; `start`: a run that is trained on from them
//! - `persist`: weights, checkpoints, and resuming from one; the digest of the state
//! - [`augmentations`]: how the run augments training images

pub mod augmentations;
mod compare;
mod device_step;
pub mod evaluation;
pub mod inspect;
pub mod load;
mod persist;
mod predict;
pub mod score;
mod start;
mod step;
#[cfg(test)]
mod tests;

use std::cell::{OnceCell, RefCell};
use std::fmt::Display;
use std::sync::Arc;

use burn::tensor::{Device, TensorData};

use crate::data::given::name_contents;
use crate::data::{Dataset, Split};
#[cfg(feature = "gpu")]
use crate::lab::engine::SelfTestStatus;
#[cfg(feature = "gpu")]
use crate::lab::engine::buffers::{holds_images, largest_buffer};
#[cfg(feature = "gpu")]
use crate::lab::engine::device_memory::check_device_memory;
use crate::lab::engine::memory::check_memory;
#[cfg(feature = "gpu")]
use crate::lab::engine::self_test::self_test;
#[cfg(feature = "gpu")]
use crate::lab::engine::step_test::{Outcome, Proof, Tested, step_test};
use crate::lab::engine::{Engine, EngineKind};
use crate::lab::error::LabError;
use crate::lab::files::run_file::ScoreRecord;
#[cfg(feature = "gpu")]
use crate::lab::train::compiled::{CompiledFor, CompiledTraining};
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::train::plan::TrainingPlan;
#[cfg(feature = "gpu")]
use crate::lab::train::programs::CompiledPrograms;
use crate::lab::train::trainer::Trainer;
use crate::lab::train::validation_split::TrainValidationSplit;
use crate::lab::train::whitening::initial_trainer;
use crate::lab::verify::Verifier;
use crate::lab::verify::check::CheckChain;
use crate::lab::verify::trace::Trace;
use crate::lab::worker_pool::task::TaskHeader;
use crate::recipe::{Normalization, Recipe};
pub use compare::Unproven;
use evaluation::{EvaluatedState, PartialEvaluation};
use inspect::RecordedStep;
pub use persist::Origin;
use score::Predictions;
use start::Start;
use step::Divergence;
pub use step::Report;

/// A run. The caller pulls its steps: nothing happens between two calls.
#[derive(Debug)]
pub struct Run {
    engine: Engine,
    recipe: Recipe,
    data: Arc<Dataset>,
    plan: TrainingPlan,
    /// The header of every task for the worker pool.
    task_header: TaskHeader,
    trainer: Trainer,
    /// What of its network does not come from the weights that it starts from, as sentences.
    start_notices: Vec<String>,
    /// The data in the device's memory, on an engine that has memory of its own.
    device_data: Option<DeviceData>,
    /// A step as a compiled program, on a GPU.
    #[cfg(feature = "gpu")]
    compiled: Option<CompiledTraining>,
    /// The digest of its programs.
    #[cfg(feature = "gpu")]
    digest: String,
    /// Whether the compiled program has the trainer's state.
    #[cfg(feature = "gpu")]
    is_loaded: bool,
    /// Which training examples are trained on, and which are held out.
    split: TrainValidationSplit,
    /// An epoch, and its order of examples.
    epoch_order: Option<(u64, Vec<u32>)>,
    trace: Trace,
    /// The hash over recipe, data and trace.
    chain: CheckChain,
    /// Steps up to this one come from a file; this lab computed those behind it.
    computed_from: u64,
    /// The step after which another engine handed the run over, the last time; `None` if none did.
    handed_over: Option<u64>,
    verifier: Option<Verifier>,
    training_time: TrainingTime,
    /// The predictions of the last evaluation on the test split.
    predictions: RefCell<Option<Predictions>>,
    /// The last score on the validation split.
    validation: RefCell<Option<ScoreRecord>>,
    /// The evaluation that is under way.
    evaluation: RefCell<Option<PartialEvaluation>>,
    /// The states of earlier steps that are to be evaluated later.
    deferred: Vec<EvaluatedState>,
    /// Whether steps are recorded for their gradient statistics.
    records_steps: bool,
    recorded_step: Option<RecordedStep>,
    /// Why the run cannot continue: its next step is not finite.
    divergence: Option<Divergence>,
}

/// The splits in a device's own memory, where batches are gathered there. Others are gathered on the host: those that are augmented, and
/// those of more images than the device has a buffer for.
#[derive(Debug)]
struct DeviceData {
    train: Option<DeviceSplit>,
    /// Uploaded by the first evaluation.
    test: OnceCell<Option<DeviceSplit>>,
    /// Bytes of the largest buffer; nothing where that is not known.
    largest: Option<u64>,
}

impl DeviceData {
    /// Uploads the first `examples` of a split, if there is a buffer for them.
    fn upload(
        largest: Option<u64>,
        split: &Split,
        examples: usize,
        shape: [usize; 3],
        device: &Device,
    ) -> Option<DeviceSplit> {
        #[cfg(feature = "gpu")]
        if largest.is_some_and(|largest| !holds_images(largest, examples, shape.iter().product())) {
            return None;
        }
        #[cfg(not(feature = "gpu"))]
        let _ = largest;
        Some(DeviceSplit::upload(split, examples, shape, device))
    }
}

/// Time spent in training steps.
#[derive(Clone, Copy, Debug, Default)]
struct TrainingTime {
    seconds: f64,
    /// The steps that it was spent on.
    steps: u64,
}

/// The batch size of evaluation and prediction. It is never small, because backends use other kernels for single rows; and
/// it is fixed, so that the self-test covers it.
pub fn eval_batch_size(batch_size: usize) -> usize {
    batch_size.max(64)
}

/// Bytes that the heap grows by before a run starts. Small allocations that stay fragment it over thousands of steps; then
/// a convolution's largest buffer (5 MB for LeNet-5's first) fits nowhere, and the memory would grow in the middle of a run.
const HEADROOM: usize = 8 << 20;

impl Run {
    /// Starts a run: plans it, tests the engine, uploads the data, draws the weights.
    ///
    /// # Errors
    /// [`LabError::Plan`] and [`LabError::SelfTest`], and [`LabError::InitialWeights`] where the recipe starts from a file, which
    /// [`Run::start_from`] takes.
    pub async fn start(
        engine: &Engine,
        recipe: Recipe,
        data: Arc<Dataset>,
    ) -> Result<Self, LabError> {
        Run::begin(engine, recipe, data, Start::Drawn).await
    }

    async fn begin(
        engine: &Engine,
        mut recipe: Recipe,
        data: Arc<Dataset>,
        start: Start<'_>,
    ) -> Result<Self, LabError> {
        name_contents(&mut recipe, &data)?;
        start.name(&mut recipe, &data)?;
        let plan = TrainingPlan::new(&recipe, &data)?;
        #[cfg_attr(not(feature = "gpu"), expect(unused_mut))]
        let mut engine = engine.clone();
        drop(std::hint::black_box(Vec::<u8>::with_capacity(HEADROOM)));
        let shape = data.info.shape();
        let device = &engine.device;
        if engine.info.kind == EngineKind::Gpu {
            // Packed for the upload, they are there twice.
            check_memory(&recipe, 2 * data.bytes())?;
            #[cfg(feature = "gpu")]
            check_device_memory(&engine, &recipe, 2 * data.bytes())?;
        }
        let examples = plan.examples + plan.validation;
        #[cfg(feature = "gpu")]
        let largest = largest_buffer(&engine);
        #[cfg(not(feature = "gpu"))]
        let largest = None;
        let is_gathered = recipe.aug.is_empty();
        let device_data = (engine.info.kind == EngineKind::Gpu).then(|| DeviceData {
            train: is_gathered
                .then(|| DeviceData::upload(largest, &data.train, examples, shape, device))
                .flatten(),
            test: OnceCell::new(),
            largest,
        });
        let task_header = TaskHeader {
            link: recipe.link(),
            shape,
            batch_size: plan.batch_size,
            normalization: data.normalization(&recipe),
        };
        let mut trainer = initial_trainer(&recipe, &data, &plan, device);
        let fitted = start.fitted(&trainer)?;
        #[cfg(feature = "gpu")]
        let (mut digest, mut choice) = (String::new(), String::new());
        #[cfg(feature = "gpu")]
        let compiled = match &device_data {
            Some(device_data) => {
                let target = CompiledFor {
                    recipe: &recipe,
                    normalization: &task_header.normalization,
                    batch_size: plan.batch_size,
                    shards: plan.shards,
                    split: device_data.train.as_ref(),
                };
                let eval_batch = eval_batch_size(plan.batch_size);
                let programs =
                    CompiledPrograms::new(&engine, &trainer, &target, eval_batch).await?;
                trainer.inference = programs.inference.map(Arc::new);
                (digest, choice) = (programs.digest, programs.choice);
                programs.training
            }
            None => None,
        };
        // Without the GPU engine there is nothing to test, and no need of the test's code.
        #[cfg(feature = "gpu")]
        if engine.needs_self_test() {
            match &compiled {
                Some(compiled) => {
                    let tested = Tested {
                        engine: &engine,
                        recipe: &recipe,
                        data: &data,
                        plan: &plan,
                    };
                    let (proof, status) = match engine.proofs.choice(&digest) {
                        Some(_) => (Proof::Short, SelfTestStatus::PassedAgain),
                        None => (Proof::Full, SelfTestStatus::Passed),
                    };
                    let passed = step_test(tested, compiled, &trainer, proof).await;
                    let outcome = passed.inspect_err(|_| engine.proofs.remove(&digest))?;
                    engine.info.self_test = status;
                    if proof == Proof::Full && outcome == Outcome::Passed {
                        engine.proofs.add(&digest, &choice);
                    }
                }
                None => {
                    self_test(&engine, &recipe, &data, &plan).await?;
                    engine.info.self_test = SelfTestStatus::Passed;
                }
            }
        }
        let mut start_notices = Vec::new();
        // The engine was tested with weights that were drawn.
        if let Some(mut fitted) = fitted {
            start_notices = std::mem::take(&mut fitted.notices);
            start::take(&mut trainer, fitted);
        }
        Ok(Run {
            trainer,
            start_notices,
            device_data,
            #[cfg(feature = "gpu")]
            compiled,
            #[cfg(feature = "gpu")]
            digest,
            #[cfg(feature = "gpu")]
            is_loaded: false,
            split: TrainValidationSplit::new(recipe.seed, examples, plan.validation),
            chain: CheckChain::new(&task_header.link, &data.digest),
            task_header,
            computed_from: 0,
            engine,
            recipe,
            data,
            plan,
            epoch_order: None,
            trace: Trace::for_steps(plan.steps),
            handed_over: None,
            verifier: None,
            training_time: TrainingTime::default(),
            predictions: RefCell::default(),
            validation: RefCell::default(),
            evaluation: RefCell::default(),
            deferred: Vec::new(),
            records_steps: false,
            recorded_step: None,
            divergence: None,
        })
    }

    /// The recipe.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The engine, with the result of its self-test.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The record of what its programs have proven, for `Proofs::take` the next time; nothing where they proved nothing.
    #[cfg(feature = "gpu")]
    pub fn proof(&self) -> Option<String> {
        self.engine.proofs.record(&self.digest)
    }

    /// The data.
    pub fn data(&self) -> &Dataset {
        &self.data
    }

    /// How long the run is.
    pub fn plan(&self) -> &TrainingPlan {
        &self.plan
    }

    /// What a person should know of its plan before it is trained, as sentences.
    pub fn notices(&self) -> Vec<String> {
        let of_plan = self.plan.notices(&self.recipe);
        [self.start_notices.clone(), of_plan].concat()
    }

    /// The number of trainable parameters.
    pub fn parameters(&self) -> usize {
        self.trainer.parameters()
    }

    /// Steps done.
    pub fn steps_done(&self) -> u64 {
        self.trace.bits().len() as u64
    }

    /// The normalization of the images.
    pub fn normalization(&self) -> &Normalization {
        &self.task_header.normalization
    }

    /// Waits for a read from the device; `step` names the step in the error.
    async fn read_back<E: Display>(
        &self,
        step: u64,
        read: impl Future<Output = Result<TensorData, E>>,
    ) -> Result<Vec<f32>, LabError> {
        let data = self.engine.health.guard(read).await;
        data.and_then(|data| data.try_to_vec().map_err(|error| format!("{error:?}")))
            .map_err(|what| LabError::Gpu { step, what })
    }
}

/// The Euclidean norm of a vector, summed in 64 bits. It is only shown; training does not depend on it.
fn l2_norm(values: &[f32]) -> f32 {
    // Eight independent sums: with one, each addition would wait for the one before.
    let mut sums = [0.0_f64; 8];
    let (chunks, remainder) = values.as_chunks::<8>();
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += f64::from(*value).powi(2);
        }
    }
    let remainder: f64 = remainder
        .iter()
        .map(|value| f64::from(*value).powi(2))
        .sum();
    (sums.iter().sum::<f64>() + remainder).sqrt() as f32
}
