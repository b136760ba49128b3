//! Convolution as implicit GEMM: a workgroup computes a tile of a matrix product in its memory, and reads the matrix of patches from
//! the images as it goes.

use super::{Pass, Slices, constants, max_split_k};
use crate::ops::conv::ConvShape;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::epilogue::Epilogue;
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::partials::PartialSums;
use crate::ops::gpu::template::{Constants, to_constants};

/// The rows of the matrices that are in a workgroup's memory at once.
const TILE_K: usize = 16;

/// How many of them are gone through in a turn of the loop over them: more would have to be compiled.
const K_UNROLL: usize = 4;

/// The columns that a thread computes.
const THREAD_COLUMNS: usize = 4;

/// The longest kernel. Each of its rows and columns has a bit, and one is left.
const MAX_KERNEL: usize = 15;

/// The fewest rows of the product that fill a tile well enough: measured on a card (docs/performance.md).
const MIN_M: usize = 4;

/// The fewest columns of a gradient by the weights.
const MIN_WEIGHTS: usize = 16;

/// The cost of bringing a number into a workgroup's memory, in multiply-adds.
const LOAD_COST: usize = 8;

/// The threads of a workgroup of usual size. An adapter wants as many workgroups as make its threads with these: while the threads
/// of one wait for each other, others compute.
const USUAL_WORKGROUP: usize = 128;

/// The fewest steps of a split: fewer cost more in starting than they save.
const MIN_STEPS: usize = 4;

/// What a workgroup computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GemmTile {
    /// Rows: filters, or channels of the images.
    pub m: usize,
    /// Columns: positions, or weights of a filter.
    pub n: usize,
    /// Rows that a thread computes.
    pub thread_rows: usize,
}

impl GemmTile {
    /// All tiles that there are.
    pub const ALL: [GemmTile; 8] = [
        GemmTile::new(16, 64, 4),
        GemmTile::new(16, 128, 4),
        GemmTile::new(32, 32, 4),
        GemmTile::new(32, 64, 4),
        GemmTile::new(64, 32, 4),
        GemmTile::new(64, 64, 4),
        GemmTile::new(64, 64, 8),
        GemmTile::new(128, 64, 8),
    ];

    const fn new(m: usize, n: usize, thread_rows: usize) -> Self {
        GemmTile { m, n, thread_rows }
    }

    /// The threads of a workgroup.
    pub fn workgroup_size(self) -> usize {
        self.m / self.thread_rows * (self.n / THREAD_COLUMNS)
    }

    /// Vec4s in a row of the first matrix's tile, with one more that keeps threads off the same bank.
    fn a_stride(self) -> usize {
        self.m / 4 + 1
    }

    /// The memory of a workgroup, in bytes.
    pub fn memory(self) -> usize {
        16 * TILE_K * (self.a_stride() + self.n / 4 + 1)
    }

    /// How many tiles a product has.
    fn count(self, product: Product) -> usize {
        product.m.div_ceil(self.m) * product.n.div_ceil(self.n) * product.count
    }

    fn suits(self, adapter: &Adapter) -> bool {
        self.workgroup_size() <= adapter.max_workgroup_size
            && self.memory() <= adapter.workgroup_memory
    }
}

/// A matrix product, `[m, k]` times `[k, n]`, computed `count` times.
#[derive(Clone, Copy, Debug)]
struct Product {
    m: usize,
    n: usize,
    k: usize,
    count: usize,
}

impl Product {
    /// Steps of [`TILE_K`] terms in its sums.
    fn steps(&self) -> usize {
        self.k.div_ceil(TILE_K)
    }
}

/// The product that a pass is. Each phase of a stride has one of its own.
fn product(pass: Pass, shape: &ConvShape) -> Product {
    let [filters, channels] = [shape.group_filters(), shape.group_channels()];
    let kernel = shape.kernel[0] * shape.kernel[1];
    let positions = shape.batch * shape.output_pixels();
    match pass {
        Pass::Forward => Product {
            m: filters,
            n: positions,
            k: channels * kernel,
            count: shape.groups,
        },
        Pass::Input => {
            let phases = Phases::of(shape);
            Product {
                m: channels,
                n: shape.batch * phases.pixels(),
                k: filters * kernel.div_ceil(phases.count()),
                count: shape.groups * phases.count(),
            }
        }
        Pass::Weights => Product {
            m: filters,
            n: channels * kernel,
            k: positions,
            count: shape.groups,
        },
    }
}

/// The phases of a stride: pixels of the images that meet the same taps.
#[derive(Clone, Copy, Debug)]
struct Phases {
    /// In y and x.
    stride: [usize; 2],
    /// Height and width of a phase.
    size: [usize; 2],
}

impl Phases {
    fn of(shape: &ConvShape) -> Self {
        let size = |d: usize| shape.size[d].div_ceil(shape.stride[d]);
        Phases {
            stride: shape.stride,
            size: [size(0), size(1)],
        }
    }

    fn count(self) -> usize {
        self.stride[0] * self.stride[1]
    }

    fn pixels(self) -> usize {
        self.size[0] * self.size[1]
    }
}

/// Whether a pass can be computed so.
pub fn is_possible(shape: &ConvShape) -> bool {
    shape.kernel.into_iter().all(|size| size <= MAX_KERNEL)
}

/// Whether a pass fills tiles well enough to be computed so on a card.
pub fn is_worthwhile(pass: Pass, shape: &ConvShape) -> bool {
    let Product { m, n, .. } = product(pass, shape);
    m >= MIN_M && (pass != Pass::Weights || n >= MIN_WEIGHTS)
}

/// The tiles that an adapter can compute with, best first by their estimated time.
pub fn tiles(pass: Pass, shape: &ConvShape, adapter: &Adapter) -> Vec<GemmTile> {
    let product = product(pass, shape);
    let mut tiles = GemmTile::ALL.to_vec();
    tiles.retain(|tile| tile.suits(adapter));
    tiles.sort_by_key(|tile| estimate(pass, product, *tile, adapter.wanted_threads));
    tiles
}

/// A tile's time, in no unit: what is computed, and what is loaded for it, over the threads that are busy with it.
fn estimate(pass: Pass, product: Product, tile: GemmTile, wanted_threads: usize) -> usize {
    let split_k = match pass {
        Pass::Weights => product
            .steps()
            .div_ceil(steps_per_split(product, tile, wanted_threads)),
        Pass::Forward | Pass::Input => 1,
    };
    let tiles = tile.count(product);
    let workgroups = tiles * split_k;
    let threads = workgroups * tile.workgroup_size().min(USUAL_WORKGROUP);
    // Threads of what a tile has too many compute for nothing.
    let numbers = product.m * product.n * product.count;
    let useful = threads * numbers / (tiles * tile.m * tile.n);
    let busy = useful.clamp(1, wanted_threads);
    let cost = tile.m * tile.n + LOAD_COST * (tile.m + tile.n);
    tiles * cost * wanted_threads / busy
}

/// How many steps of a sum over positions a workgroup computes (split-K): so few that there are as many threads as wanted, as far as
/// that saves time.
fn steps_per_split(product: Product, tile: GemmTile, wanted_threads: usize) -> usize {
    let wanted = wanted_threads.div_ceil(tile.count(product) * tile.workgroup_size());
    let numbers = product.m * product.n * product.count;
    let most = max_split_k(numbers).min(product.steps().div_ceil(MIN_STEPS));
    product.steps().div_ceil(wanted.min(most))
}

/// The constants of a tile. A step loads `rows` by [`TILE_K`] numbers and `columns` by as many.
fn tile_constants(tile: GemmTile, product: Product) -> Constants {
    let size = tile.workgroup_size();
    let [row_vec4s, column_vec4s] = [tile.m / 4, tile.n / 4];
    let a_numbers = TILE_K * row_vec4s;
    to_constants([
        ("TILE_M", tile.m),
        ("TILE_N", tile.n),
        ("TILE_K", TILE_K),
        ("K_UNROLL", K_UNROLL),
        ("TILES_M", product.m.div_ceil(tile.m)),
        ("TILES_N", product.n.div_ceil(tile.n)),
        ("M", product.m),
        ("ROW_VEC4S", row_vec4s),
        ("COLUMN_VEC4S", column_vec4s),
        ("THREAD_VEC4S", tile.thread_rows / 4),
        ("THREADS_M", tile.m / tile.thread_rows),
        ("A_STRIDE", tile.a_stride()),
        ("A_TILE", TILE_K * tile.a_stride()),
        ("A_LOADS", a_numbers.div_ceil(size)),
        ("PARTIAL_A", a_numbers % size),
        ("B_LOADS", TILE_K * column_vec4s / size),
    ])
}

/// The kernel of a product whose columns are positions.
fn positions_kernel(
    pass: Pass,
    shape: &ConvShape,
    slices: &Slices,
    tile: GemmTile,
    has_bias: bool,
    epilogue: &Epilogue,
) -> Kernel {
    let product = product(pass, shape);
    let is_forward = pass == Pass::Forward;
    let [out_height, out_width] = shape.output();
    let output = [out_height, out_width];
    let kernel = shape.kernel[0] * shape.kernel[1];
    let [from, to, phases] = match is_forward {
        true => [shape.size, output, [1, 1]],
        false => [output, shape.size, shape.stride],
    };
    let phase = match is_forward {
        true => output,
        false => Phases::of(shape).size,
    };
    let [channels, k_channels] = match is_forward {
        true => [shape.filters, shape.group_channels()],
        false => [shape.channels, shape.group_filters()],
    };
    let source = match is_forward {
        true => slices.images_of(shape),
        false => slices.gradient_of(shape),
    };
    // Along the output's channels, and along the source's.
    let strides = match is_forward {
        true => [k_channels * kernel, kernel],
        false => [kernel, product.m * kernel],
    };
    let written = shape.batch * channels * to[0] * to[1];
    // Padded to whole steps, channels by themselves take a quarter more than channels and taps as one.
    let k = k_channels * kernel;
    let padded = k_channels.next_multiple_of(TILE_K) * kernel;
    let is_dense = phases == [1, 1] && 4 * padded > 5 * k.next_multiple_of(TILE_K);
    let mut all = tile_constants(tile, product);
    all.extend(to_constants([
        ("FORWARD", usize::from(is_forward)),
        ("BIAS", usize::from(has_bias)),
        ("DENSE", usize::from(is_dense)),
        ("K", k),
        ("K_CHANNELS", k_channels),
        ("PARTIAL_K", k_channels % TILE_K),
        ("POSITIONS", product.n),
        ("PHASES", phases[0] * phases[1]),
        ("STRIDE_PHASES_X", phases[1]),
        ("PHASE_PIXELS", phase[0] * phase[1]),
        ("PHASE_WIDTH", phase[1]),
        ("SOURCE", shape.batch * source.channels * from[0] * from[1]),
        ("SOURCE_CHANNELS", source.channels),
        ("SOURCE_FIRST", source.first),
        ("SOURCE_HEIGHT", from[0]),
        ("SOURCE_WIDTH", from[1]),
        ("SOURCE_PIXELS", from[0] * from[1]),
        ("CHANNELS", channels),
        ("HEIGHT", to[0]),
        ("WIDTH", to[1]),
        ("OUTPUT", written),
        ("WEIGHTS", shape.filters * shape.reduction_len()),
        ("BIASES", shape.filters),
        ("WEIGHT_STRIDE_M", strides[0]),
        ("WEIGHT_STRIDE_K", strides[1]),
        ("KERNEL", kernel),
        ("KERNEL_HEIGHT", shape.kernel[0]),
        ("KERNEL_WIDTH", shape.kernel[1]),
        ("STRIDE_Y", shape.stride[0]),
        ("STRIDE_X", shape.stride[1]),
        ("PADDING_Y", shape.padding[0]),
        ("PADDING_X", shape.padding[1]),
        ("B_TILE", TILE_K * tile.n / 4),
    ]));
    let workgroups = tile.count(product);
    let source = concat!(include_str!("window_bits.wgsl"), include_str!("gemm.wgsl"));
    Kernel::of_workgroups(source, workgroups, tile.workgroup_size(), all).with_epilogue(
        epilogue,
        3 + usize::from(has_bias),
        written,
    )
}

/// See [`super::forward_kernel`].
pub fn forward_kernel(
    shape: &ConvShape,
    slices: &Slices,
    tile: GemmTile,
    has_bias: bool,
    epilogue: &Epilogue,
) -> Kernel {
    positions_kernel(Pass::Forward, shape, slices, tile, has_bias, epilogue)
}

/// See [`super::input_kernel`].
pub fn input_kernel(
    shape: &ConvShape,
    slices: &Slices,
    tile: GemmTile,
    epilogue: &Epilogue,
) -> Kernel {
    positions_kernel(Pass::Input, shape, slices, tile, false, epilogue)
}

/// See [`super::weight_kernel`].
pub fn weight_kernel(
    shape: &ConvShape,
    slices: &Slices,
    tile: GemmTile,
    wanted_threads: usize,
    with_bias: bool,
) -> PartialSums {
    let product = product(Pass::Weights, shape);
    let biases = if with_bias { shape.filters } else { 0 };
    let sums = shape.filters * shape.reduction_len() + biases;
    let steps_per_split = steps_per_split(product, tile, wanted_threads);
    let split_k = product.steps().div_ceil(steps_per_split);
    let workgroups = tile.count(product) * split_k;
    let b_stride = tile.n / 4 + 1;
    let mut all = constants(shape, slices);
    all.extend(tile_constants(tile, product));
    all.extend(to_constants([
        ("PIXELS", shape.size[0] * shape.size[1]),
        ("OUT_PIXELS", shape.output_pixels()),
        ("GROUPS", shape.groups),
        ("COLUMNS", product.n),
        ("K", product.k),
        ("K_PER_SPLIT", steps_per_split * TILE_K),
        ("LOADS_STRIDE", tile.workgroup_size() / TILE_K),
        ("BIASES", biases),
        ("PARTIAL_SUMS", split_k * sums),
        ("B_STRIDE", b_stride),
        ("B_TILE", TILE_K * b_stride),
    ]));
    let source = concat!(
        include_str!("window_bits.wgsl"),
        include_str!("gemm_weights.wgsl")
    );
    PartialSums {
        kernel: Kernel::of_workgroups(source, workgroups, tile.workgroup_size(), all),
        split_k,
        sums,
    }
}
