//! Decodes image files.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, RgbaImage};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::limits;

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its width, at least 1.
    pub width: usize,
    /// Its height, at least 1.
    pub height: usize,
    /// `[height, width, 3]`
    pub rgb: Vec<u8>,
    /// Whether the file has 16 bits a channel, of which 12 are used: scanners and X-ray machines write such.
    pub twelve_bit: bool,
}

/// The most bytes that a decoder may allocate: twice the largest picture, with 4 bytes a pixel.
const MAX_ALLOCATION: u64 = 8 * limits::MAX_PIXELS;

/// Decodes a PNG, JPEG, WebP, GIF or BMP file, of an animation the first frame. Its Exif orientation is applied, and transparent
/// pixels have white behind them.
///
/// # Errors
/// What is wrong with the file, as it follows the file's name in a sentence.
pub fn decode(bytes: &[u8]) -> Result<Picture, String> {
    if bytes.is_empty() {
        return Err("it is empty".into());
    }
    if bytes.len() as u64 > limits::MAX_FILE_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    let image = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => decode_jpeg(bytes)?,
        Ok(
            format @ (ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Bmp),
        ) => decode_with_image(bytes, format)?,
        _ => return Err("it is no PNG, JPEG, WebP, GIF or BMP image".into()),
    };
    let (image, twelve_bit) = stretch_twelve_bits(image);
    let picture = Picture {
        twelve_bit,
        ..composite_on_white(image)
    };
    match picture.width.min(picture.height) {
        0 => Err("it has no pixels".into()),
        _ => Ok(picture),
    }
}

/// The reason for an image's file of so many bytes, which is not read.
pub(crate) fn too_large(bytes: u64) -> String {
    format!(
        "it has {}, and the file of an image has {} at most",
        limits::in_words(bytes),
        limits::in_words(limits::MAX_FILE_BYTES)
    )
}

/// The reason for a file that is longer than so many bytes.
pub(crate) fn too_long(most: u64) -> String {
    format!("it has more than {} MB", most / 1_000_000)
}

/// Refuses pictures that are too large, before anything is decoded.
fn check_size(width: u64, height: u64) -> Result<(), String> {
    let is_allowed = width.saturating_mul(height) <= limits::MAX_PIXELS;
    match is_allowed {
        true => Ok(()),
        false => Err(format!(
            "it has {width}×{height} pixels, and {} million in all are the most",
            limits::MAX_PIXELS / 1_000_000
        )),
    }
}

fn damaged(why: impl std::fmt::Display) -> String {
    format!("it is damaged: {why}")
}

fn decode_jpeg(bytes: &[u8]) -> Result<DynamicImage, String> {
    let open_scan = without_end(bytes);
    let bytes = open_scan.as_deref().unwrap_or(bytes);
    // Vector instructions, which round differently on different machines, are off.
    let options = DecoderOptions::default()
        .set_use_unsafe(false)
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| damaged("it has no size"))?;
    check_size(width as u64, height as u64)?;
    // The decoder would fill missing pixels with grey.
    if open_scan.is_none() && !is_complete(bytes) {
        return Err(damaged("it is cut off before its end"));
    }
    // What cannot be decoded, too; in headers it is no matter.
    decoder.set_options(options.set_strict_mode(true));
    let orientation = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    let rgb = decoder.decode().map_err(damaged)?;
    let image = RgbImage::from_raw(width as u32, height as u32, rgb)
        .ok_or_else(|| damaged("it has fewer pixels than it says"))?;
    let mut image = DynamicImage::ImageRgb8(image);
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(image)
}

/// Whether a JPEG has an end marker after its first scan.
fn is_complete(bytes: &[u8]) -> bool {
    match first_scan(bytes) {
        Some(scan) => bytes[scan..].windows(2).any(|two| two == END),
        // Bytes between segments are left to the decoder.
        None => true,
    }
}

/// The marker at a JPEG's end.
const END: [u8; 2] = [0xff, 0xd9];

/// Zeros after a scan: more than the decoder reads ahead, and fewer than the pixels of a row need.
const READ_AHEAD: [u8; 16] = [0; 16];

/// A JPEG of one scan with zeros where its end marker is. After that marker the decoder would take zeros for as many pixels as
/// are missing and say nothing; so it finds the end of the bytes, and does.
fn without_end(bytes: &[u8]) -> Option<Vec<u8>> {
    let scan = first_scan(bytes)?;
    let is_marker = |two: &[u8]| two[0] == 0xff && !matches!(two[1], 0 | 0xd0..=0xd7 | 0xff);
    let end = scan + bytes[scan..].windows(2).position(is_marker)?;
    bytes[end..]
        .starts_with(&END)
        .then(|| [&bytes[..end], &READ_AHEAD].concat())
}

/// Where the header of a JPEG's first scan begins. Segments before that, such as a thumbnail, are skipped. `None` where there are
/// other bytes between them.
fn first_scan(bytes: &[u8]) -> Option<usize> {
    let mut position = 2;
    while let [0xff, marker, rest @ ..] = bytes.get(position..)? {
        match (marker, rest) {
            (0xff, _) => position += 1,
            (0xda, _) => return Some(position + 2),
            (_, [high, low, ..]) => position += 2 + usize::from(u16::from_be_bytes([*high, *low])),
            _ => return Some(bytes.len()),
        }
    }
    None
}

fn decode_with_image(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, String> {
    // Of too large an image the decoder would say that its memory does not suffice.
    if let (ImageFormat::Png, Some((width, height))) = (format, png_size(bytes)) {
        check_size(width, height)?;
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_ALLOCATION);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    check_size(u64::from(width), u64::from(height))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// The picture that a browser decoded: `rgba` are its upright pixels, `[height, width, 4]`.
///
/// # Errors
/// That it is too large, or has other pixels than that, as the end of a sentence.
pub fn of_browser(width: u32, height: u32, rgba: Vec<u8>) -> Result<Picture, String> {
    check_size(u64::from(width), u64::from(height))?;
    let image = RgbaImage::from_raw(width, height, rgba).filter(|_| width > 0 && height > 0);
    let image = image.ok_or_else(|| damaged("it has fewer pixels than it says"))?;
    Ok(composite_on_white(DynamicImage::ImageRgba8(image)))
}

/// The picture as RGB, with white behind transparent pixels.
fn composite_on_white(image: DynamicImage) -> Picture {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let rgb = match image.color().has_alpha() {
        false => image.into_rgb8().into_raw(),
        true => {
            let pixels = image.into_rgba8().into_raw();
            let mix = |value: u8, alpha: u8| {
                let (value, alpha) = (u32::from(value), u32::from(alpha));
                ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
            };
            let pixels = pixels.chunks_exact(4);
            pixels
                .flat_map(|p| [mix(p[0], p[3]), mix(p[1], p[3]), mix(p[2], p[3])])
                .collect()
        }
    };
    Picture {
        width,
        height,
        rgb,
        twelve_bit: false,
    }
}

/// The largest number of 12 bits.
const TWELVE_BITS: u16 = 0xfff;

/// An image of 16 bits a channel that uses 12 of them, by all 16: else it would be nearly black.
fn stretch_twelve_bits(image: DynamicImage) -> (DynamicImage, bool) {
    fn stretch(values: &mut [u16]) -> bool {
        // Below 9 bits it is black, or nearly, also to who made it.
        let used = values.iter().copied().max().unwrap_or(0);
        let is_twelve_bit = (0x100..=TWELVE_BITS).contains(&used);
        if is_twelve_bit {
            values
                .iter_mut()
                .for_each(|value| *value = *value << 4 | *value >> 8);
        }
        is_twelve_bit
    }
    match image {
        DynamicImage::ImageLuma16(mut image) => {
            let stretched = stretch(&mut image);
            (DynamicImage::ImageLuma16(image), stretched)
        }
        DynamicImage::ImageRgb16(mut image) => {
            let stretched = stretch(&mut image);
            (DynamicImage::ImageRgb16(image), stretched)
        }
        image => (image, false),
    }
}

/// Pixels of an image file, as its header says, before anything is decoded; `None` where there is no sound header.
pub fn pixel_count(bytes: &[u8]) -> Option<u64> {
    let (width, height) = match image::guess_format(bytes).ok()? {
        ImageFormat::Jpeg => {
            let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
            decoder.decode_headers().ok()?;
            let (width, height) = decoder.dimensions()?;
            (width as u64, height as u64)
        }
        ImageFormat::Png => png_size(bytes)?,
        format @ (ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Bmp) => {
            let reader = ImageReader::with_format(Cursor::new(bytes), format);
            let (width, height) = reader.into_dimensions().ok()?;
            (width.into(), height.into())
        }
        _ => return None,
    };
    width.checked_mul(height)
}

/// Width and height of a PNG, which its first chunk says.
fn png_size(bytes: &[u8]) -> Option<(u64, u64)> {
    let number = |start: usize| {
        let four = bytes.get(start..start + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_be_bytes(four)))
    };
    (bytes.get(12..16)? == b"IHDR").then_some(())?;
    Some((number(16)?, number(20)?))
}
