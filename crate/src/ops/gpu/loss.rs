//! Losses and the number of correct predictions on the GPU.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, elements, floats};
use super::template::{Constants, to_constants};

/// The batch size, and the constants of kernels on logits.
fn batch_and_constants(logits: &CubeTensor) -> (usize, Constants) {
    let [batch, classes] = logits.shape().dims();
    let constants = vec![
        ("LOGITS", elements(logits)),
        ("BATCH", batch as u32),
        ("CLASSES", classes as u32),
    ];
    (batch, constants)
}

/// The cross-entropy of each example: `[batch]`.
pub fn cross_entropy(logits: &CubeTensor, labels: &CubeTensor) -> CubeTensor {
    let (batch, constants) = batch_and_constants(logits);
    let kernel = Kernel::new(include_str!("cross_entropy.wgsl"), batch, constants);
    let [losses] = kernel.launch(&[logits, labels], [floats([batch])]);
    losses
}

/// Its gradient with respect to the logits, `[batch, classes]`.
pub fn cross_entropy_gradient(
    logits: &CubeTensor,
    labels: &CubeTensor,
    gradient: &CubeTensor,
) -> CubeTensor {
    let (batch, constants) = batch_and_constants(logits);
    let source = include_str!("cross_entropy_gradient.wgsl");
    let kernel = Kernel::new(source, batch, constants);
    let inputs = [logits, labels, gradient];
    let [output] = kernel.launch(&inputs, [floats(logits.shape())]);
    output
}

/// The number of correct predictions: `[1]`.
pub fn correct_count(logits: &CubeTensor, labels: &CubeTensor) -> CubeTensor {
    let (_, constants) = batch_and_constants(logits);
    let kernel = Kernel::new(include_str!("correct_count.wgsl"), 1, constants);
    let [correct] = kernel.launch(&[logits, labels], [floats([1])]);
    correct
}

/// The sum, divided by `count`: `[1]`.
pub fn mean(values: &CubeTensor, count: usize) -> CubeTensor {
    let factor = 1.0 / count as f32;
    let constants = vec![("COUNT", elements(values)), ("FACTOR", factor.to_bits())];
    let kernel = Kernel::new(include_str!("mean.wgsl"), 1, constants);
    let [mean] = kernel.launch(&[values], [floats([1])]);
    mean
}

/// Its gradient with respect to `len` values: `[len]`.
pub fn mean_gradient(gradient: &CubeTensor, count: usize, len: usize) -> CubeTensor {
    let factor = 1.0 / count as f32;
    let constants = vec![("COUNT", len as u32), ("FACTOR", factor.to_bits())];
    let kernel = Kernel::new(include_str!("broadcast.wgsl"), len, constants);
    let [output] = kernel.launch(&[gradient], [floats([len])]);
    output
}

/// The training loss of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingLoss {
    /// Examples.
    pub batch: usize,
    /// Classes.
    pub classes: usize,
    /// Label smoothing, from 0 to 1.
    pub smoothing: f32,
    /// The weight in what is trained on: that of an auxiliary head, else 1. The loss itself is given without it.
    pub weight: f32,
    /// The logit of the MAP criterion's class "rubbish": see [`map_criterion`](crate::zoo::loss::map_criterion).
    pub rubbish: Option<f32>,
}

impl TrainingLoss {
    /// The kernel. It binds logits, `[batch, classes]`, and labels, `[batch]`; the logits' gradient, and `[2]`: the mean loss and the
    /// number of correct predictions.
    pub fn kernel(&self) -> Kernel {
        let bits = |value: f32| value.to_bits() as usize;
        let constants = to_constants([
            ("LOGITS", self.batch * self.classes),
            ("BATCH", self.batch),
            ("CLASSES", self.classes),
            ("SMOOTHING", bits(self.smoothing)),
            ("RUBBISH", usize::from(self.rubbish.is_some())),
            ("RUBBISH_LOGIT", bits(self.rubbish.unwrap_or_default())),
            ("SCALE", bits(self.weight / self.batch as f32)),
        ]);
        Kernel::of_workgroups(include_str!("training_loss.wgsl"), 1, 64, constants)
    }
}
