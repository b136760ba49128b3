//! Pictures with a row of pixels for each image.

use std::io::Cursor;

use bunsen_images::sheet::records;
use image::{ImageFormat, RgbImage};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x % 251) as u8, y as u8, (x / 8) as u8])
    });
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[test]
fn rows_become_records() {
    let records = records(&png(1024, 3), &[7, 0, 9]).unwrap();
    assert_eq!(records.len(), 3 * 3073);
    let second = &records[3073..2 * 3073];
    assert_eq!(second[0], 0);
    for place in [0, 1, 250, 251, 1023] {
        let found = [0, 1, 2].map(|channel| second[1 + channel * 1024 + place]);
        assert_eq!(found, [(place % 251) as u8, 1, (place / 8) as u8]);
    }
}

#[test]
fn other_pictures_are_no_sheets() {
    assert_eq!(
        records(&png(32, 32), &[1; 32]).unwrap_err(),
        "it has 32×32 pixels, where 1024×32 are 32 images"
    );
    assert!(records(b"<html>", &[1]).is_err());
}
