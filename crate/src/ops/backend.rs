//! The operations, for each backend: burn's own operations (`fallback`), unless a backend has kernels of ours.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, backend_extension};

use super::adam::AdamStep;
use super::conv::ConvShape;
use super::fallback;
use super::gather::GatherShape;
use super::linear::LinearShape;
use super::norm::NormShape;
use super::pool::PoolShape;

/// Which of the given vectors [`Ops::concat`] writes, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConcatTarget {
    /// How many of them: the first ones.
    pub count: usize,
    /// The index in the output of the first one's first number.
    pub offset: usize,
}

/// What a step of training is made of.
#[backend_extension(Autodiff, Flex, Cube: cfg(feature = "gpu"))]
pub trait Ops: Backend {
    /// A convolution: `[batch, filters, height, width]` of the output.
    fn conv(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        fallback::conv::<Self>(images, weights, bias, shape)
    }

    /// Its gradient by the images.
    fn conv_input_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        fallback::conv_input_gradient::<Self>(images, weights, gradient, shape)
    }

    /// Its gradient by the weights.
    fn conv_weight_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        fallback::conv_weight_gradient::<Self>(images, weights, gradient, shape)
    }

    /// Its gradient by the bias.
    fn conv_bias_gradient(
        images: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        fallback::conv_bias_gradient::<Self>(images, bias, gradient, shape)
    }

    /// Its gradients by weights and bias.
    fn conv_parameter_gradients(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        fallback::conv_parameter_gradients::<Self>(images, weights, bias, gradient, shape)
    }

    /// Max pooling: `[batch, channels, height, width]` of the output.
    fn max_pool(images: FloatTensor<Self>, shape: PoolShape) -> FloatTensor<Self> {
        fallback::max_pool::<Self>(images, shape)
    }

    /// Its gradient.
    fn max_pool_gradient(
        images: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: PoolShape,
    ) -> FloatTensor<Self> {
        fallback::max_pool_gradient::<Self>(images, gradient, shape)
    }

    /// A linear layer: `[batch, outputs]`.
    fn linear_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        fallback::linear_layer::<Self>(x, weights, bias, shape)
    }

    /// Its gradient by the inputs.
    fn linear_input_gradient(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        fallback::linear_input_gradient::<Self>(weights, gradient, shape)
    }

    /// Its gradient by the weights.
    fn linear_weight_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        fallback::linear_weight_gradient::<Self>(x, gradient, shape)
    }

    /// Its gradient by the bias.
    fn linear_bias_gradient(gradient: FloatTensor<Self>, shape: LinearShape) -> FloatTensor<Self> {
        fallback::linear_bias_gradient::<Self>(gradient, shape)
    }

    /// Its gradients by weights and bias.
    fn linear_parameter_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: LinearShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        fallback::linear_parameter_gradients::<Self>(x, gradient, shape)
    }

    /// ReLU.
    fn relu_forward(x: FloatTensor<Self>) -> FloatTensor<Self> {
        fallback::relu_forward::<Self>(x)
    }

    /// Its gradient, by what came out.
    fn relu_gradient(output: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self> {
        fallback::relu_gradient::<Self>(output, gradient)
    }

    /// Images `[batch, channels, height, width]`, from 0 to 1, and labels `[batch]` of the `chosen` examples, `[batch]`, of
    /// a data set: `packed`, `[examples, words]`, holds four pixels in an integer, the first in the lowest byte.
    fn gather_examples(
        packed: IntTensor<Self>,
        labels: IntTensor<Self>,
        chosen: IntTensor<Self>,
        shape: GatherShape,
    ) -> (FloatTensor<Self>, IntTensor<Self>) {
        fallback::gather_examples::<Self>(packed, labels, chosen, shape)
    }

    /// Each example's cross-entropy, `[batch]`, of logits `[batch, classes]` and labels `[batch]`.
    fn cross_entropy(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self> {
        fallback::cross_entropy::<Self>(logits, labels)
    }

    /// Its gradient by the logits.
    fn cross_entropy_gradient(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        fallback::cross_entropy_gradient::<Self>(logits, labels, gradient)
    }

    /// The sum of all numbers of a vector, divided by `by`: `[1]`.
    fn mean(values: FloatTensor<Self>, by: usize) -> FloatTensor<Self> {
        fallback::mean::<Self>(values, by)
    }

    /// Its gradient, `[count]`.
    fn mean_gradient(gradient: FloatTensor<Self>, by: usize, count: usize) -> FloatTensor<Self> {
        fallback::mean_gradient::<Self>(gradient, by, count)
    }

    /// How many examples' largest logit is their label's, `[1]`.
    fn correct_count(logits: FloatTensor<Self>, labels: IntTensor<Self>) -> FloatTensor<Self> {
        fallback::correct_count::<Self>(logits, labels)
    }

    /// Adam's update: weights, first and second moment, each `[parameters]`.
    fn adam(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        step: AdamStep,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        fallback::adam::<Self>(weights, gradient, first, second, step)
    }

    /// Mean and variance of each channel of each shard: `[shards, 2, channels]`.
    fn batch_statistics(images: FloatTensor<Self>, shape: NormShape) -> FloatTensor<Self> {
        fallback::batch_statistics::<Self>(images, shape)
    }

    /// The mean of the shards' statistics, the variances times a factor: `[2 * channels]`.
    fn group_mean(statistics: FloatTensor<Self>, factor: f32) -> FloatTensor<Self> {
        fallback::group_mean::<Self>(statistics, factor)
    }

    /// Normalised by `statistics`, scaled and shifted.
    fn normalize(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        fallback::normalize::<Self>(images, statistics, weight, bias, shape)
    }

    /// The sums that its gradients are made of: `[shards, 2, channels]`, see [`gradient_sums`](super::norm::gradient_sums).
    fn normalize_sums(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        fallback::normalize_sums::<Self>(images, statistics, gradient, shape)
    }

    /// Those sums, and the gradients by weight and bias: their sums over the shards.
    fn normalize_parameter_gradients(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: NormShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        fallback::normalize_parameter_gradients::<Self>(images, statistics, gradient, shape)
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
        fallback::normalize_gradient::<Self>(images, statistics, sums, weight, gradient, shape)
    }

    /// Vectors of those lengths, which stand one behind the other in `whole`.
    fn split(whole: FloatTensor<Self>, lengths: Vec<usize>) -> Vec<FloatTensor<Self>> {
        fallback::split::<Self>(whole, lengths)
    }

    /// Writes some of these vectors, one behind the other, into a longer one that nothing else holds.
    // As many as a GPU's kernel has buffers for; the backends' dispatch takes no lists.
    #[allow(clippy::too_many_arguments)]
    fn concat(
        whole: FloatTensor<Self>,
        a: FloatTensor<Self>,
        b: FloatTensor<Self>,
        c: FloatTensor<Self>,
        d: FloatTensor<Self>,
        e: FloatTensor<Self>,
        f: FloatTensor<Self>,
        g: FloatTensor<Self>,
        target: ConcatTarget,
    ) -> FloatTensor<Self> {
        fallback::concat::<Self>(whole, a, b, c, d, e, f, g, target)
    }
}
