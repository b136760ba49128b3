//! Vectors: Adam's update, splitting and concatenating.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Scalar, TensorMetadata};

use crate::ops::adam::AdamStep;
use crate::ops::backend::{ConcatTarget, Ops};

/// See [`Ops::adam`].
pub fn adam<B: Ops>(
    weights: FloatTensor<B>,
    gradient: FloatTensor<B>,
    first: FloatTensor<B>,
    second: FloatTensor<B>,
    step: AdamStep,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let times = |tensor, factor: f32| B::float_mul_scalar(tensor, Scalar::from(factor));
    let square = B::float_mul(gradient.clone(), gradient.clone());
    let first = B::float_add(
        times(first, step.beta_1),
        times(gradient, 1.0 - step.beta_1),
    );
    let second = B::float_add(times(second, step.beta_2), times(square, 1.0 - step.beta_2));
    let root = B::float_sqrt(second.clone());
    let root = B::float_div_scalar(root, Scalar::from(step.second_correction));
    let root = B::float_add_scalar(root, Scalar::from(step.epsilon));
    let update = B::float_div(times(first.clone(), step.step_size), root);
    (B::float_sub(weights, update), first, second)
}

/// See [`Ops::split`].
pub fn split<B: Ops>(vector: FloatTensor<B>, lengths: Vec<usize>) -> Vec<FloatTensor<B>> {
    let mut start = 0;
    let parts = lengths.into_iter().map(|length| {
        let part = B::float_slice(vector.clone(), &[(start..start + length).into()]);
        start += length;
        part
    });
    parts.collect()
}

/// See [`Ops::concat`].
#[allow(clippy::too_many_arguments)]
pub fn concat<B: Ops>(
    output: FloatTensor<B>,
    a: FloatTensor<B>,
    b: FloatTensor<B>,
    c: FloatTensor<B>,
    d: FloatTensor<B>,
    e: FloatTensor<B>,
    f: FloatTensor<B>,
    g: FloatTensor<B>,
    target: ConcatTarget,
) -> FloatTensor<B> {
    let parts = [a, b, c, d, e, f, g].into_iter().take(target.count);
    let parts = B::float_cat(parts.collect(), 0);
    let end = target.offset + parts.shape().num_elements();
    B::float_slice_assign(output, &[(target.offset..end).into()], parts)
}
