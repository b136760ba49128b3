//! Linear layers on the GPU: three matrix products (GEMM).
//!
//! [`candidates`] lists what can compute a pass, best first by a rule of thumb, and the builders take one of these.

use burn_cubecl::tensor::CubeTensor;

use super::adapter::Adapter;
use super::conv::Pass;
use super::epilogue::Epilogue;
use super::gemm::{Algorithm, Gemm, Settings};
use super::kernel::{Kernel, OutputSpec, floats};
use super::partials::{PartialSums, sum_partials};
use crate::ops::linear::LinearShape;

/// The longest loop of a thread: longer sums are split over several (split-K).
const MAX_LOOP: usize = 1000;

/// The fewest products of a sum that are worth splitting off.
const MIN_LOOP: usize = 64;

/// The most numbers of all partial sums of a layer: 4 MiB.
const MAX_PARTIALS: usize = 1 << 20;

/// How a pass of a layer is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The kernel.
    pub algorithm: Algorithm,
    /// The fewest threads that keep the adapter busy.
    pub wanted_threads: usize,
}

/// What can compute a pass on an adapter, best first by a rule of thumb: on a card, tiles in workgroup memory; on a software adapter,
/// whose workgroup memory is no faster than its buffers, what reads these. There is always one.
pub fn candidates(pass: Pass, shape: &LinearShape, adapter: &Adapter) -> Vec<Choice> {
    let gemm = match pass {
        Pass::Forward => by_weights(shape),
        Pass::Input => by_transposed_weights(shape),
        Pass::Weights => over_batch(shape),
    };
    // By the weights with the row of ones.
    let rows = gemm.m + usize::from(pass == Pass::Weights);
    let tiled_for = match pass {
        // Split-K gives enough threads, whatever the tile.
        Pass::Weights => Adapter {
            wanted_threads: 0,
            ..*adapter
        },
        Pass::Forward | Pass::Input => *adapter,
    };
    let gemm = Gemm { m: rows, ..gemm };
    let tiles = gemm.tiles(&tiled_for).into_iter();
    let mut algorithms: Vec<Algorithm> = tiles.map(Algorithm::Tiled).collect();
    let plain = if adapter.is_software() {
        0
    } else {
        algorithms.len()
    };
    algorithms.insert(plain, gemm.plain(tiled_for.wanted_threads));
    let choice = |algorithm| Choice {
        algorithm,
        wanted_threads: adapter.wanted_threads,
    };
    algorithms.into_iter().map(choice).collect()
}

/// The first of the [`candidates`].
#[cfg(test)]
pub fn choose(pass: Pass, shape: &LinearShape, adapter: &Adapter) -> Choice {
    candidates(pass, shape, adapter)[0]
}

impl Gemm {
    /// Computes the product by the plain kernel. With `ones_row`, a row of ones is appended to the first matrix: its products, the
    /// sums of the second matrix's columns, are the second output.
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
        let m = self.m + usize::from(ones_row);
        let plain = Gemm { m, ..*self }.plain(Adapter::SOFTWARE.wanted_threads);
        let partials = self.kernel(plain, settings, split_k, &Epilogue::default());
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
}

/// The kernel of a linear layer. It binds inputs, weights, the bias where there is one, and the output.
pub fn forward_kernel(
    shape: &LinearShape,
    choice: Choice,
    has_bias: bool,
    epilogue: &Epilogue,
) -> Kernel {
    let settings = Settings {
        has_bias,
        ..Settings::default()
    };
    let gemm = by_weights(shape);
    gemm.kernel(choice.algorithm, settings, 1, epilogue).kernel
}

/// The kernel of its gradient with respect to the inputs. It binds the output's gradient, the weights and the inputs' gradient.
pub fn input_kernel(shape: &LinearShape, choice: Choice, epilogue: &Epilogue) -> Kernel {
    let gemm = by_transposed_weights(shape);
    let settings = Settings::default();
    gemm.kernel(choice.algorithm, settings, 1, epilogue).kernel
}

/// The kernel of its gradients with respect to weights and bias: partial sums, those of the weights before those of the bias. It
/// binds inputs, the output's gradient and the sums.
pub fn weight_kernel(shape: &LinearShape, choice: Choice, with_bias: bool) -> PartialSums {
    let settings = Settings {
        ones_row: with_bias,
        ..Settings::default()
    };
    let gemm = over_batch(shape);
    let m = gemm.m + usize::from(with_bias);
    let threads = Gemm { m, ..gemm }.threads(choice.algorithm);
    let wanted = choice.wanted_threads / threads;
    let most = (gemm.k / MIN_LOOP).min(MAX_PARTIALS / (m * gemm.n));
    let split_k = gemm.k.div_ceil(MAX_LOOP).max(wanted.min(most));
    gemm.kernel(choice.algorithm, settings, split_k, &Epilogue::default())
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

#[cfg(test)]
mod tests;
