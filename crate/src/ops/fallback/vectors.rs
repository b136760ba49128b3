//! Vectors: an optimizer's update, cutting and joining.

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
    let root = B::float_div_scalar(B::float_sqrt(second.clone()), Scalar::from(step.unbias));
    let root = B::float_add_scalar(root, Scalar::from(step.epsilon));
    let moved = B::float_div(times(first.clone(), step.rate), root);
    (B::float_sub(weights, moved), first, second)
}

/// See [`Ops::split`].
pub fn split<B: Ops>(whole: FloatTensor<B>, lengths: Vec<usize>) -> Vec<FloatTensor<B>> {
    let mut start = 0;
    let cut = lengths.into_iter().map(|length| {
        let part = B::float_slice(whole.clone(), &[(start..start + length).into()]);
        start += length;
        part
    });
    cut.collect()
}

/// See [`Ops::concat`].
// As many arguments as there.
#[allow(clippy::too_many_arguments)]
pub fn concat<B: Ops>(
    whole: FloatTensor<B>,
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
    B::float_slice_assign(whole, &[(target.offset..end).into()], parts)
}
