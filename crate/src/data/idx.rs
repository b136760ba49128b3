//! The IDX format of MNIST and its relatives: a big-endian header, then one byte a pixel or label.
//!
//! Images: magic number 0x00000803, count, rows, columns, then count × rows × columns bytes, row by row. Labels: magic
//! number 0x00000801, count, then count bytes. Every field is checked against the size of the file before anything is
//! made of it, and nothing may follow the last item.

use super::{DataError, Split, gzip};

const IMAGES: u32 = 0x0000_0803;
const LABELS: u32 = 0x0000_0801;

/// The contents of a file of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// How many images.
    pub count: usize,
    /// Rows of each.
    pub rows: u32,
    /// Columns of each.
    pub columns: u32,
    /// The pixels: `[count, rows, columns]`, row-major.
    pub pixels: Vec<u8>,
}

/// Reads a file of images from its unpacked `bytes`. `file` is the name for messages.
#[inline(never)]
pub fn images(file: &str, mut bytes: Vec<u8>) -> Result<Images, DataError> {
    let [count, rows, columns] = header(
        file,
        &bytes,
        IMAGES,
        "images",
        "; is this the labels file?",
        3,
    )?;
    if count == 0 || rows == 0 || columns == 0 {
        return Err(DataError::None {
            file: file.into(),
            kind: "images",
        });
    }
    let expected = 16 + u128::from(count) * u128::from(rows) * u128::from(columns);
    if bytes.len() as u128 != expected {
        let items = format!("{count} images of {rows} × {columns}");
        return Err(DataError::Length {
            file: file.into(),
            items,
            found: bytes.len(),
            expected,
        });
    }
    bytes.drain(..16);
    Ok(Images {
        count: count as usize,
        rows,
        columns,
        pixels: bytes,
    })
}

/// Reads a file of labels from its unpacked `bytes`; each must be less than `classes`. `file` is the name for messages.
#[inline(never)]
pub fn labels(file: &str, mut bytes: Vec<u8>, classes: usize) -> Result<Vec<u8>, DataError> {
    let [count, ..] = header(
        file,
        &bytes,
        LABELS,
        "labels",
        "; is this the images file?",
        1,
    )?;
    if count == 0 {
        return Err(DataError::None {
            file: file.into(),
            kind: "labels",
        });
    }
    let expected = 8 + u128::from(count);
    if bytes.len() as u128 != expected {
        let items = format!("{count} labels");
        return Err(DataError::Length {
            file: file.into(),
            items,
            found: bytes.len(),
            expected,
        });
    }
    bytes.drain(..8);
    match bytes
        .iter()
        .position(|&label| usize::from(label) >= classes)
    {
        Some(position) => Err(DataError::Label {
            file: file.into(),
            item: "label number",
            position,
            found: bytes[position],
            classes,
        }),
        None => Ok(bytes),
    }
}

/// Reads a file of `height` × `width` images and its file of labels, given as (name, unpacked bytes), and pairs them.
#[inline(never)]
pub fn split(
    (images_file, images_bytes): (&str, Vec<u8>),
    (labels_file, labels_bytes): (&str, Vec<u8>),
    (height, width): (u32, u32),
    classes: usize,
) -> Result<Split, DataError> {
    let images = images(images_file, images_bytes)?;
    if (images.rows, images.columns) != (height, width) {
        let (rows, columns) = (images.rows, images.columns);
        return Err(DataError::Shape {
            file: images_file.into(),
            rows,
            columns,
            height,
            width,
        });
    }
    let labels = labels(labels_file, labels_bytes, classes)?;
    if images.count != labels.len() {
        return Err(DataError::Pairing {
            images_file: images_file.into(),
            images: images.count,
            labels_file: labels_file.into(),
            labels: labels.len(),
        });
    }
    Ok(Split {
        images: images.pixels,
        labels,
    })
}

/// Checks that a file begins as one of images does.
pub(super) fn check_images(file: &str, start: &[u8]) -> Result<(), DataError> {
    header(
        file,
        start,
        IMAGES,
        "images",
        "; is this the labels file?",
        0,
    )
    .map(|_| ())
}

/// Checks that a file begins as one of labels does.
pub(super) fn check_labels(file: &str, start: &[u8]) -> Result<(), DataError> {
    header(
        file,
        start,
        LABELS,
        "labels",
        "; is this the images file?",
        0,
    )
    .map(|_| ())
}

/// Checks the magic number and gives the numbers after it, so many of them.
#[inline(never)]
fn header(
    file: &str,
    bytes: &[u8],
    magic: u32,
    kind: &'static str,
    other: &'static str,
    count: usize,
) -> Result<[u32; 3], DataError> {
    if bytes.is_empty() {
        return Err(DataError::Empty { file: file.into() });
    }
    let cut = || DataError::HeaderCut {
        file: file.into(),
        found: bytes.len(),
        expected: 4 * (count + 1),
    };
    let number = |i: usize| match bytes.get(4 * i..4 * i + 4) {
        Some(&[a, b, c, d]) => Ok(u32::from_be_bytes([a, b, c, d])),
        _ => Err(cut()),
    };
    let found = number(0)?;
    if found != magic {
        let hint = match found {
            IMAGES | LABELS => other,
            _ if gzip::is_gzip(bytes) => "; it is still packed with gzip.",
            0xc01 | 0xc03 => "; its numbers are 32-bit whole numbers (int32), not bytes.",
            _ => "; it is not an IDX file of bytes.",
        };
        return Err(DataError::Magic {
            file: file.into(),
            found,
            expected: magic,
            kind,
            hint,
        });
    }
    let mut numbers = [0; 3];
    for (i, slot) in numbers.iter_mut().take(count).enumerate() {
        *slot = number(i + 1)?;
    }
    Ok(numbers)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An IDX file: the numbers of the header, then the contents.
    pub(crate) fn file(header: &[u32], contents: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = header.iter().flat_map(|n| n.to_be_bytes()).collect();
        bytes.extend(contents);
        bytes
    }

    #[test]
    fn reads_images_and_labels() {
        let pixels: Vec<u8> = (0..24).collect();
        let read = images("i", file(&[IMAGES, 2, 3, 4], &pixels)).unwrap();
        assert_eq!(
            read,
            Images {
                count: 2,
                rows: 3,
                columns: 4,
                pixels: pixels.clone()
            }
        );
        assert_eq!(
            labels("l", file(&[LABELS, 3], &[0, 9, 5]), 10).unwrap(),
            [0, 9, 5]
        );
        let both = split(
            ("i", file(&[IMAGES, 2, 3, 4], &pixels)),
            ("l", file(&[LABELS, 2], &[1, 0])),
            (3, 4),
            10,
        )
        .unwrap();
        assert_eq!(both.image(1), &pixels[12..]);
        assert_eq!(both.labels, [1, 0]);
    }

    fn message<T: std::fmt::Debug>(result: Result<T, DataError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_magic_number_says_what_it_may_be() {
        assert_eq!(
            message(images("train-images", file(&[LABELS, 3], &[0, 9, 5]))),
            "train-images: the magic number is 0x00000801, but images have 0x00000803; is this the labels file?"
        );
        assert_eq!(
            message(labels("train-labels", file(&[IMAGES, 1, 1, 1], &[0]), 10)),
            "train-labels: the magic number is 0x00000803, but labels have 0x00000801; is this the images file?"
        );
        assert_eq!(
            message(images("f", vec![0x1f, 0x8b, 8, 0, 0])),
            "f: the magic number is 0x1f8b0800, but images have 0x00000803; it is still packed with gzip."
        );
        assert_eq!(
            message(images("f", file(&[0x0000_0d03, 1, 1, 1], &[0]))),
            "f: the magic number is 0x00000d03, but images have 0x00000803; it is not an IDX file of bytes."
        );
    }

    #[test]
    fn cut_off_or_too_long_is_an_error() {
        assert_eq!(
            message(images("f", vec![])),
            DataError::Empty { file: "f".into() }.to_string()
        );
        assert_eq!(
            message(images("f", file(&[IMAGES, 1, 1], &[]))),
            "f: ends after 12 bytes, within its header of 16 bytes."
        );
        assert_eq!(
            message(labels("f", vec![0, 0], 10)),
            "f: ends after 2 bytes, within its header of 8 bytes."
        );
        assert_eq!(
            message(images("f", file(&[IMAGES, 2, 2, 2], &[0; 7]))),
            "f: its header announces 2 images of 2 × 2, that is 24 bytes in all, but the file has 23; it is cut off."
        );
        assert_eq!(
            message(labels("f", file(&[LABELS, 2], &[0; 3]), 10)),
            "f: its header announces 2 labels, that is 10 bytes in all, but the file has 11; it has bytes left over."
        );
    }

    #[test]
    fn huge_or_zero_numbers_are_errors_and_allocate_nothing() {
        assert!(
            message(images(
                "f",
                file(&[IMAGES, u32::MAX, u32::MAX, u32::MAX], &[])
            ))
            .ends_with("it is cut off.")
        );
        assert!(
            message(labels("f", file(&[LABELS, u32::MAX], &[]), 10)).ends_with("it is cut off.")
        );
        for header in [[IMAGES, 0, 28, 28], [IMAGES, 5, 0, 28], [IMAGES, 5, 28, 0]] {
            assert_eq!(
                message(images("f", file(&header, &[]))),
                "f: its header says that it holds no images; there should be at least one."
            );
        }
        assert!(matches!(
            labels("f", file(&[LABELS, 0], &[]), 10),
            Err(DataError::None { kind: "labels", .. })
        ));
    }

    #[test]
    fn a_label_that_is_no_class_is_an_error() {
        assert_eq!(
            message(labels("f", file(&[LABELS, 3], &[0, 9, 10]), 10)),
            "f: label number 2 (counted from 0) is 10, but labels go from 0 to 9."
        );
    }

    #[test]
    fn images_and_labels_must_agree() {
        let i = file(&[IMAGES, 2, 1, 1], &[0, 0]);
        assert_eq!(
            message(split(
                ("images", i.clone()),
                ("labels", file(&[LABELS, 1], &[0])),
                (1, 1),
                10
            )),
            "images holds 2 images, but labels holds 1 labels; there should be one label for each image."
        );
        assert_eq!(
            message(split(
                ("images", i),
                ("labels", file(&[LABELS, 2], &[0, 0])),
                (28, 28),
                10
            )),
            "images: its images have 1 rows and 1 columns, but 28 rows and 28 columns are right."
        );
    }

    proptest! {
        #[test]
        fn no_input_panics(
            magic in prop::sample::select(vec![IMAGES, LABELS, 0, u32::MAX]),
            header in prop::collection::vec(prop_oneof![0u32..5, 0u32..], 0..5),
            contents in prop::collection::vec(0u8.., 0..70),
            cut in 0usize..90,
        ) {
            let mut bytes = file(&[&[magic], &header[..]].concat(), &contents);
            bytes.truncate(cut);
            if let Ok(read) = images("f", bytes.clone()) {
                prop_assert_eq!(read.pixels.len(), read.count * read.rows as usize * read.columns as usize);
                prop_assert_eq!(read.pixels.len() + 16, bytes.len());
            }
            if let Ok(read) = labels("f", bytes.clone(), 10) {
                prop_assert!(read.len() + 8 == bytes.len() && read.iter().all(|&l| l < 10));
            }
        }
    }
}
