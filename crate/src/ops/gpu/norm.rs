//! Normalisation by batches on the GPU. Every sum over a channel is taken in two stages: first by parts, then of those.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, count, floats};
use super::template::Constants;
use crate::ops::norm::NormShape;

/// How many numbers a thread of the first stage sums, about.
const PART: usize = 256;

/// The parts of a shard's channel: blocks of images, or strips of each image's pixels.
struct Parts {
    blocks: usize,
    strips: usize,
    constants: Constants,
}

fn constants(shape: &NormShape) -> Constants {
    let all = [
        ("SHARDS", shape.shards),
        ("SHARD", shape.batch / shape.shards),
        ("CHANNELS", shape.channels),
        ("PIXELS", shape.pixels),
        ("FOURS", shape.pixels.div_ceil(4)),
        ("IMAGES", shape.batch * shape.channels * shape.pixels),
        ("STATISTICS", shape.shards * 2 * shape.channels),
        ("EPSILON", shape.epsilon.to_bits() as usize),
    ];
    all.map(|(name, value)| (name, value as u32)).to_vec()
}

fn parts(shape: &NormShape) -> Parts {
    let images = shape.batch / shape.shards;
    let block = (PART / shape.pixels).clamp(1, images);
    let strip = shape.pixels.div_ceil(shape.pixels.div_ceil(PART));
    let (blocks, strips) = (images.div_ceil(block), shape.pixels.div_ceil(strip));
    let partial = shape.shards * shape.channels * blocks * strips * 2;
    let mut constants = constants(shape);
    let own = [
        ("BLOCK", block),
        ("BLOCKS", blocks),
        ("STRIP", strip),
        ("STRIPS", strips),
        ("PARTIAL", partial),
    ];
    constants.extend(own.map(|(name, value)| (name, value as u32)));
    Parts {
        blocks,
        strips,
        constants,
    }
}

/// Mean and variance of each channel of each shard: `[shards, 2, channels]`.
pub fn statistics(images: &CubeTensor, shape: &NormShape) -> CubeTensor {
    let rows = shape.shards * shape.channels;
    let Parts {
        blocks,
        strips,
        constants,
    } = parts(shape);
    let threads = rows * blocks * strips;
    let source = include_str!("statistics_parts.wgsl");
    let kernel = Kernel::new(source, threads, constants.clone());
    let [partial] = kernel.launch(&[images], [floats([threads, 2])]);
    let kernel = Kernel::new(include_str!("statistics.wgsl"), rows, constants);
    let statistics = floats([shape.shards, 2, shape.channels]);
    let [statistics] = kernel.launch(&[&partial], [statistics]);
    statistics
}

/// The mean of the shards', the variances times a factor: `[2 * channels]`.
pub fn group_mean(statistics: &CubeTensor, factor: f32) -> CubeTensor {
    let [shards, _, channels] = statistics.shape().dims();
    let constants = vec![
        ("STATISTICS", count(statistics)),
        ("SHARDS", shards as u32),
        ("CHANNELS", channels as u32),
        ("FACTOR", factor.to_bits()),
    ];
    let kernel = Kernel::new(
        include_str!("running_statistics.wgsl"),
        2 * channels,
        constants,
    );
    let [output] = kernel.launch(&[statistics], [floats([2 * channels])]);
    output
}

/// Normalised, scaled and shifted.
pub fn normalize(
    images: &CubeTensor,
    statistics: &CubeTensor,
    weight: &CubeTensor,
    bias: &CubeTensor,
    shape: &NormShape,
) -> CubeTensor {
    let threads = shape.batch * shape.channels * shape.pixels.div_ceil(4);
    let kernel = Kernel::new(include_str!("normalize.wgsl"), threads, constants(shape));
    let inputs = [images, statistics, weight, bias];
    let [output] = kernel.launch(&inputs, [floats(images.shape())]);
    output
}

/// The sums that the gradients are made of, `[shards, 2, channels]`, and the gradients by weight and bias.
pub fn sums(
    images: &CubeTensor,
    statistics: &CubeTensor,
    gradient: &CubeTensor,
    shape: &NormShape,
) -> [CubeTensor; 3] {
    let Parts {
        blocks,
        strips,
        constants,
    } = parts(shape);
    let threads = shape.shards * shape.channels * blocks * strips;
    let source = include_str!("normalize_parts.wgsl");
    let kernel = Kernel::new(source, threads, constants.clone());
    let inputs = [images, statistics, gradient];
    let [partial] = kernel.launch(&inputs, [floats([threads, 2])]);
    let source = include_str!("normalize_sums.wgsl");
    let kernel = Kernel::new(source, shape.channels, constants);
    let outputs = [
        floats([shape.shards, 2, shape.channels]),
        floats([shape.channels]),
        floats([shape.channels]),
    ];
    kernel.launch(&[&partial], outputs)
}

/// The gradient by the images.
pub fn input_gradient(
    images: &CubeTensor,
    statistics: &CubeTensor,
    sums: &CubeTensor,
    weight: &CubeTensor,
    gradient: &CubeTensor,
    shape: &NormShape,
) -> CubeTensor {
    let threads = shape.batch * shape.channels * shape.pixels.div_ceil(4);
    let source = include_str!("normalize_gradient.wgsl");
    let kernel = Kernel::new(source, threads, constants(shape));
    let inputs = [images, statistics, sums, weight, gradient];
    let [output] = kernel.launch(&inputs, [floats(images.shape())]);
    output
}
