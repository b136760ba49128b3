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

use super::adam::AdamStep;
use super::backend::{Ops, Place};
use super::conv::ConvShape;
use super::examples::UnpackShape;
use super::linear::LinearShape;
use super::norm::NormShape;
use super::pool::PoolShape;

type Numbers = FloatTensor<Cube>;

impl Ops for Cube {
    fn conv(images: Numbers, weights: Numbers, bias: Numbers, shape: ConvShape) -> Numbers {
        conv::forward(&images, &weights, &bias, &shape)
    }

    fn conv_input_gradient(
        _: Numbers,
        weights: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        conv::input_gradient(&weights, &gradient, &shape)
    }

    fn conv_weight_gradient(
        images: Numbers,
        _: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> Numbers {
        conv::weight_gradient(&images, &gradient, &shape)
    }

    fn conv_parameter_gradients(
        images: Numbers,
        _: Numbers,
        _: Numbers,
        gradient: Numbers,
        shape: ConvShape,
    ) -> (Numbers, Numbers) {
        conv::parameter_gradients(&images, &gradient, &shape)
    }

    fn max_pool(images: Numbers, shape: PoolShape) -> Numbers {
        pool::max_pool(&images, &shape)
    }

    fn max_pool_gradient(images: Numbers, gradient: Numbers, shape: PoolShape) -> Numbers {
        pool::max_pool_gradient(&images, &gradient, &shape)
    }

    fn linear_layer(x: Numbers, weights: Numbers, bias: Numbers, shape: LinearShape) -> Numbers {
        linear::forward(&x, &weights, &bias, &shape)
    }

    fn linear_input_gradient(weights: Numbers, gradient: Numbers, shape: LinearShape) -> Numbers {
        linear::input_gradient(&weights, &gradient, &shape)
    }

    fn linear_weight_gradient(x: Numbers, gradient: Numbers, shape: LinearShape) -> Numbers {
        linear::weight_gradient(&x, &gradient, &shape)
    }

    fn linear_parameter_gradients(
        x: Numbers,
        gradient: Numbers,
        shape: LinearShape,
    ) -> (Numbers, Numbers) {
        linear::parameter_gradients(&x, &gradient, &shape)
    }

    fn rectify(x: Numbers) -> Numbers {
        loss::relu(&x)
    }

    fn rectify_gradient(output: Numbers, gradient: Numbers) -> Numbers {
        loss::relu_gradient(&output, &gradient)
    }

    fn unpack(
        packed: IntTensor<Self>,
        labels: IntTensor<Self>,
        chosen: IntTensor<Self>,
        shape: UnpackShape,
    ) -> (Numbers, IntTensor<Self>) {
        let [images, labels] = loss::unpack(&packed, &labels, &chosen, &shape);
        (images, labels)
    }

    fn cross_entropy(logits: Numbers, labels: IntTensor<Self>) -> Numbers {
        loss::cross_entropy(&logits, &labels)
    }

    fn cross_entropy_gradient(
        logits: Numbers,
        labels: IntTensor<Self>,
        gradient: Numbers,
    ) -> Numbers {
        loss::cross_entropy_gradient(&logits, &labels, &gradient)
    }

    fn total(values: Numbers, factor: f32) -> Numbers {
        loss::total(&values, factor)
    }

    fn total_gradient(gradient: Numbers, factor: f32, count: usize) -> Numbers {
        loss::total_gradient(&gradient, factor, count)
    }

    fn right(logits: Numbers, labels: IntTensor<Self>) -> Numbers {
        loss::right(&logits, &labels)
    }

    fn adam(
        weights: Numbers,
        gradient: Numbers,
        first: Numbers,
        second: Numbers,
        step: AdamStep,
    ) -> (Numbers, Numbers, Numbers) {
        let [weights, first, second] = vectors::adam([&weights, &gradient, &first, &second], &step);
        (weights, first, second)
    }

    fn batch_statistics(images: Numbers, shape: NormShape) -> Numbers {
        norm::statistics(&images, &shape)
    }

    fn shared_statistics(statistics: Numbers, factor: f32) -> Numbers {
        norm::shared_statistics(&statistics, factor)
    }

    fn normalize(
        images: Numbers,
        statistics: Numbers,
        weight: Numbers,
        bias: Numbers,
        shape: NormShape,
    ) -> Numbers {
        norm::normalize(&images, &statistics, &weight, &bias, &shape)
    }

    fn normalize_parameter_gradients(
        images: Numbers,
        statistics: Numbers,
        gradient: Numbers,
        shape: NormShape,
    ) -> (Numbers, Numbers, Numbers) {
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
        norm::input_gradient(&images, &statistics, &sums, &weight, &gradient, &shape)
    }

    fn cut(whole: Numbers, lengths: Vec<usize>) -> Vec<Numbers> {
        vectors::cut(&whole, &lengths)
    }

    fn join(
        whole: Numbers,
        a: Numbers,
        b: Numbers,
        c: Numbers,
        d: Numbers,
        e: Numbers,
        f: Numbers,
        g: Numbers,
        place: Place,
    ) -> Numbers {
        let parts = [&a, &b, &c, &d, &e, &f, &g];
        vectors::join(whole, &parts[..place.count.min(parts.len())], place.start)
    }
}
