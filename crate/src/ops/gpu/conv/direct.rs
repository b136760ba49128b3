//! Direct convolution: a thread computes a register tile, and reads what it needs from the buffers.

use super::{Slices, constants, max_split_k};
use crate::ops::conv::ConvShape;
use crate::ops::gpu::epilogue::Epilogue;
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::partials::PartialSums;
use crate::ops::gpu::register_tile::{Cost, RegisterTile, best_tile};
use crate::ops::gpu::template::Constants;

/// The longest loop of a thread of the weight gradient.
const MAX_LOOP: usize = 1000;

/// The most products of vec4s in an unrolled loop body. Between iterations accumulators are kept, which costs some adapters more
/// than the arithmetic; but every unrolled line has to be compiled.
const UNROLL_LIMIT: usize = 1024;

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

fn tile_constants(tile: &RegisterTile) -> Constants {
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

/// See [`super::forward_kernel`].
pub fn forward_kernel(
    shape: &ConvShape,
    slices: &Slices,
    wanted_threads: usize,
    has_bias: bool,
    epilogue: &Epilogue,
) -> Kernel {
    let [height, width] = shape.output();
    let outer = height * shape.batch * shape.groups;
    let taps = shape.kernel[1];
    let tile = best_tile(
        [shape.group_filters(), width.div_ceil(4)],
        outer,
        wanted_threads,
        |m, n| {
            let pixels = 4 * n;
            Cost {
                accumulators: m * pixels,
                loads: (pixels - 1) * shape.stride[1] + taps + m * taps,
                multiply_adds: m * pixels * taps,
            }
        },
    );
    let mut all = constants(shape, slices);
    all.extend(window(shape, 4 * tile.tile_n));
    all.extend(tile_constants(&tile));
    all.extend(row_loop(shape.kernel[0], tile.tile_m * tile.tile_n * taps));
    all.push(("BIAS", has_bias.into()));
    let threads = tile.tiles_m * tile.tiles_n * outer;
    let output = shape.output_shape().iter().product();
    Kernel::new(include_str!("direct_forward.wgsl"), threads, all).with_epilogue(
        epilogue,
        3 + usize::from(has_bias),
        output,
    )
}

/// See [`super::input_kernel`].
pub fn input_kernel(
    shape: &ConvShape,
    slices: &Slices,
    wanted_threads: usize,
    epilogue: &Epilogue,
) -> Kernel {
    let [height, width] = shape.size;
    let stride = shape.stride[1];
    let taps = shape.kernel[1].div_ceil(stride);
    let outer = stride * height * shape.batch * shape.groups;
    let vec4s = width.div_ceil(stride).div_ceil(4);
    let tile = best_tile(
        [shape.group_channels(), vec4s],
        outer,
        wanted_threads,
        |m, n| {
            let pixels = 4 * n;
            Cost {
                accumulators: m * pixels,
                loads: pixels + taps - 1 + m * taps,
                multiply_adds: m * pixels * taps,
            }
        },
    );
    let phase_rows = shape.kernel[0].div_ceil(shape.stride[0]);
    let mut all = constants(shape, slices);
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
    Kernel::new(include_str!("direct_input.wgsl"), threads, all).with_epilogue(epilogue, 3, input)
}

/// See [`super::weight_kernel`].
pub fn weight_kernel(
    shape: &ConvShape,
    slices: &Slices,
    wanted_threads: usize,
    with_bias: bool,
) -> PartialSums {
    let [height, width] = shape.output();
    let rows = shape.batch * height;
    let taps = shape.kernel[1];
    let outer = shape.group_channels() * shape.groups * rows;
    let biases = if with_bias { shape.filters } else { 0 };
    let sums = shape.filters * shape.reduction_len() + biases;
    let tile = best_tile(
        [shape.group_filters(), shape.kernel[0]],
        outer,
        wanted_threads,
        |m, n| Cost {
            accumulators: m * n * taps,
            loads: n * (3 * shape.stride[1] + taps) + 4 * m,
            multiply_adds: 4 * m * n * taps,
        },
    );
    let channel_tiles = shape.group_channels() * tile.tiles_n;
    let filter_tiles = tile.tiles_m * shape.groups;
    let weight_threads = channel_tiles * filter_tiles;
    let shortest_loops = (rows * width.div_ceil(4)).div_ceil(MAX_LOOP);
    let wanted = max_split_k(sums).min(wanted_threads.div_ceil(weight_threads));
    let rows_per_split = rows.div_ceil(wanted.max(shortest_loops).min(rows));
    let split_k = rows.div_ceil(rows_per_split);
    let (vec4s, looped) = k_unroll(width.div_ceil(4), tile.tile_m * tile.tile_n * taps);
    let pixels = 4 * vec4s as usize;
    let mut all = constants(shape, slices);
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
        ("PARTIAL_SUMS", (split_k * sums) as u32),
    ]);
    let bias_threads = if with_bias { filter_tiles } else { 0 };
    let threads = (weight_threads + bias_threads) * split_k;
    PartialSums {
        kernel: Kernel::new(include_str!("direct_weights.wgsl"), threads, all),
        split_k,
        sums,
    }
}
