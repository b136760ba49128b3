//! Kernels for the GPU engine, in WGSL: each for one shape, which its source holds as constants.
//!
//! - [`template`]: sources whose loops are written out; [`kernel`]: how they are launched
//! - [`conv`], [`linear`], [`pool`], [`norm`]: layers; [`parts`]: the second stage of long sums
//! - [`loss`], [`vectors`]: what else a step takes
//!
//! What holds for all of them: nothing but what WebGPU has everywhere (no subgroups, no half precision, eight buffers);
//! a thread writes what no other writes, and every read and write is within its buffer by what the source says, whatever
//! an adapter does outside. Sums over batches are taken in two stages, so that no thread has a long loop while others
//! idle. A sum's order depends on shapes alone: the same adapter gives the same bits again.

mod conv;
mod kernel;
mod linear;
mod loss;
mod norm;
mod parts;
mod pool;
mod template;
mod vectors;

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

type Numbers = FloatTensor<Cube>;

/// Whether a tensor is where our kernels run: with WebGPU, or natively with Vulkan or Metal through wgpu. CUDA has no
/// WGSL, and composes burn's operations.
fn speaks_wgsl(tensor: &CubeTensor) -> bool {
    matches!(tensor.device, CubeDevice::Wgpu(_))
}

impl Ops for Cube {
    fn conv(images: Numbers, weights: Numbers, bias: Numbers, shape: ConvShape) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::conv::<Self>(images, weights, bias, shape);
        }
        conv::forward(&images, &weights, &bias, &shape)
    }

    fn conv_input_gradient(
        images: Numbers,
        weights: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::conv_input_gradient::<Self>(images, weights, gradient, shape);
        }
        conv::input_gradient(&weights, &gradient, &shape)
    }

    fn conv_weight_gradient(
        images: Numbers,
        weights: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::conv_weight_gradient::<Self>(images, weights, gradient, shape);
        }
        conv::weight_gradient(&images, &gradient, &shape)
    }

    fn conv_parameter_gradients(
        images: Numbers,
        weights: Numbers,
        bias: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> (Numbers, Numbers) {
        if !speaks_wgsl(&images) {
            return fallback::conv_parameter_gradients::<Self>(
                images, weights, bias, gradient, shape,
            );
        }
        conv::parameter_gradients(&images, &gradient, &shape)
    }

    fn max_pool(images: Numbers, shape: PoolShape) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::max_pool::<Self>(images, shape);
        }
        pool::max_pool(&images, &shape)
    }

    fn max_pool_gradient(images: Numbers, gradient: Numbers, shape: PoolShape) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::max_pool_gradient::<Self>(images, gradient, shape);
        }
        pool::max_pool_gradient(&images, &gradient, &shape)
    }

    fn linear_layer(x: Numbers, weights: Numbers, bias: Numbers, shape: LinearShape) -> Numbers {
        if !speaks_wgsl(&x) {
            return fallback::linear_layer::<Self>(x, weights, bias, shape);
        }
        linear::forward(&x, &weights, &bias, &shape)
    }

    fn linear_input_gradient(weights: Numbers, gradient: Numbers, shape: LinearShape) -> Numbers {
        if !speaks_wgsl(&weights) {
            return fallback::linear_input_gradient::<Self>(weights, gradient, shape);
        }
        linear::input_gradient(&weights, &gradient, &shape)
    }

    fn linear_weight_gradient(x: Numbers, gradient: Numbers, shape: LinearShape) -> Numbers {
        if !speaks_wgsl(&x) {
            return fallback::linear_weight_gradient::<Self>(x, gradient, shape);
        }
        linear::weight_gradient(&x, &gradient, &shape)
    }

    fn linear_parameter_gradients(
        x: Numbers,
        gradient: Numbers,
        shape: LinearShape,
    ) -> (Numbers, Numbers) {
        if !speaks_wgsl(&x) {
            return fallback::linear_parameter_gradients::<Self>(x, gradient, shape);
        }
        linear::parameter_gradients(&x, &gradient, &shape)
    }

    fn relu_forward(x: Numbers) -> Numbers {
        if !speaks_wgsl(&x) {
            return fallback::relu_forward::<Self>(x);
        }
        loss::relu(&x)
    }

    fn relu_gradient(output: Numbers, gradient: Numbers) -> Numbers {
        if !speaks_wgsl(&output) {
            return fallback::relu_gradient::<Self>(output, gradient);
        }
        loss::relu_gradient(&output, &gradient)
    }

    fn gather_examples(
        packed: IntTensor<Self>,
        labels: IntTensor<Self>,
        chosen: IntTensor<Self>,
        shape: GatherShape,
    ) -> (Numbers, IntTensor<Self>) {
        if !speaks_wgsl(&packed) {
            return fallback::gather_examples::<Self>(packed, labels, chosen, shape);
        }
        let [images, labels] = loss::gather_examples(&packed, &labels, &chosen, &shape);
        (images, labels)
    }

    fn cross_entropy(logits: Numbers, labels: IntTensor<Self>) -> Numbers {
        if !speaks_wgsl(&logits) {
            return fallback::cross_entropy::<Self>(logits, labels);
        }
        loss::cross_entropy(&logits, &labels)
    }

    fn cross_entropy_gradient(
        logits: Numbers,
        labels: IntTensor<Self>,
        gradient: Numbers,
    ) -> Numbers {
        if !speaks_wgsl(&logits) {
            return fallback::cross_entropy_gradient::<Self>(logits, labels, gradient);
        }
        loss::cross_entropy_gradient(&logits, &labels, &gradient)
    }

    fn mean(values: Numbers, by: usize) -> Numbers {
        if !speaks_wgsl(&values) {
            return fallback::mean::<Self>(values, by);
        }
        loss::mean(&values, by)
    }

    fn mean_gradient(gradient: Numbers, by: usize, count: usize) -> Numbers {
        if !speaks_wgsl(&gradient) {
            return fallback::mean_gradient::<Self>(gradient, by, count);
        }
        loss::mean_gradient(&gradient, by, count)
    }

    fn correct_count(logits: Numbers, labels: IntTensor<Self>) -> Numbers {
        if !speaks_wgsl(&logits) {
            return fallback::correct_count::<Self>(logits, labels);
        }
        loss::correct_count(&logits, &labels)
    }

    fn adam(
        weights: Numbers,
        gradient: Numbers,
        first: Numbers,
        second: Numbers,
        step: AdamStep,
    ) -> (Numbers, Numbers, Numbers) {
        if !speaks_wgsl(&weights) {
            return fallback::adam::<Self>(weights, gradient, first, second, step);
        }
        let [weights, first, second] = vectors::adam([&weights, &gradient, &first, &second], &step);
        (weights, first, second)
    }

    fn batch_statistics(images: Numbers, shape: NormShape) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::batch_statistics::<Self>(images, shape);
        }
        norm::statistics(&images, &shape)
    }

    fn group_mean(statistics: Numbers, factor: f32) -> Numbers {
        if !speaks_wgsl(&statistics) {
            return fallback::group_mean::<Self>(statistics, factor);
        }
        norm::group_mean(&statistics, factor)
    }

    fn normalize(
        images: Numbers,
        statistics: Numbers,
        weight: Numbers,
        bias: Numbers,
        shape: NormShape,
    ) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::normalize::<Self>(images, statistics, weight, bias, shape);
        }
        norm::normalize(&images, &statistics, &weight, &bias, &shape)
    }

    fn normalize_parameter_gradients(
        images: Numbers,
        statistics: Numbers,
        gradient: Numbers,
        shape: NormShape,
    ) -> (Numbers, Numbers, Numbers) {
        if !speaks_wgsl(&images) {
            return fallback::normalize_parameter_gradients::<Self>(
                images, statistics, gradient, shape,
            );
        }
        let [sums, by_weight, by_bias] = norm::sums(&images, &statistics, &gradient, &shape);
        (sums, by_weight, by_bias)
    }

    fn normalize_gradient(
        images: Numbers,
        statistics: Numbers,
        sums: Numbers,
        weight: Numbers,
        gradient: Numbers,
        shape: NormShape,
    ) -> Numbers {
        if !speaks_wgsl(&images) {
            return fallback::normalize_gradient::<Self>(
                images, statistics, sums, weight, gradient, shape,
            );
        }
        norm::input_gradient(&images, &statistics, &sums, &weight, &gradient, &shape)
    }

    fn split(whole: Numbers, lengths: Vec<usize>) -> Vec<Numbers> {
        if !speaks_wgsl(&whole) {
            return fallback::split::<Self>(whole, lengths);
        }
        vectors::split(&whole, &lengths)
    }

    fn concat(
        whole: Numbers,
        a: Numbers,
        b: Numbers,
        c: Numbers,
        d: Numbers,
        e: Numbers,
        f: Numbers,
        g: Numbers,
        target: ConcatTarget,
    ) -> Numbers {
        if !speaks_wgsl(&whole) {
            return fallback::concat::<Self>(whole, a, b, c, d, e, f, g, target);
        }
        let parts = [&a, &b, &c, &d, &e, &f, &g];
        vectors::concat(
            whole,
            &parts[..target.count.min(parts.len())],
            target.offset,
        )
    }
}
