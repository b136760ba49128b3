//! Compares what the device has of a step with what the CPU engine has.

use burn::tensor::Tensor;

use super::reference::Expected;
use super::{TOLERANCE, part};
use crate::lab::engine::self_test::{MAX_TOLERANCE, PERTURBATION_FACTOR, exceeds, largest};
use crate::lab::train::trainer::Trainer;
use crate::lab::worker_pool::worker::to_host;
use crate::ops::vector;
use crate::recipe::Recipe;
use crate::zoo::norm::MOMENTUM;

/// The part of the largest gradient of all parameters that counts as rounding: the bias before a normalization has nothing else.
const ROUNDING: f32 = 1e-6;

/// The effect of a perturbation, relative to a parameter's largest gradient, that only values at kinks have.
const KINK_EFFECT: f32 = 1e-4;

/// What is allowed where there are such values.
const KINK_TOLERANCE: f32 = 1e-3;

/// Running statistics that are smaller count as if they were as large.
const ROUNDING_FLOOR: f32 = 1e-3;

/// The part of the largest gradient of all parameters below which one says nothing of how much rounding matters.
const SMALL: f32 = 1e-2;

/// How far an update may be from the CPU's by the same gradient, relative to the parameter's largest: some roundings of each of the
/// numbers that it is computed from.
const UPDATE_TOLERANCE: f32 = 1e-5;

/// Roundings of a weight that an update may differ by.
const WEIGHT_ROUNDINGS: f32 = 4.0;

/// A train state on the host.
#[derive(Debug)]
pub struct HostState {
    pub weights: Vec<f32>,
    pub running_statistics: Option<Vec<f32>>,
    pub first_moment: Option<Vec<f32>>,
    pub second_moment: Option<Vec<f32>>,
}

impl HostState {
    /// Of a trainer on the CPU engine.
    fn of(trainer: &Trainer) -> Self {
        let state = &trainer.optimizer.state;
        let vector = |vector: &Option<Tensor<1>>| vector.clone().map(to_host);
        HostState {
            weights: to_host(trainer.weights.clone()),
            running_statistics: vector(&trainer.running_statistics),
            first_moment: vector(&state.first_moment),
            second_moment: vector(&state.second_moment),
        }
    }

    /// Makes it that of a trainer on the CPU engine.
    pub fn restore(self, trainer: &mut Trainer) {
        let device = trainer.weights.device();
        let uploaded = |values: Option<Vec<f32>>| values.map(|values| vector(values, &device));
        trainer.weights = vector(self.weights, &device);
        trainer.running_statistics = uploaded(self.running_statistics);
        let state = &mut trainer.optimizer.state;
        state.steps += 1;
        state.first_moment = uploaded(self.first_moment);
        state.second_moment = uploaded(self.second_moment);
    }
}

/// What the device has of a step.
#[derive(Debug)]
pub struct Found {
    /// The loss, and the number of correct predictions.
    pub outputs: Vec<f32>,
    pub gradient: Vec<f32>,
    pub after: HostState,
}

/// What is allowed because a perturbation of the weights changes it as well.
#[derive(Debug)]
pub struct Effects {
    /// Of each parameter's gradient.
    pub gradients: Vec<f32>,
    /// Of each layer's new running means and variances.
    pub statistics: Vec<f32>,
    /// Of any number, relative to the largest of its kind: which values lie at a kink is chance, and what a perturbation did to one
    /// parameter, rounding may do to another.
    pub relative: f32,
}

impl Effects {
    /// Where it was not computed how much rounding matters.
    pub fn unknown() -> Self {
        Effects {
            gradients: Vec::new(),
            statistics: Vec::new(),
            relative: TOLERANCE,
        }
    }

    /// Of the differences that a perturbation made.
    pub fn new(expected: &Expected, perturbed: &Expected, trainer: &Trainer) -> Self {
        let most = largest(&expected.gradient);
        let mut relative = TOLERANCE;
        let gradients = trainer.slots.iter().map(|slot| {
            let [expected, perturbed] =
                [expected, perturbed].map(|step| part(&step.gradient, slot));
            let effect = PERTURBATION_FACTOR * difference(expected, perturbed);
            let largest = largest(expected);
            if largest > SMALL * most {
                relative = relative.max(effect / largest);
            }
            effect
        });
        let gradients = gradients.collect();
        if relative > KINK_EFFECT {
            relative = relative.max(KINK_TOLERANCE);
        }
        let slots = trainer.statistics_slots().into_iter();
        let frozen = trainer.graph().frozen_statistics();
        let statistics = slots.map(|mut slot| {
            let Some(start) = slot.start.checked_sub(frozen) else {
                return 0.0;
            };
            // Nothing is measured for those that are frozen.
            slot.start = start;
            let [expected, perturbed] =
                [expected, perturbed].map(|step| part(&step.statistics, &slot));
            PERTURBATION_FACTOR * MOMENTUM as f32 * difference(expected, perturbed)
        });
        Effects {
            gradients,
            statistics: statistics.collect(),
            relative: relative.min(MAX_TOLERANCE),
        }
    }
}

/// The largest difference.
fn difference(a: &[f32], b: &[f32]) -> f32 {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0f32, f32::max)
}

impl Found {
    /// The state that the CPU engine's optimizer makes of the device's gradient.
    pub fn updated(&self, expected: &Expected, trainer: &Trainer, recipe: &Recipe) -> HostState {
        let mut trainer = trainer.clone();
        let device = &trainer.weights.device();
        let gradient = vector(self.gradient.clone(), device);
        let statistics = &expected.statistics;
        let statistics = (!statistics.is_empty()).then(|| vector(statistics.clone(), device));
        trainer.update(gradient, statistics, recipe.lr);
        HostState::of(&trainer)
    }

    /// Compares a step. `updated` is the state after it.
    pub fn compare(
        &self,
        expected: &Expected,
        updated: &HostState,
        trainer: &Trainer,
        effects: &Effects,
    ) -> Result<(), String> {
        self.compare_gradients(expected, trainer, effects)?;
        self.compare_updates(updated, trainer)?;
        let (Some(expected), Some(found)) =
            (&updated.running_statistics, &self.after.running_statistics)
        else {
            return Ok(());
        };
        for (index, slot) in trainer.statistics_slots().iter().enumerate() {
            let what = format!("the new {}", slot.name);
            let [expected, found] = [expected, found].map(|all| part(all, slot));
            let effect = effects.statistics.get(index).copied().unwrap_or_default();
            compare(&what, expected, found, |_, largest| {
                (effects.relative * largest.max(ROUNDING_FLOOR)).max(effect)
            })?;
        }
        Ok(())
    }

    /// The loss, the number of correct predictions, and the gradient of each parameter.
    fn compare_gradients(
        &self,
        expected: &Expected,
        trainer: &Trainer,
        effects: &Effects,
    ) -> Result<(), String> {
        let loss = self.outputs.get(..1).unwrap_or_default();
        compare("the loss", &[expected.loss], loss, |_, largest| {
            effects.relative * largest.max(1.0)
        })?;
        let most = largest(&expected.gradient);
        for (index, slot) in trainer.slots.iter().enumerate() {
            let what = format!("the gradient of {}", slot.name);
            let [expected, found] = [&expected.gradient, &self.gradient].map(|all| part(all, slot));
            let effect = effects.gradients.get(index).copied().unwrap_or_default();
            compare(&what, expected, found, |_, largest| {
                (effects.relative * largest)
                    .max(ROUNDING * most)
                    .max(effect)
                    .min(MAX_TOLERANCE * most)
            })?;
        }
        let [fewest, most] = expected.correct;
        let correct = self.outputs.get(1).copied().unwrap_or(f32::NAN);
        match (fewest as f32..=most as f32).contains(&correct) {
            true => Ok(()),
            false => Err(format!(
                "the number of correct predictions differed: {correct} where the CPU engine has {fewest} to {most}."
            )),
        }
    }

    /// The weights and moments after the step.
    fn compare_updates(&self, updated: &HostState, trainer: &Trainer) -> Result<(), String> {
        let before = HostState::of(trainer);
        let zeros = vec![0.0; before.weights.len()];
        let vectors = |state: &HostState| {
            let moments = [&state.first_moment, &state.second_moment];
            let [first, second] = moments.map(|moment| moment.clone());
            [Some(state.weights.clone()), first, second]
        };
        let whats = ["new", "first moment of", "second moment of"];
        let states = vectors(&before)
            .into_iter()
            .zip(vectors(updated))
            .zip(vectors(&self.after));
        for (what, ((before, updated), found)) in whats.into_iter().zip(states) {
            let Some(updated) = updated else {
                continue;
            };
            let [before, found] =
                [before, found].map(|vector| vector.unwrap_or_else(|| zeros.clone()));
            for slot in &trainer.slots {
                let what = format!("the {what} {}", slot.name);
                let [before, expected, found] =
                    [&before, &updated, &found].map(|all| part(all, slot));
                let update = difference(before, expected);
                compare(&what, expected, found, |number, _| {
                    UPDATE_TOLERANCE * update + WEIGHT_ROUNDINGS * f32::EPSILON * number.abs()
                })?;
            }
        }
        Ok(())
    }
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
