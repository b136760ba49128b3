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

/// The kernel that normalizes images, as [`gather_kernel`] does. It binds images and output, `[batch, channels, height, width]`.
pub fn normalize_kernel(batch: usize, image: [usize; 3], normalization: &Normalization) -> Kernel {
    let [channels, height, width] = image;
    let images = batch * channels * height * width;
    let constants = to_constants([
        ("IMAGES", images),
        ("CHANNELS", channels),
        ("CHANNEL_PIXELS", height * width),
    ]);
    Kernel::new(include_str!("normalize_images.wgsl"), images, constants)
        .with_lines("//:normalize", normalize_lines(Some(normalization)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::gpu::testing::Binding::{Output, ReadIntegers};
    use crate::ops::gpu::testing::{assert_close, run};

    #[test]
    fn images_are_normalized_by_channel() {
        for image in [[1, 3, 3], [3, 2, 3]] {
            let pixels = image.iter().product::<usize>();
            let shape = GatherShape {
                examples: 4,
                batch: 3,
                image,
            };
            let bytes: Vec<Vec<u8>> = (0..4)
                .map(|example| {
                    (0..pixels)
                        .map(|at| (example * 53 + at * 37) as u8)
                        .collect()
                })
                .collect();
            let packed: Vec<i32> = bytes
                .iter()
                .flat_map(|example| {
                    let mut example = example.clone();
                    example.resize(4 * shape.words(), 255);
                    let words: Vec<i32> = example
                        .chunks_exact(4)
                        .map(|word| i32::from_le_bytes(word.try_into().unwrap()))
                        .collect();
                    words
                })
                .collect();
            let normalization = Normalization {
                mean: [0.25, 0.5, 0.125][..image[0]].to_vec(),
                std: [0.5, 0.2, 2.0][..image[0]].to_vec(),
            };
            let indices = [2, 0, 2];
            let bindings = [
                ReadIntegers(&packed),
                ReadIntegers(&[7, 8, 9, 6]),
                ReadIntegers(&indices),
                Output(3 * pixels),
                Output(3),
            ];
            let kernel = gather_kernel(&shape, Some(&normalization));
            let [images, labels] = run(&kernel, &bindings).try_into().unwrap();
            let expected = indices.iter().flat_map(|example| {
                bytes[*example as usize]
                    .iter()
                    .enumerate()
                    .map(|(at, byte)| {
                        let channel = at / (image[1] * image[2]);
                        let Normalization { mean, std } = &normalization;
                        (f32::from(*byte) / 255.0 - mean[channel]) / std[channel]
                    })
            });
            let expected: Vec<f32> = expected.collect();
            assert_close(&format!("{image:?}"), &images, &expected, 1e-6);
            let labels: Vec<u32> = labels.iter().map(|label| label.to_bits()).collect();
            assert_eq!(labels, [9, 7, 9]);
        }
    }
}
