//! Files for the tests.

use std::io::{Cursor, Write};

use bunsen_images::{Collection, CollectionBuilder, Fit, Format, ImagesError};
use flate2::Compression;
use flate2::write::GzEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub const COLOUR: Format = Format {
    size: 32,
    colour: true,
    fit: Fit::Crop,
};

/// A picture; each number gives another one.
pub fn picture(width: u32, height: u32, number: u32) -> DynamicImage {
    let image = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([
            (x * 5 * (number % 7 + 1) + number * 17) as u8,
            (y * 3 * (number % 5 + 1) + x * (number % 3) + number) as u8,
            (x * y + number * 7) as u8,
        ])
    });
    DynamicImage::ImageRgb8(image)
}

/// The picture as a file.
pub fn encode(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG file; each number gives another one.
pub fn png(number: u32) -> Vec<u8> {
    encode(&picture(40, 30, number), ImageFormat::Png)
}

/// The collection of these files.
pub fn build(files: &[(&str, Vec<u8>)]) -> Result<Collection, ImagesError> {
    let mut builder = CollectionBuilder::new(COLOUR);
    for (path, bytes) in files {
        builder.add_file(path, bytes)?;
    }
    builder.finish()
}

/// Two classes with two images each.
pub fn pets() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("pets/cats/1.png", png(1)),
        ("pets/cats/2.png", png(2)),
        ("pets/dogs/1.png", png(3)),
        ("pets/dogs/2.png", png(4)),
    ]
}

/// The collection of these files, in that format.
pub fn build_as(format: Format, files: &[(&str, Vec<u8>)]) -> Result<Collection, ImagesError> {
    let mut builder = CollectionBuilder::new(format);
    for (path, bytes) in files {
        builder.add_file(path, bytes)?;
    }
    builder.finish()
}

pub const GREY: Format = Format {
    size: 28,
    colour: false,
    fit: Fit::Crop,
};

/// The pixels of that many light images on black, no two of them alike.
pub fn strokes(count: usize, size: usize, from: usize) -> Vec<u8> {
    let image = |index: usize| {
        (0..size * size).map(move |at| {
            let (row, column) = (at / size, at % size);
            let is_inside = |at: usize| (3..size - 3).contains(&at);
            let is_ink = is_inside(row) && is_inside(column) && (row * 7 + column) % 5 < 3;
            u8::from(is_ink) * (55 + ((from + index) * 13 + row * column) % 200) as u8
        })
    };
    (0..count).flat_map(image).collect()
}

/// An IDX of numbers of that type.
pub fn idx_of(kind: u8, sizes: &[u32], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(values);
    bytes
}

/// An IDX of bytes.
pub fn idx(sizes: &[u32], values: &[u8]) -> Vec<u8> {
    idx_of(0x08, sizes, values)
}

/// An npy of that type and shape.
pub fn npy(descr: &str, shape: &str, values: &[u8]) -> Vec<u8> {
    npy_with(
        1,
        &format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"),
        values,
    )
}

/// An npy with that version and header.
pub fn npy_with(version: u8, header: &str, values: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    let header = format!("{header}\n");
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(values);
    bytes
}

/// The labels 0, 1, 0, 1, …
pub fn alternating(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index % 2) as u8).collect()
}

/// Of a collection of two classes with names of one letter: label, whether it is tested with, and pixels of each image; sorted.
pub fn contents(collection: &Collection, format: Format) -> Vec<(u8, Option<u8>, Vec<u8>)> {
    let bytes = &collection.bytes;
    let count: usize = collection.classes.iter().map(|class| class.images).sum();
    let names: usize = collection
        .classes
        .iter()
        .map(|class| 4 + class.name.len())
        .sum();
    let is_split = bytes.starts_with(b"bunsen images 2\n");
    let header = 33 + usize::from(is_split);
    let start = 32 + names;
    let pixels = start + count * header;
    let mut contents: Vec<_> = (0..count)
        .map(|index| {
            let header = &bytes[start + index * header..][..header];
            let pixels = &bytes[pixels + index * format.bytes()..][..format.bytes()];
            (header[32], header.get(33).copied(), pixels.to_vec())
        })
        .collect();
    contents.sort();
    contents
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

pub fn zip(method: CompressionMethod, entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn images(count: u32, from: usize) -> Vec<u8> {
    idx(&[count, 28, 28], &strokes(count as usize, 28, from))
}

pub fn labels(count: u32) -> Vec<u8> {
    idx(&[count], &alternating(count as usize))
}

/// What `strokes` and `alternating` are in a collection.
pub fn expected(count: usize, from: usize, in_test: Option<u8>) -> Vec<(u8, Option<u8>, Vec<u8>)> {
    let pixels = strokes(count, 28, from);
    let images = pixels.chunks(784).zip(alternating(count));
    images
        .map(|(pixels, label)| (label, in_test, pixels.to_vec()))
        .collect()
}
