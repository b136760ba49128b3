//! The self-test of a compiled training step: two steps of the run's own recipe, compared with the CPU engine's number by number.
//!
//! What is compared, and how far apart it may be:
//!
//! - the loss, and the gradient of each parameter by itself. Sums of some hundred products in another order differ by about 1e-6 of the
//!   largest (`TOLERANCE` is 1e-3 of the parameter's). In a deep network some value lies at a kink of ReLU or max pooling: each parameter
//!   is allowed four times what a perturbation of the weights by `PERTURBATION` changes in the parameter that it changes most, up to a
//!   tenth of its largest number. A gradient that is but rounding (of a bias before a normalization) is allowed four times what the
//!   perturbation does to it, up to a tenth of the largest of all.
//! - the new weights, against the CPU engine's update by the *device's* gradient: an optimizer that divides by the gradient turns
//!   rounding into whole updates. What is left is a few roundings of the weight and of the update.
//! - the running statistics, of each layer by itself.
//!
//! The second step begins with what the first one left on the device. So what keeps its old numbers, or is not updated, shows there.
//! A recipe whose numbers are not finite on the CPU either is not blamed on the GPU.

use burn::tensor::{Tensor, Transaction};

use super::Engine;
use super::self_test::{
    MAX_TOLERANCE, PERTURBATION, PERTURBATION_FACTOR, TOLERANCE, exceeds, largest,
};
use crate::data::Dataset;
use crate::lab::error::LabError;
use crate::lab::train::batch::Batch;
use crate::lab::train::compiled::{CompiledTraining, StepExamples};
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::{self, MicroBatch, StepOutput, Trainer};
use crate::ops::vector;
use crate::recipe::Recipe;
use crate::zoo::parameters::Slot;

/// Steps that are compared.
const STEPS: usize = 2;

/// The part of the largest gradient of all parameters that counts as rounding: the bias before a normalization has nothing else.
const ROUNDING_FLOOR: f32 = 1e-3;

/// The part of the largest gradient of all parameters below which one says nothing of how much rounding matters.
const SMALL: f32 = 1e-2;

/// Roundings of a weight that an update may differ by.
const WEIGHT_ROUNDINGS: f32 = 4.0;

/// A train state on the host.
struct HostState {
    weights: Vec<f32>,
    running_statistics: Option<Vec<f32>>,
    first_moment: Option<Vec<f32>>,
    second_moment: Option<Vec<f32>>,
}

/// Tests a compiled step. `trainer` is the engine's, with the initial weights, and stays as it is.
///
/// # Errors
/// [`LabError::SelfTest`], saying what differs and by how much; [`LabError::Gpu`] where the device reported a fault.
pub async fn step_test(
    engine: &Engine,
    recipe: &Recipe,
    data: &Dataset,
    plan: &TrainingPlan,
    compiled: &CompiledTraining,
    trainer: &Trainer,
) -> Result<(), LabError> {
    let cpu = Engine::cpu();
    let mut on_gpu = trainer.clone();
    let mut on_cpu = Trainer::with_normalization(recipe, data.normalization(recipe), &cpu.device);
    let fault = |what: String| match engine.health.fault() {
        Some(what) => LabError::Gpu { step: 0, what },
        None => LabError::SelfTest(what),
    };
    compiled.load(&on_gpu).map_err(fault)?;
    for step in 0..STEPS {
        let batch = batch(recipe, data, plan, step);
        let found = device_step(engine, recipe, compiled, &mut on_gpu, &batch);
        let (outputs, gradient, after) = found.await.map_err(fault)?;
        let cpu_step = CpuStep {
            recipe,
            data,
            plan,
            batch: &batch.1,
            cpu: &cpu,
        };
        let expected = cpu_step.expected(&on_cpu).await;
        let expected = expected.map_err(LabError::SelfTest)?;
        if !expected.is_finite() {
            return Ok(());
        }
        let found = Found {
            outputs: &outputs,
            gradient: &gradient,
            after: &after,
        };
        // How much rounding matters is computed only where it has to be known.
        let mut relative = TOLERANCE;
        if found.compare_gradients(&expected, &on_cpu, None).is_err() {
            let effects = cpu_step.perturbation_effects(&on_cpu, &expected).await;
            let effects = effects.map_err(LabError::SelfTest)?;
            relative = relative_effect(&effects, &expected, &on_cpu);
            let compared = found.compare_gradients(&expected, &on_cpu, Some((&effects, relative)));
            compared.map_err(LabError::SelfTest)?;
        }
        let compared = found.compare_state(&expected, &mut on_cpu, recipe, relative);
        compared.map_err(LabError::SelfTest)?;
        let device = &cpu.device;
        let uploaded =
            |values: &Option<Vec<f32>>| values.clone().map(|values| vector(values, device));
        on_cpu.weights = vector(after.weights.clone(), device);
        on_cpu.running_statistics = uploaded(&after.running_statistics);
        on_cpu.optimizer.state.first_moment = uploaded(&after.first_moment);
        on_cpu.optimizer.state.second_moment = uploaded(&after.second_moment);
    }
    Ok(())
}

/// The examples of a step: from the first ones of the split on.
fn batch(recipe: &Recipe, data: &Dataset, plan: &TrainingPlan, step: usize) -> (Vec<u32>, Batch) {
    let available = (plan.examples + plan.validation).max(1);
    let first = step * plan.batch_size;
    let indices = (first..first + plan.batch_size).map(|index| (index % available) as u32);
    let indices: Vec<u32> = indices.collect();
    let batch = Batch::gather(&data.train, &indices, first as u64);
    (indices, batch.augmented(recipe, data.info.shape()))
}

/// A step on the device: loss and number of correct predictions, gradient, and the state that it left.
async fn device_step(
    engine: &Engine,
    recipe: &Recipe,
    compiled: &CompiledTraining,
    trainer: &mut Trainer,
    (indices, batch): &(Vec<u32>, Batch),
) -> Result<(Vec<f32>, Vec<f32>, HostState), String> {
    let (outputs, buffer) = compiled.outputs(1)?;
    let examples = match recipe.aug.is_empty() {
        true => StepExamples::Indices(indices),
        false => StepExamples::Batch(batch),
    };
    let optimizer = &mut trainer.optimizer;
    compiled.step(optimizer, &examples, batch.first, recipe.lr, (&buffer, 0))?;
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
    let mut read = engine.read(transaction).await?.into_iter();
    let mut next = || read.next().unwrap_or_default();
    let [outputs, gradient, weights] = [next(), next(), next()];
    let [running_statistics, first_moment, second_moment] =
        optional.map(|vector| vector.is_some().then(&mut next));
    let state = HostState {
        weights,
        running_statistics,
        first_moment,
        second_moment,
    };
    Ok((outputs, gradient, state))
}

/// What the CPU engine has of a step.
struct Expected {
    before: Vec<f32>,
    loss: f32,
    gradient: Vec<f32>,
    batch_statistics: Option<Vec<f32>>,
}

impl Expected {
    fn is_finite(&self) -> bool {
        self.loss.is_finite() && self.gradient.iter().all(|slope| slope.is_finite())
    }
}

/// A step on the CPU engine.
struct CpuStep<'a> {
    recipe: &'a Recipe,
    data: &'a Dataset,
    plan: &'a TrainingPlan,
    batch: &'a Batch,
    cpu: &'a Engine,
}

impl CpuStep<'_> {
    fn compute(&self, trainer: &Trainer) -> StepOutput {
        let CpuStep {
            recipe,
            data,
            plan,
            batch,
            cpu,
        } = self;
        let (images, labels) = batch.upload(data.info.shape(), &cpu.device);
        let micro_batch = MicroBatch::new(recipe, plan.shards, plan.batch_size, batch.first);
        trainer::forward_backward(&trainer.training_model(), images, labels, micro_batch)
    }

    async fn expected(&self, trainer: &Trainer) -> Result<Expected, String> {
        let output = self.compute(trainer);
        let mut transaction = Transaction::default()
            .register(trainer.weights.clone())
            .register(output.loss)
            .register(output.gradient);
        let has_statistics = output.batch_statistics.is_some();
        if let Some(statistics) = output.batch_statistics {
            transaction = transaction.register(statistics);
        }
        let mut read = self.cpu.read(transaction).await?.into_iter();
        let mut next = || read.next().unwrap_or_default();
        Ok(Expected {
            before: next(),
            loss: next().first().copied().unwrap_or(f32::NAN),
            gradient: next(),
            batch_statistics: has_statistics.then(&mut next),
        })
    }

    /// For each parameter, what is allowed of its gradient because a perturbation of the weights changes it as well.
    async fn perturbation_effects(
        &self,
        trainer: &Trainer,
        expected: &Expected,
    ) -> Result<Vec<f32>, String> {
        let mut perturbed = trainer.clone();
        let signs = (0..trainer.parameters()).map(|i| i * 7919 % 2003 % 2 == 0);
        let factors = signs.map(|is_even| match is_even {
            true => 1.0 + PERTURBATION,
            false => 1.0 - PERTURBATION,
        });
        perturbed.weights = perturbed.weights * vector(factors.collect(), &self.cpu.device);
        let perturbed = values(self.compute(&perturbed).gradient)?;
        let effects = trainer.slots.iter().map(|slot| {
            let [a, b] = [&expected.gradient, &perturbed].map(|all| part(all, slot));
            let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
            PERTURBATION_FACTOR * differences.fold(0f32, f32::max)
        });
        Ok(effects.collect())
    }
}

/// The largest effect of a perturbation relative to a parameter's largest gradient. Which values lie at a kink is chance: what a
/// perturbation did to one parameter, rounding may do to another.
fn relative_effect(effects: &[f32], expected: &Expected, trainer: &Trainer) -> f32 {
    let most = largest(&expected.gradient);
    let relative = effects.iter().zip(&trainer.slots).map(|(effect, slot)| {
        let largest = largest(part(&expected.gradient, slot));
        match largest > SMALL * most {
            true => effect / largest,
            false => 0.0,
        }
    });
    relative.fold(TOLERANCE, f32::max).min(MAX_TOLERANCE)
}

/// What the device has of a step.
struct Found<'a> {
    outputs: &'a [f32],
    gradient: &'a [f32],
    after: &'a HostState,
}

impl Found<'_> {
    /// Compares the loss, and the gradient of each parameter: with the effects of a perturbation, where they are known.
    fn compare_gradients(
        &self,
        expected: &Expected,
        trainer: &Trainer,
        effects: Option<(&[f32], f32)>,
    ) -> Result<(), String> {
        let (effects, relative) = effects.unwrap_or((&[], TOLERANCE));
        let loss = self.outputs.get(..1).unwrap_or_default();
        compare("the loss", &[expected.loss], loss, |_, largest| {
            relative * largest.max(1.0)
        })?;
        let most = largest(&expected.gradient);
        for (index, slot) in trainer.slots.iter().enumerate() {
            let what = format!("the gradient of {}", slot.name);
            let [expected, found] =
                [&expected.gradient[..], self.gradient].map(|all| part(all, slot));
            let effect = effects.get(index).copied().unwrap_or_default();
            compare(&what, expected, found, |_, largest| {
                (relative * largest)
                    .max(TOLERANCE * ROUNDING_FLOOR * most)
                    .max(effect)
                    .min(MAX_TOLERANCE * most)
            })?;
        }
        Ok(())
    }

    /// Compares the state after the step with what the CPU's optimizer makes of the device's gradient.
    fn compare_state(
        &self,
        expected: &Expected,
        trainer: &mut Trainer,
        recipe: &Recipe,
        relative: f32,
    ) -> Result<(), String> {
        let device = &trainer.weights.device();
        let gradient = vector(self.gradient.to_vec(), device);
        let statistics = expected.batch_statistics.clone();
        let statistics = statistics.map(|values| vector(values, device));
        trainer.update(gradient, statistics, recipe.lr);
        let weights = values(trainer.weights.clone())?;
        for slot in &trainer.slots {
            let what = format!("the new {}", slot.name);
            let [before, expected, found] =
                [&expected.before, &weights, &self.after.weights].map(|all| part(all, slot));
            let updates = before.iter().zip(expected).map(|(a, b)| (a - b).abs());
            let update = updates.fold(0f32, f32::max);
            compare(&what, expected, found, |weight, _| {
                TOLERANCE * update + WEIGHT_ROUNDINGS * f32::EPSILON * weight.abs()
            })?;
        }
        if let (Some(expected), Some(found)) =
            (&trainer.running_statistics, &self.after.running_statistics)
        {
            let expected = values(expected.clone())?;
            for slot in trainer.statistics_slots() {
                let what = format!("the new {}", slot.name);
                let [expected, found] = [&expected, found].map(|all| part(all, &slot));
                compare(&what, expected, found, |_, largest| {
                    relative * largest.max(ROUNDING_FLOOR)
                })?;
            }
        }
        Ok(())
    }
}

fn part<'a>(all: &'a [f32], slot: &Slot) -> &'a [f32] {
    all.get(slot.start..slot.start + slot.len())
        .unwrap_or_default()
}

fn values(tensor: Tensor<1>) -> Result<Vec<f32>, String> {
    let data = tensor.into_data().try_to_vec();
    data.map_err(|error| format!("{error:?}"))
}

/// Compares numbers: `allowed` gives the largest difference, from the number expected and the largest of all.
fn compare(
    what: &str,
    expected: &[f32],
    found: &[f32],
    allowed: impl Fn(f32, f32) -> f32,
) -> Result<(), String> {
    if expected.len() != found.len() {
        let (found, expected) = (found.len(), expected.len());
        return Err(format!("{what} had {found} numbers instead of {expected}."));
    }
    let largest = largest(expected);
    let mut pairs = expected.iter().zip(found);
    let different =
        pairs.find(|(expected, found)| exceeds(**expected - **found, allowed(**expected, largest)));
    match different {
        None => Ok(()),
        Some((expected, found)) => Err(format!(
            "{what} differed: {found} where the CPU engine has {expected}."
        )),
    }
}
