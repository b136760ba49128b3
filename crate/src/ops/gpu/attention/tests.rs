//! Attention, against the CPU engine's operations.

use burn::tensor::{Device, Tensor};
use proptest::prelude::*;

use super::*;
use crate::ops::gpu::testing::Binding::{Output, Read, Write};
use crate::ops::gpu::testing::{assert_close, cases, run, seconds};
use crate::ops::softmax;
use crate::references::numbers;

/// Attended values, probabilities, and the gradient of the projected tokens for some gradient of the attended values: by the CPU
/// engine.
fn expected(shape: &AttentionShape, projected: &[f32], gradient: &[f32]) -> [Vec<f32>; 3] {
    let AttentionShape {
        batch,
        tokens,
        heads,
        head_dim,
    } = *shape;
    let device = Device::flex();
    let tensor = |values: &[f32]| Tensor::<1>::from_floats(values, &device).autodiff();
    let leaf = tensor(projected).require_grad();
    let all = leaf.clone().reshape([batch, tokens, 3 * heads, head_dim]);
    let [queries, keys, values] = [0, 1, 2].map(|part| {
        let part = part * heads..(part + 1) * heads;
        let part = all.clone().slice([0..batch, 0..tokens, part, 0..head_dim]);
        part.swap_dims(1, 2)
    });
    let scores = queries.matmul(keys.swap_dims(2, 3)) / (head_dim as f32).sqrt();
    let probabilities = softmax(scores);
    let attended = probabilities.clone().matmul(values).swap_dims(1, 2);
    let attended = attended.reshape([shape.attended_len()]);
    let mut gradients = (attended.clone() * tensor(gradient)).sum().backward();
    let gradient = leaf.grad_remove(&mut gradients).unwrap();
    let read = |tensor: Tensor<1>| tensor.into_data().try_to_vec::<f32>().unwrap();
    let probabilities = probabilities.reshape([shape.probabilities_len()]);
    [read(attended), read(probabilities), read(gradient)]
}

fn agrees(shape: &AttentionShape) {
    let large = |which, len| numbers(which, len).map(|value| 6.0 * value);
    let projected: Vec<f32> = large(1, shape.projected_len()).collect();
    let gradient: Vec<f32> = numbers(2, shape.attended_len()).collect();
    let expected = expected(shape, &projected, &gradient);
    let what = |name: &str| format!("{shape:?}: {name}");
    // Adapters compute exponentials with errors of their own, and rounding adds up in sums over thousands of tokens.
    let tolerance = if shape.tokens > 1000 { 1e-3 } else { 1e-4 };

    let kernel = forward_kernel(shape, &Epilogue::default());
    let (attended, probabilities) = (shape.attended_len(), shape.probabilities_len());
    let bindings = [Read(&projected), Output(attended), Output(probabilities)];
    let [attended, probabilities] = run(&kernel, &bindings).try_into().unwrap();
    assert_close(&what("attended"), &attended, &expected[0], tolerance);
    assert_close(
        &what("probabilities"),
        &probabilities,
        &expected[1],
        tolerance,
    );

    let kernel = gradient_kernel(shape, &Epilogue::default());
    let bindings = [
        Read(&projected),
        Read(&probabilities),
        Read(&attended),
        Read(&gradient),
        Output(shape.projected_len()),
    ];
    let [by_projected] = run(&kernel, &bindings).try_into().unwrap();
    assert_close(&what("gradient"), &by_projected, &expected[2], tolerance);
}

fn shape([batch, tokens, heads, head_dim]: [usize; 4]) -> AttentionShape {
    AttentionShape {
        batch,
        tokens,
        heads,
        head_dim,
    }
}

#[test]
fn attention_agrees() {
    let sizes = [
        [2, 49, 4, 12],
        [3, 17, 2, 4],
        [2, 65, 4, 12],
        [1, 197, 2, 64],
        [1, 1, 1, 1],
        // One row of scores does not fit into workgroup memory.
        [1, 3601, 1, 3],
        // More tiles of the output than a workgroup has threads.
        [1, 9, 1, 300],
    ];
    for sizes in sizes {
        agrees(&shape(sizes));
    }
}

#[test]
fn a_head_of_nan_stays_in_its_image() {
    let shape = shape([2, 5, 1, 4]);
    let mut projected: Vec<f32> = numbers(1, shape.projected_len()).collect();
    projected[0] = f32::NAN;
    let kernel = forward_kernel(&shape, &Epilogue::default());
    let (attended, probabilities) = (shape.attended_len(), shape.probabilities_len());
    let bindings = [Read(&projected), Output(attended), Output(probabilities)];
    let [attended, _] = run(&kernel, &bindings).try_into().unwrap();
    // The query of the first token is not a number; no other token asks by it.
    let (first, others) = attended.split_at(4);
    assert!(first.iter().all(|value| value.is_nan()), "{attended:?}");
    assert!(others.iter().all(|value| value.is_finite()), "{attended:?}");
}

#[test]
fn a_gradient_is_added_to_another() {
    let shape = shape([1, 3, 1, 4]);
    let projected: Vec<f32> = numbers(1, shape.projected_len()).collect();
    let gradient: Vec<f32> = numbers(2, shape.attended_len()).collect();
    let [attended, probabilities, alone] = expected(&shape, &projected, &gradient);
    let epilogue = Epilogue {
        accumulate: true,
        ..Epilogue::default()
    };
    let before = vec![3.0; shape.projected_len()];
    let bindings = [
        Read(&projected),
        Read(&probabilities),
        Read(&attended),
        Read(&gradient),
        Write(&before),
    ];
    let [sums] = run(&gradient_kernel(&shape, &epilogue), &bindings)
        .try_into()
        .unwrap();
    let expected: Vec<f32> = alone.iter().map(|value| value + 3.0).collect();
    assert_close("sums", &sums, &expected, 1e-5);
}

/// Prints what each kernel takes, for docs/performance.md.
#[test]
#[ignore = "a measurement"]
fn measure() {
    for sizes in [[64, 49, 4, 12], [16, 65, 4, 12], [1, 197, 12, 64]] {
        let shape = shape(sizes);
        let [batch, tokens, heads, head_dim] = sizes;
        let product = (batch * heads * tokens * tokens * head_dim) as f64;
        let projected = vec![0.5; shape.projected_len()];
        let (attended, probabilities) = (
            vec![0.5; shape.attended_len()],
            vec![0.5; shape.probabilities_len()],
        );
        let print = |name, products: f64, seconds: f64| {
            let (ms, rate) = (seconds * 1e3, products * product / seconds * 1e-9);
            println!("{sizes:?} {name} {ms:.3} ms, {rate:.2} GMAC/s");
        };
        let outputs = [attended.len(), probabilities.len()].map(Output);
        let bindings = [&[Read(&projected)], &outputs[..]].concat();
        let kernel = forward_kernel(&shape, &Epilogue::default());
        print("forward", 2.0, seconds(&kernel, &bindings, 20));
        let inputs = [&projected, &probabilities, &attended, &attended].map(|v| Read(v));
        let bindings = [&inputs[..], &[Output(shape.projected_len())]].concat();
        let kernel = gradient_kernel(&shape, &Epilogue::default());
        print("gradient", 4.0, seconds(&kernel, &bindings, 20));
    }
}

proptest! {
    // Each case has shaders of its own to compile.
    #![proptest_config(cases(12))]

    #[test]
    fn any_attention_agrees(sizes in [1usize..3, 1..130, 1..4, 1..40]) {
        agrees(&shape(sizes));
    }
}
