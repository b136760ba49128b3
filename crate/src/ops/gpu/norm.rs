//! Batch normalization on the GPU. Every sum over a channel is a reduction in two stages: partial sums of chunks, then their sum.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::epilogue::Epilogue;
use super::kernel::{Kernel, elements, floats};
use super::template::{Constants, to_constants};
use crate::ops::norm::NormShape;

/// How many elements a thread of the first stage sums, about.
const CHUNK: usize = 256;

/// A shard's channel in chunks, one for each thread of the first stage: blocks of images, or blocks of each image's pixels.
struct Chunks {
    /// Threads of the first stage.
    threads: usize,
    constants: Constants,
}

/// What a source needs to know of a shape.
pub(super) fn constants(shape: &NormShape) -> Constants {
    to_constants([
        ("SHARDS", shape.shards),
        ("SHARD_IMAGES", shape.batch / shape.shards),
        ("CHANNELS", shape.channels),
        ("PIXELS", shape.pixels),
        ("VEC4S", shape.pixels.div_ceil(4)),
        ("IMAGES", shape.batch * shape.channels * shape.pixels),
        ("STATISTICS", shape.shards * 2 * shape.channels),
        ("EPSILON", shape.epsilon.to_bits() as usize),
    ])
}

fn chunks(shape: &NormShape) -> Chunks {
    let images = shape.batch / shape.shards;
    let block_images = (CHUNK / shape.pixels).clamp(1, images);
    let block_pixels = shape.pixels.div_ceil(shape.pixels.div_ceil(CHUNK));
    let image_blocks = images.div_ceil(block_images);
    let pixel_blocks = shape.pixels.div_ceil(block_pixels);
    let threads = shape.shards * shape.channels * image_blocks * pixel_blocks;
    let mut constants = constants(shape);
    constants.extend(to_constants([
        ("BLOCK_IMAGES", block_images),
        ("IMAGE_BLOCKS", image_blocks),
        ("BLOCK_PIXELS", block_pixels),
        ("PIXEL_BLOCKS", pixel_blocks),
        ("PARTIALS", 2 * threads),
    ]));
    Chunks { threads, constants }
}

/// Mean and variance of each channel of each shard: `[shards, 2, channels]`.
pub fn statistics(images: &CubeTensor, shape: &NormShape) -> CubeTensor {
    let Chunks { threads, constants } = chunks(shape);
    let source = concat!(
        include_str!("chunk.wgsl"),
        include_str!("statistics_partials.wgsl")
    );
    let kernel = Kernel::new(source, threads, constants.clone());
    let [partials] = kernel.launch(&[images], [floats([threads, 2])]);
    let source = concat!(include_str!("chunk.wgsl"), include_str!("statistics.wgsl"));
    let kernel = Kernel::new(source, shape.shards * shape.channels, constants);
    let statistics = floats([shape.shards, 2, shape.channels]);
    let [statistics] = kernel.launch(&[&partials], [statistics]);
    statistics
}

/// The mean over the shards of their statistics, the variances times a factor: `[2 * channels]`.
pub fn group_mean(statistics: &CubeTensor, factor: f32) -> CubeTensor {
    let [shards, _, channels] = statistics.shape().dims();
    let constants = vec![
        ("STATISTICS", elements(statistics)),
        ("SHARDS", shards as u32),
        ("CHANNELS", channels as u32),
        ("FACTOR", factor.to_bits()),
    ];
    let source = include_str!("running_statistics.wgsl");
    let kernel = Kernel::new(source, 2 * channels, constants);
    let [output] = kernel.launch(&[statistics], [floats([2 * channels])]);
    output
}

/// A kernel whose threads compute a vec4 of pixels each.
fn pixelwise(source: &'static str, shape: &NormShape) -> Kernel {
    let threads = shape.batch * shape.channels * shape.pixels.div_ceil(4);
    Kernel::new(source, threads, constants(shape))
}

/// The kernel that normalizes, scales and shifts images. It binds images, statistics, weight, bias and the output.
pub(super) fn normalize_kernel(shape: &NormShape, epilogue: &Epilogue) -> Kernel {
    let kernel = pixelwise(include_str!("normalize.wgsl"), shape);
    kernel.with_epilogue(epilogue, 5, shape.batch * shape.channels * shape.pixels)
}

/// The images normalized, scaled and shifted: `[batch, channels, height, width]`.
pub fn normalize(
    images: &CubeTensor,
    statistics: &CubeTensor,
    weight: &CubeTensor,
    bias: &CubeTensor,
    shape: &NormShape,
) -> CubeTensor {
    let kernel = normalize_kernel(shape, &Epilogue::default());
    let inputs = [images, statistics, weight, bias];
    let [output] = kernel.launch(&inputs, [floats(images.shape())]);
    output
}

/// The sums that the gradients are made of, `[shards, 2, channels]`, and the gradients with respect to weight and bias.
pub fn gradient_sums(
    images: &CubeTensor,
    statistics: &CubeTensor,
    gradient: &CubeTensor,
    shape: &NormShape,
) -> [CubeTensor; 3] {
    let Chunks { threads, constants } = chunks(shape);
    let source = concat!(
        include_str!("chunk.wgsl"),
        include_str!("normalize_gradient_partials.wgsl")
    );
    let kernel = Kernel::new(source, threads, constants.clone());
    let inputs = [images, statistics, gradient];
    let [partials] = kernel.launch(&inputs, [floats([threads, 2])]);
    let source = include_str!("normalize_gradient_sums.wgsl");
    let kernel = Kernel::new(source, shape.channels, constants);
    let outputs = [
        floats([shape.shards, 2, shape.channels]),
        floats([shape.channels]),
        floats([shape.channels]),
    ];
    kernel.launch(&[&partials], outputs)
}

/// The gradient with respect to the images.
pub fn input_gradient(
    images: &CubeTensor,
    statistics: &CubeTensor,
    sums: &CubeTensor,
    weight: &CubeTensor,
    gradient: &CubeTensor,
    shape: &NormShape,
) -> CubeTensor {
    let kernel = pixelwise(include_str!("normalize_gradient.wgsl"), shape);
    let inputs = [images, statistics, sums, weight, gradient];
    let [output] = kernel.launch(&inputs, [floats(images.shape())]);
    output
}
