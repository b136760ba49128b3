// `src/picture.rs`: files decoded, and made into small squares. crate/examples/as_code_own has it as a file, by which the images crate's
// tests hold it to that crate.

export const PICTURE_RS = `//! The pixels of a file, and the small square that a network is given.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::load::{Fit, Recipe};

/// Decodes a file, upright and with white behind transparent pixels.
pub fn decode(bytes: &[u8]) -> Result<RgbImage, String> {
    let image = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => decode_jpeg(bytes)?,
        Ok(
            format @ (ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Bmp),
        ) => {
            let reader = ImageReader::with_format(Cursor::new(bytes), format);
            let mut decoder = reader.into_decoder().map_err(damaged)?;
            let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
            let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
            image.apply_orientation(orientation);
            image
        }
        _ => return Err("it is no PNG, JPEG, WebP, GIF or BMP image".into()),
    };
    if !image.color().has_alpha() {
        return Ok(by_all_bits(image).into_rgb8());
    }
    let mix = |value: u8, alpha: u8| {
        ((u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
    };
    let image = image.into_rgba8();
    Ok(RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image[(x, y)].0;
        [mix(red, alpha), mix(green, alpha), mix(blue, alpha)].into()
    }))
}

fn damaged(why: impl std::fmt::Display) -> String {
    format!("it is damaged: {why}")
}

fn decode_jpeg(bytes: &[u8]) -> Result<DynamicImage, String> {
    // Vector instructions, which round differently on different machines, are off.
    let options = DecoderOptions::default()
        .set_use_unsafe(false)
        .set_strict_mode(false)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    // The decoder would fill what is missing with grey.
    let last_scan = bytes.windows(2).rposition(|two| two == [0xff, 0xda]);
    if !bytes[last_scan.unwrap_or(0)..]
        .windows(2)
        .any(|two| two == [0xff, 0xd9])
    {
        return Err(damaged("it is cut off before its end"));
    }
    decoder.set_options(options.set_strict_mode(true));
    let orientation = decoder
        .exif()
        .and_then(|exif| Orientation::from_exif_chunk(exif));
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| damaged("it has no size"))?;
    let pixels = decoder.decode().map_err(damaged)?;
    let image = RgbImage::from_raw(width as u32, height as u32, pixels);
    let mut image = DynamicImage::ImageRgb8(image.ok_or_else(|| damaged("it has too few pixels"))?);
    image.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(image)
}

/// An image that has 12 bits in 16, as scanners write them, by all of them.
fn by_all_bits(mut image: DynamicImage) -> DynamicImage {
    let values: &mut [u16] = match &mut image {
        DynamicImage::ImageLuma16(image) => image,
        DynamicImage::ImageRgb16(image) => image,
        _ => return image,
    };
    if (0x100..=0xfff).contains(&values.iter().copied().max().unwrap_or(0)) {
        values
            .iter_mut()
            .for_each(|value| *value = *value << 4 | *value >> 8);
    }
    image
}

/// A picture as a small square: the mean of what lies under each of its pixels, in integers.
pub fn squared(picture: &RgbImage, recipe: &Recipe) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let [across, down] = match recipe.fit {
        Fit::Crop => [width.min(height); 2],
        Fit::Pad => [width.max(height); 2],
        Fit::Squash => [width, height],
    };
    let border = border(picture);
    let (columns, rows) = (
        shares(across, width, recipe.size),
        shares(down, height, recipe.size),
    );
    let total = |shares: &[(usize, u64)]| shares.iter().map(|(_, share)| share).sum::<u64>();
    let area = (across * down) as u64;
    let mut planes = [vec![], vec![], vec![]];
    for row in &rows {
        for column in &columns {
            let outside = area - total(row) * total(column);
            let mut sums = border.map(|border| outside * border);
            for (y, of_row) in row {
                for (x, of_column) in column {
                    let pixel = picture[(*x as u32, *y as u32)].0;
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += of_row * of_column * u64::from(value);
                    }
                }
            }
            for (plane, sum) in planes.iter_mut().zip(sums) {
                plane.push(((2 * sum + area) / (2 * area)) as u8);
            }
        }
    }
    if recipe.colour {
        return planes.concat();
    }
    let grey = |at: usize| {
        let [red, green, blue] = [0, 1, 2].map(|channel| u32::from(planes[channel][at]));
        255 - ((19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16) as u8
    };
    (0..recipe.size * recipe.size).map(grey).collect()
}

/// Of each of \`size\` pixels: which of a picture's lie under it, and how much of each. The picture is in the middle of a side that is
/// longer or shorter than its own \`length\`.
fn shares(side: usize, length: usize, size: usize) -> Vec<Vec<(usize, u64)>> {
    let (before, cut) = (
        side.saturating_sub(length) / 2,
        length.saturating_sub(side) / 2,
    );
    let share = |at: usize, place: usize| {
        let (start, end) = (
            (at * side).max(place * size),
            ((at + 1) * side).min((place + 1) * size),
        );
        let pixel = (place + cut)
            .checked_sub(before)
            .filter(|pixel| *pixel < length);
        pixel.map(|pixel| (pixel, (end - start) as u64))
    };
    let of_one = |at: usize| {
        (at * side / size..((at + 1) * side).div_ceil(size))
            .filter_map(|place| share(at, place))
            .collect()
    };
    (0..size).map(of_one).collect()
}

/// The mean colour of a picture's outermost pixels.
fn border(picture: &RgbImage) -> [u64; 3] {
    let (width, height) = picture.dimensions();
    let across = (0..width).flat_map(|x| [(x, 0), (x, height - 1)]);
    let down = (0..height).flat_map(|y| [(0, y), (width - 1, y)]);
    let count = 2 * u64::from(width + height);
    let mut sums = [0u64; 3];
    for place in across.chain(down) {
        sums.iter_mut()
            .zip(picture[place].0)
            .for_each(|(sum, value)| *sum += u64::from(value));
    }
    sums.map(|sum| (2 * sum + count) / (2 * count))
}

/// Whether nine in ten grey images have ink at their edge, which paper has not: these are inverted.
pub fn light_on_dark<'a>(images: impl Iterator<Item = &'a [u8]>, size: usize) -> bool {
    let is_edge = |at: &usize| {
        [at / size, at % size]
            .iter()
            .any(|at| [0, size - 1].contains(at))
    };
    let edge: Vec<usize> = (0..size * size).filter(is_edge).collect();
    let (mut dark, mut all) = (0, 0);
    for image in images {
        dark += usize::from(
            edge.iter().map(|at| usize::from(image[*at])).sum::<usize>() > 4 * (size - 1) * 128,
        );
        all += 1;
    }
    10 * dark >= 9 * all
}
`;
