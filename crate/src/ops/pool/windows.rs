//! Windows of any size, stride and padding, four neighbours of a row at a time.

use std::mem::MaybeUninit;

use wide::f32x4;

use super::{PoolShape, greater};
use crate::ops::planes::Planes;
use crate::ops::tile::{LANES, load};

/// A number of a window: how far it is from the window's first.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// In the room that a plane is laid out in.
    step: usize,
    /// In a plane with its padding above and to the left, in which rows are as wide as the plane's: what a gradient is
    /// written by.
    offset: u32,
}

/// One plane after the other, laid out so that neighbouring windows read neighbouring numbers.
#[derive(Clone, Debug)]
pub struct Windows {
    planes: Planes,
    room: Vec<f32>,
    /// Row by row.
    places: Vec<Place>,
    /// Height and width of the output.
    output: [usize; 2],
    /// From one window to the next below it, and to the next beside it, as `offset` counts.
    next: [usize; 2],
    /// The offset of the plane's first number.
    first: usize,
}

impl Windows {
    /// Room for one plane of the shape.
    pub fn new(shape: &PoolShape) -> Self {
        let planes = Planes::new(1, shape.size, shape.padding, shape.stride);
        let width = shape.size[1];
        let [rows, columns] = shape.kernel;
        let mut places = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            places.extend((0..columns).map(|column| Place {
                step: planes.at(0, row, column),
                offset: (row * width + column) as u32,
            }));
        }
        Windows {
            // The padding is less than any number that the vectors compare.
            room: planes.room(f32::NEG_INFINITY),
            planes,
            places,
            output: shape.output(),
            next: [shape.stride[0] * width, shape.stride[1]],
            first: shape.padding[0] * width + shape.padding[1],
        }
    }

    /// The largest number of each window of a plane of finite numbers.
    pub fn largest(&mut self, plane: &[f32], out: &mut [MaybeUninit<f32>]) {
        self.planes.fill(&mut self.room, plane);
        for (row, out) in out.chunks_exact_mut(self.output[1]).enumerate() {
            for (four, out) in out.chunks_mut(LANES).enumerate() {
                let numbers = self.numbers(row, four * LANES);
                let most = numbers.map(|(number, _)| number).reduce(greater);
                for (out, most) in out.iter_mut().zip(most.unwrap_or_default().to_array()) {
                    out.write(most);
                }
            }
        }
    }

    /// Adds to the gradient by a plane of finite numbers: each window's goes to the first of its largest numbers.
    pub fn gradient(&mut self, plane: &[f32], gradient: &[f32], out: &mut [f32]) {
        self.planes.fill(&mut self.room, plane);
        let [down, across] = self.next;
        for (row, gradient) in gradient.chunks_exact(self.output[1]).enumerate() {
            for (four, gradient) in gradient.chunks(LANES).enumerate() {
                // Offsets are chosen as the numbers are, in their bits.
                let numbers = self.numbers(row, four * LANES);
                let numbers =
                    numbers.map(|(number, at)| (number, f32x4::splat(f32::from_bits(at))));
                let first_of_largest =
                    |(most, at): (f32x4, f32x4), (number, place): (f32x4, f32x4)| {
                        let more = number.simd_gt(most);
                        (more.bitselect(number, most), more.bitselect(place, at))
                    };
                let (_, at) = numbers.reduce(first_of_largest).unwrap_or_default();
                let start = row * down + four * LANES * across;
                for (lane, (gradient, at)) in gradient.iter().zip(at.to_array()).enumerate() {
                    let at = start + lane * across + at.to_bits() as usize - self.first;
                    out[at] += gradient;
                }
            }
        }
    }

    /// The numbers of four windows from `column` on, place by place, and each place's offset. Lanes behind the last
    /// window hold some other numbers.
    #[inline(always)]
    fn numbers(&self, row: usize, column: usize) -> impl Iterator<Item = (f32x4, u32)> {
        let from = row * self.planes.columns + column;
        self.places.iter().map(move |place| {
            let four = &self.room[from + place.step..][..LANES];
            // SAFETY: sliced to hold a vector.
            (unsafe { load(four.as_ptr()) }, place.offset)
        })
    }
}
