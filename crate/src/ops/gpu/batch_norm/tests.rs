//! The kernels against the CPU engine's batch normalization.

use proptest::prelude::*;

use super::*;
use crate::ops::gpu::epilogue::Activation;
use crate::ops::gpu::testing::Binding::{self, Output, Read, Write};
use crate::ops::gpu::testing::{assert_close, cases, run};
use crate::ops::norm::{gradient_sums, input_gradient, normalize, statistics};
use crate::references::numbers;

/// Larger than the rounding of long sums in another order.
const TOLERANCE: f32 = 1e-4;

const WORKGROUP_SIZES: [usize; 4] = [64, 128, 256, 1024];

/// The shapes of networks, and the smallest: one number, one channel, one image a shard. Batch, channels, pixels, shards.
const SHAPES: [[usize; 4]; 9] = [
    [16, 16, 784, 1],
    [16, 32, 196, 2],
    [16, 64, 49, 4],
    [4, 12, 1024, 1],
    [12, 24, 16, 3],
    [10, 200, 1, 2],
    [1, 3, 1, 1],
    [5, 1, 61, 1],
    [2, 3, 50, 2],
];

fn shape([batch, channels, pixels, shards]: [usize; 4]) -> NormShape {
    NormShape {
        batch,
        channels,
        pixels,
        shards,
        epsilon: 1e-5,
    }
}

/// Numbers of a shape, and how the kernels are made.
struct Case {
    shape: NormShape,
    workgroup_size: usize,
    /// In how many parts a channel is in two stages.
    parts: Option<usize>,
    images: Vec<f32>,
    statistics: Vec<f32>,
    weight: Vec<f32>,
    bias: Vec<f32>,
    /// The output's gradient.
    gradient: Vec<f32>,
    /// What the epilogue reads.
    other: Vec<f32>,
}

impl Case {
    /// `mean` is added to all images.
    fn new(shape: NormShape, mean: f32) -> Self {
        let len = images(&shape);
        let vector = |which, len| numbers(which, len).collect::<Vec<_>>();
        let images: Vec<f32> = numbers(1, len).map(|x| x * 3.0 + mean).collect();
        Case {
            workgroup_size: 64,
            parts: None,
            statistics: statistics(&shape, &images),
            images,
            weight: vector(2, shape.channels),
            bias: vector(3, shape.channels),
            gradient: vector(4, len),
            other: vector(5, len),
            shape,
        }
    }

    fn sized(shape: NormShape, workgroup_size: usize, parts: Option<usize>) -> Self {
        Case {
            workgroup_size,
            parts,
            ..Case::new(shape, 0.5)
        }
    }

    fn what(&self) -> String {
        let Case {
            shape,
            workgroup_size,
            parts,
            ..
        } = self;
        format!("{shape:?} by {workgroup_size}, {parts:?}")
    }

    fn agrees(&self) {
        self.forward();
        self.backward();
    }

    /// Runs one kernel, or two with the partial sums as what the second reads after `before` others.
    fn run(
        &self,
        one: impl Fn() -> Kernel,
        two: impl Fn(usize) -> TwoStages,
        first: &[Binding],
        bindings: &[Binding],
        before: usize,
    ) -> Vec<Vec<f32>> {
        let Some(parts) = self.parts else {
            return run(&one(), bindings);
        };
        let stages = two(parts);
        let first = [first, &[Output(stages.partials)]].concat();
        let [partials] = run(&stages.first, &first).try_into().unwrap();
        let (head, tail) = bindings.split_at(before);
        run(&stages.second, &[head, &[Read(&partials)], tail].concat())
    }

    fn forward(&self) {
        let (shape, size) = (&self.shape, self.workgroup_size);
        let epilogue = Epilogue {
            residual: true,
            activation: Some(Activation::Relu),
            ..Epilogue::default()
        };
        let bindings = [
            Read(&self.images),
            Read(&self.weight),
            Read(&self.bias),
            Output(self.images.len()),
            Output(self.statistics.len()),
            Read(&self.other),
        ];
        let outputs = self.run(
            || forward_kernel(shape, &epilogue, size),
            |parts| forward_kernels(shape, &epilogue, size, parts),
            &[Read(&self.images)],
            &bindings,
            1,
        );
        let Case {
            images,
            statistics,
            weight,
            bias,
            ..
        } = self;
        let normalized = normalize(shape, images, statistics, weight, bias);
        let sums = normalized.iter().zip(&self.other).map(|(a, b)| a + b);
        let expected: Vec<f32> = sums.map(|sum| sum.max(0.0)).collect();
        assert_close(&self.what(), &outputs[0], &expected, TOLERANCE);
        assert_close(&self.what(), &outputs[1], statistics, TOLERANCE);
    }

    fn backward(&self) {
        let (shape, size) = (&self.shape, self.workgroup_size);
        let epilogue = Epilogue {
            accumulate: true,
            derivative: Some(Activation::Relu),
            ..Epilogue::default()
        };
        let bindings = [
            Read(&self.images),
            Read(&self.statistics),
            Read(&self.weight),
            Read(&self.gradient),
            Write(&self.gradient),
            Output(self.statistics.len()),
            Read(&self.other),
        ];
        let first = [&self.images, &self.statistics, &self.gradient];
        let outputs = self.run(
            || gradient_kernel(shape, &epilogue, size),
            |parts| gradient_kernels(shape, &epilogue, size, parts),
            &first.map(|numbers| Read(numbers)),
            &bindings,
            2,
        );
        let Case {
            images,
            statistics,
            weight,
            gradient,
            ..
        } = self;
        let sums = gradient_sums(shape, images, statistics, gradient);
        let by_images = input_gradient(shape, images, statistics, &sums, weight, gradient);
        let parts = by_images.iter().zip(gradient).zip(&self.other);
        let expected = parts.map(|((a, b), known)| if *known > 0.0 { a + b } else { 0.0 });
        let expected: Vec<f32> = expected.collect();
        assert_close(&self.what(), &outputs[0], &expected, TOLERANCE);
        // The CPU engine has the bias's sums first.
        let shards = sums.chunks_exact(2 * shape.channels);
        let parameters = shards.flat_map(|shard| {
            let (bias, weight) = shard.split_at(shape.channels);
            weight.iter().chain(bias).copied()
        });
        let parameters: Vec<f32> = parameters.collect();
        assert_close(&self.what(), &outputs[1], &parameters, TOLERANCE);
    }
}

#[test]
fn the_networks_normalizations_agree() {
    for (which, numbers) in SHAPES.into_iter().enumerate() {
        Case::sized(shape(numbers), WORKGROUP_SIZES[which % 4], None).agrees();
    }
}

#[test]
fn normalizations_in_parts_agree() {
    // As many parts as a channel has numbers, or more parts than a workgroup has threads, too.
    for (which, numbers) in SHAPES.into_iter().enumerate() {
        let parts = Some([3, 5, 100][which % 3]);
        Case::sized(shape(numbers), WORKGROUP_SIZES[which % 4], parts).agrees();
    }
    Case::sized(shape([2, 3, 50, 2]), 64, Some(50)).agrees();
}

#[test]
fn every_workgroup_size_agrees() {
    for workgroup_size in WORKGROUP_SIZES {
        for parts in [None, Some(2)] {
            Case::sized(shape([6, 2, 1443, 2]), workgroup_size, parts).agrees();
        }
    }
}

/// Longer than a loop may be on every adapter.
#[test]
fn a_channel_of_many_numbers_agrees() {
    Case::sized(shape([64, 1, 9216, 1]), 64, None).agrees();
}

#[test]
fn a_large_mean_takes_nothing_from_the_variance() {
    let case = Case::new(shape([8, 2, 81, 1]), 1000.0);
    let [images, statistics] = [&case.images, &case.statistics];
    let bindings = [
        Read(images),
        Read(&case.weight),
        Read(&case.bias),
        Output(images.len()),
        Output(statistics.len()),
    ];
    let kernel = forward_kernel(&case.shape, &Epilogue::default(), 64);
    let outputs = run(&kernel, &bindings);
    assert_close("means", &outputs[1][..2], &statistics[..2], 1e-5);
    assert_close("variances", &outputs[1][2..], &statistics[2..], 1e-4);
}

#[test]
fn running_statistics_normalize() {
    for numbers in SHAPES {
        let case = Case::new(shape(numbers), 0.5);
        let one_shard = NormShape {
            shards: 1,
            ..case.shape
        };
        let Case {
            images,
            weight,
            bias,
            other,
            ..
        } = &case;
        let running = statistics(&one_shard, images);
        let epilogue = Epilogue {
            residual: true,
            ..Epilogue::default()
        };
        let bindings = [
            Read(images),
            Read(&running),
            Read(weight),
            Read(bias),
            Output(images.len()),
            Read(other),
        ];
        let outputs = run(&eval_kernel(&case.shape, &epilogue), &bindings);
        let normalized = normalize(&one_shard, images, &running, weight, bias);
        let expected: Vec<f32> = normalized.iter().zip(other).map(|(a, b)| a + b).collect();
        assert_close(&case.what(), &outputs[0], &expected, TOLERANCE);
    }
}

/// Two stages are for channels that leave an adapter idle.
#[test]
fn few_channels_of_many_pixels_are_in_parts() {
    let parts = |numbers, adapter| suitable_parts(&shape(numbers), 256, &adapter);
    assert_eq!(parts([128, 16, 784, 1], Adapter::SOFTWARE), 1);
    assert_eq!(parts([128, 16, 784, 1], Adapter::CARD), 16);
    assert_eq!(parts([128, 16, 784, 4], Adapter::CARD), 4);
    assert_eq!(parts([128, 512, 16, 1], Adapter::CARD), 1);
    assert_eq!(parts([1, 4, 1, 1], Adapter::CARD), 1);
}

proptest! {
    // Each case has shaders of its own to compile.
    #![proptest_config(cases(12))]

    #[test]
    fn any_normalization_agrees(
        shards in 1usize..4,
        images in 1usize..7,
        channels in 1usize..6,
        pixels in 1usize..300,
        size in 0usize..4,
        parts in prop::option::of(1usize..9),
    ) {
        let shape = shape([shards * images, channels, pixels, shards]);
        Case::sized(shape, WORKGROUP_SIZES[size], parts).agrees();
    }
}
