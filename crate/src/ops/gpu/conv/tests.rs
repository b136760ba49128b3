//! Every algorithm against the CPU engine's convolutions.

mod choices;
mod slices;

use proptest::prelude::*;

use super::*;
use crate::ops::conv as cpu;
use crate::ops::gpu::epilogue::Activation;
use crate::ops::gpu::testing::Binding::{Output, Read, Write};
use crate::ops::gpu::testing::{assert_close, cases, run, seconds};
use crate::ops::tests::conv::{
    ConvCase, any_conv, any_vertically_padded_conv, the_networks_convolutions,
};
use crate::references::numbers;

const TOLERANCE: f32 = 1e-4;

const PASSES: [Pass; 3] = [Pass::Forward, Pass::Input, Pass::Weights];

fn shape_of(case: &ConvCase) -> ConvShape {
    ConvShape {
        batch: case.batch,
        channels: case.channels,
        size: case.size,
        filters: case.filters,
        kernel: case.kernel,
        stride: case.stride,
        padding: case.padding,
        groups: case.groups,
    }
}

/// Some numbers for an array of these sizes.
fn filled(which: usize, sizes: &[usize]) -> Vec<f32> {
    numbers(which, sizes.iter().product()).collect()
}

/// Images, weights, bias and the output's gradient.
struct Inputs {
    images: Vec<f32>,
    weights: Vec<f32>,
    bias: Vec<f32>,
    gradient: Vec<f32>,
}

impl Inputs {
    fn of(shape: &ConvShape) -> Self {
        Inputs {
            images: filled(1, &shape.image_shape()),
            weights: filled(2, &shape.weight_shape()),
            bias: filled(3, &[shape.filters]),
            gradient: filled(4, &shape.output_shape()),
        }
    }
}

/// The sums of partial sums.
fn summed(partials: &[f32], sums: usize) -> Vec<f32> {
    let column = |at| partials[at..].iter().step_by(sums).sum();
    (0..sums).map(column).collect()
}

fn agrees(pass: Pass, shape: &ConvShape, choice: Choice, has_bias: bool) {
    let what = format!("{pass:?} of {shape:?} by {choice:?}");
    let Inputs {
        images,
        weights,
        bias,
        gradient,
    } = Inputs::of(shape);
    match pass {
        Pass::Forward => {
            let kernel = forward_kernel(
                shape,
                &Slices::default(),
                choice,
                has_bias,
                &Epilogue::default(),
            );
            let bias: &[f32] = if has_bias { &bias } else { &[] };
            let expected = cpu::forward(shape, &images, &weights, bias);
            let mut bindings = vec![Read(&images), Read(&weights)];
            bindings.extend(has_bias.then_some(Read(bias)));
            bindings.push(Output(expected.len()));
            assert_close(&what, &run(&kernel, &bindings)[0], &expected, TOLERANCE);
        }
        Pass::Input => {
            let kernel = input_kernel(shape, &Slices::default(), choice, &Epilogue::default());
            let expected = cpu::input_gradient(shape, &weights, &gradient);
            let bindings = [Read(&weights), Read(&gradient), Output(expected.len())];
            assert_close(&what, &run(&kernel, &bindings)[0], &expected, TOLERANCE);
        }
        Pass::Weights => {
            let PartialSums {
                kernel,
                split_k,
                sums,
            } = weight_kernel(shape, &Slices::default(), choice, has_bias);
            let mut expected = cpu::weight_gradient(shape, &images, &gradient);
            if has_bias {
                expected.extend(cpu::bias_gradient(shape, &gradient));
            }
            assert_eq!(sums, expected.len(), "{what}");
            let bindings = [Read(&images), Read(&gradient), Output(split_k * sums)];
            let ours = summed(&run(&kernel, &bindings)[0], sums);
            assert_close(&what, &ours, &expected, TOLERANCE);
        }
    }
}

fn by_tile(tile: GemmTile) -> Choice {
    Choice {
        algorithm: Algorithm::ImplicitGemm(tile),
        wanted_threads: Adapter::CARD.wanted_threads,
    }
}

/// A convolution, by channels, filters, size, kernel, stride, padding and groups.
fn small(sizes: [usize; 7]) -> ConvShape {
    let [channels, filters, size, kernel, stride, padding, groups] = sizes;
    ConvShape {
        batch: 3,
        channels,
        size: [size, size + 1],
        filters,
        kernel: [kernel, kernel],
        stride: [stride, stride],
        padding: [padding, padding],
        groups,
    }
}

#[test]
fn the_networks_convolutions_agree_by_what_a_card_chooses() {
    for case in the_networks_convolutions() {
        let shape = shape_of(&case);
        for pass in PASSES {
            agrees(pass, &shape, choose(pass, &shape, &Adapter::CARD), true);
        }
    }
}

#[test]
fn direct_convolutions_for_many_threads_agree() {
    let choice = Choice {
        algorithm: Algorithm::Direct,
        wanted_threads: Adapter::CARD.wanted_threads,
    };
    for sizes in [[3, 6, 12, 5, 1, 2, 1], [16, 8, 9, 3, 2, 1, 2]] {
        for pass in PASSES {
            agrees(pass, &small(sizes), choice, true);
        }
    }
}

#[test]
fn every_tile_computes_every_kind_of_convolution() {
    // Whole and broken tiles and steps; a stride, groups, one tap, many taps of few channels.
    let all = [
        [16, 32, 8, 3, 1, 1, 1],
        [34, 36, 7, 3, 2, 1, 2],
        [20, 18, 5, 1, 1, 0, 1],
        [3, 20, 15, 11, 4, 2, 1],
    ];
    for (index, sizes) in all.into_iter().enumerate() {
        // Each tile meets each kind, and all passes.
        for (number, tile) in GemmTile::ALL.into_iter().enumerate() {
            let pass = PASSES[(index + number) % 3];
            agrees(pass, &small(sizes), by_tile(tile), index % 2 == 0);
        }
    }
}

#[test]
fn a_sum_over_many_positions_is_split() {
    let shape = ConvShape {
        batch: 33,
        ..small([16, 16, 8, 3, 1, 1, 1])
    };
    let tile = GemmTile::ALL[0];
    let partials = weight_kernel(&shape, &Slices::default(), by_tile(tile), true);
    assert!(partials.split_k > 1, "{}", partials.split_k);
    agrees(Pass::Weights, &shape, by_tile(tile), true);
}

/// Of a residual, an activation, a derivative and what stands in the output's place.
#[test]
fn the_epilogue_follows_the_products() {
    let shape = small([16, 20, 6, 3, 1, 1, 1]);
    let inputs = Inputs::of(&shape);
    let choice = by_tile(GemmTile::ALL[2]);
    let plain = cpu::forward(&shape, &inputs.images, &inputs.weights, &[]);
    let residual = filled(5, &[plain.len()]);
    let epilogue = Epilogue {
        residual: true,
        activation: Some(Activation::Relu),
        ..Epilogue::default()
    };
    let bindings = [
        Read(&inputs.images),
        Read(&inputs.weights),
        Output(plain.len()),
        Read(&residual),
    ];
    let kernel = forward_kernel(&shape, &Slices::default(), choice, false, &epilogue);
    let expected: Vec<f32> = plain
        .iter()
        .zip(&residual)
        .map(|(product, residual)| (product + residual).max(0.0))
        .collect();
    assert_close("output", &run(&kernel, &bindings)[0], &expected, TOLERANCE);

    let plain = cpu::input_gradient(&shape, &inputs.weights, &inputs.gradient);
    let [before, activated] = [6, 7].map(|which| filled(which, &[plain.len()]));
    let epilogue = Epilogue {
        accumulate: true,
        derivative: Some(Activation::Tanh),
        ..Epilogue::default()
    };
    let bindings = [
        Read(&inputs.weights),
        Read(&inputs.gradient),
        Write(&before),
        Read(&activated),
    ];
    let kernel = input_kernel(&shape, &Slices::default(), choice, &epilogue);
    let expected: Vec<f32> = plain
        .iter()
        .zip(before.iter().zip(&activated))
        .map(|(product, (before, known))| (product + before) * (1.0 - known * known))
        .collect();
    assert_close(
        "gradient",
        &run(&kernel, &bindings)[0],
        &expected,
        TOLERANCE,
    );
}

#[test]
fn a_layers_kernel_is_built_once() {
    let shape = small([5, 7, 9, 3, 1, 1, 1]);
    let mut times = 0;
    for (shape, has_bias) in [(shape, true), (shape, true), (shape, false), (shape, true)] {
        built(&FORWARD, Pass::Forward, &shape, has_bias, |choice| {
            times += 1;
            forward_kernel(
                &shape,
                &Slices::default(),
                choice,
                has_bias,
                &Epilogue::default(),
            )
        });
    }
    assert_eq!(times, 2);
}

#[test]
fn a_software_adapter_keeps_direct_convolution() {
    for case in the_networks_convolutions() {
        for pass in PASSES {
            let choice = choose(pass, &shape_of(&case), &Adapter::SOFTWARE);
            assert_eq!(choice.algorithm, Algorithm::Direct);
        }
    }
}

/// Prints how long each candidate takes on the adapter at hand, relative to direct convolution.
#[test]
#[ignore = "a measurement"]
fn direct_against_implicit_gemm() {
    let layers = [
        ("ResNet-20, 16 of 32x32", [16, 16, 32, 3, 1, 1, 1]),
        ("ResNet-20, 16 to 32, stride 2", [16, 32, 32, 3, 2, 1, 1]),
        ("ResNet-20, 32 of 16x16", [32, 32, 16, 3, 1, 1, 1]),
        ("ResNet-20, 64 of 8x8", [64, 64, 8, 3, 1, 1, 1]),
        ("GoogLeNet, 24 to 16 by 1x1", [24, 16, 14, 1, 1, 0, 1]),
        ("GoogLeNet, 12 to 16", [12, 16, 14, 3, 1, 1, 1]),
        ("GoogLeNet, 64 to 24 by 1x1", [64, 24, 7, 1, 1, 0, 1]),
        ("AlexNet, 16 to 48 by 5x5", [16, 48, 14, 5, 1, 2, 1]),
        ("AlexNet, 48 to 96", [48, 96, 7, 3, 1, 1, 1]),
    ];
    for (name, sizes) in layers {
        let shape = ConvShape {
            batch: 32,
            ..small(sizes)
        };
        let inputs = Inputs::of(&shape);
        for pass in PASSES {
            let mut all = candidates(pass, &shape, &Adapter::SOFTWARE);
            all.truncate(2);
            let times = all.into_iter().map(|choice| {
                let (kernel, bindings) = match pass {
                    Pass::Forward => (
                        forward_kernel(
                            &shape,
                            &Slices::default(),
                            choice,
                            false,
                            &Epilogue::default(),
                        ),
                        [
                            Read(&inputs.images),
                            Read(&inputs.weights),
                            Output(inputs.gradient.len()),
                        ],
                    ),
                    Pass::Input => (
                        input_kernel(&shape, &Slices::default(), choice, &Epilogue::default()),
                        [
                            Read(&inputs.weights),
                            Read(&inputs.gradient),
                            Output(inputs.images.len()),
                        ],
                    ),
                    Pass::Weights => {
                        let partials = weight_kernel(&shape, &Slices::default(), choice, false);
                        let len = partials.split_k * partials.sums;
                        let bindings = [Read(&inputs.images), Read(&inputs.gradient), Output(len)];
                        (partials.kernel, bindings)
                    }
                };
                (choice.algorithm, seconds(&kernel, &bindings, 2))
            });
            let times: Vec<_> = times.collect();
            let direct = times[0].1;
            for (algorithm, seconds) in times {
                println!(
                    "{name}, {pass:?}: {algorithm:?} {:.2} ms, {:.2}",
                    1e3 * seconds,
                    seconds / direct
                );
            }
        }
    }
}

proptest! {
    // Each case has shaders of its own to compile.
    #![proptest_config(cases(12))]

    #[test]
    fn any_convolution_agrees_by_any_tile(
        case in any_conv(),
        tile in 0..GemmTile::ALL.len(),
        pass in 0..3usize,
        has_bias: bool,
    ) {
        agrees(PASSES[pass], &shape_of(&case), by_tile(GemmTile::ALL[tile]), has_bias);
    }

    #[test]
    fn any_vertically_padded_convolution_agrees_by_any_tile(
        case in any_vertically_padded_conv(),
        tile in 0..GemmTile::ALL.len(),
        pass in 0..3usize,
        has_bias: bool,
    ) {
        agrees(PASSES[pass], &shape_of(&case), by_tile(GemmTile::ALL[tile]), has_bias);
    }
}
