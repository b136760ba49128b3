//! Convolutions on the GPU: each reads images where they stand, without a matrix of patches.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Form, Kernel, floats};
use super::parts::sum_parts;
use super::template::Constants;
use crate::ops::conv::ConvShape;

/// The most sums of a thread: more would not stay in its registers.
const SUMS: usize = 72;

/// What reading a number costs, in multiply-adds.
const READ: usize = 4;

/// Threads that there should be at least: with fewer, an adapter idles.
const THREADS: usize = 2048;

/// The longest loop of a thread of the gradient by weights.
const LOOP: usize = 1000;

/// The most partial sums of a number, unless a thread's loop would be longer than [`LOOP`].
const SLICES: usize = 256;

/// The most products of four numbers that are written out for one turn of a loop. Between turns sums are kept, which
/// costs some adapters more than arithmetic; but what is written out must be compiled.
const WRITTEN: usize = 1024;

/// What a thread makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tile {
    /// Filters, or channels.
    height: usize,
    /// How many such tiles there are.
    heights: usize,
    /// Fours of pixels, or rows of a kernel.
    width: usize,
    /// How many such tiles there are.
    widths: usize,
}

/// The tile that takes the least of all with up to [`SUMS`] sums, of those that make enough threads; else of all.
///
/// `high` and `wide` are what there is to do; `cost` is that of one tile: sums, numbers read, multiply-adds.
fn best_tile(
    high: usize,
    wide: usize,
    threads: usize,
    cost: impl Fn(usize, usize) -> (usize, usize, usize),
) -> Tile {
    let even = |all: usize, most: usize| {
        let count = all.div_ceil(most);
        (all.div_ceil(count), count)
    };
    let mut best = None;
    for most_high in 1..=high.min(SUMS) {
        for most_wide in 1..=wide.min(SUMS) {
            let (height, heights) = even(high, most_high);
            let (width, widths) = even(wide, most_wide);
            let (sums, read, products) = cost(height, width);
            if sums > SUMS && (height, width) != (1, 1) {
                continue;
            }
            let few = heights * widths * threads < THREADS;
            let key = (few, heights * widths * (READ * read + products));
            let tile = Tile {
                height,
                heights,
                width,
                widths,
            };
            if best.is_none_or(|(least, _)| key < least) {
                best = Some((key, tile));
            }
        }
    }
    let one = Tile {
        height: 1,
        heights: high,
        width: 1,
        widths: wide,
    };
    best.map_or(one, |(_, tile)| tile)
}

/// Of `count` things with so many products each, how many are done in a turn, and whether there is another turn.
fn turn(count: usize, products: usize) -> (u32, u32) {
    let most = (WRITTEN / products).clamp(1, count);
    let turns = count.div_ceil(most);
    (count.div_ceil(turns) as u32, u32::from(turns > 1))
}

/// How many of the kernel's rows are done in a turn: all, or one by one.
fn rows_in_a_turn(rows: usize, products: usize) -> Constants {
    let (deep, turns) = match turn(rows, products) {
        (_, 1) => (1, 1),
        all => all,
    };
    vec![("DEEP", deep), ("TURNS", turns)]
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

/// What neighbouring outputs see of a row, and whether some of that may lie outside the image.
fn window(shape: &ConvShape, pixels: usize) -> Constants {
    let [_, width] = shape.output();
    let guarded = shape.padding[1] > 0 || width % pixels != 0;
    let window = (pixels - 1) * shape.stride[1] + shape.kernel[1];
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
    let others = height * shape.batch * shape.groups;
    let taps = shape.kernel[1];
    let tile = best_tile(shape.group_filters(), width.div_ceil(4), others, |f, q| {
        let pixels = 4 * q;
        let read = (pixels - 1) * shape.stride[1] + taps + f * taps;
        (f * pixels, read, f * pixels * taps)
    });
    let mut all = constants(shape);
    all.extend(window(shape, 4 * tile.width));
    all.extend([
        ("TILE", tile.height as u32),
        ("TILES", tile.heights as u32),
        ("QUADS", tile.width as u32),
        ("COLUMN_TILES", tile.widths as u32),
    ]);
    let products = tile.height * tile.width * taps;
    all.extend(rows_in_a_turn(shape.kernel[0], products));
    let threads = tile.heights * tile.widths * others;
    let kernel = Kernel::new(include_str!("conv_forward.wgsl"), threads, all);
    let output = floats([shape.batch, shape.filters, height, width]);
    let [output] = kernel.launch(&[images, weights, bias], [output]);
    output
}

/// The gradient by the images.
pub fn input_gradient(
    weights: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let [height, width] = shape.size;
    let stride = shape.stride[1];
    let taps = shape.kernel[1].div_ceil(stride);
    let others = stride * height * shape.batch * shape.groups;
    let quads = width.div_ceil(stride).div_ceil(4);
    let tile = best_tile(shape.group_channels(), quads, others, |c, q| {
        let pixels = 4 * q;
        (c * pixels, pixels + taps - 1 + c * taps, c * pixels * taps)
    });
    let mut all = constants(shape);
    all.extend([
        ("TILE", tile.height as u32),
        ("TILES", tile.heights as u32),
        ("QUADS", tile.width as u32),
        ("COLUMN_TILES", tile.widths as u32),
        ("TAPS", taps as u32),
        ("WINDOW", (4 * tile.width + taps - 1) as u32),
        ("UNEVEN", (shape.kernel[1] % stride) as u32),
    ]);
    let rises = shape.kernel[0].div_ceil(shape.stride[0]);
    all.push(("RISES", rises as u32));
    let products = tile.height * tile.width * taps;
    all.extend(rows_in_a_turn(rises, products));
    let threads = tile.heights * tile.widths * others;
    let kernel = Kernel::new(include_str!("conv_input.wgsl"), threads, all);
    let input = floats([shape.batch, shape.channels, height, width]);
    let [input] = kernel.launch(&[weights, gradient], [input]);
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
    let rows = shape.batch * height;
    let taps = shape.kernel[1];
    let others = shape.group_channels() * shape.groups * rows;
    let tile = best_tile(shape.group_filters(), shape.kernel[0], others, |f, d| {
        let read = d * (3 * shape.stride[1] + taps) + 4 * f;
        (f * d * taps, read, 4 * f * d * taps)
    });
    let lines = shape.group_channels() * tile.widths;
    let tiles = tile.heights * shape.groups;
    let base = lines * tiles;
    let longest = (rows * width.div_ceil(4)).div_ceil(LOOP);
    let wanted = THREADS.div_ceil(base).min(SLICES);
    let slice = rows.div_ceil(wanted.max(longest).min(rows));
    let slices = rows.div_ceil(slice);
    let [weights, biases] = [
        shape.filters * shape.terms(),
        if biased { shape.filters } else { 0 },
    ];
    let (quads, turns) = turn(width.div_ceil(4), tile.height * tile.width * taps);
    let pixels = 4 * quads as usize;
    let mut all = constants(shape);
    all.extend(window(shape, pixels));
    all.extend([
        ("TILE", tile.height as u32),
        ("TILES", tile.heights as u32),
        ("DEEP", tile.width as u32),
        ("DEPTHS", tile.widths as u32),
        ("LINES", lines as u32),
        ("PARTS", shape.groups as u32),
        ("SLICE", slice as u32),
        ("SLICES", slices as u32),
        ("BIASES", biases as u32),
        ("QUADS", quads),
        ("TURNS", turns),
        ("UNEVEN", (width % pixels) as u32),
        ("SUMS", (slices * (weights + biases)) as u32),
    ]);
    let threads = (base + if biased { tiles } else { 0 }) * slices;
    let kernel = Kernel::new(include_str!("conv_weights.wgsl"), threads, all);
    let sums = floats([slices, weights + biases]);
    let [sums] = kernel.launch(&[images, gradient], [sums]);
    (sums, slices)
}
