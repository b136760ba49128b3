//! Windows of any size, stride and padding, four neighbours of a row at a time.

use std::mem::MaybeUninit;

use wide::f32x4;

use super::{PoolShape, larger};
use crate::ops::phases::PhaseLayout;
use crate::ops::tile::{LANES, load};

/// An element of a window, relative to the window's first one.
#[derive(Clone, Copy, Debug)]
struct Tap {
    /// In the packed plane.
    offset: usize,
    /// In a padded plane whose rows are as wide as the unpadded one's: gradients are written by it.
    gradient_offset: u32,
}

/// Pools planes one after the other, each packed so that neighbouring windows read neighbouring numbers.
#[derive(Clone, Debug)]
pub struct Pooler {
    layout: PhaseLayout,
    scratch: Vec<f32>,
    /// Row by row.
    taps: Vec<Tap>,
    /// Height and width of the output.
    output: [usize; 2],
    /// From one window to the next below it, and to the next beside it, in gradient offsets.
    step: [usize; 2],
    /// The gradient offset of the plane's first number.
    origin: usize,
}

impl Pooler {
    /// For planes of that shape.
    pub fn new(shape: &PoolShape) -> Self {
        let layout =
            PhaseLayout::new(1, shape.size, shape.padding, shape.stride).reaching(shape.reach);
        let width = shape.size[1];
        let [rows, columns] = shape.kernel;
        let mut taps = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            taps.extend((0..columns).map(|column| Tap {
                offset: layout.index(0, row, column),
                gradient_offset: (row * width + column) as u32,
            }));
        }
        Pooler {
            scratch: layout.scratch(f32::NEG_INFINITY),
            layout,
            taps,
            output: shape.output(),
            step: [shape.stride[0] * width, shape.stride[1]],
            origin: shape.padding[0] * width + shape.padding[1],
        }
    }

    /// The largest number of each window of a plane of finite numbers.
    pub fn max(&mut self, plane: &[f32], output: &mut [MaybeUninit<f32>]) {
        self.layout.pack(&mut self.scratch, plane);
        for (row, output) in output.chunks_exact_mut(self.output[1]).enumerate() {
            for (chunk, output) in output.chunks_mut(LANES).enumerate() {
                let values = self.taps(row, chunk * LANES).map(|(value, _)| value);
                let largest = values.reduce(larger).unwrap_or_default().to_array();
                for (output, largest) in output.iter_mut().zip(largest) {
                    output.write(largest);
                }
            }
        }
    }

    /// Adds to the gradient with respect to a plane of finite numbers: each window's goes to the first of its largest numbers.
    pub fn add_gradient(&mut self, plane: &[f32], gradient: &[f32], output: &mut [f32]) {
        self.layout.pack(&mut self.scratch, plane);
        let [down, across] = self.step;
        for (row, gradient) in gradient.chunks_exact(self.output[1]).enumerate() {
            for (chunk, gradient) in gradient.chunks(LANES).enumerate() {
                // Offsets are selected with the numbers: as the bits of floats.
                let taps = self
                    .taps(row, chunk * LANES)
                    .map(|(value, offset)| (value, f32x4::splat(f32::from_bits(offset))));
                let first_of_largest =
                    |(largest, argmax): (f32x4, f32x4), (value, offset): (f32x4, f32x4)| {
                        let is_larger = value.simd_gt(largest);
                        let largest = is_larger.bitselect(value, largest);
                        (largest, is_larger.bitselect(offset, argmax))
                    };
                let (_, argmax) = taps.reduce(first_of_largest).unwrap_or_default();
                let start = row * down + chunk * LANES * across;
                let lanes = gradient.iter().zip(argmax.to_array()).enumerate();
                for (lane, (gradient, offset)) in lanes {
                    let offset = offset.to_bits() as usize;
                    output[start + lane * across + offset - self.origin] += gradient;
                }
            }
        }
    }

    /// The values of four windows from `column` on, tap by tap, and each tap's gradient offset. Lanes after the last window hold
    /// other numbers, which are not used.
    #[inline(always)]
    fn taps(&self, row: usize, column: usize) -> impl Iterator<Item = (f32x4, u32)> {
        let start = row * self.layout.row_stride + column;
        self.taps.iter().map(move |tap| {
            let lanes = &self.scratch[start + tap.offset..][..LANES];
            // SAFETY: sliced to hold a vector.
            (unsafe { load(lanes.as_ptr()) }, tap.gradient_offset)
        })
    }
}
