//! Weighted sums over an image at every pixel of an output: what a convolution is, and its gradient by the input.

use std::mem::MaybeUninit;
use std::ops::Range;

use wide::f32x8;

use crate::ops::tile::{LANES, MORE, PAIR, add_channels, add_pixels, halves, store};

/// The pixels that are summed for, and where their sums go.
#[derive(Clone, Copy, Debug)]
pub struct Sites {
    /// Height and width.
    pub size: [usize; 2],
    /// Where the first term of the first pixel is read.
    pub from: usize,
    /// Numbers read from one row to the next; neighbours in a row are neighbours there.
    pub from_row: usize,
    /// Where the first sum is written, within its channel's plane.
    pub to: usize,
    /// Numbers written from one row to the next.
    pub to_row: usize,
    /// Numbers written from one pixel to the next.
    pub to_step: usize,
}

/// Which of the kernel's rows meet the image, so that products with the padding above and below are left out.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// The kernel's rows; terms are listed row by row, as many for each.
    pub count: usize,
    /// The image's row that the kernel's first row meets for the first row of sites; negative above the image.
    pub first: isize,
    /// The image's rows from one row of sites to the next.
    pub step: usize,
    /// The image's rows.
    pub image: usize,
}

impl Rows {
    fn met(&self, row: usize) -> Range<usize> {
        let top = self.first + (row * self.step) as isize;
        let clamp = |at: isize| at.clamp(0, self.count as isize) as usize;
        let start = clamp(-top);
        start..clamp(self.image as isize - top).max(start)
    }
}

/// One term of every sum.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// Where it is read, from the site's start.
    pub step: usize,
    /// Which weight it is multiplied by, in the caller's numbering.
    pub weight: usize,
}

impl Sites {
    /// The pixels at every `every`-th column, and the last ones of each row: what a vector that starts there covers.
    /// The last is repeated until they fill tiles of `tile`; sums that are written twice are the same.
    fn starts(&self, every: usize, tile: usize, rows: &Rows, terms: usize) -> Vec<Start> {
        let [height, width] = self.size;
        let each = terms / rows.count.max(1);
        let furthest = [
            self.from + height * self.from_row + width,
            self.to + height * self.to_row + width * self.to_step,
            terms,
        ];
        assert!(
            furthest.iter().all(|at| u32::try_from(*at).is_ok()),
            "a plane is longer than 32 bits can count"
        );
        let mut starts = Vec::with_capacity(height * width.div_ceil(every) + tile);
        for row in 0..height {
            let met = rows.met(row);
            for column in (0..width).step_by(every) {
                let column = column.min(width.saturating_sub(every));
                starts.push(Start {
                    from: (self.from + row * self.from_row + column) as u32,
                    to: (self.to + row * self.to_row + column * self.to_step) as u32,
                    terms: [(met.start * each) as u32, (met.end * each) as u32],
                });
            }
        }
        while let Some(last) = starts.last().copied()
            && starts.len() % tile != 0
        {
            starts.push(last);
        }
        starts
    }
}

#[derive(Clone, Copy, Debug)]
struct Start {
    from: u32,
    to: u32,
    /// The first of its terms, and the one behind the last: the others meet nothing but padding.
    terms: [u32; 2],
}

/// The terms of all sites of a tile; to those that do not need some of them, these add zeros.
fn terms_of(starts: &[Start]) -> Range<usize> {
    let first = starts.iter().map(|start| start.terms[0]).min();
    let end = starts.iter().map(|start| start.terms[1]).max();
    first.unwrap_or(0) as usize..end.unwrap_or(0) as usize
}

/// Which tile is used: its lanes are pixels or channels. The order of each sum's terms is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Four output channels, two vectors of pixels.
    Pixels4,
    /// Two output channels, four vectors of pixels.
    Pixels2,
    /// Two pixels, four vectors of channels.
    Channels16,
    /// Four pixels, two vectors of channels.
    Channels8,
}

impl Form {
    /// The one that wastes least on rows and channels that fill no tile.
    fn of(channels: usize, sites: &Sites) -> Self {
        let [height, width] = sites.size;
        let pixels = match channels % 4 {
            0 => Form::Pixels4,
            _ => Form::Pixels2,
        };
        let by_pixels = height * width.next_multiple_of(LANES) * pixels.padded(channels);
        let by_channels = height * width * channels.next_multiple_of(8);
        if by_pixels <= by_channels {
            pixels
        } else if channels.is_multiple_of(16) {
            Form::Channels16
        } else {
            Form::Channels8
        }
    }

    /// Channels with those that fill the last tile.
    fn padded(self, channels: usize) -> usize {
        channels.next_multiple_of(match self {
            Form::Pixels4 => 4,
            Form::Pixels2 => 2,
            Form::Channels16 => 16,
            Form::Channels8 => 8,
        })
    }

    /// How its pixels are listed: every which one, in tiles of how many.
    fn starts(self) -> (usize, usize) {
        match self {
            Form::Pixels4 => (LANES, 2 * MORE),
            Form::Pixels2 => (LANES, 4 * MORE),
            Form::Channels16 => (1, 2 * MORE),
            Form::Channels8 => (1, 4 * MORE),
        }
    }
}

/// Weights that outgrow the caches are read once an image instead of once a tile.
const LARGE: usize = 64 << 10;

/// `out[o][site] = bias[o] + Σ_t weight[o][t] · image[site + step[t]]`, ready to be done for many images.
#[derive(Clone, Debug)]
pub struct Sums {
    form: Form,
    /// Output channels.
    channels: usize,
    /// Where each term is read, from the site's start.
    steps: Vec<u32>,
    /// By pixels: `[channels / tile, terms, tile]`; by channels: `[terms, channels]`; channels filled up.
    weights: Vec<f32>,
    /// Filled up.
    bias: Vec<f32>,
    starts: Vec<Start>,
    /// Numbers that a vector writes: fewer than its lanes where a row is shorter.
    lanes: usize,
    to_step: usize,
    /// Numbers that an image must have, and a plane of the output: what unchecked reads and writes rely on.
    pub read: usize,
    written: usize,
}

impl Sums {
    /// Sums of `terms`, listed by the kernel's rows, for each of `channels` output channels; `weight(channel, which)`.
    pub fn new(
        channels: usize,
        terms: &[Term],
        rows: &Rows,
        sites: &Sites,
        bias: Option<&[f32]>,
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let form = Form::of(channels, sites);
        let padded = form.padded(channels);
        let count = terms.len();
        let mut weights = vec![0.0; padded * count];
        for channel in 0..channels {
            for (t, term) in terms.iter().enumerate() {
                let at = match form {
                    Form::Pixels4 => (channel / 4 * count + t) * 4 + channel % 4,
                    Form::Pixels2 => (channel / 2 * count + t) * 2 + channel % 2,
                    Form::Channels16 | Form::Channels8 => t * padded + channel,
                };
                weights[at] = weight(channel, term.weight);
            }
        }
        assert!(
            terms.iter().all(|term| u32::try_from(term.step).is_ok()),
            "an image is longer than 32 bits can count"
        );
        let steps: Vec<u32> = terms.iter().map(|term| term.step as u32).collect();
        let mut filled = vec![0.0; padded];
        if let Some(bias) = bias {
            filled[..channels].copy_from_slice(bias);
        }
        let (every, tile) = form.starts();
        let starts = sites.starts(every, tile, rows, count);
        let lanes = sites.size[1].min(every);
        let most = |numbers: &mut dyn Iterator<Item = u32>| numbers.max().unwrap_or(0) as usize;
        let from = most(&mut starts.iter().map(|start| start.from));
        let to = most(&mut starts.iter().map(|start| start.to));
        let step = most(&mut steps.iter().copied());
        Sums {
            form,
            channels,
            weights,
            bias: filled,
            read: from + step + every,
            written: to + (lanes - 1) * sites.to_step + 1,
            steps,
            starts,
            lanes,
            to_step: sites.to_step,
        }
    }

    /// Reads an image and writes its sums, `plane` numbers from one channel to the next.
    pub fn write(&self, image: &[f32], out: &mut [MaybeUninit<f32>], plane: usize) {
        assert!(
            self.read <= image.len(),
            "a convolution would read past its image"
        );
        assert!(
            self.written <= plane && self.channels * plane <= out.len(),
            "a convolution would write past its output"
        );
        let whole = self.to_step == 1 && self.lanes == LANES;
        match (self.form, whole) {
            (Form::Pixels4, true) => self.by_pixels::<4, MORE, true>(image, out, plane),
            (Form::Pixels4, false) => self.by_pixels::<4, MORE, false>(image, out, plane),
            (Form::Pixels2, true) => self.by_pixels::<2, { 2 * MORE }, true>(image, out, plane),
            (Form::Pixels2, false) => self.by_pixels::<2, { 2 * MORE }, false>(image, out, plane),
            (Form::Channels16, _) => self.by_channels::<{ 2 * MORE }, 2>(image, out, plane),
            (Form::Channels8, _) => self.by_channels::<{ 4 * MORE }, 1>(image, out, plane),
        }
    }

    #[inline(never)]
    fn by_pixels<const O: usize, const V: usize, const WHOLE: bool>(
        &self,
        image: &[f32],
        out: &mut [MaybeUninit<f32>],
        plane: usize,
    ) {
        let blocks = self.bias.len() / O;
        let tiles = self.starts.chunks_exact(2 * V);
        if self.weights.len() > LARGE {
            for block in 0..blocks {
                for starts in tiles.clone() {
                    self.tile_of_pixels::<O, V, WHOLE>(block, starts, image, out, plane);
                }
            }
        } else {
            for starts in tiles {
                for block in 0..blocks {
                    self.tile_of_pixels::<O, V, WHOLE>(block, starts, image, out, plane);
                }
            }
        }
    }

    #[inline(always)]
    fn tile_of_pixels<const O: usize, const V: usize, const WHOLE: bool>(
        &self,
        block: usize,
        starts: &[Start],
        image: &[f32],
        out: &mut [MaybeUninit<f32>],
        plane: usize,
    ) {
        let mut sums = [[f32x8::ZERO; V]; O];
        for (o, sum) in sums.iter_mut().enumerate() {
            *sum = [f32x8::splat(self.bias[block * O + o]); V];
        }
        let mut pixels = [[image.as_ptr(); 2]; V];
        for (pixel, start) in pixels.as_flattened_mut().iter_mut().zip(starts) {
            *pixel = pixel.wrapping_add(start.from as usize);
        }
        let terms = terms_of(starts);
        let weights = &self.weights[(block * self.steps.len() + terms.start) * O..];
        // SAFETY: `write` has compared the furthest start and step with the image's length.
        unsafe { add_pixels(&mut sums, weights.as_ptr(), &self.steps[terms], pixels) };
        for (o, sum) in sums.into_iter().enumerate() {
            let channel = block * O + o;
            if channel >= self.channels {
                break;
            }
            let out = out[channel * plane..].as_mut_ptr().cast::<f32>();
            for (sum, start) in sum.into_iter().flat_map(halves).zip(starts) {
                let to = out.wrapping_add(start.to as usize);
                // SAFETY: `write` has compared the last place that is written with a plane's length.
                unsafe {
                    if WHOLE {
                        store(sum, to);
                    } else {
                        for (lane, sum) in sum.to_array().into_iter().enumerate().take(self.lanes) {
                            to.add(lane * self.to_step).write(sum);
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
        out: &mut [MaybeUninit<f32>],
        plane: usize,
    ) {
        let padded = self.bias.len();
        for starts in self.starts.chunks_exact(P) {
            let mut pixels = [image.as_ptr(); P];
            for (pixel, start) in pixels.iter_mut().zip(starts) {
                *pixel = pixel.wrapping_add(start.from as usize);
            }
            let terms = terms_of(starts);
            let weights = &self.weights[terms.start * padded..];
            let steps = &self.steps[terms];
            for first in (0..padded).step_by(V * PAIR) {
                let mut sums = [[f32x8::ZERO; V]; P];
                let bias = self.bias[first..].as_chunks::<PAIR>().0;
                for (v, bias) in bias.iter().take(V).enumerate() {
                    let bias = f32x8::new(*bias);
                    sums.iter_mut().for_each(|sum| sum[v] = bias);
                }
                // SAFETY: `check` has compared every start and step with the image's length; `weights` has
                // `padded` numbers a term, of which `first` is the start of a whole tile.
                unsafe {
                    let weights = weights.as_ptr().wrapping_add(first);
                    add_channels(&mut sums, pixels, steps, weights, padded);
                }
                for (sum, start) in sums.into_iter().zip(starts) {
                    let sums = sum.into_iter().flat_map(f32x8::to_array);
                    for (channel, sum) in (first..self.channels).zip(sums) {
                        out[channel * plane + start.to as usize].write(sum);
                    }
                }
            }
        }
    }
}
