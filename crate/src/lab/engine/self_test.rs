//! The GPU engine's self-test: the run's own network, forward, backward and one update, compared with the CPU engine.
//!
//! A GPU can be wrong silently (a dropped kernel leaves stale numbers in its output), and a curve of such numbers looks
//! like one of a bad recipe. So no run starts on it before the run's network, in the shapes that the run will use, has
//! given the CPU engine's numbers.

use burn::tensor::{Device, Tensor, Transaction};

use super::Engine;
use crate::data::Dataset;
use crate::lab::error::LabError;
use crate::lab::run::eval_batch_size;
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::{self, MicroBatch};
use crate::lab::train::whitening::initial_trainer;
use crate::ops::vector;
use crate::recipe::Recipe;

/// How far apart the numbers of two engines may be, relative to the largest: sums of some hundred products in another order
/// differ by about 1e-6 of it; a dropped kernel, a wrong index or a half-precision sum by more than 1e-3.
pub(super) const TOLERANCE: f32 = 1e-3;

/// The relative perturbation of the weights that shows how much rounding matters. In a deep network with ReLU and max
/// pooling some value always lies at a kink, and which side it falls on can change the gradient by a hundredth.
pub(super) const PERTURBATION: f32 = 1e-6;

/// How many times the effect of the perturbation is allowed.
pub(super) const PERTURBATION_FACTOR: f32 = 4.0;

/// The largest tolerance, whatever the perturbation does: a dropped kernel changes more.
pub(super) const MAX_TOLERANCE: f32 = 0.1;

/// What is compared, in the order in which it is computed: a fault shows first where it happens.
const COMPARED: [&str; 6] = [
    "the batch's pixels",
    "the logits",
    "the loss",
    "the gradient",
    "the updated weights",
    "the logits of a batch to answer with",
];

/// The index of the gradient in [`COMPARED`].
pub(super) const GRADIENT: usize = 3;

/// What perturbs weights: `[parameters]`.
pub(super) fn perturbation(parameters: usize, device: &Device) -> Tensor<1> {
    let signs = (0..parameters).map(|i| i * 7919 % 2003 % 2 == 0);
    let factors = signs.map(|is_even| match is_even {
        true => 1.0 + PERTURBATION,
        false => 1.0 - PERTURBATION,
    });
    vector(factors.collect(), device)
}

/// Runs the self-test of a recipe on an engine.
///
/// # Errors
/// [`LabError::SelfTest`], saying what differs and by how much; [`LabError::Gpu`] where the device reported a fault.
pub async fn self_test(
    engine: &Engine,
    recipe: &Recipe,
    data: &Dataset,
    plan: &TrainingPlan,
) -> Result<(), LabError> {
    let cpu = Engine::cpu();
    let expected = first_step(&cpu, recipe, data, plan, None, false).await;
    let expected = expected.map_err(LabError::SelfTest)?;
    // A recipe that explodes on the CPU too is not blamed on the GPU.
    if expected.iter().flatten().any(|value| !value.is_finite()) {
        return Ok(());
    }
    // All updates use the same gradient: Adam divides by it, so where it is tiny, rounding decides the update's sign.
    let gradient = expected.get(GRADIENT);
    let found = first_step(engine, recipe, data, plan, gradient, false).await;
    // A lost device has not failed the test.
    let found = found.map_err(|what| match engine.health.fault() {
        Some(what) => LabError::Gpu { step: 0, what },
        None => LabError::SelfTest(what),
    })?;
    let results = || COMPARED.iter().zip(&expected).zip(&found);
    let is_equal = |((what, expected), found): ((&&str, &Vec<f32>), &Vec<f32>)| {
        compare(what, expected, found, TOLERANCE).is_ok()
    };
    // How much rounding matters is computed only where it has to be known.
    if results().all(is_equal) {
        return Ok(());
    }
    let perturbed = first_step(&cpu, recipe, data, plan, gradient, true).await;
    let perturbed = perturbed.map_err(LabError::SelfTest)?;
    for (((what, expected), found), perturbed) in results().zip(&perturbed) {
        let tolerance = tolerance(expected, perturbed, TOLERANCE);
        compare(what, expected, found, tolerance).map_err(LabError::SelfTest)?;
    }
    Ok(())
}

/// The numbers of [`COMPARED`] on an engine, with the initial weights or perturbed ones. The update uses `gradient`, or the
/// computed one if that is `None`.
pub(super) async fn first_step(
    engine: &Engine,
    recipe: &Recipe,
    data: &Dataset,
    plan: &TrainingPlan,
    gradient: Option<&Vec<f32>>,
    is_perturbed: bool,
) -> Result<Vec<Vec<f32>>, String> {
    let device = &engine.device;
    let eval_batch_size = eval_batch_size(plan.batch_size);
    let available = plan.batch_size.max(eval_batch_size).min(data.train.len());
    let split = DeviceSplit::upload(&data.train, available, data.info.shape(), device);
    let indices = |count: usize| (0..count).map(move |i| (i % available) as u32);

    let mut trainer = initial_trainer(recipe, data, plan, device);
    if is_perturbed {
        let factors = perturbation(trainer.parameters(), device);
        trainer.weights = trainer.weights * factors;
    }
    let (pixels, labels) = split.gather(indices(plan.batch_size));
    let step = trainer::forward_backward(
        &trainer.training_model(),
        pixels.clone(),
        labels,
        MicroBatch::new(recipe, plan.shards, plan.batch_size, 0),
    );
    let (eval_pixels, _) = split.gather(indices(eval_batch_size));
    let eval_logits = trainer.eval_model().scored_logits(eval_pixels);
    let gradient = match gradient {
        Some(gradient) => vector(gradient.clone(), device),
        None => step.gradient.clone(),
    };
    let updated = trainer
        .optimizer
        .step(trainer.weights.clone(), gradient, recipe.lr);
    let transaction = Transaction::default()
        .register(pixels)
        .register(step.logits)
        .register(step.total_loss)
        .register(step.gradient)
        .register(updated)
        .register(eval_logits);
    engine.read(transaction).await
}

/// How far apart the numbers of two engines may be, relative to the largest, where perturbed weights gave `perturbed`:
/// at least `least`.
pub(super) fn tolerance(expected: &[f32], perturbed: &[f32], least: f32) -> f32 {
    let differences = expected.iter().zip(perturbed).map(|(a, b)| (a - b).abs());
    let effect = differences.fold(0f32, f32::max) / largest(expected);
    (PERTURBATION_FACTOR * effect).clamp(least, MAX_TOLERANCE)
}

/// The largest absolute value, at least 1e-6.
pub(super) fn largest(values: &[f32]) -> f32 {
    values.iter().map(|value| value.abs()).fold(1e-6, f32::max)
}

pub(super) fn compare(
    what: &str,
    expected: &[f32],
    found: &[f32],
    tolerance: f32,
) -> Result<(), String> {
    if expected.len() != found.len() {
        return Err(format!(
            "{what} had {} numbers instead of {}.",
            found.len(),
            expected.len()
        ));
    }
    let allowed = tolerance * largest(expected);
    let first_difference = expected
        .iter()
        .zip(found)
        .find(|(expected, found)| exceeds(**expected - **found, allowed));
    match first_difference {
        None => Ok(()),
        Some((expected, found)) => Err(format!(
            "{what} differed: {found} where the CPU engine has {expected}."
        )),
    }
}

/// Whether a difference is larger than allowed; NaN always is.
pub(super) fn exceeds(difference: f32, allowed: f32) -> bool {
    difference.is_nan() || difference.abs() > allowed
}
