//! Muon: the step of each hidden layer's weights is made orthogonal.
//!
//! K. Jordan, Y. Jin, V. Boza, J. You, F. Cesista, L. Newhouse, J. Bernstein: Muon, an optimizer for hidden layers in neural networks, 2024. With the
//! constants of PyTorch's `torch.optim.Muon`, in 32 bits. What is no matrix and the head are trained by SGD with the same momentum.

use burn::tensor::Tensor;

use crate::ops::{concat, linear, split};
use crate::zoo::graph::freeze::layer_of;
use crate::zoo::parameters::Slot;

/// Newton–Schulz iterations.
const ITERATIONS: usize = 5;
/// The polynomial of an iteration, a X + (b A + c A²) X with A = X Xᵀ.
const COEFFICIENTS: [f64; 3] = [3.4445, -4.775, 2.0315];
/// The least norm that a matrix is divided by.
const EPSILON: f64 = 1e-7;

/// A parameter's part of the flat vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    len: usize,
    /// The matrix that is made orthogonal; nothing for a parameter that stays as it is.
    matrix: Option<Matrix>,
}

/// A weight as a matrix. A filter is a row.
#[derive(Clone, Debug, PartialEq)]
struct Matrix {
    rows: usize,
    columns: usize,
    /// What its step is multiplied by, √(outputs / inputs) where there are more outputs.
    scale: f64,
}

/// The parts of the flat vector. `head` is the layer whose weights are left to SGD.
pub fn parts(slots: &[Slot], head: &str) -> Vec<Part> {
    let part = |slot: &Slot| {
        let is_head = layer_of(&slot.name) == head;
        let is_hidden = slot.is_weight && slot.shape.len() > 1 && !is_head && !slot.is_frozen;
        let rows = slot.shape.first().copied().unwrap_or(1);
        let columns = slot.len() / rows.max(1);
        // A linear layer's weight is `[in, out]`.
        let [outputs, inputs] = if slot.linear {
            [columns, rows]
        } else {
            [rows, columns]
        };
        Part {
            len: slot.len(),
            matrix: is_hidden.then(|| Matrix {
                rows,
                columns,
                scale: (outputs as f64 / inputs as f64).max(1.0).sqrt(),
            }),
        }
    };
    slots.iter().map(part).collect()
}

/// The step with its matrices made orthogonal.
///
/// # Shapes
/// - `step`, output: `[parameters]`
pub fn orthogonalized(step: Tensor<1>, parts: &[Part]) -> Tensor<1> {
    let steps = split(step, parts.iter().map(|part| part.len).collect());
    let steps = steps.into_iter().zip(parts);
    let steps = steps.map(|(step, part)| match &part.matrix {
        Some(matrix) => {
            let step = step.reshape([matrix.rows, matrix.columns]);
            (orthogonal(step) * matrix.scale).reshape([part.len])
        }
        None => step,
    });
    concat(steps.collect())
}

/// Nearly the orthogonal matrix that is nearest to `x`: its singular values come to lie about 1.
///
/// # Shapes
/// - `x`, output: `[rows, columns]`
fn orthogonal(x: Tensor<2>) -> Tensor<2> {
    let [rows, columns] = x.dims();
    // The products are smaller where there are fewer rows than columns.
    if rows > columns {
        return orthogonal(x.transpose()).transpose();
    }
    let [a, b, c] = COEFFICIENTS;
    let norm = (x.clone() * x.clone()).sum().sqrt().clamp_min(EPSILON);
    let mut x = x / norm.reshape([1, 1]);
    for _ in 0..ITERATIONS {
        let gram = product(x.clone(), x.clone().transpose());
        let polynomial = gram.clone() * b + product(gram.clone(), gram) * c;
        x = x.clone() * a + product(polynomial, x);
    }
    x
}

/// The product of two matrices, by the kernels of linear layers: their sums have one order everywhere.
fn product(a: Tensor<2>, b: Tensor<2>) -> Tensor<2> {
    let [_, columns] = b.dims();
    let bias = Tensor::zeros([columns], &b.device());
    linear(a, b, bias)
}
