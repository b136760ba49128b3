//! Windows of two by two that neither overlap nor leave anything out, four at a time.

use std::mem::MaybeUninit;

use wide::f32x4;

use super::{PoolShape, greater};
use crate::ops::tile::{LANES, load, store};

/// Whether each window is a square of two by two by itself and all of the plane is in one, wide enough for a
/// vector of windows.
pub fn fit(shape: &PoolShape) -> bool {
    let [height, width] = shape.size;
    shape.kernel == [2, 2]
        && shape.stride == [2, 2]
        && shape.padding == [0, 0]
        && height % 2 == 0
        && width % 2 == 0
        && width >= 2 * LANES
}

/// The largest numbers of a plane's squares, `width` in a row.
pub fn largest(plane: &[f32], width: usize, out: &mut [MaybeUninit<f32>]) {
    let lines = plane
        .chunks_exact(4 * width)
        .zip(out.chunks_exact_mut(width));
    for (two, out) in lines {
        for column in columns(width) {
            let to = out[column..column + LANES].as_mut_ptr().cast();
            let [a, b, c, d] = squares(two, width, column);
            // SAFETY: `to` has been sliced to hold a vector.
            unsafe { store(greater(greater(a, b), greater(c, d)), to) };
        }
    }
}

/// Writes the gradient by a plane: each square's goes to its largest number.
pub fn gradient(plane: &[f32], width: usize, gradient: &[f32], out: &mut [MaybeUninit<f32>]) {
    let lines = plane
        .chunks_exact(4 * width)
        .zip(gradient.chunks_exact(width));
    for ((two, gradient), out) in lines.zip(out.chunks_exact_mut(4 * width)) {
        for column in columns(width) {
            let gradient = &gradient[column..column + LANES];
            // SAFETY: sliced to hold a vector.
            let gradient = unsafe { load(gradient.as_ptr()) };
            let shares = shares(squares(two, width, column), gradient);
            for (row, [even, odd]) in shares.into_iter().enumerate() {
                let to = &mut out[row * 2 * width + 2 * column..][..2 * LANES];
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

/// Where vectors of windows start in a row of `width`; the last may cover some of those before it again.
fn columns(width: usize) -> impl Iterator<Item = usize> {
    (0..width)
        .step_by(LANES)
        .map(move |column| column.min(width - LANES))
}

/// Four windows of two rows: the upper left numbers, the upper right, the lower left, the lower right.
#[inline(always)]
fn squares(two: &[f32], width: usize, column: usize) -> [f32x4; 4] {
    let row = |row: usize| {
        let eight = &two[row * 2 * width + 2 * column..][..2 * LANES];
        // SAFETY: sliced to hold two vectors.
        let (left, right) = unsafe { (load(eight.as_ptr()), load(eight.as_ptr().add(LANES))) };
        let (low, high) = (left.unpack_lo(right), left.unpack_hi(right));
        (low.unpack_lo(high), low.unpack_hi(high))
    };
    let ((a, b), (c, d)) = (row(0), row(1));
    [a, b, c, d]
}

/// The gradient of each square's numbers: all of it to the first that is as large as the largest.
#[inline(always)]
fn shares([a, b, c, d]: [f32x4; 4], gradient: f32x4) -> [[f32x4; 2]; 2] {
    let most = greater(greater(a, b), greater(c, d));
    let mut rest = gradient;
    let mut share = |value: f32x4| {
        let here = value.simd_eq(most);
        let share = here.bitselect(rest, f32x4::ZERO);
        rest = here.bitselect(f32x4::ZERO, rest);
        share
    };
    let (a, b) = (share(a), share(b));
    [[a, b], [share(c), share(d)]]
}
