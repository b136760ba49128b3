//! Resizing: the centre crop of a picture to a small square, by area averaging.
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

/// The image that a network is given: `[channels, size, size]`. The picture is cropped to a square in its centre. A grey image
/// is inverted, as the other grey data sets are: 0 is white, 255 is black.
pub fn resize(picture: &Picture, format: Format) -> Vec<u8> {
    let size = format.size;
    let side = picture.width.min(picture.height);
    let left = (picture.width - side) / 2;
    let top = (picture.height - side) / 2;
    let columns: Vec<Vec<(usize, u64)>> = (0..size)
        .map(|column| coverage(side, size, column))
        .collect();
    let mut planes = vec![vec![0u8; size * size]; 3];
    let mut sums = vec![[0u64; 3]; size];
    for row in 0..size {
        sums.fill([0; 3]);
        for (y, row_weight) in coverage(side, size, row) {
            let start = 3 * ((top + y) * picture.width + left);
            let line = &picture.rgb[start..start + 3 * side];
            for (sum, columns) in sums.iter_mut().zip(&columns) {
                let mut across = [0u64; 3];
                for (x, column_weight) in columns {
                    for (channel, total) in across.iter_mut().enumerate() {
                        *total += column_weight * u64::from(line[3 * x + channel]);
                    }
                }
                for (total, across) in sum.iter_mut().zip(across) {
                    *total += row_weight * across;
                }
            }
        }
        let area = (side * side) as u64;
        for (column, sum) in sums.iter().enumerate() {
            for (plane, total) in planes.iter_mut().zip(sum) {
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

/// Which of `side` source pixels pixel `index` of `size` covers, and how much of their width, in units of 1 / size. The
/// weights add up to `side`.
fn coverage(side: usize, size: usize, index: usize) -> Vec<(usize, u64)> {
    let (from, to) = (index * side, (index + 1) * side);
    (from / size..=(to - 1) / size)
        .map(|pixel| {
            let overlap = to.min((pixel + 1) * size) - from.max(pixel * size);
            (pixel, overlap as u64)
        })
        .collect()
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
    fn white_is_paper_in_grey() {
        let grey = Format {
            size: 4,
            colour: false,
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
            let mut whole = 0;
            for at in 0..size {
                let weights = coverage(side, size, at);
                let sum: u64 = weights.iter().map(|weight| weight.1).sum();
                assert_eq!(sum, side as u64);
                assert!(
                    weights
                        .iter()
                        .all(|(pixel, weight)| *pixel < side && *weight > 0)
                );
                whole += sum;
            }
            assert_eq!(whole, (side * size) as u64);
        }
    }
}
