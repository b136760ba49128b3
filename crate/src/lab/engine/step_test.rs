//! The self-test of a compiled program: two steps of the run's own recipe and a batch to answer with, compared with the CPU engine number
//! by number.
//!
//! # What the CPU engine computes
//!
//! The device computes whole batches, with the program of the run. But each shard is made of a few different examples, each of them equally
//! often and in a pseudo-random order ([`examples`]). The mean loss of a shard, its gradient and its statistics are then those of the few,
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
//! - the loss, and the gradient of each parameter by itself. Sums of some hundred products in another order differ by about 1e-6 of the
//!   largest (`TOLERANCE` is 1e-3 of the parameter's). In a deep network some value lies at a kink of ReLU or max pooling: each parameter
//!   is allowed four times what a perturbation of the weights by `PERTURBATION` changes in the parameter that it changes most, up to a
//!   tenth of its largest number. A gradient that is but rounding (of a bias before a normalization) is allowed four times what the
//!   perturbation does to it, up to a tenth of the largest of all.
//! - the number of correct predictions: exactly, but for those where the two largest logits differ by less than a thousandth of the largest.
//! - the new weights and moments, against the CPU engine's update by the *device's* gradient: an optimizer that divides by the gradient
//!   turns rounding into whole updates. What is left is some roundings of the number (`WEIGHT_ROUNDINGS`) and of the parameter's largest
//!   update (`UPDATE_TOLERANCE`).
//! - the running statistics, of each layer by itself, relative to the layer's largest as gradients are.
//! - the logits of a batch to answer with, by the weights and statistics that the steps left ([`answers`]).
//!
//! The second step begins with what the first one left on the device. So what keeps its old numbers, or is not updated, shows there.
//! A recipe whose numbers are not finite on the CPU either is not blamed on the GPU.

mod answers;
mod comparison;
mod examples;
mod reference;

use burn::tensor::Transaction;

use super::Engine;
use super::self_test::TOLERANCE;
use crate::data::Dataset;
use crate::lab::error::LabError;
use crate::lab::train::compiled::{CompiledTraining, StepExamples};
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::Trainer;
use crate::ops::vector;
use crate::recipe::Recipe;
use crate::zoo::parameters::Slot;
use comparison::{Found, HostState, relative_effect};
use examples::StepBatch;
use reference::CpuStep;

/// How much is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Two steps.
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
) -> Result<(), LabError> {
    let Tested {
        recipe, data, plan, ..
    } = tested;
    let cpu = Engine::cpu();
    let mut on_gpu = trainer.clone();
    let mut on_cpu = Trainer::with_normalization(recipe, data.normalization(recipe), &cpu.device);
    let fault = |what: String| tested.fault(what);
    compiled.load(&on_gpu).map_err(fault)?;
    for step in 0..proof.steps() {
        let batch = StepBatch::new(recipe, data, plan, step);
        let found = tested.device_step(compiled, &mut on_gpu, &batch);
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
            return Ok(());
        }
        // How much rounding matters is computed only where it has to be known.
        let mut relative = TOLERANCE;
        if found.compare_gradients(&expected, &on_cpu, None).is_err() {
            let effects = cpu_step.perturbation_effects(&on_cpu, &expected);
            relative = relative_effect(&effects, &expected, &on_cpu);
            let compared = found.compare_gradients(&expected, &on_cpu, Some((&effects, relative)));
            compared.map_err(LabError::SelfTest)?;
        }
        let compared = found.compare_state(&expected, &mut on_cpu, recipe, relative);
        compared.map_err(LabError::SelfTest)?;
        let device = &cpu.device;
        let uploaded = |values: Option<Vec<f32>>| values.map(|values| vector(values, device));
        let after = found.after;
        on_cpu.weights = vector(after.weights, device);
        on_cpu.running_statistics = uploaded(after.running_statistics);
        on_cpu.optimizer.state.first_moment = uploaded(after.first_moment);
        on_cpu.optimizer.state.second_moment = uploaded(after.second_moment);
    }
    tested.answers(&on_gpu, &on_cpu).await
}

impl Tested<'_> {
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
        let examples = match self.recipe.aug.is_empty() {
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
