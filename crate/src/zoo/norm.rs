//! Batch normalization and layer normalization.
//!
//! S. Ioffe, C. Szegedy: Batch normalization, 2015. In train mode a channel is normalized by mean and variance of the batch:
//! of each shard by itself, as in data-parallel training without synchronized statistics. In eval mode it is normalized by running
//! statistics, into which those of every step go with a momentum of 0.1, the variance with Bessel's correction, as in PyTorch. A layer that is
//! frozen is in eval mode while the others are trained.

use burn::tensor::{Device, Tensor};

use super::context::{Context, Mode};
use super::parameters::Slot;
use crate::ops::{self, batch_statistics, group_mean, normalize, vector};

/// Added to the variance, as in PyTorch.
pub const EPSILON: f64 = 1e-5;

/// Layer normalization's ε, as in torchvision's vision transformers.
pub const LAYER_NORM_EPSILON: f64 = 1e-6;

/// The weight of a step's statistics in the running statistics (PyTorch's `momentum`).
pub const MOMENTUM: f64 = 0.1;

/// A batch normalization layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchNormLayer {
    /// Its name: `layer1.0.bn1`.
    pub name: String,
    /// Its channels.
    pub channels: usize,
}

/// Where each layer's running statistics stand in the vector of all, under PyTorch's names: `bn1.running_mean`,
/// `bn1.running_var`.
pub fn running_statistics_slots(layers: &[BatchNormLayer]) -> Vec<Slot> {
    let mut start = 0;
    let mut slots = Vec::new();
    for BatchNormLayer { name, channels } in layers {
        for statistic in ["running_mean", "running_var"] {
            slots.push(Slot {
                name: format!("{name}.{statistic}"),
                shape: vec![*channels],
                start,
                linear: false,
                is_weight: false,
                is_frozen: false,
            });
            start += channels;
        }
    }
    slots
}

/// The running statistics before any training: for each layer, means of 0 and then variances of 1.
pub fn initial_running_statistics(layers: &[BatchNormLayer], device: &Device) -> Tensor<1> {
    let values = layers.iter().flat_map(|layer| {
        let (means, variances) = (vec![0.0; layer.channels], vec![1.0; layer.channels]);
        means.into_iter().chain(variances)
    });
    vector(values.collect(), device)
}

/// Batch normalization, then a scale and a shift for each channel. `start` is where the layer's running statistics start in the
/// vector of all.
///
/// # Shapes
/// - `x`, output: `[batch, channels, height, width]`
/// - `weight`, `bias`: `[channels]`
pub fn batch_norm(
    x: Tensor<4>,
    weight: Tensor<1>,
    bias: Tensor<1>,
    epsilon: f64,
    start: usize,
    context: &Context,
) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let by_running = |x: Tensor<4>, [mean, variance]: [Tensor<1>; 2]| {
        let scale = weight.clone() / (variance + epsilon).sqrt();
        let shift = bias.clone() - mean * scale.clone();
        let per_channel = |tensor: Tensor<1>| tensor.reshape([1, channels, 1, 1]);
        x * per_channel(scale) + per_channel(shift)
    };
    match &context.mode {
        Mode::Train(train) => {
            if let Some(statistics) = train.frozen_statistics(start, channels) {
                return by_running(x, statistics);
            }
            let shards = train.shards;
            let statistics = batch_statistics(x.clone(), shards);
            let count = (batch / shards * height * width) as f64;
            // Averaged over the shards, the variance with Bessel's correction.
            let correction = count / (count - 1.0).max(1.0);
            let shared = group_mean(statistics.clone(), correction as f32);
            // Every layer is computed in train mode, in the order of their statistics, those of frozen ones before all others.
            train.batch_statistics.borrow_mut().push(shared);
            normalize(x, statistics, weight, bias, epsilon)
        }
        Mode::Eval(eval) => {
            let statistics = eval.running_statistics(start, channels, &x.device());
            by_running(x, statistics)
        }
    }
}

/// Layer normalization of each row, then a scale and a shift for each of its elements (J. Ba, J. Kiros, G. Hinton: Layer
/// normalization, 2016).
///
/// # Shapes
/// - `x`, output: `[batch, channels, rows, embedding]`
/// - `weight`, `bias`: `[embedding]`
pub fn layer_norm(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, epsilon: f64) -> Tensor<4> {
    let shape = x.dims();
    let [batch, channels, height, embedding] = shape;
    let rows = batch * channels * height;
    let x = x.reshape([rows, embedding]);
    ops::layer_norm(x, weight, bias, epsilon).reshape(shape)
}
