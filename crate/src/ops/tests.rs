//! Our operations against burn's, forward and backward.

use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor};
use proptest::prelude::*;

use super::*;
use crate::references::numbers;

fn tensor<const D: usize>(which: usize, shape: [usize; D]) -> Tensor<D> {
    let len = shape.iter().product();
    let values: Vec<f32> = numbers(which, len).collect();
    Tensor::<1>::from_floats(values.as_slice(), &Device::flex()).reshape(shape)
}

fn assert_close<const D: usize>(what: &str, ours: Tensor<D>, theirs: Tensor<D>) {
    assert_eq!(ours.dims(), theirs.dims(), "{what}");
    let [ours, theirs] = [ours, theirs].map(|t| t.into_data().try_to_vec::<f32>().unwrap());
    let largest = theirs
        .iter()
        .fold(1e-3f32, |most, value| most.max(value.abs()));
    for (at, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert!(
            (ours - theirs).abs() <= 2e-5 * largest,
            "{what} at {at}: {ours}, {theirs}"
        );
    }
}

#[derive(Clone, Debug)]
struct Case {
    batch: usize,
    channels: usize,
    size: [usize; 2],
    filters: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    groups: usize,
}

fn conv_agrees(case: &Case) {
    let Case {
        batch,
        channels,
        size,
        filters,
        kernel,
        stride,
        padding,
        groups,
    } = case.clone();
    let images = tensor(1, [batch, channels, size[0], size[1]]);
    let weights = tensor(2, [filters, channels / groups, kernel[0], kernel[1]]);
    let bias = tensor(3, [filters]);
    let run = |ours: bool| {
        let images = images.clone().autodiff().require_grad();
        let weights = weights.clone().autodiff().require_grad();
        let bias = bias.clone().autodiff().require_grad();
        let (x, w, b) = (images.clone(), weights.clone(), Some(bias.clone()));
        let out = match ours {
            true => conv2d(x, w, b, stride, padding, groups),
            false => {
                let options = ConvOptions::new(stride, padding, [1, 1], groups);
                module::conv2d(x, w, b, options)
            }
        };
        let factor = tensor(4, out.dims());
        let mut gradients = (out.clone() * factor.autodiff()).sum().backward();
        (
            out.without_autodiff(),
            images.grad_remove(&mut gradients).unwrap(),
            weights.grad_remove(&mut gradients).unwrap(),
            bias.grad_remove(&mut gradients).unwrap(),
        )
    };
    let (ours, theirs) = (run(true), run(false));
    assert_close(&format!("{case:?}: output"), ours.0, theirs.0);
    assert_close(&format!("{case:?}: by images"), ours.1, theirs.1);
    assert_close(&format!("{case:?}: by weights"), ours.2, theirs.2);
    assert_close(&format!("{case:?}: by bias"), ours.3, theirs.3);
}

/// Every convolution of the networks: LeNet-5's, ResNet's, and those that other networks of the field have.
#[test]
fn the_networks_convolutions_are_burns() {
    for (channels, size, filters, kernel, stride, padding, groups) in [
        (1, 28, 6, 5, 1, 2, 1),
        (6, 14, 16, 5, 1, 0, 1),
        (16, 5, 120, 5, 1, 0, 1),
        (3, 32, 16, 3, 1, 1, 1),
        (16, 32, 32, 3, 2, 1, 1),
        (16, 32, 32, 1, 2, 0, 1),
        (64, 8, 64, 3, 1, 1, 1),
        (64, 2, 64, 3, 1, 1, 1),
        (32, 7, 24, 1, 1, 0, 1),
        (3, 35, 8, 11, 4, 2, 1),
        (8, 9, 12, 5, 1, 2, 2),
    ] {
        conv_agrees(&Case {
            batch: 2,
            channels,
            size: [size, size],
            filters,
            kernel: [kernel, kernel],
            stride: [stride, stride],
            padding: [padding, padding],
            groups,
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_convolution_is_burns(
        (batch, groups) in (1usize..3, 1usize..3),
        (channels, filters) in (1usize..5, 1usize..10),
        kernel in [1usize..6, 1..6],
        stride in [1usize..4, 1..4],
        padding in [0usize..3, 0..3],
        size in [1usize..14, 1..14],
    ) {
        let fits = (0..2).all(|d| size[d] + 2 * padding[d] >= kernel[d] && padding[d] < kernel[d]);
        prop_assume!(fits);
        conv_agrees(&Case {
            batch,
            channels: channels * groups,
            size,
            filters: filters * groups,
            kernel,
            stride,
            padding,
            groups,
        });
    }

    #[test]
    fn any_pooling_is_burns(
        planes in [1usize..3, 1..4],
        kernel in [1usize..4, 1..4],
        stride in [1usize..4, 1..4],
        size in [3usize..12, 3..12],
        padded: bool,
    ) {
        let padding = kernel.map(|k| if padded { k / 2 } else { 0 });
        let images = tensor(1, [planes[0], planes[1], size[0], size[1]]);
        let run = |ours: bool| {
            let images = images.clone().autodiff().require_grad();
            let x = images.clone();
            let out = match ours {
                true => max_pool2d(x, kernel, stride, padding),
                false => {
                    let options = MaxPoolOptions::new(kernel)
                        .with_stride(stride)
                        .with_padding(padding);
                    module::max_pool2d(x, options)
                }
            };
            let factor = tensor(4, out.dims());
            let mut gradients = (out.clone() * factor.autodiff()).sum().backward();
            (out.without_autodiff(), images.grad_remove(&mut gradients).unwrap())
        };
        let (ours, theirs) = (run(true), run(false));
        assert_close("output", ours.0, theirs.0);
        assert_close("by images", ours.1, theirs.1);
    }
}

/// A loss that is no number must be seen as such: pooling must not lose it.
#[test]
fn pooling_keeps_what_is_no_number() {
    for at in 0..4 {
        let mut values = [1.0, 2.0, 3.0, 4.0];
        values[at] = f32::NAN;
        let images = Tensor::<1>::from_floats(values, &Device::flex()).reshape([1, 1, 2, 2]);
        let out: f32 = max_pool2d(images, [2, 2], [2, 2], [0, 0]).into_scalar();
        assert!(out.is_nan());
    }
}

/// Batch normalisation in burn's own differentiable operations, shard by shard.
fn normalize_plainly(x: Tensor<4>, weight: Tensor<1>, bias: Tensor<1>, shards: usize) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let each = |tensor: Tensor<1>| tensor.reshape([1, channels, 1, 1]);
    let parts = x.chunk(shards, 0).into_iter().map(|part| {
        let mean = part.clone().mean_dim(0).mean_dim(2).mean_dim(3);
        let centred = part - mean;
        let variance = centred
            .clone()
            .powi_scalar(2)
            .mean_dim(0)
            .mean_dim(2)
            .mean_dim(3);
        centred / (variance + 1e-5).sqrt()
    });
    let normal = Tensor::cat(parts.collect(), 0).reshape([batch, channels, height, width]);
    normal * each(weight) + each(bias)
}

#[test]
fn normalisation_and_its_gradients_are_right() {
    for (shape, shards) in [
        ([4, 3, 5, 5], 1),
        ([4, 3, 4, 4], 2),
        ([6, 2, 3, 7], 3),
        ([12, 2, 1, 1], 2),
    ] {
        let run = |ours: bool| {
            let x = (tensor(1, shape) * 3.0 + 0.5).autodiff().require_grad();
            let weight = tensor(2, [shape[1]]).autodiff().require_grad();
            let bias = tensor(3, [shape[1]]).autodiff().require_grad();
            let out = match ours {
                true => {
                    let statistics = batch_statistics(x.clone(), shards).autodiff();
                    normalize(x.clone(), statistics, weight.clone(), bias.clone(), 1e-5)
                }
                false => normalize_plainly(x.clone(), weight.clone(), bias.clone(), shards),
            };
            let factor = tensor(4, shape).autodiff();
            let mut gradients = (out.clone() * factor).sum().backward();
            (
                out.without_autodiff(),
                x.grad_remove(&mut gradients).unwrap(),
                weight.grad_remove(&mut gradients).unwrap(),
                bias.grad_remove(&mut gradients).unwrap(),
            )
        };
        let (ours, theirs) = (run(true), run(false));
        assert_close("output", ours.0, theirs.0);
        assert_close("by images", ours.1, theirs.1);
        assert_close("by weight", ours.2, theirs.2);
        assert_close("by bias", ours.3, theirs.3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_linear_layer_is_burns(batch in 1usize..9, inputs in 1usize..40, outputs in 1usize..40) {
        let run = |ours: bool| {
            let x = tensor(1, [batch, inputs]).autodiff().require_grad();
            let weights = tensor(2, [inputs, outputs]).autodiff().require_grad();
            let bias = tensor(3, [outputs]).autodiff().require_grad();
            let out = match ours {
                true => linear(x.clone(), weights.clone(), bias.clone()),
                false => x.clone().matmul(weights.clone()) + bias.clone().reshape([1, outputs]),
            };
            let factor = tensor(4, [batch, outputs]).autodiff();
            let mut gradients = (out.clone() * factor).sum().backward();
            (
                out.without_autodiff(),
                x.grad_remove(&mut gradients).unwrap(),
                weights.grad_remove(&mut gradients).unwrap(),
                bias.grad_remove(&mut gradients).unwrap(),
            )
        };
        let (ours, theirs) = (run(true), run(false));
        assert_close("output", ours.0, theirs.0);
        assert_close("by inputs", ours.1, theirs.1);
        assert_close("by weights", ours.2, theirs.2);
        assert_close("by bias", ours.3, theirs.3);
    }
}

#[test]
fn relu_and_its_gradient_keep_what_is_no_number() {
    let values = [-1.0, 0.0, 2.0, f32::NAN, -3.0];
    let x = Tensor::<1>::from_floats(values, &Device::flex())
        .autodiff()
        .require_grad();
    let out = relu(x.clone());
    let mut gradients = (out.clone() * tensor(4, [5]).autodiff()).sum().backward();
    let bits = |tensor: Tensor<1>| -> Vec<u32> {
        let values: Vec<f32> = tensor.into_data().try_to_vec().unwrap();
        values.iter().map(|value| value.to_bits()).collect()
    };
    let expected = [0.0f32, 0.0, 2.0, f32::NAN, 0.0].map(f32::to_bits);
    assert_eq!(bits(out.without_autodiff()), expected);
    let factor: Vec<f32> = numbers(4, 5).collect();
    let expected = [0.0, 0.0, factor[2], factor[3], 0.0].map(f32::to_bits);
    assert_eq!(bits(x.grad_remove(&mut gradients).unwrap()), expected);
}
