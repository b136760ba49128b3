//! Activations.

use burn::tensor::activation;

use super::*;
use crate::ops::{self, relu};

pub(super) fn relu_keeps_nan_on(by: &Implementation) {
    let values = [-1.0, 0.0, 2.0, f32::NAN, -3.0];
    let x = Tensor::<1>::from_floats(values, &by.device)
        .autodiff()
        .require_grad();
    let output = relu(x.clone());
    let factor: Vec<f32> = numbers(4, 5).collect();
    let mut gradients = by.backward(&output);
    let bits = |tensor: Tensor<1>| -> Vec<u32> {
        let values = read(tensor);
        values.iter().map(|value| value.to_bits()).collect()
    };
    let expected = [0.0f32, 0.0, 2.0, f32::NAN, 0.0].map(f32::to_bits);
    assert_eq!(bits(output.without_autodiff()), expected);
    let expected = [0.0, 0.0, factor[2], factor[3], 0.0].map(f32::to_bits);
    assert_eq!(bits(x.grad_remove(&mut gradients).unwrap()), expected);
}

#[test]
fn relu_and_its_gradient_keep_nan() {
    relu_keeps_nan_on(&ours());
}

type Activation = fn(Tensor<3>) -> Tensor<3>;

/// Ours and burn's.
pub const ACTIVATIONS: [(&str, Activation, Activation); 5] = [
    ("tanh", ops::tanh, activation::tanh),
    ("sigmoid", ops::sigmoid, activation::sigmoid),
    ("gelu", ops::gelu, activation::gelu),
    ("softmax", ops::softmax, |x| activation::softmax(x, 2)),
    ("log-softmax", ops::log_softmax, |x| {
        activation::log_softmax(x, 2)
    }),
];

pub(super) fn activation_results(
    [ours, theirs]: [Activation; 2],
    len: usize,
    by: &Implementation,
) -> Results {
    let leaf = by.leaf(1, [3, 2, len]);
    let x = leaf.clone() * 6.0;
    let output = match by.ours {
        true => ours(x),
        false => theirs(x),
    };
    let mut gradients = by.backward(&output);
    vec![
        ("output", read(output)),
        ("gradient", gradient(&leaf, &mut gradients)),
    ]
}

#[test]
fn activations_are_burns() {
    for (name, ours, theirs) in ACTIVATIONS {
        for len in [1, 3, 4, 10, 17, 50, 101] {
            is_burns(&format!("{name} of {len}"), |by| {
                activation_results([ours, theirs], len, by)
            });
        }
    }
}

/// The largest error in units in the last place of `f`, which computes `exact`, from -12 to 12.
fn largest_error(f: impl Fn(&[f32]) -> Vec<f32>, exact: impl Fn(f64) -> f64) -> f64 {
    let inputs: Vec<f32> = (-1200..=1200).map(|i| i as f32 / 100.0).collect();
    let errors = inputs.iter().zip(f(&inputs)).map(|(x, y)| {
        let exact = exact(f64::from(*x));
        let nearest = exact as f32;
        let ulp = f64::from(nearest.abs().next_up() - nearest.abs());
        (f64::from(y) - exact).abs() / ulp
    });
    errors.fold(0.0, f64::max)
}

#[test]
fn activations_are_exact_to_a_few_units_in_the_last_place() {
    use ops::activation::{sigmoid, tanh};
    use ops::softmax::{log_softmax, softmax};
    let sigmoid_exact = |x: f64| 1.0 / (1.0 + (-x).exp());
    assert!(largest_error(tanh, f64::tanh) < 2.0);
    assert!(largest_error(sigmoid, sigmoid_exact) < 3.0);
    // Of rows of two, x and 0.
    let first = |x: &[f32]| {
        let rows: Vec<f32> = x.iter().flat_map(|x| [*x, 0.0]).collect();
        let output = softmax(&rows, 2);
        output.chunks_exact(2).map(|row| row[0]).collect()
    };
    assert!(largest_error(first, sigmoid_exact) < 3.0);
    let equal = log_softmax(&[1.0; 7], 7);
    assert!(equal.iter().all(|y| (y + 7f32.ln()).abs() < 1e-6));
}

#[test]
fn nan_in_a_row_shows_in_all_of_it() {
    for at in 0..3 {
        let mut row = [0.5, f32::NEG_INFINITY, 2.0];
        row[at] = f32::NAN;
        for output in [
            ops::softmax::softmax(&row, 3),
            ops::softmax::log_softmax(&row, 3),
        ] {
            assert!(output.iter().all(|value| value.is_nan()), "{at}");
        }
    }
}
