//! Convolutions on the GPU: direct convolution, without the patch matrix of im2col. A thread computes a register tile.

use burn_cubecl::tensor::CubeTensor;

use super::epilogue::Epilogue;
use super::kernel::{Kernel, OutputSpec, floats};
use super::partials::{PartialSums, sum_partials};
use super::template::{Constants, to_constants};
use crate::ops::conv::ConvShape;

/// The most accumulators of a thread: more would spill from its registers.
const MAX_ACCUMULATORS: usize = 72;

/// The cost of loading a number, in multiply-adds.
const LOAD_COST: usize = 4;

/// The fewest threads that keep an adapter busy.
const MIN_THREADS: usize = 2048;

/// The longest loop of a thread of the weight gradient.
const MAX_LOOP: usize = 1000;

/// The most partial sums of a weight gradient (split-K), unless a thread's loop would be longer than [`MAX_LOOP`].
const MAX_SPLIT_K: usize = 256;

/// The most products of vec4s in an unrolled loop body. Between iterations accumulators are kept, which costs some adapters more
/// than the arithmetic; but every unrolled line has to be compiled.
const UNROLL_LIMIT: usize = 1024;

/// A thread's tile of an output of `m × n`, and the number of tiles in each dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tile {
    /// Filters or channels of a tile.
    tile_m: usize,
    tiles_m: usize,
    /// Vec4s of pixels, or rows of the kernel, of a tile.
    tile_n: usize,
    tiles_n: usize,
}

/// What one tile costs.
#[derive(Clone, Copy, Debug)]
struct Cost {
    accumulators: usize,
    loads: usize,
    multiply_adds: usize,
}

/// The cheapest tile of at most [`MAX_ACCUMULATORS`] among those that give enough threads, else among all.
///
/// `m` and `n` are the sizes to be tiled, `outer` is how often that is done, and `cost` is that of a tile.
fn best_tile(m: usize, n: usize, outer: usize, cost: impl Fn(usize, usize) -> Cost) -> Tile {
    // Tiles of nearly equal size, none larger than `max`.
    let tiled = |size: usize, max: usize| {
        let tiles = size.div_ceil(max);
        (size.div_ceil(tiles), tiles)
    };
    let mut best = None;
    for max_tile_m in 1..=m.min(MAX_ACCUMULATORS) {
        for max_tile_n in 1..=n.min(MAX_ACCUMULATORS) {
            let (tile_m, tiles_m) = tiled(m, max_tile_m);
            let (tile_n, tiles_n) = tiled(n, max_tile_n);
            let cost = cost(tile_m, tile_n);
            if cost.accumulators > MAX_ACCUMULATORS && (tile_m, tile_n) != (1, 1) {
                continue;
            }
            let idles = tiles_m * tiles_n * outer < MIN_THREADS;
            let total = tiles_m * tiles_n * (LOAD_COST * cost.loads + cost.multiply_adds);
            let key = (idles, total);
            let tile = Tile {
                tile_m,
                tiles_m,
                tile_n,
                tiles_n,
            };
            if best.is_none_or(|(least, _)| key < least) {
                best = Some((key, tile));
            }
        }
    }
    let single = Tile {
        tile_m: 1,
        tiles_m: m,
        tile_n: 1,
        tiles_n: n,
    };
    best.map_or(single, |(_, tile)| tile)
}

/// How many iterations of a loop are unrolled, of `products` products each, and whether a loop remains around them.
fn k_unroll(iterations: usize, products: usize) -> (u32, bool) {
    let most = (UNROLL_LIMIT / products).clamp(1, iterations);
    let outer_iterations = iterations.div_ceil(most);
    (
        iterations.div_ceil(outer_iterations) as u32,
        outer_iterations > 1,
    )
}

/// The loop over the kernel's rows: unrolled as a whole, or not at all.
fn row_loop(rows: usize, products: usize) -> Constants {
    let (unrolled, looped) = match k_unroll(rows, products) {
        (_, true) => (1, true),
        whole => whole,
    };
    vec![("K_UNROLL", unrolled), ("K_LOOP", looped.into())]
}

fn constants(shape: &ConvShape) -> Constants {
    let [out_height, out_width] = shape.output();
    let [images, output] = [
        shape.batch * shape.image_len(),
        shape.batch * shape.filters * shape.output_pixels(),
    ];
    to_constants([
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
        ("GROUP_CHANNELS", shape.group_channels()),
        ("GROUP_FILTERS", shape.group_filters()),
        ("OUT_HEIGHT", out_height),
        ("OUT_WIDTH", out_width),
        ("IMAGES", images),
        ("WEIGHTS", shape.filters * shape.reduction_len()),
        ("OUTPUT", output),
    ])
}

fn tile_constants(tile: &Tile) -> Constants {
    vec![
        ("TILE_M", tile.tile_m as u32),
        ("TILES_M", tile.tiles_m as u32),
        ("TILE_N", tile.tile_n as u32),
        ("TILES_N", tile.tiles_n as u32),
    ]
}

/// The columns of a row of the image that neighbouring outputs read, and whether some may lie outside the image.
fn window(shape: &ConvShape, pixels: usize) -> Constants {
    let [_, width] = shape.output();
    let check_columns = shape.padding[1] > 0 || width % pixels != 0;
    let window = (pixels - 1) * shape.stride[1] + shape.kernel[1];
    vec![
        ("WINDOW", window as u32),
        ("CHECK_COLUMNS", check_columns.into()),
    ]
}

/// The output, `[batch, filters, height, width]`.
pub fn forward(
    images: &CubeTensor,
    weights: &CubeTensor,
    bias: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let kernel = forward_kernel(shape, true, &Epilogue::default());
    let output = floats(shape.output_shape());
    let [output] = kernel.launch(&[images, weights, bias], [output]);
    output
}

/// The kernel of a convolution. It binds images, weights, the bias where there is one, and the output.
pub fn forward_kernel(shape: &ConvShape, has_bias: bool, epilogue: &Epilogue) -> Kernel {
    let [height, width] = shape.output();
    let outer = height * shape.batch * shape.groups;
    let taps = shape.kernel[1];
    let tile = best_tile(shape.group_filters(), width.div_ceil(4), outer, |m, n| {
        let pixels = 4 * n;
        Cost {
            accumulators: m * pixels,
            loads: (pixels - 1) * shape.stride[1] + taps + m * taps,
            multiply_adds: m * pixels * taps,
        }
    });
    let mut all = constants(shape);
    all.extend(window(shape, 4 * tile.tile_n));
    all.extend(tile_constants(&tile));
    all.extend(row_loop(shape.kernel[0], tile.tile_m * tile.tile_n * taps));
    all.push(("BIAS", has_bias.into()));
    let threads = tile.tiles_m * tile.tiles_n * outer;
    let output = shape.output_shape().iter().product();
    Kernel::new(include_str!("conv_forward.wgsl"), threads, all).with_epilogue(
        epilogue,
        3 + usize::from(has_bias),
        output,
    )
}

/// The gradient with respect to the images.
pub fn input_gradient(
    weights: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let kernel = input_kernel(shape, &Epilogue::default());
    let [input] = kernel.launch(&[weights, gradient], [floats(shape.image_shape())]);
    input
}

/// The kernel of a convolution's gradient with respect to its images. It binds weights, the output's gradient and the images'.
pub fn input_kernel(shape: &ConvShape, epilogue: &Epilogue) -> Kernel {
    let [height, width] = shape.size;
    let stride = shape.stride[1];
    let taps = shape.kernel[1].div_ceil(stride);
    let outer = stride * height * shape.batch * shape.groups;
    let vec4s = width.div_ceil(stride).div_ceil(4);
    let tile = best_tile(shape.group_channels(), vec4s, outer, |m, n| {
        let pixels = 4 * n;
        Cost {
            accumulators: m * pixels,
            loads: pixels + taps - 1 + m * taps,
            multiply_adds: m * pixels * taps,
        }
    });
    let phase_rows = shape.kernel[0].div_ceil(shape.stride[0]);
    let mut all = constants(shape);
    all.extend(tile_constants(&tile));
    all.extend([
        ("TAPS", taps as u32),
        ("PARTIAL_TAPS", (shape.kernel[1] % stride) as u32),
        ("WINDOW", (4 * tile.tile_n + taps - 1) as u32),
        ("PHASE_ROWS", phase_rows as u32),
    ]);
    all.extend(row_loop(phase_rows, tile.tile_m * tile.tile_n * taps));
    let threads = tile.tiles_m * tile.tiles_n * outer;
    let input = shape.image_shape().iter().product();
    Kernel::new(include_str!("conv_input.wgsl"), threads, all).with_epilogue(epilogue, 3, input)
}

/// The gradient with respect to the weights.
pub fn weight_gradient(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let partials = partial_sums(images, gradient, shape, false);
    let [weight_gradient] = partials.sum([floats(shape.weight_shape())]);
    weight_gradient
}

/// The gradients with respect to weights and bias.
pub fn parameter_gradients(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
) -> (CubeTensor, CubeTensor) {
    let partials = partial_sums(images, gradient, shape, true);
    let outputs = [floats(shape.weight_shape()), floats([shape.filters])];
    let [weight_gradient, bias_gradient] = partials.sum(outputs);
    (weight_gradient, bias_gradient)
}

/// Partial sums of the parameters' gradients, `[split_k, weights and biases]`.
struct Partials {
    sums: CubeTensor,
    split_k: usize,
}

impl Partials {
    fn sum<const N: usize>(&self, outputs: [OutputSpec; N]) -> [CubeTensor; N] {
        sum_partials(&self.sums, self.split_k, outputs)
    }
}

/// The first stage of a split-K reduction.
fn partial_sums(
    images: &CubeTensor,
    gradient: &CubeTensor,
    shape: &ConvShape,
    with_bias: bool,
) -> Partials {
    let PartialSums {
        kernel,
        split_k,
        sums,
    } = weight_kernel(shape, with_bias);
    let [sums] = kernel.launch(&[images, gradient], [floats([split_k, sums])]);
    Partials { sums, split_k }
}

/// The kernel of a convolution's gradient with respect to weights and bias: partial sums, `[split_k, sums]`, those of the weights
/// before those of the bias. It binds images, the output's gradient and the sums.
pub fn weight_kernel(shape: &ConvShape, with_bias: bool) -> PartialSums {
    let [height, width] = shape.output();
    let rows = shape.batch * height;
    let taps = shape.kernel[1];
    let outer = shape.group_channels() * shape.groups * rows;
    let tile = best_tile(shape.group_filters(), shape.kernel[0], outer, |m, n| Cost {
        accumulators: m * n * taps,
        loads: n * (3 * shape.stride[1] + taps) + 4 * m,
        multiply_adds: 4 * m * n * taps,
    });
    let channel_tiles = shape.group_channels() * tile.tiles_n;
    let filter_tiles = tile.tiles_m * shape.groups;
    let weight_threads = channel_tiles * filter_tiles;
    let shortest_loops = (rows * width.div_ceil(4)).div_ceil(MAX_LOOP);
    let wanted = MIN_THREADS.div_ceil(weight_threads).min(MAX_SPLIT_K);
    let rows_per_split = rows.div_ceil(wanted.max(shortest_loops).min(rows));
    let split_k = rows.div_ceil(rows_per_split);
    let [weights, biases] = [
        shape.filters * shape.reduction_len(),
        if with_bias { shape.filters } else { 0 },
    ];
    let (vec4s, looped) = k_unroll(width.div_ceil(4), tile.tile_m * tile.tile_n * taps);
    let pixels = 4 * vec4s as usize;
    let mut all = constants(shape);
    all.extend(window(shape, pixels));
    all.extend(tile_constants(&tile));
    all.extend([
        ("CHANNEL_TILES", channel_tiles as u32),
        ("GROUPS", shape.groups as u32),
        ("ROWS_PER_SPLIT", rows_per_split as u32),
        ("SPLIT_K", split_k as u32),
        ("BIASES", biases as u32),
        ("VEC4S", vec4s),
        ("K_LOOP", looped.into()),
        ("PARTIAL_COLUMNS", (width % pixels) as u32),
        ("PARTIAL_SUMS", (split_k * (weights + biases)) as u32),
    ]);
    let bias_threads = if with_bias { filter_tiles } else { 0 };
    let threads = (weight_threads + bias_threads) * split_k;
    PartialSums {
        kernel: Kernel::new(include_str!("conv_weights.wgsl"), threads, all),
        split_k,
        sums: weights + biases,
    }
}
