//! Collects files one by one and builds a collection of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use sha2::{Digest as _, Sha256};

use crate::classes::{self, Place, Role};
use crate::collection::{Class, Collection, Image};
use crate::decode::{decode, pixel_count};
use crate::duplicates::without_duplicates;
use crate::error::{ImagesError, list_some};
use crate::limits;
use crate::paths::{components, is_hidden};
use crate::resize::{Format, resize};
use crate::split;
use crate::zip_entries::ZipEntries;

/// A notice names classes with fewer images than this.
const FEW: usize = 10;

/// A collection that is being built.
#[derive(Debug)]
pub struct CollectionBuilder {
    format: Format,
    images: Vec<ImageFile>,
    skipped: Vec<SkippedFile>,
    decoded: Decoded,
    /// Images with 12 bits in 16-bit files.
    twelve_bit: usize,
    notices: Vec<String>,
}

/// An image that was added.
#[derive(Debug)]
pub(crate) struct ImageFile {
    /// The folders that hold it, and its name.
    pub path: Vec<String>,
    /// The SHA-256 of the file.
    pub hash: [u8; 32],
    /// `[channels, size, size]`
    pub pixels: Vec<u8>,
}

/// A file that is no part of the collection.
#[derive(Debug)]
pub(crate) struct SkippedFile {
    pub path: String,
    pub why: String,
}

/// What was decoded of all images.
#[derive(Debug, Default)]
struct Decoded {
    pixels: u64,
    /// Pixels beyond those of a page, of each image.
    excess: u64,
    bytes: u64,
}

impl Decoded {
    fn add(&mut self, pixels: u64, bytes: u64) {
        self.pixels += pixels;
        self.excess += pixels.saturating_sub(limits::PAGE_PIXELS);
        self.bytes += bytes;
    }

    /// Whether there are more pixels than photographs and pages of so many bytes have.
    fn is_too_much(&self) -> bool {
        self.pixels > limits::FREE_PIXELS + limits::PIXELS_PER_BYTE * self.bytes
            || self.excess > limits::FREE_EXCESS + limits::EXCESS_PER_BYTE * self.bytes
    }
}

impl CollectionBuilder {
    /// An empty one.
    pub fn new(format: Format) -> Self {
        CollectionBuilder {
            format,
            images: Vec::new(),
            skipped: Vec::new(),
            decoded: Decoded::default(),
            twelve_bit: 0,
            notices: Vec::new(),
        }
    }

    /// Adds a file: its path within what was given, and its bytes. A file that is no image is skipped, with a notice.
    ///
    /// # Errors
    /// [`ImagesError`], where the path leads out of its folder, there are too many images, or they have more pixels than
    /// photographs of so many bytes.
    pub fn add_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        let path = components(path)?;
        if is_hidden(&path) {
            return Ok(());
        }
        // Before they are decoded, and counted where decoding fails, too: it takes the same time.
        let count = pixel_count(bytes).filter(|count| *count <= limits::MAX_PIXELS);
        self.decoded.add(count.unwrap_or(0), bytes.len() as u64);
        if self.decoded.is_too_much() {
            return Err(ImagesError::PixelBomb {
                path: path.join("/"),
                pixels: self.decoded.pixels,
                bytes: self.decoded.bytes,
            });
        }
        match decode(bytes) {
            Ok(_) if self.images.len() == limits::MAX_IMAGES => Err(ImagesError::TooManyImages),
            Ok(picture) => {
                self.twelve_bit += usize::from(picture.twelve_bit);
                self.images.push(ImageFile {
                    path,
                    hash: Sha256::digest(bytes).into(),
                    pixels: resize(&picture, self.format),
                });
                Ok(())
            }
            Err(why) => {
                let path = path.join("/");
                let why = known_other(&path).map_or(why, str::to_owned);
                self.skipped.push(SkippedFile { path, why });
                Ok(())
            }
        }
    }

    /// Skips a file that could not be read, with a notice.
    ///
    /// # Errors
    /// [`ImagesError::PathTraversal`]
    pub fn skip_file(&mut self, path: &str, why: &str) -> Result<(), ImagesError> {
        let path = components(path)?;
        if !is_hidden(&path) {
            self.skipped.push(SkippedFile {
                path: path.join("/"),
                why: why.to_owned(),
            });
        }
        Ok(())
    }

    /// Adds the next file of a zip. False where there was none.
    ///
    /// # Errors
    /// Those of [`CollectionBuilder::add_file`] and [`ZipEntries::next_entry`].
    pub fn add_next_entry<R: Read + Seek>(
        &mut self,
        zip: &mut ZipEntries<R>,
    ) -> Result<bool, ImagesError> {
        let Some(entry) = zip.next_entry()? else {
            self.notices.extend(zip.notice_of_repeated());
            return Ok(false);
        };
        match entry.contents {
            Ok(bytes) => self.add_file(&entry.path, &bytes)?,
            Err(why) => self.skip_file(&entry.path, &why)?,
        }
        Ok(true)
    }

    /// Builds the collection. Classes and the person's own split are found as [`classes`] says, classes in the
    /// order of their names' code points; images are in the order of their files' hashes, so that neither file names nor the file
    /// system decide an order.
    ///
    /// # Errors
    /// [`ImagesError`], where no network can be trained on the images.
    pub fn finish(self) -> Result<Collection, ImagesError> {
        let CollectionBuilder {
            format,
            images,
            mut skipped,
            twelve_bit,
            mut notices,
            ..
        } = self;
        let paths: Vec<&[String]> = images.iter().map(|image| image.path.as_slice()).collect();
        let places = classes::find(&paths);
        let last = images.last().map(|image| image.path.clone());
        let count = images.len();
        let (mut labelled, mut unlabelled) = (Vec::new(), Vec::new());
        for (image, Place { class, role }) in images.into_iter().zip(places.places) {
            match class {
                Some(class) => labelled.push(Labelled { class, role, image }),
                None => unlabelled.push(SkippedFile {
                    path: image.path.join("/"),
                    why: "it lies in no class's folder".into(),
                }),
            }
        }
        if labelled.is_empty() {
            let more = after_space(notice_of_skipped(&mut skipped));
            let folder = last.and_then(|mut path| {
                path.pop();
                path.pop()
            });
            return Err(match count {
                0 => ImagesError::NoImages(more),
                images => ImagesError::OneClass {
                    images,
                    folder: folder.unwrap_or_default(),
                    more,
                },
            });
        }
        skipped.extend(unlabelled);
        let found: BTreeSet<&str> = labelled.iter().map(|image| image.class.as_str()).collect();
        if found.len() > limits::MAX_CLASSES {
            let found = found.len();
            return Err(ImagesError::TooManyClasses { found });
        }
        let (labelled, is_split) = split::apply(labelled, &mut notices);
        let labelled = without_duplicates(labelled, &mut skipped, &mut notices);
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for image in &labelled {
            *classes.entry(image.class.clone()).or_default() += 1;
        }
        let notice = notice_of_skipped(&mut skipped);
        check_classes(&classes, after_space(notice.clone()))?;
        if is_split {
            split::check(&labelled)?;
        }
        let notices: Vec<String> = notice
            .into_iter()
            .chain(places.notices)
            .chain(notices)
            .chain(notice_of_twelve_bit(twelve_bit))
            .chain(notice_of_dark(format, &labelled))
            .chain(notice_of_small(&classes))
            .collect();
        let labels: BTreeMap<&str, u8> = classes.keys().map(String::as_str).zip(0..=255).collect();
        let images = labelled.iter().map(|labelled| Image {
            hash: labelled.image.hash,
            label: labels
                .get(labelled.class.as_str())
                .copied()
                .unwrap_or_default(),
            in_test: is_split.then_some(labelled.role == Some(Role::Test)),
            pixels: &labelled.image.pixels,
        });
        let mut images: Vec<_> = images.collect();
        images.sort_by_key(|image| image.hash);
        let classes = classes.iter().map(|(name, images)| Class {
            name: name.clone(),
            images: *images,
        });
        Ok(Collection::new(format, classes.collect(), &images, notices))
    }
}

/// What a file is that is known, and no image.
fn known_other(path: &str) -> Option<&'static str> {
    let path = path.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    if ends(&["-ubyte", "-ubyte.gz"]) {
        return Some(
            "it is a data set's own file: choose that data set, unpack the zip and give its files",
        );
    }
    let table =
        "it is a table, which is not read: put the images of each class into a folder of their own";
    ends(&[".csv", ".tsv", ".xlsx"]).then_some(table)
}

/// An image with its class, and what it is for where a person's own folders say so.
#[derive(Debug)]
pub(crate) struct Labelled {
    pub class: String,
    pub role: Option<Role>,
    pub image: ImageFile,
}

/// Refuses collections that no network can be trained on. `more` is a further sentence for the error.
fn check_classes(classes: &BTreeMap<String, usize>, more: String) -> Result<(), ImagesError> {
    if classes.is_empty() {
        return Err(ImagesError::NoneLeft(more));
    }
    if let (1, Some((folder, images))) = (classes.len(), classes.iter().next()) {
        return Err(ImagesError::OneClass {
            images: *images,
            folder: folder.clone(),
            more,
        });
    }
    match list_smaller(classes, limits::MIN_IMAGES_PER_CLASS) {
        Some(classes) => Err(ImagesError::TooFew { classes, more }),
        None => Ok(()),
    }
}

/// The classes with fewer images than `minimum`, as a list: "cats has 1". None where there are no such classes.
fn list_smaller(classes: &BTreeMap<String, usize>, minimum: usize) -> Option<String> {
    let small: Vec<_> = classes
        .iter()
        .filter(|(_, images)| **images < minimum)
        .collect();
    let named = small
        .iter()
        .map(|(name, images)| format!("{name} has {images}"));
    (!small.is_empty()).then(|| list_some(named))
}

/// A sentence about the files that were skipped, and why.
fn notice_of_skipped(skipped: &mut [SkippedFile]) -> Option<String> {
    skipped.sort_by(|a, b| a.path.cmp(&b.path));
    let named = skipped
        .iter()
        .map(|SkippedFile { path, why }| format!("{path} ({why})"));
    match skipped.len() {
        0 => None,
        1 => Some(format!("1 file was left out: {}.", list_some(named))),
        count => Some(format!(
            "{count} files were left out: {}.",
            list_some(named)
        )),
    }
}

/// A sentence about images whose numbers were read as 12 bits.
fn notice_of_twelve_bit(count: usize) -> Option<String> {
    let images = match count {
        0 => return None,
        1 => "1 image holds".to_owned(),
        count => format!("{count} images hold"),
    };
    Some(format!(
        "{images} 12 bits in a 16-bit file, and would be nearly black: read as 12 bits."
    ))
}

/// A sentence about grey images that are light on dark, as MNIST's are when they are shown: the pad draws dark on light.
fn notice_of_dark(format: Format, images: &[Labelled]) -> Option<String> {
    if format.colour {
        return None;
    }
    // Ink all around, for grey images are inverted.
    let is_dark = |image: &&Labelled| {
        let (first, last) = (0, format.size - 1);
        let is_border = |index: &usize| {
            let (row, column) = (index / format.size, index % format.size);
            [row, column].iter().any(|at| *at == first || *at == last)
        };
        let border = (0..format.bytes()).filter(is_border);
        let sum: usize = border
            .map(|index| usize::from(image.image.pixels[index]))
            .sum();
        sum > 4 * last * 128
    };
    let dark = images.iter().filter(is_dark).count();
    (10 * dark >= 9 * images.len()).then(|| {
        "These images are light on dark, and grey images are taken as ink on paper: what is drawn on the pad is unlike them. Invert the files if it should be like them."
            .to_owned()
    })
}

/// A sentence about the classes with few images.
fn notice_of_small(classes: &BTreeMap<String, usize>) -> Option<String> {
    let classes = list_smaller(classes, FEW)?;
    Some(format!(
        "A class with so few images is learned and tested by chance: {classes}."
    ))
}

/// A further sentence, after a space; nothing where there is none.
fn after_space(sentence: Option<String>) -> String {
    sentence
        .map(|sentence| format!(" {sentence}"))
        .unwrap_or_default()
}
