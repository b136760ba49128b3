//! The rectified linear unit.

use super::shape::assert_shape;

/// ReLU. NaN stays NaN.
pub fn relu(input: &[f32]) -> Vec<f32> {
    input
        .iter()
        .map(|x| if *x <= 0.0 { 0.0 } else { *x })
        .collect()
}

/// The gradient with respect to the input: the output's, where the output is above 0.
pub fn relu_gradient(output: &[f32], gradient: &[f32]) -> Vec<f32> {
    assert_shape("gradient", gradient, [output.len()]);
    let pairs = output.iter().zip(gradient);
    pairs
        .map(|(output, gradient)| if *output <= 0.0 { 0.0 } else { *gradient })
        .collect()
}
