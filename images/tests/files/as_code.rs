//! The Rust program of a run on own images reads their files by itself: here it is held to the crate, by the digest of all.

use std::fs;
use std::path::PathBuf;

use bunsen_images::decode::decode;
use bunsen_images::resize::resize;
use bunsen_images::{ClassFolder, CollectionBuilder, Fit, Format};
use image::{DynamicImage, ImageBuffer, ImageFormat};
use zip::CompressionMethod;

use crate::load;
use crate::support::{COLOUR, GREY, encode, picture, png, zip};

/// A folder of its own, which is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn of(name: &str, files: &[(&str, Vec<u8>)]) -> Self {
        let folder = format!("bunsen-as-code-{}-{name}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(folder));
        for (path, bytes) in files {
            let path = folder.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a link of that format says.
fn recipe(format: Format, folder: ClassFolder) -> load::Recipe {
    load::Recipe {
        size: format.size,
        colour: format.colour,
        fit: match format.fit {
            Fit::Crop => load::Fit::Crop,
            Fit::Pad => load::Fit::Pad,
            Fit::Squash => load::Fit::Squash,
        },
        folder: match folder {
            ClassFolder::Auto => load::Folder::Auto,
            ClassFolder::Inner => load::Folder::Inner,
            ClassFolder::Outer => load::Folder::Outer,
        },
        seed: 1,
        digest: "",
    }
}

/// Holds what the program reads of these files to their collection.
fn assert_same(name: &str, files: &[(&str, Vec<u8>)], format: Format, class_folder: ClassFolder) {
    let mut builder = CollectionBuilder::new(format).with_class_folder(class_folder);
    for (path, bytes) in files {
        builder.add_file(path, bytes).unwrap();
    }
    let collection = builder.finish().unwrap();
    let folder = Folder::of(name, files);
    let read = load::load(&folder.0, &recipe(format, class_folder)).unwrap();
    let names: Vec<_> = collection.classes.iter().map(|class| &class.name).collect();
    assert_eq!(read.names.iter().collect::<Vec<_>>(), names, "{name}");
    assert_eq!(read.digest, collection.digest, "{name}, {format:?}");
    let images: usize = collection.classes.iter().map(|class| class.images).sum();
    assert_eq!(read.train.labels.len() + read.test.labels.len(), images);
    assert_eq!(
        read.train.pixels.len(),
        format.bytes() * read.train.labels.len()
    );
}

#[test]
fn every_form_has_the_same_pixels() {
    let mut files: Vec<Vec<u8>> = Vec::new();
    for file in fs::read_dir("tests/formats").unwrap() {
        files.push(fs::read(file.unwrap().path()).unwrap());
    }
    for (number, [width, height]) in (0..).zip([[50, 41], [41, 50], [31, 31], [9, 5], [300, 20]]) {
        let forms = [ImageFormat::Jpeg, ImageFormat::Png].into_iter();
        files.extend(forms.map(|form| encode(&picture(width, height, number), form)));
    }
    for levels in [0x80, 0x1000, 0x10000] {
        let value = |at: u32| (at % levels) as u16;
        let grey = |x, y| image::Luma([value(x * 577 + y * 7919)]);
        let rgb = |x, y| image::Rgb([x, y, x + y].map(|at| value(at * 7919)));
        let images = [
            DynamicImage::ImageLuma16(ImageBuffer::from_fn(40, 30, grey)),
            DynamicImage::ImageRgb16(ImageBuffer::from_fn(40, 30, rgb)),
        ];
        files.extend(images.map(|image| encode(&image, ImageFormat::Png)));
    }
    for bytes in files {
        let theirs = crate::picture::decode(&bytes).unwrap();
        let ours = decode(&bytes).unwrap();
        let size = (ours.width as u32, ours.height as u32);
        assert_eq!(theirs.dimensions(), size);
        assert!(theirs.as_raw() == &ours.rgb);
        for fit in Fit::ALL {
            for format in [COLOUR, GREY] {
                let format = Format { fit, ..format };
                let squared = crate::picture::squared(&theirs, &recipe(format, ClassFolder::Auto));
                assert!(squared == resize(&ours, format), "{size:?}, {format:?}");
            }
        }
    }
}

#[test]
fn the_digest_says_how_pictures_became_squares() {
    let files: Vec<_> = ["a/1.png", "a/2.png", "b/3.jpg", "b/4.jpg"]
        .into_iter()
        .zip([
            png(1),
            png(2),
            encode(&picture(44, 30, 3), ImageFormat::Jpeg),
            encode(&picture(30, 44, 4), ImageFormat::Jpeg),
        ])
        .collect();
    for fit in Fit::ALL {
        assert_same(
            fit.name(),
            &files,
            Format { fit, ..COLOUR },
            ClassFolder::Auto,
        );
    }
}

#[test]
fn folders_say_the_same() {
    let images = |paths: &[&'static str]| -> Vec<(&'static str, Vec<u8>)> {
        paths
            .iter()
            .zip(1..)
            .map(|(path, number)| (*path, png(number)))
            .collect()
    };
    let split = images(&[
        "set/training_set/a/1.png",
        "set/training_set/a/2.png",
        "set/training_set/b/3.png",
        "set/val/a/4.png",
        "set/Test1/a/5.png",
        "set/Test1/b/6.png",
        "set/training_set/b/7.png",
    ]);
    assert_same("split", &split, COLOUR, ClassFolder::Auto);
    let without_test: Vec<_> = split
        .iter()
        .filter(|file| !file.0.contains("Test"))
        .cloned()
        .collect();
    assert_same("validation", &without_test, COLOUR, ClassFolder::Auto);
    let one_name = images(&["a/in/1.png", "a/in/2.png", "b/in/3.png", "b/out/4.png"]);
    for folder in [ClassFolder::Auto, ClassFolder::Outer] {
        assert_same("one name", &one_name, COLOUR, folder);
    }
    let inner = images(&[
        "a/in/1.png",
        "a/in/2.png",
        "b/out/3.png",
        "b/out/4.png",
        "b/in/5.png",
    ]);
    assert_same("inner", &inner, COLOUR, ClassFolder::Inner);
    // A test folder without classes, hidden files, an image twice, one that is two things, and one that is cut off.
    let mut mixed = images(&[
        "a/1.png",
        "a/2.png",
        "b/3.png",
        "b/4.png",
        "test/5.png",
        "a/.6.png",
        "a/7.png",
        "b/8.png",
    ]);
    mixed.extend([
        ("a/9.png", png(1)),
        ("b/10.png", png(7)),
        ("b/11.png", png(11)[..90].to_vec()),
    ]);
    let photo = encode(&picture(64, 64, 12), ImageFormat::Jpeg);
    mixed.extend([
        ("b/12.jpg", photo[..photo.len() / 2].to_vec()),
        ("__MACOSX/a/1.png", png(13)),
    ]);
    assert_same("mixed", &mixed, COLOUR, ClassFolder::Auto);
    let zips = ["one.zip", "two.ZIP"]
        .into_iter()
        .zip([1, 5])
        .map(|(name, first)| {
            let inside: Vec<_> = ["x.png", "y.png"]
                .into_iter()
                .zip([png(first), png(first + 1)])
                .collect();
            (name, zip(CompressionMethod::Deflated, &inside))
        });
    assert_same("zips", &zips.collect::<Vec<_>>(), COLOUR, ClassFolder::Auto);
}

#[test]
fn light_on_dark_is_inverted_and_one_colour_is_grey() {
    let files: Vec<_> = ["a/1.png", "a/2.png", "b/3.png", "b/4.png"]
        .into_iter()
        .zip(0u8..)
        .map(|(path, number)| {
            let image = image::GrayImage::from_fn(30, 40, |x, y| {
                let is_ink = (8..20).contains(&x) && (10..12 + 4 * u32::from(number)).contains(&y);
                image::Luma([if is_ink { 250 - number } else { number }])
            });
            (path, encode(&image.into(), ImageFormat::Png))
        })
        .collect();
    assert_same("dark", &files, GREY, ClassFolder::Auto);
    assert_same("dark in colour", &files, COLOUR, ClassFolder::Auto);
}

#[test]
fn what_is_no_collection_ends_with_a_sentence() {
    let folder = Folder::of("one class", &[("a/1.png", png(1)), ("a/2.png", png(2))]);
    let why = load::load(&folder.0, &recipe(COLOUR, ClassFolder::Auto))
        .err()
        .unwrap()
        .to_string();
    assert!(
        why.ends_with("one class has no folders of images for 2 to 256 classes."),
        "{why}"
    );
}
