//! A person's own images, as the crate `bunsen-images` makes them of files.
//!
//! They come as one byte string, whose format is described there (`collection`), and whose digest the recipe names. Which
//! images are trained on and which are tested with follows from the recipe's seed and the bytes of each file, never from
//! names or the order of files.
//!
//! - [`collection`]: the format, parsed without trusting any length in it, and split into training and test images

mod collection;

use sha2::{Digest as _, Sha256};

use super::{DataError, Dataset, DatasetInfo, hash_in_chunks};
use crate::hex::hex;
use crate::recipe::{Choice, Data, DigestPrefix, Recipe, Scale};
use collection::Collection;

/// The name in a link.
pub const NAME: &str = "own";

/// What is known of a recipe's custom data set before its images are given: its classes have no names yet.
pub fn info(recipe: &Recipe) -> DatasetInfo {
    let input = recipe.input();
    let [channels, height, width] = input.shape;
    DatasetInfo {
        name: NAME.into(),
        title: Data::Own.label().into(),
        synthetic: false,
        classes: (1..=input.classes)
            .map(|class| format!("class {class}"))
            .collect(),
        channels,
        height,
        width,
    }
}

/// The error that a recipe's images were not given, which says what images they are.
pub fn missing(recipe: &Recipe) -> DataError {
    let what = match recipe.own.is_none() {
        true => "This recipe is on your own images, and none are chosen yet.".to_owned(),
        false => format!(
            "This recipe is on somebody's own images, which no link holds: {} classes, {}, with the digest {}.",
            recipe.classes,
            shape_in_words(recipe.size.pixels(), recipe.channels.count()),
            recipe.own
        ),
    };
    DataError::CustomMissing { what }
}

/// The data set of a recipe, from the bytes of a collection. A recipe that names no digest yet takes any.
///
/// # Errors
/// [`DataError`], where the bytes are damaged, or not those that the recipe names.
pub fn read(recipe: &Recipe, bytes: &[u8]) -> Result<Dataset, DataError> {
    let collection = Collection::parse(bytes)?;
    let [channels, size, _] = recipe.input().shape;
    if (collection.size, collection.channels) != (size, channels) {
        return Err(DataError::CustomShape {
            found: shape_in_words(collection.size, collection.channels),
            wanted: shape_in_words(size, channels),
        });
    }
    let found = digest(bytes);
    let wanted = recipe.own.to_string();
    let other_digest = !recipe.own.is_none() && found != wanted;
    if other_digest || collection.classes.len() != recipe.classes as usize {
        return Err(DataError::CustomDigest { found, wanted });
    }
    let (train, test) = collection.split(recipe.seed);
    let scale = normalization(&train.images, channels, size * size);
    let info = DatasetInfo {
        classes: collection.classes,
        ..info(recipe)
    };
    Ok(Dataset {
        scale: Some(scale),
        ..Dataset::new(info, train, test)
    })
}

/// Makes a recipe that names no images yet name these.
///
/// # Errors
/// [`DataError::CustomDamaged`]
pub fn complete(recipe: &mut Recipe, bytes: &[u8]) -> Result<(), DataError> {
    if recipe.own.is_none() {
        recipe.classes = Collection::parse(bytes)?.classes.len() as u64;
        recipe.own = DigestPrefix::parse(&digest(bytes)).unwrap_or_default();
    }
    Ok(())
}

/// The digest that a recipe names images by: the first 16 hexadecimal digits of the SHA-256.
pub fn digest(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash_in_chunks(&mut hash, bytes);
    hex(&hash.finalize()[..8])
}

fn shape_in_words(size: usize, channels: usize) -> String {
    let colour = if channels == 1 { "grey" } else { "in colour" };
    format!("{size}×{size} {colour}")
}

/// Mean and standard deviation of each channel, of pixels scaled to 0 to 1. The sums are of integers, and the few
/// floating-point operations left round in one way everywhere. `plane` is height × width.
///
/// # Shapes
/// - `images`: `[count, channels, height, width]`
fn normalization(images: &[u8], channels: usize, plane: usize) -> Scale {
    let mut histograms = vec![[0u64; 256]; channels];
    for (index, pixels) in images.chunks(plane).enumerate() {
        for byte in pixels {
            histograms[index % channels][usize::from(*byte)] += 1;
        }
    }
    let (mean, deviation) = histograms.iter().map(mean_and_std).unzip();
    Scale { mean, deviation }
}

fn mean_and_std(histogram: &[u64; 256]) -> (f32, f32) {
    let sum = |term: fn(u64) -> u64| -> u64 {
        let counts = (0..256).zip(histogram);
        counts.map(|(byte, count)| term(byte) * count).sum()
    };
    let (count, sum, squares) = (sum(|_| 1), sum(|byte| byte), sum(|byte| byte * byte));
    // The variance times the square of the count.
    let variance = u128::from(count) * u128::from(squares) - u128::from(sum) * u128::from(sum);
    let scale = count.max(1) as f64 * 255.0;
    // Images of one colour have a deviation of 0, which nothing can be divided by.
    let std = ((variance as f64).sqrt() / scale).max(1.0 / 255.0);
    ((sum as f64 / scale) as f32, std as f32)
}

#[cfg(test)]
mod tests;
