//! Compares what the device has of a step with what the CPU engine has.

use super::part;
use super::reference::Expected;
use crate::lab::engine::self_test::{MAX_TOLERANCE, TOLERANCE, exceeds, largest};
use crate::lab::train::trainer::Trainer;
use crate::lab::worker_pool::worker::to_host;
use crate::ops::vector;
use crate::recipe::Recipe;

/// The part of the largest gradient of all parameters that counts as rounding: the bias before a normalization has nothing else.
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

/// What the device has of a step.
#[derive(Debug)]
pub struct Found {
    /// The loss, and the number of correct predictions.
    pub outputs: Vec<f32>,
    pub gradient: Vec<f32>,
    pub after: HostState,
}

/// The largest effect of a perturbation relative to a parameter's largest gradient. Which values lie at a kink is chance: what a
/// perturbation did to one parameter, rounding may do to another.
pub fn relative_effect(effects: &[f32], expected: &Expected, trainer: &Trainer) -> f32 {
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

impl Found {
    /// Compares the loss, the number of correct predictions, and the gradient of each parameter: with the effects of a perturbation,
    /// where they are known.
    pub fn compare_gradients(
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
            let [expected, found] = [&expected.gradient, &self.gradient].map(|all| part(all, slot));
            let effect = effects.get(index).copied().unwrap_or_default();
            compare(&what, expected, found, |_, largest| {
                (relative * largest)
                    .max(TOLERANCE * ROUNDING_FLOOR * most)
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

    /// Compares the state after the step with what the CPU's optimizer makes of the device's gradient.
    pub fn compare_state(
        &self,
        expected: &Expected,
        trainer: &mut Trainer,
        recipe: &Recipe,
        relative: f32,
    ) -> Result<(), String> {
        let device = &trainer.weights.device();
        let state = &trainer.optimizer.state;
        let moments = [&state.first_moment, &state.second_moment];
        let [first, second] = moments.map(|moment| moment.clone().map(to_host));
        let gradient = vector(self.gradient.clone(), device);
        let statistics = &expected.statistics;
        let statistics = (!statistics.is_empty()).then(|| vector(statistics.clone(), device));
        trainer.update(gradient, statistics, recipe.lr);
        let after = &self.after;
        let state = &trainer.optimizer.state;
        let zeros = vec![0.0; expected.before.len()];
        let weights = Some(&trainer.weights);
        for (what, before, expected, found) in [
            ("new", Some(&expected.before), weights, Some(&after.weights)),
            (
                "first moment of",
                first.as_ref(),
                state.first_moment.as_ref(),
                after.first_moment.as_ref(),
            ),
            (
                "second moment of",
                second.as_ref(),
                state.second_moment.as_ref(),
                after.second_moment.as_ref(),
            ),
        ] {
            let Some(expected) = expected else {
                continue;
            };
            let expected = to_host(expected.clone());
            let found = found.map(Vec::as_slice).unwrap_or_default();
            let before = before.unwrap_or(&zeros);
            for slot in &trainer.slots {
                let what = format!("the {what} {}", slot.name);
                let [before, expected, found] =
                    [before, &expected[..], found].map(|all| part(all, slot));
                let updates = before.iter().zip(expected).map(|(a, b)| (a - b).abs());
                let update = updates.fold(0f32, f32::max);
                compare(&what, expected, found, |number, _| {
                    UPDATE_TOLERANCE * update + WEIGHT_ROUNDINGS * f32::EPSILON * number.abs()
                })?;
            }
        }
        if let (Some(expected), Some(found)) =
            (&trainer.running_statistics, &after.running_statistics)
        {
            let expected = to_host(expected.clone());
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
