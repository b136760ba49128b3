//! ReLU on the GPU.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, elements, floats};

/// ReLU.
pub fn relu(x: &CubeTensor) -> CubeTensor {
    let source = concat!(include_str!("nan.wgsl"), include_str!("relu.wgsl"));
    let [output] = elementwise(source, x).launch(&[x], [floats(x.shape())]);
    output
}

/// Its gradient, from its output.
pub fn relu_gradient(output: &CubeTensor, gradient: &CubeTensor) -> CubeTensor {
    let source = include_str!("relu_gradient.wgsl");
    let inputs = [output, gradient];
    let [input] = elementwise(source, output).launch(&inputs, [floats(output.shape())]);
    input
}

/// A kernel whose threads compute four elements each.
fn elementwise(source: &'static str, x: &CubeTensor) -> Kernel {
    let threads = elements(x).div_ceil(4) as usize;
    Kernel::new(source, threads, vec![("COUNT", elements(x))])
}
