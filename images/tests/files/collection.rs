//! Collections of files: their classes, and files that are skipped.

use std::io::Cursor;

use bunsen_images::zip_entries::ZipEntries;
use bunsen_images::{CollectionBuilder, Format};
use image::ImageFormat;

use crate::support::{build, encode, pets, picture, png};

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
    assert!(messages[0].starts_with("4 files were left out: pets/cats/notes.txt (it is no PNG, JPEG or WebP image), pets/cover.png (it lies in no class's folder), pets/dogs/cut.png (it is damaged: "), "{messages:?}");
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
        [
            "1 file holds an image that is there already, which counts once: pets/cats/copy of 1.png is pets/cats/1.png."
        ]
    );
    let more = [("pets/cats/b.png", png(1)), ("pets/cats/c.png", png(1))];
    assert_eq!(
        notices(&more),
        [
            "2 files hold an image that is there already, which counts once: pets/cats/b.png is pets/cats/1.png, pets/cats/c.png is pets/cats/1.png."
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

#[test]
fn nothing_to_train_on_is_refused() {
    assert_eq!(
        refusal(&[]),
        "There is no image to be used in it: images are PNG, JPEG or WebP files, in a folder for each class."
    );
    assert_eq!(
        refusal(&[("cats/a.txt", b"text".to_vec())]),
        "There is no image to be used in it: images are PNG, JPEG or WebP files, in a folder for each class. 1 file was left out: cats/a.txt (it is no PNG, JPEG or WebP image)."
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
    assert_eq!(
        refusal(&[("cats/1.png", png(1)), ("dogs/2.png", png(2))]),
        "Each class needs at least 2 images, one to train on and one to test with; cats has 1, dogs has 1. Add images, or take the folder out."
    );
    let broken = [
        ("cats/1.png", png(1)),
        ("cats/2.png", b"<html>".to_vec()),
        ("dogs/2.png", png(2)),
    ];
    assert!(
        refusal(&broken)
            .ends_with(" 1 file was left out: cats/2.png (it is no PNG, JPEG or WebP image).")
    );
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

/// The page's module gives the same: tests/browser/own.test.mjs holds it to these numbers.
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
        let mut builder = CollectionBuilder::new(Format { size, colour });
        while builder.add_next_entry(&mut entries).unwrap() {}
        let collection = builder.finish().unwrap();
        assert_eq!(words.next(), Some(collection.digest.as_str()), "{line}");
        assert!(collection.notices.is_empty());
    }
    assert_eq!(expected.lines().count(), 4);
}
