//! Somebody's own images, as the crate `bunsen-images` makes them of files.
//!
//! They come in one piece, whose form is described there (`collection`), and whose digest the recipe names. Which are trained
//! on and which tested with follows from the recipe's seed and each file's bytes, never from names or the order of files.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use sha2::{Digest as _, Sha256};

use super::{DataError, Dataset, Info, Split, hash_in_pieces, hex};
use crate::recipe::{Choice, Data, DigestPrefix, Recipe, Scale};

/// The name in a link.
pub const NAME: &str = "own";

/// The first line of the form.
const MAGIC: &[u8] = b"bunsen images 1\n";

/// One image in so many is tested with.
const TEST_ONE_IN: u64 = 5;

/// Bytes of a file's hash.
const HASH: usize = 32;

/// What is known of a recipe's own images before they are there: their classes have no names yet.
pub fn info(recipe: &Recipe) -> Info {
    let input = recipe.input();
    let [channels, height, width] = input.shape;
    Info {
        name: NAME.into(),
        title: Data::Own.label().into(),
        drawn: false,
        classes: (1..=input.classes)
            .map(|class| format!("class {class}"))
            .collect(),
        channels,
        height,
        width,
    }
}

/// That a recipe's own images are not there, and which those are.
pub fn missing(recipe: &Recipe) -> DataError {
    let what = match recipe.own.is_none() {
        true => "This recipe is on your own images, and none are chosen yet.".to_owned(),
        false => format!(
            "This recipe is on somebody's own images, which no link holds: {} classes, {}, with the digest {}.",
            recipe.classes,
            form(recipe.size.pixels(), recipe.channels.count()),
            recipe.own
        ),
    };
    DataError::OwnMissing { what }
}

/// The data set of a recipe, from somebody's own images. A recipe that names none yet takes any.
///
/// # Errors
/// [`DataError`], where they are damaged, or not those of the recipe.
pub fn read(recipe: &Recipe, bytes: &[u8]) -> Result<Dataset, DataError> {
    let collection = Collection::of(bytes)?;
    let [channels, size, _] = recipe.input().shape;
    if (collection.size, collection.channels) != (size, channels) {
        return Err(DataError::OwnForm {
            found: form(collection.size, collection.channels),
            wanted: form(size, channels),
        });
    }
    let found = digest(bytes);
    let wanted = recipe.own.to_string();
    if !recipe.own.is_none() && found != wanted
        || collection.classes.len() != recipe.classes as usize
    {
        return Err(DataError::OwnOther { found, wanted });
    }
    let (train, test) = collection.split(recipe.seed);
    let scale = scale(&train.images, channels, size * size);
    let info = Info {
        classes: collection.classes,
        ..info(recipe)
    };
    Ok(Dataset {
        scale: Some(scale),
        ..Dataset::new(info, train, test)
    })
}

/// Has a recipe that names no images yet name these.
///
/// # Errors
/// [`DataError::OwnDamaged`]
pub fn complete(recipe: &mut Recipe, bytes: &[u8]) -> Result<(), DataError> {
    if recipe.own.is_none() {
        recipe.classes = Collection::of(bytes)?.classes.len() as u64;
        recipe.own = DigestPrefix::parse(&digest(bytes)).unwrap_or_default();
    }
    Ok(())
}

/// The digest that a recipe names images by: the first 16 hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash_in_pieces(&mut hash, bytes);
    hex(&hash.finalize()[..8])
}

fn form(size: usize, channels: usize) -> String {
    let colour = if channels == 1 { "grey" } else { "in colour" };
    format!("{size}×{size} {colour}")
}

/// A collection, taken apart.
struct Collection<'a> {
    size: usize,
    channels: usize,
    classes: Vec<String>,
    /// Of each image its file's hash and its class.
    images: Vec<(&'a [u8], u8)>,
    pixels: &'a [u8],
}

impl<'a> Collection<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, DataError> {
        Self::parsed(bytes).map_err(|fault| DataError::OwnDamaged { fault })
    }

    /// No number in it is believed.
    fn parsed(bytes: &'a [u8]) -> Result<Self, &'static str> {
        const CUT: &str = "they are cut off";
        let mut rest = bytes
            .strip_prefix(MAGIC)
            .ok_or("they are in no form that is known here")?;
        let mut take = |count: usize| {
            let (taken, more) = rest.split_at_checked(count).ok_or(CUT)?;
            rest = more;
            Ok::<_, &'static str>(taken)
        };
        let number = |four: &[u8]| four.try_into().map_or(0, u32::from_le_bytes) as usize;
        let [size, channels, classes, count] = [
            number(take(4)?),
            number(take(4)?),
            number(take(4)?),
            number(take(4)?),
        ];
        if !matches!((size, channels), (28 | 32, 1 | 3)) || !(2..=256).contains(&classes) {
            return Err("their shape is no allowed one");
        }
        let mut names = Vec::new();
        for _ in 0..classes {
            let length = number(take(4)?);
            let name =
                std::str::from_utf8(take(length)?).map_err(|_| "a class's name is no text")?;
            names.push(name.to_owned());
        }
        let about = take(count.checked_mul(HASH + 1).ok_or(CUT)?)?;
        let images: Vec<_> = about
            .chunks_exact(HASH + 1)
            .map(|image| (&image[..HASH], image[HASH]))
            .collect();
        let each = channels * size * size;
        let pixels = take(count.checked_mul(each).ok_or(CUT)?)?;
        if !rest.is_empty() {
            return Err("there is more of them than they say");
        }
        let of = |class: usize| {
            images
                .iter()
                .filter(|image| usize::from(image.1) == class)
                .count()
        };
        if images.iter().any(|image| usize::from(image.1) >= classes)
            || (0..classes).any(|class| of(class) < 2)
        {
            return Err("their classes are not those of their images");
        }
        Ok(Collection {
            size,
            channels,
            classes: names,
            images,
            pixels,
        })
    }

    /// What is trained on and what is tested with, in an order that follows from the same hashes. Of every class there is
    /// something in both.
    fn split(&self, seed: u64) -> (Split, Split) {
        // A heap, for a sort's code would be as large as all of this file's.
        let mut waiting = BinaryHeap::new();
        let mut tested = Vec::new();
        for (at, (hash, _)) in self.images.iter().enumerate() {
            let mut key = Sha256::new();
            key.update(b"bunsen own images 1\n");
            key.update(seed.to_le_bytes());
            key.update(hash);
            let key = key.finalize();
            let number = |from: usize| {
                key[from..from + 8]
                    .iter()
                    .fold(0, |bits: u64, byte| bits << 8 | u64::from(*byte))
            };
            waiting.push(Reverse((number(0), at)));
            // Of another part of the hash than the order.
            tested.push(number(8).is_multiple_of(TEST_ONE_IN));
        }
        let mut order = Vec::with_capacity(self.images.len());
        while let Some(Reverse((_, at))) = waiting.pop() {
            order.push(at);
        }
        self.fill_both(&order, &mut tested);
        let each = self.channels * self.size * self.size;
        let mut parts = [Split::default(), Split::default()];
        for at in order {
            let part = &mut parts[usize::from(tested[at])];
            part.images
                .extend_from_slice(&self.pixels[at * each..(at + 1) * each]);
            part.labels.push(self.images[at].1);
        }
        let [train, test] = parts;
        (train, test)
    }

    /// Has at least one image of each class tested with, and one trained on.
    fn fill_both(&self, order: &[usize], tested: &mut [bool]) {
        for class in 0..self.classes.len() {
            let of_it = |at: &&usize| usize::from(self.images[**at].1) == class;
            let count = |wanted: bool| {
                order
                    .iter()
                    .filter(of_it)
                    .filter(|at| tested[**at] == wanted)
                    .count()
            };
            let (trained_on, tested_with) = (count(false), count(true));
            if let (0, Some(first)) = (tested_with, order.iter().find(of_it)) {
                tested[*first] = true;
            }
            if let (0, Some(first)) = (trained_on, order.iter().find(of_it)) {
                tested[*first] = false;
            }
        }
    }
}

/// The mean and the deviation of each channel. The sums are of whole numbers, and what is left of the arithmetic is rounded in
/// one way everywhere. `plane` is how many pixels one channel of an image has.
fn scale(images: &[u8], channels: usize, plane: usize) -> Scale {
    let mut counts = vec![[0u64; 256]; channels];
    for (at, pixels) in images.chunks(plane).enumerate() {
        for byte in pixels {
            counts[at % channels][usize::from(*byte)] += 1;
        }
    }
    let numbers = counts.iter().map(|counts| {
        let sum = |of: fn(u64) -> u64| {
            (0..256)
                .zip(counts)
                .map(|(byte, count)| of(byte) * count)
                .sum::<u64>()
        };
        let (count, once, twice) = (sum(|_| 1), sum(|byte| byte), sum(|byte| byte * byte));
        let variance = u128::from(count) * u128::from(twice) - u128::from(once) * u128::from(once);
        let whole = count.max(1) as f64 * 255.0;
        // One grey for all images deviates by nothing, which nothing can be divided by.
        let deviation = ((variance as f64).sqrt() / whole).max(1.0 / 255.0);
        ((once as f64 / whole) as f32, deviation as f32)
    });
    let (mean, deviation) = numbers.unzip();
    Scale { mean, deviation }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::parse;

    /// Grey images of 28×28: of each its file's hash, its class, and the shade that it is.
    fn form(classes: &[&str], images: &[([u8; 32], u8, u8)]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let number =
            |bytes: &mut Vec<u8>, number: usize| bytes.extend((number as u32).to_le_bytes());
        for size in [28, 1, classes.len(), images.len()] {
            number(&mut bytes, size);
        }
        for name in classes {
            number(&mut bytes, name.len());
            bytes.extend(name.as_bytes());
        }
        for (hash, class, _) in images {
            bytes.extend(hash);
            bytes.push(*class);
        }
        images
            .iter()
            .for_each(|image| bytes.extend([image.2; 28 * 28]));
        bytes
    }

    /// So many images of each of three classes, as sorted as they come.
    fn some(of_each: u8) -> Vec<([u8; 32], u8, u8)> {
        let hash = |number: u8| Sha256::digest([number]).into();
        let mut images: Vec<_> = (0..3 * of_each).map(|at| (hash(at), at % 3, at)).collect();
        images.sort_unstable();
        images
    }

    const NAMES: [&str; 3] = ["cats", "dogs", "ねこ"];

    fn recipe(more: &str) -> Recipe {
        let link = format!("data=own&classes=3&size=28&channels=grey{more}");
        parse(&link).unwrap().recipe
    }

    fn read_some(of_each: u8, seed: u64) -> Dataset {
        read(
            &recipe(&format!("&seed={seed}")),
            &form(&NAMES, &some(of_each)),
        )
        .unwrap()
    }

    fn error(recipe: &Recipe, bytes: &[u8]) -> String {
        read(recipe, bytes).unwrap_err().to_string()
    }

    #[test]
    fn one_in_five_is_tested_with() {
        let data = read_some(80, 1);
        assert_eq!(data.train.len() + data.test.len(), 240);
        assert!((30..=66).contains(&data.test.len()), "{}", data.test.len());
        assert_eq!(data.info.classes, NAMES);
        let mut shades: Vec<u8> = [&data.train, &data.test]
            .iter()
            .flat_map(|split| split.images.iter().step_by(784).copied())
            .collect();
        shades.sort_unstable();
        assert!(shades.iter().copied().eq(0..240));
        let label =
            |split: &Split| (0..split.len()).all(|at| split.labels[at] == split.image(at)[0] % 3);
        assert!(label(&data.train) && label(&data.test));
    }

    #[test]
    fn the_seed_decides_the_split_and_nothing_else_does() {
        assert_eq!(read_some(40, 7), read_some(40, 7));
        assert_ne!(read_some(40, 7).test.labels, read_some(40, 8).test.labels);
        // Where there is one image more, the others stay where they were.
        let mut more = some(40);
        more.push(([0xff; 32], 0, 200));
        let with = read(&recipe("&seed=7"), &form(&NAMES, &more)).unwrap();
        let shades = |data: &Dataset| {
            data.test
                .images
                .iter()
                .step_by(784)
                .copied()
                .filter(|shade| *shade != 200)
                .collect::<Vec<_>>()
        };
        assert_eq!(shades(&with), shades(&read_some(40, 7)));
    }

    #[test]
    fn every_class_is_in_both_parts() {
        for seed in 0..50 {
            for of_each in [2, 3] {
                let data = read_some(of_each, seed);
                for class in 0..3 {
                    assert!(
                        data.train.labels.contains(&class) && data.test.labels.contains(&class),
                        "{seed}"
                    );
                }
            }
        }
    }

    #[test]
    fn pixels_are_scaled_by_the_training_images_alone() {
        let data = read_some(40, 3);
        let shades: Vec<f64> = data
            .train
            .images
            .iter()
            .step_by(784)
            .map(|shade| f64::from(*shade) / 255.0)
            .collect();
        let mean = shades.iter().sum::<f64>() / shades.len() as f64;
        let spread = shades
            .iter()
            .map(|shade| (shade - mean).powi(2))
            .sum::<f64>()
            / shades.len() as f64;
        let scale = data.scale.unwrap();
        assert!((f64::from(scale.mean[0]) - mean).abs() < 1e-6);
        assert!((f64::from(scale.deviation[0]) - spread.sqrt()).abs() < 1e-6);
        // One grey deviates by nothing.
        let flat = super::scale(&[7; 2 * 3 * 1024], 3, 1024);
        assert_eq!(flat.deviation, [1.0 / 255.0; 3]);
        let planes: Vec<u8> = [[0; 1024], [100; 1024], [200; 1024]].concat();
        assert_eq!(
            super::scale(&planes, 3, 1024).mean,
            [0.0, 100.0 / 255.0, 200.0 / 255.0]
        );
    }

    #[test]
    fn others_than_the_recipes_are_refused() {
        let bytes = form(&NAMES, &some(5));
        let own = digest(&bytes);
        assert!(read(&recipe(&format!("&own={own}")), &bytes).is_ok());
        assert_eq!(
            error(&recipe("&own=0123456789abcdef"), &bytes),
            format!(
                "These are not the images that the link is of: their digest is {own}, the link's is 0123456789abcdef. A file may have been added, changed or taken away."
            )
        );
        let colour = parse("data=own&classes=3").unwrap().recipe;
        assert_eq!(
            error(&colour, &bytes),
            "These images were made 28×28 grey, but the link is of images 32×32 in colour. Give the folder again."
        );
        let mut named = recipe("");
        complete(&mut named, &bytes).unwrap();
        assert_eq!(named, recipe(&format!("&own={own}")));
    }

    #[test]
    fn a_recipe_says_whose_images_are_missing() {
        assert_eq!(
            missing(&recipe("&own=0123456789abcdef")).to_string(),
            "This recipe is on somebody's own images, which no link holds: 3 classes, 28×28 grey, with the digest 0123456789abcdef. Give the folder or the zip that holds them: images are PNG, JPEG or WebP files, in a folder for each class."
        );
        assert!(
            missing(&recipe(""))
                .to_string()
                .starts_with("This recipe is on your own images, and none are chosen yet. Give")
        );
    }

    #[test]
    fn what_is_damaged_is_told() {
        let bytes = form(&NAMES, &some(5));
        for cut in [0, 10, 20, 40, 60, 200, bytes.len() - 1] {
            assert!(
                error(&recipe(""), &bytes[..cut])
                    .starts_with("The images cannot be read: they are ")
            );
        }
        let told = |bytes: &[u8]| error(&recipe(""), bytes);
        let more = [bytes.as_slice(), b"x"].concat();
        assert_eq!(
            told(&more),
            "The images cannot be read: there is more of them than they say. Give the folder again."
        );
        let mut label = bytes.clone();
        label[16 + 16 + 12 + 4 + 4 + 6 + 32] = 9;
        assert_eq!(
            told(&label),
            "The images cannot be read: their classes are not those of their images. Give the folder again."
        );
        let mut huge = bytes.clone();
        huge[28..32].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(
            told(&huge),
            "The images cannot be read: they are cut off. Give the folder again."
        );
    }
}
