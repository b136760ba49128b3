//! Register tiles: how many numbers of the output a thread computes, of a direct convolution or of a plain matrix product.

/// The most accumulators of a thread: more would spill from its registers.
const MAX_ACCUMULATORS: usize = 72;

/// The cost of loading a number, in multiply-adds.
const LOAD_COST: usize = 4;

/// A thread's tile of an output of `m × n`, and the number of tiles in each dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegisterTile {
    /// Filters, channels or rows of a tile.
    pub tile_m: usize,
    /// How many of these tiles there are.
    pub tiles_m: usize,
    /// Vec4s of pixels or of columns, or rows of the kernel, of a tile.
    pub tile_n: usize,
    /// How many of these tiles there are.
    pub tiles_n: usize,
}

/// What one tile costs.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Sums that a thread keeps in registers.
    pub accumulators: usize,
    /// Numbers that it loads in a turn of its loop.
    pub loads: usize,
    /// Multiply-adds of that turn.
    pub multiply_adds: usize,
}

/// The ways to cut `size` into tiles of nearly equal size: how large a tile is, and how many there are.
fn tilings(size: usize) -> Vec<(usize, usize)> {
    let tilings = (1..=size.min(MAX_ACCUMULATORS)).map(|max| {
        let tiles = size.div_ceil(max);
        (size.div_ceil(tiles), tiles)
    });
    let mut tilings: Vec<_> = tilings.collect();
    tilings.dedup();
    tilings
}

/// The cheapest tile of at most [`MAX_ACCUMULATORS`] among those that give `wanted_threads` threads, else among all.
///
/// `m` and `n` are the sizes to be tiled, `outer` is how often that is done, and `cost` is that of a tile.
pub fn best_tile(
    [m, n]: [usize; 2],
    outer: usize,
    wanted_threads: usize,
    cost: impl Fn(usize, usize) -> Cost,
) -> RegisterTile {
    let columns = tilings(n);
    let mut best = None;
    for (tile_m, tiles_m) in tilings(m) {
        for &(tile_n, tiles_n) in &columns {
            let cost = cost(tile_m, tile_n);
            if cost.accumulators > MAX_ACCUMULATORS && (tile_m, tile_n) != (1, 1) {
                continue;
            }
            let idles = tiles_m * tiles_n * outer < wanted_threads;
            let total = tiles_m * tiles_n * (LOAD_COST * cost.loads + cost.multiply_adds);
            let key = (idles, total);
            let tile = RegisterTile {
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
    let single = RegisterTile {
        tile_m: 1,
        tiles_m: m,
        tile_n: 1,
        tiles_n: n,
    };
    best.map_or(single, |(_, tile)| tile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_tilings_are_tried_and_each_covers_the_size() {
        for size in 1..300 {
            let all = tilings(size);
            assert!(all.len() <= 30, "{size}: {}", all.len());
            for (tile, tiles) in all {
                assert!(
                    tile * tiles >= size && tile * (tiles - 1) < size,
                    "{size}: {tile}"
                );
            }
        }
    }

    #[test]
    fn an_adapter_that_wants_more_threads_gets_smaller_tiles() {
        let tile = |wanted| {
            best_tile([64, 8], 1024, wanted, |m, n| Cost {
                accumulators: 4 * m * n,
                loads: m + 4 * n,
                multiply_adds: 4 * m * n,
            })
        };
        let threads = |tile: RegisterTile| tile.tiles_m * tile.tiles_n * 1024;
        assert!(threads(tile(65_536)) >= 65_536);
        assert!(threads(tile(2048)) < 65_536);
    }
}
