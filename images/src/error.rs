//! What can be wrong with a person's files as a whole, as sentences. A file that is wrong by itself is skipped.

use crate::limits;
use crate::resize::Format;

/// Why there is no collection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImagesError {
    /// No image among the files.
    #[error(
        "There is no image to be used in it: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class, or files of arrays with labels (IDX, npz, CSV).{0}"
    )]
    NoImages(String),
    /// All images are in one folder.
    #[error(
        "{}{}: a network that tells classes apart needs at least two folders with images, one for each class.{more}", all_in_one(*.images), named(.folder)
    )]
    OneClass {
        /// How many.
        images: usize,
        /// Its name; empty where they are in none.
        folder: String,
        /// What was skipped, as a further sentence.
        more: String,
    },
    /// No image is left.
    #[error("No image is left to train on.{0}")]
    NoneLeft(String),
    /// A class has too few images.
    #[error(
        "Each class needs at least {} images, one to train on and one to test with; {classes}. Add images, or take the class out.{more}",
        limits::MIN_IMAGES_PER_CLASS
    )]
    TooFew {
        /// "cats has 1".
        classes: String,
        /// What was skipped, as a further sentence.
        more: String,
    },
    /// There are more classes than labels.
    #[error(
        "There are {found} folders with images, and {} classes are the most. The folder that holds an image is its class.",
        limits::MAX_CLASSES
    )]
    TooManyClasses {
        /// How many.
        found: usize,
    },
    /// There are more images than are looked at.
    #[error(
        "There are {found} images, and {} are the most that are looked at. Give a part of them.",
        limits::MAX_GIVEN_IMAGES
    )]
    TooManyGiven {
        /// How many.
        found: usize,
    },
    /// Arrays hold too many images.
    #[error("{}", too_many(*.found, *.format))]
    TooManyImages {
        /// How many.
        found: usize,
        /// What they are made into.
        format: Format,
    },
    /// Arrays that make no data set.
    #[error("{0}")]
    Arrays(String),
    /// Arrays that unpack to too many bytes.
    #[error(
        "{path} and the files before it unpack to more than {} MB of numbers. They were not unpacked further.", limits::MAX_ARRAYS_BYTES / 1_000_000
    )]
    ArrayBomb {
        /// The file that went beyond the limit.
        path: String,
    },
    /// A zip that cannot be read.
    #[error(
        "{0} cannot be read as a zip: {1}. It may be cut off or of another kind; pack the folder again."
    )]
    InvalidZip(String, String),
    /// A zip that could be read no further.
    #[error(
        "{0} could not be read to its end ({1}): it may have changed meanwhile. Give it again."
    )]
    Unreadable(String, String),
    /// A zip with too many entries.
    #[error(
        "The zip holds {found} files, and {} are the most.",
        limits::MAX_ENTRIES
    )]
    TooManyEntries {
        /// How many.
        found: usize,
    },
    /// An entry that needs a password.
    #[error("{0} in the zip is encrypted. Pack the folder without a password.")]
    Encrypted(String),
    /// A path that leads out of the archive's folder.
    #[error("{0} is a path that leads out of the archive. Such an archive is not opened.")]
    PathTraversal(String),
    /// A zip that unpacks to too many bytes.
    #[error(
        "The zip unpacks to more than {} MB, {} times its own size or more, which no folder of images does. It was not unpacked further.", .0 / 1_000_000, limits::MAX_RATIO
    )]
    ZipBomb(u64),
    /// Images that unpack to too many pixels.
    #[error(
        "{path} and the images before it have more than {} million pixels in {} KB, which no photographs have. They were not unpacked further.", .pixels / 1_000_000, .bytes.div_ceil(1000)
    )]
    PixelBomb {
        /// The image that went beyond the limit.
        path: String,
        /// Pixels of all images so far.
        pixels: u64,
        /// Bytes of their files.
        bytes: u64,
    },
    /// Tables of classes that contradict each other, or the folders.
    #[error("{0}")]
    Labels(String),
    /// The person's own folders of training and test images do not make a data set.
    #[error("{0}")]
    Split(String),
    /// A tar that cannot be read.
    #[error("{0} cannot be read as a tar archive: {1}. It may be cut off: fetch it again.")]
    InvalidTar(String, String),
    /// A tar that is too long.
    #[error("{name} unpacks to more than {} MB, which no data set's archive does. It was not unpacked further.", limits::MAX_TAR_BYTES / 1_000_000)]
    EndlessTar {
        /// Its name.
        name: String,
    },
    /// A tar with a name that is no name.
    #[error("{name} holds a file with a name of more than {} KB, which no data set's archive does. It was not unpacked further.", limits::MAX_NAME_BYTES / 1000)]
    LongTarName {
        /// The archive's name.
        name: String,
    },
    /// A pickle that is no batch of images.
    #[error(
        "{file} in {name} cannot be read: {why}. A pickle is read as data here and never run; the binary version of the archive has none."
    )]
    InvalidPickle {
        /// The archive's name.
        name: String,
        /// The file in it.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A picture whose rows are no images.
    #[error("{0} cannot be read as a sheet of images: {1}.")]
    InvalidSheet(String, String),
    /// A file that is none of SVHN's.
    #[error("{0} cannot be read as a file of SVHN: {1}.")]
    InvalidMat(String, String),
    /// A tar or a zip without a requested file.
    #[error("{0} does not hold {1}.")]
    MissingInTar(String, String),
}

fn all_in_one(images: usize) -> String {
    match images {
        1 => "The only image lies in one folder".into(),
        images => format!("All {images} images lie in one folder"),
    }
}

/// How many images there are, what they take, and what there may be more of.
fn too_many(found: usize, format: Format) -> String {
    let most = limits::max_images(format);
    let smallest = Format {
        size: 28,
        colour: false,
        ..format
    };
    let smaller = match format == smallest {
        true => String::new(),
        false => format!(
            ", or make them 28×28 in grey, of which there may be {}",
            limits::max_images(smallest)
        ),
    };
    let takes = limits::in_words(found as u64 * format.bytes() as u64);
    let Format { size, colour, .. } = format;
    let channels = if colour { "colour" } else { "grey" };
    format!(
        "There are {found} images, {takes} of {size}×{size} pixels in {channels}, and {most} ({}) are the most of that size. Give fewer images{smaller}.",
        limits::in_words((most * format.bytes()) as u64)
    )
}

fn named(folder: &str) -> String {
    match folder {
        "" => String::new(),
        name => format!(", {name}"),
    }
}

/// A list of the first names, and how many others there are.
pub(crate) fn list_some(names: impl ExactSizeIterator<Item = String>) -> String {
    let others = names.len().saturating_sub(limits::MAX_NAMED);
    let named: Vec<_> = names.take(limits::MAX_NAMED).collect();
    match others {
        0 => named.join(", "),
        others => format!("{} and {others} more", named.join(", ")),
    }
}
