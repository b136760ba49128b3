//! Somebody's files, sound and bad: what comes of them, and the sentences that they are told with.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{Cursor, Write};

use bunsen_images::members::Members;
use bunsen_images::untar::{Wanted, untar};
use bunsen_images::{Collection, Format, ImagesError, Intake, decode};
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use zip::write::SimpleFileOptions;

const COLOUR: Format = Format {
    size: 32,
    colour: true,
};

/// A picture that no other number gives.
fn picture(width: u32, height: u32, number: u32) -> DynamicImage {
    let image = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([
            (x * 5 + number * 17) as u8,
            (y * 3 + number) as u8,
            (x * y + number * 7) as u8,
        ])
    });
    DynamicImage::ImageRgb8(image)
}

fn packed(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(number: u32) -> Vec<u8> {
    packed(&picture(40, 30, number), ImageFormat::Png)
}

fn collected(files: &[(&str, Vec<u8>)]) -> Result<Collection, ImagesError> {
    let mut intake = Intake::new(COLOUR);
    for (path, bytes) in files {
        intake.add(path, bytes)?;
    }
    intake.finish()
}

/// Two classes, whose images are those numbers.
fn pets() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("pets/cats/1.png", png(1)),
        ("pets/cats/2.png", png(2)),
        ("pets/dogs/1.png", png(3)),
        ("pets/dogs/2.png", png(4)),
    ]
}

fn told(files: &[(&str, Vec<u8>)]) -> String {
    collected(files).unwrap_err().to_string()
}

fn notices(more: &[(&str, Vec<u8>)]) -> Vec<String> {
    let files = [pets(), more.to_vec()].concat();
    let mut notices = collected(&files).unwrap().notices;
    let few = notices.pop().unwrap();
    assert!(
        few.starts_with("A class with so few images is learned and tested by chance: cats has 2"),
        "{few}"
    );
    notices
}

#[test]
fn folders_are_classes_in_the_order_of_their_names() {
    let made = collected(&pets()).unwrap();
    let classes: Vec<_> = made
        .classes
        .iter()
        .map(|class| (class.name.as_str(), class.images))
        .collect();
    assert_eq!(classes, [("cats", 2), ("dogs", 2)]);
    assert_eq!(made.digest.len(), 16);
    assert_eq!(made.bytes.len(), 16 + 16 + 8 + 8 + 4 * (33 + 3 * 32 * 32));
}

#[test]
fn neither_names_nor_order_of_files_change_anything() {
    let made = collected(&pets()).unwrap();
    let mut renamed: Vec<_> = pets()
        .into_iter()
        .zip(["z/cats/x.jpg", "z/cats/b", "z/dogs/c", "z/train/dogs/d"])
        .map(|((_, bytes), path)| (path, bytes))
        .collect();
    renamed.reverse();
    assert_eq!(collected(&renamed).unwrap().bytes, made.bytes);
    let other = collected(&[pets(), vec![("pets/cats/3.png", png(5))]].concat()).unwrap();
    assert_ne!(other.digest, made.digest);
}

#[test]
fn names_may_be_in_any_script() {
    let files: Vec<_> = ["Σ", "É", "ねこ", "z", "E\u{301}"]
        .iter()
        .enumerate()
        .flat_map(|(at, name)| {
            [0, 1].map(|of| (format!("{name}/{of}.png"), png(2 * at as u32 + of)))
        })
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    let made = collected(&files).unwrap();
    let names: Vec<_> = made
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["z", "\u{c9}", "Σ", "ねこ"]);
    assert_eq!(made.classes[1].images, 4);
}

#[test]
fn what_is_no_image_is_left_out_by_name() {
    let mut cut = png(9);
    cut.truncate(cut.len() / 2);
    let told = notices(&[
        ("pets/cats/notes.txt", b"about cats".to_vec()),
        ("pets/dogs/cut.png", cut),
        ("pets/dogs/nothing.png", Vec::new()),
        ("pets/cover.png", png(10)),
        ("pets/.DS_Store", b"x".to_vec()),
        ("__MACOSX/pets/cats/._1.png", b"x".to_vec()),
    ]);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("4 files were left out: pets/cats/notes.txt (it is no PNG, JPEG or WebP image), pets/cover.png (it lies in no class's folder), pets/dogs/cut.png (it is damaged: "), "{told:?}");
    assert!(
        told[0].ends_with("), pets/dogs/nothing.png (it is empty)."),
        "{told:?}"
    );
}

#[test]
fn many_that_are_left_out_are_counted() {
    let names: Vec<_> = (0..9).map(|at| format!("pets/cats/{at}.txt")).collect();
    let more: Vec<_> = names
        .iter()
        .map(|name| (name.as_str(), b"text".to_vec()))
        .collect();
    let told = notices(&more);
    assert!(
        told[0].starts_with("9 files were left out: pets/cats/0.txt ("),
        "{told:?}"
    );
    assert!(told[0].ends_with(") and 4 more."), "{told:?}");
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
fn an_image_in_two_classes_is_left_out() {
    let files = [
        pets(),
        vec![("pets/cats/3.png", png(5)), ("pets/dogs/same.png", png(1))],
    ]
    .concat();
    let made = collected(&files).unwrap();
    assert_eq!(
        made.notices[0],
        "2 files were left out: pets/cats/1.png (the same image lies in cats and in dogs), pets/dogs/same.png (the same image lies in cats and in dogs)."
    );
    assert_eq!(made.classes[0].images, 2);
}

#[test]
fn nothing_to_train_on_is_refused() {
    assert_eq!(
        told(&[]),
        "There is no image to be used in it: images are PNG, JPEG or WebP files, in a folder for each class."
    );
    assert_eq!(
        told(&[("cats/a.txt", b"text".to_vec())]),
        "There is no image to be used in it: images are PNG, JPEG or WebP files, in a folder for each class. 1 file was left out: cats/a.txt (it is no PNG, JPEG or WebP image)."
    );
    let one = "lie in one folder, cats: a network that tells classes apart needs at least two folders with images, one for each class.";
    assert_eq!(
        told(&[("cats/1.png", png(1)), ("cats/2.png", png(2))]),
        format!("All 2 images {one}")
    );
    assert!(
        told(&[("1.png", png(1)), ("2.png", png(2))])
            .starts_with("All 2 images lie in one folder: a network")
    );
    assert_eq!(
        told(&[("cats/1.png", png(1)), ("dogs/2.png", png(2))]),
        "Each class needs at least 2 images, one to train on and one to test with; cats has 1, dogs has 1. Add images, or take the folder out."
    );
    let broken = [
        ("cats/1.png", png(1)),
        ("cats/2.png", b"<html>".to_vec()),
        ("dogs/2.png", png(2)),
    ];
    assert!(
        told(&broken)
            .ends_with(" 1 file was left out: cats/2.png (it is no PNG, JPEG or WebP image).")
    );
}

#[test]
fn ten_thousand_classes_are_refused() {
    let small: Vec<_> = (0..600u32)
        .map(|at| packed(&picture(2, 2, at), ImageFormat::Png))
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
        told(&files),
        "There are 10000 folders with images, and 256 classes are the most. The folder that holds an image is its class."
    );
}

#[test]
fn huge_images_are_refused_before_they_are_decoded() {
    let mut header = packed(&DynamicImage::new_luma8(1, 1), ImageFormat::Png);
    header[16..20].copy_from_slice(&10_000u32.to_be_bytes());
    header[20..24].copy_from_slice(&10_000u32.to_be_bytes());
    let sum = crc(&header[12..29]);
    header[29..33].copy_from_slice(&sum.to_be_bytes());
    let why = "it has 10000×10000 pixels, and 64 million in all are the most";
    assert_eq!(decode::decode(&header), Err(why.into()));
    let mut jpeg = packed(&picture(16, 16, 1), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
    assert_eq!(decode::decode(&jpeg), Err(why.into()));
}

/// PNG's checksum.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn a_jpeg_that_is_cut_off_is_refused_and_not_filled_with_grey() {
    let whole = packed(&picture(64, 64, 3), ImageFormat::Jpeg);
    assert!(decode::decode(&whole).is_ok());
    let cut = &whole[..whole.len() - 40];
    assert_eq!(
        decode::decode(cut),
        Err("it is damaged: it is cut off before its end".into())
    );
}

#[test]
fn white_lies_behind_what_is_transparent() {
    let image = RgbaImage::from_fn(2, 1, |x, _| image::Rgba([10, 20, 30, [0, 128][x as usize]]));
    let bytes = packed(&DynamicImage::ImageRgba8(image), ImageFormat::Png);
    assert_eq!(
        decode::decode(&bytes).unwrap().rgb,
        [255, 255, 255, 132, 137, 142]
    );
}

#[test]
fn cameras_that_were_held_aslant_are_righted() {
    let upright = packed(&picture(20, 10, 1), ImageFormat::Jpeg);
    // An Exif segment that says: turn by 90 degrees.
    let exif = [
        b"Exif\0\0II*\0".as_slice(),
        &[
            8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
        ],
    ]
    .concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    let turned = [&upright[..2], &[0xff, 0xe1], &length, &exif, &upright[2..]].concat();
    let picture = decode::decode(&turned).unwrap();
    assert_eq!((picture.width, picture.height), (10, 20));
    assert_ne!(picture.rgb, decode::decode(&upright).unwrap().rgb);
}

#[test]
fn png_and_webp_are_the_same_pixels() {
    let image = picture(33, 21, 4);
    let of = |format| decode::decode(&packed(&image, format)).unwrap();
    assert_eq!(of(ImageFormat::Png), of(ImageFormat::WebP));
    assert_eq!(of(ImageFormat::Png).rgb, image.into_rgb8().into_raw());
}

// Zips.

fn zipped(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn unzipped(zip: &[u8]) -> Result<Collection, ImagesError> {
    let mut members = Members::open("pets.zip", Cursor::new(zip), zip.len() as u64)?;
    let mut intake = Intake::new(COLOUR);
    while intake.add_next(&mut members)? {}
    intake.finish()
}

#[test]
fn a_zip_is_what_its_files_are() {
    let made = unzipped(&zipped(&pets())).unwrap();
    assert_eq!(made, collected(&pets()).unwrap());
    let windows: Vec<_> = pets()
        .into_iter()
        .map(|(path, bytes)| (path.replace('/', "\\"), bytes))
        .collect();
    let windows: Vec<_> = windows
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    assert_eq!(unzipped(&zipped(&windows)).unwrap().bytes, made.bytes);
}

#[test]
fn members_that_lead_out_are_refused() {
    let files = [pets(), vec![("../../evil.png", png(9))]].concat();
    assert_eq!(
        unzipped(&zipped(&files)).unwrap_err().to_string(),
        "../../evil.png is a path that leads out of the archive. Such an archive is not opened."
    );
}

#[test]
fn encrypted_members_are_refused() {
    let mut zip = zipped(&pets());
    // The flag of a password, in each member's own header and in the directory.
    for (magic, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let starts: Vec<_> = zip
            .windows(4)
            .enumerate()
            .filter(|(_, four)| four == magic)
            .map(|(at, _)| at)
            .collect();
        for at in starts {
            zip[at + flags] |= 1;
        }
    }
    assert_eq!(
        unzipped(&zip).unwrap_err().to_string(),
        "pets/cats/1.png in the zip is encrypted. Pack the folder without a password."
    );
}

#[test]
fn a_bomb_is_not_unpacked_to_its_end() {
    let bomb = zipped(&[
        ("a/1.png", vec![0; 60 << 20]),
        ("a/2.png", vec![0; 60 << 20]),
    ]);
    assert!(bomb.len() < 200_000);
    let told = "The zip unpacks to more than 67 MB, 10 times its own size or more, which no folder of images does. It was not unpacked further.";
    assert_eq!(unzipped(&bomb).unwrap_err().to_string(), told);
    // A header that claims less changes nothing.
    let mut lying = bomb.clone();
    for (magic, size) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
        let starts: Vec<_> = lying
            .windows(4)
            .enumerate()
            .filter(|(_, four)| four == magic)
            .map(|(at, _)| at)
            .collect();
        for at in starts {
            lying[at + size..at + size + 4].copy_from_slice(&100u32.to_le_bytes());
        }
    }
    let outcome = unzipped(&lying);
    assert!(outcome.is_err(), "{outcome:?}");
}

#[test]
fn what_is_no_zip_is_told() {
    let told = |bytes: &[u8]| unzipped(bytes).unwrap_err().to_string();
    assert!(told(b"<html>").starts_with(
        "pets.zip cannot be read as a zip: it has no sound list of its files at its end. "
    ));
    let zip = zipped(&pets());
    assert!(
        told(&zip[..zip.len() / 2])
            .ends_with("It may be cut off or of another kind; pack the folder again.")
    );
}

#[test]
fn a_damaged_member_is_left_out() {
    let image = png(8);
    let mut zip = zipped(&[pets(), vec![("pets/cats/9.png", image)]].concat());
    let name = zip
        .windows(15)
        .position(|name| name == b"pets/cats/9.png")
        .unwrap();
    zip[name + 40] ^= 0x55;
    let made = unzipped(&zip).unwrap();
    assert!(
        made.notices[0].starts_with("1 file was left out: pets/cats/9.png ("),
        "{:?}",
        made.notices
    );
}

// Tars.

fn tarred(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(packer);
    for (path, contents) in files {
        let mut header = tar::Header::new_gnu();
        // By hand, for the builder refuses paths that climb.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(contents.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, contents.as_slice()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn taken(tar: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let wanted = [("one.bin", 3), ("two.bin", 3)].map(|(name, bytes)| Wanted {
        name: name.into(),
        bytes,
    });
    untar("cifar.tar.gz", tar, &wanted).map_err(|why| why.to_string())
}

#[test]
fn wanted_files_come_out_of_a_tar() {
    let files = [
        ("in/readme.html", b"<html>".to_vec()),
        ("in/two.bin", b"two".to_vec()),
        ("in/one.bin", b"one".to_vec()),
    ];
    let expected = Ok(vec![b"one".to_vec(), b"two".to_vec()]);
    let tar = tarred(&files);
    assert_eq!(taken(&tar), expected);
    let mut plain = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(tar.as_slice()),
        &mut plain,
    )
    .unwrap();
    assert_eq!(taken(&plain), expected);
}

#[test]
fn longer_files_are_read_to_one_byte_too_many() {
    let tar = tarred(&[
        ("in/one.bin", vec![7; 5000]),
        ("in/two.bin", b"two".to_vec()),
    ]);
    assert_eq!(taken(&tar).unwrap()[0], [7; 4]);
}

#[test]
fn bad_tars_are_told() {
    let files = [
        ("in/one.bin", b"one".to_vec()),
        ("in/two.bin", b"two".to_vec()),
    ];
    let tar = tarred(&files);
    let told = taken(&tar[..tar.len() / 2]).unwrap_err();
    assert!(
        told.starts_with("cifar.tar.gz cannot be read as a tar archive: "),
        "{told}"
    );
    assert!(taken(b"<html>not here</html>").is_err());
    assert_eq!(
        taken(&tarred(&files[1..])).unwrap_err(),
        "cifar.tar.gz does not hold one.bin."
    );
    assert_eq!(
        taken(&tarred(&[("../one.bin", b"one".to_vec())])).unwrap_err(),
        "../one.bin is a path that leads out of the archive. Such an archive is not opened."
    );
    let endless = tarred(&[("in/zeros", vec![0; 513 << 20])]);
    assert_eq!(
        taken(&endless).unwrap_err(),
        "cifar.tar.gz unpacks to more than 536 MB, which no data set's archive does. It was not unpacked further."
    );
}

/// The page's module gives the same: tests/browser/own.test.mjs holds it to these numbers.
#[test]
fn every_machine_gives_the_same_bytes() {
    let zip = std::fs::read("tests/shapes.zip").unwrap();
    let told = std::fs::read_to_string("tests/shapes.txt").unwrap();
    for line in told.lines() {
        let mut words = line.split_whitespace();
        let size = words.next().unwrap().parse().unwrap();
        let colour = words.next() == Some("colour");
        let mut members = Members::open("shapes.zip", Cursor::new(&zip), zip.len() as u64).unwrap();
        let mut intake = Intake::new(Format { size, colour });
        while intake.add_next(&mut members).unwrap() {}
        let made = intake.finish().unwrap();
        assert_eq!(words.next(), Some(made.digest.as_str()), "{line}");
        assert!(made.notices.is_empty());
    }
    assert_eq!(told.lines().count(), 4);
}
