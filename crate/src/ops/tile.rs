//! The two inner loops that convolutions and linear layers spend their time in.
//!
//! Both hold a tile of sums in registers and add products to it, one term of each sum at a time. In a *pixel* tile a
//! SIMD lane is a pixel: four neighbours of an image are multiplied by one weight. In a *channel* tile a lane is an
//! output channel: four weights are multiplied by one pixel.
//!
//! A tile has eight vectors of four lanes. WebAssembly has no fused multiply-add without relaxed SIMD, and browsers
//! on x86 give 15 registers to vectors: eight sums, what is multiplied and its product fit, and eight independent
//! chains of additions hide their latency. Other shapes were measured to be slower (docs/performance.md).
//!
//! The vectors of a tile go in pairs: native code that may use AVX does both halves in one instruction, and so its tiles
//! are twice as large.
//!
//! Each sum is taken in the order of its terms, in whichever tile: results do not depend on which was chosen, nor on
//! the machine.

use wide::{f32x4, f32x8};

/// Lanes of a vector.
pub const LANES: usize = 4;

/// Four numbers from anywhere.
///
/// # Safety
/// Four numbers can be read from `from`.
#[inline(always)]
pub unsafe fn load(from: *const f32) -> f32x4 {
    // SAFETY: promised by the caller; no alignment is asked for.
    unsafe { from.cast::<f32x4>().read_unaligned() }
}

/// Writes four numbers anywhere.
///
/// # Safety
/// Four numbers can be written to `to`.
#[inline(always)]
pub unsafe fn store(value: f32x4, to: *mut f32) {
    // SAFETY: promised by the caller; no alignment is asked for.
    unsafe { to.cast::<f32x4>().write_unaligned(value) }
}

/// Lanes of two vectors side by side.
pub const PAIR: usize = 2 * LANES;

/// How many times as many sums a tile has where a pair is one register: there must be eight chains again.
pub const MORE: usize = if cfg!(target_feature = "avx") { 2 } else { 1 };

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

/// A pixel tile: `sums[o][v] += Σ_t weights[t][o] · pixels[v][steps[t]..+4]`, the two halves of a pair being pixels
/// from two places.
///
/// # Safety
/// `weights` holds `steps.len() × O` numbers; from each of `pixels`, four numbers can be read at each of `steps`.
#[inline(always)]
pub unsafe fn add_pixels<const O: usize, const V: usize>(
    sums: &mut [[f32x8; V]; O],
    mut weights: *const f32,
    steps: &[u32],
    pixels: [[*const f32; 2]; V],
) {
    for step in steps {
        // SAFETY: promised by the caller.
        unsafe {
            let step = *step as usize;
            let lanes = pixels.map(|two| pair(two.map(|pixel| load(pixel.add(step)))));
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

/// A channel tile: `sums[p][v] += Σ_t pixels[p][steps[t]] · weights[t][8v..+8]`, rows of `weights` being `stride`
/// apart.
///
/// # Safety
/// From each of `pixels` a number can be read at each of `steps`; from `weights`, `8 V` at each row's start.
#[inline(always)]
pub unsafe fn add_channels<const P: usize, const V: usize>(
    sums: &mut [[f32x8; V]; P],
    pixels: [*const f32; P],
    steps: &[u32],
    mut weights: *const f32,
    stride: usize,
) {
    for step in steps {
        // SAFETY: promised by the caller.
        unsafe {
            let mut lanes = [f32x8::ZERO; V];
            for (v, lane) in lanes.iter_mut().enumerate() {
                let from = weights.add(v * PAIR);
                *lane = pair([load(from), load(from.add(LANES))]);
            }
            for (sums, pixels) in sums.iter_mut().zip(pixels) {
                let pixel = f32x8::splat(*pixels.add(*step as usize));
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

    const TERMS: usize = 37;

    fn steps() -> Vec<u32> {
        (0..TERMS as u32).map(|term| term * 11 % 97).collect()
    }

    /// Term after term, one sum at a time.
    fn one_by_one(start: f32, term: impl Fn(usize) -> (f32, f32)) -> f32 {
        (0..TERMS).map(term).fold(start, |sum, (a, b)| sum + a * b)
    }

    fn pixels_are_summed_one_by_one<const O: usize, const V: usize>() {
        let image: Vec<f32> = numbers(1, 500).collect();
        let weights: Vec<f32> = numbers(2, TERMS * O).collect();
        let steps = steps();
        let places: Vec<usize> = (0..2 * V).map(|v| v * 13).collect();
        let mut sums = [[f32x8::splat(0.1); V]; O];
        let pixels = std::array::from_fn(|v| {
            [2 * v, 2 * v + 1].map(|place| image.as_ptr().wrapping_add(places[place]))
        });
        // SAFETY: 97 + 8 · 13 + 4 numbers are there, and `O` weights a term.
        unsafe { add_pixels(&mut sums, weights.as_ptr(), &steps, pixels) };
        for (o, sums) in sums.iter().enumerate() {
            let lanes = sums.iter().copied().flat_map(halves).map(f32x4::to_array);
            for (place, lanes) in places.iter().zip(lanes) {
                for (lane, sum) in lanes.into_iter().enumerate() {
                    let read = |term: usize| image[place + lane + steps[term] as usize];
                    let expected = one_by_one(0.1, |t| (weights[t * O + o], read(t)));
                    assert_eq!(sum.to_bits(), expected.to_bits(), "{O}, {V}");
                }
            }
        }
    }

    fn channels_are_summed_one_by_one<const P: usize, const V: usize>() {
        let image: Vec<f32> = numbers(1, 500).collect();
        let stride = V * PAIR + 3;
        let weights: Vec<f32> = numbers(2, TERMS * stride).collect();
        let steps = steps();
        let mut sums = [[f32x8::splat(0.1); V]; P];
        let pixels = std::array::from_fn(|p| image.as_ptr().wrapping_add(p * 13));
        // SAFETY: 97 + 8 · 13 numbers are there, and `stride` weights a term.
        unsafe { add_channels(&mut sums, pixels, &steps, weights.as_ptr(), stride) };
        for (p, sums) in sums.iter().enumerate() {
            let channels = sums.iter().flat_map(|pair| pair.to_array());
            for (channel, sum) in channels.enumerate() {
                let read = |term: usize| image[p * 13 + steps[term] as usize];
                let expected = one_by_one(0.1, |t| (read(t), weights[t * stride + channel]));
                assert_eq!(sum.to_bits(), expected.to_bits(), "{P}, {V}");
            }
        }
    }

    /// The tiles of every machine, on each: a check says the same of all of them.
    #[test]
    fn every_tile_has_the_same_bits() {
        pixels_are_summed_one_by_one::<4, 1>();
        pixels_are_summed_one_by_one::<4, 2>();
        pixels_are_summed_one_by_one::<2, 2>();
        pixels_are_summed_one_by_one::<2, 4>();
        channels_are_summed_one_by_one::<2, 2>();
        channels_are_summed_one_by_one::<4, 2>();
        channels_are_summed_one_by_one::<4, 1>();
        channels_are_summed_one_by_one::<8, 1>();
    }
}
