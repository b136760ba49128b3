//! Augmentation: random changes to training images, so that no epoch shows the same ones.
//!
//! Which of them a recipe has is its field `aug`. They are applied in one order, however a link lists them: shift,
//! rotation and elastic distortion at once (`warp`), the `crop`, the `flip`, the `cutout`. (The crop's paper takes it
//! from the padded image or from its mirror, which comes to the same.)
//!
//! What happens to an example depends on the seed and on its position in the run alone, so any part of a batch can be
//! made anywhere and comes out bit-equal. All numbers but the last are drawn whether they are used or not: an image is
//! mirrored or not, whether it is cropped as well or not.

mod crop;
mod cutout;
mod flip;
mod warp;

pub use crate::recipe::{Augmentation, Padding};
pub use crop::PADDING;
use warp::Warp;

use crate::random::{Purpose, stream};
use crate::recipe::ChoiceSet;

/// Changes one image in place. `padding` is what a crop finds outside of it.
///
/// `example` is the image's position in the run, counted from 0: step × batch size + place in the batch.
///
/// # Shapes
/// - `image`: `shape`, which is `[channels, height, width]`
pub fn augment(
    augmentations: &ChoiceSet<Augmentation>,
    padding: Padding,
    seed: u64,
    example: u64,
    image: &mut [u8],
    shape: [usize; 3],
) {
    if augmentations.is_empty() {
        return;
    }
    let mut random = stream(seed, Purpose::Augmentation, example);
    // The order of these lines never changes, and a new operation draws after them: recorded runs depend on it.
    let position = crop::draw(&mut random);
    let mirrored = flip::draw(&mut random);
    let shift = warp::draw_shift(&mut random);
    let angle = warp::draw_angle(&mut random);
    let centre = cutout::draw(&mut random);
    let has = |augmentation| augmentations.contains(augmentation);
    let warp = Warp {
        shift: if has(Augmentation::Shift) {
            shift
        } else {
            [0.0; 2]
        },
        angle: if has(Augmentation::Rotate) {
            angle
        } else {
            0.0
        },
        // The nodes are many, and nothing is drawn after them.
        nodes: has(Augmentation::Elastic).then(|| warp::draw_nodes(&mut random)),
    };
    if warp != Warp::default() {
        warp.apply(image, shape);
    }
    for augmentation in augmentations.iter() {
        match augmentation {
            Augmentation::Shift | Augmentation::Rotate | Augmentation::Elastic => {}
            Augmentation::Cutout => cutout::erase(image, shape, centre),
            Augmentation::Crop => crop::crop(image, shape, position, padding),
            Augmentation::Flip if mirrored => flip::flip(image, shape),
            // Alternation depends on the example and its epoch: see `alternate`.
            Augmentation::Flip | Augmentation::Alternate => {}
        }
    }
}

/// Mirrors images in every other epoch, in place; which half of the training examples is mirrored in the first is drawn once. An image is
/// then seen both ways in any two epochs (K. Jordan: 94% on CIFAR-10 in 3.29 seconds on a single GPU, 2024, section 3.6).
///
/// # Shapes
/// - `indices`: `[count]`, in the training split
/// - `images`: `[count, channels, height, width]`, where `shape` is `[channels, height, width]`
pub fn alternate(seed: u64, epoch: u64, indices: &[u32], images: &mut [u8], shape: [usize; 3]) {
    let pixels: usize = shape.iter().product();
    for (index, image) in indices.iter().zip(images.chunks_exact_mut(pixels.max(1))) {
        let begins = stream(seed, Purpose::Alternation, u64::from(*index)).below(2);
        if (u64::from(begins) + epoch) % 2 == 1 {
            flip::flip(image, shape);
        }
    }
}

/// Changes images that follow each other in the run, in place; `first` is the position of the first, as [`augment`] has
/// it.
///
/// # Shapes
/// - `images`: `[count, channels, height, width]`, where `shape` is `[channels, height, width]`
pub fn augment_all(
    augmentations: &ChoiceSet<Augmentation>,
    padding: Padding,
    seed: u64,
    first: u64,
    images: &mut [u8],
    shape: [usize; 3],
) {
    let pixels: usize = shape.iter().product();
    for (example, image) in (first..).zip(images.chunks_exact_mut(pixels.max(1))) {
        augment(augmentations, padding, seed, example, image, shape);
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::Augmentation::{Crop, Flip};
    use super::*;
    use crate::hex::hex;

    const SHAPE: [usize; 3] = [3, 32, 32];
    const PIXELS: usize = 3 * 32 * 32;

    /// An image whose pixels differ from their neighbours, none of them 0.
    fn image() -> Vec<u8> {
        (0..PIXELS).map(|i| (i * 37 % 255 + 1) as u8).collect()
    }

    fn augmented(augmentations: &[Augmentation], seed: u64, example: u64) -> Vec<u8> {
        let mut image = image();
        augment(
            &ChoiceSet::of(augmentations),
            Padding::Zero,
            seed,
            example,
            &mut image,
            SHAPE,
        );
        image
    }

    /// What was drawn for an example: top, left, mirrored.
    fn drawn(seed: u64, example: u64) -> ([usize; 2], bool) {
        let mut random = stream(seed, Purpose::Augmentation, example);
        (crop::draw(&mut random), flip::draw(&mut random))
    }

    #[test]
    fn what_a_seed_gives_never_changes() {
        let first: Vec<_> = (0..6).map(|example| drawn(7, example)).collect();
        assert_eq!(
            first,
            [
                ([4, 3], false),
                ([8, 6], true),
                ([8, 0], false),
                ([2, 3], false),
                ([2, 4], true),
                ([8, 1], true)
            ]
        );
        let mut hash = Sha256::new();
        for example in 0..6 {
            hash.update(augmented(&[Crop, Flip], 7, example));
        }
        // Made outside this crate from the draws above.
        assert_eq!(
            hex(&hash.finalize()),
            "6f632385796988b178e3aa7ac9297d4b35241eede946efc1ca9324583461f4bd"
        );
    }

    #[test]
    fn operations_do_what_was_drawn() {
        for example in 0..50 {
            let (position, mirrored) = drawn(3, example);
            let mut expected = image();
            crop::crop(&mut expected, SHAPE, position, Padding::Zero);
            assert_eq!(augmented(&[Crop], 3, example), expected);
            if mirrored {
                flip::flip(&mut expected, SHAPE);
            }
            assert_eq!(augmented(&[Flip, Crop], 3, example), expected);
            let flipped = augmented(&[Flip], 3, example);
            assert_eq!(flipped != image(), mirrored);
            assert_eq!(augmented(&[], 3, example), image());
        }
    }

    #[test]
    fn two_epochs_show_both_sides() {
        let indices: Vec<u32> = (0..200).collect();
        let plain = image().repeat(200);
        let shown = |epoch| {
            let mut images = plain.clone();
            alternate(3, epoch, &indices, &mut images, SHAPE);
            let is_mirrored = images.chunks(PIXELS).map(|shown| shown != image());
            is_mirrored.collect::<Vec<_>>()
        };
        let first = shown(0);
        let mirrored = first.iter().filter(|is_mirrored| **is_mirrored).count();
        // Five standard deviations of 100.
        assert!(mirrored.abs_diff(100) < 36, "{mirrored}");
        let opposite: Vec<_> = first.iter().map(|is_mirrored| !is_mirrored).collect();
        assert_eq!(shown(1), opposite);
        assert_eq!(shown(2), first);
    }

    #[test]
    fn any_part_of_a_batch_is_the_same_as_in_the_whole() {
        let both = ChoiceSet::of(&[Crop, Flip]);
        let mut whole = image().repeat(32);
        augment_all(&both, Padding::Zero, 5, 320, &mut whole, SHAPE);
        let mut part = image().repeat(10);
        augment_all(&both, Padding::Zero, 5, 333, &mut part, SHAPE);
        assert_eq!(part, whole[13 * PIXELS..23 * PIXELS]);
        assert_eq!(augmented(&[Crop, Flip], 5, 351), whole[31 * PIXELS..]);
    }

    #[test]
    fn every_position_is_as_likely_as_any_other() {
        let mut counts = [[0u32; 9]; 9];
        let mut mirrored = 0;
        for example in 0..8_100 {
            let ([top, left], flip) = drawn(11, example);
            counts[top][left] += 1;
            mirrored += u32::from(flip);
        }
        // Five standard deviations of a count of 100 are 50, of one of 4,050 they are 225.
        assert!(
            counts.iter().flatten().all(|c| c.abs_diff(100) < 50),
            "{counts:?}"
        );
        assert!(mirrored.abs_diff(4_050) < 225, "{mirrored}");
    }

    #[test]
    fn seeds_and_examples_differ() {
        let all: std::collections::HashSet<_> = (0..20)
            .flat_map(|example| {
                [
                    augmented(&[Crop], 1, example),
                    augmented(&[Crop], 2, example),
                ]
            })
            .collect();
        assert!(all.len() > 20, "{}", all.len());
    }
}
