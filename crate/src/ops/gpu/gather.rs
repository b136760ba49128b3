//! Batches on the GPU: examples of a data set whose bytes rest on the device.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, elements, floats, integers};
use super::template::to_constants;
use crate::ops::gather::GatherShape;

/// Images, from 0 to 1, and labels of the examples of those indices.
pub fn gather_examples(
    packed: &CubeTensor,
    labels: &CubeTensor,
    indices: &CubeTensor,
    shape: &GatherShape,
) -> [CubeTensor; 2] {
    let constants = to_constants([
        ("PACKED", elements(packed) as usize),
        ("EXAMPLES", shape.examples),
        ("BATCH", shape.batch),
        ("WORDS", shape.words()),
        ("PIXELS", shape.pixels()),
        ("IMAGES", shape.batch * shape.pixels()),
    ]);
    let threads = shape.batch * shape.words();
    let kernel = Kernel::new(include_str!("gather.wgsl"), threads, constants);
    let [channels, height, width] = shape.image;
    let outputs = [
        floats([shape.batch, channels, height, width]),
        integers([shape.batch]),
    ];
    kernel.launch(&[packed, labels, indices], outputs)
}
