//! Custom data sets: their split, their normalization, and what is said of those that are refused.

use super::collection::{FIT_MAGIC, MAGIC, SPLIT_MAGIC};
use super::*;
use crate::data::Split;
use crate::registry::parse;

/// A collection of grey images of 28×28, each given by its file's hash, its class and the one shade of its pixels.
fn collection(classes: &[&str], images: &[([u8; 32], u8, u8)]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let number = |bytes: &mut Vec<u8>, number: usize| bytes.extend((number as u32).to_le_bytes());
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

/// That many images of each of three classes, sorted by hash as in a collection.
fn sorted_images(per_class: u8) -> Vec<([u8; 32], u8, u8)> {
    let hash = |number: u8| Sha256::digest([number]).into();
    let mut images: Vec<_> = (0..3 * per_class)
        .map(|index| (hash(index), index % 3, index))
        .collect();
    images.sort_unstable();
    images
}

const NAMES: [&str; 3] = ["cats", "dogs", "ねこ"];

fn recipe(options: &str) -> Recipe {
    let link = format!("data=own&classes=3&size=28&channels=grey{options}");
    parse(&link).unwrap().recipe
}

fn dataset(per_class: u8, seed: u64) -> Dataset {
    read(
        &recipe(&format!("&seed={seed}")),
        &collection(&NAMES, &sorted_images(per_class)),
    )
    .unwrap()
}

fn error(recipe: &Recipe, bytes: &[u8]) -> String {
    read(recipe, bytes).unwrap_err().to_string()
}

#[test]
fn one_image_in_five_is_a_test_image() {
    let data = dataset(80, 1);
    assert_eq!(data.train.len() + data.test.len(), 240);
    assert!((30..=66).contains(&data.test.len()), "{}", data.test.len());
    assert_eq!(data.info.classes, NAMES);
    let mut shades: Vec<u8> = [&data.train, &data.test]
        .iter()
        .flat_map(|split| split.images.iter().step_by(784).copied())
        .collect();
    shades.sort_unstable();
    assert!(shades.iter().copied().eq(0..240));
    let labelled = |split: &Split| {
        (0..split.len()).all(|index| split.labels[index] == split.image(index)[0] % 3)
    };
    assert!(labelled(&data.train) && labelled(&data.test));
}

#[test]
fn the_seed_decides_the_split_and_nothing_else_does() {
    assert_eq!(dataset(40, 7), dataset(40, 7));
    assert_ne!(dataset(40, 7).test.labels, dataset(40, 8).test.labels);
    // Where there is one image more, the others stay where they were.
    let mut images = sorted_images(40);
    images.push(([0xff; 32], 0, 200));
    let extended = read(&recipe("&seed=7"), &collection(&NAMES, &images)).unwrap();
    let shades = |data: &Dataset| {
        data.test
            .images
            .iter()
            .step_by(784)
            .copied()
            .filter(|shade| *shade != 200)
            .collect::<Vec<_>>()
    };
    assert_eq!(shades(&extended), shades(&dataset(40, 7)));
}

#[test]
fn every_class_is_in_both_splits() {
    for seed in 0..50 {
        for per_class in [2, 3] {
            let data = dataset(per_class, seed);
            for class in 0..3 {
                assert!(
                    data.train.labels.contains(&class) && data.test.labels.contains(&class),
                    "{seed}"
                );
            }
        }
    }
}

/// As those of a burst have, which is not learned from one image and tested with another.
#[test]
fn images_of_one_hash_are_on_one_side() {
    for seed in 0..50 {
        // Of each class two scenes of three images, or one of six.
        for (scenes, is_whole) in [(2, false), (1, true)] {
            let mut images: Vec<([u8; 32], u8, u8)> = (0..18)
                .map(|shade| ([shade % 3 + 3 * (shade / 3 % scenes); 32], shade % 3, shade))
                .collect();
            images.sort_unstable();
            let data = read(
                &recipe(&format!("&seed={seed}")),
                &collection(&NAMES, &images),
            )
            .unwrap();
            let scenes_of = |split: &Split| -> Vec<[u8; 32]> {
                let shades = split.images.iter().step_by(784);
                let scene = |shade: &u8| images.iter().find(|image| image.2 == *shade).unwrap().0;
                shades.map(scene).collect()
            };
            let (train, test) = (scenes_of(&data.train), scenes_of(&data.test));
            assert_eq!(
                train.iter().any(|scene| test.contains(scene)),
                is_whole,
                "{seed}"
            );
            for class in 0..3 {
                assert!(data.train.labels.contains(&class) && data.test.labels.contains(&class));
            }
        }
    }
}

/// The collection with the last of each class's images to test with, as a person's own folders split it.
fn split_by_hand(per_class: u8) -> Vec<u8> {
    let images = sorted_images(per_class);
    let mut bytes = collection(&NAMES, &images);
    bytes[..MAGIC.len()].copy_from_slice(SPLIT_MAGIC);
    let start = bytes.len() - images.len() * (28 * 28 + 33);
    for (index, (_, _, shade)) in images.iter().enumerate() {
        let in_test = u8::from(*shade >= 3 * (per_class - 1));
        bytes.insert(start + index * 34 + 33, in_test);
    }
    bytes
}

#[test]
fn a_split_of_the_persons_own_is_kept_whatever_the_seed() {
    let bytes = split_by_hand(4);
    let shades = |split: &Split| {
        let mut shades: Vec<u8> = split.images.iter().step_by(784).copied().collect();
        shades.sort_unstable();
        shades
    };
    for seed in 0..5 {
        let data = read(&recipe(&format!("&seed={seed}")), &bytes).unwrap();
        assert_eq!(shades(&data.train), (0..9).collect::<Vec<_>>());
        assert_eq!(shades(&data.test), [9, 10, 11]);
    }
    // The order of training is the seed's all the same.
    let order = |seed: u64| {
        let data = read(&recipe(&format!("&seed={seed}")), &bytes).unwrap();
        data.train.images
    };
    assert_ne!(order(1), order(2));
    let mut untested = bytes;
    let start = untested.len() - 12 * (28 * 28 + 34);
    for index in 0..12 {
        untested[start + index * 34 + 33] = 0;
    }
    assert!(
        error(&recipe(""), &untested).starts_with("The images cannot be read: their split leaves")
    );
}

#[test]
fn pixels_are_scaled_by_the_training_images_alone() {
    let data = dataset(40, 3);
    let shades: Vec<f64> = data
        .train
        .images
        .iter()
        .step_by(784)
        .map(|shade| f64::from(*shade) / 255.0)
        .collect();
    let mean = shades.iter().sum::<f64>() / shades.len() as f64;
    let variance = shades
        .iter()
        .map(|shade| (shade - mean).powi(2))
        .sum::<f64>()
        / shades.len() as f64;
    let normalization = data.normalization.unwrap();
    assert!((f64::from(normalization.mean[0]) - mean).abs() < 1e-6);
    assert!((f64::from(normalization.std[0]) - variance.sqrt()).abs() < 1e-6);
    // The deviation of one shade is replaced by the smallest step of a pixel.
    let flat = measure_normalization(&[7; 2 * 3 * 1024], 3, 1024);
    assert_eq!(flat.std, [1.0 / 255.0; 3]);
    let planes: Vec<u8> = [[0; 1024], [100; 1024], [200; 1024]].concat();
    assert_eq!(
        measure_normalization(&planes, 3, 1024).mean,
        [0.0, 100.0 / 255.0, 200.0 / 255.0]
    );
}

#[test]
fn images_that_the_recipe_does_not_name_are_refused() {
    let bytes = collection(&NAMES, &sorted_images(5));
    let found = digest(&bytes);
    assert!(read(&recipe(&format!("&own={found}")), &bytes).is_ok());
    assert_eq!(
        error(&recipe("&own=0123456789abcdef"), &bytes),
        format!(
            "These are not the images that the link is of: their digest is {found}, the link's is 0123456789abcdef. A file may have been added, changed or taken away."
        )
    );
    let colour = parse("data=own&classes=3").unwrap().recipe;
    assert_eq!(
        error(&colour, &bytes),
        "These images were made 28×28 grey, but the link is of images 32×32 in colour. Give the folder again."
    );
    let mut completed = recipe("");
    complete(&mut completed, &bytes).unwrap();
    assert_eq!(completed, recipe(&format!("&own={found}")));
}

#[test]
fn a_recipe_says_whose_images_are_missing() {
    assert_eq!(
        missing(&recipe("&own=0123456789abcdef")).to_string(),
        "This recipe is on somebody's own images, which no link holds: 3 classes, 28×28 grey, with the digest 0123456789abcdef. Give the folder or the zip that holds them: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class."
    );
    assert!(
        missing(&recipe(""))
            .to_string()
            .starts_with("This recipe is on your own images, and none are chosen yet. Give")
    );
}

#[test]
fn damaged_collections_are_refused_with_a_reason() {
    let bytes = collection(&NAMES, &sorted_images(5));
    for cut in [0, 10, 20, 40, 60, 200, bytes.len() - 1] {
        assert!(
            error(&recipe(""), &bytes[..cut]).starts_with("The images cannot be read: they are ")
        );
    }
    let refusal = |bytes: &[u8]| error(&recipe(""), bytes);
    let longer = [bytes.as_slice(), b"x"].concat();
    assert_eq!(
        refusal(&longer),
        "The images cannot be read: there is more of them than they say. Give the folder again."
    );
    let mut label = bytes.clone();
    label[16 + 16 + 12 + 4 + 4 + 6 + 32] = 9;
    assert_eq!(
        refusal(&label),
        "The images cannot be read: their classes are not those of their images. Give the folder again."
    );
    let mut huge = bytes.clone();
    huge[28..32].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(
        refusal(&huge),
        "The images cannot be read: they are cut off. Give the folder again."
    );
}

#[test]
fn a_link_names_custom_images_and_does_not_hold_them() {
    let refusal = |link: &str| parse(link).unwrap_err().to_string();
    let text = "model=lenet5&data=own&own=0123456789abcdef&classes=3&size=28&channels=grey&v=1";
    let recipe = parse(text).unwrap().recipe;
    assert_eq!(recipe.link(), text);
    let input = recipe.input();
    assert_eq!((input.shape, input.classes), ([1, 28, 28], 3));
    assert_eq!(parse("data=own").unwrap().recipe.input().shape, [3, 32, 32]);
    assert_eq!(
        refusal("data=own&own=0123"),
        "own=0123 is not allowed: own is 16 hexadecimal digits (0 to 9, a to f), or empty."
    );
    assert_eq!(
        refusal("data=own&classes=257"),
        "classes=257 is not allowed: classes is a whole number from 2 to 256."
    );
    assert_eq!(
        refusal("data=own&size=64"),
        "size=64 is not allowed: size is one of 32, 28."
    );
    assert_eq!(
        parse("data=mnist&own=0123456789abcdef&classes=3")
            .unwrap()
            .notices,
        [
            "own means nothing in this recipe and was left out.",
            "classes means nothing in this recipe and was left out."
        ]
    );
}

/// The same images as [`collection`] has, padded or squashed by `flags`.
fn fitted(flags: u32, per_class: u8) -> Vec<u8> {
    let bytes = collection(&NAMES, &sorted_images(per_class));
    let numbers = MAGIC.len() + 16;
    let flags = flags.to_le_bytes();
    [
        FIT_MAGIC,
        &bytes[MAGIC.len()..numbers],
        &flags,
        &bytes[numbers..],
    ]
    .concat()
}

#[test]
fn a_recipe_is_of_images_that_became_squares_as_it_says() {
    let (padded, squashed) = (fitted(2, 10), fitted(4, 10));
    let read = |options: &str, bytes: &[u8]| read(&recipe(options), bytes);
    for (fit, bytes) in [("pad", &padded), ("squash", &squashed)] {
        let mut expected = dataset(10, 1);
        expected.info.fit = fit;
        assert_eq!(read(&format!("&fit={fit}"), bytes).unwrap(), expected);
    }
    assert_eq!(
        error(&recipe("&fit=pad"), &squashed),
        "These images were made 28×28 grey, squashed, but the link is of images 28×28 grey, with borders. Give the folder again."
    );
    assert_eq!(
        error(&recipe(""), &padded),
        "These images were made 28×28 grey, with borders, but the link is of images 28×28 grey. Give the folder again."
    );
    for flags in [0, 1, 6, 8] {
        let refused = error(&recipe("&fit=pad"), &fitted(flags, 10));
        assert!(
            refused.contains("in no form that is known"),
            "{flags}: {refused}"
        );
    }
}
