//! The mirror.

use crate::random::Stream;

/// Draws whether an image is mirrored: one time in two.
pub(super) fn draw(random: &mut Stream) -> bool {
    random.below(2) == 1
}

/// Mirrors in place, left to right.
///
/// # Shapes
/// - `image`: `[channels, height, width]`
pub(super) fn flip(image: &mut [u8], [_, _, width]: [usize; 3]) {
    for row in image.chunks_exact_mut(width.max(1)) {
        row.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_turned_round() {
        let mut image: Vec<u8> = (0..12).collect();
        flip(&mut image, [2, 2, 3]);
        assert_eq!(image, [2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9]);
    }

    #[test]
    fn twice_is_not_at_all() {
        let image: Vec<u8> = (0..3 * 32 * 32).map(|i| (i % 251) as u8).collect();
        let mut twice = image.clone();
        flip(&mut twice, [3, 32, 32]);
        assert_ne!(twice, image);
        flip(&mut twice, [3, 32, 32]);
        assert_eq!(twice, image);
    }
}
