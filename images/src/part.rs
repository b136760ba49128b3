//! A part of more images than a data set may have: as many of each class as there is room for, drawn by the digests of their files. So it is
//! the same part in whatever order the files came, and a file more or less changes no more of it than itself.

use std::collections::BTreeMap;

use crate::builder::ImageFile;
use crate::class_folder::ClassFolder;
use crate::classes;
use crate::finish::Labelled;
use crate::resize::Format;

/// How many of each class there may be, so that all together are `most` at most.
fn quota(counts: impl Iterator<Item = usize> + Clone, most: usize) -> usize {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let sum: usize = counts.clone().map(|count| count.min(middle)).sum();
        match sum > most {
            true => high = middle - 1,
            false => low = middle,
        }
    }
    low
}

/// Which images stay, of each with its class and its file's digest, and how many of a class do at most.
fn drawn<K: Ord>(images: &[(K, [u8; 32])], most: usize) -> (Vec<bool>, usize) {
    let mut of_class: BTreeMap<&K, Vec<usize>> = BTreeMap::new();
    for (index, (class, _)) in images.iter().enumerate() {
        of_class.entry(class).or_default().push(index);
    }
    let quota = quota(of_class.values().map(Vec::len), most);
    let mut stays = vec![true; images.len()];
    for indices in of_class.values_mut() {
        indices.sort_unstable_by_key(|index| images[*index].1);
        for index in indices.iter().skip(quota) {
            stays[*index] = false;
        }
    }
    (stays, quota)
}

/// Those of `images` that stay.
fn keep<T>(images: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    images.retain(|_| stays.next().copied().unwrap_or(false));
}

/// Leaves images out while files are still read, so that no more of them are in memory than there may be. As none of them would be among
/// those that are drawn of all, which ones are left out is no matter of the order.
pub(crate) fn thin(images: &mut Vec<ImageFile>, most: usize, class_folder: ClassFolder) {
    let paths: Vec<&[String]> = images.iter().map(|image| image.path.as_slice()).collect();
    let places = classes::find(&paths, class_folder).places;
    let keyed = places.into_iter().zip(images.iter());
    let keyed: Vec<_> = keyed
        .map(|(place, image)| ((place.role, place.class), image.hash))
        .collect();
    let (stays, _) = drawn(&keyed, most);
    keep(images, &stays);
}

/// Leaves images out of which there are too many, with the sentence that says so. `given`: how many there were.
pub(crate) fn draw(
    images: &mut Vec<Labelled>,
    given: usize,
    most: usize,
    format: Format,
) -> Option<String> {
    if given <= most {
        return None;
    }
    let keyed: Vec<_> = images
        .iter()
        .map(|image| ((image.role, image.class.clone()), image.image.hash))
        .collect();
    let (stays, quota) = drawn(&keyed, most);
    keep(images, &stays);
    let Format { size, colour, .. } = format;
    let colour = if colour { "in colour" } else { "in grey" };
    Some(format!(
        "There are {given} images, and {most} of {size}×{size} pixels {colour} are the most: a part was drawn by the digests of their files, {quota} of each class at most."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resize::Fit;

    #[test]
    fn small_classes_leave_their_room_to_large_ones() {
        let quota = |counts: &[usize], most| quota(counts.iter().copied(), most);
        assert_eq!(quota(&[100, 100, 100], 150), 50);
        assert_eq!(quota(&[10, 100, 100], 150), 70);
        assert_eq!(quota(&[1, 2, 3], 150), 150);
        assert_eq!(quota(&[5, 5, 5], 14), 4);
    }

    fn file(class: &str, number: u8) -> ImageFile {
        ImageFile {
            path: vec![class.into(), format!("{number}.png")],
            // Spread as digests are.
            hash: [number.wrapping_mul(97); 32],
            pixels: vec![number],
        }
    }

    #[test]
    fn the_part_is_the_same_in_whatever_order_files_come() {
        let all: Vec<(&str, u8)> = (0..90)
            .map(|number| (["cat", "dog", "dog"][usize::from(number) % 3], number))
            .collect();
        let part = |order: &mut dyn Iterator<Item = &(&str, u8)>| {
            let mut held = Vec::new();
            for (class, number) in order {
                held.push(file(class, *number));
                if held.len() == 24 {
                    thin(&mut held, 20, ClassFolder::Auto);
                }
            }
            let labelled = held.into_iter().map(|image| Labelled {
                class: image.path[0].clone(),
                role: None,
                image,
            });
            let mut labelled: Vec<_> = labelled.collect();
            let format = Format {
                size: 32,
                colour: true,
                fit: Fit::Crop,
            };
            let notice = draw(&mut labelled, 90, 20, format);
            assert_eq!(
                notice.as_deref(),
                Some(
                    "There are 90 images, and 20 of 32×32 pixels in colour are the most: a part was drawn by the digests of their files, 10 of each class at most."
                )
            );
            let mut kept: Vec<_> = labelled
                .iter()
                .map(|image| (image.class.clone(), image.image.hash[0]))
                .collect();
            kept.sort();
            kept
        };
        let forwards = part(&mut all.iter());
        assert_eq!(forwards.len(), 20);
        assert_eq!(
            forwards.iter().filter(|(class, _)| class == "cat").count(),
            10
        );
        assert_eq!(part(&mut all.iter().rev()), forwards);
        let mut mixed = all.clone();
        mixed.sort_by_key(|(_, number)| number.wrapping_mul(59));
        assert_eq!(part(&mut mixed.iter()), forwards);
        // A smaller digest is drawn before a larger one.
        let cats = all.iter().filter(|(class, _)| *class == "cat");
        let mut digests: Vec<u8> = cats.map(|(_, number)| number.wrapping_mul(97)).collect();
        digests.sort_unstable();
        assert!(
            forwards
                .iter()
                .zip(&digests[..10])
                .all(|((_, kept), digest)| kept == digest)
        );
    }
}
