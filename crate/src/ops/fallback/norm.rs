//! Batch normalisation, shard by shard.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Scalar, TensorMetadata};
use burn::tensor::Shape;

use crate::ops::backend::Ops;
use crate::ops::norm::NormShape;

/// See [`Ops::batch_statistics`].
pub fn batch_statistics<B: Ops>(images: FloatTensor<B>, shape: NormShape) -> FloatTensor<B> {
    let (images, channels) = (parts::<B>(images, &shape), shape.channels);
    let mean = mean_of_part::<B>(images.clone());
    let centred = B::float_sub(images, mean.clone());
    let variance = mean_of_part::<B>(B::float_mul(centred.clone(), centred));
    let flat = |tensor| B::float_reshape(tensor, Shape::new([shape.shards, 1, channels]));
    B::float_cat(vec![flat(mean), flat(variance)], 1)
}

/// See [`Ops::group_mean`].
pub fn group_mean<B: Ops>(statistics: FloatTensor<B>, factor: f32) -> FloatTensor<B> {
    let [_, _, channels] = statistics.shape().dims();
    let mean = B::float_mean_dim(statistics, 0);
    let row = |row: usize| {
        let ranges = [(0..1).into(), (row..row + 1).into(), (0..channels).into()];
        let row = B::float_slice(mean.clone(), &ranges);
        B::float_reshape(row, Shape::new([channels]))
    };
    let variances = B::float_mul_scalar(row(1), Scalar::from(factor));
    B::float_cat(vec![row(0), variances], 0)
}

/// See [`Ops::normalize`].
pub fn normalize<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    shape: NormShape,
) -> FloatTensor<B> {
    let whole = images.shape();
    let normal = normal::<B>(images, statistics, &shape);
    let each = |tensor| B::float_reshape(tensor, Shape::new([1, 1, shape.channels, 1]));
    let scaled = B::float_mul(normal, each(weight));
    B::float_reshape(B::float_add(scaled, each(bias)), whole)
}

/// See [`Ops::normalize_sums`].
pub fn normalize_sums<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: NormShape,
) -> FloatTensor<B> {
    let normal = normal::<B>(images, statistics, &shape);
    let gradient = parts::<B>(gradient, &shape);
    let product = B::float_mul(normal, gradient.clone());
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
    let sums = B::normalize_sums(images, statistics, gradient, shape);
    let total = B::float_sum_dim(sums.clone(), 0);
    let row = |row: usize| {
        let ranges = [
            (0..1).into(),
            (row..row + 1).into(),
            (0..shape.channels).into(),
        ];
        let row = B::float_slice(total.clone(), &ranges);
        B::float_reshape(row, Shape::new([shape.channels]))
    };
    (sums, row(1), row(0))
}

/// See [`Ops::normalize_gradient`].
pub fn normalize_gradient<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    sums: FloatTensor<B>,
    weight: FloatTensor<B>,
    gradient: FloatTensor<B>,
    shape: NormShape,
) -> FloatTensor<B> {
    let whole = images.shape();
    let normal = normal::<B>(images, statistics.clone(), &shape);
    let [sum, product] = halves::<B>(sums, &shape);
    let [_, variance] = halves::<B>(statistics, &shape);
    let part = 1.0 / (shape.batch / shape.shards * shape.pixels) as f32;
    let by_mean = B::float_mul_scalar(sum, Scalar::from(part));
    let by_variance = B::float_mul(normal, B::float_mul_scalar(product, Scalar::from(part)));
    let rest = B::float_sub(parts::<B>(gradient, &shape), by_mean);
    let rest = B::float_sub(rest, by_variance);
    let weight = B::float_reshape(weight, Shape::new([1, 1, shape.channels, 1]));
    let factor = B::float_div(weight, deviation::<B>(variance, &shape));
    B::float_reshape(B::float_mul(rest, factor), whole)
}

/// `[shards, images, channels, pixels]`
fn parts<B: Ops>(tensor: FloatTensor<B>, shape: &NormShape) -> FloatTensor<B> {
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
fn mean_of_part<B: Ops>(parts: FloatTensor<B>) -> FloatTensor<B> {
    B::float_mean_dim(B::float_mean_dim(parts, 3), 1)
}

/// The two rows of `[shards, 2, channels]`, each `[shards, 1, channels, 1]`.
fn halves<B: Ops>(pair: FloatTensor<B>, shape: &NormShape) -> [FloatTensor<B>; 2] {
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

fn deviation<B: Ops>(variance: FloatTensor<B>, shape: &NormShape) -> FloatTensor<B> {
    B::float_sqrt(B::float_add_scalar(variance, Scalar::from(shape.epsilon)))
}

/// Of mean 0 and variance 1: `[shards, images, channels, pixels]`.
fn normal<B: Ops>(
    images: FloatTensor<B>,
    statistics: FloatTensor<B>,
    shape: &NormShape,
) -> FloatTensor<B> {
    let [mean, variance] = halves::<B>(statistics, shape);
    let centred = B::float_sub(parts::<B>(images, shape), mean);
    B::float_div(centred, deviation::<B>(variance, shape))
}
