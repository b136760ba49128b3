//! Makes a collection of what was collected: classes, split, and what a person should know.

use std::collections::{BTreeMap, BTreeSet};

use crate::arrays::{self, Paired};
use crate::builder::{CollectionBuilder, ImageFile, SkippedFile};
use crate::class_folder::ClassFolder;
use crate::classes::{self, Place, Role};
use crate::collection::{Class, Collection, Image};
use crate::duplicates::without_duplicates;
use crate::error::ImagesError;
use crate::labels::{self, Tables};
use crate::limits;
use crate::notices::{
    FILES, FILES_OR_IMAGES, after_space, list_smaller, mostly_dark, notice_of_browser,
    notice_of_skipped, notice_of_small, notice_of_twelve_bit,
};
use crate::part;
use crate::paths::common_prefix;
use crate::resize::Format;
use crate::split;
use crate::twins;

/// What is told of files that are no part of the collection.
#[derive(Debug, Default)]
struct Told {
    skipped: Vec<SkippedFile>,
    /// Sentences about files of known kinds, and about images without a label.
    left_out: Vec<String>,
    /// Sentences about how classes were found.
    found: Vec<String>,
    /// Images to test with that have no class.
    unlabelled: Vec<String>,
    /// Whether other folders of the images would be other classes.
    folders_differ: bool,
}

impl Told {
    /// The sentences about what is left out.
    fn sentences(&mut self, nouns: [&str; 2]) -> Vec<String> {
        let skipped = notice_of_skipped(&mut self.skipped, nouns);
        skipped
            .into_iter()
            .chain(self.left_out.iter().cloned())
            .collect()
    }

    /// The same, as further sentences of an error.
    fn more(&mut self, nouns: [&str; 2]) -> String {
        let sentences = self.sentences(nouns);
        after_space((!sentences.is_empty()).then(|| sentences.join(" ")))
    }
}

impl CollectionBuilder {
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
            class_folder,
            given,
            tables,
            skipped,
            left_out,
            fit_samples,
            twelve_bit,
            by_browser,
            mut notices,
            ..
        } = self;
        let mut told = Told {
            skipped,
            left_out: left_out.notices(),
            found: arrays.notices,
            ..Told::default()
        };
        told.skipped.extend(arrays.skipped);
        let mut labelled = match are_arrays {
            true => {
                told.skipped.extend(tables.unused());
                arrays::labelled(arrays.sets, format, &mut told.found)?
            }
            false => sorted(images, tables, class_folder, &mut told)?,
        };
        let inverted = match !are_arrays && !format.colour {
            true => invert_dark(format, &mut labelled),
            false => None,
        };
        let fit_samples = fit_samples.take(inverted.is_some());
        told.found.extend(inverted);
        let (labelled, is_split) = split::apply(labelled, &mut notices);
        let mut labelled = without_duplicates(labelled, &mut told.skipped, &mut notices);
        if !are_arrays {
            let most = limits::max_images(format);
            notices.extend(part::draw(&mut labelled, given, most, format));
            twins::keep_together(&mut labelled, format, is_split, &mut notices);
        }
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for image in &labelled {
            *classes.entry(image.class.clone()).or_default() += 1;
        }
        let nouns = if are_arrays { FILES_OR_IMAGES } else { FILES };
        check_classes(&classes, told.more(nouns))?;
        if is_split {
            split::check(&labelled)?;
        }
        let left_out = told.sentences(nouns);
        let notices: Vec<String> = left_out
            .into_iter()
            .chain(std::mem::take(&mut told.found))
            .chain(notices)
            .chain(notice_of_twelve_bit(twelve_bit))
            .chain(notice_of_browser(by_browser))
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
        Ok(Collection {
            fit_samples,
            unlabelled: told.unlabelled,
            folders_differ: told.folders_differ,
            ..Collection::new(format, classes.collect(), &images, notices)
        })
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

/// Images with the classes that their folders, their names or tables tell.
///
/// # Errors
/// [`ImagesError`], where nothing tells them, what tells them is contradicted, or there are too many.
fn sorted(
    images: Vec<ImageFile>,
    tables: Tables,
    class_folder: ClassFolder,
    told: &mut Told,
) -> Result<Vec<Labelled>, ImagesError> {
    let paths: Vec<&[String]> = images.iter().map(|image| image.path.as_slice()).collect();
    let places = classes::find(&paths, class_folder);
    let places = labels::apply(tables, &paths, places, &mut told.skipped)?;
    told.found.extend(places.notices);
    told.folders_differ = places.folders_differ;
    let last = images.last().map(|image| image.path.clone());
    let count = images.len();
    let why = match places.from_tables {
        true => "no table tells its class",
        false => "it lies in no class's folder",
    };
    let (mut labelled, mut unlabelled, mut to_ask) = (Vec::new(), Vec::new(), Vec::new());
    for (image, Place { class, role }) in images.into_iter().zip(places.places) {
        match (class, role) {
            (Some(class), role) => labelled.push(Labelled { class, role, image }),
            (None, Some(Role::Test | Role::Validation)) => to_ask.push(image.path),
            (None, _) => unlabelled.push(SkippedFile {
                path: image.path.join("/"),
                why: why.into(),
            }),
        }
    }
    if labelled.is_empty() {
        let more = told.more(FILES);
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
    told.skipped.extend(unlabelled);
    told.left_out.extend(notice_to_ask(&to_ask));
    told.unlabelled = to_ask.iter().map(|path| path.join("/")).collect();
    let found: BTreeSet<&str> = labelled.iter().map(|image| image.class.as_str()).collect();
    match found.len() {
        found if found > limits::MAX_CLASSES => Err(ImagesError::TooManyClasses { found }),
        _ => Ok(labelled),
    }
}

/// A sentence about images to test with of which nothing tells the class.
fn notice_to_ask(paths: &[Vec<String>]) -> Option<String> {
    let folders = paths.iter().filter_map(|path| Some(path.split_last()?.1));
    let shared = common_prefix(folders);
    let folder = paths.first()?.get(..shared).unwrap_or_default().join("/");
    let folder = if folder.is_empty() {
        "the folder to test with"
    } else {
        &folder
    };
    Some(match paths.len() {
        1 => format!(
            "1 image in {folder} has no class and was left out: the trained network can be asked about it."
        ),
        count => format!(
            "{count} images in {folder} have no class and were left out: the trained network can be asked about them."
        ),
    })
}

/// Inverts grey images that are light on dark, as MNIST's are when they are shown, with the sentence that says so: what is drawn on the
/// pad is dark on light, and so are the images of all grey data sets here.
fn invert_dark(format: Format, images: &mut [Labelled]) -> Option<String> {
    let pixels = images.iter().map(|image| image.image.pixels.as_slice());
    if images.is_empty() || !mostly_dark(format, pixels) {
        return None;
    }
    for image in images {
        let pixels = image.image.pixels.iter_mut();
        pixels.for_each(|pixel| *pixel = 255 - *pixel);
    }
    Some(
        "These images are light on dark: they were inverted, so that they are as what is drawn on the pad. A picture of that kind is to be inverted, too, when the network is asked about it."
            .into(),
    )
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
