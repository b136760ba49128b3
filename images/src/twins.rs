//! Photographs that are nearly the same, as a burst of one scene: what is learned from one is tested with another. They are kept on one
//! side of the split, by the prepared pixels alone, in integers.
//!
//! Two images are twins where they differ, brightness aside, by a quarter of what they vary by themselves: of CIFAR-10's photographs
//! one in two thousand has such a twin, and those are of one scene. Drawings on plain ground are alike by nature, a third of MNIST's
//! digits so much: of them it is a sixteenth.

use std::collections::BTreeMap;

use crate::error::list_some;
use crate::finish::Labelled;
use crate::resize::Format;

/// Bits of a picture's hash: whether a cell is brighter than the one on its right, of 8 rows of 9.
const ROWS: usize = 8;
const COLUMNS: usize = 9;

/// Images with equal bits in a row of cells that one is compared with, the latest first.
const MOST_COMPARED: usize = 512;

/// Bits in which the hashes of twins may differ.
const MOST_BITS: u32 = 16;

/// By how much the pixels of an image vary about their mean, at the least, that it is compared.
const LEAST_CONTRAST: i64 = 4;

/// Of so small a class it is told anyway that it is one.
const LEAST_TOLD: usize = 4;

/// An image as it is compared.
struct Look {
    /// The brightness of each pixel: a byte, for there is one look of each of up to 195,918 images at once.
    luma: Vec<u8>,
    /// Their sum.
    sum: i64,
    /// The sum of how far each, times their number, is from their sum.
    contrast: i64,
    /// Whether it is a drawing on plain ground.
    is_plain: bool,
    bits: u64,
}

impl Look {
    fn of(pixels: &[u8], format: Format) -> Self {
        let plane = format.size * format.size;
        let luma = |at: usize| match format.colour {
            false => i64::from(pixels[at]),
            true => {
                let [red, green, blue] =
                    [0, 1, 2].map(|channel| i64::from(pixels[channel * plane + at]));
                (299 * red + 587 * green + 114 * blue) / 1000
            }
        };
        let luma: Vec<u8> = (0..plane).map(|at| luma(at) as u8).collect();
        let sum: i64 = luma.iter().map(|value| i64::from(*value)).sum();
        let mut shades = [0usize; 256];
        for value in &luma {
            shades[usize::from(*value)] += 1;
        }
        let commonest = shades
            .windows(3)
            .map(|three| three.iter().sum::<usize>())
            .max();
        Look {
            contrast: luma
                .iter()
                .map(|value| (plane as i64 * i64::from(*value) - sum).abs())
                .sum(),
            is_plain: 4 * commonest.unwrap_or(0) > plane,
            bits: bits(&luma, format.size),
            luma,
            sum,
        }
    }

    fn is_twin_of(&self, other: &Self) -> bool {
        if (self.bits ^ other.bits).count_ones() > MOST_BITS {
            return false;
        }
        let least = self.contrast.min(other.contrast);
        // Plain colours have nothing by which they could be alike.
        let plane = self.luma.len() as i64;
        if least < LEAST_CONTRAST * plane * plane {
            return false;
        }
        let parts = if self.is_plain || other.is_plain {
            16
        } else {
            4
        };
        let brighter = self.sum - other.sum;
        let mut differing = 0;
        for (a, b) in self.luma.iter().zip(&other.luma) {
            differing += (plane * (i64::from(*a) - i64::from(*b)) - brighter).abs();
            if parts * differing > least {
                return false;
            }
        }
        true
    }
}

fn bits(luma: &[u8], size: usize) -> u64 {
    let cell = |row: usize, column: usize| -> i64 {
        let rows = row * size / ROWS..(row + 1) * size / ROWS;
        let columns = column * size / COLUMNS..(column + 1) * size / COLUMNS;
        let area = (rows.len() * columns.len()) as i64;
        let sum: i64 = rows
            .map(|y| {
                columns
                    .clone()
                    .map(|x| i64::from(luma[y * size + x]))
                    .sum::<i64>()
            })
            .sum();
        // The mean in 1 / 256, so that cells of other sizes compare.
        256 * sum / area.max(1)
    };
    let mut bits = 0;
    for row in 0..ROWS {
        for column in 0..COLUMNS - 1 {
            let is_brighter = cell(row, column) > cell(row, column + 1);
            bits = bits << 1 | u64::from(is_brighter);
        }
    }
    bits
}

/// Groups of images, each with those that are nearly the same as its first, by their indices. `images` are in the order of their hashes.
fn groups(images: &[Labelled], format: Format) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut looks: Vec<Look> = Vec::new();
    // The groups whose first image has such a row of bits.
    let mut by_row: BTreeMap<(&str, usize, u8), Vec<usize>> = BTreeMap::new();
    for (index, image) in images.iter().enumerate() {
        let look = Look::of(&image.image.pixels, format);
        let rows = || (0..ROWS).zip(look.bits.to_be_bytes());
        let mut found: Option<usize> = None;
        for (row, bits) in rows() {
            let Some(alike) = by_row.get(&(image.class.as_str(), row, bits)) else {
                continue;
            };
            for group in alike.iter().rev().take(MOST_COMPARED) {
                let is_earlier = found.is_none_or(|other| *group < other);
                if is_earlier && looks[*group].is_twin_of(&look) {
                    found = Some(*group);
                }
            }
        }
        match found {
            Some(group) => groups[group].push(index),
            None => {
                for (row, bits) in rows() {
                    let alike = by_row.entry((image.class.as_str(), row, bits)).or_default();
                    alike.push(groups.len());
                }
                groups.push(vec![index]);
                looks.push(look);
            }
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Keeps twins on one side of the split that the seed draws: they get the hash of one of them, by which it is drawn. A group that is more
/// than half of its class stays apart, for a class needs images on both sides. Where a person split the images, nothing is changed. Both
/// are told.
pub(crate) fn keep_together(
    images: &mut [Labelled],
    format: Format,
    is_split: bool,
    notices: &mut Vec<String>,
) {
    images.sort_by_key(|image| image.image.hash);
    let mut of_class: BTreeMap<String, usize> = BTreeMap::new();
    for image in images.iter() {
        *of_class.entry(image.class.clone()).or_default() += 1;
    }
    let (mut together, mut leaking, mut large) = (Vec::new(), Vec::new(), BTreeMap::new());
    for group in groups(images, format) {
        let path = |index: usize| images[index].image.path.join("/");
        if is_split {
            let trained = group
                .iter()
                .find(|index| images[**index].role != images[group[0]].role);
            leaking.extend(trained.map(|other| format!("{} and {}", path(group[0]), path(*other))));
            continue;
        }
        let class = &images[group[0]].class;
        if 2 * group.len() > of_class.get(class).copied().unwrap_or_default() {
            if group.len() >= LEAST_TOLD {
                large.insert(class.clone(), group.len());
            }
            continue;
        }
        together.push(format!("{} of {}", group.len(), path(group[0])));
        let hash = images[group[0]].image.hash;
        for index in group {
            images[index].image.hash = hash;
        }
    }
    together.sort();
    leaking.sort();
    if !together.is_empty() {
        let scenes = if together.len() == 1 {
            "scene"
        } else {
            "scenes"
        };
        notices.push(format!(
            "Several images of {} {scenes} are nearly the same, as in a burst: those of a scene are all trained on or all tested with ({}).",
            together.len(),
            list_some(together.into_iter())
        ));
    }
    if !leaking.is_empty() {
        notices.push(format!(
            "Among the images to test with some are nearly the same as images to train on, and say little: {}.",
            list_some(leaking.into_iter())
        ));
    }
    if !large.is_empty() {
        let named = large
            .iter()
            .map(|(class, count)| format!("{count} of {class}"));
        notices.push(format!(
            "So many images of a class are nearly the same that the test says little of others: {}. Add images of other scenes.",
            list_some(named.collect::<Vec<_>>().into_iter())
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::ImageFile;
    use crate::resize::Fit;

    const FORMAT: Format = Format {
        size: 32,
        colour: false,
        fit: Fit::Crop,
    };

    /// Noise that is smooth over some pixels, as a photograph is; `shift` moves it, `light` makes it brighter.
    fn photo(scene: u32, shift: usize, light: u8) -> Vec<u8> {
        let noise = |x: usize, y: usize| {
            let number =
                (x as u32).wrapping_mul(374_761_393) ^ (y as u32).wrapping_mul(668_265_263);
            let number = (number ^ scene.wrapping_mul(2_246_822_519)).wrapping_mul(3_266_489_917);
            u64::from((number ^ number >> 15) % 200)
        };
        let value = |x: usize, y: usize| {
            let (x, y) = (4 * x + shift, 4 * y);
            let (left, top) = (x / 32, y / 32);
            let (right, down) = ((x % 32) as u64, (y % 32) as u64);
            let across = |y: usize| noise(left, y) * (32 - right) + noise(left + 1, y) * right;
            ((across(top) * (32 - down) + across(top + 1) * down) / 1024) as u8
        };
        (0..1024)
            .map(|at| value(at % 32, at / 32) + light)
            .collect()
    }

    fn labelled(pixels: Vec<Vec<u8>>) -> Vec<Labelled> {
        let image = |(index, pixels): (usize, Vec<u8>)| Labelled {
            class: "a".into(),
            role: None,
            image: ImageFile {
                path: vec![format!("{index}.png")],
                hash: [index as u8; 32],
                pixels,
            },
        };
        pixels.into_iter().enumerate().map(image).collect()
    }

    #[test]
    fn a_burst_is_kept_together_and_other_scenes_are_not() {
        let mut pixels: Vec<_> = (0..40).map(|scene| photo(scene, 0, 0)).collect();
        pixels.push(photo(3, 2, 0));
        pixels.push(photo(3, 1, 9));
        let mut images = labelled(pixels);
        let mut notices = Vec::new();
        keep_together(&mut images, FORMAT, false, &mut notices);
        let hashes: Vec<u8> = images.iter().map(|image| image.image.hash[0]).collect();
        let expected: Vec<u8> = (0..40).chain([3, 3]).collect();
        assert_eq!(hashes, expected);
        assert_eq!(
            notices,
            [
                "Several images of 1 scene are nearly the same, as in a burst: those of a scene are all trained on or all tested with (3 of 3.png)."
            ]
        );
    }

    #[test]
    fn a_class_of_one_scene_is_split_and_told() {
        let mut images = labelled(
            (0..6)
                .map(|shift| photo(1, shift % 3, shift as u8))
                .collect(),
        );
        let mut notices = Vec::new();
        keep_together(&mut images, FORMAT, false, &mut notices);
        assert!(
            images
                .iter()
                .enumerate()
                .all(|(index, image)| image.image.hash == [index as u8; 32])
        );
        assert_eq!(
            notices,
            [
                "So many images of a class are nearly the same that the test says little of others: 6 of a. Add images of other scenes."
            ]
        );
    }

    #[test]
    fn a_persons_own_split_is_only_told() {
        let mut images = labelled(vec![photo(1, 0, 0), photo(2, 0, 0), photo(1, 1, 0)]);
        for (image, role) in images.iter_mut().zip([0, 0, 1]) {
            image.role = Some([crate::classes::Role::Train, crate::classes::Role::Test][role]);
        }
        let mut notices = Vec::new();
        keep_together(&mut images, FORMAT, true, &mut notices);
        assert_eq!(images[2].image.hash, [2; 32]);
        assert_eq!(
            notices,
            [
                "Among the images to test with some are nearly the same as images to train on, and say little: 0.png and 2.png."
            ]
        );
    }

    #[test]
    fn strokes_that_are_alike_are_no_twins() {
        let stroke = |at: usize| {
            let is_ink =
                |x: usize, y: usize| (12 + at..15 + at).contains(&x) && (6..26).contains(&y);
            (0..1024)
                .map(|i| if is_ink(i % 32, i / 32) { 255 } else { 0 })
                .collect()
        };
        let mut images = labelled((0..6).map(stroke).collect());
        let mut notices = Vec::new();
        keep_together(&mut images, FORMAT, false, &mut notices);
        assert!(notices.is_empty(), "{notices:?}");
    }
}
