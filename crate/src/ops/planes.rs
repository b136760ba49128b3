//! Images laid out so that convolutions and pooling read them in straight lines: with their padding, and one plane for
//! each phase of the stride, in which neighbours of the output are neighbours again.

use super::tile::{LANES, load, store};

/// The layout of one image's (or one group's) channels.
#[derive(Clone, Copy, Debug)]
pub struct Planes {
    channels: usize,
    size: [usize; 2],
    padding: [usize; 2],
    stride: [usize; 2],
    rows: usize,
    /// Numbers from one row of a plane to the next.
    pub columns: usize,
}

impl Planes {
    /// For images of `size` with `padding` around them, read with `stride`.
    pub fn new(channels: usize, size: [usize; 2], padding: [usize; 2], stride: [usize; 2]) -> Self {
        let [rows, columns] = [0, 1].map(|d| (size[d] + 2 * padding[d]).div_ceil(stride[d]));
        Planes {
            channels,
            size,
            padding,
            stride,
            rows,
            columns,
        }
    }

    /// Room for one image, in which `empty` stands everywhere: [`fill`](Planes::fill) never writes the padding. Some
    /// more stand at the end, since vectors may read past the last pixel.
    pub fn room(&self, empty: f32) -> Vec<f32> {
        let phases = self.stride[0] * self.stride[1];
        vec![empty; self.channels * phases * self.rows * self.columns + 8]
    }

    /// Where the pixel at a row and a column of the padded image stands.
    pub fn at(&self, channel: usize, row: usize, column: usize) -> usize {
        let [down, across] = self.stride;
        let phase = (channel * down + row % down) * across + column % across;
        (phase * self.rows + row / down) * self.columns + column / across
    }

    /// The image laid out for those who read its first `read` numbers: in the room, or where it stands if that is the
    /// same and has as many.
    pub fn lay<'a>(&self, room: &'a mut [f32], image: &'a [f32], read: usize) -> &'a [f32] {
        if self.plain() && read <= image.len() {
            return image;
        }
        self.fill(room, image);
        room
    }

    /// Whether images are laid out as they are.
    fn plain(&self) -> bool {
        self.padding == [0, 0] && self.stride == [1, 1]
    }

    /// Writes an image's channels, `[channels, height, width]`, into their places.
    pub fn fill(&self, room: &mut [f32], image: &[f32]) {
        let [height, width] = self.size;
        let [top, left] = self.padding;
        let across = self.stride[1];
        if self.plain() {
            return room[..image.len()].copy_from_slice(image);
        }
        for (channel, plane) in image.chunks_exact(height * width).enumerate() {
            let rows = plane.chunks_exact(width).enumerate();
            if self.stride == [1, 1] {
                let first = self.at(channel, top, left);
                for (row, pixels) in rows {
                    let at = first + row * self.columns;
                    copy_row(pixels, &mut room[at..at + width]);
                }
                continue;
            }
            for (row, pixels) in rows {
                for phase in 0..across.min(width) {
                    let at = self.at(channel, top + row, left + phase);
                    let places = room[at..].iter_mut();
                    for (place, pixel) in places.zip(pixels[phase..].iter().step_by(across)) {
                        *place = *pixel;
                    }
                }
            }
        }
    }
}

/// Copies a row in vectors, the last of which may copy some numbers again. Rows are short: in WebAssembly, to have
/// memory copied takes a call that costs more than the copying.
#[inline(always)]
fn copy_row(from: &[f32], to: &mut [f32]) {
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
            let four = load(from.as_ptr().add(start));
            store(four, to.as_mut_ptr().add(start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_is_in_its_place_and_the_padding_is_zero() {
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
            let planes = Planes::new(2, size, padding, stride);
            let mut room = planes.room(0.0);
            planes.fill(&mut room, &image);
            let mut seen = 0.0;
            for channel in 0..2 {
                for row in 0..height + 2 * padding[0] {
                    for column in 0..width + 2 * padding[1] {
                        let found = room[planes.at(channel, row, column)];
                        let inside = (padding[0]..padding[0] + height).contains(&row)
                            && (padding[1]..padding[1] + width).contains(&column);
                        let expected = if inside {
                            let (y, x) = (row - padding[0], column - padding[1]);
                            image[(channel * height + y) * width + x]
                        } else {
                            0.0
                        };
                        assert_eq!(found, expected);
                        seen += found;
                    }
                }
            }
            assert_eq!(seen, room.iter().sum::<f32>());
        }
    }
}
