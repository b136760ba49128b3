//! The learning rate at each step.

use std::f64::consts::PI;

use crate::recipe::{Recipe, Schedule};

/// The share of the run in which one-cycle's learning rate rises.
const RISE: f64 = 0.3;
/// One-cycle starts at this fraction of the learning rate, and ends at `END_FACTOR` times where it started.
const START_FACTOR: f64 = 1.0 / 25.0;
const END_FACTOR: f64 = 1e-4;

/// The learning rate of step `step` (from 0) of `steps`: linear warm-up, then the schedule.
pub fn learning_rate(recipe: &Recipe, step: u64, steps: u64) -> f64 {
    if recipe.schedule == Schedule::OneCycle {
        return recipe.lr * one_cycle(step as f64, steps as f64);
    }
    let warmup = warmup_steps(recipe, steps);
    if step < warmup {
        return recipe.lr * (step + 1) as f64 / (warmup + 1) as f64;
    }
    let after_warmup = steps.saturating_sub(warmup).max(1);
    let progress = ((step - warmup) as f64 / after_warmup as f64).min(1.0);
    recipe.lr
        * match recipe.schedule {
            // One-cycle has returned above: it has a warm-up of its own.
            Schedule::Constant | Schedule::OneCycle => 1.0,
            Schedule::Linear => 1.0 - progress,
            // libm's cosine gives the same bits on every platform.
            Schedule::Cosine => 0.5 * (1.0 + libm::cos(PI * progress)),
            Schedule::Step if progress < 0.5 => 1.0,
            Schedule::Step if progress < 0.75 => 0.1,
            Schedule::Step => 0.01,
        }
}

/// Over how many of `steps` steps the learning rate first rises: the recipe's share of them, to the nearest step.
pub fn warmup_steps(recipe: &Recipe, steps: u64) -> u64 {
    match recipe.schedule {
        // It rises by itself.
        Schedule::OneCycle => 0,
        // Written programs round in the same way.
        _ => libm::floor(recipe.warmup * steps as f64 + 0.5) as u64,
    }
}

/// One-cycle (L. Smith, N. Topin: Super-convergence, 2018), with cosine annealing and the constants of PyTorch.
fn one_cycle(step: f64, steps: f64) -> f64 {
    let peak = RISE * steps - 1.0;
    let anneal = |from: f64, to: f64, progress: f64| {
        let progress = progress.clamp(0.0, 1.0);
        to + (from - to) * 0.5 * (1.0 + libm::cos(PI * progress))
    };
    if step <= peak {
        anneal(START_FACTOR, 1.0, step / peak.max(1.0))
    } else {
        anneal(
            1.0,
            START_FACTOR * END_FACTOR,
            (step - peak) / (steps - 1.0 - peak).max(1.0),
        )
    }
}
