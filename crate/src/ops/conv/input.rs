//! The gradient with respect to the input (a transposed convolution): for each phase of the stride, a convolution of the output's
//! gradient with the flipped part of the kernel that the phase meets.

use std::mem::MaybeUninit;

use super::direct::DirectConv;
use super::positions::{KernelRows, OutputPositions, Reduction};
use super::shape::ConvShape;
use crate::ops::phases::PhaseLayout;
use crate::ops::shape::{assert_shape, elements};
use crate::ops::uninit::filled;

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
    let shape = &shape.flattened();
    let channels = shape.group_channels();
    let filters = shape.group_filters();
    let plane = shape.size[0] * shape.size[1];
    let phases = [0, 1].map(|d| StridePhase::all(shape, d));
    // Padded so far that every product of every input pixel can be read: those beyond the output are zero.
    let output = shape.output();
    let padding = [0, 1].map(|d| {
        let paddings = phases[d].iter().map(|phase| phase.padding(output[d]));
        paddings.max().unwrap_or(0)
    });
    let layout = PhaseLayout::new(filters, output, padding, [1, 1]);
    let groups: Vec<Vec<DirectConv>> = (0..shape.groups)
        .map(|group| {
            let pairs = phases[0]
                .iter()
                .flat_map(|y| phases[1].iter().map(move |x| [y, x]));
            pairs
                .map(|pair| phase_conv(shape, weights, group, &layout, padding, pair))
                .collect()
        })
        .collect();
    let mut scratch = layout.scratch(0.0);
    let write = |input: &mut [MaybeUninit<f32>]| {
        let pairs = gradient
            .chunks_exact(filters * shape.output_pixels())
            .zip(input.chunks_exact_mut(channels * plane));
        for (index, (gradient, input)) in pairs.enumerate() {
            let phases = &groups[index % shape.groups];
            let read_len = phases.iter().map(|conv| conv.read_len).max().unwrap_or(0);
            let gradient = layout.pack_or_borrow(&mut scratch, gradient, read_len);
            for conv in phases {
                conv.apply(gradient, input, plane);
            }
        }
    };
    // SAFETY: by the lengths asserted above there are as many gradients as outputs of a group of an image, and each row
    // and each column of the input is in one of the phases.
    unsafe { filled(elements(shape.image_shape()), write) }
}

/// A phase of the stride, in one dimension: the input's rows (or columns) that meet the same part of the kernel.
#[derive(Clone, Copy, Debug)]
struct StridePhase {
    /// The first of those rows; the others follow a stride apart.
    first: usize,
    /// How many there are.
    count: usize,
    /// The first kernel row that they meet; the others follow a stride apart.
    kernel_start: usize,
    /// How many kernel rows they meet.
    kernel_rows: usize,
    /// The output row that the first input row reaches by the first kernel row.
    output: usize,
}

impl StridePhase {
    fn all(shape: &ConvShape, d: usize) -> Vec<StridePhase> {
        let (size, stride) = (shape.size[d], shape.stride[d]);
        let (kernel, padding) = (shape.kernel[d], shape.padding[d]);
        (0..stride.min(size))
            .map(|first| {
                // Row `first` of the input is row `first + padding` of the padded one.
                let row = first + padding;
                let kernel_start = row % stride;
                StridePhase {
                    first,
                    count: (size - first).div_ceil(stride),
                    kernel_start,
                    kernel_rows: kernel.saturating_sub(kernel_start).div_ceil(stride),
                    output: row / stride,
                }
            })
            .collect()
    }

    /// Zeros needed around `size` rows of the output's gradient: products reach back by the kernel, and forward over the end.
    fn padding(&self, size: usize) -> usize {
        let before = (self.kernel_rows.max(1) - 1).saturating_sub(self.output);
        let after = (self.output + self.count).saturating_sub(size);
        before.max(after)
    }
}

/// The convolution that gives one phase's input pixels of a group.
fn phase_conv(
    shape: &ConvShape,
    weights: &[f32],
    group: usize,
    layout: &PhaseLayout,
    padding: [usize; 2],
    [y, x]: [&StridePhase; 2],
) -> DirectConv {
    let [kernel_height, kernel_width] = shape.kernel;
    let filters = shape.group_filters();
    // The gradient is read downwards, and so the kernel backwards.
    let first_row =
        |phase: &StridePhase| phase.output as isize - (phase.kernel_rows.max(1) as isize - 1);
    let padded =
        |phase: &StridePhase, padding: usize| (first_row(phase) + padding as isize) as usize;
    let positions = OutputPositions {
        size: [y.count, x.count],
        read: layout.index(0, padded(y, padding[0]), padded(x, padding[1])),
        read_row: layout.row_stride,
        write: y.first * shape.size[1] + x.first,
        write_row: shape.stride[0] * shape.size[1],
        write_step: shape.stride[1],
    };
    let rows = KernelRows {
        count: y.kernel_rows,
        first: first_row(y),
        step: 1,
        image: shape.output()[0],
    };
    let channels = shape.group_channels();
    let mut reduction = Vec::with_capacity(y.kernel_rows * filters * x.kernel_rows);
    for down in 0..y.kernel_rows {
        for filter in 0..filters {
            for across in 0..x.kernel_rows {
                let row = y.kernel_start + (y.kernel_rows - 1 - down) * shape.stride[0];
                let column = x.kernel_start + (x.kernel_rows - 1 - across) * shape.stride[1];
                reduction.push(Reduction {
                    offset: layout.index(filter, down, across),
                    weight: (filter * channels * kernel_height + row) * kernel_width + column,
                });
            }
        }
    }
    let area = kernel_height * kernel_width;
    let group_start = group * filters * channels * area;
    let weight = |channel: usize, index: usize| weights[group_start + channel * area + index];
    DirectConv::new(channels, &reduction, &rows, &positions, None, weight)
}
