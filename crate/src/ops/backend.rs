//! The operations, for each backend: by default burn's own, on the CPU engine ours.

use burn::backend::Scalar;
use burn::backend::ops::ConvOptions;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Flex, TensorMetadata, backend_extension};
use burn::tensor::{IntDType, Shape, TensorData};

use super::adam::{self, AdamStep};
use super::composed;
use super::conv::{self, ConvShape};
use super::examples::UnpackShape;
use super::linear::{self, LinearShape};
use super::norm::{self, NormShape};
use super::pool::{self, PoolShape};
use super::relu;

/// Which vectors are joined to a longer one, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many of those given.
    pub count: usize,
    /// Where the first starts.
    pub start: usize,
}

/// What burn's backends do with a convolution or a pooling of ours.
#[backend_extension(Autodiff, Flex, Cube: cfg(feature = "gpu"))]
pub trait Ops: Backend {
    /// A convolution: `[batch, filters, height, width]` of the output.
    fn conv(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d(images, weights, Some(bias), shape.into())
    }

    /// Its gradient by the images.
    fn conv_input_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d_x_backward(images, weights, gradient, shape.into())
    }

    /// Its gradient by the weights.
    fn conv_weight_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d_weight_backward(images, weights, gradient, shape.into())
    }

    /// Its gradient by the bias.
    fn conv_bias_gradient(
        images: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        #[allow(unused_variables)] shape: ConvShape,
    ) -> FloatTensor<Self> {
        Self::conv2d_bias_backward(images, bias, gradient)
    }

    /// Its gradients by weights and bias.
    fn conv_parameter_gradients(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let by_bias = Self::conv_bias_gradient(images.clone(), bias, gradient.clone(), shape);
        (
            Self::conv_weight_gradient(images, weights, gradient, shape),
            by_bias,
        )
    }

    /// Max pooling: `[batch, channels, height, width]` of the output.
    fn max_pool(images: FloatTensor<Self>, shape: PoolShape) -> FloatTensor<Self> {
        Self::max_pool2d(
            images,
            shape.kernel,
            shape.stride,
            shape.padding,
            [1, 1],
            false,
        )
    }

    /// Its gradient.
    fn max_pool_gradient(
        images: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: PoolShape,
    ) -> FloatTensor<Self> {
        let PoolShape {
            kernel,
            stride,
            padding,
            ..
        } = shape;
        let found = Self::max_pool2d_with_indices(
            images.clone(),
            kernel,
            stride,
            padding,
            [1, 1],
            false,
            IntDType::I32,
        );
        Self::max_pool2d_with_indices_backward(
            images,
            kernel,
            stride,
            padding,
            [1, 1],
            false,
            gradient,
            found.indices,
        )
        .x_grad
    }

    /// A linear layer: `[batch, outputs]`.
    fn linear_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        let bias = Self::float_reshape(bias, Shape::new([1, shape.outputs]));
        Self::float_add(Self::float_matmul(x, weights), bias)
    }

    /// Its gradient by the inputs.
    fn linear_input_gradient(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        #[allow(unused_variables)] shape: LinearShape,
    ) -> FloatTensor<Self> {
        Self::float_matmul(gradient, Self::float_transpose(weights))
    }

    /// Its gradient by the weights.
    fn linear_weight_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        #[allow(unused_variables)] shape: LinearShape,
    ) -> FloatTensor<Self> {
        Self::float_matmul(Self::float_transpose(x), gradient)
    }

    /// Its gradient by the bias.
    fn linear_bias_gradient(gradient: FloatTensor<Self>, shape: LinearShape) -> FloatTensor<Self> {
        Self::float_reshape(
            Self::float_sum_dim(gradient, 0),
            Shape::new([shape.outputs]),
        )
    }

    /// Its gradients by weights and bias.
    fn linear_parameter_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: LinearShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let by_bias = Self::linear_bias_gradient(gradient.clone(), shape);
        (Self::linear_weight_gradient(x, gradient, shape), by_bias)
    }

    /// ReLU.
    fn rectify(x: FloatTensor<Self>) -> FloatTensor<Self> {
        Self::relu(x)
    }

    /// Its gradient, by what came out.
    fn rectify_gradient(
        output: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::relu_backward(output, gradient)
    }

    /// Images `[batch, channels, height, width]`, from 0 to 1, and labels `[batch]` of the `chosen` examples, `[batch]`, of
    /// a data set: `packed`, `[examples, words]`, holds four pixels in an integer, the first in the lowest byte.
    fn unpack(
        packed: IntTensor<Self>,
        labels: IntTensor<Self>,
        chosen: IntTensor<Self>,
        shape: UnpackShape,
    ) -> (FloatTensor<Self>, IntTensor<Self>) {
        composed::unpack::<Self>(packed, labels, chosen, shape)
    }

    /// Each example's cross-entropy, `[batch]`, of logits `[batch, classes]` and labels `[batch]`.
    fn cross_entropy(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self> {
        composed::cross_entropy::<Self>(logits, labels)
    }

    /// Its gradient by the logits.
    fn cross_entropy_gradient(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        composed::cross_entropy_gradient::<Self>(logits, labels, gradient)
    }

    /// The sum of all numbers of a vector times a factor, `[1]`.
    fn total(values: FloatTensor<Self>, factor: f32) -> FloatTensor<Self> {
        Self::float_mul_scalar(Self::float_sum(values), Scalar::from(factor))
    }

    /// Its gradient, `[count]`.
    fn total_gradient(gradient: FloatTensor<Self>, factor: f32, count: usize) -> FloatTensor<Self> {
        let gradient = Self::float_mul_scalar(gradient, Scalar::from(factor));
        Self::float_expand(gradient, Shape::new([count]))
    }

    /// How many examples' largest logit is their label's, `[1]`.
    fn right(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self> {
        composed::right::<Self>(logits, labels)
    }

    /// Adam's update: weights, first and second moment, each `[parameters]`.
    fn adam(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        step: AdamStep,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let times = |tensor, factor: f32| Self::float_mul_scalar(tensor, Scalar::from(factor));
        let square = Self::float_mul(gradient.clone(), gradient.clone());
        let first = Self::float_add(
            times(first, step.beta_1),
            times(gradient, 1.0 - step.beta_1),
        );
        let second = Self::float_add(times(second, step.beta_2), times(square, 1.0 - step.beta_2));
        let root =
            Self::float_div_scalar(Self::float_sqrt(second.clone()), Scalar::from(step.unbias));
        let root = Self::float_add_scalar(root, Scalar::from(step.epsilon));
        let moved = Self::float_div(times(first.clone(), step.rate), root);
        (Self::float_sub(weights, moved), first, second)
    }

    /// Mean and variance of each channel of each shard: `[shards, 2, channels]`.
    fn batch_statistics(images: FloatTensor<Self>, shape: NormShape) -> FloatTensor<Self> {
        let (images, channels) = (parts::<Self>(images, &shape), shape.channels);
        let mean = mean_of_part::<Self>(images.clone());
        let centred = Self::float_sub(images, mean.clone());
        let variance = mean_of_part::<Self>(Self::float_mul(centred.clone(), centred));
        let flat = |tensor| Self::float_reshape(tensor, Shape::new([shape.shards, 1, channels]));
        Self::float_cat(vec![flat(mean), flat(variance)], 1)
    }

    /// The mean of the shards' statistics, the variances times a factor: `[2 * channels]`.
    fn shared_statistics(statistics: FloatTensor<Self>, factor: f32) -> FloatTensor<Self> {
        let [_, _, channels] = statistics.shape().dims();
        let mean = Self::float_mean_dim(statistics, 0);
        let row = |row: usize| {
            let ranges = [(0..1).into(), (row..row + 1).into(), (0..channels).into()];
            let row = Self::float_slice(mean.clone(), &ranges);
            Self::float_reshape(row, Shape::new([channels]))
        };
        let variances = Self::float_mul_scalar(row(1), Scalar::from(factor));
        Self::float_cat(vec![row(0), variances], 0)
    }

    /// Normalised by `statistics`, scaled and shifted.
    fn normalize(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        let whole = images.shape();
        let normal = normal::<Self>(images, statistics, &shape);
        let each = |tensor| Self::float_reshape(tensor, Shape::new([1, 1, shape.channels, 1]));
        let scaled = Self::float_mul(normal, each(weight));
        Self::float_reshape(Self::float_add(scaled, each(bias)), whole)
    }

    /// The sums that its gradients are made of: `[shards, 2, channels]`, see [`norm::gradient_sums`].
    fn normalize_sums(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        let normal = normal::<Self>(images, statistics, &shape);
        let gradient = parts::<Self>(gradient, &shape);
        let product = Self::float_mul(normal, gradient.clone());
        let sum = |tensor| {
            let sum = Self::float_sum_dim(Self::float_sum_dim(tensor, 3), 1);
            Self::float_reshape(sum, Shape::new([shape.shards, 1, shape.channels]))
        };
        Self::float_cat(vec![sum(gradient), sum(product)], 1)
    }

    /// Those sums, and the gradients by weight and bias: their sums over the shards.
    fn normalize_parameter_gradients(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: NormShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let sums = Self::normalize_sums(images, statistics, gradient, shape);
        let total = Self::float_sum_dim(sums.clone(), 0);
        let row = |row: usize| {
            let ranges = [
                (0..1).into(),
                (row..row + 1).into(),
                (0..shape.channels).into(),
            ];
            let row = Self::float_slice(total.clone(), &ranges);
            Self::float_reshape(row, Shape::new([shape.channels]))
        };
        (sums, row(1), row(0))
    }

    /// Its gradient by the images.
    fn normalize_gradient(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        sums: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        let whole = images.shape();
        let normal = normal::<Self>(images, statistics.clone(), &shape);
        let [sum, product] = halves::<Self>(sums, &shape);
        let [_, variance] = halves::<Self>(statistics, &shape);
        let part = 1.0 / (shape.batch / shape.shards * shape.pixels) as f32;
        let by_mean = Self::float_mul_scalar(sum, Scalar::from(part));
        let by_variance =
            Self::float_mul(normal, Self::float_mul_scalar(product, Scalar::from(part)));
        let rest = Self::float_sub(parts::<Self>(gradient, &shape), by_mean);
        let rest = Self::float_sub(rest, by_variance);
        let weight = Self::float_reshape(weight, Shape::new([1, 1, shape.channels, 1]));
        let factor = Self::float_div(weight, deviation::<Self>(variance, &shape));
        Self::float_reshape(Self::float_mul(rest, factor), whole)
    }

    /// Vectors of those lengths, which stand one behind the other in `whole`.
    fn cut(whole: FloatTensor<Self>, lengths: Vec<usize>) -> Vec<FloatTensor<Self>> {
        let mut start = 0;
        let cut = lengths.into_iter().map(|length| {
            let part = Self::float_slice(whole.clone(), &[(start..start + length).into()]);
            start += length;
            part
        });
        cut.collect()
    }

    /// Writes some of these vectors, one behind the other, into a longer one that nothing else holds.
    // As many as a GPU's kernel has buffers for; the backends' dispatch takes no lists.
    #[allow(clippy::too_many_arguments)]
    fn join(
        whole: FloatTensor<Self>,
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
        d: FloatTensor<Self>,
        e: FloatTensor<Self>,
        f: FloatTensor<Self>,
        g: FloatTensor<Self>,
        place: Place,
    ) -> FloatTensor<Self> {
        let parts = [a, b, c, d, e, f, g].into_iter().take(place.count);
        let parts = Self::float_cat(parts.collect(), 0);
        let end = place.start + parts.shape().num_elements();
        Self::float_slice_assign(whole, &[(place.start..end).into()], parts)
    }
}

/// `[shards, images, channels, pixels]`
fn parts<B: Backend>(tensor: FloatTensor<B>, shape: &NormShape) -> FloatTensor<B> {
    let NormShape {
        batch,
        channels,
        pixels,
        shards,
        ..
    } = *shape;
    B::float_reshape(
        tensor,
        Shape::new([shards, batch / shards, channels, pixels]),
    )
}

/// Mean over images and pixels: `[shards, 1, channels, 1]`.
fn mean_of_part<B: Backend>(parts: FloatTensor<B>) -> FloatTensor<B> {
    B::float_mean_dim(B::float_mean_dim(parts, 3), 1)
}

/// The two rows of `[shards, 2, channels]`, each `[shards, 1, channels, 1]`.
fn halves<B: Backend>(pair: FloatTensor<B>, shape: &NormShape) -> [FloatTensor<B>; 2] {
    let (shards, channels) = (shape.shards, shape.channels);
    [0, 1].map(|row| {
        let ranges = [
            (0..shards).into(),
            (row..row + 1).into(),
            (0..channels).into(),
        ];
        let half = B::float_slice(pair.clone(), &ranges);
        B::float_reshape(half, Shape::new([shards, 1, channels, 1]))
    })
}

fn deviation<B: Backend>(variance: FloatTensor<B>, shape: &NormShape) -> FloatTensor<B> {
    B::float_sqrt(B::float_add_scalar(variance, Scalar::from(shape.epsilon)))
}

/// Of mean 0 and variance 1: `[shards, images, channels, pixels]`.
fn normal<B: Backend>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    shape: &NormShape,
) -> FloatTensor<B> {
    let [mean, variance] = halves::<B>(statistics, shape);
    let centred = B::float_sub(parts::<B>(images, shape), mean);
    B::float_div(centred, deviation::<B>(variance, shape))
}

impl From<ConvShape> for ConvOptions<2> {
    fn from(shape: ConvShape) -> Self {
        ConvOptions::new(shape.stride, shape.padding, [1, 1], shape.groups)
    }
}

type Numbers = FloatTensor<Flex>;

/// The numbers of a tensor, in order.
fn numbers(tensor: &Numbers) -> std::borrow::Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(numbers) => numbers.into(),
        None => tensor.to_contiguous().storage::<f32>().to_vec().into(),
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

    fn rectify(x: Numbers) -> Numbers {
        let out = relu::relu(&numbers(&x));
        tensor(out, x.shape())
    }

    fn rectify_gradient(output: Numbers, gradient: Numbers) -> Numbers {
        let out = relu::relu_gradient(&numbers(&output), &numbers(&gradient));
        tensor(out, output.shape())
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
