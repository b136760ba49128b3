//! Linear layers: products of matrices, in the tiles that convolutions use.

use std::mem::MaybeUninit;

use wide::{f32x4, f32x8};

use super::filled::filled;
use super::shape::{assert_shape, elements};
use super::tile::{LANES, MORE, PAIR, add_channels, load, store};

/// Columns of a tile.
const COLUMNS: usize = PAIR;

/// Rows of a tile.
const ROWS: usize = 4 * MORE;

/// So many rows at most meet a strip of columns where it stands; for more it is copied first, so that it is read in a
/// straight line each time.
const FEW: usize = 32;

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
    Product {
        rows: every(batch, inputs),
        steps: every(inputs, 1),
        columns: outputs,
    }
    .of(x, Factor::Straight(weights), bias)
}

/// The gradient by the inputs, `[batch, inputs]`.
pub fn input_gradient(shape: &LinearShape, weights: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    assert_shape("weights", weights, [inputs, outputs]);
    assert_shape("gradient", gradient, [batch, outputs]);
    Product {
        rows: every(batch, outputs),
        steps: every(outputs, 1),
        columns: inputs,
    }
    .of(gradient, Factor::Turned(weights), &[])
}

/// The gradient by the weights, `[inputs, outputs]`.
pub fn weight_gradient(shape: &LinearShape, x: &[f32], gradient: &[f32]) -> Vec<f32> {
    let LinearShape {
        batch,
        inputs,
        outputs,
    } = *shape;
    assert_shape("x", x, [batch, inputs]);
    assert_shape("gradient", gradient, [batch, outputs]);
    Product {
        rows: every(inputs, 1),
        steps: every(batch, inputs),
        columns: outputs,
    }
    .of(x, Factor::Straight(gradient), &[])
}

/// The gradient by the bias, `[outputs]`.
pub fn bias_gradient(shape: &LinearShape, gradient: &[f32]) -> Vec<f32> {
    assert_shape("gradient", gradient, [shape.batch, shape.outputs]);
    let mut totals = vec![0.0; shape.outputs];
    for row in gradient.chunks_exact(shape.outputs) {
        for (total, value) in totals.iter_mut().zip(row) {
            *total += value;
        }
    }
    totals
}

fn every(count: usize, step: usize) -> Vec<u32> {
    assert!(
        u32::try_from(elements([count, step])).is_ok(),
        "a matrix is longer than 32 bits can count"
    );
    (0..count).map(|at| (at * step) as u32).collect()
}

/// The second factor of a product.
enum Factor<'a> {
    /// `[terms, columns]`
    Straight(&'a [f32]),
    /// `[columns, terms]`
    Turned(&'a [f32]),
}

impl Factor<'_> {
    fn numbers(&self) -> usize {
        match self {
            Factor::Straight(matrix) | Factor::Turned(matrix) => matrix.len(),
        }
    }

    /// Copies `columns` columns from `first` on, `[terms, COLUMNS]`: next to each other, so that a tile reads them in
    /// a straight line.
    fn strip(&self, first: usize, columns: usize, all: usize, strip: &mut [f32]) {
        let rows = strip.as_chunks_mut::<COLUMNS>().0;
        match self {
            Factor::Straight(matrix) => {
                for (row, strip) in matrix.chunks_exact(all).zip(rows) {
                    strip[..columns].copy_from_slice(&row[first..first + columns]);
                }
            }
            Factor::Turned(matrix) => {
                let terms = rows.len();
                for column in (0..columns).step_by(LANES) {
                    let count = LANES.min(columns - column);
                    let line =
                        |c: usize| &matrix[(first + column + c.min(count - 1)) * terms..][..terms];
                    let lines = [line(0), line(1), line(2), line(3)];
                    let whole = if count == LANES {
                        terms / LANES * LANES
                    } else {
                        0
                    };
                    for term in (0..whole).step_by(LANES) {
                        let fours = lines.map(|line| {
                            // SAFETY: sliced to hold a vector.
                            unsafe { load(line[term..term + LANES].as_ptr()) }
                        });
                        for (t, four) in f32x4::transpose(fours).into_iter().enumerate() {
                            let to = &mut rows[term + t][column..column + LANES];
                            // SAFETY: sliced to hold a vector.
                            unsafe { store(four, to.as_mut_ptr()) };
                        }
                    }
                    for term in whole..terms {
                        for (c, line) in lines.iter().enumerate().take(count) {
                            rows[term][column + c] = line[term];
                        }
                    }
                }
            }
        }
    }
}

/// `out[r][c] = bias[c] + Σ_t a[rows[r] + steps[t]] · b[t][c]`
struct Product {
    rows: Vec<u32>,
    steps: Vec<u32>,
    columns: usize,
}

impl Product {
    fn of(&self, a: &[f32], b: Factor, bias: &[f32]) -> Vec<f32> {
        let furthest = |numbers: &[u32]| numbers.iter().copied().max().unwrap_or(0) as usize;
        assert!(
            furthest(&self.rows) + furthest(&self.steps) < a.len()
                && b.numbers() == self.steps.len() * self.columns,
            "a product would read past its matrices"
        );
        let mut strip = vec![0.0; self.steps.len() * COLUMNS];
        let write = |out: &mut [MaybeUninit<f32>]| {
            // One strip of columns stays in the nearest cache while all rows meet it.
            for first in (0..self.columns).step_by(COLUMNS) {
                let columns = COLUMNS.min(self.columns - first);
                let (from, stride) = match b {
                    Factor::Straight(matrix) if columns == COLUMNS && self.rows.len() <= FEW => {
                        (&matrix[first..], self.columns)
                    }
                    _ => {
                        b.strip(first, columns, self.columns, &mut strip);
                        (strip.as_slice(), COLUMNS)
                    }
                };
                let mut start = [0.0; COLUMNS];
                if let Some(bias) = bias.get(first..first + columns) {
                    start[..columns].copy_from_slice(bias);
                }
                let tiles = self
                    .rows
                    .chunks(ROWS)
                    .zip(out.chunks_mut(ROWS * self.columns));
                for (rows, out) in tiles {
                    let sums = self.tile(rows, a, (from, stride), &start);
                    for (sum, out) in sums.into_iter().zip(out.chunks_exact_mut(self.columns)) {
                        put(sum, &mut out[first..first + columns]);
                    }
                }
            }
        };
        // SAFETY: all rows meet each strip of columns, and the strips are all columns.
        unsafe { filled(elements([self.rows.len(), self.columns]), write) }
    }

    fn tile(
        &self,
        rows: &[u32],
        a: &[f32],
        (strip, stride): (&[f32], usize),
        start: &[f32; COLUMNS],
    ) -> [f32x8; ROWS] {
        // The last row is repeated where there are fewer than a tile has.
        let pixels = std::array::from_fn(|r| {
            let row = rows.get(r).or(rows.last()).copied().unwrap_or(0);
            a.as_ptr().wrapping_add(row as usize)
        });
        let mut sums = [[f32x8::new(*start)]; ROWS];
        // SAFETY: `of` has compared the furthest row and step with the first factor, and a strip has `COLUMNS` numbers
        // for each step, `stride` apart.
        unsafe { add_channels(&mut sums, pixels, &self.steps, strip.as_ptr(), stride) };
        sums.map(|[sum]| sum)
    }
}

/// Writes the first numbers of a pair of vectors, as many as there is room for.
fn put(sums: f32x8, out: &mut [MaybeUninit<f32>]) {
    for (place, sum) in out.iter_mut().zip(sums.to_array()) {
        place.write(sum);
    }
}
