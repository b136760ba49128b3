//! Files for the tests.

use std::io::Cursor;

use bunsen_images::{Collection, CollectionBuilder, Format, ImagesError};
use image::{DynamicImage, ImageFormat, RgbImage};

pub const COLOUR: Format = Format {
    size: 32,
    colour: true,
};

/// A picture; each number gives another one.
pub fn picture(width: u32, height: u32, number: u32) -> DynamicImage {
    let image = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([
            (x * 5 + number * 17) as u8,
            (y * 3 + number) as u8,
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
