//! Batches and losses.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Scalar, TensorMetadata};
use burn::tensor::{FloatDType, IntDType, Shape};

use crate::ops::backend::Ops;
use crate::ops::gather::GatherShape;

/// See [`Ops::gather_examples`].
pub fn gather_examples<B: Ops>(
    packed: IntTensor<B>,
    labels: IntTensor<B>,
    chosen: IntTensor<B>,
    shape: GatherShape,
) -> (FloatTensor<B>, IntTensor<B>) {
    let [batch, words] = [shape.batch, shape.words()];
    let rows = B::int_select(packed, 0, chosen.clone());
    let bytes = (0..4).map(|byte| {
        let shifted = match byte {
            0 => rows.clone(),
            _ => B::bitwise_right_shift_scalar(rows.clone(), Scalar::from(8 * byte)),
        };
        let byte = B::bitwise_and_scalar(shifted, Scalar::from(255));
        B::int_reshape(byte, Shape::new([batch, words, 1]))
    });
    let bytes = B::int_cat(bytes.collect(), 2);
    let bytes = B::int_reshape(bytes, Shape::new([batch, words * 4]));
    let pixels = B::int_into_float(bytes, FloatDType::F32);
    let pixels = B::float_div_scalar(pixels, Scalar::from(255.0));
    let ranges = [(0..batch).into(), (0..shape.pixels()).into()];
    let [channels, height, width] = shape.image;
    let images = B::float_slice(pixels, &ranges);
    let images = B::float_reshape(images, Shape::new([batch, channels, height, width]));
    (images, B::int_select(labels, 0, chosen))
}

/// 1 where the class is the label, else 0: `[batch, classes]`.
fn one_hot<B: Ops>(labels: IntTensor<B>, batch: usize, classes: usize) -> FloatTensor<B> {
    let dtype = IntDType::from(labels.dtype());
    let all = Shape::new([batch, classes]);
    let each = B::int_arange(0..classes as i64, &labels.device(), dtype);
    let each = B::int_expand(B::int_reshape(each, Shape::new([1, classes])), all.clone());
    let labels = B::int_expand(B::int_reshape(labels, Shape::new([batch, 1])), all);
    equal::<B>(labels, each)
}

/// 1 where two integers are equal, else 0.
fn equal<B: Ops>(one: IntTensor<B>, other: IntTensor<B>) -> FloatTensor<B> {
    let apart = B::int_sub(one, other);
    let apart = B::int_into_float(B::int_abs(apart), FloatDType::F32);
    // Integers that differ are at least 1 apart.
    let apart = B::float_clamp_max(apart, Scalar::from(1.0));
    B::float_add_scalar(B::float_neg(apart), Scalar::from(1.0))
}

fn sizes<B: Ops>(logits: &FloatTensor<B>) -> [usize; 2] {
    logits.shape().dims()
}

/// See [`Ops::cross_entropy`].
pub fn cross_entropy<B: Ops>(logits: FloatTensor<B>, labels: IntTensor<B>) -> FloatTensor<B> {
    let [batch, classes] = sizes::<B>(&logits);
    let truth = one_hot::<B>(labels, batch, classes);
    let own = B::float_mul(B::log_softmax(logits, 1), truth);
    B::float_reshape(B::float_neg(B::float_sum_dim(own, 1)), Shape::new([batch]))
}

/// See [`Ops::cross_entropy_gradient`].
pub fn cross_entropy_gradient<B: Ops>(
    logits: FloatTensor<B>,
    labels: IntTensor<B>,
    gradient: FloatTensor<B>,
) -> FloatTensor<B> {
    let [batch, classes] = sizes::<B>(&logits);
    let truth = one_hot::<B>(labels, batch, classes);
    let apart = B::float_sub(B::softmax(logits, 1), truth);
    B::float_mul(apart, B::float_reshape(gradient, Shape::new([batch, 1])))
}

/// See [`Ops::correct_count`].
pub fn correct_count<B: Ops>(logits: FloatTensor<B>, labels: IntTensor<B>) -> FloatTensor<B> {
    let [batch, _] = sizes::<B>(&logits);
    let guesses = B::float_argmax(logits, 1, IntDType::from(labels.dtype()));
    let guesses = B::int_reshape(guesses, Shape::new([batch]));
    B::float_sum(equal::<B>(guesses, labels))
}

/// See [`Ops::mean`].
pub fn mean<B: Ops>(values: FloatTensor<B>, by: usize) -> FloatTensor<B> {
    B::float_div_scalar(B::float_sum(values), Scalar::from(by as f32))
}

/// See [`Ops::mean_gradient`].
pub fn mean_gradient<B: Ops>(gradient: FloatTensor<B>, by: usize, count: usize) -> FloatTensor<B> {
    let gradient = B::float_mul_scalar(gradient, Scalar::from(1.0 / by as f32));
    B::float_expand(gradient, Shape::new([count]))
}
