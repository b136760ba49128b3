//! Files of SVHN, in MATLAB's form 5, written here exactly as MATLAB writes them.

use std::io::Write as _;

use bunsen_images::mat::records;

const PIXELS: usize = 3 * 32 * 32;

/// An element: its type, its length and its bytes, filled up to eight.
fn element(kind: u32, bytes: &[u8]) -> Vec<u8> {
    let mut element = [kind.to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat();
    element.extend(bytes);
    element.resize(element.len().next_multiple_of(8), 0);
    element
}

/// An array of a class (9 is that of bytes), with its numbers as the element of that type.
fn array(name: &str, class: u32, sizes: &[u32], kind: u32, numbers: &[u8]) -> Vec<u8> {
    let flags = [class.to_le_bytes(), [0; 4]].concat();
    let sizes: Vec<u8> = sizes.iter().flat_map(|size| size.to_le_bytes()).collect();
    // A name of four letters at most stands in its tag.
    let mut short = ((name.len() as u32) << 16 | 1).to_le_bytes().to_vec();
    short.extend(name.as_bytes());
    short.resize(8, 0);
    let name = if name.len() > 4 {
        element(1, name.as_bytes())
    } else {
        short
    };
    let parts = [
        element(6, &flags),
        element(5, &sizes),
        name,
        element(kind, numbers),
    ];
    element(14, &parts.concat())
}

fn packed(element: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(element).unwrap();
    let bytes = packer.finish().unwrap();
    // What is packed is not filled up.
    [
        &15u32.to_le_bytes()[..],
        &(bytes.len() as u32).to_le_bytes(),
        &bytes,
    ]
    .concat()
}

fn file(elements: &[Vec<u8>]) -> Vec<u8> {
    let mut header = b"MATLAB 5.0 MAT-file, Platform: GLNXA64".to_vec();
    header.resize(124, b' ');
    header.extend([0, 1]);
    header.extend(b"IM");
    [header, elements.concat()].concat()
}

/// The pixel of an image in a row, a column and a colour.
fn pixel(image: usize, row: usize, column: usize, colour: usize) -> u8 {
    (image * 7 + row * 3 + column * 5 + colour * 11) as u8
}

/// The pixels in the order of MATLAB.
fn pixels(images: usize) -> Vec<u8> {
    let mut pixels = Vec::new();
    for image in 0..images {
        for colour in 0..3 {
            for column in 0..32 {
                pixels.extend((0..32).map(|row| pixel(image, row, column, colour)));
            }
        }
    }
    pixels
}

fn x(images: usize) -> Vec<u8> {
    array("X", 9, &[32, 32, 3, images as u32], 2, &pixels(images))
}

/// Labels from 1 to 10.
fn y(images: usize) -> Vec<u8> {
    let labels: Vec<u8> = (0..images).map(|image| (image % 10 + 1) as u8).collect();
    array("y", 9, &[images as u32, 1], 2, &labels)
}

fn message(bytes: &[u8]) -> String {
    records("train_32x32.mat", bytes, 12)
        .unwrap_err()
        .to_string()
}

#[test]
fn images_are_turned_and_ten_is_the_digit_zero() {
    for elements in [
        [packed(&x(12)), packed(&y(12))],
        [x(12), y(12)],
        [packed(&y(12)), packed(&x(12))],
    ] {
        let records = records("f", file(&elements).as_slice(), 12).unwrap();
        assert_eq!(records.len(), 12 * (1 + PIXELS));
        let record = |image: usize| &records[image * (1 + PIXELS)..][..1 + PIXELS];
        assert_eq!(
            [record(0)[0], record(8)[0], record(9)[0], record(10)[0]],
            [1, 9, 0, 1]
        );
        for (row, column, colour) in [(0, 0, 0), (3, 20, 1), (31, 1, 2)] {
            let at = 1 + colour * 1024 + row * 32 + column;
            assert_eq!(record(11)[at], pixel(11, row, column, colour));
        }
    }
}

#[test]
fn labels_may_be_of_matlabs_usual_type() {
    let numbers: Vec<u8> = (0..12).flat_map(|_| 3f64.to_le_bytes()).collect();
    let y = array("y", 6, &[12, 1], 9, &numbers);
    let records = records("f", file(&[packed(&x(12)), packed(&y)]).as_slice(), 12).unwrap();
    assert_eq!(records[0], 3);
}

#[test]
fn other_files_are_told_in_a_sentence_each() {
    let whole = file(&[packed(&x(12)), packed(&y(12))]);
    for (bytes, why) in [
        (
            b"PK\x03\x04".to_vec(),
            "it does not begin as a file of MATLAB's form 5 does",
        ),
        (
            vec![0; 500],
            "it does not begin as a file of MATLAB's form 5 does",
        ),
        (
            [b"MATLAB 7.3 MAT-file".to_vec(), vec![b' '; 200]].concat(),
            "it is in MATLAB's form 7.3, and SVHN's files are in form 5",
        ),
        (whole[..200].to_vec(), "it is cut off, or damaged"),
        (file(&[packed(&x(12))]), "it holds no array y of labels"),
        (file(&[packed(&y(12))]), "it holds no array X of images"),
        (
            file(&[packed(&x(3)), packed(&y(3))]),
            "it holds 3 images, and 12 are right",
        ),
        (
            file(&[packed(&array("X", 9, &[28, 28, 12], 2, &[0; 28 * 28 * 12]))]),
            "its X holds 28×28×12 numbers, and SVHN's holds 32×32×3×12 bytes",
        ),
        (
            file(&[packed(&array("digitStruct", 9, &[1, 1], 2, &[0]))]),
            "it holds digitStruct, and SVHN's files hold X and y",
        ),
        (
            file(&[packed(&x(12)), packed(&y(11))]),
            "it has 11 labels for 12 images",
        ),
        (
            file(&[
                packed(&x(12)),
                packed(&array("y", 9, &[12, 1], 2, &[0; 12])),
            ]),
            "the label of image 0 (counted from 0) is 0, and SVHN's go from 1 to 10",
        ),
    ] {
        assert_eq!(
            message(&bytes),
            format!("train_32x32.mat cannot be read as a file of SVHN: {why}.")
        );
    }
}

#[test]
fn no_cut_is_read() {
    let whole = file(&[packed(&x(12)), packed(&y(12))]);
    for length in (0..whole.len()).step_by(97) {
        assert!(records("f", &whole[..length], 12).is_err(), "{length}");
    }
}
