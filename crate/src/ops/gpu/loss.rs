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

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Int, Tensor};

    use super::*;
    use crate::ops;
    use crate::ops::gpu::testing::Binding::{Output, Read, ReadIntegers};
    use crate::ops::gpu::testing::{assert_close, run};
    use crate::references::numbers;
    use crate::zoo::loss::{Loss, smooth_labels};

    /// The logits' gradient, the mean loss and the number of correct predictions, as the CPU engine has them.
    fn reference(loss: &TrainingLoss, logits: &[f32], labels: &[i32]) -> [Vec<f32>; 2] {
        let device = Device::flex().autodiff();
        let leaf = Tensor::<1>::from_floats(logits, &device);
        let leaf = leaf.reshape([loss.batch, loss.classes]).require_grad();
        let labels = Tensor::<1, Int>::from_ints(labels, &device);
        let objective = match loss.rubbish {
            None => Loss::CrossEntropy,
            Some(logit) => Loss::MapCriterion { j: -logit },
        };
        let losses = objective.losses(leaf.clone(), labels.clone());
        let losses = smooth_labels(losses, leaf.clone(), loss.smoothing);
        let mean = ops::mean(losses, loss.batch);
        let mut gradients = (mean.clone() * loss.weight).backward();
        let correct =
            ops::correct_count(leaf.clone().without_autodiff(), labels.without_autodiff());
        let values = |tensor: Tensor<1>| tensor.into_data().try_to_vec::<f32>().unwrap();
        let gradient = leaf.grad_remove(&mut gradients).unwrap();
        [
            values(gradient.reshape([logits.len()])),
            [values(mean), values(correct)].concat(),
        ]
    }

    #[test]
    fn the_training_loss_is_the_cpu_engines() {
        for (batch, classes) in [(1, 2), (5, 10), (64, 10), (131, 7)] {
            let logits: Vec<f32> = numbers(1, batch * classes).map(|x| 12.0 * x).collect();
            // Every other prediction is right.
            let rows = logits.chunks_exact(classes).zip(0..);
            let labels = rows.map(
                |(row, example)| match (example % 2, ops::loss::argmax(row)) {
                    (0, Some(prediction)) => prediction as i32,
                    _ => example % classes as i32,
                },
            );
            let labels: Vec<i32> = labels.collect();
            for smoothing in [0.0, 0.1] {
                for (weight, rubbish) in [(1.0, None), (0.3, None), (1.0, Some(-0.1))] {
                    let loss = TrainingLoss {
                        batch,
                        classes,
                        smoothing,
                        weight,
                        rubbish,
                    };
                    let [gradient, outputs] = reference(&loss, &logits, &labels);
                    let bindings = [
                        Read(&logits),
                        ReadIntegers(&labels),
                        Output(logits.len()),
                        Output(2),
                    ];
                    let what = format!("{loss:?}");
                    let ours = run(&loss.kernel(), &bindings);
                    assert_close(&what, &ours[0], &gradient, 1e-5);
                    assert_close(&what, &ours[1][..1], &outputs[..1], 1e-5);
                    assert_eq!(ours[1][1], outputs[1], "{what}");
                }
            }
        }
    }

    /// A NaN among the logits must show.
    #[test]
    fn a_loss_of_nan_is_nan() {
        for at in 0..6 {
            let mut logits = [0.5; 6];
            logits[at] = f32::NAN;
            let loss = TrainingLoss {
                batch: 2,
                classes: 3,
                smoothing: 0.0,
                weight: 1.0,
                rubbish: None,
            };
            let bindings = [Read(&logits), ReadIntegers(&[0, 2]), Output(6), Output(2)];
            assert!(run(&loss.kernel(), &bindings)[1][0].is_nan(), "{at}");
        }
    }
}
