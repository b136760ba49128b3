//! Activations, element by element.
//!
//! Exponentials and tanh come from `libm`, GELU's from `exponential`: the standard library takes them from the
//! platform's C library, which rounds differently from one system to the next.

use wide::f32x4;

use super::exponential;
use super::shape::assert_shape;
use super::tile::LANES;

/// ReLU. NaN stays NaN.
pub fn relu(input: &[f32]) -> Vec<f32> {
    map(input, |x| if x <= 0.0 { 0.0 } else { x })
}

/// The gradient with respect to the input: the output's, where the output is above 0.
///
/// # Panics
/// Here as in the gradients below, where the slices are not equally long.
pub fn relu_gradient(output: &[f32], gradient: &[f32]) -> Vec<f32> {
    zip(output, gradient, |y, g| if y <= 0.0 { 0.0 } else { g })
}

/// The hyperbolic tangent.
pub fn tanh(input: &[f32]) -> Vec<f32> {
    map(input, libm::tanhf)
}

/// Its gradient, from its output: 1 − y².
pub fn tanh_gradient(output: &[f32], gradient: &[f32]) -> Vec<f32> {
    zip(output, gradient, |y, g| g * (1.0 - y * y))
}

/// The logistic sigmoid, 1 / (1 + e⁻ˣ).
pub fn sigmoid(input: &[f32]) -> Vec<f32> {
    map(input, |x| {
        // The exponential of a negative number does not overflow.
        if x >= 0.0 {
            1.0 / (1.0 + libm::expf(-x))
        } else {
            let e = libm::expf(x);
            e / (1.0 + e)
        }
    })
}

/// Its gradient, from its output: y (1 − y).
pub fn sigmoid_gradient(output: &[f32], gradient: &[f32]) -> Vec<f32> {
    zip(output, gradient, |y, g| g * y * (1.0 - y))
}

/// GELU, x Φ(x) with the normal distribution's Φ (D. Hendrycks, K. Gimpel: Gaussian error linear units, 2016), without its
/// approximation by tanh.
pub fn gelu(input: &[f32]) -> Vec<f32> {
    exponential::map(input, |x| {
        let (cdf, _) = exponential::normal(x);
        x * cdf
    })
}

/// Its gradient, from its input: Φ(x) + x φ(x).
pub fn gelu_gradient(input: &[f32], gradient: &[f32]) -> Vec<f32> {
    assert_shape("gradient", gradient, [input.len()]);
    let slope = |x: f32x4| {
        let (cdf, density) = exponential::normal(x);
        cdf + x * density
    };
    let mut output = exponential::map(input, slope);
    let (fours, rest) = output.as_chunks_mut::<LANES>();
    let (gradients, last) = gradient.as_chunks::<LANES>();
    for (four, gradient) in fours.iter_mut().zip(gradients) {
        *four = (f32x4::new(*four) * f32x4::new(*gradient)).to_array();
    }
    for (slope, gradient) in rest.iter_mut().zip(last) {
        *slope *= gradient;
    }
    output
}

#[inline(always)]
fn map(input: &[f32], f: impl Fn(f32) -> f32) -> Vec<f32> {
    input.iter().map(|x| f(*x)).collect()
}

#[inline(always)]
fn zip(values: &[f32], gradient: &[f32], f: impl Fn(f32, f32) -> f32) -> Vec<f32> {
    assert_shape("gradient", gradient, [values.len()]);
    let pairs = values.iter().zip(gradient);
    pairs
        .map(|(value, gradient)| f(*value, *gradient))
        .collect()
}
