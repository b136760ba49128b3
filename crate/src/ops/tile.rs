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
