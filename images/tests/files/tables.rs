//! Tables of pixels (CSV), sound and bad.

use std::fmt::Write as _;

use bunsen_images::arrays::table;

use crate::support::{COLOUR, GREY, alternating, build_as, contents, idx, strokes};

/// How a table is written.
struct Written {
    separator: &'static str,
    end: &'static str,
    has_header: bool,
    label_last: bool,
    quote: &'static str,
}

const KAGGLE: Written = Written {
    separator: ",",
    end: "\n",
    has_header: true,
    label_last: false,
    quote: "",
};

fn write(written: &Written, count: usize, from: usize) -> Vec<u8> {
    let Written {
        separator,
        end,
        has_header,
        label_last,
        quote,
    } = written;
    let line = |label: String, pixels: Vec<String>| {
        let mut fields = pixels;
        fields.insert(if *label_last { fields.len() } else { 0 }, label);
        let fields: Vec<_> = fields
            .iter()
            .map(|field| format!("{quote}{field}{quote}"))
            .collect();
        fields.join(separator) + end
    };
    let mut text = String::new();
    if *has_header {
        text += &line(
            "label".into(),
            (0..784).map(|pixel| format!("pixel{pixel}")).collect(),
        );
    }
    for (pixels, label) in strokes(count, 28, from).chunks(784).zip(alternating(count)) {
        text += &line(
            label.to_string(),
            pixels.iter().map(u8::to_string).collect(),
        );
    }
    text.into_bytes()
}

fn refusal(bytes: Vec<u8>) -> String {
    build_as(GREY, &[("train.csv", bytes)])
        .unwrap_err()
        .to_string()
}

#[test]
fn a_table_is_a_data_set_however_it_is_written() {
    let pair = [
        ("x", idx(&[20, 28, 28], &strokes(20, 28, 0))),
        ("y", idx(&[20], &alternating(20))),
    ];
    let expected = build_as(GREY, &pair).unwrap();
    let first = "In train.csv no column is named label: the first one was taken.";
    let last = "In train.csv no column is named label: the last one was taken, which has the fewer values.";
    for (written, notices) in [
        (KAGGLE, vec![]),
        (
            Written {
                label_last: true,
                ..KAGGLE
            },
            vec![],
        ),
        (
            Written {
                end: "\r\n",
                separator: ";",
                ..KAGGLE
            },
            vec![],
        ),
        (
            Written {
                separator: "\t",
                quote: "\"",
                ..KAGGLE
            },
            vec![],
        ),
        (
            Written {
                has_header: false,
                ..KAGGLE
            },
            vec![first],
        ),
        (
            Written {
                has_header: false,
                label_last: true,
                ..KAGGLE
            },
            vec![last],
        ),
    ] {
        let bytes = write(&written, 20, 0);
        let collection = build_as(GREY, &[("train.csv", bytes.clone())]).unwrap();
        assert_eq!(collection.bytes, expected.bytes);
        assert_eq!(collection.notices, notices);
        // With a mark of its encoding, and without a line feed at its end.
        let marked = [b"\xef\xbb\xbf", bytes.trim_ascii_end()].concat();
        assert_eq!(
            build_as(GREY, &[("train.csv", marked)]).unwrap().bytes,
            expected.bytes
        );
    }
}

#[test]
fn numbers_of_columns_are_no_image() {
    let mut text: String = (0..785).map(|column| format!("{column},")).collect();
    text.pop();
    let without = write(
        &Written {
            has_header: false,
            ..KAGGLE
        },
        20,
        0,
    );
    let numbered = [format!("{text}\n").into_bytes(), without.clone()].concat();
    let build = |bytes: Vec<u8>| build_as(GREY, &[("a.csv", bytes)]).unwrap().bytes;
    assert_eq!(build(numbered), build(without));
}

#[test]
fn a_table_of_test_images_is_tested_with() {
    let files = [
        ("fashion-mnist_train.csv", write(&KAGGLE, 20, 0)),
        ("fashion-mnist_test.csv", write(&KAGGLE, 6, 50)),
    ];
    let collection = build_as(GREY, &files).unwrap();
    let tested = contents(&collection, GREY);
    assert_eq!(tested.iter().filter(|image| image.1 == Some(1)).count(), 6);
    // Kaggle's own test images have no labels.
    let unlabelled = pixels_only();
    let files = [
        ("train.csv", write(&KAGGLE, 20, 0)),
        ("test.csv", unlabelled),
    ];
    let collection = build_as(GREY, &files).unwrap();
    assert_eq!(
        collection.notices,
        [
            "1 file or image was left out: test.csv (it has pixels and no column of labels, as Kaggle's test.csv: give the table that has labels, such as train.csv)."
        ]
    );
}

/// A table of pixels without labels.
fn pixels_only() -> Vec<u8> {
    let mut text = (0..784)
        .map(|pixel| format!("pixel{pixel}"))
        .collect::<Vec<_>>()
        .join(",");
    for pixels in strokes(5, 28, 0).chunks(784) {
        let pixels: Vec<_> = pixels.iter().map(u8::to_string).collect();
        write!(text, "\n{}", pixels.join(",")).unwrap();
    }
    text.into_bytes()
}

#[test]
fn colour_is_in_planes() {
    let line = |label: usize| {
        let shade = |channel: usize| (label * 10 + channel).to_string();
        let pixels = (0..3072).map(|at| shade(at / 1024));
        let fields: Vec<_> = std::iter::once((label % 2).to_string())
            .chain(pixels)
            .collect();
        fields.join(",")
    };
    let lines: Vec<_> = (0..20).map(line).collect();
    let header = (0..3072).map(|at| format!(",p{at}")).collect::<String>();
    let table = format!("label{header}\n{}", lines.join("\n")).into_bytes();
    let collection = build_as(COLOUR, &[("a.csv", table)]).unwrap();
    let (label, _, first) = &contents(&collection, COLOUR)[0];
    assert_eq!((*label, first[0], first[1024], first[2048]), (0, 0, 1, 2));
    assert_eq!(
        collection.notices[0],
        "The numbers of an image in a.csv are in one row: they were taken as all of red, then of green, then of blue, as CIFAR's."
    );
}

/// Kaggle's table with one line changed.
fn with_line(number: usize, change: impl Fn(&str) -> String) -> Vec<u8> {
    let text = String::from_utf8(write(&KAGGLE, 20, 0)).unwrap();
    let lines = text.lines().enumerate();
    let lines: Vec<String> = lines
        .map(|(index, line)| match index + 1 == number {
            true => change(line),
            false => line.to_owned(),
        })
        .collect();
    lines.join("\n").into_bytes()
}

#[test]
fn what_is_wrong_with_a_table_is_told_by_line_and_column() {
    assert_eq!(
        refusal(with_line(7, |line| line.replacen(",0,", ",abc,", 1))),
        "train.csv cannot be used: line 7, column 2 is \"abc\", and a pixel is a whole number from 0 to 255."
    );
    assert_eq!(
        refusal(with_line(7, |line| line.replacen(",0,", ",256,", 1))),
        "train.csv cannot be used: line 7, column 2 is \"256\", and a pixel is a whole number from 0 to 255."
    );
    assert_eq!(
        refusal(with_line(9, |line| line.replacen(",0,", ",", 1))),
        "train.csv cannot be used: line 9 has 784 columns, and the first line has 785."
    );
    assert_eq!(
        refusal(with_line(3, |line| format!("cat{}", &line[1..]))),
        "train.csv cannot be used: line 3, column 1 is \"cat\", and a label is a whole number."
    );
    assert_eq!(
        refusal(with_line(1, |line| line.replace(",pixel783", ""))),
        "train.csv cannot be used: it has 784 columns, and a line is a label and the pixels of a square image: 785 columns for 28×28 pixels, 3073 for 32×32 in colour."
    );
    assert_eq!(
        refusal(write(&KAGGLE, 0, 0)),
        "train.csv cannot be used: it has no line with an image."
    );
    assert!(
        refusal(pixels_only()).ends_with(
            "1 file was left out: train.csv (it has pixels and no column of labels, as Kaggle's test.csv: give the table that has labels, such as train.csv)."
        )
    );
    assert!(
        refusal(vec![b'x'; 100])
            .ends_with("train.csv (it is a table without pixels: give the images, too).")
    );
    assert_eq!(table::read(b""), Err("it is empty".into()));
}

/// The page's module and the commands give the same: their tests hold them to this number.
#[test]
fn every_machine_gives_the_same_bytes() {
    let bytes = std::fs::read("tests/strokes.csv").unwrap();
    let collection = build_as(GREY, &[("strokes.csv", bytes)]).unwrap();
    assert_eq!(collection.digest, "6b2b331921dc98b2");
    let names: Vec<_> = collection
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["2", "3", "10"]);
}
