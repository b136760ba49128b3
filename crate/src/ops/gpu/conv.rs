//! Convolutions on the GPU: each reads images where they stand, without a matrix of patches.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Form, Kernel, floats};
use super::parts::sum_parts;
use super::template::Constants;
use crate::ops::conv::ConvShape;

/// Filters (or channels) of a tile: with four pixels each, they fill the registers that a thread has.
const TILE: usize = 8;

/// The most sums of a thread of the gradient by weights.
const SUMS: usize = 32;

/// Threads that the gradient by weights should have at least: with fewer, an adapter idles.
const THREADS: usize = 4096;

/// The longest loop of a thread.
const LOOP: usize = 1024;

/// The most partial sums of a number, unless a thread's loop would be longer than [`LOOP`].
const SLICES: usize = 256;

/// The size of tiles, of at most `most`, that `all` are cut into evenly, and how many tiles those are.
fn tiles(all: usize, most: usize) -> (usize, usize) {
    let tiles = all.div_ceil(most);
    (all.div_ceil(tiles), tiles)
}

fn constants(shape: &ConvShape) -> Constants {
    let [out_height, out_width] = shape.output();
    let [images, output] = [
        shape.batch * shape.image(),
        shape.batch * shape.filters * shape.pixels(),
    ];
    let all = [
        ("BATCH", shape.batch),
        ("CHANNELS", shape.channels),
        ("HEIGHT", shape.size[0]),
        ("WIDTH", shape.size[1]),
        ("FILTERS", shape.filters),
        ("KERNEL_HEIGHT", shape.kernel[0]),
        ("KERNEL_WIDTH", shape.kernel[1]),
        ("KERNEL", shape.kernel[0] * shape.kernel[1]),
        ("STRIDE_Y", shape.stride[0]),
        ("STRIDE_X", shape.stride[1]),
        ("PADDING_Y", shape.padding[0]),
        ("PADDING_X", shape.padding[1]),
        ("PART_CHANNELS", shape.group_channels()),
        ("PART_FILTERS", shape.group_filters()),
        ("OUT_HEIGHT", out_height),
        ("OUT_WIDTH", out_width),
        ("IMAGES", images),
        ("WEIGHTS", shape.filters * shape.terms()),
        ("OUTPUT", output),
    ];
    all.map(|(name, value)| (name, value as u32)).to_vec()
}

/// What four neighbouring outputs see of a row, and whether some of that may lie outside the image.
fn window(shape: &ConvShape) -> Constants {
    let [_, width] = shape.output();
    let guarded = shape.padding[1] > 0 || width % 4 != 0;
    let window = 3 * shape.stride[1] + shape.kernel[1];
    vec![("WINDOW", window as u32), ("GUARDED", guarded.into())]
}

/// `[batch, filters, height, width]` of the output.
pub fn forward(
    images: &CubeTensor,
    weights: &CubeTensor,
    bias: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let [height, width] = shape.output();
    let (tile, tiles) = tiles(shape.group_filters(), TILE);
    let columns = width.div_ceil(4);
    let mut all = constants(shape);
    all.extend(window(shape));
    all.extend([
        ("TILE", tile as u32),
        ("TILES", tiles as u32),
        ("COLUMN_TILES", columns as u32),
    ]);
    let threads = columns * height * shape.batch * shape.groups * tiles;
    let kernel = Kernel::new(include_str!("conv_forward.wgsl"), threads, all);
    let output = floats([shape.batch, shape.filters, height, width]);
    let [output] = kernel.launch(&[images, weights, bias], [output], &[]);
    output
}

/// The gradient by the images.
pub fn input_gradient(
    weights: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let [height, width] = shape.size;
    let (tile, tiles) = tiles(shape.group_channels(), TILE);
    let stride = shape.stride[1];
    let columns = width.div_ceil(stride).div_ceil(4);
    let taps = shape.kernel[1].div_ceil(stride);
    let mut all = constants(shape);
    all.extend([
        ("TILE", tile as u32),
        ("TILES", tiles as u32),
        ("COLUMN_TILES", columns as u32),
        ("TAPS", taps as u32),
        ("WINDOW", taps as u32 + 3),
        ("UNEVEN", (shape.kernel[1] % stride) as u32),
    ]);
    let threads = columns * stride * height * shape.batch * shape.groups * tiles;
    let kernel = Kernel::new(include_str!("conv_input.wgsl"), threads, all);
    let input = floats([shape.batch, shape.channels, height, width]);
    let [input] = kernel.launch(&[weights, gradient], [input], &[]);
    input
}

/// The gradient by the weights.
pub fn weight_gradient(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let (sums, slices) = partial_sums(images, gradient, shape, false);
    let [by_weights] = sum_parts(&sums, slices, [by_weights(shape)]);
    by_weights
}

/// The gradients by weights and bias.
pub fn parameter_gradients(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> (CubeTensor, CubeTensor) {
    let (sums, slices) = partial_sums(images, gradient, shape, true);
    let outputs = [by_weights(shape), floats([shape.filters])];
    let [by_weights, by_bias] = sum_parts(&sums, slices, outputs);
    (by_weights, by_bias)
}

fn by_weights(shape: &ConvShape) -> Form {
    let [height, width] = shape.kernel;
    floats([shape.filters, shape.group_channels(), height, width])
}

/// Partial sums over slices of the output's rows, `[slices, weights and biases]`, and how many slices those are.
fn partial_sums(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
    biased: bool,
) -> (CubeTensor, usize) {
    let [height, width] = shape.output();
    let most = (SUMS / shape.kernel[1]).clamp(1, TILE);
    let (tile, tiles) = tiles(shape.group_filters(), most);
    let lines = shape.group_channels() * shape.kernel[0] + usize::from(biased);
    let rows = shape.batch * height;
    let base = lines * tiles * shape.groups;
    let longest = (rows * width.div_ceil(4)).div_ceil(LOOP);
    let wanted = THREADS.div_ceil(base).min(SLICES);
    let slice = rows.div_ceil(wanted.max(longest)).max(1);
    let slices = rows.div_ceil(slice);
    let [weights, biases] = [
        shape.filters * shape.terms(),
        if biased { shape.filters } else { 0 },
    ];
    let mut all = constants(shape);
    all.extend(window(shape));
    all.extend([
        ("TILE", tile as u32),
        ("TILES", tiles as u32),
        ("LINES", lines as u32),
        ("PARTS", shape.groups as u32),
        ("SLICE", slice as u32),
        ("BIASES", biases as u32),
        ("UNEVEN", (width % 4) as u32),
        ("SUMS", (slices * (weights + biases)) as u32),
    ]);
    let kernel = Kernel::new(include_str!("conv_weights.wgsl"), base * slices, all);
    let sums = floats([slices, weights + biases]);
    let [sums] = kernel.launch(&[images, gradient], [sums], &[]);
    (sums, slices)
}
