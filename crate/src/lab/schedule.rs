//! The learning rate at each step.

use std::f64::consts::PI;

use crate::recipe::{Recipe, Schedule};

/// The part of the run in which one cycle goes up.
const UP: f64 = 0.3;
/// One cycle starts at this part of the learning rate, and ends at this part of where it started.
const START: f64 = 1.0 / 25.0;
const END: f64 = 1e-4;

/// The learning rate of step `step` (from 0) of `steps`: the warm-up's part of it, times the schedule's.
pub fn learning_rate(recipe: &Recipe, step: u64, steps: u64) -> f64 {
    if recipe.schedule == Schedule::OneCycle {
        return recipe.lr * one_cycle(step as f64, steps as f64);
    }
    let warmup = recipe.warmup;
    if step < warmup {
        return recipe.lr * (step + 1) as f64 / (warmup + 1) as f64;
    }
    let left = steps.saturating_sub(warmup).max(1);
    let done = ((step - warmup) as f64 / left as f64).min(1.0);
    recipe.lr
        * match recipe.schedule {
            // One cycle is told of above: it warms up by itself.
            Schedule::Constant | Schedule::OneCycle => 1.0,
            Schedule::Linear => 1.0 - done,
            // libm's cosine, so that the same bits come out on every platform.
            Schedule::Cosine => 0.5 * (1.0 + libm::cos(PI * done)),
            Schedule::Step if done < 0.5 => 1.0,
            Schedule::Step if done < 0.75 => 0.1,
            Schedule::Step => 0.01,
        }
}

/// L. Smith, N. Topin: Super-convergence, 2018; with cosines and constants as PyTorch has them.
fn one_cycle(step: f64, steps: f64) -> f64 {
    let top = UP * steps - 1.0;
    let between = |from: f64, to: f64, part: f64| {
        let part = part.clamp(0.0, 1.0);
        to + (from - to) * 0.5 * (1.0 + libm::cos(PI * part))
    };
    if step <= top {
        between(START, 1.0, step / top.max(1.0))
    } else {
        between(
            1.0,
            START * END,
            (step - top) / (steps - 1.0 - top).max(1.0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Model;

    #[test]
    fn each_schedule_starts_high_and_ends_where_it_says() {
        let mut recipe = Recipe::of(Model::LeNet5);
        recipe.lr = 0.1;
        recipe.warmup = 0;
        for (schedule, half, end) in [
            (Schedule::Constant, 0.1, 0.1),
            (Schedule::Linear, 0.05, 0.001),
            (Schedule::Cosine, 0.05, 0.000_024_7),
        ] {
            recipe.schedule = schedule;
            assert_eq!(learning_rate(&recipe, 0, 100), 0.1);
            assert!((learning_rate(&recipe, 50, 100) - half).abs() < 1e-9);
            assert!((learning_rate(&recipe, 99, 100) - end).abs() < 1e-6);
        }
    }

    #[derive(serde::Deserialize)]
    struct Reference {
        values: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        rates: Vec<f64>,
    }

    #[test]
    fn every_schedule_is_pytorchs() {
        let text = include_str!("../../../tests/references/schedules.json");
        let reference: Reference = serde_json::from_str(text).unwrap();
        assert_eq!(reference.values.len(), 4);
        for Case { name, rates } in reference.values {
            let link = format!("schedule={name}&lr=0.1");
            let mut recipe = crate::recipe::parse(&link).unwrap().recipe;
            recipe.warmup = 0;
            let steps = rates.len() as u64;
            for (step, theirs) in (0..steps).zip(rates) {
                let ours = learning_rate(&recipe, step, steps);
                assert!(
                    (ours - theirs).abs() < 1e-9,
                    "{name}, step {step}: {ours}, {theirs}"
                );
            }
        }
    }

    #[test]
    fn warm_up_rises_to_the_learning_rate() {
        let mut recipe = Recipe::of(Model::LeNet5);
        recipe.warmup = 9;
        let rates: Vec<_> = (0..12)
            .map(|step| learning_rate(&recipe, step, 100))
            .collect();
        assert!((rates[0] - recipe.lr / 10.0).abs() < 1e-12);
        assert!(rates[..10].windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(rates[9], recipe.lr);
        assert!(rates[11] < rates[9]);
    }
}
