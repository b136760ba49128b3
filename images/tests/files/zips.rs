//! Zips.

use std::io::{Cursor, Write};

use bunsen_images::zip_entries::ZipEntries;
use bunsen_images::{Collection, CollectionBuilder, ImagesError};
use zip::write::SimpleFileOptions;

use crate::support::{COLOUR, build, pets, png};

fn pack(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Where four bytes stand in a zip.
fn positions(zip: &[u8], magic: &[u8; 4]) -> Vec<usize> {
    let starts = zip.windows(4).enumerate();
    starts
        .filter(|(_, four)| four == magic)
        .map(|(start, _)| start)
        .collect()
}

fn build_from_zip(zip: &[u8]) -> Result<Collection, ImagesError> {
    let mut entries = ZipEntries::open("pets.zip", Cursor::new(zip), zip.len() as u64)?;
    let mut builder = CollectionBuilder::new(COLOUR);
    while builder.add_next_entry(&mut entries)? {}
    builder.finish()
}

#[test]
fn a_zip_gives_the_collection_of_its_files() {
    let collection = build_from_zip(&pack(&pets())).unwrap();
    assert_eq!(collection, build(&pets()).unwrap());
    let windows: Vec<_> = pets()
        .into_iter()
        .map(|(path, bytes)| (path.replace('/', "\\"), bytes))
        .collect();
    let windows: Vec<_> = windows
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    assert_eq!(
        build_from_zip(&pack(&windows)).unwrap().bytes,
        collection.bytes
    );
}

#[test]
fn entries_that_lead_out_are_refused() {
    let files = [pets(), vec![("../../evil.png", png(9))]].concat();
    assert_eq!(
        build_from_zip(&pack(&files)).unwrap_err().to_string(),
        "../../evil.png is a path that leads out of the archive. Such an archive is not opened."
    );
}

#[test]
fn encrypted_entries_are_refused() {
    let mut zip = pack(&pets());
    // The flag of a password, in each entry's own header and in the directory.
    for (magic, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for start in positions(&zip, magic) {
            zip[start + flags] |= 1;
        }
    }
    assert_eq!(
        build_from_zip(&zip).unwrap_err().to_string(),
        "pets/cats/1.png in the zip is encrypted. Pack the folder without a password."
    );
}

#[test]
fn a_bomb_is_not_unpacked_to_its_end() {
    let bomb = pack(&[
        ("a/1.png", vec![0; 60 << 20]),
        ("a/2.png", vec![0; 60 << 20]),
    ]);
    assert!(bomb.len() < 200_000);
    let refusal = "The zip unpacks to more than 67 MB, 10 times its own size or more, which no folder of images does. It was not unpacked further.";
    assert_eq!(build_from_zip(&bomb).unwrap_err().to_string(), refusal);
    // A header that claims less changes nothing.
    let mut wrong_sizes = bomb.clone();
    for (magic, size) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
        for start in positions(&wrong_sizes, magic) {
            wrong_sizes[start + size..start + size + 4].copy_from_slice(&100u32.to_le_bytes());
        }
    }
    let outcome = build_from_zip(&wrong_sizes);
    assert!(outcome.is_err(), "{outcome:?}");
}

#[test]
fn invalid_zips_are_refused() {
    let refusal = |bytes: &[u8]| build_from_zip(bytes).unwrap_err().to_string();
    assert!(refusal(b"<html>").starts_with(
        "pets.zip cannot be read as a zip: it has no sound list of its files at its end. "
    ));
    let zip = pack(&pets());
    assert!(
        refusal(&zip[..zip.len() / 2])
            .ends_with("It may be cut off or of another kind; pack the folder again.")
    );
}

#[test]
fn a_damaged_entry_is_skipped() {
    let image = png(8);
    let mut zip = pack(&[pets(), vec![("pets/cats/9.png", image)]].concat());
    let name = zip
        .windows(15)
        .position(|name| name == b"pets/cats/9.png")
        .unwrap();
    zip[name + 40] ^= 0x55;
    let collection = build_from_zip(&zip).unwrap();
    assert!(
        collection.notices[0].starts_with("1 file was left out: pets/cats/9.png ("),
        "{:?}",
        collection.notices
    );
}

#[test]
fn files_of_one_name_are_told() {
    let files = [pets(), vec![("pets/cats/9.png", png(8))]].concat();
    let mut zip = pack(&files);
    assert!(!build_from_zip(&zip).unwrap().notices[0].contains("the name of another"));
    // The writer refuses a name that is there, so it is written over afterwards, in the entry and in the list.
    let places = zip
        .windows(15)
        .enumerate()
        .filter(|(_, name)| *name == b"pets/cats/9.png");
    let places: Vec<usize> = places.map(|(start, _)| start).collect();
    for start in places {
        zip[start..start + 15].copy_from_slice(b"pets/cats/1.png");
    }
    assert_eq!(
        build_from_zip(&zip).unwrap().notices[0],
        "1 file in the zip has the name of another: of the two the last was taken."
    );
}

#[test]
fn a_zip_may_be_a_class() {
    let mut builder = CollectionBuilder::new(COLOUR);
    for (folder, numbers) in [("cats", [1, 2]), ("dogs", [3, 4])] {
        let files = numbers.map(|number| (format!("{number}.png"), png(number)));
        let files = files
            .each_ref()
            .map(|(path, bytes)| (path.as_str(), bytes.clone()));
        let zip = pack(&files);
        let entries = ZipEntries::open(folder, Cursor::new(&zip), zip.len() as u64).unwrap();
        let mut entries = entries.in_folder(Some(folder));
        while builder.add_next_entry(&mut entries).unwrap() {}
    }
    assert_eq!(builder.finish().unwrap(), build(&pets()).unwrap());
    // Of a zip that has folders nothing changes.
    let zip = pack(&pets());
    let entries = ZipEntries::open("pets", Cursor::new(&zip), zip.len() as u64).unwrap();
    let mut entries = entries.in_folder(Some("more"));
    let mut builder = CollectionBuilder::new(COLOUR);
    while builder.add_next_entry(&mut entries).unwrap() {}
    assert_eq!(builder.finish().unwrap(), build(&pets()).unwrap());
}

#[test]
fn names_in_sentences_are_shown_as_what_they_are() {
    let refusal = ZipEntries::open("pets\u{202e}piz.exe", Cursor::new(b"<html>"), 6).unwrap_err();
    assert!(
        refusal
            .to_string()
            .starts_with("pets[U+202E]piz.exe cannot be read as a zip"),
        "{refusal}"
    );
    let climbing = pack(&[("../\u{202e}gnp.1", png(1))]);
    let refusal = build_from_zip(&climbing).unwrap_err().to_string();
    assert!(
        refusal.starts_with("../[U+202E]gnp.1 is a path"),
        "{refusal}"
    );
}

#[test]
fn requested_files_come_out_of_a_zip_and_nothing_else_is_unpacked() {
    let files = [
        ("gzip/large.gz", vec![0; 100_000]),
        ("gzip/two.gz", b"two".to_vec()),
        ("__MACOSX/one.gz", b"not this one".to_vec()),
        ("gzip/one.gz", b"one".to_vec()),
    ];
    let mut zip = pack(&files);
    // What is not asked for may be damaged: nobody reads it.
    let first = positions(&zip, b"PK\x03\x04")[0];
    zip[first + 30 + "gzip/large.gz".len() + 3] ^= 0xff;
    let extract = |names: [&str; 2], size: u64| {
        let mut entries = ZipEntries::open("gzip.zip", Cursor::new(&zip), zip.len() as u64)?;
        entries.extract("gzip.zip", &names.map(str::to_owned), &[size, size])
    };
    assert_eq!(extract(["one.gz", "two.gz"], 3).unwrap(), [b"one", b"two"]);
    let message = extract(["one.gz", "three.gz"], 3).unwrap_err().to_string();
    assert_eq!(message, "gzip.zip does not hold three.gz.");
    let message = extract(["one.gz", "two.gz"], 2).unwrap_err().to_string();
    assert!(
        message.starts_with("gzip.zip cannot be read as a zip: one.gz in it: "),
        "{message}"
    );
}

#[test]
fn files_are_read_one_by_one_by_their_names() {
    let bomb = vec![0; 40 << 20];
    let mut zip = pack(&[
        ("new/b.png", png(2)),
        ("new\\a.png", png(1)),
        ("__MACOSX/new/._a.png", png(3)),
        ("new/damaged.png", png(4)),
        ("z/1", bomb.clone()),
        ("z/2", bomb.clone()),
        ("z/3", vec![0; (64 << 20) + 1]),
    ]);
    // A byte in the middle of the fourth file.
    let at = (positions(&zip, b"PK\x03\x04")[3] + positions(&zip, b"PK\x03\x04")[4]) / 2;
    zip[at] ^= 0xff;
    let length = zip.len() as u64;
    let mut entries = ZipEntries::open("new.zip", Cursor::new(zip), length).unwrap();
    let files = entries.files();
    let names: Vec<&str> = files.iter().map(|file| file.1.as_str()).collect();
    let expected = [
        "new/a.png",
        "new/b.png",
        "new/damaged.png",
        "z/1",
        "z/2",
        "z/3",
    ];
    assert_eq!(names, expected);
    let mut read = |at: usize| entries.read(files[at].0);
    assert_eq!(read(1).unwrap(), png(2));
    assert_eq!(read(0).unwrap(), png(1));
    assert_eq!(read(2).unwrap_err(), "it is damaged in the zip");
    assert_eq!(read(3).unwrap(), bomb);
    assert_eq!(
        read(4).unwrap_err(),
        "the zip unpacks to more than any folder of photographs does"
    );
    assert_eq!(
        read(5).unwrap_err(),
        "it has 67 MB, and the file of an image has 67 MB at most"
    );
}
