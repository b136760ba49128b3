//! NumPy's arrays: types, orders and versions, and any bytes.

use bunsen_images::arrays::{Content, are_arrays, idx, npy, table};
use proptest::prelude::*;

use crate::support::{GREY, alternating, build_as, npy as file, npy_with, strokes};

fn pixels(bytes: &[u8]) -> Vec<u8> {
    match npy::read(bytes).unwrap() {
        Content::Images(images) => images.pixels,
        other => panic!("{other:?}"),
    }
}

fn labels(bytes: &[u8]) -> Vec<i64> {
    match npy::read(bytes).unwrap() {
        Content::Labels(labels) => labels,
        other => panic!("{other:?}"),
    }
}

fn refusal(bytes: &[u8]) -> String {
    npy::read(bytes).unwrap_err()
}

#[test]
fn labels_are_whole_numbers_of_any_width() {
    type Convert = fn(i64) -> Vec<u8>;
    let numbers = [0i64, 1, 5, 100];
    let expected = numbers.to_vec();
    let bytes = |convert: Convert| -> Vec<u8> {
        numbers.iter().flat_map(|number| convert(*number)).collect()
    };
    let cases: [(&str, Convert); 9] = [
        ("|u1", |n| vec![n as u8]),
        ("|i1", |n| vec![n as u8]),
        ("<i2", |n| (n as i16).to_le_bytes().to_vec()),
        (">u2", |n| (n as u16).to_be_bytes().to_vec()),
        ("<i4", |n| (n as i32).to_le_bytes().to_vec()),
        ("<i8", |n| n.to_le_bytes().to_vec()),
        (">i8", |n| n.to_be_bytes().to_vec()),
        ("<f4", |n| (n as f32).to_le_bytes().to_vec()),
        (">f8", |n| (n as f64).to_be_bytes().to_vec()),
    ];
    for (descr, convert) in cases {
        for shape in ["(4,)", "(4, 1)"] {
            assert_eq!(
                labels(&file(descr, shape, &bytes(convert))),
                expected,
                "{descr}"
            );
        }
    }
    assert_eq!(labels(&file("|i1", "(2,)", &[0xff, 1])), [-1, 1]);
    assert_eq!(labels(&file("|b1", "(2,)", &[1, 0])), [1, 0]);
    let half = 0.5f32.to_le_bytes();
    assert_eq!(
        refusal(&file("<f4", "(1,)", &half)),
        "a label is a whole number, and it has others"
    );
    assert!(npy::read(&file("<u8", "(1,)", &[0xff; 8])).is_err());
}

#[test]
fn pixels_are_bytes_or_what_was_made_of_them() {
    let bytes: Vec<u8> = (0..=255).collect();
    let shape = "(1, 16, 16)";
    assert_eq!(pixels(&file("|u1", shape, &bytes)), bytes);
    let wide: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| u32::from(*byte).to_be_bytes())
        .collect();
    assert_eq!(pixels(&file(">i4", shape, &wide)), bytes);
    let floats = |convert: fn(u8) -> f32| -> Vec<u8> {
        bytes
            .iter()
            .flat_map(|byte| convert(*byte).to_le_bytes())
            .collect()
    };
    assert_eq!(pixels(&file("<f4", shape, &floats(f32::from))), bytes);
    assert_eq!(
        pixels(&file("<f4", shape, &floats(|byte| f32::from(byte) / 255.0))),
        bytes
    );
    assert_eq!(pixels(&file("|b1", "(1, 1, 2)", &[0, 1])), [0, 255]);
    assert_eq!(
        refusal(&file(
            "<f4",
            shape,
            &floats(|byte| f32::from(byte) / 127.5 - 1.0)
        )),
        "its numbers go from -1 to 1, some of them fractions, and pixels are whole numbers from 0 to 255, or fractions from 0 to 1: undo their scaling, and save them as uint8"
    );
    assert_eq!(
        refusal(&file("<i2", "(1, 1, 2)", &[0, 1, 44, 1])),
        "its numbers go from 256 to 300, and pixels are whole numbers from 0 to 255, or fractions from 0 to 1: undo their scaling, and save them as uint8"
    );
    assert_eq!(
        refusal(&file("<f4", "(1, 1, 1)", &f32::NAN.to_le_bytes())),
        "it holds numbers that are not finite, and pixels go from 0 to 255"
    );
    assert_eq!(
        refusal(&file("<f2", "(1, 1, 1)", &[0; 2])),
        "its numbers are of the type <f2, which is not read: save it as uint8"
    );
}

#[test]
fn fortran_order_and_versions_are_read() {
    // [2, 2, 3]: the first index is the fastest.
    let ordered: Vec<u8> = (0..12).collect();
    let fortran: Vec<u8> = (0..12)
        .map(|at| {
            let (i, j, k) = (at % 2, at / 2 % 2, at / 4);
            ordered[i * 6 + j * 3 + k]
        })
        .collect();
    for version in 1..=3 {
        let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 3), }";
        assert_eq!(pixels(&npy_with(version, header, &fortran)), ordered);
        let header = "{'shape': (2, 2, 3), 'fortran_order': False, 'descr': '|u1'}";
        assert_eq!(pixels(&npy_with(version, header, &ordered)), ordered);
    }
    assert_eq!(refusal(&npy_with(4, "{}", &[])), "its header is cut off");
}

#[test]
fn pickles_are_refused_and_never_unpacked() {
    let objects = file("|O", "(20,)", b"\x80\x03cos\nsystem\n.");
    assert_eq!(
        build_as(GREY, &[("y.npy", objects)])
            .unwrap_err()
            .to_string(),
        "y.npy cannot be used: it holds Python objects, which are a pickle and never unpacked here: save it as an array of one type of number, such as uint8."
    );
}

#[test]
fn headers_that_cannot_be_are_told() {
    for header in [
        "",
        "{'descr': '|u1'}",
        "{'descr': '|u1', 'fortran_order': Maybe, 'shape': (1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (x,)}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': 5}",
        "{'descr': '', 'fortran_order': False, 'shape': (5,)}",
    ] {
        assert_eq!(
            refusal(&npy_with(1, header, &[])),
            "its header cannot be read",
            "{header}"
        );
    }
    assert_eq!(
        refusal(&file("<i4", "(4,)", &[0; 15])),
        "it says that it holds 4 numbers of 4 bytes, and has 15 bytes of them: it may be cut off"
    );
    let huge = file("<i8", "(18446744073709551615, 9)", &[0; 8]);
    assert!(refusal(&huge).starts_with("it says that it holds 18446744073709551615×9 numbers"));
    for (header, why) in [
        (
            "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}",
            "it is a table of several types",
        ),
        (
            "{'descr': '<U5', 'fortran_order': False, 'shape': (1,)}",
            "it holds texts, and a label is a whole number",
        ),
        (
            "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
            "it is of the type <c8",
        ),
    ] {
        assert_eq!(
            npy::read(&npy_with(1, header, &[])).unwrap(),
            Content::Other(why.into())
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = are_arrays(&bytes);
        let _ = npy::read(&bytes);
        let _ = npy::read(&[b"\x93NUMPY\x01\x00\x20\x00", bytes.as_slice()].concat());
        let _ = idx::read(&bytes);
        let _ = table::read(&bytes);
        let _ = build_as(GREY, &[("x", bytes)]);
    }

    #[test]
    fn any_header_is_read_without_a_panic(header in "\\{'descr': '[<>|]?[a-zO][0-9]{0,3}', 'fortran_order': (True|False), 'shape': \\([0-9, ]{0,12}\\)\\}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = npy::read(&npy_with(1, &header, &bytes));
    }

    #[test]
    fn any_idx_is_read_without_a_panic(kind in 7u8..16, dimensions in 0u8..6, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = idx::read(&[&[0, 0, kind, dimensions], bytes.as_slice()].concat());
    }

    #[test]
    fn any_table_is_read_without_a_panic(text in "(label|1|0)(,[0-9a\".-]{0,3}){64}(\r?\n[0-9,.\"x]{0,200}){0,4}") {
        let _ = table::read(text.as_bytes());
        let _ = build_as(GREY, &[("x", text.into_bytes())]);
    }

    #[test]
    fn pixels_survive_any_type(bytes in proptest::collection::vec(any::<u8>(), 64)) {
        let wide: Vec<u8> = bytes.iter().flat_map(|byte| u16::from(*byte).to_be_bytes()).collect();
        prop_assert_eq!(&pixels(&file(">u2", "(1, 8, 8)", &wide)), &bytes);
        let scaled: Vec<u8> = bytes.iter().flat_map(|byte| (f64::from(*byte) / 255.0).to_le_bytes()).collect();
        prop_assert_eq!(&pixels(&file("<f8", "(64, 1, 1)", &scaled)), &bytes);
    }
}

#[test]
fn an_array_of_rows_is_one_of_squares() {
    let files = [
        ("x.npy", file("|u1", "(20, 784)", &strokes(20, 28, 0))),
        ("y.npy", file("|u1", "(20,)", &alternating(20))),
    ];
    let rows = build_as(GREY, &files).unwrap();
    let files = [
        ("x.npy", file("|u1", "(20, 28, 28)", &strokes(20, 28, 0))),
        ("y.npy", file("|u1", "(20,)", &alternating(20))),
    ];
    assert_eq!(rows.bytes, build_as(GREY, &files).unwrap().bytes);
}
