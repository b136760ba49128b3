//! Layer normalization: several threads of a workgroup share a row, or on a software adapter one has it.

use super::adapter::Adapter;
use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::partials::PartialSums;
use super::template::to_constants;
use crate::ops::layer_norm::LayerNormShape;

/// Threads of a workgroup.
const WORKGROUP_SIZE: usize = 64;

/// How many numbers of a row a thread has, where a workgroup has enough threads for that.
const PER_LANE: usize = 8;

/// How many rows a thread sums, about, for the gradients of weight and bias.
const PART_ROWS: usize = 64;

/// A kernel whose threads share rows, a row of 48 numbers by 8 threads; or on a software adapter, for which barriers and workgroup
/// memory are dear, have a row each.
fn by_row(
    [shared, by_thread]: [&'static str; 2],
    shape: &LayerNormShape,
    adapter: &Adapter,
) -> Kernel {
    let LayerNormShape {
        rows, embedding, ..
    } = *shape;
    let lanes = embedding
        .div_ceil(PER_LANE)
        .next_power_of_two()
        .min(WORKGROUP_SIZE);
    let constants = to_constants([
        ("ROWS", rows),
        ("EMBEDDING", embedding),
        ("NUMBERS", rows * embedding),
        ("STATISTICS", 2 * rows),
        ("LANES", lanes),
        ("PER_LANE", embedding.div_ceil(lanes)),
        ("EPSILON", shape.epsilon.to_bits() as usize),
    ]);
    if adapter.is_software() {
        return Kernel::new(by_thread, rows, constants);
    }
    let workgroups = rows.div_ceil(WORKGROUP_SIZE / lanes);
    Kernel::of_workgroups(shared, workgroups, WORKGROUP_SIZE, constants)
}

/// The kernel of layer normalization. It binds x `[rows, embedding]`, weight and bias; the output, and the statistics `[rows, 2]`:
/// each row's mean and 1/√(variance + ε).
pub fn forward_kernel(shape: &LayerNormShape, epilogue: &Epilogue, adapter: &Adapter) -> Kernel {
    let sources = [
        include_str!("layer_norm.wgsl"),
        include_str!("layer_norm_by_thread.wgsl"),
    ];
    let kernel = by_row(sources, shape, adapter);
    kernel.with_epilogue(epilogue, 5, shape.rows * shape.embedding)
}

/// The kernel of its gradient with respect to x. It binds x, statistics, weight and the output's gradient; and the gradient.
pub fn gradient_kernel(shape: &LayerNormShape, epilogue: &Epilogue, adapter: &Adapter) -> Kernel {
    let sources = [
        include_str!("layer_norm_gradient.wgsl"),
        include_str!("layer_norm_gradient_by_thread.wgsl"),
    ];
    let kernel = by_row(sources, shape, adapter);
    kernel.with_epilogue(epilogue, 5, shape.rows * shape.embedding)
}

/// The kernel of its gradients with respect to weight and bias: partial sums, those of the weight before those of the bias. It binds
/// x, statistics and the output's gradient; and the sums.
pub fn parameter_kernel(shape: &LayerNormShape) -> PartialSums {
    let LayerNormShape {
        rows, embedding, ..
    } = *shape;
    let split_k = rows.div_ceil(PART_ROWS);
    let sums = 2 * embedding;
    let constants = to_constants([
        ("ROWS", rows),
        ("EMBEDDING", embedding),
        ("NUMBERS", rows * embedding),
        ("STATISTICS", 2 * rows),
        ("PART_ROWS", PART_ROWS),
        ("SUMS", split_k * sums),
    ]);
    let threads = split_k * embedding;
    PartialSums {
        kernel: Kernel::new(
            include_str!("layer_norm_parameters.wgsl"),
            threads,
            constants,
        ),
        split_k,
        sums,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ops::gpu::epilogue::Activation;
    use crate::ops::gpu::testing::Binding::{Output, Read, Write};
    use crate::ops::gpu::testing::{assert_close, cases, run};
    use crate::ops::layer_norm::{forward, gradient};
    use crate::references::numbers;

    /// Larger than the rounding of long sums in another order.
    const TOLERANCE: f32 = 1e-4;

    fn vector(which: usize, len: usize) -> Vec<f32> {
        numbers(which, len).collect()
    }

    /// Mean and 1/√(variance + ε) of each row.
    fn statistics(shape: &LayerNormShape, x: &[f32]) -> Vec<f32> {
        let row = |row: &[f32]| {
            let mean = |terms: Vec<f64>| terms.iter().sum::<f64>() / row.len() as f64;
            let numbers: Vec<f64> = row.iter().map(|x| f64::from(*x)).collect();
            let center = mean(numbers.clone());
            let variance = mean(numbers.iter().map(|x| (x - center).powi(2)).collect());
            let deviation = (variance + f64::from(shape.epsilon)).sqrt();
            [center as f32, (1.0 / deviation) as f32]
        };
        x.chunks_exact(shape.embedding).flat_map(row).collect()
    }

    fn agrees(rows: usize, embedding: usize, adapter: &Adapter) {
        let shape = LayerNormShape {
            rows,
            embedding,
            epsilon: 1e-6,
        };
        let what = format!("{shape:?}");
        let len = rows * embedding;
        let x: Vec<f32> = numbers(1, len).map(|x| x * 3.0 + 0.5).collect();
        let [weight, bias] = [2, 3].map(|which| vector(which, embedding));
        let [by_output, other] = [4, 5].map(|which| vector(which, len));
        let statistics = statistics(&shape, &x);

        let epilogue = Epilogue {
            activation: Some(Activation::Relu),
            ..Epilogue::default()
        };
        let bindings = [
            Read(&x),
            Read(&weight),
            Read(&bias),
            Output(len),
            Output(2 * rows),
        ];
        let outputs = run(&forward_kernel(&shape, &epilogue, adapter), &bindings);
        let normalized = forward(&shape, &x, &weight, &bias);
        let expected: Vec<f32> = normalized.iter().map(|x| x.max(0.0)).collect();
        assert_close(&what, &outputs[0], &expected, TOLERANCE);
        assert_close(&what, &outputs[1], &statistics, TOLERANCE);

        let (by_x, by_weight, by_bias) = gradient(&shape, &x, &weight, &by_output);
        let epilogue = Epilogue {
            accumulate: true,
            derivative: Some(Activation::Relu),
            ..Epilogue::default()
        };
        let bindings = [
            Read(&x),
            Read(&statistics),
            Read(&weight),
            Read(&by_output),
            Write(&by_output),
            Read(&other),
        ];
        let outputs = run(&gradient_kernel(&shape, &epilogue, adapter), &bindings);
        let parts = by_x.iter().zip(&by_output).zip(&other);
        let expected = parts.map(|((a, b), known)| if *known > 0.0 { a + b } else { 0.0 });
        let expected: Vec<f32> = expected.collect();
        assert_close(&what, &outputs[0], &expected, TOLERANCE);

        let PartialSums {
            kernel,
            split_k,
            sums,
        } = parameter_kernel(&shape);
        let bindings = [
            Read(&x),
            Read(&statistics),
            Read(&by_output),
            Output(split_k * sums),
        ];
        let [partials] = run(&kernel, &bindings).try_into().unwrap();
        let sum = |at: usize| (0..split_k).map(|part| partials[part * sums + at]).sum();
        let summed: Vec<f32> = (0..sums).map(sum).collect();
        assert_close(&what, &summed, &[by_weight, by_bias].concat(), TOLERANCE);
    }

    #[test]
    fn the_networks_normalizations_agree() {
        // Vision transformers' rows, and more threads a row than it has numbers for.
        for (rows, embedding) in [
            (3200, 48),
            (130, 64),
            (197, 192),
            (65, 96),
            (2, 700),
            (1, 9),
        ] {
            for adapter in [Adapter::SOFTWARE, Adapter::CARD] {
                agrees(rows, embedding, &adapter);
            }
        }
    }

    proptest! {
        // Each case has shaders of its own to compile.
        #![proptest_config(cases(16))]

        #[test]
        fn any_normalization_agrees(
            rows in 1usize..200,
            embedding in 2usize..150,
            adapter in prop::sample::select(vec![Adapter::SOFTWARE, Adapter::CARD]),
        ) {
            agrees(rows, embedding, &adapter);
        }
    }
}
