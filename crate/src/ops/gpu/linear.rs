//! Linear layers on the GPU: three matrix products (GEMM) by one kernel.

use burn_cubecl::tensor::CubeTensor;

use super::epilogue::Epilogue;
use super::kernel::{Kernel, OutputSpec, floats};
use super::partials::{PartialSums, sum_partials};
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
        let split_k = self.k.div_ceil(MAX_LOOP);
        let settings = Settings {
            has_bias: inputs.len() > 2,
            ones_row,
            separate_ones: ones_row && split_k == 1,
        };
        let partials = self.kernel(settings, split_k, &Epilogue::default());
        let PartialSums {
            kernel,
            split_k,
            sums,
        } = partials;
        if split_k == 1 {
            return kernel.launch(inputs, outputs);
        }
        let [partials] = kernel.launch(inputs, [floats([split_k * sums])]);
        sum_partials(&partials, split_k, outputs)
    }

    /// The kernel. It binds both matrices, the bias where there is one, the output, and where ones are separate theirs.
    fn kernel(&self, settings: Settings, split_k: usize, epilogue: &Epilogue) -> PartialSums {
        let Settings {
            has_bias,
            ones_row,
            separate_ones,
        } = settings;
        let k_per_split = self.k.div_ceil(split_k);
        let split_k = self.k.div_ceil(k_per_split);
        let m = self.m + usize::from(ones_row);
        let [tiles_m, tiles_n] = [m, self.n].map(|size| size.div_ceil(4));
        let output_rows = if separate_ones { self.m } else { m };
        let sums = output_rows * self.n;
        let constants = to_constants([
            ("A_LEN", self.m * self.k),
            ("B_LEN", self.k * self.n),
            ("OUTPUT", split_k * sums),
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
            ("BIAS", usize::from(has_bias)),
            ("ONES_ROW", usize::from(ones_row)),
            ("SEPARATE_ONES", usize::from(separate_ones)),
        ]);
        let threads = split_k * tiles_m * tiles_n;
        let bindings = 3 + usize::from(has_bias) + usize::from(separate_ones);
        let kernel = Kernel::new(include_str!("gemm.wgsl"), threads, constants);
        PartialSums {
            kernel: kernel.with_epilogue(epilogue, bindings, split_k * sums),
            split_k,
            sums,
        }
    }
}

/// What a [`Gemm`] adds to its product.
#[derive(Clone, Copy, Debug, Default)]
struct Settings {
    /// Whether a vector is added to each row.
    has_bias: bool,
    /// Whether the first matrix has a last row of ones.
    ones_row: bool,
    /// Whether their products go to an output of their own.
    separate_ones: bool,
}

/// The kernel of a linear layer. It binds inputs, weights, the bias where there is one, and the output.
pub fn forward_kernel(shape: &LinearShape, has_bias: bool, epilogue: &Epilogue) -> Kernel {
    let settings = Settings {
        has_bias,
        ..Settings::default()
    };
    by_weights(shape).kernel(settings, 1, epilogue).kernel
}

/// The kernel of its gradient with respect to the inputs. It binds the output's gradient, the weights and the inputs' gradient.
pub fn input_kernel(shape: &LinearShape, epilogue: &Epilogue) -> Kernel {
    let gemm = by_transposed_weights(shape);
    gemm.kernel(Settings::default(), 1, epilogue).kernel
}

/// The kernel of its gradients with respect to weights and bias: partial sums, those of the weights before those of the bias. It
/// binds inputs, the output's gradient and the sums.
pub fn weight_kernel(shape: &LinearShape, with_bias: bool) -> PartialSums {
    let settings = Settings {
        ones_row: with_bias,
        ..Settings::default()
    };
    let gemm = over_batch(shape);
    let split_k = gemm.k.div_ceil(MAX_LOOP);
    gemm.kernel(settings, split_k, &Epilogue::default())
}

/// The output, `[batch, outputs]`.
pub fn forward(
    x: &CubeTensor,
    weights: &CubeTensor,
    bias: &CubeTensor,
    shape: &LinearShape,
) -> CubeTensor {
    let output = floats([shape.batch, shape.outputs]);
    let [output] = by_weights(shape).launch(&[x, weights, bias], false, [output]);
    output
}

/// The gradient with respect to the inputs, `[batch, inputs]`.
pub fn input_gradient(
    weights: &CubeTensor,
    gradient: &CubeTensor,
    shape: &LinearShape,
) -> CubeTensor {
    let input = floats([shape.batch, shape.inputs]);
    let [input] = by_transposed_weights(shape).launch(&[gradient, weights], false, [input]);
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

fn by_weights(shape: &LinearShape) -> Gemm {
    Gemm {
        m: shape.batch,
        n: shape.outputs,
        k: shape.inputs,
        a_strides: [shape.inputs, 1],
        b_strides: [shape.outputs, 1],
    }
}

fn by_transposed_weights(shape: &LinearShape) -> Gemm {
    Gemm {
        m: shape.batch,
        n: shape.inputs,
        k: shape.outputs,
        a_strides: [shape.outputs, 1],
        b_strides: [1, shape.outputs],
    }
}
