//! The gradients with respect to weights and bias: for each weight, the products of the pixels it was multiplied by and the
//! gradients of the outputs it went into, summed over output pixels and images.

use wide::{f32x4, f32x8};

use super::shape::ConvShape;
use crate::ops::phases::PhaseLayout;
use crate::ops::shape::assert_shape;
use crate::ops::tile::{AVX_FACTOR, LANES, PAIR, accumulate_channels};
use crate::ops::transpose::transpose;

/// Output pixels whose products are summed by themselves before they are added to the total: their gradients stay in the L1 cache
/// while every weight reads them, and a sum of sums rounds less than one long sum.
const CHUNK: usize = 256;

/// The gradient with respect to the weights: `[filters, channels / groups, kernel height, kernel width]`.
///
/// # Shapes
/// - `images`: `[batch, channels, height, width]`
/// - `gradient`: `[batch, filters, height, width]` of the output
///
/// # Panics
/// Where a slice is not as long as its shape says.
pub fn weight_gradient(shape: &ConvShape, images: &[f32], gradient: &[f32]) -> Vec<f32> {
    shape.assert_groups();
    assert_shape("images", images, shape.image_shape());
    assert_shape("gradient", gradient, shape.output_shape());
    let shape = &shape.flattened();
    let filters = shape.group_filters();
    let pixels = shape.output_pixels();
    let channels = shape.group_channels();
    let layout = PhaseLayout::new(channels, shape.size, shape.padding, shape.stride);
    let weight_offsets = weight_offsets(shape, &layout);
    let mut groups = vec![WeightSums::new(filters, &weight_offsets); shape.groups];
    let mut scratch = layout.scratch(0.0);
    // `[pixels, padded_filters]`
    let mut transposed = vec![0.0; pixels * groups[0].padded_filters];
    let pixel_offsets = pixel_offsets(shape, &layout);

    let image_len = shape.image_len() / shape.groups;
    let pairs = images
        .chunks_exact(image_len)
        .zip(gradient.chunks_exact(filters * pixels));
    for (index, (image, gradient)) in pairs.enumerate() {
        let image = layout.pack_or_borrow(&mut scratch, image, image.len());
        let sums = &mut groups[index % shape.groups];
        transpose(gradient, pixels, &mut transposed, sums.padded_filters);
        sums.add(image, &pixel_offsets, &transposed);
    }
    let mut weights = Vec::with_capacity(shape.filters * weight_offsets.len());
    for group in &groups {
        group.write(weight_offsets.len(), &mut weights);
    }
    weights
}

/// The gradient with respect to the bias, `[filters]`: the sum over the output pixels of all images.
///
/// # Panics
/// Where `gradient` is not as long as its shape says.
pub fn bias_gradient(shape: &ConvShape, gradient: &[f32]) -> Vec<f32> {
    assert_shape("gradient", gradient, shape.output_shape());
    let mut sums = vec![0.0; shape.filters];
    for image in gradient.chunks_exact(shape.filters * shape.output_pixels()) {
        let planes = image.chunks_exact(shape.output_pixels());
        for (total, plane) in sums.iter_mut().zip(planes) {
            *total += sum(plane);
        }
    }
    sums
}

/// For each weight of a filter, where its pixel stands relative to the output pixel's first one.
fn weight_offsets(shape: &ConvShape, layout: &PhaseLayout) -> Vec<u32> {
    let [height, width] = shape.kernel;
    let mut offsets = Vec::with_capacity(shape.reduction_len());
    for channel in 0..shape.group_channels() {
        for row in 0..height {
            for column in 0..width {
                offsets.push(layout.index(channel, row, column) as u32);
            }
        }
    }
    offsets
}

/// For each output pixel, where the first pixel that it depends on stands.
fn pixel_offsets(shape: &ConvShape, layout: &PhaseLayout) -> Vec<u32> {
    let [height, width] = shape.output();
    let mut offsets = Vec::with_capacity(height * width);
    for row in 0..height {
        let first = (row * layout.row_stride) as u32;
        offsets.extend(first..first + width as u32);
    }
    offsets
}

/// The sum of a slice, in four vectors of four lanes.
fn sum(values: &[f32]) -> f32 {
    let mut lanes = [f32x4::ZERO; 4];
    let (chunks, rest) = values.as_chunks::<16>();
    for chunk in chunks {
        for (lane, four) in lanes.iter_mut().zip(chunk.as_chunks::<LANES>().0) {
            *lane += f32x4::new(*four);
        }
    }
    let lanes = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])).to_array();
    let rest: f32 = rest.iter().sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// The sums of one group's weight gradients so far.
#[derive(Clone, Debug)]
struct WeightSums {
    filters: usize,
    /// Filters, padded to whole tiles.
    padded_filters: usize,
    /// Where each weight's pixel is read. The last offset is repeated to fill tiles.
    offsets: Vec<u32>,
    /// `[offsets, padded_filters]`
    sums: Vec<f32>,
}

impl WeightSums {
    fn new(filters: usize, offsets: &[u32]) -> Self {
        let (padded_filters, tile) = match filters % 16 {
            0 => (filters, 2 * AVX_FACTOR),
            _ => (filters.next_multiple_of(8), 4 * AVX_FACTOR),
        };
        let mut offsets = offsets.to_vec();
        while let Some(last) = offsets.last().copied()
            && !offsets.len().is_multiple_of(tile)
        {
            offsets.push(last);
        }
        WeightSums {
            filters,
            padded_filters,
            sums: vec![0.0; offsets.len() * padded_filters],
            offsets,
        }
    }

    /// Adds one image's products.
    fn add(&mut self, image: &[f32], pixel_offsets: &[u32], gradient: &[f32]) {
        let chunks = pixel_offsets
            .chunks(CHUNK)
            .zip(gradient.chunks(CHUNK * self.padded_filters));
        for (pixels, gradient) in chunks {
            match self.filters % 16 {
                0 => self.add_chunk::<{ 2 * AVX_FACTOR }, 2>(image, pixels, gradient),
                _ => self.add_chunk::<{ 4 * AVX_FACTOR }, 1>(image, pixels, gradient),
            }
        }
    }

    /// In tiles of `T` weights by `V` pairs of vectors of filters.
    fn add_chunk<const T: usize, const V: usize>(
        &mut self,
        image: &[f32],
        pixels: &[u32],
        gradient: &[f32],
    ) {
        let padded = self.padded_filters;
        let largest = |offsets: &[u32]| offsets.iter().copied().max().unwrap_or(0) as usize;
        assert!(
            largest(&self.offsets) + largest(pixels) < image.len()
                && gradient.len() == pixels.len() * padded,
            "a convolution's gradient would read past its image"
        );
        let tiles = self
            .offsets
            .chunks_exact(T)
            .zip(self.sums.chunks_exact_mut(T * padded));
        for (offsets, totals) in tiles {
            let mut starts = [image.as_ptr(); T];
            for (start, offset) in starts.iter_mut().zip(offsets) {
                *start = start.wrapping_add(*offset as usize);
            }
            for first in (0..padded).step_by(V * PAIR) {
                let mut sums = [[f32x8::ZERO; V]; T];
                // SAFETY: asserted above; `first` is the start of a whole tile of `padded` numbers a pixel.
                unsafe {
                    let gradient = gradient.as_ptr().wrapping_add(first);
                    accumulate_channels(&mut sums, starts, pixels, gradient, padded);
                }
                for (t, sums) in sums.into_iter().enumerate() {
                    let totals = &mut totals[t * padded + first..][..V * PAIR];
                    for (eight, sum) in totals.as_chunks_mut::<PAIR>().0.iter_mut().zip(sums) {
                        *eight = (f32x8::new(*eight) + sum).to_array();
                    }
                }
            }
        }
    }

    /// Appends the gradients, `[filters, weights]`.
    fn write(&self, count: usize, weights: &mut Vec<f32>) {
        for filter in 0..self.filters {
            let column = (0..count).map(|weight| self.sums[weight * self.padded_filters + filter]);
            weights.extend(column);
        }
    }
}
