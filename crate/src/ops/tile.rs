//! The two microkernels of convolution and linear layers.
//!
//! Both hold a register tile of accumulators and add products to it, one step of the reduction at a time. In a *pixel* tile a SIMD
//! lane is a pixel: four neighbours of an image are multiplied by one weight. In a *channel* tile a lane is an output channel: four
//! weights are multiplied by one pixel.
//!
//! A tile has eight vectors of four lanes. WebAssembly has no fused multiply-add without relaxed SIMD, and browsers on x86 have 15
//! registers for vectors: eight accumulators, the operands and their product fit, and eight independent chains of additions hide
//! the latency. Other shapes were measured to be slower (docs/performance.md).
//!
//! The vectors of a tile go in pairs: native code for AVX does both halves in one instruction, and its tiles are twice as large.
//!
//! Every tile adds the products of a sum in the same order: results depend neither on the tile nor on the machine.

use wide::{f32x4, f32x8};

/// Lanes of a vector.
pub const LANES: usize = 4;

/// Loads four numbers, unaligned.
///
/// # Safety
/// Four numbers can be read from `from`.
#[inline(always)]
pub unsafe fn load(from: *const f32) -> f32x4 {
    // SAFETY: promised by the caller; the access is unaligned.
    unsafe { from.cast::<f32x4>().read_unaligned() }
}

/// Stores four numbers, unaligned.
///
/// # Safety
/// Four numbers can be written to `to`.
#[inline(always)]
pub unsafe fn store(value: f32x4, to: *mut f32) {
    // SAFETY: promised by the caller; the access is unaligned.
    unsafe { to.cast::<f32x4>().write_unaligned(value) }
}

/// Stores the first `len` of eight numbers.
///
/// # Safety
/// As many numbers can be written to `to`.
#[inline(always)]
pub unsafe fn store_first(eight: f32x8, to: *mut f32, len: usize) {
    let [first, second] = halves(eight);
    // SAFETY: promised by the caller.
    unsafe {
        if len == PAIR {
            store(first, to);
            store(second, to.add(LANES));
        } else if len == LANES {
            store(first, to);
        } else {
            for (lane, number) in eight.to_array().into_iter().enumerate().take(len) {
                to.add(lane).write(number);
            }
        }
    }
}

/// Lanes of two vectors side by side.
pub const PAIR: usize = 2 * LANES;

/// How many times larger a tile is where a pair is one register: it takes eight registers of accumulators to hide the latency.
pub const AVX_FACTOR: usize = if cfg!(target_feature = "avx") { 2 } else { 1 };

/// Two vectors side by side.
#[inline(always)]
pub fn pair(halves: [f32x4; 2]) -> f32x8 {
    bytemuck::cast(halves)
}

/// The two vectors of a pair.
#[inline(always)]
pub fn halves(pair: f32x8) -> [f32x4; 2] {
    bytemuck::cast(pair)
}

/// A pixel tile: `sums[o][v] += Σ_k weights[k][o] · pixels[v][offsets[k]..+4]`. The two halves of a pair are pixels of two
/// positions.
///
/// # Safety
/// `weights` holds `offsets.len() × O` numbers; from each of `pixels`, four numbers can be read at each of `offsets`.
#[inline(always)]
pub unsafe fn accumulate_pixels<const O: usize, const V: usize>(
    sums: &mut [[f32x8; V]; O],
    mut weights: *const f32,
    offsets: &[u32],
    pixels: [[*const f32; 2]; V],
) {
    for offset in offsets {
        // SAFETY: promised by the caller.
        unsafe {
            let offset = *offset as usize;
            // A loop and no `map`, whose calls are not always inlined: that took twice as long once.
            let mut lanes = [f32x8::ZERO; V];
            for (lane, [first, second]) in lanes.iter_mut().zip(&pixels) {
                *lane = pair([load(first.add(offset)), load(second.add(offset))]);
            }
            for (o, sums) in sums.iter_mut().enumerate() {
                let weight = f32x8::splat(*weights.add(o));
                for (sum, lanes) in sums.iter_mut().zip(lanes) {
                    *sum += weight * lanes;
                }
            }
            weights = weights.add(O);
        }
    }
}

/// A channel tile: `sums[p][v] += Σ_k pixels[p][offsets[k]] · weights[k][8v..+8]`, where rows of `weights` are `stride` apart.
///
/// # Safety
/// From each of `pixels` a number can be read at each of `offsets`; from `weights`, `8 V` at each row's start.
#[inline(always)]
pub unsafe fn accumulate_channels<const P: usize, const V: usize>(
    sums: &mut [[f32x8; V]; P],
    pixels: [*const f32; P],
    offsets: &[u32],
    mut weights: *const f32,
    stride: usize,
) {
    for offset in offsets {
        // SAFETY: promised by the caller.
        unsafe {
            let mut lanes = [f32x8::ZERO; V];
            for (v, lane) in lanes.iter_mut().enumerate() {
                let from = weights.add(v * PAIR);
                *lane = pair([load(from), load(from.add(LANES))]);
            }
            for (sums, pixels) in sums.iter_mut().zip(pixels) {
                let pixel = f32x8::splat(*pixels.add(*offset as usize));
                for (sum, lanes) in sums.iter_mut().zip(lanes) {
                    *sum += pixel * lanes;
                }
            }
            weights = weights.add(stride);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::references::numbers;

    const REDUCTION: usize = 37;

    fn offsets() -> Vec<u32> {
        (0..REDUCTION as u32).map(|k| k * 11 % 97).collect()
    }

    /// One sum by itself, product after product.
    fn scalar_sum(start: f32, factors: impl Fn(usize) -> (f32, f32)) -> f32 {
        (0..REDUCTION)
            .map(factors)
            .fold(start, |sum, (a, b)| sum + a * b)
    }

    fn pixel_tile_is_exact<const O: usize, const V: usize>() {
        let image: Vec<f32> = numbers(1, 500).collect();
        let weights: Vec<f32> = numbers(2, REDUCTION * O).collect();
        let offsets = offsets();
        let positions: Vec<usize> = (0..2 * V).map(|v| v * 13).collect();
        let mut sums = [[f32x8::splat(0.1); V]; O];
        let pixels = std::array::from_fn(|v| {
            [2 * v, 2 * v + 1].map(|v| image.as_ptr().wrapping_add(positions[v]))
        });
        // SAFETY: 97 + 8 · 13 + 4 numbers are there, and `O` weights a step.
        unsafe { accumulate_pixels(&mut sums, weights.as_ptr(), &offsets, pixels) };
        for (o, sums) in sums.iter().enumerate() {
            let lanes = sums.iter().copied().flat_map(halves).map(f32x4::to_array);
            for (position, lanes) in positions.iter().zip(lanes) {
                for (lane, sum) in lanes.into_iter().enumerate() {
                    let read = |k: usize| image[position + lane + offsets[k] as usize];
                    let expected = scalar_sum(0.1, |k| (weights[k * O + o], read(k)));
                    assert_eq!(sum.to_bits(), expected.to_bits(), "{O}, {V}");
                }
            }
        }
    }

    fn channel_tile_is_exact<const P: usize, const V: usize>() {
        let image: Vec<f32> = numbers(1, 500).collect();
        let stride = V * PAIR + 3;
        let weights: Vec<f32> = numbers(2, REDUCTION * stride).collect();
        let offsets = offsets();
        let mut sums = [[f32x8::splat(0.1); V]; P];
        let pixels = std::array::from_fn(|p| image.as_ptr().wrapping_add(p * 13));
        // SAFETY: 97 + 8 · 13 numbers are there, and `stride` weights a step.
        unsafe { accumulate_channels(&mut sums, pixels, &offsets, weights.as_ptr(), stride) };
        for (p, sums) in sums.iter().enumerate() {
            let channels = sums.iter().flat_map(|pair| pair.to_array());
            for (channel, sum) in channels.enumerate() {
                let read = |k: usize| image[p * 13 + offsets[k] as usize];
                let expected = scalar_sum(0.1, |k| (read(k), weights[k * stride + channel]));
                assert_eq!(sum.to_bits(), expected.to_bits(), "{P}, {V}");
            }
        }
    }

    /// The tiles of all machines, on whichever this is: checks are the same on all of them.
    #[test]
    fn every_tile_has_the_same_bits() {
        pixel_tile_is_exact::<4, 1>();
        pixel_tile_is_exact::<4, 2>();
        pixel_tile_is_exact::<2, 2>();
        pixel_tile_is_exact::<2, 4>();
        channel_tile_is_exact::<2, 2>();
        channel_tile_is_exact::<4, 2>();
        channel_tile_is_exact::<4, 1>();
        channel_tile_is_exact::<8, 1>();
    }
}
