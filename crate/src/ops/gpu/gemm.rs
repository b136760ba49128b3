//! A matrix product (GEMM) on the GPU, by one of two kernels: plain, where a thread reads what it needs from the buffers, or tiled,
//! where a workgroup copies what it needs to its memory.

use super::adapter::Adapter;
use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::partials::PartialSums;
use super::products::Products;
use super::register_tile::{Cost, RegisterTile, best_tile};
use super::template::{Constants, to_constants};

/// The most products of each sum in one turn of the plain kernel's loop. Between turns sums are kept, which costs some adapters more
/// than the arithmetic; of large register tiles more than two products a turn gain nothing.
const MAX_UNROLLED: usize = 2;

/// The most slices of a tile.
const MAX_SLICES: usize = 8;

/// The most threads of a tile, whatever the adapter has.
const MAX_TILE_THREADS: usize = 256;

/// Which kernel computes a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// A thread computes some rows of some vec4s of columns, and reads what it needs from the buffers.
    Plain(RegisterTile),
    /// A workgroup computes a tile.
    Tiled(Tile),
}

/// What a workgroup of the tiled kernel computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Threads along the rows: each computes 4 of them.
    threads_m: usize,
    /// Threads along the columns.
    threads_n: usize,
    /// How many threads share the sums of each 4 rows by 4 columns.
    slices: usize,
}

impl Tile {
    fn threads(self) -> usize {
        self.threads_m * self.threads_n * self.slices
    }

    /// How many products of each sum one copy into workgroup memory is for.
    fn k_step(self) -> usize {
        (8 * self.slices).max(16)
    }

    /// Bytes of workgroup memory.
    fn memory(self) -> usize {
        let slice_sums = if self.slices > 1 { self.threads() } else { 0 };
        16 * (self.k_step() * (self.threads_m + self.threads_n + 2) + slice_sums)
    }

    fn fits(self, adapter: &Adapter) -> bool {
        self.threads() <= adapter.max_workgroup_size.min(MAX_TILE_THREADS)
            && self.memory() <= adapter.workgroup_memory
    }
}

/// What a [`Gemm`] adds to its product.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Whether a vector is added to each row.
    pub has_bias: bool,
    /// Whether the first matrix has a last row of ones: their products are the sums of the second matrix's columns.
    pub ones_row: bool,
    /// Whether these go to an output of their own. Only the plain kernel can.
    pub separate_ones: bool,
}

/// A matrix product, `[m, k]` times `[k, n]`, both read by strides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gemm {
    /// Rows of the first matrix.
    pub m: usize,
    /// Columns of the second matrix.
    pub n: usize,
    /// Products of a sum.
    pub k: usize,
    /// Strides of the first matrix along m and k.
    pub a_strides: [usize; 2],
    /// Strides of the second matrix along k and n.
    pub b_strides: [usize; 2],
}

impl Gemm {
    /// The tiles that fit an adapter, best first: the largest that still give it enough threads, else the smallest.
    pub fn tiles(&self, adapter: &Adapter) -> Vec<Tile> {
        let of = |max: usize| self.tile(max, adapter);
        let tiles: Vec<Tile> = [16, 8, 4].into_iter().filter_map(of).collect();
        let suffices =
            |tile: &&Tile| self.workgroups(**tile) * tile.threads() >= adapter.wanted_threads;
        let best = tiles.iter().find(suffices).or(tiles.last()).copied();
        let others = tiles.iter().filter(|tile| Some(**tile) != best);
        best.into_iter().chain(others.copied()).collect()
    }

    /// The plain kernel, for at least so many threads where there are enough numbers for them.
    pub fn plain(&self, wanted_threads: usize) -> Algorithm {
        let size = [self.m, self.n.div_ceil(4)];
        Algorithm::Plain(best_tile(size, 1, wanted_threads, |m, n| Cost {
            accumulators: 4 * m * n,
            loads: m + 4 * n,
            multiply_adds: 4 * m * n,
        }))
    }

    /// Tiles of nearly equal size, of at most `max` by `max` threads, with as many slices as give enough threads.
    fn tile(&self, max: usize, adapter: &Adapter) -> Option<Tile> {
        let [threads_m, threads_n] = [self.m, self.n].map(|size| {
            let quads = size.div_ceil(4);
            quads.div_ceil(quads.div_ceil(max))
        });
        let mut tile = Tile {
            threads_m,
            threads_n,
            slices: 1,
        };
        while self.workgroups(tile) * tile.threads() < adapter.wanted_threads {
            let slices = 2 * tile.slices;
            let more = Tile { slices, ..tile };
            if slices > MAX_SLICES || more.k_step() > self.k || !more.fits(adapter) {
                break;
            }
            tile = more;
        }
        tile.fits(adapter).then_some(tile)
    }

    /// The workgroups of a tile, without split-K.
    fn workgroups(&self, tile: Tile) -> usize {
        self.m.div_ceil(4 * tile.threads_m) * self.n.div_ceil(4 * tile.threads_n)
    }

    /// The threads of the kernel, without split-K.
    pub fn threads(&self, algorithm: Algorithm) -> usize {
        match algorithm {
            Algorithm::Plain(tile) => tile.tiles_m * tile.tiles_n,
            Algorithm::Tiled(tile) => self.workgroups(tile) * tile.threads(),
        }
    }

    /// The kernel, whose sums are split over `split_k` or a few less. It binds both matrices, the bias where there is one, the output,
    /// and where ones are separate theirs.
    pub fn kernel(
        &self,
        algorithm: Algorithm,
        settings: Settings,
        split_k: usize,
        epilogue: &Epilogue,
    ) -> PartialSums {
        let Settings {
            has_bias,
            ones_row,
            separate_ones,
        } = settings;
        let k_per_split = self.k.div_ceil(split_k);
        let split_k = self.k.div_ceil(k_per_split);
        let m = self.m + usize::from(ones_row);
        let output_rows = if separate_ones { self.m } else { m };
        let sums = output_rows * self.n;
        let mut constants = to_constants([
            ("A_LEN", self.m * self.k),
            ("B_LEN", self.k * self.n),
            ("OUTPUT", split_k * sums),
            ("A_ROWS", self.m),
            ("M", m),
            ("N", self.n),
            ("K", self.k),
            ("A_STRIDE_M", self.a_strides[0]),
            ("A_STRIDE_K", self.a_strides[1]),
            ("B_STRIDE_K", self.b_strides[0]),
            ("B_STRIDE_N", self.b_strides[1]),
            ("K_PER_SPLIT", k_per_split),
            ("BIAS", usize::from(has_bias)),
            ("ONES_ROW", usize::from(ones_row)),
        ]);
        let kernel = match algorithm {
            Algorithm::Plain(tile) => {
                constants.extend(self.plain_constants(tile, k_per_split, separate_ones));
                let threads = split_k * tile.tiles_m * tile.tiles_n;
                Kernel::new(include_str!("gemm.wgsl"), threads, constants)
            }
            Algorithm::Tiled(tile) => {
                debug_assert!(!separate_ones);
                constants.extend(self.tile_constants(m, tile));
                let workgroups = split_k * Gemm { m, ..*self }.workgroups(tile);
                let source = include_str!("gemm_tiled.wgsl");
                Kernel::of_workgroups(source, workgroups, tile.threads(), constants)
            }
        };
        let bindings = 3 + usize::from(has_bias) + usize::from(separate_ones);
        let kernel = kernel.with_epilogue(epilogue, bindings, split_k * sums);
        let products = Products::Gemm {
            gemm: *self,
            has_bias,
            ones_row,
        };
        PartialSums {
            kernel: kernel.computes(products),
            split_k,
            sums,
        }
    }

    fn plain_constants(
        &self,
        tile: RegisterTile,
        k_per_split: usize,
        separate_ones: bool,
    ) -> Constants {
        // Every part of the split is whole turns of the loop.
        let divides = |n: &usize| self.k.is_multiple_of(*n) && k_per_split.is_multiple_of(*n);
        let unrolled = (1..=MAX_UNROLLED).rev().find(divides).unwrap_or(1);
        to_constants([
            ("TILE_M", tile.tile_m),
            ("TILES_M", tile.tiles_m),
            ("TILE_N", tile.tile_n),
            ("TILES_N", tile.tiles_n),
            ("UNROLLED", unrolled),
            ("SEPARATE_ONES", usize::from(separate_ones)),
        ])
    }

    fn tile_constants(&self, m: usize, tile: Tile) -> Constants {
        to_constants([
            ("TILES_M", m.div_ceil(4 * tile.threads_m)),
            ("TILES_N", self.n.div_ceil(4 * tile.threads_n)),
            ("THREADS_M", tile.threads_m),
            ("THREADS_N", tile.threads_n),
            ("SLICES_BUT_ONE", tile.slices - 1),
            ("K_STEP", tile.k_step()),
            ("K_PER_SLICE", tile.k_step() / tile.slices),
            ("A_ALONG_K", usize::from(self.a_strides[1] == 1)),
            ("B_ALONG_K", usize::from(self.b_strides[0] == 1)),
        ])
    }
}
