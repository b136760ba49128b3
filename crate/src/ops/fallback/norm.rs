//! Batch normalization of each shard by itself.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Scalar, TensorMetadata};
use burn::tensor::Shape;

use crate::ops::backend::Ops;
use crate::ops::norm::NormShape;

/// See [`Ops::batch_statistics`].
pub fn batch_statistics<B: Ops>(images: FloatTensor<B>, shape: NormShape) -> FloatTensor<B> {
    let (images, channels) = (by_shard::<B>(images, &shape), shape.channels);
    let mean = mean_of_shard::<B>(images.clone());
    let centered = B::float_sub(images, mean.clone());
    let variance = mean_of_shard::<B>(B::float_mul(centered.clone(), centered));
    let flat = |tensor| B::float_reshape(tensor, Shape::new([shape.shards, 1, channels]));
    B::float_cat(vec![flat(mean), flat(variance)], 1)
}

/// See [`Ops::group_mean`].
pub fn group_mean<B: Ops>(statistics: FloatTensor<B>, factor: f32) -> FloatTensor<B> {
    let [_, _, channels] = statistics.shape().dims();
    let mean = B::float_mean_dim(statistics, 0);
    let [means, variances] = rows::<B>(mean, [channels]);
    let variances = B::float_mul_scalar(variances, Scalar::from(factor));
    B::float_cat(vec![means, variances], 0)
}

/// See [`Ops::normalize`].
pub fn normalize<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    shape: NormShape,
) -> FloatTensor<B> {
    let image_shape = images.shape();
    let normalized = normalized::<B>(images, statistics, &shape);
    let by_channel = |tensor| B::float_reshape(tensor, Shape::new([1, 1, shape.channels, 1]));
    let scaled = B::float_mul(normalized, by_channel(weight));
    B::float_reshape(B::float_add(scaled, by_channel(bias)), image_shape)
}

/// See [`Ops::normalize_gradient_sums`].
pub fn normalize_gradient_sums<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: NormShape,
) -> FloatTensor<B> {
    let normalized = normalized::<B>(images, statistics, &shape);
    let gradient = by_shard::<B>(gradient, &shape);
    let product = B::float_mul(normalized, gradient.clone());
    let sum = |tensor| {
        let sum = B::float_sum_dim(B::float_sum_dim(tensor, 3), 1);
        B::float_reshape(sum, Shape::new([shape.shards, 1, shape.channels]))
    };
    B::float_cat(vec![sum(gradient), sum(product)], 1)
}

/// See [`Ops::normalize_parameter_gradients`].
pub fn normalize_parameter_gradients<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: NormShape,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let sums = B::normalize_gradient_sums(images, statistics, gradient, shape);
    let over_shards = B::float_sum_dim(sums.clone(), 0);
    let [by_bias, by_weight] = rows::<B>(over_shards, [shape.channels]);
    (sums, by_weight, by_bias)
}

/// See [`Ops::normalize_input_gradient`].
pub fn normalize_input_gradient<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    sums: FloatTensor<B>,
    weight: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: NormShape,
) -> FloatTensor<B> {
    let image_shape = images.shape();
    let normalized = normalized::<B>(images, statistics.clone(), &shape);
    let [sum, product] = rows::<B>(sums, channel_shape(&shape));
    let [_, variance] = rows::<B>(statistics, channel_shape(&shape));
    let factor = 1.0 / (shape.batch / shape.shards * shape.pixels) as f32;
    let mean_part = B::float_mul_scalar(sum, Scalar::from(factor));
    let variance_part = B::float_mul_scalar(product, Scalar::from(factor));
    let variance_part = B::float_mul(normalized, variance_part);
    let difference = B::float_sub(by_shard::<B>(gradient, &shape), mean_part);
    let difference = B::float_sub(difference, variance_part);
    let weight = B::float_reshape(weight, Shape::new([1, 1, shape.channels, 1]));
    let factor = B::float_div(weight, deviation::<B>(variance, &shape));
    B::float_reshape(B::float_mul(difference, factor), image_shape)
}

/// The shape of one number for each channel of each shard, which broadcasts over its images and pixels.
fn channel_shape(shape: &NormShape) -> [usize; 4] {
    [shape.shards, 1, shape.channels, 1]
}

/// `[shards, images, channels, pixels]`
fn by_shard<B: Ops>(tensor: FloatTensor<B>, shape: &NormShape) -> FloatTensor<B> {
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
fn mean_of_shard<B: Ops>(shards: FloatTensor<B>) -> FloatTensor<B> {
    B::float_mean_dim(B::float_mean_dim(shards, 3), 1)
}

/// The two rows of `[shards, 2, channels]`, each reshaped.
fn rows<B: Ops>(pair: FloatTensor<B>, shape: impl Into<Shape>) -> [FloatTensor<B>; 2] {
    let [shards, _, channels] = pair.shape().dims();
    let shape = shape.into();
    [0, 1].map(|row| {
        let ranges = [
            (0..shards).into(),
            (row..row + 1).into(),
            (0..channels).into(),
        ];
        B::float_reshape(B::float_slice(pair.clone(), &ranges), shape.clone())
    })
}

/// The standard deviation, √(variance + ε).
fn deviation<B: Ops>(variance: FloatTensor<B>, shape: &NormShape) -> FloatTensor<B> {
    B::float_sqrt(B::float_add_scalar(variance, Scalar::from(shape.epsilon)))
}

/// The images with mean 0 and variance 1: `[shards, images, channels, pixels]`.
fn normalized<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    shape: &NormShape,
) -> FloatTensor<B> {
    let [mean, variance] = rows::<B>(statistics, channel_shape(shape));
    let centered = B::float_sub(by_shard::<B>(images, shape), mean);
    B::float_div(centered, deviation::<B>(variance, shape))
}
