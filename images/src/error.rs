//! What can be wrong with somebody's files as a whole, as sentences. What is wrong with one file leaves that file out.

use crate::limits;

/// Why there is no data set in what was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImagesError {
    /// Nothing that can be used.
    #[error(
        "There is no image to be used in it: images are PNG, JPEG or WebP files, in a folder for each class.{0}"
    )]
    NoImages(String),
    /// All images in one folder.
    #[error(
        "All {images} images lie in one folder{}: a network that tells classes apart needs at least two folders with images, one for each class.{more}", named(.folder)
    )]
    OneClass {
        /// How many.
        images: usize,
        /// Its name; empty where they lie in none.
        folder: String,
        /// What was left out, as a further sentence.
        more: String,
    },
    /// Classes with too few images.
    #[error(
        "Each class needs at least {} images, one to train on and one to test with; {classes}. Add images, or take the folder out.{more}",
        limits::OF_A_CLASS
    )]
    TooFew {
        /// "cats has 1".
        classes: String,
        /// What was left out, as a further sentence.
        more: String,
    },
    /// More classes than a label can count.
    #[error(
        "There are {found} folders with images, and {} classes are the most. The folder that holds an image is its class.",
        limits::CLASSES
    )]
    TooManyClasses {
        /// How many.
        found: usize,
    },
    /// More images than are taken.
    #[error(
        "There are more than {} images, which is the most that are taken.",
        limits::IMAGES
    )]
    TooManyImages,
    /// What is no zip.
    #[error(
        "{0} cannot be read as a zip: {1}. It may be cut off or of another kind; pack the folder again."
    )]
    NoZip(String, String),
    /// A zip of very many members.
    #[error("The zip holds {found} files, and {} are the most.", limits::MEMBERS)]
    TooManyMembers {
        /// How many.
        found: usize,
    },
    /// A member that needs a password.
    #[error("{0} in the zip is encrypted. Pack the folder without a password.")]
    Encrypted(String),
    /// A path that leaves the archive's folder.
    #[error("{0} is a path that leads out of the archive. Such an archive is not opened.")]
    Climbs(String),
    /// A zip that unpacks to far too much.
    #[error(
        "The zip unpacks to more than {} MB, {} times its own size or more, which no folder of images does. It was not unpacked further.", .0 / 1_000_000, limits::TIMES
    )]
    Bomb(u64),
    /// A tar that cannot be read.
    #[error("{0} cannot be read as a tar archive: {1}. It may be cut off: fetch it again.")]
    NoTar(String, String),
    /// A tar that goes on for too long.
    #[error("{name} unpacks to more than {} MB, which no data set's archive does. It was not unpacked further.", limits::TAR / 1_000_000)]
    EndlessTar {
        /// Its name.
        name: String,
    },
    /// A tar without what is wanted.
    #[error("{0} does not hold {1}.")]
    NotInTar(String, String),
}

fn named(folder: &str) -> String {
    match folder {
        "" => String::new(),
        name => format!(", {name}"),
    }
}

/// A few names, and how many more there are.
pub(crate) fn some(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(limits::NAMED);
    let named: Vec<_> = names.take(limits::NAMED).collect();
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
