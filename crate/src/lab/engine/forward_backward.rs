//! One forward and backward pass through a recipe's network on given numbers, to compare it with other implementations.

use burn::tensor::Transaction;

use super::Engine;
use super::memory::check_memory;
use crate::lab::error::LabError;
use crate::lab::train::device_split::upload_integers;
use crate::lab::train::trainer::{self, MicroBatch, Trainer};
use crate::ops;
use crate::recipe::Recipe;
use crate::zoo::parameters::Slot;

/// The input of [`forward_backward`].
#[derive(Clone, Debug)]
pub struct Inputs {
    /// All parameters, in the order of [`Outputs::parameters`]; `None` for the recipe's initial weights.
    pub weights: Option<Vec<f32>>,
    /// Images from 0 to 1, `[count, channels, height, width]`.
    pub pixels: Vec<f32>,
    /// Their classes, `[count]`.
    pub labels: Vec<u8>,
}

/// The output of [`forward_backward`].
#[derive(Clone, Debug)]
pub struct Outputs {
    /// Each parameter's name and position in `weights` and `gradient`.
    pub parameters: Vec<Slot>,
    /// The logits in eval mode, with initial running statistics (mean 0 and variance 1): `[count, classes]`.
    pub eval_logits: Vec<f32>,
    /// The logits in train mode, `[count, classes]`; the images are one shard.
    pub logits: Vec<f32>,
    /// The mean loss in train mode, auxiliary heads included.
    pub loss: f32,
    /// The gradient of that loss, `[parameters]`.
    pub gradient: Vec<f32>,
}

/// One forward and backward pass through the network. No self-test runs before it.
///
/// # Errors
/// [`LabError::Plan`] where the inputs do not fit the network, or the network does not fit the memory; [`LabError::Gpu`] where
/// the device reported a fault.
pub async fn forward_backward(
    engine: &Engine,
    recipe: &Recipe,
    inputs: Inputs,
) -> Result<Outputs, LabError> {
    let device = &engine.device;
    let input = recipe.input();
    let [channels, height, width] = input.shape;
    let count = inputs.labels.len();
    let mut one_shard = recipe.clone();
    (one_shard.batch, one_shard.shards) = (count as u64, 1);
    check_memory(&one_shard, 0)?;
    let pixels = channels * height * width;
    if count == 0 || inputs.pixels.len() != count * pixels {
        return Err(LabError::Plan(format!(
            "{} numbers are no {count} images of {channels}×{height}×{width}, which have {pixels} each.",
            inputs.pixels.len()
        )));
    }
    let is_unknown = |label: &&u8| usize::from(**label) >= input.classes;
    if let Some(label) = inputs.labels.iter().find(is_unknown) {
        return Err(LabError::Plan(format!(
            "There is no class {label} among {}.",
            input.classes
        )));
    }
    let mut trainer = Trainer::new(recipe, device);
    if let Some(weights) = inputs.weights {
        let (found, expected) = (weights.len(), trainer.parameters());
        if found != expected {
            return Err(LabError::Plan(format!(
                "{found} weights were given; the network has {expected}."
            )));
        }
        trainer.weights = ops::vector(weights, device);
    }
    let pixels = ops::floats(inputs.pixels, [count, channels, height, width], device);
    let labels = inputs.labels.iter().map(|label| i32::from(*label));
    let labels = upload_integers(labels.collect(), device);
    let eval_logits = trainer.eval_model().forward(pixels.clone());
    let micro_batch = MicroBatch::new(recipe, 1, count, 0);
    let step = trainer::forward_backward(&trainer.training_model(), pixels, labels, micro_batch);
    let transaction = Transaction::default()
        .register(eval_logits)
        .register(step.logits)
        .register(step.total_loss)
        .register(step.gradient);
    let fault = |what| LabError::Gpu { step: 0, what };
    let read = engine.read(transaction).await.map_err(fault)?;
    let read: Result<[Vec<f32>; 4], _> = read.try_into();
    let [eval_logits, logits, loss, gradient] =
        read.map_err(|_| fault("it gave other numbers than those that were read.".to_owned()))?;
    Ok(Outputs {
        parameters: trainer.slots,
        eval_logits,
        logits,
        loss: loss.first().copied().unwrap_or(f32::NAN),
        gradient,
    })
}
