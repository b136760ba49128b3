//! Softmax and its logarithm, of rows. The exponentials and logarithms are `libm`'s, as in [`super::activation`].

use wide::f32x4;

use super::shape::assert_shape;
use super::tile::LANES;

/// The softmax of each row of `len` numbers.
///
/// # Panics
/// Here as in the functions below, where the input is not whole rows, or the slices are not equally long.
pub fn softmax(input: &[f32], len: usize) -> Vec<f32> {
    by_row(input, len, |row, output| {
        let (_, sum) = exponentials(row, output);
        scale(output, |e| e / f32x4::splat(sum), |e| e / sum);
    })
}

/// Its gradient, from its output: y (g − Σ g y).
pub fn softmax_gradient(output: &[f32], gradient: &[f32], len: usize) -> Vec<f32> {
    assert_shape("gradient", gradient, [output.len()]);
    let mut gradients = gradient.chunks_exact(len.max(1));
    by_row(output, len, |row, result| {
        let gradient = gradients.next().unwrap_or_default();
        for ((result, y), g) in result.iter_mut().zip(row).zip(gradient) {
            *result = y * g;
        }
        let weighted = sum(result);
        for ((result, y), g) in result.iter_mut().zip(row).zip(gradient) {
            *result = y * (g - weighted);
        }
    })
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

/// Scales a row in vectors, and what is left of it one by one.
#[inline(always)]
fn scale(row: &mut [f32], vector: impl Fn(f32x4) -> f32x4, one: impl Fn(f32) -> f32) {
    let (chunks, rest) = row.as_chunks_mut::<LANES>();
    for chunk in chunks {
        *chunk = vector(f32x4::new(*chunk)).to_array();
    }
    for value in rest {
        *value = one(*value);
    }
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
