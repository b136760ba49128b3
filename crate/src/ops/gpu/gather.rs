//! Batches on the GPU: examples of a data set whose bytes rest on the device.

use std::fmt::Write;

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, floats, integers};
use super::template::to_constants;
use crate::ops::gather::GatherShape;
use crate::recipe::Normalization;

/// Images, from 0 to 1, and labels of the examples of those indices.
pub fn gather_examples(
    packed: &CubeTensor,
    labels: &CubeTensor,
    indices: &CubeTensor,
    shape: &GatherShape,
) -> [CubeTensor; 2] {
    let [channels, height, width] = shape.image;
    let outputs = [
        floats([shape.batch, channels, height, width]),
        integers([shape.batch]),
    ];
    gather_kernel(shape, None).launch(&[packed, labels, indices], outputs)
}

/// The kernel that gathers examples. It binds packed pixels, labels and indices; images and the batch's labels. With a normalization,
/// each channel's mean is subtracted from its pixels, and they are divided by its standard deviation.
pub fn gather_kernel(shape: &GatherShape, normalization: Option<&Normalization>) -> Kernel {
    let [_, height, width] = shape.image;
    let constants = to_constants([
        ("PACKED", shape.examples * shape.words()),
        ("EXAMPLES", shape.examples),
        ("BATCH", shape.batch),
        ("WORDS", shape.words()),
        ("PIXELS", shape.pixels()),
        ("IMAGES", shape.batch * shape.pixels()),
        ("CHANNEL_PIXELS", height * width),
    ]);
    let threads = shape.batch * shape.words();
    Kernel::new(include_str!("gather.wgsl"), threads, constants)
        .with_lines("//:normalize", normalize_lines(normalization))
}

/// The function `normalize`, of a pixel of a channel.
fn normalize_lines(normalization: Option<&Normalization>) -> String {
    let mut lines = "fn normalize(value: f32, channel: u32) -> f32 {\n".to_owned();
    let Some(Normalization { mean, std }) = normalization else {
        return lines + "    return value;\n}\n";
    };
    for (channel, (mean, std)) in mean.iter().zip(std).enumerate() {
        // Writing to a string cannot fail. Debug output of a number reads as the same number.
        let _ = writeln!(
            lines,
            "    if (channel == {channel}u) {{ return (value - {mean:?}) / {std:?}; }}"
        );
    }
    lines + "    return value;\n}\n"
}
