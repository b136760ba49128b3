//! The gradient by the input: a convolution of the output's gradient with the kernel turned around, for each phase of
//! the stride.

use std::mem::MaybeUninit;

use super::shape::ConvShape;
use super::sums::{Rows, Sites, Sums, Term};
use crate::ops::filled::filled;
use crate::ops::planes::Planes;
use crate::ops::shape::{assert_shape, elements};

/// `[batch, channels, height, width]` of the input.
///
/// # Shapes
/// - `weights`: `[filters, channels / groups, kernel height, kernel width]`
/// - `gradient`: `[batch, filters, height, width]` of the output
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn input_gradient(shape: &ConvShape, weights: &[f32], gradient: &[f32]) -> Vec<f32> {
    shape.assert_groups();
    assert_shape("weights", weights, shape.weight_shape());
    assert_shape("gradient", gradient, shape.output_shape());
    let shape = &shape.straightened();
    let channels = shape.group_channels();
    let filters = shape.group_filters();
    let plane = shape.size[0] * shape.size[1];
    // Padded so far that every term of every input pixel is there, as zero where it is none.
    let phases = [0, 1].map(|d| Phase::all(shape, d));
    let output = shape.output();
    let border = [0, 1].map(|d| {
        let borders = phases[d].iter().map(|phase| phase.border(output[d]));
        borders.max().unwrap_or(0)
    });
    let planes = Planes::new(filters, output, border, [1, 1]);
    let groups: Vec<Vec<Sums>> = (0..shape.groups)
        .map(|group| {
            let pairs = phases[0]
                .iter()
                .flat_map(|y| phases[1].iter().map(move |x| (y, x)));
            pairs
                .map(|(y, x)| phase_sums(shape, weights, group, &planes, border, y, x))
                .collect()
        })
        .collect();
    let mut room = planes.room(0.0);
    let write = |out: &mut [MaybeUninit<f32>]| {
        let parts = gradient
            .chunks_exact(filters * shape.pixels())
            .zip(out.chunks_exact_mut(channels * plane));
        for (part, (gradient, out)) in parts.enumerate() {
            let phases = &groups[part % shape.groups];
            let read = phases.iter().map(|sums| sums.read).max().unwrap_or(0);
            let gradient = planes.lay(&mut room, gradient, read);
            for sums in phases {
                sums.write(gradient, out, plane);
            }
        }
    };
    // SAFETY: by the lengths asserted above there are as many gradients as outputs of a group of an image, and each row
    // and each column of the input is in one of the phases.
    unsafe { filled(elements(shape.image_shape()), write) }
}

/// The input's rows (or columns) that meet the same part of the kernel.
#[derive(Clone, Copy, Debug)]
struct Phase {
    /// The first of them.
    first: usize,
    /// How many there are.
    count: usize,
    /// The part of the kernel: this place and every `stride`-th after it.
    kernel: usize,
    /// How many places that are.
    places: usize,
    /// The output's row that the first place meets for the first input row.
    output: usize,
}

impl Phase {
    fn all(shape: &ConvShape, d: usize) -> Vec<Phase> {
        let (size, stride) = (shape.size[d], shape.stride[d]);
        let (kernel, padding) = (shape.kernel[d], shape.padding[d]);
        (0..stride.min(size))
            .map(|first| {
                // Row `first` of the input is row `first + padding` of the padded one.
                let row = first + padding;
                let place = row % stride;
                Phase {
                    first,
                    count: (size - first).div_ceil(stride),
                    kernel: place,
                    places: kernel.saturating_sub(place).div_ceil(stride),
                    output: row / stride,
                }
            })
            .collect()
    }

    /// Zeros needed around `size` rows of the output's gradient: terms reach back by the kernel, and forward over
    /// the end.
    fn border(&self, size: usize) -> usize {
        let before = (self.places.max(1) - 1).saturating_sub(self.output);
        let after = (self.output + self.count).saturating_sub(size);
        before.max(after)
    }
}

fn phase_sums(
    shape: &ConvShape,
    weights: &[f32],
    group: usize,
    planes: &Planes,
    border: [usize; 2],
    y: &Phase,
    x: &Phase,
) -> Sums {
    let [kernel_height, kernel_width] = shape.kernel;
    let filters = shape.group_filters();
    // Terms are listed as the gradient is read: downwards, and so backwards through the kernel.
    let first = |phase: &Phase| phase.output as isize - (phase.places.max(1) as isize - 1);
    let from = |phase: &Phase, border: usize| (first(phase) + border as isize) as usize;
    let sites = Sites {
        size: [y.count, x.count],
        from: planes.at(0, from(y, border[0]), from(x, border[1])),
        from_row: planes.columns,
        to: y.first * shape.size[1] + x.first,
        to_row: shape.stride[0] * shape.size[1],
        to_step: shape.stride[1],
    };
    let rows = Rows {
        count: y.places,
        first: first(y),
        step: 1,
        image: shape.output()[0],
    };
    let channels = shape.group_channels();
    let mut terms = Vec::with_capacity(y.places * filters * x.places);
    for down in 0..y.places {
        for filter in 0..filters {
            for across in 0..x.places {
                let row = y.kernel + (y.places - 1 - down) * shape.stride[0];
                let column = x.kernel + (x.places - 1 - across) * shape.stride[1];
                terms.push(Term {
                    step: planes.at(filter, down, across),
                    weight: (filter * channels * kernel_height + row) * kernel_width + column,
                });
            }
        }
    }
    let area = kernel_height * kernel_width;
    let before = group * filters * channels * area;
    Sums::new(channels, &terms, &rows, &sites, None, |channel, which| {
        weights[before + channel * area + which]
    })
}
