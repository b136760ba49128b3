//! Images packed so that convolution and pooling read them in straight lines: padded, and split by the phases of the stride, so that
//! the pixels that neighbouring outputs read are neighbours. (A space-to-depth transform of the padded image.)

use super::tile::{LANES, load, store};

/// The layout of one image's (or one group's) channels: `[channels, vertical phase, horizontal phase, rows, columns]`.
#[derive(Clone, Copy, Debug)]
pub struct PhaseLayout {
    channels: usize,
    size: [usize; 2],
    padding: [usize; 2],
    stride: [usize; 2],
    /// Whether windows reach over more than the padding.
    reaches: bool,
    rows: usize,
    /// From one row of a phase to the next.
    pub row_stride: usize,
}

impl PhaseLayout {
    /// The layout of images of `size`, padded, for windows with that stride.
    pub fn new(channels: usize, size: [usize; 2], padding: [usize; 2], stride: [usize; 2]) -> Self {
        let [rows, row_stride] = [0, 1].map(|d| (size[d] + 2 * padding[d]).div_ceil(stride[d]));
        PhaseLayout {
            channels,
            size,
            padding,
            stride,
            reaches: false,
            rows,
            row_stride,
        }
    }

    /// The same with so many rows below and columns on the right that only windows reach over.
    pub fn reaching(self, reach: [usize; 2]) -> Self {
        let [rows, row_stride] = [0, 1]
            .map(|d| (self.size[d] + 2 * self.padding[d] + reach[d]).div_ceil(self.stride[d]));
        PhaseLayout {
            rows,
            row_stride,
            reaches: reach != [0, 0],
            ..self
        }
    }

    /// A buffer for one image, filled with the padding's value: [`pack`](PhaseLayout::pack) never writes the padding. It is longer
    /// than the image by what a vector reads past the last pixel.
    pub fn scratch(&self, padding_value: f32) -> Vec<f32> {
        let phases = self.stride[0] * self.stride[1];
        vec![padding_value; self.channels * phases * self.rows * self.row_stride + 8]
    }

    /// The index of the pixel at a row and a column of the padded image.
    pub fn index(&self, channel: usize, row: usize, column: usize) -> usize {
        let [down, across] = self.stride;
        let phase = (channel * down + row % down) * across + column % across;
        (phase * self.rows + row / down) * self.row_stride + column / across
    }

    /// The packed image, of which the first `read_len` numbers will be read: in the scratch buffer, or the image itself if packing
    /// would not change it and it is long enough.
    pub fn pack_or_borrow<'a>(
        &self,
        scratch: &'a mut [f32],
        image: &'a [f32],
        read_len: usize,
    ) -> &'a [f32] {
        if self.is_identity() && read_len <= image.len() {
            return image;
        }
        self.pack(scratch, image);
        scratch
    }

    /// Whether packing would not move any pixel.
    fn is_identity(&self) -> bool {
        self.padding == [0, 0] && self.stride == [1, 1] && !self.reaches
    }

    /// Packs an image's channels, `[channels, height, width]`, into the scratch buffer.
    pub fn pack(&self, scratch: &mut [f32], image: &[f32]) {
        let [height, width] = self.size;
        let [top, left] = self.padding;
        let across = self.stride[1];
        if self.is_identity() {
            return scratch[..image.len()].copy_from_slice(image);
        }
        for (channel, plane) in image.chunks_exact(height * width).enumerate() {
            let rows = plane.chunks_exact(width).enumerate();
            if self.stride == [1, 1] {
                let first = self.index(channel, top, left);
                for (row, pixels) in rows {
                    let start = first + row * self.row_stride;
                    copy_row(pixels, &mut scratch[start..start + width]);
                }
                continue;
            }
            for (row, pixels) in rows {
                for phase in 0..across.min(width) {
                    let start = self.index(channel, top + row, left + phase);
                    let targets = scratch[start..].iter_mut();
                    for (target, pixel) in targets.zip(pixels[phase..].iter().step_by(across)) {
                        *target = *pixel;
                    }
                }
            }
        }
    }
}

/// Copies a row in vectors, the last of which may copy some numbers twice. Rows are short, and in WebAssembly a call that copies
/// memory costs more than copying a row.
#[inline(always)]
pub(super) fn copy_row(from: &[f32], to: &mut [f32]) {
    let width = from.len();
    assert_eq!(width, to.len());
    if width < LANES {
        for lane in 0..LANES - 1 {
            if lane < width {
                to[lane] = from[lane];
            }
        }
        return;
    }
    for start in (0..width).step_by(LANES) {
        let start = start.min(width - LANES);
        // SAFETY: a vector from `start` on is within the width of both.
        unsafe {
            let lanes = load(from.as_ptr().add(start));
            store(lanes, to.as_mut_ptr().add(start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_is_packed_and_the_padding_is_zero() {
        for (size, padding, stride) in [
            ([3, 5], [1, 2], [1, 1]),
            ([4, 7], [2, 1], [2, 2]),
            ([5, 5], [0, 0], [2, 3]),
            ([2, 1], [3, 3], [4, 4]),
            ([3, 21], [1, 1], [2, 2]),
            ([2, 16], [0, 0], [1, 2]),
            ([3, 6], [0, 0], [1, 1]),
        ] {
            let [height, width] = size;
            let image: Vec<f32> = (1..=2 * height * width).map(|i| i as f32).collect();
            let layout = PhaseLayout::new(2, size, padding, stride);
            let mut scratch = layout.scratch(0.0);
            layout.pack(&mut scratch, &image);
            let mut sum = 0.0;
            for channel in 0..2 {
                for row in 0..height + 2 * padding[0] {
                    for column in 0..width + 2 * padding[1] {
                        let found = scratch[layout.index(channel, row, column)];
                        let inside = (padding[0]..padding[0] + height).contains(&row)
                            && (padding[1]..padding[1] + width).contains(&column);
                        let expected = if inside {
                            let (y, x) = (row - padding[0], column - padding[1]);
                            image[(channel * height + y) * width + x]
                        } else {
                            0.0
                        };
                        assert_eq!(found, expected);
                        sum += found;
                    }
                }
            }
            assert_eq!(sum, scratch.iter().sum::<f32>());
        }
    }
}
