//! Max pooling.

use wide::f32x4;

use super::filled::filled;
use super::tile::{LANES, load, store};

/// Max pooling of planes: every channel of every image by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolShape {
    /// Images times channels.
    pub planes: usize,
    /// Height and width of a plane.
    pub size: [usize; 2],
    /// Height and width of a window.
    pub kernel: [usize; 2],
    /// From one window to the next.
    pub stride: [usize; 2],
    /// Around each plane, of what is less than any number.
    pub padding: [usize; 2],
}

impl PoolShape {
    /// Height and width of the output.
    pub fn output(&self) -> [usize; 2] {
        [0, 1].map(|d| (self.size[d] + 2 * self.padding[d] - self.kernel[d]) / self.stride[d] + 1)
    }

    /// The rows (or columns) of a plane in a window.
    fn window(&self, d: usize, at: usize) -> std::ops::Range<usize> {
        let start = at * self.stride[d];
        let end = (start + self.kernel[d]).saturating_sub(self.padding[d]);
        start.saturating_sub(self.padding[d])..end.min(self.size[d])
    }

    /// Where the largest number of a window is, the first of equals. What is no number counts as largest, so that it
    /// is not lost from sight.
    fn largest(&self, plane: &[f32], row: usize, column: usize) -> usize {
        let (rows, columns) = (self.window(0, row), self.window(1, column));
        let mut best = rows.start * self.size[1] + columns.start;
        for row in rows {
            for column in columns.clone() {
                let at = row * self.size[1] + column;
                if plane[at] > plane[best] || plane[at].is_nan() {
                    best = at;
                }
            }
        }
        best
    }

    /// Whether each window is a square of two by two by itself and all of the plane is in one, wide enough for a
    /// vector of windows.
    fn quarters(&self) -> bool {
        let [height, width] = self.size;
        self.kernel == [2, 2]
            && self.stride == [2, 2]
            && self.padding == [0, 0]
            && height % 2 == 0
            && width % 2 == 0
            && width >= 2 * LANES
    }
}

/// The largest number of each window: `[planes, height, width]` of the output.
pub fn max_pool(shape: &PoolShape, input: &[f32]) -> Vec<f32> {
    let [height, width] = shape.output();
    let fast = shape.quarters() && all_numbers(input);
    let planes = input.chunks_exact(shape.size[0] * shape.size[1]);
    filled(shape.planes * height * width, |out| {
        for (plane, out) in planes.zip(out.chunks_exact_mut(height * width)) {
            if fast {
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
            } else {
                for (at, out) in out.iter_mut().enumerate() {
                    out.write(plane[shape.largest(plane, at / width, at % width)]);
                }
            }
        }
    })
}

/// The gradient by the input: each window's goes to its largest number.
pub fn max_pool_gradient(shape: &PoolShape, input: &[f32], gradient: &[f32]) -> Vec<f32> {
    let [height, width] = shape.output();
    let area = shape.size[0] * shape.size[1];
    let planes = input
        .chunks_exact(area)
        .zip(gradient.chunks_exact(height * width));
    if shape.quarters() && all_numbers(input) {
        return filled(input.len(), |out| {
            for ((plane, gradient), out) in planes.zip(out.chunks_exact_mut(area)) {
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
        });
    }
    let mut out = vec![0.0; input.len()];
    for ((plane, gradient), out) in planes.zip(out.chunks_exact_mut(area)) {
        for (at, gradient) in gradient.iter().enumerate() {
            out[shape.largest(plane, at / width, at % width)] += gradient;
        }
    }
    out
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

/// The greater of two numbers, the first of equals.
#[inline(always)]
fn greater(first: f32x4, second: f32x4) -> f32x4 {
    second.simd_gt(first).bitselect(second, first)
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

/// Whether there is nothing that is no number: comparisons would pass over it.
fn all_numbers(values: &[f32]) -> bool {
    let (fours, rest) = values.as_chunks::<LANES>();
    // 0 times a number is 0, and times what is none, or infinite, is none.
    let mut sum = f32x4::ZERO;
    for four in fours {
        sum += f32x4::new(*four) * f32x4::ZERO;
    }
    !sum.is_nan().any() && rest.iter().all(|value| value.is_finite())
}
