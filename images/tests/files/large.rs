//! Data sets that are too large: 3 GB of files, or of what files claim to hold. Each is refused before it is read.

use std::io::{Cursor, Write};

use bunsen_images::arrays::START;
use bunsen_images::zip_entries::ZipEntries;
use bunsen_images::{CollectionBuilder, Format, ImagesError};
use image::{DynamicImage, ImageFormat};
use zip::CompressionMethod;

use crate::support::{
    COLOUR, GREY, build_as, encode, gzip, idx, idx_of, labels, npy, pets, png, zip,
};

const GB: u64 = 1_000_000_000;
const MOST: &str = "268 MB are the most of a file of arrays. Give fewer images: 50000 of 32×32 pixels in colour are the most, or 195918 of 28×28 in grey.";

fn refusal(files: &[(&str, Vec<u8>)]) -> String {
    build_as(GREY, files).unwrap_err().to_string()
}

fn refusal_of_zip(zip: &[u8]) -> String {
    let read = || {
        let mut entries = ZipEntries::open("a.zip", Cursor::new(zip), zip.len() as u64)?;
        let mut builder = CollectionBuilder::new(COLOUR);
        while builder.add_next_entry(&mut entries)? {}
        builder.finish()
    };
    read().unwrap_err().to_string()
}

/// A table of so many black images.
fn table(count: usize) -> Vec<u8> {
    let lines = (0..count).map(|at| format!("{}{}\n", at % 2, ",0".repeat(784)));
    lines.collect::<String>().into_bytes()
}

fn npz(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    zip(CompressionMethod::Deflated, files)
}

/// What is said of a file of 3.2 GB that begins so.
fn refusal_by_size(format: Format, name: &str, start: &[u8]) -> String {
    let mut builder = CollectionBuilder::new(format);
    let start = &start[..start.len().min(START)];
    let is_too_large = builder.skip_too_large(name, 3 * GB + 221_225_472, start);
    assert!(is_too_large.unwrap());
    builder.add_file("labels", &labels(20)).unwrap();
    builder.finish().unwrap_err().to_string()
}

#[test]
fn files_of_arrays_are_told_by_their_beginning() {
    let million = idx_of(8, &[1_048_576, 3, 32, 32], &[0; 100]);
    let array = npy("|u1", "(1048576, 32, 32, 3)", &[0; 100]);
    for (name, start) in [
        ("train-images-idx3-ubyte", million.clone()),
        ("train-images-idx3-ubyte.gz", gzip(&million)),
        ("images.npy", array.clone()),
        ("images.npz", npz(&[("images.npy", array)])),
        ("train.csv", table(20)),
        ("train.csv.gz", gzip(&table(20))),
    ] {
        assert_eq!(
            refusal_by_size(COLOUR, name, &start),
            format!("{name} cannot be used: it has 3.2 GB, and {MOST}")
        );
    }
}

#[test]
fn an_images_file_is_left_out() {
    assert_eq!(
        refusal_by_size(COLOUR, "cats/film.png", &png(1)),
        "labels has 20 labels, and no file has an image for each of them: give the file of the images, too."
    );
    let mut builder = CollectionBuilder::new(COLOUR);
    for (path, bytes) in pets() {
        assert!(
            !builder
                .skip_too_large(path, bytes.len() as u64, &bytes)
                .unwrap()
        );
        builder.add_file(path, &bytes).unwrap();
    }
    assert!(
        builder
            .skip_too_large("cats/film.mp4", 3 * GB, b"film")
            .unwrap()
    );
    assert!(
        builder
            .skip_too_large(".cache/film.mp4", 3 * GB, b"film")
            .unwrap()
    );
    // Arrays beside images, too, where they say that they are arrays.
    let start = idx_of(8, &[1_048_576, 3, 32, 32], &[]);
    assert!(builder.skip_too_large("x", 3 * GB, &start).unwrap());
    assert_eq!(
        builder.finish().unwrap().notices[..2],
        [
            "1 file was left out: cats/film.mp4 (it has 3.0 GB, and the file of an image has 67 MB at most).".to_owned(),
            format!("x cannot be used: it has 3.0 GB, and {MOST}"),
        ]
    );
}

#[test]
fn what_is_packed_is_not_unpacked_where_its_header_says_that_it_is_too_large() {
    let pair = |images: Vec<u8>| [("x.gz", gzip(&images)), ("y", labels(20))];
    // 3.2 GB by the header, of which none is there.
    let claims = idx_of(8, &[1_048_576, 3, 32, 32], &[]);
    assert_eq!(
        refusal(&pair(claims)),
        format!("x.gz cannot be used: it says that it holds 3.2 GB of numbers, and {MOST}")
    );
    let claims = npy("<f8", "(1048576, 32, 32)", &[]);
    assert_eq!(
        refusal(&pair(claims)),
        format!("x.gz cannot be used: it says that it holds 8.5 GB of numbers, and {MOST}")
    );
    // Sizes that no number holds.
    let claims = npy("|u1", "(4294967295, 4294967295, 4294967295)", &[]);
    assert!(refusal(&pair(claims)).contains("it says that it holds 18446744073.7 GB of numbers"));
    // A table says nothing of its lines.
    let table = [table(20), vec![b' '; 256 << 20]].concat();
    assert_eq!(
        refusal(&[("train.csv.gz", gzip(&table))]),
        format!("train.csv.gz cannot be used: it unpacks to more than 268 MB, and {MOST}")
    );
    // As large as it may be, and it claims more than there is: that is another matter.
    let claims = idx_of(8, &[200_000, 1, 28, 28], &[0; START]);
    assert!(refusal(&pair(claims)).contains("it may be cut off"));
}

/// A zip whose list says of its first entry that it has so many bytes unpacked.
fn claiming(files: &[(&str, Vec<u8>)], bytes: u32) -> Vec<u8> {
    let mut zip = npz(files);
    let entry = zip
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    zip[entry + 24..entry + 28].copy_from_slice(&bytes.to_le_bytes());
    zip
}

#[test]
fn entries_of_a_zip_are_told_by_the_size_in_its_list() {
    const CLAIMED: u32 = 3_221_225_472;
    let packed = claiming(&[("train.csv", table(20))], CLAIMED);
    assert_eq!(
        refusal_of_zip(&packed),
        format!("train.csv cannot be used: it has 3.2 GB, and {MOST}")
    );
    let packed = claiming(
        &[
            ("images.npy", npy("|u1", "(1048576, 3, 32, 32)", &[])),
            ("labels.npy", npy("|u1", "(20,)", &[0; 20])),
        ],
        CLAIMED,
    );
    assert_eq!(
        refusal(&[("data.npz", packed)]),
        format!("data.npz/images.npy cannot be used: it has 3.2 GB, and {MOST}")
    );
    let packed = claiming(&[("cats/film.png", png(1))], CLAIMED);
    assert!(
        refusal_of_zip(&packed).ends_with(
            " 1 file was left out: cats/film.png (it has 3.2 GB, and the file of an image has 67 MB at most)."
        )
    );
}

#[test]
fn a_million_images_are_refused_by_their_names() {
    let names: Vec<_> = (0..1_048_576)
        .map(|at| format!("pets/{}/{at}.JPG", at % 2))
        .collect();
    let announce = |format, names: &[String]| -> Result<(), ImagesError> {
        CollectionBuilder::new(format).announce(names.iter().map(String::as_str))
    };
    for format in [COLOUR, GREY] {
        assert_eq!(
            announce(format, &names).unwrap_err().to_string(),
            "There are 1048576 images, and 200000 are the most that are looked at. Give a part of them."
        );
    }
    assert_eq!(announce(COLOUR, &names[..200_000]), Ok(()));
    // What is no image, or hidden, does not count.
    let others: Vec<_> = (0..210_000).map(|at| format!("pets/{at}.txt")).collect();
    let hidden: Vec<_> = (0..210_000)
        .map(|at| format!("__MACOSX/._{at}.png"))
        .collect();
    assert_eq!(announce(COLOUR, &[others, hidden].concat()), Ok(()));
}

/// A part of them is drawn, equal in each class.
#[test]
fn more_images_than_there_may_be_are_a_part() {
    let small = encode(&DynamicImage::new_rgb8(1, 1), ImageFormat::Bmp);
    let mut builder = CollectionBuilder::new(COLOUR);
    for at in 0..60_000u32 {
        // Each another colour, so that none is there twice.
        let mut bytes = small.clone();
        let pixel = bytes.len() - 4;
        bytes[pixel..pixel + 3].copy_from_slice(&at.to_le_bytes()[..3]);
        let class = ["rare", "cats", "dogs"][if at < 10_000 {
            0
        } else {
            1 + (at % 2) as usize
        }];
        builder
            .add_file(&format!("{class}/{at}.bmp"), &bytes)
            .unwrap();
    }
    let collection = builder.finish().unwrap();
    let counts: Vec<_> = collection
        .classes
        .iter()
        .map(|class| class.images)
        .collect();
    assert_eq!(counts, [20_000, 20_000, 10_000]);
    assert_eq!(
        collection.notices[0],
        "There are 60000 images, and 50000 of 32×32 pixels in colour are the most: a part was drawn by the digests of their files, 20000 of each class at most."
    );
}

#[test]
fn a_list_that_says_that_it_is_too_long_is_not_read() {
    // The ends of a zip with ten million entries, of which there is none.
    let mut end = Vec::new();
    end.write_all(b"PK\x06\x06").unwrap();
    end.extend(44u64.to_le_bytes());
    end.extend([45, 0, 45, 0]);
    end.extend([0; 8]);
    end.extend(
        [10_000_000u64, 10_000_000, 0, 0]
            .iter()
            .flat_map(|number| number.to_le_bytes()),
    );
    end.extend(b"PK\x06\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0");
    end.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    assert_eq!(
        refusal_of_zip(&end),
        "The zip holds 10000000 files, and 200000 are the most."
    );
}

#[test]
fn small_arrays_of_too_many_images_are_refused() {
    let tiny: Vec<u8> = (0..50_001u32).flat_map(u32::to_le_bytes).collect();
    let tiny = idx(&[50_001, 2, 2], &tiny);
    let files = [("x", tiny), ("y", labels(50_001))];
    assert_eq!(
        build_as(COLOUR, &files).unwrap_err().to_string(),
        "There are 50001 images, 153 MB of 32×32 pixels in colour, and 50000 (153 MB) are the most of that size. Give fewer images, or make them 28×28 in grey, of which there may be 195918."
    );
    assert_eq!(build_as(GREY, &files).unwrap().classes[0].images, 25_001);
}

#[test]
fn half_a_gigabyte_in_a_few_packed_files_is_not_unpacked() {
    let large = gzip(&[&[0, 0, 8, 1][..], &vec![0; 200 << 20]].concat());
    let bombs = [("a", large.clone()), ("b", large.clone()), ("c", large)];
    assert_eq!(
        refusal(&bombs),
        "c and the files before it unpack to more than 536 MB of numbers. They were not unpacked further."
    );
}
