//! The rectified linear unit.

use super::shape::assert_shape;

/// What is above 0, and 0 elsewhere. What is no number stays so.
pub fn relu(input: &[f32]) -> Vec<f32> {
    input
        .iter()
        .map(|x| if *x <= 0.0 { 0.0 } else { *x })
        .collect()
}

/// The gradient by the input, where the output was above 0.
pub fn relu_gradient(output: &[f32], gradient: &[f32]) -> Vec<f32> {
    assert_shape("gradient", gradient, [output.len()]);
    let pairs = output.iter().zip(gradient);
    pairs
        .map(|(out, gradient)| if *out <= 0.0 { 0.0 } else { *gradient })
        .collect()
}
