//! Data sets in arrays: pairs of IDX files, and what makes no data set.

use zip::CompressionMethod;

use crate::npzs::medmnist;
use crate::support::{
    COLOUR, GREY, alternating, build_as, contents, expected, gzip, idx, idx_of, images, labels,
    npy, pets, png, strokes, zip,
};

fn refusal(files: &[(&str, Vec<u8>)]) -> String {
    build_as(GREY, files).unwrap_err().to_string()
}

#[test]
fn a_pair_of_idx_files_is_a_data_set() {
    // Whatever they are called, packed or not.
    for (first, second) in [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("a.dat", "b.dat"),
    ] {
        let collection =
            build_as(GREY, &[(first, images(20, 0)), (second, gzip(&labels(20)))]).unwrap();
        let mut expected = expected(20, 0, None);
        expected.sort();
        assert_eq!(contents(&collection, GREY), expected);
        let names: Vec<_> = collection
            .classes
            .iter()
            .map(|class| class.name.as_str())
            .collect();
        assert_eq!(names, ["0", "1"]);
        assert_eq!(collection.notices, [""; 0]);
    }
}

#[test]
fn a_test_pair_is_tested_with() {
    let files = [
        ("train-images-idx3-ubyte", images(20, 0)),
        ("train-labels-idx1-ubyte", labels(20)),
        ("t10k-images-idx3-ubyte", images(6, 50)),
        ("t10k-labels-idx1-ubyte", labels(6)),
    ];
    let collection = build_as(GREY, &files).unwrap();
    let mut expected = [expected(20, 0, Some(0)), expected(6, 50, Some(1))].concat();
    expected.sort();
    assert_eq!(contents(&collection, GREY), expected);
    assert_eq!(
        collection.notices,
        [
            "Your own split is kept: 20 images to train on and 6 images to test with, whatever the seed."
        ]
    );
    // The order of the files, and how they are packed, change nothing.
    let mut packed: Vec<_> = files
        .iter()
        .map(|(path, bytes)| (*path, gzip(bytes)))
        .collect();
    packed.reverse();
    assert_eq!(build_as(GREY, &packed).unwrap().bytes, collection.bytes);
}

#[test]
fn images_of_other_sizes_are_made_into_squares() {
    let distinct = (0..20u8).flat_map(|image| (0..300).map(move |at| image * 9 + (at % 7) as u8));
    let wide_pixels: Vec<u8> = distinct.collect();
    let wide = idx(&[20, 10, 30], &wide_pixels);
    let files = [("x.idx", wide), ("y.idx", labels(20))];
    let collection = build_as(GREY, &files).unwrap();
    let (_, _, first) = &contents(&collection, GREY)[0];
    // The middle ten columns, each enlarged.
    assert_eq!(first[..3], [3; 3]);
    let colour = idx(&[20, 2, 2, 3], &(0..240).collect::<Vec<u8>>());
    let files = [("x.idx", colour), ("y.idx", labels(20))];
    let collection = build_as(COLOUR, &files).unwrap();
    let (_, _, first) = &contents(&collection, COLOUR)[0];
    assert_eq!((first[0], first[1024], first[2048]), (0, 1, 2));
    assert_eq!(first[31], 3);
}

#[test]
fn dark_images_on_light_are_inverted_and_said_so() {
    let light: Vec<u8> = strokes(20, 28, 0).iter().map(|pixel| 255 - pixel).collect();
    let files = [("x", idx(&[20, 28, 28], &light)), ("y", labels(20))];
    let collection = build_as(GREY, &files).unwrap();
    let mut expected = expected(20, 0, None);
    expected.sort();
    assert_eq!(contents(&collection, GREY), expected);
    assert_eq!(
        collection.notices,
        [
            "These images are dark on light, and grey images in arrays are taken as 0 for paper and 255 for ink: they were inverted."
        ]
    );
    // In colour they stay as they are.
    let colour = build_as(COLOUR, &files).unwrap();
    assert_eq!(contents(&colour, COLOUR)[0].2[0], 255);
    assert_eq!(colour.notices, [""; 0]);
}

#[test]
fn faint_images_are_told() {
    let faint: Vec<u8> = strokes(20, 28, 0).iter().map(|pixel| pixel / 16).collect();
    let files = [("x", idx(&[20, 28, 28], &faint)), ("y", labels(20))];
    let notices = build_as(GREY, &files).unwrap().notices;
    assert_eq!(
        notices.first().unwrap(),
        "No pixel is brighter than 15 of 255, so that these images are nearly black: scale them to 0 to 255."
    );
}

#[test]
fn labels_are_classes_in_the_order_of_the_numbers() {
    let labels: Vec<u8> = (0..24).map(|index| [2, 10, 100][index % 3]).collect();
    let files = [("x", images(24, 0)), ("y", idx(&[24], &labels))];
    let collection = build_as(GREY, &files).unwrap();
    let names: Vec<_> = collection
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["2", "10", "100"]);
    let first = strokes(1, 28, 0);
    let image = contents(&collection, GREY)
        .into_iter()
        .find(|image| image.2 == first);
    assert_eq!(image.unwrap().0, 0);
}

#[test]
fn what_makes_no_data_set_is_told() {
    assert_eq!(
        refusal(&[("x", idx_of(0x0c, &[1, 28, 28], &[0; 4 * 784]))]),
        "x cannot be used: its numbers are 32-bit whole numbers (int32) (type 0x0C), and those of images and labels are unsigned bytes (type 0x08): write it as such, from 0 to 255."
    );
    assert_eq!(
        refusal(&[("x", images(20, 0)[..900].to_vec())]),
        "x cannot be used: it says that it holds 20×28×28 numbers, and holds 884: it may be cut off."
    );
    assert_eq!(
        refusal(&[("x", vec![0, 0, 8, 3, 0])]),
        "x cannot be used: it is cut off in its sizes."
    );
    assert_eq!(
        refusal(&[("x", idx(&[u32::MAX, u32::MAX, u32::MAX], &[1]))]),
        "x cannot be used: it says that it holds 4294967295×4294967295×4294967295 numbers, and holds 1: it may be cut off."
    );
    assert_eq!(
        refusal(&[("x", images(20, 0)), ("y", labels(19))]),
        "x has 20 images, and no file has a label for each of them: y has 19 labels."
    );
    assert_eq!(
        refusal(&[("y", labels(19))]),
        "y has 19 labels, and no file has an image for each of them: give the file of the images, too."
    );
    let transparent = npy("|u1", "(20, 8, 8, 4)", &[0; 20 * 256]);
    assert_eq!(
        refusal(&[("x", transparent), ("y", labels(20))]),
        "y has 20 labels, and no file has an image for each of them: of x, its shape is 20×8×8×4, and images are [images, rows, columns], with 1 or 3 channels as a fourth."
    );
    let complex = npy("<c8", "(20, 8, 8)", &[0; 20 * 512]);
    assert_eq!(
        refusal(&[("x", complex), ("y", labels(20))]),
        "y has 20 labels, and no file has an image for each of them: of x, it is of the type <c8."
    );
    assert_eq!(
        refusal(&[("x", idx(&[0, 28, 28], &[])), ("y", labels(20))]),
        "y has 20 labels, and no file has an image for each of them: of x, it is empty."
    );
    assert_eq!(
        refusal(&[("x", [images(20, 0), vec![0; 3]].concat())]),
        "x cannot be used: it says that it holds 20×28×28 numbers, and holds 15683: there is something behind them."
    );
    assert_eq!(
        refusal(&[("x", npy("|u1", "(2, 8, 8)", &[0; 130]))]),
        "x cannot be used: it says that it holds 2×8×8 numbers of 1 bytes, and has 130 bytes of them: there is something behind them."
    );
    assert_eq!(
        refusal(&[
            ("x", images(20, 0)),
            ("fine", labels(20)),
            ("coarse", labels(20))
        ]),
        "x may have its labels in coarse or in fine: leave one of them out."
    );
    assert_eq!(
        refusal(&[
            ("a-x", images(20, 0)),
            ("a-y", labels(20)),
            ("b-x", images(20, 0)),
            ("b-y", labels(20))
        ]),
        "These files are of several data sets: a-x, b-x. Give one at a time."
    );
    assert_eq!(
        refusal(&[("x", images(20, 0)), ("y", idx(&[20], &[7; 20]))]),
        "All 20 images have the label 7: a network that tells classes apart needs at least two."
    );
    let none = npy("|u1", "(20, 14)", &[0; 280]);
    assert_eq!(
        refusal(&[("x", images(20, 0)), ("y", none)]),
        "x has 20 images, and no file has a label for each of them: of y, it has 14 numbers for each of 20 images, and a label is one number, an image a square of them."
    );
    let packed = gzip(&images(20, 0));
    assert!(
        refusal(&[("x.gz", packed[..packed.len() - 20].to_vec())])
            .starts_with("x.gz cannot be used: it cannot be unpacked (")
    );
    let npz = zip(CompressionMethod::Stored, &medmnist());
    assert_eq!(
        refusal(&[("a.npz", npz[..npz.len() / 2].to_vec())]),
        "a.npz cannot be used: it has no sound list of its files at its end; it may be cut off."
    );
    let climbing = zip(
        CompressionMethod::Stored,
        &[("../x.npy", npy("|u1", "(2,)", &[0; 2]))],
    );
    assert!(refusal(&[("a.npz", climbing)]).starts_with("../x.npy is a path that leads out"));
}

#[test]
fn arrays_beside_image_files_are_no_second_data_set() {
    let pair = [("x", images(20, 0)), ("y", labels(20))];
    let both = [pets(), pair.to_vec()].concat();
    assert_eq!(
        build_as(COLOUR, &both).unwrap_err().to_string(),
        "There are both image files and arrays with labels (x) among these files: give one of the two."
    );
    // Arrays that are none are left out, as any other file.
    let features = [
        pets(),
        vec![("features.npy", npy("<f4", "(1, 2)", &[0; 8]))],
    ]
    .concat();
    let notices = build_as(COLOUR, &features).unwrap().notices;
    assert!(
        notices[0].starts_with("1 file was left out: features.npy (it has 2 numbers"),
        "{notices:?}"
    );
    let broken = [pets(), vec![("x", images(20, 0)[..50].to_vec())]].concat();
    let notices = build_as(COLOUR, &broken).unwrap().notices;
    assert!(notices[0].starts_with("x cannot be used: "), "{notices:?}");
}

#[test]
fn an_image_of_too_many_pixels_is_refused() {
    let long = idx(&[2, 1, 65_000_000], &vec![0; 130_000_000]);
    assert_eq!(
        refusal(&[("x", long), ("y", labels(2))]),
        "The images of x have 65000000×1 pixels, and 64 million in all are the most of an image."
    );
}

#[test]
fn doubles_and_contradictions_are_left_out() {
    let twice = [strokes(20, 28, 0), strokes(1, 28, 0)].concat();
    let mut classes = alternating(21);
    let files = |classes: &[u8]| {
        build_as(
            GREY,
            &[
                ("x", idx(&[21, 28, 28], &twice)),
                ("y", idx(&[21], classes)),
            ],
        )
        .unwrap()
        .notices
    };
    assert_eq!(
        files(&classes)[0],
        "1 image is there already, and counts once: x, image 20 is x, image 0."
    );
    classes[20] = 1;
    assert_eq!(
        files(&classes)[0],
        "2 files or images were left out: x, image 0 (the same image lies in 0 and in 1), x, image 20 (the same image lies in 0 and in 1)."
    );
    let png = png(1);
    assert!(build_as(GREY, &[("a.png", png)]).is_err());
}
