//! Linear layers: matrix products (GEMM), in the register tiles of convolution.

use std::mem::MaybeUninit;

use wide::f32x8;

use super::shape::{assert_shape, elements};
use super::tile::{AVX_FACTOR, PAIR, accumulate_channels, store_first};
use super::transpose::transpose;
use super::uninit::filled;

/// Columns of a tile.
const TILE_N: usize = PAIR;

/// Rows of a tile.
const TILE_M: usize = 4 * AVX_FACTOR;

/// The most rows for which a panel of columns is read where it is. For more it is packed first, so that each row reads it in a
/// straight line.
const MAX_ROWS_UNPACKED: usize = 32;

/// A linear layer on a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearShape {
    /// Examples.
    pub batch: usize,
    /// Inputs of an example.
    pub inputs: usize,
    /// Outputs of an example.
    pub outputs: usize,
}

/// The output, `[batch, outputs]`: the inputs times the weights, plus the bias.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
/// - `weights`: `[inputs, outputs]`
/// - `bias`: `[outputs]`
///
/// # Panics
/// Here as in the gradients, where a slice is not as long as its shape says.
pub fn forward(shape: &LinearShape, x: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    assert_shape("x", x, [batch, inputs]);
    assert_shape("weights", weights, [inputs, outputs]);
    assert_shape("bias", bias, [outputs]);
    Gemm {
        rows: offsets(batch, inputs),
        reduction: offsets(inputs, 1),
        columns: outputs,
    }
    .multiply(x, Matrix::RowMajor(weights), bias)
}

/// The gradient with respect to the inputs, `[batch, inputs]`.
pub fn input_gradient(shape: &LinearShape, weights: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    assert_shape("weights", weights, [inputs, outputs]);
    assert_shape("gradient", gradient, [batch, outputs]);
    Gemm {
        rows: offsets(batch, outputs),
        reduction: offsets(outputs, 1),
        columns: inputs,
    }
    .multiply(gradient, Matrix::Transposed(weights), &[])
}

/// The gradient with respect to the weights, `[inputs, outputs]`.
pub fn weight_gradient(shape: &LinearShape, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    assert_shape("x", x, [batch, inputs]);
    assert_shape("gradient", gradient, [batch, outputs]);
    Gemm {
        rows: offsets(inputs, 1),
        reduction: offsets(batch, inputs),
        columns: outputs,
    }
    .multiply(x, Matrix::RowMajor(gradient), &[])
}

/// The gradient with respect to the bias, `[outputs]`.
pub fn bias_gradient(shape: &LinearShape, gradient: &[f32]) -> Vec<f32> {
    assert_shape("gradient", gradient, [shape.batch, shape.outputs]);
    let mut sums = vec![0.0; shape.outputs];
    for row in gradient.chunks_exact(shape.outputs) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    sums
}

/// The offsets of `count` elements, `stride` apart.
fn offsets(count: usize, stride: usize) -> Vec<u32> {
    assert!(
        u32::try_from(elements([count, stride])).is_ok(),
        "a matrix is longer than 32 bits can count"
    );
    (0..count).map(|index| (index * stride) as u32).collect()
}

/// The second matrix of a product.
enum Matrix<'a> {
    /// `[k, n]`
    RowMajor(&'a [f32]),
    /// `[n, k]`
    Transposed(&'a [f32]),
}

impl Matrix<'_> {
    fn len(&self) -> usize {
        match self {
            Matrix::RowMajor(values) | Matrix::Transposed(values) => values.len(),
        }
    }

    /// Packs `columns` of the matrix's `n` columns, from `first` on, into a panel, `[k, TILE_N]`, which a tile reads in a straight
    /// line.
    fn pack_panel(&self, first: usize, columns: usize, n: usize, panel: &mut [f32]) {
        match self {
            Matrix::RowMajor(values) => {
                let rows = panel.as_chunks_mut::<TILE_N>().0;
                for (from, to) in values.chunks_exact(n).zip(rows) {
                    to[..columns].copy_from_slice(&from[first..first + columns]);
                }
            }
            Matrix::Transposed(values) => {
                let k_len = panel.len() / TILE_N;
                let values = &values[first * k_len..][..columns * k_len];
                transpose(values, k_len, panel, TILE_N);
            }
        }
    }
}

/// `output[r][c] = bias[c] + Σ_k a[rows[r] + reduction[k]] · b[k][c]`
struct Gemm {
    rows: Vec<u32>,
    reduction: Vec<u32>,
    columns: usize,
}

impl Gemm {
    fn multiply(&self, a: &[f32], b: Matrix, bias: &[f32]) -> Vec<f32> {
        let largest = |offsets: &[u32]| offsets.iter().copied().max().unwrap_or(0) as usize;
        assert!(
            largest(&self.rows) + largest(&self.reduction) < a.len()
                && b.len() == self.reduction.len() * self.columns,
            "a product would read past its matrices"
        );
        let mut panel = vec![0.0; self.reduction.len() * TILE_N];
        let write = |output: &mut [MaybeUninit<f32>]| {
            // A panel of columns stays in the L1 cache while all rows are multiplied by it.
            for first in (0..self.columns).step_by(TILE_N) {
                let columns = TILE_N.min(self.columns - first);
                let (panel, stride) = match b {
                    Matrix::RowMajor(values)
                        if columns == TILE_N && self.rows.len() <= MAX_ROWS_UNPACKED =>
                    {
                        (&values[first..], self.columns)
                    }
                    _ => {
                        b.pack_panel(first, columns, self.columns, &mut panel);
                        (panel.as_slice(), TILE_N)
                    }
                };
                let mut start = [0.0; TILE_N];
                if let Some(bias) = bias.get(first..first + columns) {
                    start[..columns].copy_from_slice(bias);
                }
                let tiles = self
                    .rows
                    .chunks(TILE_M)
                    .zip(output.chunks_mut(TILE_M * self.columns));
                for (rows, output) in tiles {
                    let sums = self.tile(rows, a, (panel, stride), &start);
                    for (sum, output) in sums.into_iter().zip(output.chunks_exact_mut(self.columns))
                    {
                        write_row(sum, &mut output[first..first + columns]);
                    }
                }
            }
        };
        // SAFETY: all rows are multiplied by each panel, and the panels are all columns.
        unsafe { filled(elements([self.rows.len(), self.columns]), write) }
    }

    fn tile(
        &self,
        rows: &[u32],
        a: &[f32],
        (panel, stride): (&[f32], usize),
        start: &[f32; TILE_N],
    ) -> [f32x8; TILE_M] {
        // The last row is repeated where there are fewer than a tile has.
        let pointers = std::array::from_fn(|r| {
            let row = rows.get(r).or(rows.last()).copied().unwrap_or(0);
            a.as_ptr().wrapping_add(row as usize)
        });
        let mut sums = [[f32x8::new(*start)]; TILE_M];
        // SAFETY: `multiply` has compared the largest offsets with the length of `a`, and a panel has `TILE_N` numbers for each
        // step of the reduction, `stride` apart.
        unsafe {
            accumulate_channels(&mut sums, pointers, &self.reduction, panel.as_ptr(), stride);
        }
        sums.map(|[sum]| sum)
    }
}

/// Writes the first sums of a row, as many as the output has.
fn write_row(sums: f32x8, output: &mut [MaybeUninit<f32>]) {
    // SAFETY: a tile's columns are at most eight.
    unsafe { store_first(sums, output.as_mut_ptr().cast(), output.len().min(TILE_N)) };
}
