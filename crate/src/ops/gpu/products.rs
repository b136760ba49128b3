//! Kernels whose numbers are sums of products, as what they compute: by this they are tested on integers, where sums are exact.

use super::conv::{Pass, Slices};
use super::gemm::Gemm;
use super::slice::ChannelSlice;
use crate::ops::conv::ConvShape;

/// What a kernel computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Products {
    /// A pass of a convolution.
    Conv {
        /// Which.
        pass: Pass,
        /// Its shape.
        shape: ConvShape,
        /// Which channels of what it reads are its own.
        slices: Slices,
        /// Whether a bias is added, or its gradient computed, too.
        has_bias: bool,
    },
    /// A matrix product.
    Gemm {
        /// Its shape.
        gemm: Gemm,
        /// Whether a vector is added to each row.
        has_bias: bool,
        /// Whether the first matrix has a last row of ones.
        ones_row: bool,
    },
}

/// A product of the numbers at these places of the first and the second buffer that the kernel binds; nothing stands for a one.
pub type Product = [Option<usize>; 2];

impl Products {
    /// The most products of a sum.
    pub fn terms(&self) -> usize {
        match self {
            Products::Conv { pass, shape, .. } => match pass {
                Pass::Forward => shape.reduction_len(),
                Pass::Input => shape.group_filters() * shape.kernel[0] * shape.kernel[1],
                Pass::Weights => shape.batch * shape.output_pixels(),
            },
            Products::Gemm { gemm, .. } => gemm.k,
        }
    }

    /// How many numbers it computes, where sums are not split.
    pub fn sums(&self) -> usize {
        match self {
            Products::Conv {
                pass,
                shape,
                has_bias,
                ..
            } => {
                let len = |shape: [usize; 4]| shape.iter().product::<usize>();
                match pass {
                    Pass::Forward => len(shape.output_shape()),
                    Pass::Input => len(shape.image_shape()),
                    Pass::Weights => {
                        let biases = if *has_bias { shape.filters } else { 0 };
                        len(shape.weight_shape()) + biases
                    }
                }
            }
            Products::Gemm { gemm, ones_row, .. } => (gemm.m + usize::from(*ones_row)) * gemm.n,
        }
    }

    /// Where the number of the bias is that is added to a sum.
    pub fn bias(&self, sum: usize) -> Option<usize> {
        match *self {
            Products::Conv {
                pass: Pass::Forward,
                shape,
                has_bias,
                ..
            } => has_bias.then(|| sum / shape.output_pixels() % shape.filters),
            Products::Gemm { gemm, has_bias, .. } => has_bias.then_some(sum % gemm.n),
            Products::Conv { .. } => None,
        }
    }

    /// The products of a sum.
    pub fn products(&self, sum: usize) -> Vec<Product> {
        match *self {
            Products::Conv {
                pass,
                shape,
                slices,
                ..
            } => match pass {
                Pass::Forward => forward(&shape, &slices, sum),
                Pass::Input => by_images(&shape, &slices, sum),
                Pass::Weights => by_weights(&shape, &slices, sum),
            },
            Products::Gemm { gemm, .. } => {
                let (row, column) = (sum / gemm.n, sum % gemm.n);
                let first = |k: usize| {
                    (row < gemm.m).then_some(row * gemm.a_strides[0] + k * gemm.a_strides[1])
                };
                let second = |k: usize| Some(k * gemm.b_strides[0] + column * gemm.b_strides[1]);
                (0..gemm.k).map(|k| [first(k), second(k)]).collect()
            }
        }
    }
}

/// The parts of a place in an array of this shape.
fn parts<const N: usize>(mut place: usize, shape: [usize; N]) -> [usize; N] {
    let mut parts = [0; N];
    for (part, size) in parts.iter_mut().zip(shape).rev() {
        *part = place % size;
        place /= size;
    }
    parts
}

fn place<const N: usize>(parts: [usize; N], shape: [usize; N]) -> usize {
    let parts = parts.iter().zip(shape);
    parts.fold(0, |place, (part, size)| place * size + part)
}

/// The place of a channel's pixel, where only a slice of the channels is the kernel's own.
fn place_in(
    slice: Option<ChannelSlice>,
    [image, channel, row, column]: [usize; 4],
    [batch, channels, height, width]: [usize; 4],
) -> usize {
    let slice = slice.unwrap_or(ChannelSlice::all(channels));
    let parts = [image, slice.first + channel, row, column];
    place(parts, [batch, slice.channels, height, width])
}

/// The pixel under a position of the kernel, of an output; nothing where that is padding.
fn pixel(shape: &ConvShape, axis: usize, output: usize, kernel: usize) -> Option<usize> {
    let padded = output * shape.stride[axis] + kernel;
    let pixel = padded.checked_sub(shape.padding[axis])?;
    (pixel < shape.size[axis]).then_some(pixel)
}

/// Images and weights.
fn forward(shape: &ConvShape, slices: &Slices, sum: usize) -> Vec<Product> {
    let [image, filter, row, column] = parts(sum, shape.output_shape());
    let first_channel = filter / shape.group_filters() * shape.group_channels();
    let mut products = Vec::new();
    let [_, channels, height, width] = shape.weight_shape();
    for at in 0..channels * height * width {
        let [channel, y, x] = parts(at, [channels, height, width]);
        let pixel = [pixel(shape, 0, row, y), pixel(shape, 1, column, x)];
        if let [Some(row), Some(column)] = pixel {
            let pixel = [image, first_channel + channel, row, column];
            let weight = place([filter, channel, y, x], shape.weight_shape());
            products.push([
                Some(place_in(slices.images, pixel, shape.image_shape())),
                Some(weight),
            ]);
        }
    }
    products
}

/// Weights and gradients.
fn by_images(shape: &ConvShape, slices: &Slices, sum: usize) -> Vec<Product> {
    let [image, channel, row, column] = parts(sum, shape.image_shape());
    let group = channel / shape.group_channels();
    let [height, width] = shape.output();
    // The output whose kernel has that position over the pixel.
    let output = |axis: usize, pixel: usize, kernel: usize| {
        let from_first = (pixel + shape.padding[axis]).checked_sub(kernel)?;
        let output = from_first / shape.stride[axis];
        let is_one = from_first.is_multiple_of(shape.stride[axis]);
        (is_one && output < [height, width][axis]).then_some(output)
    };
    let mut products = Vec::new();
    let [kernel_height, kernel_width] = shape.kernel;
    for at in 0..shape.group_filters() * kernel_height * kernel_width {
        let sizes = [shape.group_filters(), kernel_height, kernel_width];
        let [filter, y, x] = parts(at, sizes);
        if let [Some(row), Some(column)] = [output(0, row, y), output(1, column, x)] {
            let filter = group * shape.group_filters() + filter;
            let weight = [filter, channel % shape.group_channels(), y, x];
            let gradient = [image, filter, row, column];
            products.push([
                Some(place(weight, shape.weight_shape())),
                Some(place_in(slices.gradient, gradient, shape.output_shape())),
            ]);
        }
    }
    products
}

/// Images and gradients.
fn by_weights(shape: &ConvShape, slices: &Slices, sum: usize) -> Vec<Product> {
    let weights: usize = shape.weight_shape().iter().product();
    let [height, width] = shape.output();
    let outputs =
        (0..shape.batch * height * width).map(|at| parts(at, [shape.batch, height, width]));
    let gradient = |image: usize, filter: usize, row: usize, column: usize| {
        let gradient = [image, filter, row, column];
        Some(place_in(slices.gradient, gradient, shape.output_shape()))
    };
    if let Some(filter) = sum.checked_sub(weights) {
        let ones = outputs.map(|[image, row, column]| [None, gradient(image, filter, row, column)]);
        return ones.collect();
    }
    let [filter, channel, y, x] = parts(sum, shape.weight_shape());
    let channel = filter / shape.group_filters() * shape.group_channels() + channel;
    let products = outputs.filter_map(|[image, row, column]| {
        let pixel = [
            image,
            channel,
            pixel(shape, 0, row, y)?,
            pixel(shape, 1, column, x)?,
        ];
        let pixel = place_in(slices.images, pixel, shape.image_shape());
        Some([Some(pixel), gradient(image, filter, row, column)])
    });
    products.collect()
}
