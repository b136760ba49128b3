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
//! Each sum is taken in the order of its terms, in whichever tile: results do not depend on which was chosen, nor on
//! the machine.

use wide::f32x4;

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

/// A pixel tile: `sums[o][v] += Σ_t weights[t][o] · pixels[v][steps[t]..+4]`.
///
/// # Safety
/// `weights` holds `steps.len() × O` numbers; from each of `pixels`, four numbers can be read at each of `steps`.
#[inline(always)]
pub unsafe fn add_pixels<const O: usize, const V: usize>(
    sums: &mut [[f32x4; V]; O],
    mut weights: *const f32,
    steps: &[u32],
    pixels: [*const f32; V],
) {
    for step in steps {
        // SAFETY: promised by the caller.
        unsafe {
            let lanes = pixels.map(|pixel| load(pixel.add(*step as usize)));
            for (o, sums) in sums.iter_mut().enumerate() {
                let weight = f32x4::splat(*weights.add(o));
                for (sum, lanes) in sums.iter_mut().zip(lanes) {
                    *sum += weight * lanes;
                }
            }
            weights = weights.add(O);
        }
    }
}

/// A channel tile: `sums[p][v] += Σ_t pixels[p][steps[t]] · weights[t][4v..+4]`, rows of `weights` being `stride`
/// apart.
///
/// # Safety
/// From each of `pixels` a number can be read at each of `steps`; from `weights`, `4 V` at each row's start.
#[inline(always)]
pub unsafe fn add_channels<const P: usize, const V: usize>(
    sums: &mut [[f32x4; V]; P],
    pixels: [*const f32; P],
    steps: &[u32],
    mut weights: *const f32,
    stride: usize,
) {
    for step in steps {
        // SAFETY: promised by the caller.
        unsafe {
            let mut lanes = [f32x4::ZERO; V];
            for (v, lane) in lanes.iter_mut().enumerate() {
                *lane = load(weights.add(v * LANES));
            }
            for (sums, pixels) in sums.iter_mut().zip(pixels) {
                let pixel = f32x4::splat(*pixels.add(*step as usize));
                for (sum, lanes) in sums.iter_mut().zip(lanes) {
                    *sum += pixel * lanes;
                }
            }
            weights = weights.add(stride);
        }
    }
}
