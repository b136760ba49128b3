//! The operations, for each backend: composed of burn's own, but where a backend has kernels of ours.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, backend_extension};

use super::adam::AdamStep;
use super::composed;
use super::conv::ConvShape;
use super::examples::UnpackShape;
use super::linear::LinearShape;
use super::norm::NormShape;
use super::pool::PoolShape;

/// Which vectors are joined to a longer one, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many of those given.
    pub count: usize,
    /// Where the first starts.
    pub start: usize,
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
        composed::conv::<Self>(images, weights, bias, shape)
    }

    /// Its gradient by the images.
    fn conv_input_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        composed::conv_input_gradient::<Self>(images, weights, gradient, shape)
    }

    /// Its gradient by the weights.
    fn conv_weight_gradient(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        composed::conv_weight_gradient::<Self>(images, weights, gradient, shape)
    }

    /// Its gradient by the bias.
    fn conv_bias_gradient(
        images: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self> {
        composed::conv_bias_gradient::<Self>(images, bias, gradient, shape)
    }

    /// Its gradients by weights and bias.
    fn conv_parameter_gradients(
        images: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: ConvShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        composed::conv_parameter_gradients::<Self>(images, weights, bias, gradient, shape)
    }

    /// Max pooling: `[batch, channels, height, width]` of the output.
    fn max_pool(images: FloatTensor<Self>, shape: PoolShape) -> FloatTensor<Self> {
        composed::max_pool::<Self>(images, shape)
    }

    /// Its gradient.
    fn max_pool_gradient(
        images: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: PoolShape,
    ) -> FloatTensor<Self> {
        composed::max_pool_gradient::<Self>(images, gradient, shape)
    }

    /// A linear layer: `[batch, outputs]`.
    fn linear_layer(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        composed::linear_layer::<Self>(x, weights, bias, shape)
    }

    /// Its gradient by the inputs.
    fn linear_input_gradient(
        weights: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        composed::linear_input_gradient::<Self>(weights, gradient, shape)
    }

    /// Its gradient by the weights.
    fn linear_weight_gradient(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: LinearShape,
    ) -> FloatTensor<Self> {
        composed::linear_weight_gradient::<Self>(x, gradient, shape)
    }

    /// Its gradient by the bias.
    fn linear_bias_gradient(gradient: FloatTensor<Self>, shape: LinearShape) -> FloatTensor<Self> {
        composed::linear_bias_gradient::<Self>(gradient, shape)
    }

    /// Its gradients by weights and bias.
    fn linear_parameter_gradients(
        x: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: LinearShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        composed::linear_parameter_gradients::<Self>(x, gradient, shape)
    }

    /// ReLU.
    fn rectify(x: FloatTensor<Self>) -> FloatTensor<Self> {
        composed::rectify::<Self>(x)
    }

    /// Its gradient, by what came out.
    fn rectify_gradient(
        output: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        composed::rectify_gradient::<Self>(output, gradient)
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

    /// The sum of all numbers of a vector, divided by `by`: `[1]`.
    fn total(values: FloatTensor<Self>, by: usize) -> FloatTensor<Self> {
        composed::total::<Self>(values, by)
    }

    /// Its gradient, `[count]`.
    fn total_gradient(gradient: FloatTensor<Self>, by: usize, count: usize) -> FloatTensor<Self> {
        composed::total_gradient::<Self>(gradient, by, count)
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
        composed::adam::<Self>(weights, gradient, first, second, step)
    }

    /// Mean and variance of each channel of each shard: `[shards, 2, channels]`.
    fn batch_statistics(images: FloatTensor<Self>, shape: NormShape) -> FloatTensor<Self> {
        composed::batch_statistics::<Self>(images, shape)
    }

    /// The mean of the shards' statistics, the variances times a factor: `[2 * channels]`.
    fn shared_statistics(statistics: FloatTensor<Self>, factor: f32) -> FloatTensor<Self> {
        composed::shared_statistics::<Self>(statistics, factor)
    }

    /// Normalised by `statistics`, scaled and shifted.
    fn normalize(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        composed::normalize::<Self>(images, statistics, weight, bias, shape)
    }

    /// The sums that its gradients are made of: `[shards, 2, channels]`, see [`gradient_sums`](super::norm::gradient_sums).
    fn normalize_sums(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: NormShape,
    ) -> FloatTensor<Self> {
        composed::normalize_sums::<Self>(images, statistics, gradient, shape)
    }

    /// Those sums, and the gradients by weight and bias: their sums over the shards.
    fn normalize_parameter_gradients(
        images: FloatTensor<Self>,
        statistics: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        shape: NormShape,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        composed::normalize_parameter_gradients::<Self>(images, statistics, gradient, shape)
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
        composed::normalize_gradient::<Self>(images, statistics, sums, weight, gradient, shape)
    }

    /// Vectors of those lengths, which stand one behind the other in `whole`.
    fn cut(whole: FloatTensor<Self>, lengths: Vec<usize>) -> Vec<FloatTensor<Self>> {
        composed::cut::<Self>(whole, lengths)
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
        composed::join::<Self>(whole, a, b, c, d, e, f, g, place)
    }
}
