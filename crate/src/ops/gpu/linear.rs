//! Linear layers on the GPU: three products of matrices by one kernel.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Form, Kernel, count, floats};
use super::parts::sum_parts;
use crate::ops::linear::LinearShape;

/// The longest loop of a thread: longer sums are cut into slices.
const LOOP: usize = 1000;

/// `[rows, steps]` times `[steps, columns]`, by strides.
struct Product {
    rows: usize,
    columns: usize,
    steps: usize,
    /// From row to row and from step to step of the first matrix.
    a: [usize; 2],
    /// From step to step and from column to column of the second.
    b: [usize; 2],
}

impl Product {
    /// The product; with `ones`, the first matrix has a last row of ones, whose products are the second output.
    fn of<const N: usize>(
        &self,
        inputs: &[&CubeTensor],
        ones: bool,
        outputs: [Form; N],
    ) -> [CubeTensor; N] {
        let slice = self.steps.div_ceil(self.steps.div_ceil(LOOP));
        let slices = self.steps.div_ceil(slice);
        let rows = self.rows + usize::from(ones);
        let [row_tiles, column_tiles] = [rows, self.columns].map(|all| all.div_ceil(4));
        let apart = ones && slices == 1;
        let written = if apart { self.rows } else { rows };
        let output = slices * written * self.columns;
        let constants = [
            ("A_LEN", count(inputs[0]) as usize),
            ("B_LEN", count(inputs[1]) as usize),
            ("OUTPUT", output),
            ("A_ROWS", self.rows),
            ("ROWS", rows),
            ("COLUMNS", self.columns),
            ("STEPS", self.steps),
            ("A_ROW", self.a[0]),
            ("A_STEP", self.a[1]),
            ("B_STEP", self.b[0]),
            ("B_COLUMN", self.b[1]),
            ("ROW_TILES", row_tiles),
            ("COLUMN_TILES", column_tiles),
            ("SLICE", slice),
            ("BIAS", inputs.len() - 2),
            ("ONES", usize::from(ones)),
            ("APART", usize::from(apart)),
        ];
        let constants = constants.map(|(name, value)| (name, value as u32)).to_vec();
        let threads = slices * row_tiles * column_tiles;
        let kernel = Kernel::new(include_str!("product.wgsl"), threads, constants);
        if slices == 1 {
            return kernel.launch(inputs, outputs);
        }
        let [partial] = kernel.launch(inputs, [floats([output])]);
        sum_parts(&partial, slices, outputs)
    }
}

/// `[batch, outputs]`.
pub fn forward(
    x: &CubeTensor,
    weights: &CubeTensor,
    bias: &CubeTensor,
    shape: &LinearShape,
) -> CubeTensor {
    let product = Product {
        rows: shape.batch,
        columns: shape.outputs,
        steps: shape.inputs,
        a: [shape.inputs, 1],
        b: [shape.outputs, 1],
    };
    let output = floats([shape.batch, shape.outputs]);
    let [output] = product.of(&[x, weights, bias], false, [output]);
    output
}

/// The gradient by the inputs, `[batch, inputs]`.
pub fn input_gradient(
    weights: &CubeTensor,
    gradient: &CubeTensor,
    shape: &LinearShape,
) -> CubeTensor {
    let product = Product {
        rows: shape.batch,
        columns: shape.inputs,
        steps: shape.outputs,
        a: [shape.outputs, 1],
        b: [1, shape.outputs],
    };
    let input = floats([shape.batch, shape.inputs]);
    let [input] = product.of(&[gradient, weights], false, [input]);
    input
}

/// The gradient by the weights, `[inputs, outputs]`.
pub fn weight_gradient(x: &CubeTensor, gradient: &CubeTensor, shape: &LinearShape) -> CubeTensor {
    let by_weights = floats([shape.inputs, shape.outputs]);
    let [by_weights] = over_batch(shape).of(&[x, gradient], false, [by_weights]);
    by_weights
}

/// The gradients by the weights, `[inputs, outputs]`, and by the bias, `[outputs]`.
pub fn parameter_gradients(
    x: &CubeTensor,
    gradient: &CubeTensor,
    shape: &LinearShape,
) -> (CubeTensor, CubeTensor) {
    let outputs = [
        floats([shape.inputs, shape.outputs]),
        floats([shape.outputs]),
    ];
    let [by_weights, by_bias] = over_batch(shape).of(&[x, gradient], true, outputs);
    (by_weights, by_bias)
}

fn over_batch(shape: &LinearShape) -> Product {
    Product {
        rows: shape.inputs,
        columns: shape.outputs,
        steps: shape.batch,
        a: [1, shape.inputs],
        b: [shape.outputs, 1],
    }
}
