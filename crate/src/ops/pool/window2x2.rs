//! Windows of 2×2 that neither overlap nor leave gaps, four at a time.

use std::mem::MaybeUninit;

use wide::f32x4;

use super::{PoolShape, larger};
use crate::ops::tile::{LANES, load, store};

/// Whether the windows are of 2×2, cover the plane without overlap, and are at least a vector in a row.
pub fn applies(shape: &PoolShape) -> bool {
    let [height, width] = shape.size;
    shape.kernel == [2, 2]
        && shape.stride == [2, 2]
        && shape.padding == [0, 0]
        && shape.reach == [0, 0]
        && height % 2 == 0
        && width % 2 == 0
        && width >= 2 * LANES
}

/// The largest number of each of a plane's windows, `width` in a row.
pub fn max(plane: &[f32], width: usize, output: &mut [MaybeUninit<f32>]) {
    let lines = plane
        .chunks_exact(4 * width)
        .zip(output.chunks_exact_mut(width));
    for (two_rows, output) in lines {
        for column in columns(width) {
            let to = output[column..column + LANES].as_mut_ptr().cast();
            let [a, b, c, d] = windows(two_rows, width, column);
            // SAFETY: `to` has been sliced to hold a vector.
            unsafe { store(larger(larger(a, b), larger(c, d)), to) };
        }
    }
}

/// Writes the gradient with respect to a plane: each window's goes to its largest number.
pub fn gradient(plane: &[f32], width: usize, gradient: &[f32], output: &mut [MaybeUninit<f32>]) {
    let lines = plane
        .chunks_exact(4 * width)
        .zip(gradient.chunks_exact(width));
    for ((two_rows, gradient), output) in lines.zip(output.chunks_exact_mut(4 * width)) {
        for column in columns(width) {
            let gradient = &gradient[column..column + LANES];
            // SAFETY: sliced to hold a vector.
            let gradient = unsafe { load(gradient.as_ptr()) };
            let routed = route(windows(two_rows, width, column), gradient);
            for (row, [even, odd]) in routed.into_iter().enumerate() {
                let to = &mut output[row * 2 * width + 2 * column..][..2 * LANES];
                let to = to.as_mut_ptr().cast::<f32>();
                // SAFETY: sliced to hold two vectors.
                unsafe {
                    store(even.unpack_lo(odd), to);
                    store(even.unpack_hi(odd), to.add(LANES));
                }
            }
        }
    }
}

/// Where vectors of windows start in a row of `width`. The last one may overlap the one before it.
fn columns(width: usize) -> impl Iterator<Item = usize> {
    (0..width)
        .step_by(LANES)
        .map(move |column| column.min(width - LANES))
}

/// Four windows of two rows: their upper left, upper right, lower left and lower right numbers.
#[inline(always)]
fn windows(two_rows: &[f32], width: usize, column: usize) -> [f32x4; 4] {
    let row = |row: usize| {
        let eight = &two_rows[row * 2 * width + 2 * column..][..2 * LANES];
        // SAFETY: sliced to hold two vectors.
        let (left, right) = unsafe { (load(eight.as_ptr()), load(eight.as_ptr().add(LANES))) };
        let (low, high) = (left.unpack_lo(right), left.unpack_hi(right));
        (low.unpack_lo(high), low.unpack_hi(high))
    };
    let ((a, b), (c, d)) = (row(0), row(1));
    [a, b, c, d]
}

/// The gradients of each window's numbers: all of it goes to the first that equals the largest.
#[inline(always)]
fn route([a, b, c, d]: [f32x4; 4], gradient: f32x4) -> [[f32x4; 2]; 2] {
    let largest = larger(larger(a, b), larger(c, d));
    let mut remaining = gradient;
    let mut take = |value: f32x4| {
        let is_largest = value.simd_eq(largest);
        let taken = is_largest.bitselect(remaining, f32x4::ZERO);
        remaining = is_largest.bitselect(f32x4::ZERO, remaining);
        taken
    };
    let (a, b) = (take(a), take(b));
    [[a, b], [take(c), take(d)]]
}
