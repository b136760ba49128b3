//! Convolution, pooling, linear layers.

use burn::backend::ops::ConvOptions;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{IntDType, Shape};

use crate::ops::backend::Ops;
use crate::ops::conv::ConvShape;
use crate::ops::linear::LinearShape;
use crate::ops::pool::PoolShape;

/// See [`Ops::conv`].
pub fn conv<B: Ops>(
    images: FloatTensor<B>,
    weights: FloatTensor<B>,
    bias: FloatTensor<B>,
    shape: ConvShape,
) -> FloatTensor<B> {
    B::conv2d(images, weights, Some(bias), options(shape))
}

/// See [`Ops::conv_input_gradient`].
pub fn conv_input_gradient<B: Ops>(
    images: FloatTensor<B>,
    weights: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: ConvShape,
) -> FloatTensor<B> {
    B::conv2d_x_backward(images, weights, gradient, options(shape))
}

/// See [`Ops::conv_weight_gradient`].
pub fn conv_weight_gradient<B: Ops>(
    images: FloatTensor<B>,
    weights: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: ConvShape,
) -> FloatTensor<B> {
    B::conv2d_weight_backward(images, weights, gradient, options(shape))
}

/// See [`Ops::conv_bias_gradient`].
pub fn conv_bias_gradient<B: Ops>(
    images: FloatTensor<B>,
    bias: FloatTensor<B>,
    gradient: FloatTensor<B>,
    _: ConvShape,
) -> FloatTensor<B> {
    B::conv2d_bias_backward(images, bias, gradient)
}

/// See [`Ops::conv_parameter_gradients`].
pub fn conv_parameter_gradients<B: Ops>(
    images: FloatTensor<B>,
    weights: FloatTensor<B>,
    bias: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: ConvShape,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let bias_gradient = B::conv_bias_gradient(images.clone(), bias, gradient.clone(), shape);
    let weight_gradient = B::conv_weight_gradient(images, weights, gradient, shape);
    (weight_gradient, bias_gradient)
}

/// See [`Ops::max_pool`].
pub fn max_pool<B: Ops>(images: FloatTensor<B>, shape: PoolShape) -> FloatTensor<B> {
    B::max_pool2d(
        images,
        shape.kernel,
        shape.stride,
        shape.padding,
        [1, 1],
        shape.reach != [0, 0],
    )
}

/// See [`Ops::max_pool_gradient`].
pub fn max_pool_gradient<B: Ops>(
    images: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: PoolShape,
) -> FloatTensor<B> {
    let PoolShape {
        kernel,
        stride,
        padding,
        reach,
        ..
    } = shape;
    let ceil_mode = reach != [0, 0];
    let forward = B::max_pool2d_with_indices(
        images.clone(),
        kernel,
        stride,
        padding,
        [1, 1],
        ceil_mode,
        IntDType::I32,
    );
    B::max_pool2d_with_indices_backward(
        images,
        kernel,
        stride,
        padding,
        [1, 1],
        ceil_mode,
        gradient,
        forward.indices,
    )
    .x_grad
}

/// See [`Ops::linear_layer`].
pub fn linear_layer<B: Ops>(
    x: FloatTensor<B>,
    weights: FloatTensor<B>,
    bias: FloatTensor<B>,
    shape: LinearShape,
) -> FloatTensor<B> {
    let bias = B::float_reshape(bias, Shape::new([1, shape.outputs]));
    B::float_add(B::float_matmul(x, weights), bias)
}

/// See [`Ops::linear_input_gradient`].
pub fn linear_input_gradient<B: Ops>(
    weights: FloatTensor<B>,
    gradient: FloatTensor<B>,
    _: LinearShape,
) -> FloatTensor<B> {
    B::float_matmul(gradient, B::float_transpose(weights))
}

/// See [`Ops::linear_weight_gradient`].
pub fn linear_weight_gradient<B: Ops>(
    x: FloatTensor<B>,
    gradient: FloatTensor<B>,
    _: LinearShape,
) -> FloatTensor<B> {
    B::float_matmul(B::float_transpose(x), gradient)
}

/// See [`Ops::linear_bias_gradient`].
pub fn linear_bias_gradient<B: Ops>(
    gradient: FloatTensor<B>,
    shape: LinearShape,
) -> FloatTensor<B> {
    B::float_reshape(B::float_sum_dim(gradient, 0), Shape::new([shape.outputs]))
}

/// See [`Ops::linear_parameter_gradients`].
pub fn linear_parameter_gradients<B: Ops>(
    x: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: LinearShape,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let bias_gradient = B::linear_bias_gradient(gradient.clone(), shape);
    (B::linear_weight_gradient(x, gradient, shape), bias_gradient)
}

fn options(shape: ConvShape) -> ConvOptions<2> {
    ConvOptions::new(shape.stride, shape.padding, [1, 1], shape.groups)
}
