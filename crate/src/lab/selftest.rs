//! The GPU engine's proof: the very network, forward, backward and one update, against the CPU engine.
//!
//! A GPU can be wrong without a word (a dropped kernel leaves stale numbers behind), and a curve drawn from such
//! numbers looks like one that is merely bad. So no run starts before its own network, in the shapes that the run
//! will use, has given the CPU engine's numbers.

use burn::tensor::Transaction;

use super::engine::Engine;
use super::error::LabError;
use super::images::Images;
use super::learner::{self, Learner, Part};
use super::plan::Plan;
use super::run::answer_batch;
use crate::data::Dataset;
use crate::ops::vector;
use crate::recipe::Recipe;

/// How far apart two engines' numbers may be, as a part of the largest: sums of some hundred products in another
/// order differ by about 1e-6 of it; a dropped kernel, a wrong index or a half-precision sum by more than 1e-3.
const TOLERANCE: f32 = 1e-3;

/// What is compared, in the order in which it is computed: a fault shows first where it happens.
const WHAT: [&str; 6] = [
    "the batch's pixels",
    "the logits",
    "the loss",
    "the gradient",
    "the updated weights",
    "the logits of a batch to answer with",
];

/// Runs the self-test of a recipe on an engine.
///
/// # Errors
/// [`LabError::SelfTest`], saying what differs and by how much; [`LabError::Gpu`] where the device reported a fault.
pub async fn self_test(
    engine: &Engine,
    recipe: &Recipe,
    data: &Dataset,
    plan: &Plan,
) -> Result<(), LabError> {
    let expected = numbers(&Engine::cpu(), recipe, data, plan, None).await;
    let expected = expected.map_err(LabError::SelfTest)?;
    // The same gradient goes into both updates: where Adam divides by a tiny gradient, its sign is chance.
    let found = numbers(engine, recipe, data, plan, expected.get(3)).await;
    // A device that is gone has failed no test.
    let found = found.map_err(|what| match engine.health.fault() {
        Some(what) => LabError::Gpu { step: 0, what },
        None => LabError::SelfTest(what),
    })?;
    for ((what, expected), found) in WHAT.iter().zip(&expected).zip(&found) {
        compare(what, expected, found).map_err(LabError::SelfTest)?;
    }
    Ok(())
}

async fn numbers(
    engine: &Engine,
    recipe: &Recipe,
    data: &Dataset,
    plan: &Plan,
    gradient: Option<&Vec<f32>>,
) -> Result<Vec<Vec<f32>>, String> {
    let device = &engine.device;
    let answers = answer_batch(plan.batch);
    let there = plan.batch.max(answers).min(data.train.len());
    let images = Images::upload(&data.train, there, data.info.shape(), device);
    let first = |count: usize| (0..count).map(move |i| (i % there) as u32);

    let mut learner = Learner::of(recipe, device);
    let (pixels, labels) = images.gather(first(plan.batch));
    let student = learner.student();
    let pass = learner::pass(
        &student,
        pixels.clone(),
        labels,
        Part::of(recipe, plan.shards, plan.batch, 0),
    );
    let (more, _) = images.gather(first(answers));
    let answer = learner.network().forward(more);
    let shared = match gradient {
        Some(gradient) => vector(gradient.clone(), device),
        None => pass.gradient.clone(),
    };
    let updated = learner
        .optimizer
        .step(learner.weights.clone(), shared, recipe.lr);
    let read = Transaction::default()
        .register(pixels)
        .register(pass.logits)
        .register(pass.loss)
        .register(pass.gradient)
        .register(updated)
        .register(answer)
        .execute_async();
    let read = engine.health.guard(read).await?;
    read.iter()
        .map(|data| data.try_to_vec().map_err(|error| format!("{error:?}")))
        .collect()
}

fn compare(what: &str, expected: &[f32], found: &[f32]) -> Result<(), String> {
    if expected.len() != found.len() {
        return Err(format!(
            "{what} had {} numbers instead of {}.",
            found.len(),
            expected.len()
        ));
    }
    let largest = expected
        .iter()
        .fold(1e-6f32, |largest, value| largest.max(value.abs()));
    let apart = expected
        .iter()
        .zip(found)
        .find(|(expected, found)| is_apart(**expected - **found, largest));
    match apart {
        None => Ok(()),
        Some((expected, found)) => Err(format!(
            "{what} differed: {found} where the CPU engine has {expected}."
        )),
    }
}

fn is_apart(difference: f32, largest: f32) -> bool {
    difference.is_nan() || difference.abs() > TOLERANCE * largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_apart_is_named_and_nan_is_never_equal() {
        assert!(compare("x", &[1.0, -10.0], &[1.001, -10.0]).is_ok());
        assert_eq!(
            compare("the logits", &[1.0, 2.0], &[1.0, 2.1]).unwrap_err(),
            "the logits differed: 2.1 where the CPU engine has 2."
        );
        assert!(compare("x", &[1.0], &[f32::NAN]).is_err());
        assert!(compare("x", &[1.0], &[]).is_err());
    }
}
