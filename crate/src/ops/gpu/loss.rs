//! What a step takes beside its layers: examples, activations, losses, and the count of what was right.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, count, floats, integers};
use super::template::Constants;
use crate::ops::gather::GatherShape;

/// Images and labels of the chosen examples.
pub fn gather_examples(
    packed: &CubeTensor,
    labels: &CubeTensor,
    chosen: &CubeTensor,
    shape: &GatherShape,
) -> [CubeTensor; 2] {
    let all = [
        ("PACKED", count(packed) as usize),
        ("EXAMPLES", shape.examples),
        ("BATCH", shape.batch),
        ("WORDS", shape.words()),
        ("PIXELS", shape.pixels()),
        ("IMAGES", shape.batch * shape.pixels()),
    ];
    let constants = all.map(|(name, value)| (name, value as u32)).to_vec();
    let threads = shape.batch * shape.words();
    let kernel = Kernel::new(include_str!("gather.wgsl"), threads, constants);
    let [channels, height, width] = shape.image;
    let outputs = [
        floats([shape.batch, channels, height, width]),
        integers([shape.batch]),
    ];
    kernel.launch(&[packed, labels, chosen], outputs)
}

/// What is below 0 becomes 0.
pub fn relu(x: &CubeTensor) -> CubeTensor {
    let source = include_str!("relu.wgsl");
    let [output] = fours(source, x).launch(&[x], [floats(x.shape())]);
    output
}

/// Its gradient, by what came out.
pub fn relu_gradient(output: &CubeTensor, gradient: &CubeTensor) -> CubeTensor {
    let source = include_str!("relu_gradient.wgsl");
    let inputs = [output, gradient];
    let [input] = fours(source, output).launch(&inputs, [floats(output.shape())]);
    input
}

/// A kernel whose threads take four numbers each.
fn fours(source: &'static str, x: &CubeTensor) -> Kernel {
    let threads = count(x).div_ceil(4) as usize;
    Kernel::new(source, threads, vec![("COUNT", count(x))])
}

fn sizes(logits: &CubeTensor) -> (usize, Constants) {
    let [batch, classes] = logits.shape().dims();
    let constants = vec![
        ("LOGITS", count(logits)),
        ("BATCH", batch as u32),
        ("CLASSES", classes as u32),
    ];
    (batch, constants)
}

/// Each example's cross-entropy: `[batch]`.
pub fn cross_entropy(logits: &CubeTensor, labels: &CubeTensor) -> CubeTensor {
    let (batch, constants) = sizes(logits);
    let kernel = Kernel::new(include_str!("cross_entropy.wgsl"), batch, constants);
    let [losses] = kernel.launch(&[logits, labels], [floats([batch])]);
    losses
}

/// Its gradient by the logits.
pub fn cross_entropy_gradient(
    logits: &CubeTensor,
    labels: &CubeTensor,
    gradient: &CubeTensor,
) -> CubeTensor {
    let (batch, constants) = sizes(logits);
    let source = include_str!("cross_entropy_gradient.wgsl");
    let kernel = Kernel::new(source, batch, constants);
    let inputs = [logits, labels, gradient];
    let [output] = kernel.launch(&inputs, [floats(logits.shape())]);
    output
}

/// How many examples were right: `[1]`.
pub fn correct_count(logits: &CubeTensor, labels: &CubeTensor) -> CubeTensor {
    let (_, constants) = sizes(logits);
    let kernel = Kernel::new(include_str!("correct_count.wgsl"), 1, constants);
    let [right] = kernel.launch(&[logits, labels], [floats([1])]);
    right
}

/// The sum divided by `by`: `[1]`.
pub fn mean(values: &CubeTensor, by: usize) -> CubeTensor {
    let factor = 1.0 / by as f32;
    let constants = vec![("COUNT", count(values)), ("FACTOR", factor.to_bits())];
    let kernel = Kernel::new(include_str!("mean.wgsl"), 1, constants);
    let [total] = kernel.launch(&[values], [floats([1])]);
    total
}

/// Its gradient: `[elements]`.
pub fn mean_gradient(gradient: &CubeTensor, by: usize, elements: usize) -> CubeTensor {
    let factor = 1.0 / by as f32;
    let constants = vec![("COUNT", elements as u32), ("FACTOR", factor.to_bits())];
    let kernel = Kernel::new(include_str!("broadcast.wgsl"), elements, constants);
    let [output] = kernel.launch(&[gradient], [floats([elements])]);
    output
}
