//! The convolution itself.

use std::mem::MaybeUninit;

use super::shape::ConvShape;
use super::sums::{Rows, Sites, Sums, Term};
use crate::ops::filled::filled;
use crate::ops::planes::Planes;
use crate::ops::shape::{assert_shape, elements};

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
    let shape = shape.straightened();
    let [height, width] = shape.output();
    let pixels = shape.pixels();
    let channels = shape.group_channels();
    let filters = shape.group_filters();
    let planes = Planes::new(channels, shape.size, shape.padding, shape.stride);
    let sites = Sites {
        size: [height, width],
        from: 0,
        from_row: planes.columns,
        to: 0,
        to_row: width,
        to_step: 1,
    };
    let rows = Rows {
        count: shape.kernel[0],
        first: -(shape.padding[0] as isize),
        step: shape.stride[0],
        image: shape.size[0],
    };
    let mut terms = Vec::with_capacity(shape.terms());
    for row in 0..shape.kernel[0] {
        for channel in 0..channels {
            for column in 0..shape.kernel[1] {
                terms.push(Term {
                    step: planes.at(channel, row, column),
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
                |filter: usize, which: usize| weights[(first + filter) * terms.len() + which];
            Sums::new(filters, &terms, &rows, &sites, bias, weight)
        })
        .collect();
    let mut room = planes.room(0.0);
    let image = shape.image() / shape.groups;
    let write = |out: &mut [MaybeUninit<f32>]| {
        let parts = images
            .chunks_exact(image)
            .zip(out.chunks_exact_mut(filters * pixels));
        for (part, (image, out)) in parts.enumerate() {
            let sums = &groups[part % shape.groups];
            let image = planes.lay(&mut room, image, sums.read);
            sums.write(image, out, pixels);
        }
    };
    // SAFETY: by the lengths asserted above there are as many inputs as outputs of a group of an image, and the sites
    // are all pixels of an output.
    unsafe { filled(elements(shape.output_shape()), write) }
}
