//! Batch normalisation.
//!
//! S. Ioffe, C. Szegedy: Batch normalization, 2015. In training a channel is normalised by the mean and variance of
//! its part of the batch: of each shard by itself, as wherever a batch is shared among several computers. For answers
//! it is normalised by running averages of those, into which every step goes with a tenth, as in PyTorch (which
//! counts the variance there with n − 1).

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::tensor::{Device, Tensor};

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
            weight: Initializer::Zeros.init([channels], device),
            bias: Initializer::Zeros.init([channels], device),
        }
    }

    /// Channels that it normalises.
    pub fn channels(&self) -> usize {
        self.weight.lazy_shape().num_elements()
    }

    /// # Shapes
    /// - `x`, output: `[batch, channels, height, width]`
    pub fn forward(&self, x: Tensor<4>, context: &Context) -> Tensor<4> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        let [batch, channels, height, width] = x.dims();
        match context {
            Context::Training(training) => {
                let shards = training.shards;
                let statistics = batch_statistics(x.clone(), shards);
                let count = (batch / shards * height * width) as f64;
                // Averaged over the shards; the variance as estimated from a sample.
                let factor = count / (count - 1.0).max(1.0);
                training.leave(shared_statistics(statistics.clone(), factor as f32));
                normalize(x, statistics, weight, bias, EPSILON)
            }
            Context::Answering(answering) => {
                let running = answering.next(2 * channels).reshape([2, channels]);
                let each = |tensor: Tensor<1>| tensor.reshape([1, channels, 1, 1]);
                let mean = running
                    .clone()
                    .slice([0..1, 0..channels])
                    .reshape([channels]);
                let variance = running.slice([1..2, 0..channels]).reshape([channels]);
                let scale = weight / (variance + EPSILON).sqrt();
                let shift = bias - mean * scale.clone();
                x * each(scale) + each(shift)
            }
        }
    }
}
