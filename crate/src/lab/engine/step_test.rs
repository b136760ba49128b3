//! The self-test of a compiled program: two steps of the run's own recipe and a batch to answer with, compared with the CPU engine number
//! by number.
//!
//! # What the CPU engine computes
//!
//! The device computes whole batches, with the program of the run. But each shard is made of a few different examples, each of them equally
//! often and in a pseudo-random order (`examples`). The mean loss of a shard, its gradient and its statistics are then those of the few,
//! which the CPU engine computes alone. This holds because
//!
//! - an example meets the others of its shard in nothing but means: the loss, the gradient, and what batch normalization measures. The means
//!   of copies are those of the originals, and so is what each copy is normalized to. A variance with Bessel's correction is another one for
//!   another number of examples, which is put right by a factor;
//! - copies are copies of what was augmented, for that is done on the host;
//! - dropout's masks, which are drawn for an example's place in the run, are drawn for the originals, and each copy gets its original's.
//!
//! Where a shard is no multiple of a few examples, they are all different and the CPU engine computes them all.
//!
//! # What is compared, and how far apart it may be
//!
//! | number | allowed |
//! |---|---|
//! | sums of products on integers (`integers`) | nothing |
//! | the mean loss | `TOLERANCE` of it, or of 1 |
//! | correct predictions | none, but those where the two largest logits differ by less than a thousandth of the largest |
//! | the gradient of each parameter | `TOLERANCE` of its largest number, or `ROUNDING` of the largest of all: the gradient of a bias before a normalization is nothing but rounding |
//! | the new weights and moments of each parameter | `WEIGHT_ROUNDINGS` roundings of the number, and `UPDATE_TOLERANCE` of the largest update |
//! | the running means and variances of each layer | `TOLERANCE` of the largest |
//! | the logits of a batch to answer with, by the weights and statistics that the steps left (`answers`) | `TOLERANCE` of the largest |
//!
//! New weights and moments are compared with the CPU engine's update by the *device's* gradient: an optimizer that divides by the gradient
//! turns rounding into whole updates.
//!
//! In a deep network some value lies at a kink of ReLU or max pooling, and rounding decides on which side. So where `TOLERANCE` does not do,
//! the CPU engine computes the step again with weights that are perturbed by `PERTURBATION`. Four times what that changes is allowed: of
//! each parameter and of each layer's statistics by itself, and of all as large a part as of the parameter that it changes most. It is never
//! more than a tenth (`MAX_TOLERANCE`) of the largest number, and not less than `KINK_TOLERANCE` once the perturbation moves any value across
//! a kink: rounding may move another one. Where rounding alone does, steps of other examples are compared, `ATTEMPTS` times at most.
//!
//! The second step begins with what the first one left on the device. So what keeps its old numbers, or is not updated, shows there.
//! A recipe whose numbers are not finite on the CPU either is not blamed on the GPU.

mod answers;
mod comparison;
mod examples;
mod integers;
mod reference;

use std::ops::Range;

use burn::tensor::Transaction;

use super::Engine;
use crate::data::Dataset;
use crate::lab::error::LabError;
use crate::lab::train::compiled::{CompiledTraining, StepExamples};
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::Trainer;
use crate::lab::train::whitening::initial_trainer;
use crate::recipe::Recipe;
use crate::zoo::parameters::Slot;
use comparison::{Effects, Found, HostState};
use examples::StepBatch;
pub(super) use integers::integers_bytes;
use reference::CpuStep;

/// How far apart the numbers of two engines may be, relative to the largest of their kind. Sums of some hundred products in another order
/// differ by about 1e-6 of it, and so do exponentials and roots; half precision by up to 5e-4.
const TOLERANCE: f32 = 3e-5;

/// How often steps are compared, each time of other examples, before the device is called wrong: one value at a kink that no perturbation
/// moves is no fault, and a fault is there each time.
const ATTEMPTS: usize = 3;

/// How much is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The kernels on integers, and two steps.
    Full,
    /// One step: of a program that this adapter has passed the full test with before.
    Short,
}

impl Proof {
    /// Steps that are compared.
    fn steps(self) -> usize {
        match self {
            Proof::Full => 2,
            Proof::Short => 1,
        }
    }
}

/// How a test ended that found nothing wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that was to be compared agrees.
    Passed,
    /// The recipe's numbers are not finite on the CPU engine either: nothing after that was compared, and so nothing is proven.
    NotFinite,
}

/// What is tested.
#[derive(Clone, Copy, Debug)]
pub struct Tested<'a> {
    /// The engine.
    pub engine: &'a Engine,
    /// The run's recipe, data and plan.
    pub recipe: &'a Recipe,
    /// Its data.
    pub data: &'a Dataset,
    /// Its plan.
    pub plan: &'a TrainingPlan,
}

/// Tests a compiled step, and the answers after it. `trainer` is the engine's, with the initial weights, and stays as it is.
///
/// # Errors
/// [`LabError::SelfTest`], saying what differs and by how much; [`LabError::Gpu`] where the device reported a fault.
pub async fn step_test(
    tested: Tested<'_>,
    compiled: &CompiledTraining,
    trainer: &Trainer,
    proof: Proof,
) -> Result<Outcome, LabError> {
    if proof == Proof::Full {
        tested.integers(compiled).await?;
    }
    let mut refused = None;
    for attempt in 0..ATTEMPTS {
        let first = attempt * Proof::Full.steps();
        let steps = first..first + proof.steps();
        match tested.steps(compiled, trainer, steps).await {
            Err(LabError::SelfTest(what)) => refused = Some(what),
            // What differed before is not made good by steps that cannot be compared.
            Ok(Outcome::NotFinite) if refused.is_some() => {}
            result => return result,
        }
    }
    Err(LabError::SelfTest(refused.unwrap_or_default()))
}

impl Tested<'_> {
    /// Compares steps, and the answers after them. Each number stands for other examples.
    async fn steps(
        &self,
        compiled: &CompiledTraining,
        trainer: &Trainer,
        steps: Range<usize>,
    ) -> Result<Outcome, LabError> {
        let Tested {
            recipe, data, plan, ..
        } = *self;
        let cpu = Engine::cpu();
        let mut on_gpu = trainer.clone();
        let mut on_cpu = initial_trainer(recipe, data, plan, &cpu.device);
        let fault = |what: String| self.fault(what);
        compiled.load(&on_gpu).map_err(fault)?;
        for step in steps {
            let batch = StepBatch::new(recipe, data, plan, step);
            let found = self.device_step(compiled, &mut on_gpu, &batch);
            let found = found.await.map_err(fault)?;
            let cpu_step = CpuStep {
                recipe,
                plan,
                shape: data.info.shape(),
                batch: &batch,
                cpu: &cpu,
            };
            let expected = cpu_step.expected(&on_cpu);
            if !expected.is_finite() {
                return Ok(Outcome::NotFinite);
            }
            let updated = found.updated(&expected, &on_cpu, recipe);
            let compared = found.compare(&expected, &updated, &on_cpu, &Effects::unknown());
            // How much rounding matters is computed only where it has to be known.
            if compared.is_err() {
                let effects = Effects::new(&expected, &cpu_step.perturbed(&on_cpu), &on_cpu);
                let compared = found.compare(&expected, &updated, &on_cpu, &effects);
                compared.map_err(LabError::SelfTest)?;
            }
            found.after.restore(&mut on_cpu);
        }
        self.answers(&on_gpu, &on_cpu).await
    }

    /// What the device failed with.
    fn fault(&self, what: String) -> LabError {
        match self.engine.health.fault() {
            Some(what) => LabError::Gpu { step: 0, what },
            None => LabError::SelfTest(what),
        }
    }

    /// A step on the device.
    async fn device_step(
        &self,
        compiled: &CompiledTraining,
        trainer: &mut Trainer,
        batch: &StepBatch,
    ) -> Result<Found, String> {
        let (outputs, buffer) = compiled.outputs(1)?;
        let (indices, copies);
        let examples = match compiled.gathers() {
            true => {
                indices = batch.indices();
                StepExamples::Indices(&indices)
            }
            false => {
                copies = batch.batch();
                StepExamples::Batch(&copies)
            }
        };
        let optimizer = &mut trainer.optimizer;
        let scalars = optimizer.next_scalars(self.recipe.lr);
        let masks = compiled.masks_of_copies(batch.distinct.first, &batch.sources);
        compiled.step_with(&examples, scalars, &masks, (&buffer, 0))?;
        let gradient = compiled.gradient()?;
        compiled.store(trainer)?;
        let state = &trainer.optimizer.state;
        let optional = [
            &trainer.running_statistics,
            &state.first_moment,
            &state.second_moment,
        ];
        let mut transaction = Transaction::default()
            .register(outputs)
            .register(gradient)
            .register(trainer.weights.clone());
        for vector in optional.into_iter().flatten() {
            transaction = transaction.register(vector.clone());
        }
        let mut read = self.engine.read(transaction).await?.into_iter();
        let mut next = || read.next().unwrap_or_default();
        let [outputs, gradient, weights] = [next(), next(), next()];
        let [running_statistics, first_moment, second_moment] =
            optional.map(|vector| vector.is_some().then(&mut next));
        Ok(Found {
            outputs,
            gradient,
            after: HostState {
                weights,
                running_statistics,
                first_moment,
                second_moment,
            },
        })
    }
}

/// A parameter's part of a vector of all.
fn part<'a>(all: &'a [f32], slot: &Slot) -> &'a [f32] {
    all.get(slot.start..slot.start + slot.len())
        .unwrap_or_default()
}
