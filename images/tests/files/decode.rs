//! Decoding of one file.

use bunsen_images::{CollectionBuilder, decode};
use image::{DynamicImage, ImageFormat, RgbaImage};

use crate::support::{COLOUR, encode, picture};

#[test]
fn huge_images_are_refused_before_they_are_decoded() {
    let why = "it has 10000×10000 pixels, and 64 million in all are the most";
    assert_eq!(decode::decode(&png_header(10_000, 10_000)), Err(why.into()));
    // The decoder would say that its memory does not suffice.
    let largest = "it has 65535×65535 pixels, and 64 million in all are the most";
    assert_eq!(
        decode::decode(&png_header(65_535, 65_535)),
        Err(largest.into())
    );
    let mut jpeg = encode(&picture(16, 16, 1), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
    assert_eq!(decode::decode(&jpeg), Err(why.into()));
}

/// A small PNG that says it has so many pixels.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = encode(&DynamicImage::new_luma8(1, 1), ImageFormat::Png);
    header[16..20].copy_from_slice(&width.to_be_bytes());
    header[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&header[12..29]);
    header[29..33].copy_from_slice(&sum.to_be_bytes());
    header
}

/// However few bytes they have, and though none of them could be decoded.
#[test]
fn many_images_of_few_bytes_and_many_pixels_are_refused() {
    let bomb = png_header(3000, 3000);
    let mut builder = CollectionBuilder::new(COLOUR);
    for number in 0..28 {
        builder.add_file(&format!("a/{number}.png"), &bomb).unwrap();
    }
    let refusal = builder.add_file("a/28.png", &bomb).unwrap_err().to_string();
    assert!(
        refusal.starts_with(
            "a/28.png and the images before it have more than 261 million pixels in 3 KB"
        ),
        "{refusal}"
    );
}

/// Of a flat PNG a byte stands for 1,000 pixels. So many pixels has a photograph alone, which takes bytes for them.
#[test]
fn large_flat_images_are_refused_after_a_few() {
    let mut bomb = png_header(8000, 8000);
    bomb.resize(62_000, 0);
    let mut builder = CollectionBuilder::new(COLOUR);
    for number in 0..2 {
        builder.add_file(&format!("a/{number}.png"), &bomb).unwrap();
    }
    let refusal = builder.add_file("a/2.png", &bomb).unwrap_err().to_string();
    assert!(
        refusal.starts_with(
            "a/2.png and the images before it have more than 192 million pixels in 186 KB"
        ),
        "{refusal}"
    );
}

/// 16 bits of which 12 are used are all of the brightness that there is.
#[test]
fn twelve_bits_in_sixteen_are_not_black() {
    let image = |brightest: u16| {
        let image =
            image::ImageBuffer::from_fn(4, 1, |x, _| image::Luma([brightest / 3 * x as u16]));
        decode::decode(&encode(&DynamicImage::ImageLuma16(image), ImageFormat::Png)).unwrap()
    };
    let xray = image(4095);
    assert!(xray.twelve_bit);
    assert_eq!(
        xray.rgb.iter().step_by(3).copied().collect::<Vec<_>>(),
        [0, 85, 170, 255]
    );
    assert!(!image(65_535).twelve_bit);
    assert_eq!(image(65_535).rgb, xray.rgb);
}

/// PNG's checksum.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn a_jpeg_that_is_cut_off_is_refused_and_not_filled_with_grey() {
    let whole = encode(&picture(64, 64, 3), ImageFormat::Jpeg);
    assert!(decode::decode(&whole).is_ok());
    let cut = &whole[..whole.len() - 40];
    assert_eq!(
        decode::decode(cut),
        Err("it is damaged: it is cut off before its end".into())
    );
}

/// As some programs repair such files: the end marker says that all of it is there.
#[test]
fn a_jpeg_that_is_cut_off_and_closed_again_is_refused_wherever_it_is_cut() {
    let whole = encode(&picture(160, 120, 3), ImageFormat::Jpeg);
    let scan = whole
        .windows(2)
        .position(|two| two == [0xff, 0xda])
        .unwrap()
        + 14;
    for cut in (scan + 20..whole.len() - 40).step_by(97) {
        let closed = [&whole[..cut], &[0xff, 0xd9]].concat();
        let refused = decode::decode(&closed).map(|_| ()).unwrap_err();
        assert!(refused.starts_with("it is damaged: "), "{cut}: {refused}");
    }
}

/// Zeros stand for more pixels than the bytes of a photograph do, so that they do not suffice.
#[test]
fn a_jpeg_whose_second_half_is_zeros_is_refused() {
    let smooth = image::RgbImage::from_fn(160, 120, |x, y| image::Rgb([x as u8, y as u8, 90]));
    let mut half = encode(&DynamicImage::ImageRgb8(smooth), ImageFormat::Jpeg);
    assert!(decode::decode(&half).is_ok());
    let (begin, end) = (half.len() / 2, half.len() - 2);
    half[begin..end].fill(0);
    let refused = decode::decode(&half).map(|_| ()).unwrap_err();
    assert!(refused.starts_with("it is damaged: "), "{refused}");
}

#[test]
fn what_follows_the_end_of_a_jpeg_is_no_damage() {
    let whole = encode(&picture(64, 48, 3), ImageFormat::Jpeg);
    // A camera's other picture, or what a mail program added.
    for more in [whole.as_slice(), b"\r\n--\r\n", &[0; 5000]] {
        assert_eq!(
            decode::decode(&[&whole, more].concat()),
            decode::decode(&whole)
        );
    }
}

#[test]
fn transparent_pixels_have_white_behind_them() {
    let image = RgbaImage::from_fn(2, 1, |x, _| image::Rgba([10, 20, 30, [0, 128][x as usize]]));
    let bytes = encode(&DynamicImage::ImageRgba8(image), ImageFormat::Png);
    assert_eq!(
        decode::decode(&bytes).unwrap().rgb,
        [255, 255, 255, 132, 137, 142]
    );
}

#[test]
fn the_orientation_of_a_camera_is_applied() {
    let upright = encode(&picture(20, 10, 1), ImageFormat::Jpeg);
    // An Exif segment that says: turn by 90 degrees.
    let exif = [
        b"Exif\0\0II*\0".as_slice(),
        &[
            8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
        ],
    ]
    .concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    let rotated = [&upright[..2], &[0xff, 0xe1], &length, &exif, &upright[2..]].concat();
    let picture = decode::decode(&rotated).unwrap();
    assert_eq!((picture.width, picture.height), (10, 20));
    assert_ne!(picture.rgb, decode::decode(&upright).unwrap().rgb);
}

#[test]
fn png_and_webp_are_the_same_pixels() {
    let image = picture(33, 21, 4);
    let pixels = |format| decode::decode(&encode(&image, format)).unwrap();
    assert_eq!(pixels(ImageFormat::Png), pixels(ImageFormat::WebP));
    assert_eq!(pixels(ImageFormat::Png).rgb, image.into_rgb8().into_raw());
}
