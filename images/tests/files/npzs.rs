//! Data sets in npz and in zips of arrays.

use std::io::Cursor;

use bunsen_images::CollectionBuilder;
use bunsen_images::zip_entries::ZipEntries;
use zip::CompressionMethod;

use crate::support::{
    GREY, alternating, build_as, contents, expected, idx, labels, npy, strokes, zip,
};

/// The entries of an npz as MedMNIST's are.
pub fn medmnist() -> Vec<(&'static str, Vec<u8>)> {
    let images = |count: usize, from| {
        npy(
            "|u1",
            &format!("({count}, 28, 28)"),
            &strokes(count, 28, from),
        )
    };
    let labels = |count: usize| npy("|u1", &format!("({count}, 1)"), &alternating(count));
    vec![
        ("train_images.npy", images(20, 0)),
        ("val_images.npy", images(6, 40)),
        ("test_images.npy", images(6, 50)),
        ("train_labels.npy", labels(20)),
        ("val_labels.npy", labels(6)),
        ("test_labels.npy", labels(6)),
    ]
}

#[test]
fn an_npz_is_a_data_set_with_its_own_split() {
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let npz = zip(method, &medmnist());
        let collection = build_as(GREY, &[("breast.bin", npz.clone())]).unwrap();
        let mut expected = [expected(20, 0, Some(0)), expected(6, 50, Some(1))].concat();
        expected.sort();
        assert_eq!(contents(&collection, GREY), expected);
        assert_eq!(
            collection.notices,
            [
                "Your own split is kept: 20 images to train on and 6 images to test with, whatever the seed. The 6 images for validation were left out."
            ]
        );
        // Opened as a zip, and within one.
        let mut builder = CollectionBuilder::new(GREY);
        let mut entries = ZipEntries::open("a.zip", Cursor::new(&npz), npz.len() as u64).unwrap();
        while builder.add_next_entry(&mut entries).unwrap() {}
        assert_eq!(builder.finish().unwrap().bytes, collection.bytes);
        let outer = zip(method, &[("a/breast.npz", npz.clone())]);
        let mut builder = CollectionBuilder::new(GREY);
        let mut entries =
            ZipEntries::open("a.zip", Cursor::new(&outer), outer.len() as u64).unwrap();
        while builder.add_next_entry(&mut entries).unwrap() {}
        assert_eq!(builder.finish().unwrap().bytes, collection.bytes);
    }
}

#[test]
fn pairs_are_found_by_what_arrays_hold() {
    let images = || npy("|u1", "(20, 28, 28)", &strokes(20, 28, 0));
    let tests = || npy("|u1", "(20, 28, 28)", &strokes(20, 28, 50));
    let labels = || npy("|u1", "(20,)", &alternating(20));
    let single = build_as(
        GREY,
        &[
            ("x.idx", crate::support::images(20, 0)),
            ("y.idx", crate::support::labels(20)),
        ],
    )
    .unwrap()
    .bytes;
    for names in [
        ["images", "labels"],
        ["x", "y"],
        ["data", "target"],
        ["arr_0", "arr_1"],
    ] {
        let [x, y] = names.map(|name| format!("{name}.npy"));
        let npz = zip(CompressionMethod::Stored, &[(&x, images()), (&y, labels())]);
        assert_eq!(
            build_as(GREY, &[("a.npz", npz)]).unwrap().bytes,
            single,
            "{names:?}"
        );
    }
    // Kuzushiji-MNIST's, with as many to test with.
    let alone = |array: Vec<u8>| zip(CompressionMethod::Stored, &[("arr_0.npy", array)]);
    let apart = [
        ("k49-train-imgs.npz", alone(images())),
        ("k49-train-labels.npz", alone(labels())),
        ("k49-test-imgs.npz", alone(tests())),
        ("k49-test-labels.npz", alone(labels())),
    ];
    let keras = zip(
        CompressionMethod::Deflated,
        &[
            ("x_test.npy", tests()),
            ("x_train.npy", images()),
            ("y_train.npy", labels()),
            ("y_test.npy", labels()),
        ],
    );
    let apart = build_as(GREY, &apart).unwrap();
    assert_eq!(
        build_as(GREY, &[("mnist.npz", keras)]).unwrap().bytes,
        apart.bytes
    );
    let tested = contents(&apart, GREY)
        .iter()
        .filter(|image| image.1 == Some(1))
        .count();
    assert_eq!(tested, 20);
}

/// An image's file may have 64 MB, and one of arrays more, within a zip too.
#[test]
fn arrays_in_a_zip_may_be_larger_than_images() {
    let hash = |at: u64| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).to_le_bytes();
    let pixels: Vec<u8> = (0..24_000 * 56 * 56 / 8).flat_map(hash).collect();
    let images = idx(&[24_000, 56, 56], &pixels);
    let files = [("a/x", images), ("a/y", labels(24_000))];
    let packed = zip(CompressionMethod::Stored, &files);
    let mut entries = ZipEntries::open("a.zip", Cursor::new(&packed), packed.len() as u64).unwrap();
    let mut builder = CollectionBuilder::new(GREY);
    while builder.add_next_entry(&mut entries).unwrap() {}
    let classes = builder.finish().unwrap().classes;
    assert_eq!((classes[0].images, classes[1].images), (12_000, 12_000));
}
