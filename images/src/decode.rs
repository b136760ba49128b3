//! One file's pixels.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::limits;

/// Decoded pixels, red, green and blue, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Columns, at least 1.
    pub width: usize,
    /// Rows, at least 1.
    pub height: usize,
    /// `[height, width, 3]`
    pub rgb: Vec<u8>,
}

/// The most bytes that a decoder may ask for: a picture of the most pixels, twice, with 4 bytes a pixel.
const ROOM: u64 = 8 * limits::PIXELS;

/// Decodes a PNG, JPEG or WebP file, upright as its camera was held and with white behind what is transparent.
///
/// # Errors
/// What is wrong with the file, as it stands behind its name.
pub fn decode(bytes: &[u8]) -> Result<Picture, String> {
    if bytes.is_empty() {
        return Err("it is empty".into());
    }
    if bytes.len() as u64 > limits::FILE {
        return Err(too_long());
    }
    let image = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => jpeg(bytes)?,
        Ok(format @ (ImageFormat::Png | ImageFormat::WebP)) => other(bytes, format)?,
        _ => return Err("it is no PNG, JPEG or WebP image".into()),
    };
    let picture = on_white(image);
    match picture.width.min(picture.height) {
        0 => Err("it has no pixels".into()),
        _ => Ok(picture),
    }
}

/// Of a file that is larger than any image.
pub(crate) fn too_long() -> String {
    format!("it has more than {} MB", limits::FILE / 1_000_000)
}

/// Asked before anything is decoded.
fn fits(width: u64, height: u64) -> Result<(), String> {
    let most = limits::PIXELS;
    match width.saturating_mul(height) <= most {
        true => Ok(()),
        false => Err(format!(
            "it has {width}×{height} pixels, and {} million in all are the most",
            most / 1_000_000
        )),
    }
}

fn damaged(why: impl std::fmt::Display) -> String {
    format!("it is damaged: {why}")
}

fn jpeg(bytes: &[u8]) -> Result<DynamicImage, String> {
    // Vector instructions round otherwise on other machines.
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
    fits(width as u64, height as u64)?;
    // The decoder would fill up with grey what is missing.
    if !is_whole(bytes) {
        return Err(damaged("it is cut off before its end"));
    }
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

/// Whether the JPEG's end follows its first scan. Segments before that, such as a small preview, are stepped over.
fn is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let [0xff, marker, rest @ ..] = bytes.get(at..).unwrap_or_default() {
        match (marker, rest) {
            (0xff, _) => at += 1,
            (0xda, scan) => return scan.windows(2).any(|two| two == [0xff, 0xd9]),
            (_, [high, low, ..]) => at += 2 + usize::from(u16::from_be_bytes([*high, *low])),
            _ => return false,
        }
    }
    // Bytes between segments: the decoder has an opinion on those.
    true
}

fn other(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, String> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut room = image::Limits::default();
    room.max_alloc = Some(ROOM);
    reader.limits(room);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    fits(u64::from(width), u64::from(height))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn on_white(image: DynamicImage) -> Picture {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let rgb = match image.color().has_alpha() {
        false => image.into_rgb8().into_raw(),
        true => {
            let pixels = image.into_rgba8().into_raw();
            let mix = |value: u8, alpha: u8| {
                let (value, alpha) = (u32::from(value), u32::from(alpha));
                ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
            };
            let each = pixels.chunks_exact(4);
            each.flat_map(|p| [mix(p[0], p[3]), mix(p[1], p[3]), mix(p[2], p[3])])
                .collect()
        }
    };
    Picture { width, height, rgb }
}
