//! Layer normalization: each row by its own mean and variance (J. Ba, J. Kiros, G. Hinton: Layer normalization, 2016).

use wide::f32x4;

use super::norm::sum_of;
use super::shape::assert_shape;

/// The shape of a layer normalization.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNormShape {
    /// Rows.
    pub rows: usize,
    /// Numbers of a row.
    pub embedding: usize,
    /// ε, which is added to a variance before its root is taken.
    pub epsilon: f32,
}

impl LayerNormShape {
    /// A row's mean and 1/√(variance + ε).
    #[inline(always)]
    fn mean_and_scale(&self, row: &[f32]) -> (f32, f32) {
        let len = self.embedding as f32;
        let mean = sum_of(row, row, |x, _| x) / len;
        let centre = f32x4::splat(mean);
        let variance = sum_of(row, row, |x, _| (x - centre) * (x - centre)) / len;
        (mean, 1.0 / (variance + self.epsilon).sqrt())
    }
}

/// The output, `[rows, embedding]`.
///
/// # Shapes
/// - `x`: `[rows, embedding]`
/// - `weight`, `bias`: `[embedding]`
///
/// # Panics
/// Here as in the gradient, where a slice is not as long as its shape says, or rows are empty.
pub fn forward(shape: &LayerNormShape, x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
    let LayerNormShape {
        rows, embedding, ..
    } = *shape;
    assert_shape("x", x, [rows, embedding]);
    assert_shape("weight", weight, [embedding]);
    assert_shape("bias", bias, [embedding]);
    let mut output = Vec::with_capacity(x.len());
    for row in x.chunks_exact(embedding) {
        let (mean, scale) = shape.mean_and_scale(row);
        let numbers = row.iter().zip(weight).zip(bias);
        output.extend(numbers.map(|((x, weight), bias)| (x - mean) * scale * weight + bias));
    }
    output
}

/// The gradients with respect to `x`, `[rows, embedding]`, to the weight and to the bias, `[embedding]` each.
///
/// # Shapes
/// - `x`, `weight`: as [`forward`] takes them
/// - `gradient`: `[rows, embedding]`
pub fn gradient(
    shape: &LayerNormShape,
    x: &[f32],
    weight: &[f32],
    gradient: &[f32],
) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let LayerNormShape {
        rows, embedding, ..
    } = *shape;
    assert_shape("x", x, [rows, embedding]);
    assert_shape("weight", weight, [embedding]);
    assert_shape("gradient", gradient, [rows, embedding]);
    let len = embedding as f32;
    let mut by_x = Vec::with_capacity(x.len());
    let (mut by_weight, mut by_bias) = (vec![0.0; embedding], vec![0.0; embedding]);
    // A row's normalized numbers, and the gradient with respect to them.
    let (mut normalized, mut by_normalized) = (vec![0.0; embedding], vec![0.0; embedding]);
    let rows = x.chunks_exact(embedding);
    for (x, gradient) in rows.zip(gradient.chunks_exact(embedding)) {
        let (mean, scale) = shape.mean_and_scale(x);
        for (normalized, x) in normalized.iter_mut().zip(x) {
            *normalized = (x - mean) * scale;
        }
        for ((to, gradient), weight) in by_normalized.iter_mut().zip(gradient).zip(weight) {
            *to = gradient * weight;
        }
        let numbers = gradient.iter().zip(&normalized);
        let sums = by_weight.iter_mut().zip(&mut by_bias);
        for ((by_weight, by_bias), (gradient, normalized)) in sums.zip(numbers) {
            *by_weight += gradient * normalized;
            *by_bias += gradient;
        }
        let sum = sum_of(&by_normalized, &by_normalized, |g, _| g) / len;
        let product = sum_of(&by_normalized, &normalized, |g, x| g * x) / len;
        let numbers = by_normalized.iter().zip(&normalized);
        by_x.extend(numbers.map(|(g, normalized)| scale * (g - sum - normalized * product)));
    }
    (by_x, by_weight, by_bias)
}
