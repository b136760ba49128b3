//! Linear layers: products of matrices, in the tiles that convolutions use.

use std::borrow::Cow;
use std::mem::MaybeUninit;

use wide::f32x4;

use super::filled::filled;
use super::tile::{LANES, add_channels, load, store};

/// Columns of a tile.
const COLUMNS: usize = 2 * LANES;

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

/// `[batch, outputs]`: the inputs times the weights, plus the bias.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
/// - `weights`: `[inputs, outputs]`
/// - `bias`: `[outputs]`
pub fn forward(shape: &LinearShape, x: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    Product {
        rows: every(batch, inputs),
        steps: every(inputs, 1),
        columns: outputs,
    }
    .of(x, weights, bias)
}

/// The gradient by the inputs, `[batch, inputs]`.
pub fn input_gradient(shape: &LinearShape, weights: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    let turned = turn(weights, inputs, outputs);
    Product {
        rows: every(batch, outputs),
        steps: every(outputs, 1),
        columns: inputs,
    }
    .of(gradient, &turned, &[])
}

/// The gradient by the weights, `[inputs, outputs]`.
pub fn weight_gradient(shape: &LinearShape, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    Product {
        rows: every(inputs, 1),
        steps: every(batch, inputs),
        columns: outputs,
    }
    .of(x, gradient, &[])
}

/// The gradient by the bias, `[outputs]`.
pub fn bias_gradient(shape: &LinearShape, gradient: &[f32]) -> Vec<f32> {
    let mut totals = vec![0.0; shape.outputs];
    for row in gradient.chunks_exact(shape.outputs) {
        for (total, value) in totals.iter_mut().zip(row) {
            *total += value;
        }
    }
    totals
}

fn every(count: usize, step: usize) -> Vec<u32> {
    (0..count).map(|at| (at * step) as u32).collect()
}

/// `[rows, columns]` as `[columns, rows]`.
fn turn(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = vec![0.0; rows * columns];
    let (whole_rows, whole_columns) = (rows / LANES * LANES, columns / LANES * LANES);
    for row in (0..whole_rows).step_by(LANES) {
        for column in (0..whole_columns).step_by(LANES) {
            let four = [0, 1, 2, 3].map(|r| {
                let from = (row + r) * columns + column;
                // SAFETY: sliced to hold a vector.
                unsafe { load(matrix[from..from + LANES].as_ptr()) }
            });
            for (c, four) in f32x4::transpose(four).into_iter().enumerate() {
                let to = (column + c) * rows + row;
                // SAFETY: sliced to hold a vector.
                unsafe { store(four, out[to..to + LANES].as_mut_ptr()) };
            }
        }
    }
    for row in 0..rows {
        let rest = if row < whole_rows { whole_columns } else { 0 };
        for column in rest..columns {
            out[column * rows + row] = matrix[row * columns + column];
        }
    }
    out
}

/// `out[r][c] = bias[c] + Σ_t a[rows[r] + steps[t]] · b[t][c]`
struct Product {
    rows: Vec<u32>,
    steps: Vec<u32>,
    columns: usize,
}

impl Product {
    fn of(&self, a: &[f32], b: &[f32], bias: &[f32]) -> Vec<f32> {
        let padded = self.columns.next_multiple_of(COLUMNS);
        let b = widen(b, self.columns, padded);
        let bias = match bias {
            [] => vec![0.0; padded].into(),
            bias => widen(bias, self.columns, padded),
        };
        let furthest = |numbers: &[u32]| numbers.iter().copied().max().unwrap_or(0) as usize;
        assert!(
            furthest(&self.rows) + furthest(&self.steps) < a.len()
                && b.len() >= self.steps.len() * padded,
            "a product would read past its matrices"
        );
        filled(self.rows.len() * self.columns, |out| {
            let tiles = self.rows.chunks(4).zip(out.chunks_mut(4 * self.columns));
            for (rows, out) in tiles {
                self.tile(rows, a, &b, &bias, out);
            }
        })
    }

    fn tile(&self, rows: &[u32], a: &[f32], b: &[f32], bias: &[f32], out: &mut [MaybeUninit<f32>]) {
        let padded = bias.len();
        // The last row is repeated where there are fewer than four.
        let pixels = [0, 1, 2, 3].map(|r: usize| {
            let row = rows.get(r).or(rows.last()).copied().unwrap_or(0);
            a.as_ptr().wrapping_add(row as usize)
        });
        for first in (0..padded).step_by(COLUMNS) {
            let start = [0, 1].map(|v| {
                let at = first + v * LANES;
                f32x4::new([bias[at], bias[at + 1], bias[at + 2], bias[at + 3]])
            });
            let mut sums = [start; 4];
            // SAFETY: `of` has compared the furthest row and step with the first matrix, and the second has `padded`
            // columns for each step, of which `first` starts a whole tile.
            unsafe {
                let b = b.as_ptr().wrapping_add(first);
                add_channels(&mut sums, pixels, &self.steps, b, padded);
            }
            let columns = COLUMNS.min(self.columns - first);
            for (sums, out) in sums.iter().zip(out.chunks_exact_mut(self.columns)) {
                let out = &mut out[first..first + columns];
                if columns == COLUMNS {
                    // SAFETY: `out` holds two vectors.
                    unsafe {
                        store(sums[0], out.as_mut_ptr().cast());
                        store(sums[1], out.as_mut_ptr().cast::<f32>().add(LANES));
                    }
                } else {
                    let sums = sums.iter().flat_map(|four| four.to_array());
                    for (place, sum) in out.iter_mut().zip(sums) {
                        place.write(sum);
                    }
                }
            }
        }
    }
}

/// Rows of `columns` with zeros behind them up to `padded`.
fn widen(rows: &[f32], columns: usize, padded: usize) -> Cow<'_, [f32]> {
    if columns == padded {
        return rows.into();
    }
    let mut wide = vec![0.0; rows.len() / columns * padded];
    for (row, wide) in rows
        .chunks_exact(columns)
        .zip(wide.chunks_exact_mut(padded))
    {
        wide[..columns].copy_from_slice(row);
    }
    wide.into()
}
