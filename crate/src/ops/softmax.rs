//! Softmax and its logarithm, of rows. The logarithm, which is taken of a few classes' logits, has `libm`'s functions, as in
//! [`super::activation`]; softmax, which attention takes of many rows, has vectors.

use wide::f32x4;

use super::exponential;
use super::norm::sum_of;
use super::shape::assert_shape;
use super::tile::LANES;

/// The softmax of each row of `len` numbers.
///
/// # Panics
/// Here as in the functions below, where the input is not whole rows, or the slices are not equally long.
pub fn softmax(input: &[f32], len: usize) -> Vec<f32> {
    by_row(input, len, |row, output| {
        output.copy_from_slice(row);
        softmax_row(output);
    })
}

/// The softmax of a row, in place.
#[inline(always)]
pub(super) fn softmax_row(row: &mut [f32]) {
    let largest = f32x4::splat(largest(row));
    exponential::update(row, |x| exponential::exp(x - largest));
    let sum = f32x4::splat(sum(row));
    exponential::update(row, |e| e / sum);
}

/// The largest number of a row, where none is NaN.
#[inline(always)]
fn largest(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (fours, rest) = row.as_chunks::<LANES>();
    for four in fours {
        for (lane, x) in lanes.iter_mut().zip(four) {
            *lane = larger(*lane, *x);
        }
    }
    let numbers = lanes.into_iter().chain(rest.iter().copied());
    numbers.fold(f32::NEG_INFINITY, larger)
}

/// Its gradient, from its output: y (g − Σ g y).
pub fn softmax_gradient(output: &[f32], gradient: &[f32], len: usize) -> Vec<f32> {
    assert_shape("gradient", gradient, [output.len()]);
    let mut gradients = gradient.chunks_exact(len.max(1));
    by_row(output, len, |row, result| {
        result.copy_from_slice(gradients.next().unwrap_or_default());
        softmax_gradient_row(result, row, 1.0);
    })
}

/// Replaces a row of the output's gradient by the input's, times a factor.
#[inline(always)]
pub(super) fn softmax_gradient_row(gradient: &mut [f32], output: &[f32], factor: f32) {
    let weighted = sum_of(gradient, output, |g, y| g * y);
    for (g, y) in gradient.iter_mut().zip(output) {
        *g = y * (*g - weighted) * factor;
    }
}

/// The logarithm of the softmax of each row of `len` numbers.
pub fn log_softmax(input: &[f32], len: usize) -> Vec<f32> {
    by_row(input, len, |row, output| {
        let (largest, sum) = exponentials(row, output);
        let log = libm::logf(sum);
        for (output, x) in output.iter_mut().zip(row) {
            *output = (x - largest) - log;
        }
    })
}

/// Its gradient, from its output: g − eʸ Σ g.
pub fn log_softmax_gradient(output: &[f32], gradient: &[f32], len: usize) -> Vec<f32> {
    assert_shape("gradient", gradient, [output.len()]);
    let mut gradients = gradient.chunks_exact(len.max(1));
    by_row(output, len, |row, result| {
        let gradient = gradients.next().unwrap_or_default();
        let total = sum(gradient);
        for ((result, y), g) in result.iter_mut().zip(row).zip(gradient) {
            *result = g - libm::expf(*y) * total;
        }
    })
}

/// Computes an output row from each row of `len` numbers.
#[inline(always)]
fn by_row(input: &[f32], len: usize, mut compute: impl FnMut(&[f32], &mut [f32])) -> Vec<f32> {
    assert!(
        input.len().is_multiple_of(len),
        "{} numbers in rows of {len}",
        input.len()
    );
    let mut output = vec![0.0; input.len()];
    let rows = input.chunks_exact(len.max(1));
    for (row, output) in rows.zip(output.chunks_exact_mut(len.max(1))) {
        compute(row, output);
    }
    output
}

/// Writes the exponentials of a row's numbers less the largest one. Returns the largest, and the sum of the exponentials. NaN in the
/// row shows in the sum.
pub(super) fn exponentials(row: &[f32], output: &mut [f32]) -> (f32, f32) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for (output, x) in output.iter_mut().zip(row) {
        *output = libm::expf(x - largest);
    }
    (largest, sum(output))
}

/// The sum of a slice, in eight vectors of four lanes.
pub(super) fn sum(values: &[f32]) -> f32 {
    let mut sums = [f32x4::ZERO; 8];
    let (chunks, rest) = values.as_chunks::<{ 8 * LANES }>();
    for chunk in chunks {
        for (sum, four) in sums.iter_mut().zip(chunk.as_chunks::<LANES>().0) {
            *sum += f32x4::new(*four);
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let mut sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    let (fours, rest) = rest.as_chunks::<LANES>();
    for four in fours {
        sum += f32x4::new(*four);
    }
    let [a, b, c, d] = sum.to_array();
    ((a + c) + (b + d)) + rest.iter().sum::<f32>()
}
