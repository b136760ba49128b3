//! Collections of files: their classes, and files that are skipped.

use std::io::Cursor;

use bunsen_images::collection::{MAGIC, SPLIT_MAGIC};
use bunsen_images::zip_entries::ZipEntries;
use bunsen_images::{CollectionBuilder, Format};
use image::ImageFormat;

use crate::support::{COLOUR, GREY, build, build_as, contents, encode, pets, picture, png};

fn refusal(files: &[(&str, Vec<u8>)]) -> String {
    build(files).unwrap_err().to_string()
}

fn notices(more: &[(&str, Vec<u8>)]) -> Vec<String> {
    let files = [pets(), more.to_vec()].concat();
    let mut notices = build(&files).unwrap().notices;
    let few = notices.pop().unwrap();
    assert!(
        few.starts_with("A class with so few images is learned and tested by chance: cats has 2"),
        "{few}"
    );
    notices
}

#[test]
fn folders_are_classes_in_the_order_of_their_names() {
    let collection = build(&pets()).unwrap();
    let classes: Vec<_> = collection
        .classes
        .iter()
        .map(|class| (class.name.as_str(), class.images))
        .collect();
    assert_eq!(classes, [("cats", 2), ("dogs", 2)]);
    assert_eq!(collection.digest.len(), 16);
    assert_eq!(
        collection.bytes.len(),
        16 + 16 + 8 + 8 + 4 * (33 + 3 * 32 * 32)
    );
}

#[test]
fn neither_names_nor_order_of_files_change_anything() {
    let collection = build(&pets()).unwrap();
    let mut renamed: Vec<_> = pets()
        .into_iter()
        .zip(["z/cats/x.jpg", "z/cats/b", "z/dogs/c", "z/train/dogs/d"])
        .map(|((_, bytes), path)| (path, bytes))
        .collect();
    renamed.reverse();
    assert_eq!(build(&renamed).unwrap().bytes, collection.bytes);
    let other = build(&[pets(), vec![("pets/cats/3.png", png(5))]].concat()).unwrap();
    assert_ne!(other.digest, collection.digest);
}

#[test]
fn names_may_be_in_any_script() {
    let files: Vec<_> = ["Σ", "É", "ねこ", "z", "E\u{301}"]
        .iter()
        .enumerate()
        .flat_map(|(index, name)| {
            [0, 1].map(|number| {
                (
                    format!("{name}/{number}.png"),
                    png(2 * index as u32 + number),
                )
            })
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    let collection = build(&files).unwrap();
    let names: Vec<_> = collection
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["z", "\u{c9}", "Σ", "ねこ"]);
    assert_eq!(collection.classes[1].images, 4);
}

#[test]
fn files_that_are_no_images_are_skipped_by_name() {
    let mut cut = png(9);
    cut.truncate(cut.len() / 2);
    let messages = notices(&[
        ("pets/cats/notes.txt", b"about cats".to_vec()),
        ("pets/dogs/cut.png", cut),
        ("pets/dogs/nothing.png", Vec::new()),
        ("pets/cover.png", png(10)),
        ("pets/.DS_Store", b"x".to_vec()),
        ("__MACOSX/pets/cats/._1.png", b"x".to_vec()),
    ]);
    assert_eq!(messages.len(), 1);
    assert!(messages[0].starts_with("4 files were left out: pets/cats/notes.txt (it is no PNG, JPEG, WebP, GIF or BMP image), pets/cover.png (it lies in no class's folder), pets/dogs/cut.png (it is damaged: "), "{messages:?}");
    assert!(
        messages[0].ends_with("), pets/dogs/nothing.png (it is empty)."),
        "{messages:?}"
    );
}

#[test]
fn many_skipped_files_are_counted() {
    let names: Vec<_> = (0..9).map(|at| format!("pets/cats/{at}.txt")).collect();
    let texts: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), b"text".to_vec()))
        .collect();
    let messages = notices(&texts);
    assert!(
        messages[0].starts_with("9 files were left out: pets/cats/0.txt ("),
        "{messages:?}"
    );
    assert!(messages[0].ends_with(") and 4 more."), "{messages:?}");
}

#[test]
fn the_same_image_counts_once() {
    assert_eq!(
        notices(&[("pets/cats/copy of 1.png", png(1))]),
        ["1 image is there already, and counts once: pets/cats/copy of 1.png is pets/cats/1.png."]
    );
    let more = [("pets/cats/b.png", png(1)), ("pets/cats/c.png", png(1))];
    assert_eq!(
        notices(&more),
        [
            "2 images are there already, and count once: pets/cats/b.png is pets/cats/1.png, pets/cats/c.png is pets/cats/1.png."
        ]
    );
}

#[test]
fn an_image_in_two_classes_is_skipped() {
    let files = [
        pets(),
        vec![("pets/cats/3.png", png(5)), ("pets/dogs/same.png", png(1))],
    ]
    .concat();
    let collection = build(&files).unwrap();
    assert_eq!(
        collection.notices[0],
        "2 files were left out: pets/cats/1.png (the same image lies in cats and in dogs), pets/dogs/same.png (the same image lies in cats and in dogs)."
    );
    assert_eq!(collection.classes[0].images, 2);
}

/// A file that was saved again, with another comment in it or in another format, is the same image.
#[test]
fn doubles_are_told_by_their_pixels() {
    let webp = encode(&picture(40, 30, 1), ImageFormat::WebP);
    assert_eq!(notices(&[("pets/cats/copy.webp", webp.clone())]).len(), 1,);
    let twice = [pets(), vec![("pets/dogs/copy.webp", webp)]].concat();
    let refused = build(&twice).unwrap_err().to_string();
    assert!(
        refused.contains("pets/dogs/copy.webp (the same image lies in cats and in dogs)"),
        "{refused}"
    );
}

/// As MNIST's are when they are shown: what is drawn on the pad is dark on light.
#[test]
fn grey_images_that_are_light_on_dark_are_inverted() {
    let grey = |ground: u8, ink: u8| {
        let files: Vec<(String, Vec<u8>)> = (0..4u8)
            .map(|number| {
                let image = image::GrayImage::from_fn(28, 28, |x, y| {
                    let is_ink = (8..12 + u32::from(number)).contains(&x) && (8..20).contains(&y);
                    image::Luma([if is_ink { ink } else { ground }])
                });
                let image = image::DynamicImage::ImageLuma8(image);
                (
                    format!("{}/{number}.png", number % 2),
                    encode(&image, ImageFormat::Png),
                )
            })
            .collect();
        let files: Vec<_> = files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.clone()))
            .collect();
        build_as(GREY, &files).unwrap()
    };
    let (dark, light) = (grey(0, 255), grey(255, 0));
    assert_eq!(
        dark.notices[0],
        "These images are light on dark: they were inverted, so that they are as what is drawn on the pad. A picture of that kind is to be inverted, too, when the network is asked about it."
    );
    assert_eq!(light.notices.len(), 1);
    assert_eq!(contents(&dark, GREY), contents(&light, GREY));
}

/// Two classes with two images each in `train`, one each in `test`.
fn split() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("d/train/cat/0.png", png(1)),
        ("d/train/cat/1.png", png(2)),
        ("d/train/dog/0.png", png(3)),
        ("d/train/dog/1.png", png(4)),
        ("d/test/cat/0.png", png(5)),
        ("d/test/dog/0.png", png(6)),
    ]
}

/// The classes of a collection, and how many of its images are to test with.
fn split_of(files: &[(&str, Vec<u8>)]) -> (usize, usize, Vec<String>) {
    let mut collection = build(files).unwrap();
    assert!(collection.bytes.starts_with(SPLIT_MAGIC));
    assert_eq!(
        collection
            .classes
            .iter()
            .map(|class| class.name.as_str())
            .collect::<Vec<_>>(),
        ["cat", "dog"]
    );
    let images: usize = collection.classes.iter().map(|class| class.images).sum();
    let start = SPLIT_MAGIC.len() + 16 + 2 * (4 + 3);
    let headers = &collection.bytes[start..start + images * 34];
    let tests = headers
        .iter()
        .skip(33)
        .step_by(34)
        .filter(|in_test| **in_test == 1)
        .count();
    collection.notices.pop();
    (images, tests, collection.notices)
}

#[test]
fn a_persons_own_split_is_kept() {
    let kept = "Your own split is kept: 4 images to train on and 2 images to test with, whatever the seed.";
    assert_eq!(split_of(&split()), (6, 2, vec![kept.to_owned()]));
    let validated = [
        split(),
        vec![("d/val/cat/0.png", png(7)), ("d/val/dog/0.png", png(8))],
    ]
    .concat();
    let left_out = format!("{kept} The 2 images for validation were left out.");
    assert_eq!(split_of(&validated), (6, 2, vec![left_out]));
    // Without a folder of test images those for validation are tested with.
    let validated: Vec<_> = split()
        .into_iter()
        .map(|(path, bytes)| (path.replace("test", "val"), bytes))
        .collect();
    let validated: Vec<_> = validated
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    assert_eq!(split_of(&validated), (6, 2, vec![kept.to_owned()]));
}

#[test]
fn a_test_image_that_is_trained_on_is_taken_out() {
    let leaked = [split(), vec![("d/test/cat/1.png", png(1))]].concat();
    let (images, tests, notices) = split_of(&leaked);
    assert_eq!((images, tests), (6, 2));
    assert_eq!(
        notices[1],
        "1 test image is also a training image, and was left out of the test: d/test/cat/1.png is d/train/cat/0.png."
    );
    let all = [split()[..4].to_vec(), vec![("d/test/cat/1.png", png(1))]].concat();
    assert_eq!(
        refusal(&all),
        "No image is left to test with: each is also a training image, or cannot be read."
    );
    let other = [
        split(),
        vec![("d/test/cow/1.png", png(8)), ("d/test/cow/2.png", png(9))],
    ]
    .concat();
    assert_eq!(
        refusal(&other),
        "There are images to test with and none to train on of cow. Put images of each class into both."
    );
}

#[test]
fn test_images_without_classes_are_left_out() {
    let mut files = split();
    files[4].0 = "d/test/0.png";
    files[5].0 = "d/test/1.png";
    let collection = build(&files).unwrap();
    assert!(collection.bytes.starts_with(MAGIC));
    assert_eq!(
        collection.notices[..2],
        [
            "2 images in d/test have no class and were left out: the trained network can be asked about them.",
            "Of the folders that say what images are for, only one holds images of classes: one in five of them is tested with."
        ]
    );
}

/// Also beside the folders of classes, without a folder to train on.
#[test]
fn a_folder_of_test_images_is_no_class() {
    let files = [
        pets(),
        vec![("pets/test/1.png", png(8)), ("pets/test/2.png", png(9))],
    ]
    .concat();
    let collection = build(&files).unwrap();
    assert_eq!(collection.bytes, build(&pets()).unwrap().bytes);
    assert_eq!(
        collection.notices[0],
        "2 images in pets/test have no class and were left out: the trained network can be asked about them."
    );
}

#[test]
fn nothing_to_train_on_is_refused() {
    assert_eq!(
        refusal(&[]),
        "There is no image to be used in it: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class, or files of arrays with labels (IDX, npz, CSV)."
    );
    assert_eq!(
        refusal(&[("cats/a.txt", b"text".to_vec())]),
        "There is no image to be used in it: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class, or files of arrays with labels (IDX, npz, CSV). 1 file was left out: cats/a.txt (it is no PNG, JPEG, WebP, GIF or BMP image)."
    );
    let one = "lie in one folder, cats: a network that tells classes apart needs at least two folders with images, one for each class.";
    assert_eq!(
        refusal(&[("cats/1.png", png(1)), ("cats/2.png", png(2))]),
        format!("All 2 images {one}")
    );
    assert!(
        refusal(&[("1.png", png(1)), ("2.png", png(2))])
            .starts_with("All 2 images lie in one folder: a network")
    );
    assert!(
        refusal(&[("cats/1.png", png(1))])
            .starts_with("The only image lies in one folder, cats: a network")
    );
    // The same image in each class.
    assert_eq!(
        refusal(&[("a/1.png", png(1)), ("b/1.png", png(1))]),
        "No image is left to train on. 2 files were left out: a/1.png (the same image lies in a and in b), b/1.png (the same image lies in a and in b)."
    );
    assert_eq!(
        refusal(&[("cats/1.png", png(1)), ("dogs/2.png", png(2))]),
        "Each class needs at least 2 images, one to train on and one to test with; cats has 1, dogs has 1. Add images, or take the class out."
    );
    let broken = [
        ("cats/1.png", png(1)),
        ("cats/2.png", b"<html>".to_vec()),
        ("dogs/2.png", png(2)),
    ];
    assert!(refusal(&broken).ends_with(
        " 1 web page was left out: cats/2.png. Whoever fetches an image and is not let in gets a page: fetch them again."
    ));
}

#[test]
fn ten_thousand_classes_are_refused() {
    let small: Vec<_> = (0..600u32)
        .map(|at| encode(&picture(2, 2, at), ImageFormat::Png))
        .collect();
    let paths: Vec<_> = (0..10_000).map(|at| format!("{at}/{at}.png")).collect();
    let files: Vec<_> = paths
        .iter()
        .enumerate()
        .map(|(at, path)| {
            // Other bytes behind the image's end make another file of it.
            let mut bytes = small[at % 600].clone();
            bytes.extend((at as u32).to_le_bytes());
            (path.as_str(), bytes)
        })
        .collect();
    assert_eq!(
        refusal(&files),
        "There are 10000 folders with images, and 256 classes are the most. The folder that holds an image is its class."
    );
}

/// The page's module gives the same: tests/browser/own-module.test.mjs holds it to these numbers.
#[test]
fn every_machine_gives_the_same_bytes() {
    let zip = std::fs::read("tests/shapes.zip").unwrap();
    let expected = std::fs::read_to_string("tests/shapes.txt").unwrap();
    for line in expected.lines() {
        let mut words = line.split_whitespace();
        let size = words.next().unwrap().parse().unwrap();
        let colour = words.next() == Some("colour");
        let mut entries =
            ZipEntries::open("shapes.zip", Cursor::new(&zip), zip.len() as u64).unwrap();
        let mut builder = CollectionBuilder::new(Format {
            size,
            colour,
            ..COLOUR
        });
        while builder.add_next_entry(&mut entries).unwrap() {}
        let collection = builder.finish().unwrap();
        assert_eq!(words.next(), Some(collection.digest.as_str()), "{line}");
        assert!(collection.notices.is_empty());
    }
    assert_eq!(expected.lines().count(), 4);
}
