//! Kernels for the GPU engine, in WGSL: each for one shape, which its source holds as constants.
//!
//! - `adapter`: what kernels are shaped by besides their layer; `choices`: which of several computes a product
//! - `template`: unrolling of the sources' loops; `epilogue`: what is done to each number before it is stored; `slice`: channels of wider buffers; `kernel`: a source for
//!   one shape, and how it is launched
//! - `conv`, `linear`, `attention`, `tokens`, `pool`, `avg_pool`, `norm`, `response_norm`, `activation`, `elementwise`, `channels`,
//!   `shortcut`, `lenet`: layers; `gemm`: the product that linear layers are made of; `batch_norm`, `layer_norm`: normalizations of a
//!   compiled step; `partials`: the second stage of long reductions
//! - `gather`, `loss`, `vectors`: what else a step takes
//! - `testing`: launches kernels in tests
//! - `chunk.wgsl`, `shard_channel.wgsl`, `workgroup_sum.wgsl`, `nan.wgsl`: functions that stand before the sources that call them
//!
//! What holds for all of them: they use nothing but what every WebGPU adapter has (no subgroups, no half precision, eight buffers).
//! No two threads write the same number, and the sources keep every read and write within its buffer: no kernel relies on what an
//! adapter does out of bounds. Sums over batches are reduced in two stages, so that no thread has a long loop while others idle. The
//! order of a sum depends on shapes alone: the same adapter gives the same bits again.

pub(crate) mod activation;
pub(crate) mod adapter;
pub(crate) mod attention;
pub(crate) mod avg_pool;
pub(crate) mod batch_norm;
pub(crate) mod channels;
pub(crate) mod choices;
pub(crate) mod conv;
pub(crate) mod elementwise;
pub(crate) mod epilogue;
pub(crate) mod gather;
mod gemm;
pub(crate) mod kernel;
pub(crate) mod layer_norm;
pub(crate) mod lenet;
pub(crate) mod linear;
pub(crate) mod loss;
pub(crate) mod norm;
pub(crate) mod partials;
pub(crate) mod pool;
pub(crate) mod products;
pub(crate) mod program;
mod register_tile;
pub(crate) mod response_norm;
pub(crate) mod shortcut;
pub(crate) mod slice;
mod template;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod tokens;
pub(crate) mod vectors;

use burn::backend::Cube;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn_cubecl::CubeDevice;
use burn_cubecl::tensor::CubeTensor;

use super::adam::AdamStep;
use super::backend::{ConcatTarget, Ops};
use super::conv::ConvShape;
use super::fallback;
use super::gather::GatherShape;
use super::linear::LinearShape;
use super::norm::NormShape;
use super::pool::PoolShape;

type Float = FloatTensor<Cube>;
type Int = IntTensor<Cube>;

/// Whether a tensor is on a device that runs WGSL: with WebGPU, or natively through wgpu. CUDA does not, and gets burn's operations.
fn runs_wgsl(tensor: &CubeTensor) -> bool {
    matches!(tensor.device, CubeDevice::Wgpu(_))
}

/// Implements the operations by kernels, and by the functions of the same names in `fallback` on devices that do not run WGSL.
macro_rules! kernels {
    ($(
        fn $name:ident($first:ident: $kind:ty $(, $argument:ident: $type:ty)* $(,)?) -> $output:ty $body:block
    )*) => {
        impl Ops for Cube {
            $(
                fn $name($first: $kind $(, $argument: $type)*) -> $output {
                    if !runs_wgsl(&$first) {
                        return fallback::$name::<Self>($first $(, $argument)*);
                    }
                    $body
                }
            )*
        }
    };
}

kernels! {
    fn conv(images: Float, weights: Float, bias: Float, shape: ConvShape) -> Float {
        conv::forward(&images, &weights, &bias, &shape)
    }

    fn conv_input_gradient(images: Float, weights: Float, gradient: Float, shape: ConvShape) -> Float {
        conv::input_gradient(&weights, &gradient, &shape)
    }

    fn conv_weight_gradient(images: Float, weights: Float, gradient: Float, shape: ConvShape) -> Float {
        conv::weight_gradient(&images, &gradient, &shape)
    }

    fn conv_parameter_gradients(
        images: Float,
        weights: Float,
        bias: Float,
        gradient: Float,
        shape: ConvShape,
    ) -> (Float, Float) {
        conv::parameter_gradients(&images, &gradient, &shape)
    }

    fn max_pool(images: Float, shape: PoolShape) -> Float {
        pool::max_pool(&images, &shape)
    }

    fn max_pool_gradient(images: Float, gradient: Float, shape: PoolShape) -> Float {
        pool::max_pool_gradient(&images, &gradient, &shape)
    }

    fn linear_layer(x: Float, weights: Float, bias: Float, shape: LinearShape) -> Float {
        linear::forward(&x, &weights, &bias, &shape)
    }

    fn linear_input_gradient(weights: Float, gradient: Float, shape: LinearShape) -> Float {
        linear::input_gradient(&weights, &gradient, &shape)
    }

    fn linear_weight_gradient(x: Float, gradient: Float, shape: LinearShape) -> Float {
        linear::weight_gradient(&x, &gradient, &shape)
    }

    fn linear_parameter_gradients(x: Float, gradient: Float, shape: LinearShape) -> (Float, Float) {
        linear::parameter_gradients(&x, &gradient, &shape)
    }

    fn relu_forward(x: Float) -> Float {
        activation::relu(&x)
    }

    fn relu_gradient(output: Float, gradient: Float) -> Float {
        activation::relu_gradient(&output, &gradient)
    }

    fn gather_examples(packed: Int, labels: Int, indices: Int, shape: GatherShape) -> (Float, Int) {
        let [images, labels] = gather::gather_examples(&packed, &labels, &indices, &shape);
        (images, labels)
    }

    fn cross_entropy(logits: Float, labels: Int) -> Float {
        loss::cross_entropy(&logits, &labels)
    }

    fn cross_entropy_gradient(logits: Float, gradient: Float, labels: Int) -> Float {
        loss::cross_entropy_gradient(&logits, &labels, &gradient)
    }

    fn mean(values: Float, count: usize) -> Float {
        loss::mean(&values, count)
    }

    fn mean_gradient(gradient: Float, count: usize, len: usize) -> Float {
        loss::mean_gradient(&gradient, count, len)
    }

    fn correct_count(logits: Float, labels: Int) -> Float {
        loss::correct_count(&logits, &labels)
    }

    fn adam(weights: Float, gradient: Float, first: Float, second: Float, step: AdamStep) -> (Float, Float, Float) {
        let [weights, first, second] = vectors::adam([&weights, &gradient, &first, &second], &step);
        (weights, first, second)
    }

    fn batch_statistics(images: Float, shape: NormShape) -> Float {
        norm::statistics(&images, &shape)
    }

    fn group_mean(statistics: Float, factor: f32) -> Float {
        norm::group_mean(&statistics, factor)
    }

    fn normalize(images: Float, statistics: Float, weight: Float, bias: Float, shape: NormShape) -> Float {
        norm::normalize(&images, &statistics, &weight, &bias, &shape)
    }

    fn normalize_parameter_gradients(
        images: Float,
        statistics: Float,
        gradient: Float,
        shape: NormShape,
    ) -> (Float, Float, Float) {
        let [sums, by_weight, by_bias] = norm::gradient_sums(&images, &statistics, &gradient, &shape);
        (sums, by_weight, by_bias)
    }

    fn normalize_input_gradient(
        images: Float,
        statistics: Float,
        sums: Float,
        weight: Float,
        gradient: Float,
        shape: NormShape,
    ) -> Float {
        norm::input_gradient(&images, &statistics, &sums, &weight, &gradient, &shape)
    }

    fn split(vector: Float, lengths: Vec<usize>) -> Vec<Float> {
        vectors::split(&vector, &lengths)
    }

    fn concat(
        output: Float,
        a: Float,
        b: Float,
        c: Float,
        d: Float,
        e: Float,
        f: Float,
        g: Float,
        target: ConcatTarget,
    ) -> Float {
        let parts = [&a, &b, &c, &d, &e, &f, &g];
        vectors::concat(output, &parts[..target.count.min(parts.len())], target.offset)
    }
}
