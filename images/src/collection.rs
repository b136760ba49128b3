//! A collection in its canonical form: the bytes that the page stores, that the engine is given, and that the digest is of.
//!
//! The form, numbers little-endian: the line `bunsen images 1` with its line feed; size, channels, number of classes and
//! number of images as 32-bit numbers; of each class the length of its name as a 32-bit number and the name in UTF-8; of
//! each image the SHA-256 of its file (of an array's image, of its pixels; of images that are nearly the same, of one of them) and its class as a byte; the pixels of all images, `[channels, size, size]` each.
//! Classes are in the order of their names (of arrays, of their labels), images in the order of their hashes. The npm package writes the same form of images in
//! memory (`crate/js/array-dataset.ts`): the hash is then that of an image's pixels, and classes are in the order that is given.
//!
//! Where a person's own folders split the images, the first line is `bunsen images 2`, and each image has one more byte after its
//! class: 1 where it is tested with, else 0.
//!
//! Where pictures were not cropped, the first line is `bunsen images 3`, and a fifth number follows the four: the sum of 1 where the images
//! are split, and 2 where pictures got borders or 4 where they were squashed.

use sha2::{Digest as _, Sha256};

use crate::fit_samples::FitSample;
use crate::resize::{Fit, Format};

/// The form's first line.
pub const MAGIC: &[u8] = b"bunsen images 1\n";

/// The first line where the images are split already.
pub const SPLIT_MAGIC: &[u8] = b"bunsen images 2\n";

/// The first line where pictures were not cropped.
pub const FIT_MAGIC: &[u8] = b"bunsen images 3\n";

/// A class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Its folder's name.
    pub name: String,
    /// How many images it has.
    pub images: usize,
}

/// An image in a collection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Image<'a> {
    pub hash: [u8; 32],
    pub label: u8,
    /// Whether it is tested with, where that is not the seed's to decide: of all images or of none.
    pub in_test: Option<bool>,
    pub pixels: &'a [u8],
}

/// Labelled images, not yet split into training and test images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// The canonical form.
    pub bytes: Vec<u8>,
    /// The first 16 hexadecimal digits of its SHA-256.
    pub digest: String,
    /// The classes; a label is an index into this list.
    pub classes: Vec<Class>,
    /// What was skipped and why, as sentences.
    pub notices: Vec<String>,
    /// The paths of images to test with that have no class: the trained network can be asked about them.
    pub unlabelled: Vec<String>,
    /// Whether other folders of the images would be other classes.
    pub folders_differ: bool,
    /// The first pictures that are no squares, in every way that makes them square; none where all are squares.
    pub fit_samples: Vec<FitSample>,
}

impl Collection {
    pub(crate) fn new(
        format: Format,
        classes: Vec<Class>,
        images: &[Image<'_>],
        notices: Vec<String>,
    ) -> Self {
        let names: usize = classes.iter().map(|class| 4 + class.name.len()).sum();
        let capacity = MAGIC.len() + 20 + names + images.len() * (34 + format.bytes());
        let mut bytes = Vec::with_capacity(capacity);
        let is_split = images.iter().any(|image| image.in_test.is_some());
        let fit = match format.fit {
            Fit::Crop => None,
            Fit::Pad => Some(2),
            Fit::Squash => Some(4),
        };
        bytes.extend_from_slice(match (fit, is_split) {
            (Some(_), _) => FIT_MAGIC,
            (None, true) => SPLIT_MAGIC,
            (None, false) => MAGIC,
        });
        let numbers = [format.size, format.channels(), classes.len(), images.len()];
        let flags = fit.map(|fit| fit + usize::from(is_split));
        for number in numbers.into_iter().chain(flags) {
            bytes.extend_from_slice(&(number as u32).to_le_bytes());
        }
        for Class { name, .. } in &classes {
            bytes.extend_from_slice(&(name.len() as u32).to_le_bytes());
            bytes.extend_from_slice(name.as_bytes());
        }
        for image in images {
            bytes.extend_from_slice(&image.hash);
            bytes.push(image.label);
            bytes.extend(image.in_test.map(u8::from));
        }
        for image in images {
            bytes.extend_from_slice(image.pixels);
        }
        let digest = Sha256::digest(&bytes);
        let digest = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Collection {
            bytes,
            digest,
            classes,
            notices,
            unlabelled: Vec::new(),
            folders_differ: false,
            fit_samples: Vec::new(),
        }
    }
}
