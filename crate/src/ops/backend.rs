//! The operations, as an extension of burn's backends. Every backend has them: by default in burn's own operations (`fallback`).
//! The CPU and the GPU engine override them with kernels of ours, and `autodiff` adds their gradients.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, backend_extension};

use super::adam::AdamStep;
use super::attention::AttentionShape;
use super::conv::ConvShape;
use super::fallback;
use super::gather::GatherShape;
use super::layer_norm::LayerNormShape;
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

/// Declares the trait from the operations' signatures. The default body of each method calls the function of its name in
/// `fallback`. First stand the tensors, all of one kind, then the other arguments; output types stand in brackets.
macro_rules! operations {
    ($(
        $(#[$attribute:meta])*
        fn $name:ident(
            $($tensor:ident),+: $kind:ident
            $(; $($argument:ident: $type:ident $(<$parameter:ident>)?),+)?
        ) -> [$($output:tt)+];
    )*) => {
        /// The operations that training and evaluation spend their time in.
        #[backend_extension(Autodiff, Flex, Cube: cfg(feature = "gpu"))]
        pub trait Ops: Backend {
            $(
                $(#[$attribute])*
                fn $name(
                    $($tensor: $kind<Self>),+
                    $(, $($argument: $type $(<$parameter>)?),+)?
                ) -> $($output)+ {
                    fallback::$name::<Self>($($tensor),+ $(, $($argument),+)?)
                }
            )*
        }
    };
}

operations! {
    /// A convolution: `[batch, filters, height, width]` of the output.
    fn conv(images, weights, bias: FloatTensor; shape: ConvShape) -> [FloatTensor<Self>];

    /// The gradient of a convolution with respect to the images.
    fn conv_input_gradient(images, weights, gradient: FloatTensor; shape: ConvShape) -> [FloatTensor<Self>];

    /// The gradient of a convolution with respect to the weights.
    fn conv_weight_gradient(images, weights, gradient: FloatTensor; shape: ConvShape) -> [FloatTensor<Self>];

    /// The gradient of a convolution with respect to the bias.
    fn conv_bias_gradient(images, bias, gradient: FloatTensor; shape: ConvShape) -> [FloatTensor<Self>];

    /// The gradients of a convolution with respect to weights and bias.
    fn conv_parameter_gradients(images, weights, bias, gradient: FloatTensor; shape: ConvShape)
        -> [(FloatTensor<Self>, FloatTensor<Self>)];

    /// Max pooling: `[batch, channels, height, width]` of the output.
    fn max_pool(images: FloatTensor; shape: PoolShape) -> [FloatTensor<Self>];

    /// The gradient of max pooling.
    fn max_pool_gradient(images, gradient: FloatTensor; shape: PoolShape) -> [FloatTensor<Self>];

    /// A linear layer: `[batch, outputs]`.
    fn linear_layer(x, weights, bias: FloatTensor; shape: LinearShape) -> [FloatTensor<Self>];

    /// The gradient of a linear layer with respect to the inputs.
    fn linear_input_gradient(weights, gradient: FloatTensor; shape: LinearShape) -> [FloatTensor<Self>];

    /// The gradient of a linear layer with respect to the weights.
    fn linear_weight_gradient(x, gradient: FloatTensor; shape: LinearShape) -> [FloatTensor<Self>];

    /// The gradient of a linear layer with respect to the bias.
    fn linear_bias_gradient(gradient: FloatTensor; shape: LinearShape) -> [FloatTensor<Self>];

    /// The gradients of a linear layer with respect to weights and bias.
    fn linear_parameter_gradients(x, gradient: FloatTensor; shape: LinearShape)
        -> [(FloatTensor<Self>, FloatTensor<Self>)];

    /// ReLU.
    fn relu_forward(x: FloatTensor) -> [FloatTensor<Self>];

    /// The gradient of ReLU, from its output.
    fn relu_gradient(output, gradient: FloatTensor) -> [FloatTensor<Self>];

    /// The hyperbolic tangent.
    fn tanh_forward(x: FloatTensor) -> [FloatTensor<Self>];

    /// The gradient of tanh, from its output.
    fn tanh_gradient(output, gradient: FloatTensor) -> [FloatTensor<Self>];

    /// The logistic sigmoid.
    fn sigmoid_forward(x: FloatTensor) -> [FloatTensor<Self>];

    /// The gradient of the sigmoid, from its output.
    fn sigmoid_gradient(output, gradient: FloatTensor) -> [FloatTensor<Self>];

    /// GELU.
    fn gelu_forward(x: FloatTensor) -> [FloatTensor<Self>];

    /// The gradient of GELU, from its input.
    fn gelu_gradient(x, gradient: FloatTensor) -> [FloatTensor<Self>];

    /// Softmax along the last dimension.
    fn softmax_forward(x: FloatTensor) -> [FloatTensor<Self>];

    /// The gradient of softmax, from its output.
    fn softmax_gradient(output, gradient: FloatTensor) -> [FloatTensor<Self>];

    /// The logarithm of softmax along the last dimension.
    fn log_softmax_forward(x: FloatTensor) -> [FloatTensor<Self>];

    /// The gradient of that logarithm, from its output.
    fn log_softmax_gradient(output, gradient: FloatTensor) -> [FloatTensor<Self>];

    /// Layer normalization of each row: `[rows, embedding]`.
    fn layer_norm_forward(x, weight, bias: FloatTensor; shape: LayerNormShape) -> [FloatTensor<Self>];

    /// The gradients of layer normalization with respect to `x`, to the weight and to the bias.
    fn layer_norm_gradient(x, weight, gradient: FloatTensor; shape: LayerNormShape)
        -> [(FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>)];

    /// Attention: the output, `[batch, tokens, embedding]`, and the probabilities, `[batch, heads, tokens, tokens]`.
    fn attention_forward(projected: FloatTensor; shape: AttentionShape) -> [(FloatTensor<Self>, FloatTensor<Self>)];

    /// The gradient of attention with respect to the projections, `[batch, tokens, 3 · embedding]`.
    fn attention_gradient(projected, probabilities, gradient: FloatTensor; shape: AttentionShape) -> [FloatTensor<Self>];

    /// Images `[batch, channels, height, width]`, from 0 to 1, and labels `[batch]` of a data set's examples of those `indices`,
    /// `[batch]`. `packed`, `[examples, words]`, holds four bytes in an integer, the first in the lowest byte.
    fn gather_examples(packed, labels, indices: IntTensor; shape: GatherShape)
        -> [(FloatTensor<Self>, IntTensor<Self>)];

    /// The cross-entropy of each example, `[batch]`, of logits `[batch, classes]` and labels `[batch]`.
    fn cross_entropy(logits: FloatTensor; labels: IntTensor<Self>) -> [FloatTensor<Self>];

    /// The gradient of the cross-entropy with respect to the logits.
    fn cross_entropy_gradient(logits, gradient: FloatTensor; labels: IntTensor<Self>) -> [FloatTensor<Self>];

    /// The sum of a vector's numbers, divided by `count`: `[1]`.
    fn mean(values: FloatTensor; count: usize) -> [FloatTensor<Self>];

    /// The gradient of the mean with respect to `len` values, `[len]`.
    fn mean_gradient(gradient: FloatTensor; count: usize, len: usize) -> [FloatTensor<Self>];

    /// The number of examples whose largest logit is their label's, `[1]`.
    fn correct_count(logits: FloatTensor; labels: IntTensor<Self>) -> [FloatTensor<Self>];

    /// Adam's update: weights, first and second moment, each `[parameters]`.
    fn adam(weights, gradient, first, second: FloatTensor; step: AdamStep)
        -> [(FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>)];

    /// Mean and variance of each channel of each shard: `[shards, 2, channels]`.
    fn batch_statistics(images: FloatTensor; shape: NormShape) -> [FloatTensor<Self>];

    /// The mean over the shards of their statistics, the variances times a factor: `[2 * channels]`.
    fn group_mean(statistics: FloatTensor; factor: f32) -> [FloatTensor<Self>];

    /// Batch normalization: the images normalized by `statistics`, scaled and shifted.
    fn normalize(images, statistics, weight, bias: FloatTensor; shape: NormShape) -> [FloatTensor<Self>];

    /// The sums that its gradients are made of: `[shards, 2, channels]`, see [`gradient_sums`](super::norm::gradient_sums).
    fn normalize_gradient_sums(images, statistics, gradient: FloatTensor; shape: NormShape) -> [FloatTensor<Self>];

    /// Those sums, and the gradients with respect to weight and bias: the sums over the shards.
    fn normalize_parameter_gradients(images, statistics, gradient: FloatTensor; shape: NormShape)
        -> [(FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>)];

    /// The gradient of batch normalization with respect to the images.
    fn normalize_input_gradient(images, statistics, sums, weight, gradient: FloatTensor; shape: NormShape)
        -> [FloatTensor<Self>];

    /// Splits a vector into consecutive vectors of these lengths.
    fn split(vector: FloatTensor; lengths: Vec<usize>) -> [Vec<FloatTensor<Self>>];

    /// Writes some of these vectors consecutively into a longer one, whose buffer no other tensor shares. There are as many
    /// arguments as a GPU's kernel has buffers: the backends' dispatch takes no lists.
    #[allow(clippy::too_many_arguments)]
    fn concat(output, a, b, c, d, e, f, g: FloatTensor; target: ConcatTarget) -> [FloatTensor<Self>];
}
