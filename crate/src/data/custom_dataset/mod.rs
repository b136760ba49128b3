//! A person's own images, as the crate `bunsen-images` makes them of files.
//!
//! They come as one byte string, whose format is described there (`collection`), and whose digest the recipe names. Which
//! images are trained on and which are tested with follows from the recipe's seed and the bytes of each file, never from
//! names or the order of files.
//!
//! - `collection`: the format, parsed without trusting any length in it, and split into training and test images

mod collection;

use sha2::{Digest as _, Sha256};

use super::registry::{Declaration, Source};
use super::{DataError, Dataset, DatasetInfo, hash_in_chunks};
use crate::hex::hex;
use crate::recipe::{
    Choice, ChoiceInfo, DatasetSpec, DigestPrefix, Field, FieldType, Input, InputSpec,
    Normalization, Recipe, choice, options,
};
use collection::Collection;

/// The data set.
pub static CUSTOM: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "own",
            label: TITLE,
            help: "Images from your computer, in a folder for each class. They never leave it.",
        },
        options: OPTIONS,
        // There are as many as a person gives: more than there are is refused once they are read.
        max_examples: 1_000_000,
        input: InputSpec::Options(input),
    },
    title: TITLE,
    classes: &[],
    source: Source::Custom,
};

const TITLE: &str = "Your own images";

/// Its options.
pub static OPTIONS: &[&Field] = &[
    &OWN.field,
    &CLASSES.field,
    &SIZE.field,
    &CHANNELS.field,
    &FIT.field,
    &FOLDER.field,
];

options! {
    Data;
    /// The digest of your own images: a link says which are meant, and holds none of them.
    OWN: DigestPrefix = "own", "", "Images", FieldType::Digest;
    /// How many classes your own images have.
    CLASSES: u64 = "classes", "2", "Classes", FieldType::Integer { min: 2, max: 256 };
    /// What your own images are made into: a square of so many pixels.
    SIZE: Size = "size", "32", "Size", FieldType::Choice(Size::CHOICES);
    /// Whether your own images keep their colours.
    CHANNELS: Channels = "channels", "colour", "Channels", FieldType::Choice(Channels::CHOICES);
    /// How those of your own images that are no squares become squares. Cropped: what is at the edge is lost. With borders: things are smaller. Squashed: shapes change.
    FIT: Fit = "fit", "crop", "If not square", FieldType::Choice(Fit::CHOICES);
    /// Which folder is an image's class, where it lies in several, one within the other.
    FOLDER: Folder = "folder", "auto", "Class folder", FieldType::Choice(Folder::CHOICES);
}

choice! {
    /// The height and width that a person's own images are made into.
    Size {
        S32 = "32", "32×32", "As CIFAR-10's.";
        S28 = "28", "28×28", "As MNIST's.";
    }
}

choice! {
    /// The channels that a person's own images have.
    Channels {
        Colour = "colour", "Colour", "Red, green and blue.";
        Grey = "grey", "Grey", "One channel, ink on paper: white is 0.";
    }
}

choice! {
    /// How a picture that is no square becomes one.
    Fit {
        Crop = "crop", "Cropped", "Its middle is taken, and the rest cut off.";
        Pad = "pad", "With borders", "All of it, with borders at two sides in its edge's mean colour.";
        Squash = "squash", "Squashed", "All of it, made narrower or lower.";
    }
}

choice! {
    /// Which of the folders that hold an image is its class.
    Folder {
        Auto = "auto", "By structure", "The folder that holds it, unless several hold folders of the same name: then these.";
        Inner = "inner", "The inner folder", "The folder that holds it.";
        Outer = "outer", "The outer folder", "The outermost folder that not all images share.";
    }
}

/// The images of a recipe, as networks take them. Their mean and standard deviation are known with the images
/// ([`Dataset::normalization`]); these are stand-ins.
fn input(recipe: &Recipe) -> Input {
    let size = match recipe.get(&SIZE) {
        Size::S32 => 32,
        Size::S28 => 28,
    };
    let (channels, mean, std): (usize, &[f32], &[f32]) = match recipe.get(&CHANNELS) {
        Channels::Colour => (3, &[0.5; 3], &[0.25; 3]),
        Channels::Grey => (1, &[0.5], &[0.25]),
    };
    Input {
        shape: [channels, size, size],
        mean,
        std,
        classes: recipe.get(&CLASSES) as usize,
    }
}

/// How a recipe's pictures become squares: the value of `fit` in its link.
pub fn fit(recipe: &Recipe) -> &'static str {
    recipe.get(&FIT).name()
}

/// Which folder is an image's class: the value of `folder` in a recipe's link. It matters where files are read, and the digest is of what came of them.
pub fn folder(recipe: &Recipe) -> &'static str {
    recipe.get(&FOLDER).name()
}

/// The error that a recipe's images were not given, which says what images they are.
pub fn missing(recipe: &Recipe) -> DataError {
    let input = recipe.input();
    let [channels, size, _] = input.shape;
    let own = recipe.get(&OWN);
    let what = match own.is_none() {
        true => "This recipe is on your own images, and none are chosen yet.".to_owned(),
        false => format!(
            "This recipe is on somebody's own images, which no link holds: {} classes, {}, with the digest {own}.",
            input.classes,
            shape_in_words(size, channels, recipe.get(&FIT))
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
    let input = recipe.input();
    let [channels, size, _] = input.shape;
    let fit = recipe.get(&FIT);
    if (collection.size, collection.channels, collection.fit) != (size, channels, fit) {
        return Err(DataError::CustomShape {
            found: shape_in_words(collection.size, collection.channels, collection.fit),
            wanted: shape_in_words(size, channels, fit),
        });
    }
    let found = digest(bytes);
    let own = recipe.get(&OWN);
    let wanted = own.to_string();
    let other_digest = !own.is_none() && found != wanted;
    if other_digest || collection.classes.len() != input.classes {
        return Err(DataError::CustomDigest { found, wanted });
    }
    let (train, test) = collection.split(recipe.seed);
    let normalization = measure_normalization(&train.images, channels, size * size);
    let info = DatasetInfo {
        classes: collection.classes,
        fit: fit.name(),
        ..CUSTOM.info(input)
    };
    Ok(Dataset {
        normalization: Some(normalization),
        ..Dataset::new(info, train, test)
    })
}

/// Makes a recipe that names no images yet name these.
///
/// # Errors
/// [`DataError::CustomDamaged`]
pub fn complete(recipe: &mut Recipe, bytes: &[u8]) -> Result<(), DataError> {
    if recipe.get(&OWN).is_none() {
        let classes = Collection::parse(bytes)?.classes.len();
        recipe.set(&CLASSES, classes as u64);
        let own = DigestPrefix::parse(&digest(bytes));
        recipe.set(&OWN, own.unwrap_or_default());
    }
    Ok(())
}

/// The digest that a recipe names images by: the first 16 hexadecimal digits of the SHA-256.
pub fn digest(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash_in_chunks(&mut hash, bytes);
    hex(&hash.finalize()[..8])
}

fn shape_in_words(size: usize, channels: usize, fit: Fit) -> String {
    let colour = if channels == 1 { "grey" } else { "in colour" };
    let fit = match fit {
        Fit::Crop => "",
        Fit::Pad => ", with borders",
        Fit::Squash => ", squashed",
    };
    format!("{size}×{size} {colour}{fit}")
}

/// Mean and standard deviation of each channel, of pixels scaled to 0 to 1. The sums are of integers, and the few
/// floating-point operations left round in one way everywhere. `plane` is height × width.
///
/// # Shapes
/// - `images`: `[count, channels, height, width]`
fn measure_normalization(images: &[u8], channels: usize, plane: usize) -> Normalization {
    let mut histograms = vec![[0u64; 256]; channels];
    for (index, pixels) in images.chunks(plane).enumerate() {
        for byte in pixels {
            histograms[index % channels][usize::from(*byte)] += 1;
        }
    }
    let (mean, std) = histograms.iter().map(mean_and_std).unzip();
    Normalization { mean, std }
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
