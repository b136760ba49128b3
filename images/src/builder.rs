//! Collects files one by one and builds a collection of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use sha2::{Digest as _, Sha256};

use crate::collection::{Class, Collection, Image};
use crate::decode::decode;
use crate::error::{ImagesError, list_some};
use crate::limits;
use crate::paths::{common_prefix, components, is_hidden};
use crate::resize::{Format, resize};
use crate::zip_entries::ZipEntries;

/// A notice names classes with fewer images than this.
const FEW: usize = 10;

/// A collection that is being built.
#[derive(Debug)]
pub struct CollectionBuilder {
    format: Format,
    images: Vec<ImageFile>,
    skipped: Vec<SkippedFile>,
}

/// An image that was added.
#[derive(Debug)]
struct ImageFile {
    /// The folders that hold it, and its name.
    path: Vec<String>,
    /// The SHA-256 of the file.
    hash: [u8; 32],
    /// `[channels, size, size]`
    pixels: Vec<u8>,
}

/// A file that is no part of the collection.
#[derive(Debug)]
struct SkippedFile {
    path: String,
    why: String,
}

impl CollectionBuilder {
    /// An empty one.
    pub fn new(format: Format) -> Self {
        CollectionBuilder {
            format,
            images: Vec::new(),
            skipped: Vec::new(),
        }
    }

    /// Adds a file: its path within what was given, and its bytes. A file that is no image is skipped, with a notice.
    ///
    /// # Errors
    /// [`ImagesError`], where the path leads out of its folder, or there are too many images.
    pub fn add_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        let path = components(path)?;
        if is_hidden(&path) {
            return Ok(());
        }
        match decode(bytes) {
            Ok(_) if self.images.len() == limits::MAX_IMAGES => Err(ImagesError::TooManyImages),
            Ok(picture) => {
                self.images.push(ImageFile {
                    path,
                    hash: Sha256::digest(bytes).into(),
                    pixels: resize(&picture, self.format),
                });
                Ok(())
            }
            Err(why) => {
                let path = path.join("/");
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
            return Ok(false);
        };
        match entry.contents {
            Ok(bytes) => self.add_file(&entry.path, &bytes)?,
            Err(why) => self.skip_file(&entry.path, &why)?,
        }
        Ok(true)
    }

    /// Builds the collection. Classes are the folders that hold the images, in the order of their names' code points; images are
    /// in the order of their files' hashes, so that neither file names nor the file system decide an order.
    ///
    /// # Errors
    /// [`ImagesError`], where no network can be trained on the images.
    pub fn finish(self) -> Result<Collection, ImagesError> {
        let CollectionBuilder {
            format,
            images,
            mut skipped,
        } = self;
        let prefix = common_prefix(images.iter().map(|image| folders(&image.path)));
        let count = images.len();
        let mut single_folder = String::new();
        let (mut labelled, mut unlabelled) = (Vec::new(), Vec::new());
        for image in images {
            let folders = folders(&image.path);
            match folders.get(prefix..).and_then(<[String]>::last) {
                Some(class) => labelled.push((class.clone(), image)),
                None => {
                    single_folder = folders.last().cloned().unwrap_or_default();
                    unlabelled.push(SkippedFile {
                        path: image.path.join("/"),
                        why: "it lies in no class's folder".into(),
                    });
                }
            }
        }
        if labelled.is_empty() {
            return Err(match count {
                0 => ImagesError::NoImages(after_space(notice_of_skipped(&mut skipped))),
                images => ImagesError::OneClass {
                    images,
                    folder: single_folder,
                    more: after_space(notice_of_skipped(&mut skipped)),
                },
            });
        }
        skipped.extend(unlabelled);
        let (labelled, notice_of_duplicates) = without_duplicates(labelled, &mut skipped);
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for (class, _) in &labelled {
            *classes.entry(class.clone()).or_default() += 1;
        }
        let notice = notice_of_skipped(&mut skipped);
        check_classes(&classes, after_space(notice.clone()))?;
        let notices = [notice, notice_of_duplicates, notice_of_small(&classes)];
        let labels: BTreeMap<&str, u8> = classes.keys().map(String::as_str).zip(0..=255).collect();
        let images = labelled.iter().map(|(class, image)| Image {
            hash: image.hash,
            label: labels.get(class.as_str()).copied().unwrap_or_default(),
            pixels: &image.pixels,
        });
        let mut images: Vec<_> = images.collect();
        images.sort_by_key(|image| image.hash);
        let classes = classes.iter().map(|(name, images)| Class {
            name: name.clone(),
            images: *images,
        });
        let notices = notices.into_iter().flatten().collect();
        Ok(Collection::new(format, classes.collect(), &images, notices))
    }
}

/// The folders of a path, without the file's name.
fn folders(path: &[String]) -> &[String] {
    path.split_last().map_or(&[], |(_, folders)| folders)
}

/// Each image once, and a notice of the duplicates. An image in the folders of two classes has no certain label, and is skipped.
fn without_duplicates(
    labelled: Vec<(String, ImageFile)>,
    skipped: &mut Vec<SkippedFile>,
) -> (Vec<(String, ImageFile)>, Option<String>) {
    let mut by_hash: BTreeMap<[u8; 32], Vec<(String, ImageFile)>> = BTreeMap::new();
    for (class, image) in labelled {
        by_hash.entry(image.hash).or_default().push((class, image));
    }
    let (mut unique, mut duplicates) = (Vec::new(), Vec::new());
    for mut equal in by_hash.into_values() {
        equal.sort_by(|a, b| a.1.path.cmp(&b.1.path));
        let classes: BTreeSet<&str> = equal.iter().map(|(class, _)| class.as_str()).collect();
        if classes.len() > 1 {
            let classes: Vec<_> = classes.into_iter().map(str::to_owned).collect();
            skipped.extend(equal.into_iter().map(|(_, image)| SkippedFile {
                path: image.path.join("/"),
                why: format!("the same image lies in {}", classes.join(" and in ")),
            }));
            continue;
        }
        let mut equal = equal.into_iter();
        if let Some(first) = equal.next() {
            let paths = equal.map(|(_, image)| (image.path.join("/"), first.1.path.join("/")));
            duplicates.extend(paths);
            unique.push(first);
        }
    }
    duplicates.sort();
    let notice = match duplicates.len() {
        0 => None,
        count => {
            let named = duplicates
                .into_iter()
                .map(|(path, first)| format!("{path} is {first}"));
            let files = if count == 1 {
                "1 file holds"
            } else {
                &format!("{count} files hold")
            };
            Some(format!(
                "{files} an image that is there already, which counts once: {}.",
                list_some(named)
            ))
        }
    };
    (unique, notice)
}

/// Refuses collections that no network can be trained on. `more` is a further sentence for the error.
fn check_classes(classes: &BTreeMap<String, usize>, more: String) -> Result<(), ImagesError> {
    if classes.len() > limits::MAX_CLASSES {
        let found = classes.len();
        return Err(ImagesError::TooManyClasses { found });
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
