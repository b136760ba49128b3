//! The gradient by the weights: for each weight, the products of what it was multiplied by and what that moved, summed
//! over pixels and images.

use wide::{f32x4, f32x8};

use super::shape::ConvShape;
use crate::ops::planes::Planes;
use crate::ops::shape::assert_shape;
use crate::ops::tile::{LANES, MORE, PAIR, add_channels, load, store};

/// Pixels whose products are summed by themselves before they join the total: their gradients stay in the nearest
/// cache while every weight meets them, and a sum of sums rounds less than one long sum.
const CHUNK: usize = 256;

/// The gradient by the weights: `[filters, channels / groups, kernel height, kernel width]`.
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
    let shape = &shape.straightened();
    let filters = shape.group_filters();
    let pixels = shape.pixels();
    let planes = Planes::new(
        shape.group_channels(),
        shape.size,
        shape.padding,
        shape.stride,
    );
    let terms = terms(shape, &planes);
    let mut groups = vec![Total::new(filters, &terms); shape.groups];
    let mut room = planes.room(0.0);
    let mut turned = vec![0.0; pixels * groups[0].padded];
    let steps = sites(shape, &planes);

    let image = shape.image() / shape.groups;
    let parts = images
        .chunks_exact(image)
        .zip(gradient.chunks_exact(filters * pixels));
    for (part, (image, gradient)) in parts.enumerate() {
        let group = part % shape.groups;
        let image = planes.lay(&mut room, image, image.len());
        groups[group].turn(gradient, pixels, &mut turned);
        groups[group].add(image, &steps, &turned);
    }
    let mut weights = Vec::with_capacity(shape.filters * terms.len());
    for group in &groups {
        group.weights(terms.len(), &mut weights);
    }
    weights
}

/// The gradient by the bias, `[filters]`: what every pixel of every image says.
///
/// # Panics
/// Where `gradient` is not as long as its shape says.
pub fn bias_gradient(shape: &ConvShape, gradient: &[f32]) -> Vec<f32> {
    assert_shape("gradient", gradient, shape.output_shape());
    let mut totals = vec![0.0; shape.filters];
    for image in gradient.chunks_exact(shape.filters * shape.pixels()) {
        for (total, pixels) in totals.iter_mut().zip(image.chunks_exact(shape.pixels())) {
            *total += sum(pixels);
        }
    }
    totals
}

/// Where each weight's pixel stands from its site's start, in the order of the weights.
fn terms(shape: &ConvShape, planes: &Planes) -> Vec<u32> {
    let [height, width] = shape.kernel;
    let mut terms = Vec::with_capacity(shape.terms());
    for channel in 0..shape.group_channels() {
        for row in 0..height {
            for column in 0..width {
                terms.push(planes.at(channel, row, column) as u32);
            }
        }
    }
    terms
}

/// Where each output pixel's first term is read.
fn sites(shape: &ConvShape, planes: &Planes) -> Vec<u32> {
    let [height, width] = shape.output();
    let mut sites = Vec::with_capacity(height * width);
    for row in 0..height {
        let first = (row * planes.columns) as u32;
        sites.extend(first..first + width as u32);
    }
    sites
}

/// The sum of a row of numbers.
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

/// The gradients of one group's weights so far.
#[derive(Clone, Debug)]
struct Total {
    filters: usize,
    /// Filters, and those that fill the last tile.
    padded: usize,
    /// The last one is repeated until they fill tiles.
    terms: Vec<u32>,
    /// `[terms, padded]`
    sums: Vec<f32>,
}

impl Total {
    fn new(filters: usize, terms: &[u32]) -> Self {
        let (padded, tile) = match filters % 16 {
            0 => (filters, 2 * MORE),
            _ => (filters.next_multiple_of(8), 4 * MORE),
        };
        let mut terms = terms.to_vec();
        while let Some(last) = terms.last().copied()
            && !terms.len().is_multiple_of(tile)
        {
            terms.push(last);
        }
        Total {
            filters,
            padded,
            sums: vec![0.0; terms.len() * padded],
            terms,
        }
    }

    /// `[filters, pixels]` as `[pixels, padded]`.
    fn turn(&self, gradient: &[f32], pixels: usize, turned: &mut [f32]) {
        let padded = self.padded;
        for first in (0..self.filters).step_by(LANES) {
            let count = LANES.min(self.filters - first);
            let row = |o: usize| &gradient[(first + o.min(count - 1)) * pixels..][..pixels];
            let rows = [row(0), row(1), row(2), row(3)];
            let whole = if count == LANES {
                pixels / LANES * LANES
            } else {
                0
            };
            for pixel in (0..whole).step_by(LANES) {
                // SAFETY: four numbers from `pixel` on are within each row, and `turned` holds `padded` numbers a
                // pixel, of which these are four whole lanes.
                unsafe {
                    let lanes = rows.map(|row| load(row.as_ptr().add(pixel)));
                    for (p, lane) in f32x4::transpose(lanes).into_iter().enumerate() {
                        let to = (pixel + p) * padded + first;
                        store(lane, turned[to..to + LANES].as_mut_ptr());
                    }
                }
            }
            for pixel in whole..pixels {
                for (o, row) in rows.iter().enumerate().take(count) {
                    turned[pixel * padded + first + o] = row[pixel];
                }
            }
        }
    }

    /// Adds one image's products.
    fn add(&mut self, room: &[f32], steps: &[u32], turned: &[f32]) {
        for (steps, turned) in steps.chunks(CHUNK).zip(turned.chunks(CHUNK * self.padded)) {
            match self.filters % 16 {
                0 => self.add_chunk::<{ 2 * MORE }, 2>(room, steps, turned),
                _ => self.add_chunk::<{ 4 * MORE }, 1>(room, steps, turned),
            }
        }
    }

    fn add_chunk<const T: usize, const V: usize>(
        &mut self,
        room: &[f32],
        steps: &[u32],
        turned: &[f32],
    ) {
        let padded = self.padded;
        let furthest = |numbers: &[u32]| numbers.iter().copied().max().unwrap_or(0) as usize;
        assert!(
            furthest(&self.terms) + furthest(steps) < room.len()
                && turned.len() == steps.len() * padded,
            "a convolution's gradient would read past its image"
        );
        let tiles = self
            .terms
            .chunks_exact(T)
            .zip(self.sums.chunks_exact_mut(T * padded));
        for (terms, totals) in tiles {
            let mut pixels = [room.as_ptr(); T];
            for (pixel, term) in pixels.iter_mut().zip(terms) {
                *pixel = pixel.wrapping_add(*term as usize);
            }
            for first in (0..padded).step_by(V * PAIR) {
                let mut sums = [[f32x8::ZERO; V]; T];
                // SAFETY: asserted above; `first` is the start of a whole tile of `padded` numbers a pixel.
                unsafe {
                    let gradient = turned.as_ptr().wrapping_add(first);
                    add_channels(&mut sums, pixels, steps, gradient, padded);
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

    /// Writes `[filters, terms]` behind what is there.
    fn weights(&self, terms: usize, weights: &mut Vec<f32>) {
        for filter in 0..self.filters {
            weights.extend((0..terms).map(|term| self.sums[term * self.padded + filter]));
        }
    }
}
