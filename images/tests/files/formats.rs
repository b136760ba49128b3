//! Images in every form that is read, against what Pillow makes of them (`tests/formats.py`), and the files that are no such image.

use bunsen_images::decode::decode;
use bunsen_images::{CollectionBuilder, Fit, Format};
use image::ImageFormat;

use crate::support::{COLOUR, build, encode, pets, picture, png};

/// How far a decoder of JPEG may be from another one, which round elsewhere.
const LOSSY: u8 = 6;

#[test]
fn every_form_is_read_as_pillow_reads_it() {
    let mut count = 0;
    for file in std::fs::read_dir("tests/formats").unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".expected.png") {
            continue;
        }
        count += 1;
        let picture = decode(&std::fs::read(&path).unwrap()).unwrap();
        let expected = std::fs::read(format!("{}.expected.png", path.display())).unwrap();
        let expected = image::load_from_memory(&expected).unwrap().into_rgb8();
        let size = (picture.width as u32, picture.height as u32);
        assert_eq!(size, expected.dimensions(), "{name}");
        let allowed = match name.ends_with(".jpg") {
            true => LOSSY,
            false => u8::from(name.contains("transparent") || name == "palette.png"),
        };
        let pairs = picture.rgb.iter().zip(expected.as_raw());
        let farthest = pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(farthest <= allowed, "{name} is {farthest} away");
    }
    assert_eq!(count, 27);
}

fn left_out(files: &[(&str, Vec<u8>)]) -> Vec<String> {
    let mut notices = build(&[pets(), files.to_vec()].concat()).unwrap().notices;
    notices.pop();
    notices
}

#[test]
fn what_is_known_and_not_read_is_named_by_what_it_holds() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    assert_eq!(
        left_out(&[
            ("pets/cats/a.HEIC", heic.clone()),
            // Called as what it is not.
            ("pets/cats/b.jpg", heic.clone()),
            (
                "pets/dogs/film.mov",
                b"\0\0\0\x14ftypqt  \0\0\0\0qt  ".to_vec()
            ),
            ("pets/dogs/c.tif", b"MM\0*\0\0\0\x08".to_vec()),
        ]),
        [
            "2 HEIC photos were left out: pets/cats/a.HEIC, pets/cats/b.jpg. Save them as JPEG, and give those (an iPhone takes JPEG where Settings, Camera, Formats says Most Compatible).",
            "1 TIFF image was left out: pets/dogs/c.tif. Save them as PNG, and give those.",
            "1 video was left out: pets/dogs/film.mov. Save single frames as JPEG, and give those.",
        ]
    );
    let all: Vec<_> = ["a/1.heic", "a/2.heic", "b/1.heic"]
        .into_iter()
        .map(|path| (path, heic.clone()))
        .collect();
    let refusal = build(&all).unwrap_err().to_string();
    assert!(
        refusal.starts_with(
            "There is no image to be used in it: images are PNG, JPEG, WebP, GIF or BMP files"
        ) && refusal.contains(
            " 3 HEIC photos were left out: a/1.heic, a/2.heic, b/1.heic. Save them as JPEG"
        ),
        "{refusal}"
    );
}

#[test]
fn gif_and_bmp_are_held_to_the_same_limits() {
    for format in [ImageFormat::Bmp, ImageFormat::Gif] {
        let mut file = encode(&picture(4, 4, 1), format);
        match format {
            ImageFormat::Gif => file[6..10].copy_from_slice(&[0x10, 0x27, 0x10, 0x27]),
            _ => {
                file[18..22].copy_from_slice(&10_000u32.to_le_bytes());
                file[22..26].copy_from_slice(&10_000u32.to_le_bytes());
            }
        }
        assert_eq!(
            decode(&file),
            Err("it has 10000×10000 pixels, and 64 million in all are the most".into())
        );
        let mut cut = encode(&picture(40, 40, 1), format);
        cut.truncate(cut.len() / 2);
        assert!(
            decode(&cut).unwrap_err().starts_with("it is damaged: "),
            "{format:?}"
        );
    }
    // They are images as others are.
    let as_bmp: Vec<_> = pets()
        .into_iter()
        .zip(1..)
        .map(|((path, _), number)| (path, encode(&picture(40, 30, number), ImageFormat::Bmp)))
        .collect();
    assert_eq!(
        build(&as_bmp).unwrap().classes,
        build(&pets()).unwrap().classes
    );
    assert_eq!(
        left_out(&[(
            "pets/cats/copy.bmp",
            encode(&picture(40, 30, 1), ImageFormat::Bmp)
        )])
        .len(),
        1,
        "the same pixels are the same image"
    );
    assert!(decode(&png(1)).is_ok());
}

/// The page's module and the package give the same: tests/browser/own-forms.test.mjs holds them to this digest.
#[test]
fn every_machine_gives_the_same_bytes() {
    let mut files = vec![(
        "shapes.zip".to_owned(),
        std::fs::read("tests/shapes.zip").unwrap(),
    )];
    for file in std::fs::read_dir("tests/formats").unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".expected.png") {
            files.push((format!("formats/{name}"), std::fs::read(&path).unwrap()));
        }
    }
    let files: Vec<_> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    let expected = std::fs::read_to_string("tests/formats.txt").unwrap();
    let found = Fit::ALL.map(|fit| {
        let mut builder = CollectionBuilder::new(Format { fit, ..COLOUR });
        for (path, bytes) in &files {
            builder.add_file(path, bytes).unwrap();
        }
        let collection = builder.finish().unwrap();
        let classes = collection.classes.iter();
        let names: Vec<_> = classes.map(|class| class.name.as_str()).collect();
        assert_eq!(names, ["circles", "formats", "squares", "triangles"]);
        format!("{} {}\n", fit.name(), collection.digest)
    });
    assert_eq!(found.concat(), expected);
}

#[test]
fn pictures_that_are_no_squares_are_shown_in_every_way() {
    let wide = |number| encode(&picture(40, 30, number), ImageFormat::Png);
    let collection = build(&[
        ("a/1.png", encode(&picture(30, 30, 1), ImageFormat::Png)),
        ("a/2.png", wide(2)),
        ("b/3.png", wide(3)),
        ("b/4.png", wide(4)),
        ("b/5.png", wide(5)),
    ])
    .unwrap();
    assert_eq!(collection.fit_samples.len(), 3);
    for [cropped, padded, squashed] in &collection.fit_samples {
        assert!(
            collection
                .bytes
                .windows(cropped.len())
                .any(|bytes| bytes == cropped)
        );
        assert!(cropped != padded && padded != squashed && cropped != squashed);
    }
    let square = |number| encode(&picture(30, 30, number), ImageFormat::Png);
    let paths = ["a/1.png", "a/2.png", "b/3.png", "b/4.png"];
    let squares: Vec<_> = paths.into_iter().zip((1..).map(square)).collect();
    assert_eq!(build(&squares).unwrap().fit_samples.len(), 0);
}
