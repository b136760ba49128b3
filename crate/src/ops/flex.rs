//! The operations on the CPU, with our kernels.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{Shape, TensorData};

use super::adam::{self, AdamStep};
use super::backend::Ops;
use super::conv::{self, ConvShape};
use super::linear::{self, LinearShape};
use super::loss;
use super::norm::{self, NormShape};
use super::pool::{self, PoolShape};
use super::relu;

type Numbers = FloatTensor<Flex>;
type Labels = IntTensor<Flex>;

/// The numbers of a tensor, in order.
fn numbers(tensor: &Numbers) -> std::borrow::Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(numbers) => numbers.into(),
        None => tensor.to_contiguous().storage::<f32>().to_vec().into(),
    }
}

/// The classes of a tensor of them, which are 32-bit integers on every engine.
fn classes(labels: &Labels) -> std::borrow::Cow<'_, [i32]> {
    match labels.as_slice::<i32>() {
        Some(classes) => classes.into(),
        None => labels.to_contiguous().storage::<i32>().to_vec().into(),
    }
}

fn tensor(numbers: Vec<f32>, shape: impl Into<Shape>) -> Numbers {
    Numbers::from_data(TensorData::new(numbers, shape.into()))
}

impl Ops for Flex {
    fn conv(images: Numbers, weights: Numbers, bias: Numbers, shape: ConvShape) -> Numbers {
        let [height, width] = shape.output();
        let out = conv::forward(
            &shape,
            &numbers(&images),
            &numbers(&weights),
            &numbers(&bias),
        );
        tensor(out, [shape.batch, shape.filters, height, width])
    }

    fn conv_input_gradient(
        _: Numbers,
        weights: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        let [height, width] = shape.size;
        let out = conv::input_gradient(&shape, &numbers(&weights), &numbers(&gradient));
        tensor(out, [shape.batch, shape.channels, height, width])
    }

    fn conv_weight_gradient(
        images: Numbers,
        _: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        let [height, width] = shape.kernel;
        let out = conv::weight_gradient(&shape, &numbers(&images), &numbers(&gradient));
        tensor(out, [shape.filters, shape.group_channels(), height, width])
    }

    fn conv_bias_gradient(_: Numbers, _: Numbers, gradient: Numbers, shape: ConvShape) -> Numbers {
        tensor(
            conv::bias_gradient(&shape, &numbers(&gradient)),
            [shape.filters],
        )
    }

    fn max_pool(images: Numbers, shape: PoolShape) -> Numbers {
        let [batch, channels, _, _] = images.shape().dims();
        let [height, width] = shape.output();
        tensor(
            pool::max_pool(&shape, &numbers(&images)),
            [batch, channels, height, width],
        )
    }

    fn max_pool_gradient(images: Numbers, gradient: Numbers, shape: PoolShape) -> Numbers {
        let out = pool::max_pool_gradient(&shape, &numbers(&images), &numbers(&gradient));
        tensor(out, images.shape().dims::<4>())
    }

    fn relu_forward(x: Numbers) -> Numbers {
        let out = relu::relu(&numbers(&x));
        tensor(out, x.shape())
    }

    fn relu_gradient(output: Numbers, gradient: Numbers) -> Numbers {
        let out = relu::relu_gradient(&numbers(&output), &numbers(&gradient));
        tensor(out, output.shape())
    }

    fn cross_entropy(logits: Numbers, labels: Labels) -> Numbers {
        let out = loss::cross_entropy(&numbers(&logits), &classes(&labels));
        tensor(out, labels.shape())
    }

    fn cross_entropy_gradient(logits: Numbers, labels: Labels, gradient: Numbers) -> Numbers {
        let (labels, gradient) = (classes(&labels), numbers(&gradient));
        let out = loss::cross_entropy_gradient(&numbers(&logits), &labels, &gradient);
        tensor(out, logits.shape())
    }

    fn mean(values: Numbers, by: usize) -> Numbers {
        tensor(vec![loss::mean(&numbers(&values), by)], [1])
    }

    fn mean_gradient(gradient: Numbers, by: usize, count: usize) -> Numbers {
        let each = numbers(&gradient).first().copied().unwrap_or(f32::NAN) * (1.0 / by as f32);
        tensor(vec![each; count], [count])
    }

    fn correct_count(logits: Numbers, labels: Labels) -> Numbers {
        let count = loss::correct_count(&numbers(&logits), &classes(&labels));
        tensor(vec![count], [1])
    }

    fn linear_layer(x: Numbers, weights: Numbers, bias: Numbers, shape: LinearShape) -> Numbers {
        let out = linear::forward(&shape, &numbers(&x), &numbers(&weights), &numbers(&bias));
        tensor(out, [shape.batch, shape.outputs])
    }

    fn linear_input_gradient(weights: Numbers, gradient: Numbers, shape: LinearShape) -> Numbers {
        let out = linear::input_gradient(&shape, &numbers(&weights), &numbers(&gradient));
        tensor(out, [shape.batch, shape.inputs])
    }

    fn linear_weight_gradient(x: Numbers, gradient: Numbers, shape: LinearShape) -> Numbers {
        let out = linear::weight_gradient(&shape, &numbers(&x), &numbers(&gradient));
        tensor(out, [shape.inputs, shape.outputs])
    }

    fn linear_bias_gradient(gradient: Numbers, shape: LinearShape) -> Numbers {
        let out = linear::bias_gradient(&shape, &numbers(&gradient));
        tensor(out, [shape.outputs])
    }

    fn adam(
        weights: Numbers,
        gradient: Numbers,
        first: Numbers,
        second: Numbers,
        step: AdamStep,
    ) -> (Numbers, Numbers, Numbers) {
        let [mut weights, mut first, mut second] =
            [weights, first, second].map(|t| match t.as_slice::<f32>() {
                // All of its storage, which can be written to.
                Some(all) if all.len() == t.storage::<f32>().len() => t,
                _ => t.to_contiguous(),
            });
        let moments = (first.storage_mut(), second.storage_mut());
        adam::adam(
            &step,
            weights.storage_mut(),
            &numbers(&gradient),
            moments.0,
            moments.1,
        );
        (weights, first, second)
    }

    fn batch_statistics(images: Numbers, shape: NormShape) -> Numbers {
        let out = norm::statistics(&shape, &numbers(&images));
        tensor(out, [shape.shards, 2, shape.channels])
    }

    fn normalize(
        images: Numbers,
        statistics: Numbers,
        weight: Numbers,
        bias: Numbers,
        shape: NormShape,
    ) -> Numbers {
        let (statistics, weight) = (numbers(&statistics), numbers(&weight));
        let out = norm::normalize(
            &shape,
            &numbers(&images),
            &statistics,
            &weight,
            &numbers(&bias),
        );
        tensor(out, images.shape().dims::<4>())
    }

    fn normalize_sums(
        images: Numbers,
        statistics: Numbers,
        gradient: Numbers,
        shape: NormShape,
    ) -> Numbers {
        let (images, statistics) = (numbers(&images), numbers(&statistics));
        let out = norm::gradient_sums(&shape, &images, &statistics, &numbers(&gradient));
        tensor(out, [shape.shards, 2, shape.channels])
    }

    fn normalize_gradient(
        images: Numbers,
        statistics: Numbers,
        sums: Numbers,
        weight: Numbers,
        gradient: Numbers,
        shape: NormShape,
    ) -> Numbers {
        let out = norm::input_gradient(
            &shape,
            &numbers(&images),
            &numbers(&statistics),
            &numbers(&sums),
            &numbers(&weight),
            &numbers(&gradient),
        );
        tensor(out, images.shape().dims::<4>())
    }
}
