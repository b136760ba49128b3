//! Linear layers on the GPU: three matrix products (GEMM) by one kernel.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, OutputSpec, elements, floats};
use super::partials::sum_partials;
use super::template::to_constants;
use crate::ops::linear::LinearShape;

/// The longest loop of a thread: longer sums are split over several (split-K).
const MAX_LOOP: usize = 1000;

/// A matrix product, `[m, k]` times `[k, n]`, both read by strides.
struct Gemm {
    m: usize,
    n: usize,
    k: usize,
    /// Strides of the first matrix along m and k.
    a_strides: [usize; 2],
    /// Strides of the second matrix along k and n.
    b_strides: [usize; 2],
}

impl Gemm {
    /// Computes the product. With `ones_row`, a row of ones is appended to the first matrix: its products, the sums of the second
    /// matrix's columns, are the second output.
    fn launch<const N: usize>(
        &self,
        inputs: &[&CubeTensor],
        ones_row: bool,
        outputs: [OutputSpec; N],
    ) -> [CubeTensor; N] {
        let k_per_split = self.k.div_ceil(self.k.div_ceil(MAX_LOOP));
        let split_k = self.k.div_ceil(k_per_split);
        let m = self.m + usize::from(ones_row);
        let [tiles_m, tiles_n] = [m, self.n].map(|size| size.div_ceil(4));
        let separate_ones = ones_row && split_k == 1;
        let output_rows = if separate_ones { self.m } else { m };
        let output = split_k * output_rows * self.n;
        let constants = to_constants([
            ("A_LEN", elements(inputs[0]) as usize),
            ("B_LEN", elements(inputs[1]) as usize),
            ("OUTPUT", output),
            ("A_ROWS", self.m),
            ("M", m),
            ("N", self.n),
            ("K", self.k),
            ("A_STRIDE_M", self.a_strides[0]),
            ("A_STRIDE_K", self.a_strides[1]),
            ("B_STRIDE_K", self.b_strides[0]),
            ("B_STRIDE_N", self.b_strides[1]),
            ("TILES_M", tiles_m),
            ("TILES_N", tiles_n),
            ("K_PER_SPLIT", k_per_split),
            ("BIAS", inputs.len() - 2),
            ("ONES_ROW", usize::from(ones_row)),
            ("SEPARATE_ONES", usize::from(separate_ones)),
        ]);
        let threads = split_k * tiles_m * tiles_n;
        let kernel = Kernel::new(include_str!("gemm.wgsl"), threads, constants);
        if split_k == 1 {
            return kernel.launch(inputs, outputs);
        }
        let [partials] = kernel.launch(inputs, [floats([output])]);
        sum_partials(&partials, split_k, outputs)
    }
}

/// The output, `[batch, outputs]`.
pub fn forward(
    x: &CubeTensor,
    weights: &CubeTensor,
    bias: &CubeTensor,
    shape: &LinearShape,
) -> CubeTensor {
    let gemm = Gemm {
        m: shape.batch,
        n: shape.outputs,
        k: shape.inputs,
        a_strides: [shape.inputs, 1],
        b_strides: [shape.outputs, 1],
    };
    let output = floats([shape.batch, shape.outputs]);
    let [output] = gemm.launch(&[x, weights, bias], false, [output]);
    output
}

/// The gradient with respect to the inputs, `[batch, inputs]`.
pub fn input_gradient(
    weights: &CubeTensor,
    gradient: &CubeTensor,
    shape: &LinearShape,
) -> CubeTensor {
    let gemm = Gemm {
        m: shape.batch,
        n: shape.inputs,
        k: shape.outputs,
        a_strides: [shape.outputs, 1],
        b_strides: [1, shape.outputs],
    };
    let input = floats([shape.batch, shape.inputs]);
    let [input] = gemm.launch(&[gradient, weights], false, [input]);
    input
}

/// The gradient with respect to the weights, `[inputs, outputs]`.
pub fn weight_gradient(x: &CubeTensor, gradient: &CubeTensor, shape: &LinearShape) -> CubeTensor {
    let output = floats([shape.inputs, shape.outputs]);
    let [weight_gradient] = over_batch(shape).launch(&[x, gradient], false, [output]);
    weight_gradient
}

/// The gradients with respect to the weights, `[inputs, outputs]`, and to the bias, `[outputs]`.
pub fn parameter_gradients(
    x: &CubeTensor,
    gradient: &CubeTensor,
    shape: &LinearShape,
) -> (CubeTensor, CubeTensor) {
    let outputs = [
        floats([shape.inputs, shape.outputs]),
        floats([shape.outputs]),
    ];
    let [weight_gradient, bias_gradient] = over_batch(shape).launch(&[x, gradient], true, outputs);
    (weight_gradient, bias_gradient)
}

/// The product whose sums are over the batch: transposed inputs times gradient.
fn over_batch(shape: &LinearShape) -> Gemm {
    Gemm {
        m: shape.inputs,
        n: shape.outputs,
        k: shape.batch,
        a_strides: [1, shape.inputs],
        b_strides: [shape.outputs, 1],
    }
}
