//! Our operations against burn's, forward and backward; and, with the GPU engine, its kernels against the CPU engine's.

use burn::tensor::activation::log_softmax;
use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use proptest::prelude::*;

use super::adam::AdamStep;
use super::*;
use crate::references::numbers;

#[cfg(feature = "gpu")]
mod gpu;
mod lengths;

/// Whose operations compute, and where.
#[derive(Clone, Debug)]
struct On {
    ours: bool,
    device: Device,
}

fn ours() -> On {
    On {
        ours: true,
        device: Device::flex(),
    }
}

fn burns() -> On {
    On {
        ours: false,
        ..ours()
    }
}

/// What an operation gave: outputs and gradients by name.
type Results = Vec<(&'static str, Vec<f32>)>;

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().unwrap()
}

impl On {
    fn tensor<const D: usize>(&self, which: usize, shape: [usize; D]) -> Tensor<D> {
        let len = shape.iter().product();
        let values: Vec<f32> = numbers(which, len).collect();
        Tensor::<1>::from_floats(values.as_slice(), &self.device).reshape(shape)
    }

    /// A tensor whose gradient is kept.
    fn leaf<const D: usize>(&self, which: usize, shape: [usize; D]) -> Tensor<D> {
        self.tensor(which, shape).autodiff().require_grad()
    }

    fn integers(&self, values: Vec<i32>) -> Tensor<1, Int> {
        let len = values.len();
        Tensor::from_data(TensorData::new(values, [len]), (&self.device, DType::I32))
    }

    /// The gradients of the sum of an output times some numbers.
    fn backward<const D: usize>(&self, out: &Tensor<D>) -> burn::tensor::Gradients {
        let factor = self.tensor(4, out.dims()).autodiff();
        (out.clone() * factor).sum().backward()
    }
}

/// The largest difference may be this part of the largest number.
const PART: f32 = 2e-5;

fn assert_close(what: &str, one: &Results, other: &Results, part: f32) {
    assert_eq!(one.len(), other.len(), "{what}");
    for ((name, ours), (_, theirs)) in one.iter().zip(other) {
        assert_eq!(ours.len(), theirs.len(), "{what}: {name}");
        let largest = theirs
            .iter()
            .fold(1e-3f32, |most, value| most.max(value.abs()));
        for (at, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            assert!(
                (ours - theirs).abs() <= part * largest,
                "{what}: {name} at {at}: {ours}, {theirs}"
            );
        }
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

fn conv_results(case: &Case, on: &On) -> Results {
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
    let images = on.leaf(1, [batch, channels, size[0], size[1]]);
    let weights = on.leaf(2, [filters, channels / groups, kernel[0], kernel[1]]);
    let bias = on.leaf(3, [filters]);
    let (x, w, b) = (images.clone(), weights.clone(), Some(bias.clone()));
    let out = match on.ours {
        true => conv2d(x, w, b, stride, padding, groups),
        false => {
            let options = ConvOptions::new(stride, padding, [1, 1], groups);
            module::conv2d(x, w, b, options)
        }
    };
    let mut gradients = on.backward(&out);
    vec![
        ("output", read(out)),
        (
            "by images",
            read(images.grad_remove(&mut gradients).unwrap()),
        ),
        (
            "by weights",
            read(weights.grad_remove(&mut gradients).unwrap()),
        ),
        ("by bias", read(bias.grad_remove(&mut gradients).unwrap())),
    ]
}

/// Every convolution of the networks: LeNet-5's, ResNet's, and those that other networks of the field have.
fn the_networks_convolutions() -> Vec<Case> {
    let all = [
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
    ];
    let case = |(channels, size, filters, kernel, stride, padding, groups)| Case {
        batch: 2,
        channels,
        size: [size, size],
        filters,
        kernel: [kernel, kernel],
        stride: [stride, stride],
        padding: [padding, padding],
        groups,
    };
    all.map(case).into()
}

#[test]
fn the_networks_convolutions_are_burns() {
    for case in the_networks_convolutions() {
        let [ours, theirs] = [ours(), burns()].map(|on| conv_results(&case, &on));
        assert_close(&format!("{case:?}"), &ours, &theirs, PART);
    }
}

/// Where a vector of output pixels is longer than a row of them, it reads more than the row's windows have: in the
/// last one, past the image's end.
#[test]
fn convolutions_of_narrow_outputs_are_burns() {
    for width in 1..8 {
        for kernel in 1..=width {
            for stride in 1..3 {
                let case = Case {
                    batch: 1,
                    channels: 2,
                    size: [width, width],
                    filters: 3,
                    kernel: [kernel, kernel],
                    stride: [stride, stride],
                    padding: [0, 0],
                    groups: 1,
                };
                let [ours, theirs] = [ours(), burns()].map(|on| conv_results(&case, &on));
                assert_close(&format!("{case:?}"), &ours, &theirs, PART);
            }
        }
    }
}

fn any_conv() -> impl Strategy<Value = Case> {
    let sizes = (1usize..3, 1usize..3, 1usize..5, 1usize..10);
    let [kernel, stride, padding, size] =
        [1usize..6, 1..4, 0..3, 1..14].map(|range| [range.clone(), range]);
    (sizes, kernel, stride, padding, size)
        .prop_map(|(sizes, kernel, stride, padding, size)| {
            let (batch, groups, channels, filters) = sizes;
            Case {
                batch,
                channels: channels * groups,
                size,
                filters: filters * groups,
                kernel,
                stride,
                padding,
                groups,
            }
        })
        .prop_filter("the kernel fits", |case| {
            (0..2).all(|d| {
                case.size[d] + 2 * case.padding[d] >= case.kernel[d]
                    && case.padding[d] < case.kernel[d]
            })
        })
}

/// Convolutions with vertical padding alone whose output rows are whole tiles: no column needs a bounds check, and every
/// row of the padding does.
fn any_vertically_padded_conv() -> impl Strategy<Value = Case> {
    let kernel = [2usize..6, 1..6];
    let stride = [1usize..4, 1..4];
    (kernel, stride, 1usize..8, 1usize..3, 1usize..6)
        .prop_flat_map(|(kernel, stride, height, quads, filters)| {
            let width = (4 * quads - 1) * stride[1] + kernel[1];
            (1..kernel[0]).prop_map(move |padding| Case {
                batch: 2,
                channels: 3,
                size: [height, width],
                filters,
                kernel,
                stride,
                padding: [padding, 0],
                groups: 1,
            })
        })
        .prop_filter("the kernel fits", |case| {
            case.size[0] + 2 * case.padding[0] >= case.kernel[0]
        })
}

/// The smallest of those.
fn vertically_padded_conv() -> Case {
    Case {
        batch: 1,
        channels: 1,
        size: [5, 8],
        filters: 1,
        kernel: [3, 1],
        stride: [1, 1],
        padding: [1, 0],
        groups: 1,
    }
}

#[derive(Clone, Debug)]
struct PoolCase {
    planes: [usize; 2],
    size: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
}

fn pool_results(case: &PoolCase, on: &On) -> Results {
    let PoolCase {
        planes,
        size,
        kernel,
        stride,
        padding,
    } = case.clone();
    let images = on.leaf(1, [planes[0], planes[1], size[0], size[1]]);
    let x = images.clone();
    let out = match on.ours {
        true => max_pool2d(x, kernel, stride, padding),
        false => {
            let options = MaxPoolOptions::new(kernel)
                .with_stride(stride)
                .with_padding(padding);
            module::max_pool2d(x, options)
        }
    };
    let mut gradients = on.backward(&out);
    let by_images = images.grad_remove(&mut gradients).unwrap();
    vec![("output", read(out)), ("by images", read(by_images))]
}

fn any_pooling() -> impl Strategy<Value = PoolCase> {
    let planes = [1usize..3, 1..4];
    let [kernel, stride] = [1usize..4, 1..4].map(|range| [range.clone(), range]);
    let size = [3usize..12, 3..12];
    (planes, kernel, stride, size, any::<bool>()).prop_map(
        |(planes, kernel, stride, size, padded)| PoolCase {
            planes,
            size,
            kernel,
            stride,
            padding: kernel.map(|k| if padded { k / 2 } else { 0 }),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_convolution_is_burns(case in any_conv()) {
        let [ours, theirs] = [ours(), burns()].map(|on| conv_results(&case, &on));
        assert_close(&format!("{case:?}"), &ours, &theirs, PART);
    }

    #[test]
    fn any_vertically_padded_convolution_is_burns(case in any_vertically_padded_conv()) {
        let [ours, theirs] = [ours(), burns()].map(|on| conv_results(&case, &on));
        assert_close(&format!("{case:?}"), &ours, &theirs, PART);
    }

    #[test]
    fn any_pooling_is_burns(case in any_pooling()) {
        let [ours, theirs] = [ours(), burns()].map(|on| pool_results(&case, &on));
        assert_close(&format!("{case:?}"), &ours, &theirs, PART);
    }
}

/// A loss that is no number must be seen as such: pooling must not lose it.
fn pooling_keeps_what_is_no_number_on(device: &Device) {
    for at in 0..4 {
        let mut values = [1.0, 2.0, 3.0, 4.0];
        values[at] = f32::NAN;
        let images = Tensor::<1>::from_floats(values, device).reshape([1, 1, 2, 2]);
        let out = read(max_pool2d(images, [2, 2], [2, 2], [0, 0]));
        assert!(out[0].is_nan());
    }
}

#[test]
fn pooling_keeps_what_is_no_number() {
    pooling_keeps_what_is_no_number_on(&Device::flex());
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

/// `shift` is what all numbers have in common.
fn norm_results(shape: [usize; 4], shards: usize, shift: f32, on: &On) -> Results {
    let x = (on.tensor(1, shape) * 3.0 + shift)
        .autodiff()
        .require_grad();
    let weight = on.leaf(2, [shape[1]]);
    let bias = on.leaf(3, [shape[1]]);
    let out = match on.ours {
        true => {
            let statistics = batch_statistics(x.clone(), shards).autodiff();
            normalize(x.clone(), statistics, weight.clone(), bias.clone(), 1e-5)
        }
        false => normalize_plainly(x.clone(), weight.clone(), bias.clone(), shards),
    };
    let mut gradients = on.backward(&out);
    vec![
        ("output", read(out)),
        ("by images", read(x.grad_remove(&mut gradients).unwrap())),
        (
            "by weight",
            read(weight.grad_remove(&mut gradients).unwrap()),
        ),
        ("by bias", read(bias.grad_remove(&mut gradients).unwrap())),
    ]
}

const NORMS: [([usize; 4], usize); 4] = [
    ([4, 3, 5, 5], 1),
    ([4, 3, 4, 4], 2),
    ([6, 2, 3, 7], 3),
    ([12, 2, 1, 1], 2),
];

#[test]
fn normalisation_and_its_gradients_are_right() {
    for (shape, shards) in NORMS {
        let [ours, theirs] = [ours(), burns()].map(|on| norm_results(shape, shards, 0.5, &on));
        assert_close(&format!("{shape:?}, {shards}"), &ours, &theirs, PART);
    }
}

fn linear_results([batch, inputs, outputs]: [usize; 3], on: &On) -> Results {
    let x = on.leaf(1, [batch, inputs]);
    let weights = on.leaf(2, [inputs, outputs]);
    let bias = on.leaf(3, [outputs]);
    let out = match on.ours {
        true => linear(x.clone(), weights.clone(), bias.clone()),
        false => x.clone().matmul(weights.clone()) + bias.clone().reshape([1, outputs]),
    };
    let mut gradients = on.backward(&out);
    vec![
        ("output", read(out)),
        ("by inputs", read(x.grad_remove(&mut gradients).unwrap())),
        (
            "by weights",
            read(weights.grad_remove(&mut gradients).unwrap()),
        ),
        ("by bias", read(bias.grad_remove(&mut gradients).unwrap())),
    ]
}

/// In burn's operations: a product with 0 and 1 instead of a gather, as it has a gradient on every engine.
fn burns_cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let [batch, classes] = logits.dims();
    let each = Tensor::<1, Int>::arange(0..classes as i64, &labels.device()).cast(labels.dtype());
    let each = each.reshape([1, classes]).expand([batch, classes]);
    let truth = labels.reshape([batch, 1]).expand([batch, classes]);
    let own = log_softmax(logits, 1) * truth.equal(each).float();
    own.sum_dim(1).neg().reshape([batch])
}

/// What a step takes beside its layers; in burn's operations, or in ours.
fn step_results(batch: usize, classes: usize, on: &On) -> Results {
    let logits = on.leaf(1, [batch, classes]);
    let labels: Vec<i32> = (0..batch).map(|i| (i * 7 % classes) as i32).collect();
    let labels = on.integers(labels);
    let x = (logits.clone() * 5.0).reshape([batch, classes]);
    let loss = match on.ours {
        true => mean(cross_entropy(relu(x.clone()), labels.clone()), 3),
        false => {
            let x = burn::tensor::activation::relu(x.clone());
            burns_cross_entropy(x, labels.clone()).sum() / 3.0
        }
    };
    let count = match on.ours {
        true => correct_count(x.without_autodiff(), labels),
        false => {
            let guesses = x.without_autodiff().argmax(1).reshape([batch]);
            let guesses = guesses.cast(DType::I32);
            guesses.equal(labels).float().sum()
        }
    };
    let mut gradients = loss.backward();
    vec![
        ("loss", read(loss)),
        ("right", read(count)),
        (
            "by logits",
            read(logits.grad_remove(&mut gradients).unwrap()),
        ),
    ]
}

proptest! {
    #[test]
    fn losses_and_counts_are_burns(batch in 1usize..200, classes in 2usize..90) {
        let [ours, theirs] = [ours(), burns()].map(|on| step_results(batch, classes, &on));
        assert_close(&format!("{batch}, {classes}"), &ours, &theirs, PART);
    }
}

#[test]
fn a_logit_that_is_no_number_shows_in_the_loss() {
    let device = Device::flex();
    for at in 0..6 {
        let mut logits = [0.5f32, -1.0, 2.0, 0.0, 1.0, 3.0];
        logits[at] = f32::NAN;
        let logits = Tensor::<1>::from_floats(logits, &device).reshape([2, 3]);
        let losses = read(cross_entropy(logits, ours().integers(vec![1, 2])));
        let lost: Vec<bool> = losses.iter().map(|loss| loss.is_nan()).collect();
        assert_eq!(lost, [at < 3, at >= 3], "{at}");
    }
}

/// Vectors cut, updated and joined.
fn vector_results(lengths: &[usize], on: &On) -> Results {
    let count = lengths.iter().sum();
    let whole = on.tensor::<1>(1, [count]);
    let parts = match on.ours {
        true => split(whole, lengths.to_vec()),
        false => whole.split_with_sizes(lengths.to_vec(), 0),
    };
    let backwards: Vec<Tensor<1>> = parts.into_iter().rev().collect();
    let joined = match on.ours {
        true => concat(backwards),
        false => Tensor::cat(backwards, 0),
    };
    let step = AdamStep {
        beta_1: 0.9,
        beta_2: 0.999,
        step_size: 0.01,
        second_correction: 0.0316,
        epsilon: 1e-8,
    };
    let moments = [on.tensor::<1>(3, [count]), on.tensor::<1>(5, [count]).abs()];
    let (weights, [first, second]) = adam_step(joined, on.tensor(2, [count]), moments, step);
    vec![
        ("weights", read(weights)),
        ("first", read(first)),
        ("second", read(second)),
    ]
}

const LENGTHS: [&[usize]; 4] = [
    &[5],
    &[1, 2, 3],
    &[150, 6, 2400, 16, 480, 120, 7, 84],
    &[
        3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6,
    ],
];

#[test]
fn vectors_are_cut_and_joined() {
    for lengths in LENGTHS {
        let [ours, theirs] = [ours(), burns()].map(|on| vector_results(lengths, &on));
        assert_close(&format!("{lengths:?}"), &ours, &theirs, PART);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_linear_layer_is_burns(sizes in [1usize..9, 1..40, 1..40]) {
        let [ours, theirs] = [ours(), burns()].map(|on| linear_results(sizes, &on));
        assert_close(&format!("{sizes:?}"), &ours, &theirs, PART);
    }
}

fn relu_keeps_what_is_no_number_on(on: &On) {
    let values = [-1.0, 0.0, 2.0, f32::NAN, -3.0];
    let x = Tensor::<1>::from_floats(values, &on.device)
        .autodiff()
        .require_grad();
    let out = relu(x.clone());
    let factor: Vec<f32> = numbers(4, 5).collect();
    let mut gradients = on.backward(&out);
    let bits = |tensor: Tensor<1>| -> Vec<u32> {
        let values = read(tensor);
        values.iter().map(|value| value.to_bits()).collect()
    };
    let expected = [0.0f32, 0.0, 2.0, f32::NAN, 0.0].map(f32::to_bits);
    assert_eq!(bits(out.without_autodiff()), expected);
    let expected = [0.0, 0.0, factor[2], factor[3], 0.0].map(f32::to_bits);
    assert_eq!(bits(x.grad_remove(&mut gradients).unwrap()), expected);
}

#[test]
fn relu_and_its_gradient_keep_what_is_no_number() {
    relu_keeps_what_is_no_number_on(&ours());
}
