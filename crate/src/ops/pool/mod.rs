//! Max pooling.

mod squares;
#[cfg(test)]
mod tests;
mod windows;

use std::mem::MaybeUninit;

use wide::f32x4;

use super::filled::filled;
use super::shape::{assert_shape, elements};
use super::tile::LANES;
use windows::Windows;

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
    /// `[planes, height, width]` of the input.
    pub fn input_shape(&self) -> [usize; 3] {
        let [height, width] = self.size;
        [self.planes, height, width]
    }

    /// `[planes, height, width]` of the output.
    pub fn output_shape(&self) -> [usize; 3] {
        let [height, width] = self.output();
        [self.planes, height, width]
    }

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
}

/// How the windows are gone through. All ways find the same numbers, and add gradients in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Squares,
    Windows,
    OneByOne,
}

impl Way {
    /// The fastest. Comparisons of vectors would pass over what is no number.
    fn of(shape: &PoolShape, input: &[f32]) -> Self {
        if !all_finite(input) {
            Way::OneByOne
        } else if squares::fit(shape) {
            Way::Squares
        } else {
            Way::Windows
        }
    }
}

/// The largest number of each window: `[planes, height, width]` of the output.
///
/// # Panics
/// Where `input` is not as long as its shape says.
pub fn max_pool(shape: &PoolShape, input: &[f32]) -> Vec<f32> {
    largest(shape, input, Way::of(shape, input))
}

/// The gradient by the input: each window's goes to its largest number.
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn max_pool_gradient(shape: &PoolShape, input: &[f32], gradient: &[f32]) -> Vec<f32> {
    gradient_by_input(shape, input, gradient, Way::of(shape, input))
}

fn largest(shape: &PoolShape, input: &[f32], way: Way) -> Vec<f32> {
    assert_shape("input", input, shape.input_shape());
    let [height, width] = shape.output();
    let mut windows = Windows::new(shape);
    let planes = input.chunks_exact(shape.size[0] * shape.size[1]);
    let write = |out: &mut [MaybeUninit<f32>]| {
        for (plane, out) in planes.zip(out.chunks_exact_mut(height * width)) {
            match way {
                Way::Squares => squares::largest(plane, width, out),
                Way::Windows => windows.largest(plane, out),
                Way::OneByOne => {
                    for (at, out) in out.iter_mut().enumerate() {
                        out.write(plane[shape.largest(plane, at / width, at % width)]);
                    }
                }
            }
        }
    };
    // SAFETY: by the length asserted above there are as many planes as outputs, and each way writes all of an output's.
    unsafe { filled(elements(shape.output_shape()), write) }
}

fn gradient_by_input(shape: &PoolShape, input: &[f32], gradient: &[f32], way: Way) -> Vec<f32> {
    assert_shape("input", input, shape.input_shape());
    assert_shape("gradient", gradient, shape.output_shape());
    let [height, width] = shape.output();
    let area = shape.size[0] * shape.size[1];
    let planes = input
        .chunks_exact(area)
        .zip(gradient.chunks_exact(height * width));
    if way == Way::Squares {
        let write = |out: &mut [MaybeUninit<f32>]| {
            for ((plane, gradient), out) in planes.zip(out.chunks_exact_mut(area)) {
                squares::gradient(plane, width, gradient, out);
            }
        };
        // SAFETY: by the lengths asserted above there are as many gradients as planes, and squares cover a plane.
        return unsafe { filled(input.len(), write) };
    }
    let mut windows = Windows::new(shape);
    let mut out = vec![0.0; input.len()];
    for ((plane, gradient), out) in planes.zip(out.chunks_exact_mut(area)) {
        if way == Way::Windows {
            windows.gradient(plane, gradient, out);
        } else {
            for (at, gradient) in gradient.iter().enumerate() {
                out[shape.largest(plane, at / width, at % width)] += gradient;
            }
        }
    }
    out
}

/// The greater of two numbers, the first of equals.
#[inline(always)]
fn greater(first: f32x4, second: f32x4) -> f32x4 {
    second.simd_gt(first).bitselect(second, first)
}

/// Whether every value is a finite number.
fn all_finite(values: &[f32]) -> bool {
    let (fours, rest) = values.as_chunks::<LANES>();
    // 0 times a number is 0, and times what is none, or infinite, is none.
    let mut sum = f32x4::ZERO;
    for four in fours {
        sum += f32x4::new(*four) * f32x4::ZERO;
    }
    !sum.is_nan().any() && rest.iter().all(|value| value.is_finite())
}
