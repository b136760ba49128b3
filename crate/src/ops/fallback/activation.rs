//! Activations and softmax.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use burn::backend::tensor::FloatTensor;
use burn::backend::{Scalar, TensorMetadata};

use crate::ops::backend::Ops;

/// See [`Ops::relu_forward`].
pub fn relu_forward<B: Ops>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::relu(x)
}

/// See [`Ops::relu_gradient`].
pub fn relu_gradient<B: Ops>(output: FloatTensor<B>, gradient: FloatTensor<B>) -> FloatTensor<B> {
    B::relu_backward(output, gradient)
}

/// See [`Ops::tanh_forward`].
pub fn tanh_forward<B: Ops>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_tanh(x)
}

/// See [`Ops::tanh_gradient`].
pub fn tanh_gradient<B: Ops>(output: FloatTensor<B>, gradient: FloatTensor<B>) -> FloatTensor<B> {
    let square = B::float_mul(output.clone(), output);
    let slope = B::float_add_scalar(B::float_neg(square), Scalar::from(1.0));
    B::float_mul(gradient, slope)
}

/// See [`Ops::sigmoid_forward`].
pub fn sigmoid_forward<B: Ops>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::sigmoid(x)
}

/// See [`Ops::sigmoid_gradient`].
pub fn sigmoid_gradient<B: Ops>(
    output: FloatTensor<B>,
    gradient: FloatTensor<B>,
) -> FloatTensor<B> {
    B::sigmoid_backward(output, gradient)
}

/// See [`Ops::gelu_forward`].
pub fn gelu_forward<B: Ops>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::gelu(x)
}

/// See [`Ops::gelu_gradient`]. burn's own is the gradient of GELU's approximation by tanh, on most backends.
pub fn gelu_gradient<B: Ops>(x: FloatTensor<B>, gradient: FloatTensor<B>) -> FloatTensor<B> {
    let erf = B::float_erf(B::float_mul_scalar(x.clone(), Scalar::from(FRAC_1_SQRT_2)));
    let cdf = B::float_mul_scalar(
        B::float_add_scalar(erf, Scalar::from(1.0)),
        Scalar::from(0.5),
    );
    let square = B::float_mul(x.clone(), x.clone());
    let density = B::float_exp(B::float_mul_scalar(square, Scalar::from(-0.5)));
    let density = B::float_mul_scalar(density, Scalar::from(FRAC_2_SQRT_PI * FRAC_1_SQRT_2 / 2.0));
    let slope = B::float_add(cdf, B::float_mul(x, density));
    B::float_mul(gradient, slope)
}

/// See [`Ops::softmax_forward`].
pub fn softmax_forward<B: Ops>(x: FloatTensor<B>) -> FloatTensor<B> {
    let last = last_dimension::<B>(&x);
    B::softmax(x, last)
}

/// See [`Ops::softmax_gradient`].
pub fn softmax_gradient<B: Ops>(
    output: FloatTensor<B>,
    gradient: FloatTensor<B>,
) -> FloatTensor<B> {
    let last = last_dimension::<B>(&output);
    let weighted = B::float_mul(output.clone(), gradient.clone());
    let weighted = B::float_sum_dim(weighted, last);
    B::float_mul(output, B::float_sub(gradient, weighted))
}

/// See [`Ops::log_softmax_forward`].
pub fn log_softmax_forward<B: Ops>(x: FloatTensor<B>) -> FloatTensor<B> {
    let last = last_dimension::<B>(&x);
    B::log_softmax(x, last)
}

/// See [`Ops::log_softmax_gradient`].
pub fn log_softmax_gradient<B: Ops>(
    output: FloatTensor<B>,
    gradient: FloatTensor<B>,
) -> FloatTensor<B> {
    let last = last_dimension::<B>(&output);
    let total = B::float_sum_dim(gradient.clone(), last);
    B::float_sub(gradient, B::float_mul(B::float_exp(output), total))
}

fn last_dimension<B: Ops>(tensor: &FloatTensor<B>) -> usize {
    tensor.rank() - 1
}
