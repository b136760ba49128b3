//! Zips as people have them: within others, called otherwise, with names of old packers.

use std::cell::Cell;
use std::io::Cursor;
use std::rc::Rc;

use bunsen_images::zip_entries::ZipEntries;
use bunsen_images::{Collection, CollectionBuilder, ImagesError};
use zip::CompressionMethod;

use crate::support::{COLOUR, build, pets, png, zip};

fn stored(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    zip(CompressionMethod::Stored, files)
}

fn build_from_zip(zip: &[u8]) -> Result<Collection, ImagesError> {
    let mut entries = ZipEntries::open("all.zip", Cursor::new(zip), zip.len() as u64)?;
    let mut builder = CollectionBuilder::new(COLOUR);
    while builder.add_next_entry(&mut entries)? {}
    builder.finish()
}

fn class(from: u32) -> Vec<u8> {
    stored(&[("1.png", png(from)), ("2.png", png(from + 1))])
}

#[test]
fn zips_within_a_zip_are_opened() {
    let expected = build(&pets()).unwrap();
    // A zip without folders is a class, called as the zip.
    let outer = stored(&[("pets/cats.zip", class(1)), ("pets/dogs.zip", class(3))]);
    assert_eq!(build_from_zip(&outer).unwrap(), expected);
    // By what they hold: names are no matter.
    let outer = stored(&[("project.tm", stored(&pets()))]);
    assert_eq!(build_from_zip(&outer).unwrap().bytes, expected.bytes);
    // As files of a folder.
    let files = [("cats.zip", class(1)), ("dogs.zip", class(3))];
    assert_eq!(build(&files).unwrap().bytes, expected.bytes);
}

#[test]
fn zips_may_say_what_their_images_are_for() {
    let part = |from: u32| {
        stored(&[
            ("cats/1.png", png(from)),
            ("cats/2.png", png(from + 1)),
            ("dogs/1.png", png(from + 2)),
            ("dogs/2.png", png(from + 3)),
        ])
    };
    let collection =
        build_from_zip(&stored(&[("train.zip", part(1)), ("test.zip", part(5))])).unwrap();
    assert_eq!(
        collection.notices[0],
        "Your own split is kept: 4 images to train on and 4 images to test with, whatever the seed."
    );
    // As Kaggle's Dogs vs. Cats: a folder in the zip that says the same, classes in names, and unlabelled images.
    let train = stored(&[
        ("train/cat.0.jpg", png(1)),
        ("train/cat.1.jpg", png(2)),
        ("train/dog.0.jpg", png(3)),
        ("train/dog.1.jpg", png(4)),
    ]);
    let test = stored(&[("test1/1.jpg", png(5)), ("test1/2.jpg", png(6))]);
    let collection = build_from_zip(&stored(&[("train.zip", train), ("test1.zip", test)])).unwrap();
    let names: Vec<_> = collection
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["cat", "dog"]);
    assert_eq!(
        collection.notices[..2],
        [
            "2 images in test1 have no class and were left out: the trained network can be asked about them.",
            "No folder tells the classes, so they were taken from the names of the files: cat, dog.",
        ]
    );
}

#[test]
fn zips_lie_no_deeper_in_each_other_than_people_put_them() {
    let mut nested = class(9);
    for _ in 0..4 {
        nested = stored(&[("more.zip", nested)]);
    }
    let outer = stored(&[pets(), vec![("more.zip", nested)]].concat());
    let notices = build_from_zip(&outer).unwrap().notices;
    assert_eq!(
        notices[0],
        "1 file was left out: more/more/more/more.zip (it lies in 4 zips, one within the other)."
    );
}

#[test]
fn many_zips_within_a_zip_are_no_way_around_the_limits() {
    // 40 MB of nothing each, of which one may unpack to 64 MB.
    let bomb = zip(CompressionMethod::Deflated, &[("1.png", vec![0; 40 << 20])]);
    let outer = stored(&[("a.zip", bomb.clone()), ("b.zip", bomb)]);
    let refusal = build_from_zip(&outer).unwrap_err().to_string();
    assert!(
        refusal.starts_with("The zip unpacks to more than "),
        "{refusal}"
    );
    let damaged = stored(
        &[
            pets(),
            vec![("pets/cats/more.zip", b"PK\x03\x04 no more".to_vec())],
        ]
        .concat(),
    );
    assert_eq!(
        build_from_zip(&damaged).unwrap().notices[0],
        "1 file was left out: pets/cats/more.zip (it cannot be read as a zip: it has no sound list of its files at its end)."
    );
}

#[test]
fn documents_and_weights_are_zips_too_and_no_folders() {
    let document = stored(&[
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("word/media/image1.png", png(9)),
    ]);
    let weights = stored(&[("archive/data.pkl", b"\x80\x02".to_vec())]);
    let outer = stored(
        &[
            pets(),
            vec![("pets/report.docx", document), ("pets/model.pt", weights)],
        ]
        .concat(),
    );
    let collection = build_from_zip(&outer).unwrap();
    assert_eq!(collection.classes.len(), 2);
    assert_eq!(
        collection.notices[..2],
        [
            "1 document was left out: pets/report.docx. Save the pictures in them as files, and give those.",
            "1 file of weights was left out: pets/model.pt. They are no images.",
        ]
    );
}

/// A zip whose names are in another encoding, without the flag that says UTF-8: names that are written in ASCII are replaced by bytes of
/// the same length.
fn renamed(zip: &[u8], names: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut zip = zip.to_vec();
    for (from, to) in names {
        assert_eq!(from.len(), to.len());
        for at in 0..zip.len() - from.len() {
            if zip[at..].starts_with(from) {
                zip[at..at + to.len()].copy_from_slice(to);
            }
        }
    }
    zip
}

#[test]
fn names_of_old_packers_give_the_digest_of_the_folder() {
    for (classes, ascii, bytes) in [
        // Shift-JIS.
        (
            ["ねこ", "いぬ"],
            ["AAAA", "BBBB"],
            [&b"\x82\xcb\x82\xb1"[..], b"\x82\xa2\x82\xca"],
        ),
        // GBK.
        (
            ["猫猫", "小狗"],
            ["AAAA", "BBBB"],
            [b"\xc3\xa8\xc3\xa8", b"\xd0\xa1\xb9\xb7"],
        ),
        // Code pages 437 and 850.
        (
            ["Käse", "Äpfel"],
            ["CCCC", "DDDDD"],
            [b"K\x84se", b"\x8epfel"],
        ),
        // Code page 1252.
        (
            ["Käse", "Äpfel"],
            ["CCCC", "DDDDD"],
            [b"K\xe4se", b"\xc4pfel"],
        ),
    ] {
        let numbers = [(0, 1), (0, 2), (1, 3), (1, 4)];
        let paths = |names: [&str; 2]| {
            numbers.map(|(class, number)| format!("{}/{number}.png", names[class]))
        };
        let pack = |paths: &[String; 4]| -> Vec<(String, Vec<u8>)> {
            paths.iter().cloned().zip((1..5).map(png)).collect()
        };
        let folder = pack(&paths(classes));
        let folder: Vec<_> = folder
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.clone()))
            .collect();
        let zipped = pack(&paths(ascii));
        let zipped: Vec<_> = zipped
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.clone()))
            .collect();
        let zip = renamed(
            &stored(&zipped),
            &[
                (ascii[0].as_bytes(), bytes[0]),
                (ascii[1].as_bytes(), bytes[1]),
            ],
        );
        assert_eq!(
            build_from_zip(&zip).unwrap().digest,
            build(&folder).unwrap().digest,
            "{classes:?}"
        );
    }
}

#[test]
fn what_systems_add_to_a_zip_is_left_out_without_a_word() {
    let system = [
        ("__MACOSX/pets/cats/._1.png", png(9)),
        ("pets/cats/Thumbs.db", vec![1]),
        ("pets/.DS_Store", vec![1]),
        ("pets/cats/desktop.ini", vec![1]),
    ];
    let zip = stored(&[pets(), system.to_vec()].concat());
    assert_eq!(build_from_zip(&zip).unwrap(), build(&pets()).unwrap());
}

/// A file that fails from some moment on, as one does that is changed while it is read.
struct Failing(Cursor<Vec<u8>>, Rc<Cell<bool>>);

impl std::io::Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.1.get() {
            let kind = std::io::ErrorKind::ConnectionAborted;
            return Err(std::io::Error::new(kind, "the file was changed"));
        }
        self.0.read(into)
    }
}

impl std::io::Seek for Failing {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_zip_that_changes_while_it_is_read_is_refused() {
    let zip = stored(&pets());
    let bytes = zip.len() as u64;
    let is_changed = Rc::new(Cell::new(false));
    let failing = Failing(Cursor::new(zip), is_changed.clone());
    let mut entries = ZipEntries::open("pets.zip", failing, bytes).unwrap();
    let mut builder = CollectionBuilder::new(COLOUR);
    assert!(builder.add_next_entry(&mut entries).unwrap());
    is_changed.set(true);
    assert_eq!(
        builder
            .add_next_entry(&mut entries)
            .unwrap_err()
            .to_string(),
        "pets.zip could not be read to its end (the file was changed): it may have changed meanwhile. Give it again."
    );
}
