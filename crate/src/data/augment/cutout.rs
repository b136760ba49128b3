//! Cutout: a square of the image is erased.
//!
//! T. DeVries, G. Taylor: Improved regularization of convolutional neural networks with cutout, 2017: a square around a
//! random centre, so that part of it may lie outside; its side is half the image's, as the paper's is for CIFAR-10. Erased pixels
//! are 0, which is black (or paper); the paper's are the mean.

use crate::random::Stream;

/// Draws the square's centre, as fractions of height and width.
pub(super) fn draw(random: &mut Stream) -> [f32; 2] {
    [random.uniform(), random.uniform()]
}

/// Erases the square, in place.
///
/// # Shapes
/// - `image`: `[channels, height, width]`
pub(super) fn erase(image: &mut [u8], [_, height, width]: [usize; 3], centre: [f32; 2]) {
    let span = |side: usize, centre: f32| {
        let (centre, half) = ((centre * side as f32) as usize, side / 4);
        centre.saturating_sub(half)..(centre + side / 2 - half).min(side)
    };
    let (rows, columns) = (span(height, centre[0]), span(width, centre[1]));
    for plane in image.chunks_exact_mut((height * width).max(1)) {
        for row in rows.clone() {
            plane[row * width..][columns.clone()].fill(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_of_half_the_side_is_blank() {
        let mut image = vec![1; 3 * 32 * 32];
        erase(&mut image, [3, 32, 32], [0.5, 0.5]);
        let blank = image.iter().filter(|pixel| **pixel == 0).count();
        assert_eq!(blank, 3 * 16 * 16);
        assert_eq!((image[8 * 32 + 8], image[7 * 32 + 8]), (0, 1));
        assert_eq!((image[23 * 32 + 23], image[24 * 32 + 23]), (0, 1));
    }

    #[test]
    fn part_of_it_may_lie_outside() {
        for shape in [[1, 28, 28], [2, 5, 7], [1, 1, 1]] {
            for middle in [[0.0, 0.0], [0.999_999, 0.999_999], [0.0, 0.5]] {
                let mut image = vec![1; shape.iter().product()];
                erase(&mut image, shape, middle);
                assert!(shape[1] < 4 || image.contains(&0), "{shape:?} {middle:?}");
                assert!(image.contains(&1), "{shape:?} {middle:?}");
            }
        }
    }
}
