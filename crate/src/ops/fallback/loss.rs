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
    indices: IntTensor<B>,
    shape: GatherShape,
) -> (FloatTensor<B>, IntTensor<B>) {
    let [batch, words] = [shape.batch, shape.words()];
    let rows = B::int_select(packed, 0, indices.clone());
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
    (images, B::int_select(labels, 0, indices))
}

/// One-hot labels: `[batch, classes]`.
fn one_hot<B: Ops>(labels: IntTensor<B>, batch: usize, classes: usize) -> FloatTensor<B> {
    let dtype = IntDType::from(labels.dtype());
    let shape = Shape::new([batch, classes]);
    let indices = B::int_arange(0..classes as i64, &labels.device(), dtype);
    let indices = B::int_reshape(indices, Shape::new([1, classes]));
    let indices = B::int_expand(indices, shape.clone());
    let labels = B::int_expand(B::int_reshape(labels, Shape::new([batch, 1])), shape);
    equal::<B>(labels, indices)
}

/// 1 where two integers are equal, else 0.
fn equal<B: Ops>(one: IntTensor<B>, other: IntTensor<B>) -> FloatTensor<B> {
    let difference = B::int_abs(B::int_sub(one, other));
    let difference = B::int_into_float(difference, FloatDType::F32);
    // 1 for any two integers that differ.
    let differ = B::float_clamp_max(difference, Scalar::from(1.0));
    B::float_add_scalar(B::float_neg(differ), Scalar::from(1.0))
}

fn sizes<B: Ops>(logits: &FloatTensor<B>) -> [usize; 2] {
    logits.shape().dims()
}

/// See [`Ops::cross_entropy`].
pub fn cross_entropy<B: Ops>(logits: FloatTensor<B>, labels: IntTensor<B>) -> FloatTensor<B> {
    let [batch, classes] = sizes::<B>(&logits);
    let one_hot = one_hot::<B>(labels, batch, classes);
    let terms = B::float_mul(B::log_softmax(logits, 1), one_hot);
    let losses = B::float_neg(B::float_sum_dim(terms, 1));
    B::float_reshape(losses, Shape::new([batch]))
}

/// See [`Ops::cross_entropy_gradient`].
pub fn cross_entropy_gradient<B: Ops>(
    logits: FloatTensor<B>,
    gradient: FloatTensor<B>,
    labels: IntTensor<B>,
) -> FloatTensor<B> {
    let [batch, classes] = sizes::<B>(&logits);
    let one_hot = one_hot::<B>(labels, batch, classes);
    let difference = B::float_sub(B::softmax(logits, 1), one_hot);
    B::float_mul(
        difference,
        B::float_reshape(gradient, Shape::new([batch, 1])),
    )
}

/// See [`Ops::correct_count`].
pub fn correct_count<B: Ops>(logits: FloatTensor<B>, labels: IntTensor<B>) -> FloatTensor<B> {
    let [batch, _] = sizes::<B>(&logits);
    let predictions = B::float_argmax(logits, 1, IntDType::from(labels.dtype()));
    let predictions = B::int_reshape(predictions, Shape::new([batch]));
    B::float_sum(equal::<B>(predictions, labels))
}

/// See [`Ops::mean`].
pub fn mean<B: Ops>(values: FloatTensor<B>, count: usize) -> FloatTensor<B> {
    B::float_div_scalar(B::float_sum(values), Scalar::from(count as f32))
}

/// See [`Ops::mean_gradient`].
pub fn mean_gradient<B: Ops>(gradient: FloatTensor<B>, count: usize, len: usize) -> FloatTensor<B> {
    let gradient = B::float_mul_scalar(gradient, Scalar::from(1.0 / count as f32));
    B::float_expand(gradient, Shape::new([len]))
}
