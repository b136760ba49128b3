//! Max pooling.

#[cfg(test)]
mod tests;
mod vectorized;
mod window2x2;

use std::mem::MaybeUninit;
use std::ops::Range;

use wide::f32x4;

use super::shape::{assert_shape, elements};
use super::tile::LANES;
use super::uninit::filled;
use crate::window;
use vectorized::Pooler;

/// Max pooling of planes: every channel of every image by itself. What windows reach over beside a plane is less than any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolShape {
    /// Images times channels.
    pub planes: usize,
    /// Height and width of a plane.
    pub size: [usize; 2],
    /// Height and width of a window.
    pub kernel: [usize; 2],
    /// Vertical and horizontal stride.
    pub stride: [usize; 2],
    /// Padding above and below, and left and right.
    pub padding: [usize; 2],
    /// Rows below and columns on the right that windows reach over, beyond the padding (PyTorch's `ceil_mode`).
    pub reach: [usize; 2],
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
    ///
    /// # Panics
    /// Where the window is larger than the padded plane.
    pub fn output(&self) -> [usize; 2] {
        let size = [0, 1].map(|d| self.size[d] + self.reach[d]);
        window::output_shape(size, self.kernel, self.stride, self.padding)
    }

    /// The rows (or columns) of a plane in a window.
    fn window(&self, d: usize, index: usize) -> Range<usize> {
        let start = index * self.stride[d];
        let end = (start + self.kernel[d]).saturating_sub(self.padding[d]);
        start.saturating_sub(self.padding[d])..end.min(self.size[d])
    }

    /// The index of a window's largest number, the first of equals. NaN counts as the largest, so that it shows in the loss.
    fn argmax(&self, plane: &[f32], row: usize, column: usize) -> usize {
        let (rows, columns) = (self.window(0, row), self.window(1, column));
        let mut largest = rows.start * self.size[1] + columns.start;
        for row in rows {
            for column in columns.clone() {
                let index = row * self.size[1] + column;
                if plane[index] > plane[largest] || plane[index].is_nan() {
                    largest = index;
                }
            }
        }
        largest
    }
}

/// The algorithms. All find the same numbers, and add gradients in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    /// Windows of 2×2 at a stride of 2, four at a time.
    Window2x2,
    /// Any windows, four at a time.
    Vectorized,
    /// Any windows of any numbers, one at a time.
    Scalar,
}

impl Algorithm {
    /// The fastest one. Comparisons of vectors would lose NaN.
    fn fastest(shape: &PoolShape, input: &[f32]) -> Self {
        if !all_finite(input) {
            Algorithm::Scalar
        } else if window2x2::applies(shape) {
            Algorithm::Window2x2
        } else {
            Algorithm::Vectorized
        }
    }

    /// Panics unless the algorithm computes every element of such planes.
    fn assert_applies(self, shape: &PoolShape) {
        assert!(
            self != Algorithm::Window2x2 || window2x2::applies(shape),
            "these windows are not of 2×2 side by side"
        );
    }
}

/// The largest number of each window: `[planes, height, width]` of the output.
///
/// # Panics
/// Where `input` is not as long as its shape says.
pub fn max_pool(shape: &PoolShape, input: &[f32]) -> Vec<f32> {
    forward(shape, input, Algorithm::fastest(shape, input))
}

/// The gradient with respect to the input: each window's goes to its largest number.
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn max_pool_gradient(shape: &PoolShape, input: &[f32], gradient: &[f32]) -> Vec<f32> {
    backward(shape, input, gradient, Algorithm::fastest(shape, input))
}

fn forward(shape: &PoolShape, input: &[f32], algorithm: Algorithm) -> Vec<f32> {
    algorithm.assert_applies(shape);
    assert_shape("input", input, shape.input_shape());
    let [height, width] = shape.output();
    let mut pooler = Pooler::new(shape);
    let planes = input.chunks_exact(shape.size[0] * shape.size[1]);
    let write = |output: &mut [MaybeUninit<f32>]| {
        for (plane, output) in planes.zip(output.chunks_exact_mut(height * width)) {
            match algorithm {
                Algorithm::Window2x2 => window2x2::max(plane, width, output),
                Algorithm::Vectorized => pooler.max(plane, output),
                Algorithm::Scalar => {
                    for (index, output) in output.iter_mut().enumerate() {
                        output.write(plane[shape.argmax(plane, index / width, index % width)]);
                    }
                }
            }
        }
    };
    // SAFETY: by the length asserted above there are as many planes as outputs, and an algorithm that applies writes all of an
    // output.
    unsafe { filled(elements(shape.output_shape()), write) }
}

fn backward(shape: &PoolShape, input: &[f32], gradient: &[f32], algorithm: Algorithm) -> Vec<f32> {
    algorithm.assert_applies(shape);
    assert_shape("input", input, shape.input_shape());
    assert_shape("gradient", gradient, shape.output_shape());
    let [height, width] = shape.output();
    let area = shape.size[0] * shape.size[1];
    let planes = input
        .chunks_exact(area)
        .zip(gradient.chunks_exact(height * width));
    if algorithm == Algorithm::Window2x2 {
        let write = |output: &mut [MaybeUninit<f32>]| {
            for ((plane, gradient), output) in planes.zip(output.chunks_exact_mut(area)) {
                window2x2::gradient(plane, width, gradient, output);
            }
        };
        // SAFETY: by the lengths asserted above there are as many gradients as planes, and windows of 2×2, where they apply, cover
        // a plane.
        return unsafe { filled(input.len(), write) };
    }
    let mut pooler = Pooler::new(shape);
    let mut output = vec![0.0; input.len()];
    for ((plane, gradient), output) in planes.zip(output.chunks_exact_mut(area)) {
        if algorithm == Algorithm::Vectorized {
            pooler.add_gradient(plane, gradient, output);
        } else {
            for (index, gradient) in gradient.iter().enumerate() {
                output[shape.argmax(plane, index / width, index % width)] += gradient;
            }
        }
    }
    output
}

/// The larger of two numbers, the first of equals.
#[inline(always)]
fn larger(first: f32x4, second: f32x4) -> f32x4 {
    second.simd_gt(first).bitselect(second, first)
}

/// Whether every value is finite.
fn all_finite(values: &[f32]) -> bool {
    let (chunks, rest) = values.as_chunks::<LANES>();
    // 0 times a finite number is 0, and 0 times NaN or an infinity is NaN.
    let mut sum = f32x4::ZERO;
    for chunk in chunks {
        sum += f32x4::new(*chunk) * f32x4::ZERO;
    }
    !sum.is_nan().any() && rest.iter().all(|value| value.is_finite())
}
