//! Data sets that are arrays of numbers: IDX, NumPy's npy and npz, and tables of pixels (CSV). They are told by their content, whatever
//! they are called; names only say what belongs together and what is to test with.
//!
//! - `idx`, `npy`, `table`: the forms, of which no length is believed
//! - `too_large`: what is refused by its size or its header, before it is read
//! - `names`: what a path says of an array
//! - `pairs`: which labels belong to which images
//! - `images`: the pictures of an array, as networks take them

pub mod idx;
mod images;
mod names;
pub mod npy;
mod pairs;
pub mod table;
mod too_large;

use std::io::{Cursor, Read};

use flate2::bufread::MultiGzDecoder;

use crate::builder::SkippedFile;
use crate::error::ImagesError;
use crate::limits;
use crate::zip_entries::ZipEntries;

pub(crate) use images::labelled;
pub(crate) use pairs::Paired;
pub(crate) use too_large::by_size as too_large_by_size;

/// What was found in a person's array files.
#[derive(Debug, Default)]
pub(crate) struct Arrays {
    images: Vec<Named<Images>>,
    labels: Vec<Named<Vec<i64>>>,
    /// Tables, which hold both.
    tables: Vec<Named<table::Table>>,
    /// Arrays that are neither images nor labels, and why.
    others: Vec<SkippedFile>,
    /// Sentences about files that say what they are and cannot be used.
    faults: Vec<String>,
    /// Bytes of all files, unpacked.
    bytes: u64,
}

/// Something with the path of its file.
#[derive(Debug)]
pub(crate) struct Named<T> {
    pub path: String,
    pub value: T,
}

/// Images of one height and width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// How many.
    pub count: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// 1 or 3.
    pub channels: usize,
    /// The order of its numbers.
    pub order: Order,
    /// The pixels of all images.
    pub pixels: Vec<u8>,
}

/// The order of the numbers of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Pixel by pixel.
    Interleaved,
    /// Channel by channel.
    Planar,
    /// In one row, which says nothing of it: taken channel by channel, as CIFAR's are.
    Flat,
}

/// What an array is, by its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Images.
    Images(Images),
    /// A label for each image.
    Labels(Vec<i64>),
    /// Neither, with what it is.
    Other(String),
}

/// A form that arrays come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Idx,
    Npy,
    Npz,
    Table,
}

/// The bytes that tell a form: the first line of a table with many columns.
pub const START: usize = 1 << 18;

impl Form {
    fn of(start: &[u8]) -> Option<Self> {
        if idx::is_idx(start) {
            Some(Self::Idx)
        } else if start.starts_with(npy::MAGIC) {
            Some(Self::Npy)
        } else if is_npz(start) {
            Some(Self::Npz)
        } else if table::is_table(&start[..start.len().min(START)]) {
            Some(Self::Table)
        } else {
            None
        }
    }
}

/// Whether it is a zip whose first file is an array.
fn is_npz(start: &[u8]) -> bool {
    const HEADER: usize = 30;
    let name = || {
        let length = u16::from_le_bytes([*start.get(26)?, *start.get(27)?]);
        start.get(HEADER..HEADER + usize::from(length))
    };
    start.starts_with(b"PK\x03\x04") && name().is_some_and(|name| name.ends_with(b".npy"))
}

const GZIP: &[u8] = &[0x1f, 0x8b];

/// Whether a file that begins so holds arrays, packed with gzip or not.
pub fn are_arrays(start: &[u8]) -> bool {
    if !start.starts_with(GZIP) {
        return Form::of(start).is_some();
    }
    let mut unpacked = Vec::new();
    // What is cut off behind its start gives as much as there is.
    let _ = MultiGzDecoder::new(start)
        .take(START as u64)
        .read_to_end(&mut unpacked);
    Form::of(&unpacked).is_some()
}

impl Arrays {
    /// Adds a file where it holds arrays. False where it does not.
    ///
    /// # Errors
    /// [`ImagesError::ArrayBomb`], where all of them unpack to too many bytes.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<bool, ImagesError> {
        if !are_arrays(&bytes[..bytes.len().min(START)]) {
            return Ok(false);
        }
        if !bytes.starts_with(GZIP) {
            self.read(path, bytes)?;
            return Ok(true);
        }
        match too_large::unpack(bytes) {
            Ok(unpacked) => self.read(path, &unpacked)?,
            Err(why) => self.fault(path, &why),
        }
        Ok(true)
    }

    /// Takes note of a file with arrays that has more bytes than are read. False where it has not.
    pub fn skip_too_large(&mut self, path: &str, bytes: u64) -> bool {
        let is_too_large = bytes > limits::MAX_ARRAY_BYTES;
        if is_too_large {
            self.fault(path, &too_large::by_size(bytes));
        }
        is_too_large
    }

    fn count(&mut self, path: &str, bytes: u64) -> Result<(), ImagesError> {
        self.bytes += bytes;
        match self.bytes > limits::MAX_ARRAYS_BYTES {
            true => Err(ImagesError::ArrayBomb { path: path.into() }),
            false => Ok(()),
        }
    }

    /// Takes note of a file with arrays that cannot be used, and why.
    pub fn fault(&mut self, path: &str, why: &str) {
        self.faults.push(format!("{path} cannot be used: {why}."));
    }

    fn read(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        let form = Form::of(bytes);
        if form == Some(Form::Npz) {
            return self.read_npz(path, bytes);
        }
        self.count(path, bytes.len() as u64)?;
        let content = match form {
            Some(Form::Table) => match table::read(bytes) {
                Ok(Some(value)) => {
                    let path = path.to_owned();
                    insert(&mut self.tables, Named { path, value });
                    return Ok(());
                }
                Ok(None) => Ok(Content::Other(table::NO_LABELS.into())),
                Err(why) => Err(why),
            },
            Some(Form::Idx) => idx::read(bytes),
            Some(Form::Npy) => npy::read(bytes),
            Some(Form::Npz) | None => Err("it is of no form that is known here".into()),
        };
        let path = path.to_owned();
        match content {
            Ok(Content::Images(value)) => insert(&mut self.images, Named { path, value }),
            Ok(Content::Labels(value)) => insert(&mut self.labels, Named { path, value }),
            Ok(Content::Other(why)) => self.others.push(SkippedFile { path, why }),
            Err(why) => self.fault(&path, &why),
        }
        Ok(())
    }

    fn read_npz(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        let mut zip = match ZipEntries::open(path, Cursor::new(bytes), bytes.len() as u64) {
            Ok(zip) => zip,
            Err(ImagesError::InvalidZip(_, why)) => {
                self.fault(path, &format!("{why}; it may be cut off"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        while let Some(entry) = zip.next_entry()? {
            let path = format!("{path}/{}", entry.path);
            match entry.contents {
                Ok(bytes) if bytes.starts_with(npy::MAGIC) => self.read(&path, &bytes)?,
                Ok(_) => self.others.push(SkippedFile {
                    path,
                    why: "it is no array".into(),
                }),
                Err(why) => self.fault(&path, &why),
            }
        }
        Ok(())
    }
}

/// Adds to a list that is in the order of the paths. (A sort would be longer code.)
fn insert<T>(list: &mut Vec<Named<T>>, new: Named<T>) {
    let at = list.partition_point(|other| other.path <= new.path);
    list.insert(at, new);
}

/// Height and width of square images with so many pixels in a row, and their channels: as in a table, and in arrays of two dimensions.
fn square(numbers: usize) -> Option<(usize, usize)> {
    /// Smaller ones are no images, and tables of other kinds have so few columns.
    const LEAST: usize = 8;
    let side = |numbers: usize| {
        let side = numbers.isqrt();
        (side >= LEAST && side * side == numbers).then_some(side)
    };
    side(numbers).map(|side| (side, 1)).or_else(|| {
        let of_each = numbers.is_multiple_of(3).then_some(numbers / 3)?;
        side(of_each).map(|side| (side, 3))
    })
}

/// What may be wrong with an array of another length than its header says; `None` where that is no length at all.
fn wrong_length(expected: Option<usize>, found: usize) -> &'static str {
    match expected {
        Some(expected) if found > expected => "there is something behind them",
        _ => "it may be cut off",
    }
}

/// Labels of one array: more than there may be images, and few enough to be numbers of eight bytes each.
const MAX_LABELS: usize = 1_000_000;

/// What an array is, by its shape; the height and width of images as they stand in it.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// Without their pixels.
    Images(Images),
    Labels,
    Other(String),
}

/// What an array of that shape is.
fn shape(sizes: &[usize]) -> Shape {
    let other = |what: String| Shape::Other(what);
    let images = |count, [height, width]: [usize; 2], channels, order| {
        Shape::Images(Images {
            count,
            height,
            width,
            channels,
            order,
            pixels: Vec::new(),
        })
    };
    match *sizes {
        [count] | [count, 1] if count > MAX_LABELS => other(format!(
            "it has {count} labels, and there are no more images than {MAX_LABELS} in any data set here"
        )),
        [_] | [_, 1] => Shape::Labels,
        _ if sizes.contains(&0) => other("it is empty".into()),
        [count, numbers] => match square(numbers) {
            Some((side, channels)) => images(count, [side, side], channels, Order::Flat),
            None => other(format!(
                "it has {numbers} numbers for each of {count} images, and a label is one number, an image a square of them"
            )),
        },
        [count, height, width] => images(count, [height, width], 1, Order::Interleaved),
        [count, height, width, channels @ (1 | 3)] => {
            images(count, [height, width], channels, Order::Interleaved)
        }
        [count, channels @ (1 | 3), height, width] => {
            images(count, [height, width], channels, Order::Planar)
        }
        _ => {
            let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
            other(format!(
                "its shape is {}, and images are [images, rows, columns], with 1 or 3 channels as a fourth",
                match sizes.is_empty() {
                    true => "one number".to_owned(),
                    false => sizes.join("×"),
                }
            ))
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn shapes_say_what_arrays_are() {
        assert_eq!(shape(&[70_000]), Shape::Labels);
        assert_eq!(shape(&[70_000, 1]), Shape::Labels);
        let images = |sizes: &[usize]| match shape(sizes) {
            Shape::Images(i) => (i.count, i.height, i.width, i.channels, i.order),
            other => panic!("{other:?}"),
        };
        assert_eq!(images(&[5, 28, 30]), (5, 28, 30, 1, Order::Interleaved));
        assert_eq!(images(&[5, 784]), (5, 28, 28, 1, Order::Flat));
        assert_eq!(images(&[5, 3072]), (5, 32, 32, 3, Order::Flat));
        assert_eq!(images(&[5, 28, 28, 1]), (5, 28, 28, 1, Order::Interleaved));
        assert_eq!(images(&[5, 64, 64, 3]), (5, 64, 64, 3, Order::Interleaved));
        assert_eq!(images(&[5, 3, 32, 32]), (5, 32, 32, 3, Order::Planar));
        for sizes in [
            &[][..],
            &[5, 14],
            &[5, 32, 32, 4],
            &[1_000_001],
            &[0, 28, 28],
            &[1, 2, 3, 4, 5],
        ] {
            assert!(matches!(shape(sizes), Shape::Other(_)), "{sizes:?}");
        }
    }

    #[test]
    fn forms_are_told_by_their_start() {
        assert_eq!(Form::of(&[0, 0, 8, 3, 0, 0, 0, 1]), Some(Form::Idx));
        assert_eq!(Form::of(b"\x93NUMPY\x01\x00"), Some(Form::Npy));
        for other in [
            &b""[..],
            b"PK\x03\x04",
            b"\x00\x00\x01\x00",
            b"\x89PNG",
            b"a,b\n1,2\n",
            GZIP,
        ] {
            assert_eq!(Form::of(other), None, "{other:?}");
            assert!(!are_arrays(other));
        }
    }
}
