//! One pass through a recipe's network on numbers that are given, for comparing it with other implementations.

use burn::tensor::Transaction;

use super::engine::Engine;
use super::error::LabError;
use super::images::indices;
use super::learner::{self, Learner, Part};
use super::memory::suffices;
use crate::ops;
use crate::recipe::Recipe;
use crate::zoo::parameters::Slot;

/// What goes in.
#[derive(Clone, Debug)]
pub struct Given {
    /// All parameters, in the order of [`Computation::parameters`]; none for the recipe's initial ones.
    pub weights: Option<Vec<f32>>,
    /// Images from 0 to 1, `[count, channels, height, width]`.
    pub pixels: Vec<f32>,
    /// Their classes, `[count]`.
    pub labels: Vec<u8>,
}

/// What comes out.
#[derive(Clone, Debug)]
pub struct Computation {
    /// Each parameter's name and place in `weights` and `gradient`.
    pub parameters: Vec<Slot>,
    /// Class scores as a trained network gives them, before it has seen any batch: `[count, classes]`. What is normalised by
    /// batches is normalised by fresh running averages, mean 0 and variance 1.
    pub answers: Vec<f32>,
    /// Class scores in training, `[count, classes]`; the images are one shard.
    pub logits: Vec<f32>,
    /// The mean loss in training.
    pub loss: f32,
    /// The gradient of that loss, `[parameters]`.
    pub gradient: Vec<f32>,
}

/// Goes once through the network, forward and backward. There is no self-test before it.
///
/// # Errors
/// [`LabError::Plan`] where there are other numbers than the network takes, or too many for the memory;
/// [`LabError::Gpu`] where the device reported a fault.
pub async fn compute(
    engine: &Engine,
    recipe: &Recipe,
    given: Given,
) -> Result<Computation, LabError> {
    suffices(recipe)?;
    let device = &engine.device;
    let input = recipe.input();
    let [channels, height, width] = input.shape;
    let count = given.labels.len();
    let each = channels * height * width;
    if count == 0 || given.pixels.len() != count * each {
        return Err(LabError::Plan(format!(
            "{} numbers are no {count} images of {channels}×{height}×{width}, which have {each} each.",
            given.pixels.len()
        )));
    }
    if let Some(label) = given
        .labels
        .iter()
        .find(|l| usize::from(**l) >= input.classes)
    {
        return Err(LabError::Plan(format!(
            "There is no class {label} among {}.",
            input.classes
        )));
    }
    let mut learner = Learner::of(recipe, device);
    if let Some(weights) = given.weights {
        let (found, wanted) = (weights.len(), learner.parameters());
        if found != wanted {
            return Err(LabError::Plan(format!(
                "{found} weights were given; the network has {wanted}."
            )));
        }
        learner.weights = ops::vector(weights, device);
    }
    let pixels = ops::floats(given.pixels, [count, channels, height, width], device);
    let labels = indices(given.labels.iter().map(|l| i32::from(*l)).collect(), device);
    let answers = learner.network().forward(pixels.clone());
    let part = Part::of(recipe, 1, count, 0);
    let pass = learner::pass(&learner.student(), pixels, labels, part);
    let read = Transaction::default()
        .register(answers)
        .register(pass.logits)
        .register(pass.loss)
        .register(pass.gradient)
        .execute_async();
    let fault = |what| LabError::Gpu { step: 0, what };
    let read = engine.health.guard(read).await.map_err(fault)?;
    let numbers: Result<Vec<Vec<f32>>, _> = read.iter().map(|data| data.try_to_vec()).collect();
    let [answers, logits, loss, gradient] = numbers
        .ok()
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or_else(|| fault("it gave other numbers than those that were read.".to_owned()))?;
    Ok(Computation {
        parameters: learner.slots,
        answers,
        logits,
        loss: loss.first().copied().unwrap_or(f32::NAN),
        gradient,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use futures_lite::future::block_on;

    use super::*;
    use crate::recipe::parse;

    fn computed(given: Given) -> Result<Computation, String> {
        let recipe = parse("model=mlp&data=mnist").unwrap().recipe;
        let computed = block_on(compute(&Engine::cpu(), &recipe, given));
        computed.map_err(|error| error.to_string())
    }

    fn two() -> Given {
        Given {
            weights: None,
            pixels: vec![0.5; 2 * 784],
            labels: vec![3, 7],
        }
    }

    #[test]
    fn weights_that_are_given_are_those_that_are_used() {
        let initial = computed(two()).unwrap();
        assert_eq!(initial.logits.len(), 20);
        assert!((initial.loss - 10f32.ln()).abs() < 0.5, "{}", initial.loss);
        let zeros = vec![0.0; initial.gradient.len()];
        let given = Given {
            weights: Some(zeros),
            ..two()
        };
        let computed = computed(given).unwrap();
        assert_eq!(computed.logits, [0.0; 20]);
        assert_eq!(computed.answers, [0.0; 20]);
        assert!((computed.loss - 10f32.ln()).abs() < 1e-6);
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        let refused = |given| computed(given).unwrap_err();
        assert_eq!(
            refused(Given {
                pixels: vec![0.0; 784],
                ..two()
            }),
            "784 numbers are no 2 images of 1×28×28, which have 784 each."
        );
        assert_eq!(
            refused(Given {
                labels: vec![3, 10],
                ..two()
            }),
            "There is no class 10 among 10."
        );
        assert_eq!(
            refused(Given {
                weights: Some(vec![0.0; 5]),
                ..two()
            }),
            "5 weights were given; the network has 266610."
        );
    }
}
