//! Direct convolution of one image: a weighted sum of pixels for each position of an output. The forward pass is one, and so is the
//! gradient with respect to the input, for each phase of the stride.

use std::mem::MaybeUninit;

use wide::{f32x4, f32x8};

use super::positions::{KernelRows, OutputPositions, Reduction, VectorStart, reduction_range};
use crate::ops::tile::{
    AVX_FACTOR, LANES, PAIR, accumulate_channels, accumulate_pixels, halves, store,
};

/// The shape of a register tile. Its lanes are pixels or channels; the order of each sum's products is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TileShape {
    /// Four output channels, two vectors of pixels. One or two channels that are left are a tile of two.
    Pixels4,
    /// Two output channels, four vectors of pixels.
    Pixels2,
    /// Two pixels, four vectors of channels.
    Channels16,
    /// Four pixels, two vectors of channels.
    Channels8,
}

impl TileShape {
    /// The shape that wastes the fewest lanes on rows and channels that do not fill a tile.
    fn best(channels: usize, positions: &OutputPositions) -> Self {
        let last = match channels.is_multiple_of(16) {
            true => TileShape::Channels16,
            false => TileShape::Channels8,
        };
        // Of equals the first.
        let shapes = [TileShape::Pixels4, TileShape::Pixels2, last];
        let fewest = shapes.into_iter().min_by_key(|shape| {
            let (lanes, vectors) = shape.vectors();
            let [height, width] = positions.size;
            let starts = (height * width.div_ceil(lanes)).next_multiple_of(vectors);
            // A tile of two channels where four would fit takes as long as one of three.
            let narrow = *shape == TileShape::Pixels4 && matches!(channels % 4, 1 | 2);
            // Tiles of channels, which write to as many planes, are taken only where they save some lanes.
            let share = if lanes == 1 { 17 } else { 16 };
            starts * lanes * (shape.padded(channels) + usize::from(narrow)) * share
        });
        fewest.unwrap_or(last)
    }

    /// Channels, padded to whole tiles.
    fn padded(self, channels: usize) -> usize {
        channels.next_multiple_of(match self {
            TileShape::Pixels4 | TileShape::Pixels2 => 2,
            TileShape::Channels16 => 16,
            TileShape::Channels8 => 8,
        })
    }

    /// Positions of a vector, and vectors of a tile.
    fn vectors(self) -> (usize, usize) {
        match self {
            TileShape::Pixels4 => (LANES, 2 * AVX_FACTOR),
            TileShape::Pixels2 => (LANES, 4 * AVX_FACTOR),
            TileShape::Channels16 => (1, 2 * AVX_FACTOR),
            TileShape::Channels8 => (1, 4 * AVX_FACTOR),
        }
    }
}

/// Weights that outgrow the caches are read once an image instead of once a tile.
const CACHED_WEIGHTS: usize = 64 << 10;

/// `output[o][position] = bias[o] + Σ_k weight[o][k] · image[position + offset[k]]`, with weights packed for the tiles, ready to be
/// applied to many images.
#[derive(Clone, Debug)]
pub struct DirectConv {
    tile: TileShape,
    /// Output channels.
    channels: usize,
    /// Where each product's pixel is read, relative to the position's first one.
    offsets: Vec<u32>,
    /// For tiles of pixels: `[reduction, tile]` of each tile; of channels: `[reduction, channels]`; channels padded.
    weights: Vec<f32>,
    /// Padded.
    bias: Vec<f32>,
    starts: Vec<VectorStart>,
    /// Positions that a vector writes: fewer than its lanes where a row is shorter.
    lanes: usize,
    write_step: usize,
    /// The length that an image must have. Unchecked reads rely on it.
    pub read_len: usize,
    /// The length that a plane of the output must have. Unchecked writes rely on it.
    write_len: usize,
}

impl DirectConv {
    /// Packs the weights of `channels` output channels, `weight(channel, index)`. The reduction is listed by the kernel's rows.
    pub fn new(
        channels: usize,
        reduction: &[Reduction],
        rows: &KernelRows,
        positions: &OutputPositions,
        bias: Option<&[f32]>,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let tile = TileShape::best(channels, positions);
        let padded = tile.padded(channels);
        let count = reduction.len();
        let mut weights = vec![0.0; padded * count];
        for channel in 0..channels {
            for (k, product) in reduction.iter().enumerate() {
                let at = match tile {
                    TileShape::Pixels4 => {
                        let first = channel / 4 * 4;
                        first * count + k * (padded - first).min(4) + channel % 4
                    }
                    TileShape::Pixels2 => (channel / 2 * count + k) * 2 + channel % 2,
                    TileShape::Channels16 | TileShape::Channels8 => k * padded + channel,
                };
                weights[at] = weight(channel, product.weight);
            }
        }
        assert!(
            reduction
                .iter()
                .all(|product| u32::try_from(product.offset).is_ok()),
            "an image is longer than 32 bits can count"
        );
        let offsets: Vec<u32> = reduction
            .iter()
            .map(|product| product.offset as u32)
            .collect();
        let mut padded_bias = vec![0.0; padded];
        if let Some(bias) = bias {
            padded_bias[..channels].copy_from_slice(bias);
        }
        let (vector, vectors) = tile.vectors();
        let starts = positions.vectors(vector, vectors, rows, count);
        let lanes = positions.size[1].min(vector);
        let largest = |values: &mut dyn Iterator<Item = u32>| values.max().unwrap_or(0) as usize;
        let read = largest(&mut starts.iter().map(|start| start.read));
        let write = largest(&mut starts.iter().map(|start| start.write));
        let offset = largest(&mut offsets.iter().copied());
        DirectConv {
            tile,
            channels,
            weights,
            bias: padded_bias,
            read_len: read + offset + vector,
            write_len: write + (lanes - 1) * positions.write_step + 1,
            offsets,
            starts,
            lanes,
            write_step: positions.write_step,
        }
    }

    /// Convolves an image and writes the output's channels, `plane` numbers each.
    pub fn apply(&self, image: &[f32], output: &mut [MaybeUninit<f32>], plane: usize) {
        assert!(
            self.read_len <= image.len(),
            "a convolution would read past its image"
        );
        assert!(
            self.write_len <= plane && self.channels * plane <= output.len(),
            "a convolution would write past its output"
        );
        let contiguous = self.write_step == 1 && self.lanes == LANES;
        match (self.tile, contiguous) {
            (TileShape::Pixels4, true) => {
                self.by_pixels::<4, AVX_FACTOR, true>(image, output, plane);
            }
            (TileShape::Pixels4, false) => {
                self.by_pixels::<4, AVX_FACTOR, false>(image, output, plane);
            }
            (TileShape::Pixels2, true) => {
                self.by_pixels::<2, { 2 * AVX_FACTOR }, true>(image, output, plane);
            }
            (TileShape::Pixels2, false) => {
                self.by_pixels::<2, { 2 * AVX_FACTOR }, false>(image, output, plane);
            }
            (TileShape::Channels16, _) => {
                self.by_channels::<{ 2 * AVX_FACTOR }, 2>(image, output, plane);
            }
            (TileShape::Channels8, _) => {
                self.by_channels::<{ 4 * AVX_FACTOR }, 1>(image, output, plane);
            }
        }
    }

    #[inline(never)]
    fn by_pixels<const O: usize, const V: usize, const CONTIGUOUS: bool>(
        &self,
        image: &[f32],
        output: &mut [MaybeUninit<f32>],
        plane: usize,
    ) {
        let firsts = || (0..self.bias.len()).step_by(O);
        let tiles = self.starts.chunks_exact(2 * V);
        let tile = |first: usize, starts, output: &mut [MaybeUninit<f32>]| {
            if first + O <= self.bias.len() {
                self.pixel_tile::<O, V, CONTIGUOUS>(first, starts, image, output, plane);
            } else {
                self.pixel_tile::<2, V, CONTIGUOUS>(first, starts, image, output, plane);
            }
        };
        if self.weights.len() > CACHED_WEIGHTS {
            for first in firsts() {
                for starts in tiles.clone() {
                    tile(first, starts, output);
                }
            }
        } else {
            for starts in tiles {
                for first in firsts() {
                    tile(first, starts, output);
                }
            }
        }
    }

    /// A tile of the `O` channels from `first` on.
    #[inline(always)]
    fn pixel_tile<const O: usize, const V: usize, const CONTIGUOUS: bool>(
        &self,
        first: usize,
        starts: &[VectorStart],
        image: &[f32],
        output: &mut [MaybeUninit<f32>],
        plane: usize,
    ) {
        let mut sums = [[f32x8::ZERO; V]; O];
        for (o, sum) in sums.iter_mut().enumerate() {
            *sum = [f32x8::splat(self.bias[first + o]); V];
        }
        let mut pixels = [[image.as_ptr(); 2]; V];
        for (pixel, start) in pixels.as_flattened_mut().iter_mut().zip(starts) {
            *pixel = pixel.wrapping_add(start.read as usize);
        }
        let range = reduction_range(starts);
        let weights = &self.weights[first * self.offsets.len() + range.start * O..];
        // SAFETY: `apply` has compared the furthest start and offset with the image's length.
        unsafe { accumulate_pixels(&mut sums, weights.as_ptr(), &self.offsets[range], pixels) };
        for (o, sum) in sums.into_iter().enumerate() {
            let channel = first + o;
            if channel >= self.channels {
                break;
            }
            let output = output[channel * plane..].as_mut_ptr().cast::<f32>();
            for (sum, start) in sum.into_iter().flat_map(halves).zip(starts) {
                let to = output.wrapping_add(start.write as usize);
                // SAFETY: `apply` has compared the last index that is written with a plane's length.
                unsafe {
                    if CONTIGUOUS {
                        store(sum, to);
                    } else {
                        for (lane, sum) in sum.to_array().into_iter().enumerate().take(self.lanes) {
                            to.add(lane * self.write_step).write(sum);
                        }
                    }
                }
            }
        }
    }

    #[inline(never)]
    fn by_channels<const P: usize, const V: usize>(
        &self,
        image: &[f32],
        output: &mut [MaybeUninit<f32>],
        plane: usize,
    ) {
        let padded = self.bias.len();
        for starts in self.starts.chunks_exact(P) {
            let mut pixels = [image.as_ptr(); P];
            for (pixel, start) in pixels.iter_mut().zip(starts) {
                *pixel = pixel.wrapping_add(start.read as usize);
            }
            let range = reduction_range(starts);
            let weights = &self.weights[range.start * padded..];
            let offsets = &self.offsets[range];
            for first in (0..padded).step_by(V * PAIR) {
                let mut sums = [[f32x8::ZERO; V]; P];
                let bias = self.bias[first..].as_chunks::<PAIR>().0;
                for (v, bias) in bias.iter().take(V).enumerate() {
                    let bias = f32x8::new(*bias);
                    sums.iter_mut().for_each(|sum| sum[v] = bias);
                }
                // SAFETY: `apply` has compared the furthest start and offset with the image's length; `weights` has `padded`
                // numbers for each product, of which `first` is the start of a whole tile.
                unsafe {
                    let weights = weights.as_ptr().wrapping_add(first);
                    accumulate_channels(&mut sums, pixels, offsets, weights, padded);
                }
                self.write_channels(&sums, starts, first, output, plane);
            }
        }
    }

    /// Writes a tile of channels from `first` on, four neighbouring positions of a channel at once.
    #[inline(always)]
    fn write_channels<const P: usize, const V: usize>(
        &self,
        sums: &[[f32x8; V]; P],
        starts: &[VectorStart],
        first: usize,
        output: &mut [MaybeUninit<f32>],
        plane: usize,
    ) {
        let fours = sums.chunks(LANES).zip(starts.chunks(LANES));
        for (sums, starts) in fours {
            let at = starts[0].write as usize;
            let mut neighbours = (at..).zip(starts);
            if let [a, b, c, d] = sums
                && neighbours.all(|(at, start)| start.write as usize == at)
            {
                for v in 0..V {
                    let rows = [halves(a[v]), halves(b[v]), halves(c[v]), halves(d[v])];
                    for half in 0..2 {
                        let [a, b, c, d] = &rows;
                        let columns = f32x4::transpose([a[half], b[half], c[half], d[half]]);
                        let from = first + v * PAIR + half * LANES;
                        for (channel, sums) in (from..self.channels).zip(columns) {
                            let to = &mut output[channel * plane + at..][..LANES];
                            // SAFETY: sliced to hold a vector.
                            unsafe { store(sums, to.as_mut_ptr().cast()) };
                        }
                    }
                }
            } else {
                for (sum, start) in sums.iter().zip(starts) {
                    let sums = sum.iter().flat_map(|sum| sum.to_array());
                    for (channel, sum) in (first..self.channels).zip(sums) {
                        output[channel * plane + start.write as usize].write(sum);
                    }
                }
            }
        }
    }
}
