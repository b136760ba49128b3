//! Batch normalisation.
//!
//! S. Ioffe, C. Szegedy: Batch normalization, 2015. In training a channel is normalised by the mean and variance of
//! its part of the batch: of each shard by itself, as wherever a batch is shared among several computers. For answers
//! it is normalised by running averages of those, into which every step goes with a tenth, as in PyTorch (which
//! counts the variance there with n − 1).

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::apply::zeros;
use super::context::Context;
use crate::ops::{batch_statistics, normalize, shared_statistics};

/// Added to the variance, as in PyTorch.
pub const EPSILON: f64 = 1e-5;

/// The part that a step has in the running averages.
pub const PART: f64 = 0.1;

/// Normalises each channel, then scales and shifts it.
#[derive(Module, Debug)]
pub struct BatchNorm {
    /// The scale, γ: `[channels]`.
    weight: Param<Tensor<1>>,
    /// The shift, β: `[channels]`.
    bias: Param<Tensor<1>>,
}

impl BatchNorm {
    /// For images of so many channels.
    pub fn init(channels: usize, device: &Device) -> Self {
        BatchNorm {
            weight: zeros([channels], device),
            bias: zeros([channels], device),
        }
    }

    /// Channels that it normalises.
    pub fn channels(&self) -> usize {
        self.weight.lazy_shape().num_elements()
    }

    /// # Shapes
    /// - `x`, output: `[batch, channels, height, width]`
    pub fn forward(&self, x: Tensor<4>, context: &Context) -> Tensor<4> {
        batch_norm(x, self.weight.val(), self.bias.val(), EPSILON, context)
    }
}

/// Normalises each channel, then scales and shifts it.
///
/// # Shapes
/// - `x`, output: `[batch, channels, height, width]`
/// - `weight`, `bias`: `[channels]`
pub fn batch_norm(
    x: Tensor<4>,
    weight: Tensor<1>,
    bias: Tensor<1>,
    epsilon: f64,
    context: &Context,
) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    match context {
        Context::Training(training) => {
            let shards = training.shards;
            let statistics = batch_statistics(x.clone(), shards);
            let count = (batch / shards * height * width) as f64;
            // Averaged over the shards; the variance as estimated from a sample.
            let factor = count / (count - 1.0).max(1.0);
            training.leave(shared_statistics(statistics.clone(), factor as f32));
            normalize(x, statistics, weight, bias, epsilon)
        }
        Context::Answering(answering) => {
            let running = answering.next(2 * channels).reshape([2, channels]);
            let each = |tensor: Tensor<1>| tensor.reshape([1, channels, 1, 1]);
            let mean = running
                .clone()
                .slice([0..1, 0..channels])
                .reshape([channels]);
            let variance = running.slice([1..2, 0..channels]).reshape([channels]);
            let scale = weight / (variance + epsilon).sqrt();
            let shift = bias - mean * scale.clone();
            x * each(scale) + each(shift)
        }
    }
}

/// Normalises each row, then scales and shifts its numbers (J. Ba, J. Kiros, G. Hinton: Layer normalization, 2016).
///
/// # Shapes
/// - `x`, output: `[batch, channels, rows, numbers]`
/// - `weight`, `bias`: `[numbers]`
pub fn layer_norm(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, epsilon: f64) -> Tensor<4> {
    let shape = x.dims();
    let [batch, channels, height, numbers] = shape;
    let rows = batch * channels * height;
    // A row is what a channel is elsewhere.
    let x = x.reshape([1, rows, 1, numbers]);
    let device = x.device();
    let (ones, zeros) = (
        Tensor::ones([rows], &device),
        Tensor::zeros([rows], &device),
    );
    let statistics = batch_statistics(x.clone(), 1);
    let x = normalize(x, statistics, ones, zeros, epsilon).reshape(shape);
    let each = |tensor: Tensor<1>| tensor.reshape([1, 1, 1, numbers]);
    x * each(weight) + each(bias)
}
