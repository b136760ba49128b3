//! burn's layers, applied by our own operations.

use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;

use crate::ops::conv2d;

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
    conv2d(images, weights, bias, layer.stride, padding, layer.groups)
}
