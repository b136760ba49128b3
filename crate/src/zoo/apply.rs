//! burn's layers, applied by our own operations.

use burn::nn::conv::Conv2d;
use burn::nn::{Linear, PaddingConfig2d};
use burn::tensor::Tensor;

use crate::ops;

/// A convolution.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - output: `[batch, filters, height, width]`
pub fn convolve(layer: &Conv2d, images: Tensor<4>) -> Tensor<4> {
    let padding = match layer.padding {
        // Top and left; no network here pads its sides unequally.
        PaddingConfig2d::Explicit(top, left, _, _) => [top, left],
        _ => [0, 0],
    };
    let bias = layer.bias.as_ref().map(|bias| bias.val());
    let weights = layer.weight.val();
    ops::conv2d(images, weights, bias, layer.stride, padding, layer.groups)
}

/// A linear layer.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
/// - output: `[batch, outputs]`
pub fn linear(layer: &Linear, x: Tensor<2>) -> Tensor<2> {
    let weights = layer.weight.val();
    let [_, outputs] = weights.dims();
    let none = || Tensor::zeros([outputs], &x.device());
    let bias = layer.bias.as_ref().map_or_else(none, |bias| bias.val());
    ops::linear(x, weights, bias)
}
