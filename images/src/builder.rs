//! Collects files one by one and builds a collection of them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use crate::arrays::{self, Arrays, Paired};
use crate::classes::{self, Place, Role};
use crate::collection::{Class, Collection, Image};
use crate::decode::{decode, pixel_count, too_large};
use crate::duplicates::without_duplicates;
use crate::error::ImagesError;
use crate::limits;
use crate::notices::{
    FILES, FILES_OR_IMAGES, after_space, list_smaller, notice_of_dark, notice_of_skipped,
    notice_of_small, notice_of_twelve_bit,
};
use crate::paths::{components, is_hidden, is_named_as_image, known_other};
use crate::resize::{Format, resize};
use crate::split;
use crate::zip_entries::ZipEntries;

/// A collection that is being built.
#[derive(Debug)]
pub struct CollectionBuilder {
    format: Format,
    images: Vec<ImageFile>,
    arrays: Arrays,
    skipped: Vec<SkippedFile>,
    decoded: Decoded,
    /// Images with 12 bits in 16-bit files.
    twelve_bit: usize,
    /// Files with the names of images.
    announced: usize,
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
            arrays: Arrays::default(),
            skipped: Vec::new(),
            decoded: Decoded::default(),
            twelve_bit: 0,
            announced: 0,
            notices: Vec::new(),
        }
    }

    /// Refuses more images than a data set may have, by the names of all files, before the first is read.
    ///
    /// # Errors
    /// [`ImagesError::TooManyImages`], and [`ImagesError::PathTraversal`].
    pub fn announce<'a>(
        &mut self,
        paths: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), ImagesError> {
        for path in paths {
            let path = components(path)?;
            self.announced += usize::from(!is_hidden(&path) && is_named_as_image(&path));
        }
        match self.announced > limits::max_images(self.format) {
            true => Err(ImagesError::TooManyImages {
                found: Some(self.announced),
                format: self.format,
            }),
            false => Ok(()),
        }
    }

    /// Adds a file: its path within what was given, and its bytes. A file that holds neither an image nor arrays is skipped, with a notice.
    ///
    /// # Errors
    /// [`ImagesError`], where the path leads out of its folder, there are too many images, or they have more pixels than
    /// photographs of so many bytes.
    pub fn add_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        let path = components(path)?;
        if is_hidden(&path) {
            return Ok(());
        }
        if self.arrays.add(&path.join("/"), bytes)? {
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
            Ok(_) if self.images.len() == limits::max_images(self.format) => {
                Err(ImagesError::TooManyImages {
                    found: None,
                    format: self.format,
                })
            }
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

    /// Takes note of a file that is larger than any that is read, before it is read: by its size, and by its beginning, of
    /// [`arrays::START`] bytes. An image is skipped, with a notice. False where it may be read.
    ///
    /// # Errors
    /// [`ImagesError::PathTraversal`]
    pub fn skip_too_large(
        &mut self,
        path: &str,
        bytes: u64,
        start: &[u8],
    ) -> Result<bool, ImagesError> {
        if bytes <= limits::MAX_FILE_BYTES {
            return Ok(false);
        }
        let components = components(path)?;
        if arrays::are_arrays(start) && !is_hidden(&components) {
            return Ok(self.arrays.skip_too_large(&components.join("/"), bytes));
        }
        self.skip_file(path, &too_large(bytes))?;
        Ok(true)
    }

    /// Adds the next file of a zip. False where there was none.
    ///
    /// # Errors
    /// Those of [`CollectionBuilder::add_file`] and [`ZipEntries::next_entry`].
    pub fn add_next_entry(&mut self, zip: &mut ZipEntries<'_>) -> Result<bool, ImagesError> {
        if zip.progress().0 == 0 {
            self.announce(zip.paths())?;
        }
        let Some(entry) = zip.next_entry()? else {
            self.notices.extend(zip.notice_of_repeated());
            return Ok(false);
        };
        match entry.contents {
            Ok(bytes) => self.add_file(&entry.path, &bytes)?,
            Err(why) if entry.are_arrays => {
                let path = components(&entry.path)?.join("/");
                self.arrays.fault(&path, &why);
            }
            Err(why) => self.skip_file(&entry.path, &why)?,
        }
        Ok(true)
    }

    /// Builds the collection. Classes and the person's own split are found as [`classes`] says, classes in the
    /// order of their names' code points; images are in the order of their files' hashes, so that neither file names nor the file
    /// system decide an order. The classes of arrays are their labels, in the order of the numbers.
    ///
    /// # Errors
    /// [`ImagesError`], where no network can be trained on the images.
    pub fn finish(mut self) -> Result<Collection, ImagesError> {
        let format = self.format;
        let arrays = self.take_arrays()?;
        let are_arrays = !arrays.sets.is_empty();
        let CollectionBuilder {
            images,
            mut skipped,
            twelve_bit,
            mut notices,
            ..
        } = self;
        skipped.extend(arrays.skipped);
        let mut found = arrays.notices;
        let labelled = match are_arrays {
            true => arrays::labelled(arrays.sets, format, &mut found)?,
            false => in_folders(images, &mut skipped, &mut found)?,
        };
        let (labelled, is_split) = split::apply(labelled, &mut notices);
        let labelled = without_duplicates(labelled, &mut skipped, &mut notices);
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for image in &labelled {
            *classes.entry(image.class.clone()).or_default() += 1;
        }
        let nouns = if are_arrays { FILES_OR_IMAGES } else { FILES };
        let notice = notice_of_skipped(&mut skipped, nouns);
        check_classes(&classes, after_space(notice.clone()))?;
        if is_split {
            split::check(&labelled)?;
        }
        let notices: Vec<String> = notice
            .into_iter()
            .chain(found)
            .chain(notices)
            .chain(notice_of_twelve_bit(twelve_bit))
            .chain(notice_of_dark(format, &labelled).filter(|_| !are_arrays))
            .chain(notice_of_small(&classes))
            .collect();
        let mut names: Vec<&str> = Vec::new();
        for name in classes.keys() {
            let number = |name: &str| name.parse::<i64>().unwrap_or_default();
            let at = match are_arrays {
                true => names.partition_point(|other| number(other) < number(name)),
                false => names.len(),
            };
            names.insert(at, name);
        }
        let labels: BTreeMap<&str, u8> = names.iter().copied().zip(0..=255).collect();
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
        let classes = names.iter().map(|name| Class {
            name: (*name).to_owned(),
            images: classes.get(*name).copied().unwrap_or_default(),
        });
        Ok(Collection::new(format, classes.collect(), &images, notices))
    }

    /// What the arrays hold. Arrays beside images are left out where they make no data set, with a notice.
    ///
    /// # Errors
    /// [`ImagesError::Arrays`]
    fn take_arrays(&mut self) -> Result<Paired, ImagesError> {
        match (std::mem::take(&mut self.arrays).pair(), self.images.len()) {
            (Err(why), 0) => Err(ImagesError::Arrays(why)),
            (Err(why), _) => {
                self.notices.push(why);
                Ok(Paired::default())
            }
            (Ok(paired), 1..) if !paired.sets.is_empty() => Err(ImagesError::Arrays(format!(
                "There are both image files and arrays with labels ({}) among these files: give one of the two.",
                paired.sets[0].path
            ))),
            (Ok(paired), _) => Ok(paired),
        }
    }
}

/// Images with the classes that their folders tell.
///
/// # Errors
/// [`ImagesError`], where they tell none, or too many.
fn in_folders(
    images: Vec<ImageFile>,
    skipped: &mut Vec<SkippedFile>,
    notices: &mut Vec<String>,
) -> Result<Vec<Labelled>, ImagesError> {
    let paths: Vec<&[String]> = images.iter().map(|image| image.path.as_slice()).collect();
    let places = classes::find(&paths);
    notices.extend(places.notices);
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
        let more = after_space(notice_of_skipped(skipped, FILES));
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
    match found.len() {
        found if found > limits::MAX_CLASSES => Err(ImagesError::TooManyClasses { found }),
        _ => Ok(labelled),
    }
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
