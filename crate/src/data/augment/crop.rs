//! The random crop.
//!
//! K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2015, section 4.2: four pixels are
//! padded on each side, and a crop of the image's size is taken at random. Where this departs: the paper subtracts the
//! mean of each pixel first, so that its zeros are that mean; here the padding is zero in the image itself, which is
//! black (or paper), or the image's own reflection.

use crate::random::Stream;
use crate::recipe::Padding;

/// Pixels of padding on each side.
pub const PADDING: usize = 4;

/// Draws where the crop lies in the padded image: its top row and left column, 0 to twice the padding each.
pub(super) fn draw(random: &mut Stream) -> [usize; 2] {
    let positions = 2 * PADDING as u32 + 1;
    [
        random.below(positions) as usize,
        random.below(positions) as usize,
    ]
}

/// Crops in place, at `top` and `left` of the padded image.
///
/// # Shapes
/// - `image`: `[channels, height, width]`
pub(super) fn crop(image: &mut [u8], shape: [usize; 3], position: [usize; 2], padding: Padding) {
    match padding {
        Padding::Zero => crop_of_zeros(image, shape, position),
        Padding::Reflect => crop_reflected(image, shape, position),
    }
}

/// [`crop`] with the image mirrored around it, as PyTorch's `pad(mode="reflect")` has it.
fn crop_reflected(image: &mut [u8], [_, height, width]: [usize; 3], [top, left]: [usize; 2]) {
    for plane in image.chunks_exact_mut((height * width).max(1)) {
        let before = plane.to_vec();
        for (row, pixels) in plane.chunks_exact_mut(width.max(1)).enumerate() {
            let source = &before[reflected(row + top, height) * width..][..width];
            for (column, pixel) in pixels.iter_mut().enumerate() {
                *pixel = source[reflected(column + left, width)];
            }
        }
    }
}

/// The place in a side of that many pixels that is seen at a place of the padded side.
fn reflected(padded: usize, side: usize) -> usize {
    let inside = padded.abs_diff(PADDING);
    let last = side.saturating_sub(1);
    inside.min((2 * last).saturating_sub(inside)).min(last)
}

/// [`crop`] with zeros around the image.
fn crop_of_zeros(image: &mut [u8], [_, height, width]: [usize; 3], [top, left]: [usize; 2]) {
    for plane in image.chunks_exact_mut((height * width).max(1)) {
        let mut row = |row: usize| {
            let start = row * width;
            let source = (row + top)
                .checked_sub(PADDING)
                .filter(|from| *from < height);
            match source {
                Some(source) => shift(plane, source * width, start, width, left),
                None => plane[start..start + width].fill(0),
            }
        };
        // The order of rows is such that each is read before it is overwritten.
        if top >= PADDING {
            (0..height).for_each(&mut row);
        } else {
            (0..height).rev().for_each(&mut row);
        }
    }
}

/// Moves one row of `width` from `from` to `to`, cropped at `left` of the padded row.
fn shift(plane: &mut [u8], from: usize, to: usize, width: usize, left: usize) {
    let by = left.abs_diff(PADDING).min(width);
    let kept = width - by;
    if left >= PADDING {
        plane.copy_within(from + by..from + width, to);
        plane[to + kept..to + width].fill(0);
    } else {
        plane.copy_within(from..from + kept, to + by);
        plane[to..to + by].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The crop as one would write it down: the pixel of the padded image, or zero.
    fn plainly(image: &[u8], [channels, height, width]: [usize; 3], at: [usize; 2]) -> Vec<u8> {
        let mut cropped = Vec::new();
        for channel in 0..channels {
            for (row, column) in (0..height).flat_map(|row| (0..width).map(move |c| (row, c))) {
                let y = (row + at[0]).checked_sub(PADDING).filter(|y| *y < height);
                let x = (column + at[1]).checked_sub(PADDING).filter(|x| *x < width);
                cropped.push(match (y, x) {
                    (Some(y), Some(x)) => image[(channel * height + y) * width + x],
                    _ => 0,
                });
            }
        }
        cropped
    }

    #[test]
    fn every_position_gives_the_pixels_of_the_padded_image() {
        // Also images smaller than the padding, of which a crop may hold nothing.
        for shape in [[3, 32, 32], [1, 28, 28], [2, 5, 7], [1, 3, 2], [1, 1, 1]] {
            let pixels: usize = shape.iter().product();
            let image: Vec<u8> = (0..pixels).map(|i| (i * 31 % 255 + 1) as u8).collect();
            for at in
                (0..=2 * PADDING).flat_map(|top| (0..=2 * PADDING).map(move |left| [top, left]))
            {
                let mut cropped = image.clone();
                crop(&mut cropped, shape, at, Padding::Zero);
                assert_eq!(cropped, plainly(&image, shape, at), "{shape:?} at {at:?}");
            }
        }
    }

    #[test]
    fn the_middle_is_the_image() {
        let image: Vec<u8> = (0..48).collect();
        let mut cropped = image.clone();
        crop(&mut cropped, [3, 4, 4], [PADDING, PADDING], Padding::Zero);
        assert_eq!(cropped, image);
        crop(
            &mut cropped,
            [3, 4, 4],
            [PADDING, PADDING],
            Padding::Reflect,
        );
        assert_eq!(cropped, image);
    }

    #[test]
    fn a_border_is_reflected_without_its_own_pixels() {
        // torch.nn.functional.pad(torch.arange(6.)[None], (4, 4), mode="reflect")
        let padded = [4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 4, 3, 2, 1];
        let places: Vec<usize> = (0..6 + 2 * PADDING).map(|at| reflected(at, 6)).collect();
        assert_eq!(places, padded);
        let image: Vec<u8> = (0..72).collect();
        for top in 0..=2 * PADDING {
            for left in 0..=2 * PADDING {
                let mut cropped = image.clone();
                crop(&mut cropped, [2, 6, 6], [top, left], Padding::Reflect);
                let pixel = |at: usize| {
                    image[at / 36 * 36 + padded[at / 6 % 6 + top] * 6 + padded[at % 6 + left]]
                };
                assert_eq!(cropped, (0..72).map(pixel).collect::<Vec<u8>>());
            }
        }
        // Images smaller than the padding have some pixel everywhere.
        for side in 1..5 {
            assert!((0..side + 2 * PADDING).all(|at| reflected(at, side) < side));
        }
    }
}
