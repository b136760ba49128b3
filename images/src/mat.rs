//! The files of SVHN's cropped digits, in MATLAB's form 5: elements with their type and length, each packed with zlib or plain.
//!
//! Such a file holds `X`, the pixels of all images in the order of MATLAB, whose first index changes fastest (row, column, colour, image), and
//! `y`, the labels, where 10 is the digit 0. What is made of it is what CIFAR's binary version has: a byte for the class, then the pixels.
//! Images are read one by one, so that nothing is in memory twice.

use std::io::{BufReader, Read};

use flate2::bufread::ZlibDecoder;

use crate::error::ImagesError;
use crate::printable::{printable, printable_to};

/// Rows and columns of an image.
const SIDE: usize = 32;
/// Bytes of an image in three colours.
const PIXELS: usize = 3 * SIDE * SIDE;
/// Bytes in front of the elements.
const HEADER: usize = 128;
/// Elements of a file: SVHN's have two.
const MAX_ELEMENTS: usize = 64;
/// Bytes of an array's name, or of its sizes.
const MAX_PART: u32 = 256;

/// Types of elements.
const BYTES: u32 = 2;
const DOUBLES: u32 = 9;
const MATRIX: u32 = 14;
const PACKED: u32 = 15;

/// The records of a file with so many images: the class, then red, green and blue.
///
/// # Errors
/// [`ImagesError::InvalidMat`], where it is no such file, is cut off, or holds something else.
pub fn records(name: &str, file: impl Read, images: usize) -> Result<Vec<u8>, ImagesError> {
    let mut reader: Box<dyn Read + '_> = Box::new(BufReader::with_capacity(1 << 18, file));
    read_records(&mut reader, images).map_err(|why| ImagesError::InvalidMat(printable(name), why))
}

fn read_records(file: &mut dyn Read, images: usize) -> Result<Vec<u8>, String> {
    let mut header = [0; HEADER];
    file.read_exact(&mut header).map_err(|_| NO_MAT)?;
    if header.starts_with(b"MATLAB 7.3") {
        return Err("it is in MATLAB's form 7.3, and SVHN's files are in form 5".into());
    }
    if !header.starts_with(b"MATLAB 5.0") || header[126..] != *b"IM" {
        return Err(NO_MAT.into());
    }
    let mut found = Found::default();
    for _ in 0..MAX_ELEMENTS {
        let mut tag = [0; 8];
        // The end of the file is where no element begins.
        if file.read(&mut tag[..1]).map_err(|why| why.to_string())? == 0 {
            break;
        }
        file.read_exact(&mut tag[1..]).map_err(|_| CUT)?;
        let (kind, length) = (word(&tag, 0), word(&tag, 4));
        let mut element = file.take(length.into());
        match kind {
            PACKED => {
                let packed = BufReader::with_capacity(1 << 16, &mut element);
                let mut unpacked: Box<dyn Read + '_> = Box::new(ZlibDecoder::new(packed));
                let mut tag = [0; 8];
                unpacked.read_exact(&mut tag).map_err(|_| CUT)?;
                if word(&tag, 0) == MATRIX {
                    found.read_matrix(&mut *unpacked, images)?;
                }
            }
            MATRIX => found.read_matrix(&mut element, images)?,
            _ => {}
        }
        std::io::copy(&mut element, &mut std::io::sink()).map_err(|why| why.to_string())?;
        if let (Some(_), Some(_)) = (&found.records, &found.labels) {
            break;
        }
    }
    let mut records = found.records.ok_or("it holds no array X of images")?;
    let labels = found.labels.ok_or("it holds no array y of labels")?;
    if labels.len() != images {
        return Err(format!(
            "it has {} labels for {images} images",
            labels.len()
        ));
    }
    for (index, (record, label)) in records.chunks_exact_mut(1 + PIXELS).zip(labels).enumerate() {
        record[0] = match label {
            1..=9 => label,
            10 => 0,
            other => {
                return Err(format!(
                    "the label of image {index} (counted from 0) is {other}, and SVHN's go from 1 to 10"
                ));
            }
        };
    }
    Ok(records)
}

const NO_MAT: &str = "it does not begin as a file of MATLAB's form 5 does";
const CUT: &str = "it is cut off, or damaged";

/// What was found in a file.
#[derive(Default)]
struct Found {
    /// The images, with no class yet.
    records: Option<Vec<u8>>,
    labels: Option<Vec<u8>>,
}

impl Found {
    /// Reads an array, where it is one of the two.
    fn read_matrix(&mut self, from: &mut dyn Read, images: usize) -> Result<(), String> {
        part(from)?;
        let sizes = part(from)?;
        let sizes: Vec<usize> = sizes
            .chunks_exact(4)
            .map(|size| word(size, 0) as usize)
            .collect();
        let name = part(from)?;
        let (kind, length, small) = tag(from)?;
        let count = sizes
            .iter()
            .try_fold(1usize, |product, size| product.checked_mul(*size));
        let in_words = || {
            let sizes: Vec<_> = sizes.iter().map(ToString::to_string).collect();
            sizes.join("×")
        };
        let is_of = |width: usize| {
            count.and_then(|count| count.checked_mul(width)) == Some(length as usize)
        };
        match name.as_slice() {
            b"X" => {
                if sizes.len() != 4 || sizes[..3] != [SIDE, SIDE, 3] || kind != BYTES || !is_of(1) {
                    return Err(format!(
                        "its X holds {} numbers, and SVHN's holds 32×32×3×{images} bytes",
                        in_words()
                    ));
                }
                if sizes[3] != images {
                    return Err(format!(
                        "it holds {} images, and {images} are right",
                        sizes[3]
                    ));
                }
                self.records = Some(read_images(from, images)?);
            }
            b"y" => {
                let width = match kind {
                    BYTES => 1,
                    DOUBLES => 8,
                    _ => 0,
                };
                if width == 0 || !is_of(width) || count.is_none_or(|count| count > images) {
                    return Err(format!(
                        "its y holds {} numbers of another type, or not one for each image",
                        in_words()
                    ));
                }
                let mut bytes = small.map_or_else(
                    || vec![0; length as usize],
                    |four| four[..length as usize].to_vec(),
                );
                if small.is_none() {
                    from.read_exact(&mut bytes).map_err(|_| CUT)?;
                }
                self.labels = Some(match width {
                    1 => bytes,
                    _ => bytes
                        .as_chunks::<8>()
                        .0
                        .iter()
                        .map(|number| f64::from_le_bytes(*number) as u8)
                        .collect(),
                });
            }
            other if self.records.is_none() && self.labels.is_none() && other.len() > 1 => {
                let name = printable_to(&String::from_utf8_lossy(other), 40);
                return Err(format!("it holds {name}, and SVHN's files hold X and y"));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Images whose columns come first, as records whose rows do.
fn read_images(from: &mut dyn Read, images: usize) -> Result<Vec<u8>, String> {
    let mut records = vec![0; images * (1 + PIXELS)];
    let mut image = [0; PIXELS];
    for record in records.chunks_exact_mut(1 + PIXELS) {
        from.read_exact(&mut image).map_err(|_| CUT)?;
        for (plane, into) in image
            .chunks_exact(SIDE * SIDE)
            .zip(record[1..].chunks_exact_mut(SIDE * SIDE))
        {
            for (index, pixel) in into.iter_mut().enumerate() {
                *pixel = plane[index % SIDE * SIDE + index / SIDE];
            }
        }
    }
    Ok(records)
}

/// The type and the length of a part, and its bytes where it is so small that they stand in its tag.
fn tag(from: &mut dyn Read) -> Result<(u32, u32, Option<[u8; 4]>), String> {
    let mut tag = [0; 8];
    from.read_exact(&mut tag).map_err(|_| CUT)?;
    let first = word(&tag, 0);
    match first >> 16 {
        0 => Ok((first, word(&tag, 4), None)),
        length @ 1..=4 => Ok((
            first & 0xffff,
            length,
            Some([tag[4], tag[5], tag[6], tag[7]]),
        )),
        _ => Err(CUT.into()),
    }
}

/// A short part of an array: its flags, its sizes or its name. Parts fill up eight bytes.
fn part(from: &mut dyn Read) -> Result<Vec<u8>, String> {
    let (_, length, small) = tag(from)?;
    if let Some(four) = small {
        return Ok(four[..length as usize].to_vec());
    }
    if length > MAX_PART {
        return Err(CUT.into());
    }
    let mut bytes = vec![0; length.next_multiple_of(8) as usize];
    from.read_exact(&mut bytes).map_err(|_| CUT)?;
    bytes.truncate(length as usize);
    Ok(bytes)
}

/// Four bytes as a number.
fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
