//! The operations on the CPU, with our kernels.

use std::borrow::Cow;

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{Shape, TensorData};

use super::adam::{self, AdamStep};
use super::attention::{self, AttentionShape};
use super::backend::Ops;
use super::conv::{self, ConvShape};
use super::layer_norm::{self, LayerNormShape};
use super::linear::{self, LinearShape};
use super::loss;
use super::norm::{self, NormShape};
use super::pool::{self, PoolShape};
use super::{activation, softmax};

type Float = FloatTensor<Flex>;
type Int = IntTensor<Flex>;

/// The values of a tensor, in row-major order.
fn values(tensor: &Float) -> Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(values) => values.into(),
        None => match parts_of_examples(tensor) {
            Some(values) => values.into(),
            None => tensor.to_contiguous().storage::<f32>().to_vec().into(),
        },
    }
}

/// The values of a tensor that is a part of each example of another one, as the gradient of a concatenation is: copied part by part, and
/// not number by number, as burn's copy does.
fn parts_of_examples(tensor: &Float) -> Option<Vec<f32>> {
    let layout = tensor.layout();
    let (examples, inner) = layout.shape().split_first()?;
    let (step, strides) = layout.strides().split_first()?;
    let step = usize::try_from(*step).ok()?;
    let mut len = 1;
    for (size, stride) in inner.iter().zip(strides).rev() {
        if *size != 1 && usize::try_from(*stride) != Ok(len) {
            return None;
        }
        len *= size;
    }
    let storage = tensor.storage::<f32>();
    let mut values = Vec::with_capacity(examples * len);
    for example in 0..*examples {
        let start = layout.start_offset() + example * step;
        values.extend_from_slice(storage.get(start..start + len)?);
    }
    Some(values)
}

/// The values of a tensor of labels, which are 32-bit integers on every engine.
fn classes(labels: &Int) -> Cow<'_, [i32]> {
    match labels.as_slice::<i32>() {
        Some(classes) => classes.into(),
        None => labels.to_contiguous().storage::<i32>().to_vec().into(),
    }
}

/// The length of a tensor's rows, that is of its last dimension.
fn row_len(tensor: &Float) -> usize {
    tensor.shape().last().copied().unwrap_or(1)
}

fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> Float {
    Float::from_data(TensorData::new(values, shape.into()))
}

impl Ops for Flex {
    fn conv(images: Float, weights: Float, bias: Float, shape: ConvShape) -> Float {
        let out = conv::forward(&shape, &values(&images), &values(&weights), &values(&bias));
        tensor(out, shape.output_shape())
    }

    fn conv_input_gradient(_: Float, weights: Float, gradient: Float, shape: ConvShape) -> Float {
        let out = conv::input_gradient(&shape, &values(&weights), &values(&gradient));
        tensor(out, shape.image_shape())
    }

    fn conv_weight_gradient(images: Float, _: Float, gradient: Float, shape: ConvShape) -> Float {
        let out = conv::weight_gradient(&shape, &values(&images), &values(&gradient));
        tensor(out, shape.weight_shape())
    }

    fn conv_bias_gradient(_: Float, _: Float, gradient: Float, shape: ConvShape) -> Float {
        tensor(
            conv::bias_gradient(&shape, &values(&gradient)),
            [shape.filters],
        )
    }

    fn max_pool(images: Float, shape: PoolShape) -> Float {
        let [batch, channels, _, _] = images.shape().dims();
        let [height, width] = shape.output();
        tensor(
            pool::max_pool(&shape, &values(&images)),
            [batch, channels, height, width],
        )
    }

    fn max_pool_gradient(images: Float, gradient: Float, shape: PoolShape) -> Float {
        let out = pool::max_pool_gradient(&shape, &values(&images), &values(&gradient));
        tensor(out, images.shape().dims::<4>())
    }

    fn relu_forward(x: Float) -> Float {
        tensor(activation::relu(&values(&x)), x.shape())
    }

    fn relu_gradient(output: Float, gradient: Float) -> Float {
        let out = activation::relu_gradient(&values(&output), &values(&gradient));
        tensor(out, output.shape())
    }

    fn tanh_forward(x: Float) -> Float {
        tensor(activation::tanh(&values(&x)), x.shape())
    }

    fn tanh_gradient(output: Float, gradient: Float) -> Float {
        let out = activation::tanh_gradient(&values(&output), &values(&gradient));
        tensor(out, output.shape())
    }

    fn sigmoid_forward(x: Float) -> Float {
        tensor(activation::sigmoid(&values(&x)), x.shape())
    }

    fn sigmoid_gradient(output: Float, gradient: Float) -> Float {
        let out = activation::sigmoid_gradient(&values(&output), &values(&gradient));
        tensor(out, output.shape())
    }

    fn gelu_forward(x: Float) -> Float {
        tensor(activation::gelu(&values(&x)), x.shape())
    }

    fn gelu_gradient(x: Float, gradient: Float) -> Float {
        let out = activation::gelu_gradient(&values(&x), &values(&gradient));
        tensor(out, x.shape())
    }

    fn softmax_forward(x: Float) -> Float {
        tensor(softmax::softmax(&values(&x), row_len(&x)), x.shape())
    }

    fn softmax_gradient(output: Float, gradient: Float) -> Float {
        let len = row_len(&output);
        let out = softmax::softmax_gradient(&values(&output), &values(&gradient), len);
        tensor(out, output.shape())
    }

    fn log_softmax_forward(x: Float) -> Float {
        tensor(softmax::log_softmax(&values(&x), row_len(&x)), x.shape())
    }

    fn log_softmax_gradient(output: Float, gradient: Float) -> Float {
        let len = row_len(&output);
        let out = softmax::log_softmax_gradient(&values(&output), &values(&gradient), len);
        tensor(out, output.shape())
    }

    fn layer_norm_forward(x: Float, weight: Float, bias: Float, shape: LayerNormShape) -> Float {
        let out = layer_norm::forward(&shape, &values(&x), &values(&weight), &values(&bias));
        tensor(out, [shape.rows, shape.embedding])
    }

    fn layer_norm_gradient(
        x: Float,
        weight: Float,
        gradient: Float,
        shape: LayerNormShape,
    ) -> (Float, Float, Float) {
        let (weight, gradient) = (values(&weight), values(&gradient));
        let (by_x, by_weight, by_bias) =
            layer_norm::gradient(&shape, &values(&x), &weight, &gradient);
        let [by_weight, by_bias] = [by_weight, by_bias].map(|sums| tensor(sums, [shape.embedding]));
        (
            tensor(by_x, [shape.rows, shape.embedding]),
            by_weight,
            by_bias,
        )
    }

    fn attention_forward(projected: Float, shape: AttentionShape) -> (Float, Float) {
        let (output, probabilities) = attention::forward(&shape, &values(&projected));
        (
            tensor(output, shape.output()),
            tensor(probabilities, shape.probabilities()),
        )
    }

    fn attention_gradient(
        projected: Float,
        probabilities: Float,
        gradient: Float,
        shape: AttentionShape,
    ) -> Float {
        let (probabilities, gradient) = (values(&probabilities), values(&gradient));
        let out = attention::gradient(&shape, &values(&projected), &probabilities, &gradient);
        tensor(out, shape.projected())
    }

    fn cross_entropy(logits: Float, labels: Int) -> Float {
        let out = loss::cross_entropy(&values(&logits), &classes(&labels));
        tensor(out, labels.shape())
    }

    fn cross_entropy_gradient(logits: Float, gradient: Float, labels: Int) -> Float {
        let (labels, gradient) = (classes(&labels), values(&gradient));
        let out = loss::cross_entropy_gradient(&values(&logits), &labels, &gradient);
        tensor(out, logits.shape())
    }

    fn mean(x: Float, count: usize) -> Float {
        tensor(vec![loss::mean(&values(&x), count)], [1])
    }

    fn mean_gradient(gradient: Float, count: usize, len: usize) -> Float {
        let gradient = values(&gradient).first().copied().unwrap_or(f32::NAN);
        tensor(vec![gradient * (1.0 / count as f32); len], [len])
    }

    fn correct_count(logits: Float, labels: Int) -> Float {
        let count = loss::correct_count(&values(&logits), &classes(&labels));
        tensor(vec![count], [1])
    }

    fn linear_layer(x: Float, weights: Float, bias: Float, shape: LinearShape) -> Float {
        let out = linear::forward(&shape, &values(&x), &values(&weights), &values(&bias));
        tensor(out, [shape.batch, shape.outputs])
    }

    fn linear_input_gradient(weights: Float, gradient: Float, shape: LinearShape) -> Float {
        let out = linear::input_gradient(&shape, &values(&weights), &values(&gradient));
        tensor(out, [shape.batch, shape.inputs])
    }

    fn linear_weight_gradient(x: Float, gradient: Float, shape: LinearShape) -> Float {
        let out = linear::weight_gradient(&shape, &values(&x), &values(&gradient));
        tensor(out, [shape.inputs, shape.outputs])
    }

    fn linear_bias_gradient(gradient: Float, shape: LinearShape) -> Float {
        let out = linear::bias_gradient(&shape, &values(&gradient));
        tensor(out, [shape.outputs])
    }

    fn adam(
        weights: Float,
        gradient: Float,
        first: Float,
        second: Float,
        step: AdamStep,
    ) -> (Float, Float, Float) {
        let [mut weights, mut first, mut second] =
            [weights, first, second].map(|t| match t.as_slice::<f32>() {
                // It is all of its storage, which can then be updated in place.
                Some(all) if all.len() == t.storage::<f32>().len() => t,
                _ => t.to_contiguous(),
            });
        let moments = (first.storage_mut(), second.storage_mut());
        adam::adam(
            &step,
            weights.storage_mut(),
            &values(&gradient),
            moments.0,
            moments.1,
        );
        (weights, first, second)
    }

    fn batch_statistics(images: Float, shape: NormShape) -> Float {
        let out = norm::statistics(&shape, &values(&images));
        tensor(out, [shape.shards, 2, shape.channels])
    }

    fn normalize(
        images: Float,
        statistics: Float,
        weight: Float,
        bias: Float,
        shape: NormShape,
    ) -> Float {
        let (statistics, weight) = (values(&statistics), values(&weight));
        let out = norm::normalize(
            &shape,
            &values(&images),
            &statistics,
            &weight,
            &values(&bias),
        );
        tensor(out, images.shape().dims::<4>())
    }

    fn normalize_gradient_sums(
        images: Float,
        statistics: Float,
        gradient: Float,
        shape: NormShape,
    ) -> Float {
        let (images, statistics) = (values(&images), values(&statistics));
        let out = norm::gradient_sums(&shape, &images, &statistics, &values(&gradient));
        tensor(out, [shape.shards, 2, shape.channels])
    }

    fn normalize_input_gradient(
        images: Float,
        statistics: Float,
        sums: Float,
        weight: Float,
        gradient: Float,
        shape: NormShape,
    ) -> Float {
        let out = norm::input_gradient(
            &shape,
            &values(&images),
            &values(&statistics),
            &values(&sums),
            &values(&weight),
            &values(&gradient),
        );
        tensor(out, images.shape().dims::<4>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_a_part_are_those_of_its_copy() {
        let all = tensor((0..120).map(|i| i as f32).collect(), [2, 3, 4, 5]);
        for (part, copied_by_example) in [
            (all.narrow(1, 1, 2), true),
            (all.narrow(1, 2, 1), true),
            (all.narrow(0, 1, 1).narrow(1, 0, 2), true),
            (all.narrow(3, 1, 3), false),
            (all.narrow(2, 1, 2), false),
            (all.transpose(1, 2), false),
            (all.narrow(1, 1, 2).transpose(0, 1), false),
        ] {
            let expected = part.to_contiguous();
            assert_eq!(*values(&part), *expected.storage::<f32>());
            assert_eq!(parts_of_examples(&part).is_some(), copied_by_example);
        }
    }
}
