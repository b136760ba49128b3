//! Operations of our own, beside burn's: those that the engines spend their time in.
//!
//! The functions of this module take tensors of any backend, and have gradients where training needs them. Below them:
//!
//! - [`backend`]: the operations as an extension of burn's backends. `fallback`: in burn's own operations; `flex`: by our CPU kernels;
//!   `gpu`: by our WGSL kernels; `autodiff`: their gradients
//! - [`conv`], [`pool`], [`mod@linear`], [`norm`], [`activation`], [`mod@softmax`], [`loss`], [`adam`]: the CPU kernels, on slices; [`tile`] is their inner loop
//! - [`response_norm`]: constants of local response normalization
//! - [`gather`]: the shape of a batch that is gathered on the device
//!
//! On the CPU every sum is taken in one order that depends on shapes alone, in vectors of four lanes on every machine.
//! The replays of stored checks hold that one WebAssembly module gives the same bits in every browser and under Node. No test
//! compares native bits with WebAssembly's.

pub mod activation;
pub mod adam;
pub mod attention;
mod autodiff;
pub mod backend;
pub mod conv;
mod exponential;
mod fallback;
mod flex;
pub mod gather;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod layer_norm;
pub mod linear;
pub mod loss;
pub mod norm;
mod phases;
pub mod pool;
pub mod response_norm;
mod shape;
pub mod softmax;
pub mod tile;
mod transpose;
mod uninit;
mod upload;

use burn::backend::Dispatch;
use burn::tensor::{Device, Int, Tensor};

use adam::AdamStep;
use attention::AttentionShape;
use backend::{ConcatTarget, Ops as _};
use conv::ConvShape;
use gather::GatherShape;
use layer_norm::LayerNormShape;
use linear::LinearShape;
use norm::NormShape;
use pool::PoolShape;
pub use upload::{floats, integers, vector};

/// A two-dimensional convolution (a cross-correlation, as everywhere in this field).
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - `weights`: `[filters, channels / groups, kernel height, kernel width]`
/// - `bias`: `[filters]`, or nothing
/// - output: `[batch, filters, height, width]`
pub fn conv2d(
    images: Tensor<4>,
    weights: Tensor<4>,
    bias: Option<Tensor<1>>,
    stride: [usize; 2],
    padding: [usize; 2],
    groups: usize,
) -> Tensor<4> {
    let [batch, channels, height, width] = images.dims();
    let [filters, _, kernel_height, kernel_width] = weights.dims();
    let shape = ConvShape {
        batch,
        channels,
        size: [height, width],
        filters,
        kernel: [kernel_height, kernel_width],
        stride,
        padding,
        groups,
    };
    let bias = bias.unwrap_or_else(|| Tensor::zeros([filters], &weights.device()));
    let (images, weights) = (images.into_dispatch(), weights.into_dispatch());
    Tensor::from_dispatch(Dispatch::conv(images, weights, bias.into_dispatch(), shape))
}

/// Max pooling. Windows reach over `reach` rows below and columns on the right, beyond the padding.
///
/// # Shapes
/// - `images`, output: `[batch, channels, height, width]`
pub fn max_pool2d(
    images: Tensor<4>,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    reach: [usize; 2],
) -> Tensor<4> {
    let [batch, channels, height, width] = images.dims();
    let shape = PoolShape {
        planes: batch * channels,
        size: [height, width],
        kernel,
        stride,
        padding,
        reach,
    };
    Tensor::from_dispatch(Dispatch::max_pool(images.into_dispatch(), shape))
}

/// ReLU, the rectified linear unit.
pub fn relu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::relu_forward(x.into_dispatch()))
}

/// The hyperbolic tangent.
pub fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::tanh_forward(x.into_dispatch()))
}

/// The logistic sigmoid, 1 / (1 + e⁻ˣ).
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::sigmoid_forward(x.into_dispatch()))
}

/// GELU.
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::gelu_forward(x.into_dispatch()))
}

/// Softmax along the last dimension.
pub fn softmax<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::softmax_forward(x.into_dispatch()))
}

/// The logarithm of softmax along the last dimension.
pub fn log_softmax<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    Tensor::from_dispatch(Dispatch::log_softmax_forward(x.into_dispatch()))
}

/// A linear layer.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
/// - `weights`: `[inputs, outputs]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs]`
pub fn linear(x: Tensor<2>, weights: Tensor<2>, bias: Tensor<1>) -> Tensor<2> {
    let ([batch, inputs], [_, outputs]) = (x.dims(), weights.dims());
    let shape = LinearShape {
        batch,
        inputs,
        outputs,
    };
    let (x, weights) = (x.into_dispatch(), weights.into_dispatch());
    Tensor::from_dispatch(Dispatch::linear_layer(
        x,
        weights,
        bias.into_dispatch(),
        shape,
    ))
}

/// Layer normalization of each row, then a scale and a shift for each of its elements.
///
/// # Shapes
/// - `x`, output: `[rows, embedding]`
/// - `weight`, `bias`: `[embedding]`
pub fn layer_norm(x: Tensor<2>, weight: Tensor<1>, bias: Tensor<1>, epsilon: f64) -> Tensor<2> {
    let [rows, embedding] = x.dims();
    let shape = LayerNormShape {
        rows,
        embedding,
        epsilon: epsilon as f32,
    };
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    Tensor::from_dispatch(Dispatch::layer_norm_forward(
        x,
        weight,
        bias.into_dispatch(),
        shape,
    ))
}

/// Scaled dot-product attention of all heads, and the probabilities with which each token attends to each. No gradient goes through
/// the probabilities.
///
/// # Shapes
/// - `projected`: `[batch, tokens, 3 · embedding]`: queries of all heads, then keys, then values
/// - output: `[batch, tokens, embedding]`; `[batch, heads, tokens, tokens]`
pub fn attention(projected: Tensor<3>, heads: usize) -> (Tensor<3>, Tensor<4>) {
    let [batch, tokens, width] = projected.dims();
    let shape = AttentionShape {
        batch,
        tokens,
        heads,
        head_dim: width / 3 / heads,
    };
    let (output, probabilities) = Dispatch::attention_forward(projected.into_dispatch(), shape);
    (
        Tensor::from_dispatch(output),
        Tensor::from_dispatch(probabilities),
    )
}

/// Whether the device is a GPU engine's, where every operation is a dispatch, and fused ones pay.
pub fn has_kernels(device: &Device) -> bool {
    cfg!(feature = "gpu") && *device != Device::flex()
}

/// The cross-entropy of each example: `[batch]`.
///
/// # Shapes
/// - `logits`: `[batch, classes]`
/// - `labels`: `[batch]`, each below `classes`
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let (logits, labels) = (logits.into_dispatch(), labels.into_dispatch());
    Tensor::from_dispatch(Dispatch::cross_entropy(logits, labels))
}

/// The sum of all `values`, divided by `count`: `[1]`. With the losses of a shard and the size of the whole batch, the shard's share of
/// the batch's mean.
pub fn mean(values: Tensor<1>, count: usize) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::mean(values.into_dispatch(), count))
}

/// The number of correct predictions, that is of examples whose largest logit is their label's: `[1]`. No gradient goes through it.
///
/// # Shapes
/// As [`cross_entropy`].
pub fn correct_count(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let (logits, labels) = (logits.into_dispatch(), labels.into_dispatch());
    Tensor::from_dispatch(Dispatch::correct_count(logits, labels))
}

/// Gathers examples of a data set and turns their bytes into floats. Pixels are packed four to an integer, the first in the
/// lowest byte.
///
/// # Shapes
/// - `packed`: `[examples, pixels / 4]`, rounded up
/// - `labels`: `[examples]`
/// - `indices`: `[batch]`, each below `examples`
/// - output: images `[batch, channels, height, width]` from 0 to 1, and labels `[batch]`
pub fn gather_examples(
    packed: Tensor<2, Int>,
    labels: Tensor<1, Int>,
    indices: Tensor<1, Int>,
    image: [usize; 3],
) -> (Tensor<4>, Tensor<1, Int>) {
    let shape = GatherShape {
        examples: labels.dims()[0],
        batch: indices.dims()[0],
        image,
    };
    let (packed, labels) = (packed.into_dispatch(), labels.into_dispatch());
    let (images, labels) =
        Dispatch::gather_examples(packed, labels, indices.into_dispatch(), shape);
    (Tensor::from_dispatch(images), Tensor::from_dispatch(labels))
}

/// Splits a vector into consecutive vectors of these lengths. No gradient goes through it.
pub fn split(vector: Tensor<1>, lengths: Vec<usize>) -> Vec<Tensor<1>> {
    let parts = Dispatch::split(vector.into_dispatch(), lengths);
    parts.into_iter().map(Tensor::from_dispatch).collect()
}

/// Concatenates vectors. No gradient goes through it.
pub fn concat(parts: Vec<Tensor<1>>) -> Tensor<1> {
    let device = match parts.first() {
        Some(part) if has_kernels(&part.device()) && parts.len() > 1 => part.device(),
        _ => return Tensor::cat(parts, 0),
    };
    let count = parts.iter().map(|part| part.dims()[0]).sum::<usize>();
    let mut output = Tensor::<1>::empty([count], &device).into_dispatch();
    let mut offset = 0;
    // The operation takes seven vectors at once. Where fewer are left, the last one fills its arguments, which are not read.
    for chunk in parts.chunks(7) {
        let part = |i: usize| chunk[i.min(chunk.len() - 1)].clone().into_dispatch();
        let [a, b, c, d, e, f, g] = std::array::from_fn(part);
        let target = ConcatTarget {
            count: chunk.len(),
            offset,
        };
        output = Dispatch::concat(output, a, b, c, d, e, f, g, target);
        offset += chunk.iter().map(|part| part.dims()[0]).sum::<usize>();
    }
    Tensor::from_dispatch(output)
}

/// Adam's update: the new weights, first moment and second moment, each `[parameters]`.
pub fn adam_step(
    weights: Tensor<1>,
    gradient: Tensor<1>,
    moments: [Tensor<1>; 2],
    step: AdamStep,
) -> (Tensor<1>, [Tensor<1>; 2]) {
    let [weights, gradient] = [weights, gradient].map(Tensor::into_dispatch);
    let [first, second] = moments.map(Tensor::into_dispatch);
    let (weights, first, second) = Dispatch::adam(weights, gradient, first, second, step);
    let [weights, first, second] = [weights, first, second].map(Tensor::from_dispatch);
    (weights, [first, second])
}

/// Mean and variance of each channel of each shard; the shards are consecutive parts of the batch, equally long. No gradient goes
/// through it: the gradient of [`normalize`] includes it.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - output: `[shards, 2, channels]`
pub fn batch_statistics(images: Tensor<4>, shards: usize) -> Tensor<3> {
    let shape = norm_shape(&images, shards, 0.0);
    let images = images.without_autodiff().into_dispatch();
    Tensor::from_dispatch(Dispatch::batch_statistics(images, shape))
}

/// The mean over the shards of their statistics, and the variances times a factor: what the running statistics move towards.
///
/// # Shapes
/// - `statistics`: `[shards, 2, channels]`
/// - output: `[2 * channels]`, means and then variances
pub fn group_mean(statistics: Tensor<3>, factor: f32) -> Tensor<1> {
    let statistics = statistics.without_autodiff().into_dispatch();
    Tensor::from_dispatch(Dispatch::group_mean(statistics, factor))
}

/// Batch normalization: normalizes each channel by the statistics of its shard, then scales and shifts it.
///
/// # Shapes
/// - `images`, output: `[batch, channels, height, width]`
/// - `statistics`: `[shards, 2, channels]`, those of these images
/// - `weight`, `bias`: `[channels]`
pub fn normalize(
    images: Tensor<4>,
    statistics: Tensor<3>,
    weight: Tensor<1>,
    bias: Tensor<1>,
    epsilon: f64,
) -> Tensor<4> {
    let [shards, _, _] = statistics.dims();
    let shape = norm_shape(&images, shards, epsilon as f32);
    Tensor::from_dispatch(Dispatch::normalize(
        images.into_dispatch(),
        statistics.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        shape,
    ))
}

fn norm_shape(images: &Tensor<4>, shards: usize, epsilon: f32) -> NormShape {
    let [batch, channels, height, width] = images.dims();
    NormShape {
        batch,
        channels,
        pixels: height * width,
        shards,
        epsilon,
    }
}

#[cfg(test)]
mod tests;
