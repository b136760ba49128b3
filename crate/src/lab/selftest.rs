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

/// By how much of themselves weights are changed, to see what roundings decide. In a deep network with ReLU and max pooling
/// some number always lies at a corner, and which side it falls on can move the gradient by a hundredth.
const NUDGE: f32 = 1e-6;

/// How many times what such a change does is allowed, and how much of the largest number at most: a dropped kernel does more.
const TIMES: f32 = 4.0;
const MOST: f32 = 0.1;

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
    let expected = numbers(&Engine::cpu(), recipe, data, plan, None, 0.0).await;
    let expected = expected.map_err(LabError::SelfTest)?;
    let shared = expected.get(3);
    let nudged = numbers(&Engine::cpu(), recipe, data, plan, shared, NUDGE).await;
    let nudged = nudged.map_err(LabError::SelfTest)?;
    // The same gradient goes into both updates: where Adam divides by a tiny gradient, its sign is chance.
    let found = numbers(engine, recipe, data, plan, shared, 0.0).await;
    // A device that is gone has failed no test.
    let found = found.map_err(|what| match engine.health.fault() {
        Some(what) => LabError::Gpu { step: 0, what },
        None => LabError::SelfTest(what),
    })?;
    let pairs = expected.iter().zip(&nudged).zip(&found);
    for (what, ((expected, nudged), found)) in WHAT.iter().zip(pairs) {
        let tolerance = tolerance(expected, nudged);
        compare(what, expected, found, tolerance).map_err(LabError::SelfTest)?;
    }
    Ok(())
}

async fn numbers(
    engine: &Engine,
    recipe: &Recipe,
    data: &Dataset,
    plan: &Plan,
    gradient: Option<&Vec<f32>>,
    nudge: f32,
) -> Result<Vec<Vec<f32>>, String> {
    let device = &engine.device;
    let answers = answer_batch(plan.batch);
    let there = plan.batch.max(answers).min(data.train.len());
    let images = Images::upload(&data.train, there, data.info.shape(), device);
    let first = |count: usize| (0..count).map(move |i| (i % there) as u32);

    let mut learner = Learner::on(recipe, data.scale(recipe), device);
    if nudge != 0.0 {
        let count = learner.parameters();
        let signs = (0..count).map(|i| if i * 7919 % 2003 % 2 == 0 { 1.0 } else { -1.0 });
        let factors = signs.map(|sign: f32| 1.0 + sign * nudge).collect();
        learner.weights = learner.weights * vector(factors, device);
    }
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

/// How far apart two engines' numbers may be, as a part of the largest, where weights that were changed by next to nothing
/// gave `nudged`.
fn tolerance(expected: &[f32], nudged: &[f32]) -> f32 {
    let largest = largest(expected);
    let pairs = expected.iter().zip(nudged);
    let apart = pairs.fold(0f32, |most, (one, other)| most.max((one - other).abs()));
    (TIMES * apart / largest).clamp(TOLERANCE, MOST)
}

fn largest(numbers: &[f32]) -> f32 {
    let sizes = numbers.iter().map(|number| number.abs());
    sizes.fold(1e-6, f32::max)
}

fn compare(what: &str, expected: &[f32], found: &[f32], tolerance: f32) -> Result<(), String> {
    if expected.len() != found.len() {
        return Err(format!(
            "{what} had {} numbers instead of {}.",
            found.len(),
            expected.len()
        ));
    }
    let largest = largest(expected);
    let apart = expected
        .iter()
        .zip(found)
        .find(|(expected, found)| is_apart(**expected - **found, tolerance * largest));
    match apart {
        None => Ok(()),
        Some((expected, found)) => Err(format!(
            "{what} differed: {found} where the CPU engine has {expected}."
        )),
    }
}

fn is_apart(difference: f32, most: f32) -> bool {
    difference.is_nan() || difference.abs() > most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_apart_is_named_and_nan_is_never_equal() {
        assert!(compare("x", &[1.0, -10.0], &[1.001, -10.0], TOLERANCE).is_ok());
        assert_eq!(
            compare("the logits", &[1.0, 2.0], &[1.0, 2.1], TOLERANCE).unwrap_err(),
            "the logits differed: 2.1 where the CPU engine has 2."
        );
        assert!(compare("x", &[1.0], &[f32::NAN], MOST).is_err());
        assert!(compare("x", &[1.0], &[], MOST).is_err());
    }

    /// LeNet-5 is smooth enough for the bound of old; of a deep network, roundings decide more.
    #[test]
    fn what_roundings_decide_is_found_on_the_cpu_engine() {
        let gradient = |link: &str, nudge: f32| {
            let recipe = crate::recipe::parse(link).unwrap().recipe;
            let data = crate::data::synthesize(&recipe);
            let plan = Plan::of(&recipe, &data).unwrap();
            let engine = Engine::cpu();
            let numbers = numbers(&engine, &recipe, &data, &plan, None, nudge);
            futures_lite::future::block_on(numbers)
                .unwrap()
                .swap_remove(3)
        };
        let of = |link: &str| tolerance(&gradient(link, 0.0), &gradient(link, NUDGE));
        let rest = "&data=digits&subset=64&batch=16";
        assert_eq!(of(&format!("model=lenet5{rest}")), TOLERANCE);
        let deep = of(&format!("model=googlenet{rest}"));
        assert!(deep > 5.0 * TOLERANCE, "{deep}");
    }
}
