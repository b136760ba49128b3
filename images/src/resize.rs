//! Resizing: a picture as a small square, by area averaging.
//!
//! Integer arithmetic gives the same bytes on every machine.

use crate::decode::Picture;

/// The format of a collection's images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Height and width.
    pub size: usize,
    /// Whether there are three channels, red, green and blue, or one.
    pub colour: bool,
    /// How a picture becomes a square.
    pub fit: Fit,
}

/// How a picture that is no square becomes one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// Its middle is taken, and the rest cut off.
    #[default]
    Crop,
    /// All of it, with borders at two sides in the mean colour of its outermost pixels.
    Pad,
    /// All of it, squashed.
    Squash,
}

impl Fit {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Fit; 3] = [Fit::Crop, Fit::Pad, Fit::Squash];

    /// The value of a link's `fit`.
    pub fn name(self) -> &'static str {
        match self {
            Fit::Crop => "crop",
            Fit::Pad => "pad",
            Fit::Squash => "squash",
        }
    }

    /// The one of that name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fit| fit.name() == name)
    }
}

impl Format {
    /// Channels of an image.
    pub fn channels(self) -> usize {
        if self.colour { 3 } else { 1 }
    }

    /// Bytes of an image.
    pub fn bytes(self) -> usize {
        self.channels() * self.size * self.size
    }
}

/// The image that a network is given: `[channels, size, size]`. A grey image is inverted, as the other grey data sets are: 0 is white,
/// 255 is black.
pub fn resize(picture: &Picture, format: Format) -> Vec<u8> {
    let size = format.size;
    let sides = [picture.height, picture.width];
    let shorter = picture.width.min(picture.height);
    let longer = picture.width.max(picture.height);
    // What becomes the image: a part of the picture, or more than it.
    let [height, width] = match format.fit {
        Fit::Crop => [shorter; 2],
        Fit::Pad => [longer; 2],
        Fit::Squash => sides,
    };
    let border = match format.fit {
        Fit::Pad => mean_border(picture),
        Fit::Crop | Fit::Squash => [0; 3],
    };
    let area = (height * width) as u64;
    let columns: Vec<Span> = (0..size)
        .map(|column| Span::new(width, size, column).within(width, picture.width))
        .collect();
    let mut planes = vec![vec![0u8; size * size]; 3];
    let mut sums = vec![[0u64; 3]; size];
    for row in 0..size {
        sums.fill([0; 3]);
        let rows = Span::new(height, size, row).within(height, picture.height);
        for y in rows.start..rows.end {
            let row_weight = rows.weight(y);
            let start = 3 * y * picture.width;
            let line = &picture.rgb[start..start + 3 * picture.width];
            for (sum, column) in sums.iter_mut().zip(&columns) {
                let across = column.sum(line);
                for (total, across) in sum.iter_mut().zip(across) {
                    *total += row_weight * across;
                }
            }
        }
        for (column, sum) in sums.iter().enumerate() {
            let outside = area - rows.total() * columns[column].total();
            for ((plane, total), border) in planes.iter_mut().zip(sum).zip(border) {
                let total = total + outside * u64::from(border);
                plane[row * size + column] = ((2 * total + area) / (2 * area)) as u8;
            }
        }
    }
    if format.colour {
        return planes.concat();
    }
    let grey = |index: usize| {
        let [red, green, blue] = [0, 1, 2].map(|channel| u32::from(planes[channel][index]));
        // Rec. 601's weights, in units of 1 / 65,536.
        let luma = (19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16;
        255 - luma as u8
    };
    (0..size * size).map(grey).collect()
}

/// The mean colour of a picture's outermost pixels: paper round what is on paper, black round what is on black. Of those that are
/// outermost in a row and in a column both count.
fn mean_border(picture: &Picture) -> [u8; 3] {
    let (width, height) = (picture.width, picture.height);
    let across = (0..width).flat_map(|x| [x, (height - 1) * width + x]);
    let down = (0..height).flat_map(|y| [y * width, (y + 1) * width - 1]);
    let mut sums = [0u64; 3];
    for at in across.chain(down) {
        for (sum, value) in sums.iter_mut().zip(&picture.rgb[3 * at..]) {
            *sum += u64::from(*value);
        }
    }
    let count = 2 * (width + height) as u64;
    sums.map(|sum| ((2 * sum + count) / (2 * count)) as u8)
}

/// The source pixels of a row or a column that a pixel of the image covers, and how much of their width, in units of 1 / size.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    /// Behind the last one.
    end: usize,
    first: u64,
    last: u64,
    /// The weight of those between.
    size: u64,
}

impl Span {
    /// What pixel `index` of `size` covers of `side` pixels. The weights add up to `side`.
    fn new(side: usize, size: usize, index: usize) -> Self {
        let (from, to) = (index * side, (index + 1) * side);
        let (start, end) = (from / size, (to - 1) / size + 1);
        let overlap = |pixel: usize| to.min((pixel + 1) * size) - from.max(pixel * size);
        Span {
            start,
            end,
            first: overlap(start) as u64,
            last: overlap(end - 1) as u64,
            size: size as u64,
        }
    }

    /// The same pixels of a picture that has `length` of them, where `side` is the middle of it, or it the middle of `side`. What lies
    /// outside of it is left out.
    fn within(self, side: usize, length: usize) -> Self {
        let (before, after) = match side <= length {
            true => ((length - side) / 2, 0),
            false => (0, (side - length) / 2),
        };
        let place = |pixel: usize| (pixel + before).saturating_sub(after).min(length);
        let (start, end) = (place(self.start), place(self.end));
        let source = |pixel: usize| self.weight(pixel + after - before);
        Span {
            start,
            end,
            first: if start < end { source(start) } else { 0 },
            last: if start < end { source(end - 1) } else { 0 },
            size: self.size,
        }
    }

    fn weight(&self, pixel: usize) -> u64 {
        match pixel {
            pixel if pixel == self.start => self.first,
            pixel if pixel + 1 == self.end => self.last,
            _ => self.size,
        }
    }

    fn total(&self) -> u64 {
        match self.end - self.start {
            0 => 0,
            1 => self.first,
            count => self.first + self.last + (count as u64 - 2) * self.size,
        }
    }

    /// The weighted sums of a line's pixels, red, green and blue.
    fn sum(&self, line: &[u8]) -> [u64; 3] {
        let pixels = &line[3 * self.start..3 * self.end];
        let (first, rest) = pixels.split_at(pixels.len().min(3));
        let (between, last) = rest.split_at(rest.len().saturating_sub(3));
        let mut sums = [0u64; 3];
        for pixel in between.chunks_exact(3) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += u64::from(*value);
            }
        }
        for sum in &mut sums {
            *sum *= self.size;
        }
        for (pixel, weight) in [(first, self.first), (last, self.last)] {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum += weight * u64::from(*value);
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Picture {
        let pixels = (0..width * height).flat_map(|i| pixel(i % width, i / width));
        Picture {
            width,
            height,
            rgb: pixels.collect(),
            twelve_bit: false,
        }
    }

    const COLOUR: Format = Format {
        size: 4,
        colour: true,
        fit: Fit::Crop,
    };

    #[test]
    fn a_picture_of_that_size_stays() {
        let picture = picture(4, 4, |x, y| [x as u8, y as u8, 7]);
        let image = resize(&picture, COLOUR);
        assert_eq!(image[..4], [0, 1, 2, 3]);
        assert_eq!(image[16..21], [0, 0, 0, 0, 1]);
        assert_eq!(image[32..], [7; 16]);
    }

    #[test]
    fn pixels_are_the_mean_of_what_lies_under_them() {
        // 6 to 4: a pixel covers one and a half.
        let picture = picture(6, 6, |x, _| [[0, 90, 30, 60, 120, 255][x], 0, 0]);
        assert_eq!(resize(&picture, COLOUR)[..4], [30, 50, 80, 210]);
    }

    #[test]
    fn smaller_pictures_grow() {
        let picture = picture(2, 2, |x, y| [(100 * x + 50 * y) as u8; 3]);
        assert_eq!(resize(&picture, COLOUR)[..4], [0, 0, 100, 100]);
        assert_eq!(resize(&picture, COLOUR)[12..16], [50, 50, 150, 150]);
    }

    #[test]
    fn the_middle_is_taken() {
        let wide = picture(8, 4, |x, _| [x as u8; 3]);
        assert_eq!(resize(&wide, COLOUR)[..4], [2, 3, 4, 5]);
        let tall = picture(4, 9, |_, y| [y as u8; 3]);
        assert_eq!(
            resize(&tall, COLOUR)[..16],
            [[2; 4], [3; 4], [4; 4], [5; 4]].concat()
        );
    }

    #[test]
    fn borders_have_the_colour_of_the_edge() {
        let padded = Format {
            fit: Fit::Pad,
            ..COLOUR
        };
        let wide = picture(4, 2, |x, y| [(10 * x + y) as u8, 90, 90]);
        // The sums are 60 and 64 across, 30 and 32 down, of 12 pixels.
        let border = [16; 4];
        let rows = [border, [0, 10, 20, 30], [1, 11, 21, 31], border].concat();
        assert_eq!(resize(&wide, padded)[..16], rows);
        assert_eq!(resize(&wide, padded)[16..], [90; 32]);
        let square = picture(6, 6, |x, y| [(x * y) as u8; 3]);
        assert_eq!(resize(&square, padded), resize(&square, COLOUR));
    }

    #[test]
    fn all_of_a_squashed_picture_is_there() {
        let squashed = Format {
            fit: Fit::Squash,
            ..COLOUR
        };
        let wide = picture(8, 2, |x, y| [(20 * x + y) as u8, 0, 0]);
        let image = resize(&wide, squashed);
        // Each pixel is the mean of two, and each row is there twice.
        assert_eq!(image[..8], [10, 50, 90, 130, 10, 50, 90, 130]);
        assert_eq!(image[8..16], [11, 51, 91, 131, 11, 51, 91, 131]);
        let square = picture(6, 6, |x, y| [(x * y) as u8; 3]);
        assert_eq!(resize(&square, squashed), resize(&square, COLOUR));
    }

    #[test]
    fn names_are_those_of_links() {
        for fit in Fit::ALL {
            assert_eq!(Fit::of(fit.name()), Some(fit));
        }
        assert_eq!(Fit::of("stretch"), None);
        assert_eq!(Fit::of(""), None);
    }

    #[test]
    fn white_is_paper_in_grey() {
        let grey = Format {
            colour: false,
            ..COLOUR
        };
        let white = picture(5, 5, |_, _| [255; 3]);
        assert_eq!(resize(&white, grey), [0; 16]);
        let red = picture(5, 5, |_, _| [255, 0, 0]);
        assert_eq!(resize(&red, grey), [255 - 76; 16]);
    }

    #[test]
    fn weights_add_up() {
        for (side, size) in [
            (1, 28),
            (27, 28),
            (28, 28),
            (29, 28),
            (1000, 32),
            (4032, 32),
        ] {
            let spans = (0..size).map(|at| Span::new(side, size, at));
            for span in spans {
                assert_eq!(span.total(), side as u64);
                let pixels = span.start..span.end;
                let weights = pixels.clone().map(|pixel| span.weight(pixel));
                assert_eq!(weights.sum::<u64>(), side as u64);
                assert!(pixels.end <= side && pixels.clone().all(|pixel| span.weight(pixel) > 0));
            }
        }
    }

    #[test]
    fn borders_and_picture_cover_a_square_together() {
        for (long, short, size) in [
            (9, 4, 4),
            (4032, 3024, 32),
            (100, 1, 28),
            (29, 28, 28),
            (5, 2, 32),
        ] {
            let spans = (0..size).map(|at| Span::new(long, size, at).within(long, short));
            let inside: u64 = spans.map(|span| span.total()).sum();
            assert_eq!(inside, (short * size) as u64);
        }
    }

    #[test]
    fn a_strip_takes_no_memory_for_its_borders() {
        let strip = picture(3_000_000, 1, |_, _| [200, 100, 0]);
        for fit in Fit::ALL {
            let format = Format { fit, ..COLOUR };
            assert_eq!(resize(&strip, format)[..16], [200; 16]);
        }
    }
}
