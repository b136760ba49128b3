//! The forward pass.

use std::mem::MaybeUninit;

use super::direct::DirectConv;
use super::positions::{KernelRows, OutputPositions, Reduction};
use super::shape::ConvShape;
use crate::ops::phases::PhaseLayout;
use crate::ops::shape::{assert_shape, elements};
use crate::ops::uninit::filled;

/// `[batch, filters, height, width]` of the output.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - `weights`: `[filters, channels / groups, kernel height, kernel width]`
/// - `bias`: `[filters]`, or empty
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn forward(shape: &ConvShape, images: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
    shape.assert_groups();
    assert_shape("images", images, shape.image_shape());
    assert_shape("weights", weights, shape.weight_shape());
    if !bias.is_empty() {
        assert_shape("bias", bias, [shape.filters]);
    }
    let shape = shape.flattened();
    let [height, width] = shape.output();
    let pixels = shape.output_pixels();
    let channels = shape.group_channels();
    let filters = shape.group_filters();
    let layout = PhaseLayout::new(channels, shape.size, shape.padding, shape.stride);
    let positions = OutputPositions {
        size: [height, width],
        read: 0,
        read_row: layout.row_stride,
        write: 0,
        write_row: width,
        write_step: 1,
    };
    let rows = KernelRows {
        count: shape.kernel[0],
        first: -(shape.padding[0] as isize),
        step: shape.stride[0],
        image: shape.size[0],
    };
    let mut reduction = Vec::with_capacity(shape.reduction_len());
    for row in 0..shape.kernel[0] {
        for channel in 0..channels {
            for column in 0..shape.kernel[1] {
                reduction.push(Reduction {
                    offset: layout.index(channel, row, column),
                    weight: (channel * shape.kernel[0] + row) * shape.kernel[1] + column,
                });
            }
        }
    }
    let groups: Vec<_> = (0..shape.groups)
        .map(|group| {
            let first = group * filters;
            let bias = (!bias.is_empty()).then(|| &bias[first..first + filters]);
            let weight =
                |filter: usize, index: usize| weights[(first + filter) * reduction.len() + index];
            DirectConv::new(filters, &reduction, &rows, &positions, bias, weight)
        })
        .collect();
    let mut scratch = layout.scratch(0.0);
    let image_len = shape.image_len() / shape.groups;
    let write = |output: &mut [MaybeUninit<f32>]| {
        let pairs = images
            .chunks_exact(image_len)
            .zip(output.chunks_exact_mut(filters * pixels));
        for (index, (image, output)) in pairs.enumerate() {
            let conv = &groups[index % shape.groups];
            let image = layout.pack_or_borrow(&mut scratch, image, conv.read_len);
            conv.apply(image, output, pixels);
        }
    };
    // SAFETY: by the lengths asserted above there are as many inputs as outputs of a group of an image, and the positions
    // are all pixels of an output.
    unsafe { filled(elements(shape.output_shape()), write) }
}
