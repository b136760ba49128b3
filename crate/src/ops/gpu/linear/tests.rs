//! Linear layers, against sums in double precision.

use proptest::prelude::*;

use super::*;
use crate::ops::gpu::epilogue::Activation;
use crate::ops::gpu::testing::Binding::{Output, Read};
use crate::ops::gpu::testing::{assert_close, run, seconds};
use crate::references::numbers;

/// An adapter that needs few threads, so that tiles are large.
const SMALL: Adapter = Adapter {
    max_workgroup_size: 128,
    workgroup_memory: 16 << 10,
    wanted_threads: 200,
};

fn shape([batch, inputs, outputs]: [usize; 3]) -> LinearShape {
    LinearShape {
        batch,
        inputs,
        outputs,
    }
}

/// The product of `[m, k]` and `[k, n]`, each read by a function.
fn product(
    [m, n, k]: [usize; 3],
    a: impl Fn(usize, usize) -> f32,
    b: impl Fn(usize, usize) -> f32,
) -> Vec<f32> {
    let sum = |row, column| -> f64 {
        let products = (0..k).map(|k| f64::from(a(row, k)) * f64::from(b(k, column)));
        products.sum()
    };
    (0..m * n).map(|at| sum(at / n, at % n) as f32).collect()
}

fn agrees(sizes: [usize; 3]) {
    let [batch, inputs, outputs] = sizes;
    let shape = shape(sizes);
    let x: Vec<f32> = numbers(1, batch * inputs).collect();
    let weights: Vec<f32> = numbers(2, inputs * outputs).collect();
    let bias: Vec<f32> = numbers(3, outputs).collect();
    let gradient: Vec<f32> = numbers(4, batch * outputs).collect();
    let x_at = |row: usize, column: usize| x[row * inputs + column];
    let weight_at = |row: usize, column: usize| weights[row * outputs + column];
    let gradient_at = |row: usize, column: usize| gradient[row * outputs + column];

    let mut output = product([batch, outputs, inputs], x_at, weight_at);
    for (at, value) in output.iter_mut().enumerate() {
        *value = (*value + bias[at % outputs]).tanh();
    }
    let by_x = product([batch, inputs, outputs], gradient_at, |k, n| {
        weight_at(n, k)
    });
    let mut by_parameters = product([inputs, outputs, batch], |m, k| x_at(k, m), gradient_at);
    by_parameters.extend(product([1, outputs, batch], |_, _| 1.0, gradient_at));

    let none = Epilogue::default();
    let tanh = Epilogue {
        activation: Some(Activation::Tanh),
        ..none
    };
    for adapter in [Adapter::CARD, SMALL] {
        for choice in candidates(Pass::Forward, &shape, &adapter) {
            let kernel = forward_kernel(&shape, choice, true, &tanh);
            let inputs = [Read(&x), Read(&weights), Read(&bias)];
            let bindings = [&inputs[..], &[Output(output.len())]].concat();
            let what = format!("{shape:?}, {choice:?}");
            assert_close(&what, &run(&kernel, &bindings)[0], &output, 1e-5);
        }
        for choice in candidates(Pass::Input, &shape, &adapter) {
            let kernel = input_kernel(&shape, choice, &none);
            let bindings = [Read(&gradient), Read(&weights), Output(by_x.len())];
            let what = format!("{shape:?}, by inputs, {choice:?}");
            assert_close(&what, &run(&kernel, &bindings)[0], &by_x, 1e-5);
        }
        for choice in candidates(Pass::Weights, &shape, &adapter) {
            let PartialSums {
                kernel,
                split_k,
                sums,
            } = weight_kernel(&shape, choice, true);
            let bindings = [Read(&x), Read(&gradient), Output(split_k * sums)];
            let partials = run(&kernel, &bindings).remove(0);
            let parts = partials.chunks_exact(sums);
            let all = parts.fold(vec![0.0; sums], |all, part| {
                all.iter().zip(part).map(|(a, b)| a + b).collect()
            });
            let what = format!("{shape:?}, by parameters, {choice:?}");
            assert_close(&what, &all, &by_parameters, 1e-5);
        }
    }
}

#[test]
fn every_kernel_of_a_linear_layer_agrees() {
    let sizes = [
        [98, 48, 144],
        [64, 256, 120],
        [1300, 6, 7],
        [33, 5, 1],
        [1, 1, 1],
    ];
    for sizes in sizes {
        agrees(sizes);
    }
}

#[test]
fn a_card_gets_many_threads_and_few_partial_sums() {
    for (sizes, least) in [([6272, 48, 144], 16_384), ([64, 256, 120], 4096)] {
        let shape = shape(sizes);
        let choice = choose(Pass::Forward, &shape, &Adapter::CARD);
        assert!(matches!(choice.algorithm, Algorithm::Tiled(_)));
        let threads = by_weights(&shape).threads(choice.algorithm);
        assert!(threads >= least, "{sizes:?}: {threads} threads");
        let choice = choose(Pass::Weights, &shape, &Adapter::CARD);
        let partials = weight_kernel(&shape, choice, true);
        assert!(partials.split_k * partials.sums <= MAX_PARTIALS);
    }
}

#[test]
fn a_software_adapter_gets_the_plain_kernel() {
    for pass in [Pass::Forward, Pass::Input, Pass::Weights] {
        let choice = choose(pass, &shape([64, 256, 120]), &Adapter::SOFTWARE);
        assert!(matches!(choice.algorithm, Algorithm::Plain(_)));
    }
}

/// Prints what each kernel takes, for docs/performance.md.
#[test]
#[ignore = "a measurement"]
fn measure() {
    let rows = 64 * 49;
    for sizes in [
        [rows, 47, 144],
        [rows, 48, 144],
        [rows, 48, 48],
        [rows, 48, 96],
        [rows, 96, 48],
        [64, 256, 120],
    ] {
        let [batch, inputs, outputs] = sizes;
        let shape = shape(sizes);
        let x = vec![0.5; batch * inputs];
        let weights = vec![0.5; inputs * outputs];
        let gradient = vec![0.5; batch * outputs];
        let multiply_adds = (batch * inputs * outputs) as f64;
        for pass in [Pass::Forward, Pass::Input, Pass::Weights] {
            for choice in candidates(pass, &shape, &Adapter::SOFTWARE) {
                let none = Epilogue::default();
                let [x, weights, gradient] = [&x, &weights, &gradient].map(|v| Read(v));
                let (kernel, bindings) = match pass {
                    Pass::Forward => (
                        forward_kernel(&shape, choice, false, &none),
                        [x, weights, Output(batch * outputs)],
                    ),
                    Pass::Input => (
                        input_kernel(&shape, choice, &none),
                        [gradient, weights, Output(batch * inputs)],
                    ),
                    Pass::Weights => {
                        let partials = weight_kernel(&shape, choice, true);
                        let output = Output(partials.split_k * partials.sums);
                        (partials.kernel, [x, gradient, output])
                    }
                };
                let seconds = seconds(&kernel, &bindings, 20);
                let (ms, rate) = (seconds * 1e3, multiply_adds / seconds * 1e-9);
                let algorithm = choice.algorithm;
                println!("{sizes:?} {pass:?} {ms:.3} ms, {rate:.2} GMAC/s: {algorithm:?}");
            }
        }
    }
}

proptest! {
    // Each case has shaders of its own to compile.
    #![proptest_config(ProptestConfig::with_cases(2))]

    #[test]
    fn every_kernel_of_any_linear_layer_agrees(sizes in [1usize..150, 1..90, 1..90]) {
        agrees(sizes);
    }
}
