//! The learning rate at each step.

use std::f64::consts::PI;

use crate::recipe::{Recipe, Schedule};

/// The learning rate of step `step` (from 0) of `steps`: the warm-up's part of it, times the schedule's.
pub fn learning_rate(recipe: &Recipe, step: u64, steps: u64) -> f64 {
    let warmup = recipe.warmup;
    if step < warmup {
        return recipe.lr * (step + 1) as f64 / (warmup + 1) as f64;
    }
    let left = steps.saturating_sub(warmup).max(1);
    let done = ((step - warmup) as f64 / left as f64).min(1.0);
    recipe.lr
        * match recipe.schedule {
            Schedule::Constant => 1.0,
            Schedule::Linear => 1.0 - done,
            // libm's cosine, so that the same bits come out on every platform.
            Schedule::Cosine => 0.5 * (1.0 + libm::cos(PI * done)),
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
