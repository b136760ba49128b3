//! burn's layers: made with zeros, and applied by our own operations.
//!
//! They are not made by burn's own configurations: those bring every way of initialising weights into the module, of which
//! none is used here.

use burn::module::{Param, ParamId};
use burn::nn::conv::Conv2d;
use burn::nn::{Linear, PaddingConfig2d};
use burn::tensor::{Device, Tensor};

use crate::ops;

/// A parameter of zeros, which take no memory until they are asked for.
pub fn zeros<const D: usize>(shape: [usize; D], device: &Device) -> Param<Tensor<D>> {
    let make = move |device: &Device, _| Tensor::zeros(shape, device);
    Param::uninitialized(ParamId::new(), make, device.clone(), true, shape.into())
}

/// A convolution from so many channels to so many, with a square kernel and a bias.
pub fn conv([from, to]: [usize; 2], kernel: usize, padding: usize, device: &Device) -> Conv2d {
    Conv2d {
        weight: zeros([to, from, kernel, kernel], device),
        bias: Some(zeros([to], device)),
        stride: [1, 1],
        kernel_size: [kernel, kernel],
        dilation: [1, 1],
        groups: 1,
        padding: match padding {
            0 => PaddingConfig2d::Valid,
            _ => PaddingConfig2d::Explicit(padding, padding, padding, padding),
        },
    }
}

/// A linear layer from so many to so many.
pub fn connected([from, to]: [usize; 2], device: &Device) -> Linear {
    Linear {
        weight: zeros([from, to], device),
        bias: Some(zeros([to], device)),
    }
}

/// Applies a convolution.
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

/// Applies a linear layer.
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
