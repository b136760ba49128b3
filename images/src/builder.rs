//! Collects files one by one; `finish` makes a collection of them.

use crate::arrays::{self, Arrays};
use crate::class_folder::ClassFolder;
use crate::decode::{Picture, decode, of_browser, too_large};
use crate::error::ImagesError;
use crate::fit_samples::FitSamples;
use crate::inner_zips::InnerZips;
use crate::kinds::{Kind, LeftOut};
use crate::labels::Tables;
use crate::limits;
use crate::part;
use crate::paths::{components, is_hidden, is_named_as_image, known_other};
use crate::prepared::{PreparedImage, countable};
use crate::resize::Format;
use crate::zip_entries::is_zip;

/// A collection that is being built.
#[derive(Debug)]
pub struct CollectionBuilder {
    pub(crate) format: Format,
    pub(crate) class_folder: ClassFolder,
    pub(crate) images: Vec<ImageFile>,
    /// How many images were added, those too that there was no room for.
    pub(crate) given: usize,
    pub(crate) arrays: Arrays,
    /// Tables and lists that may tell the images' classes.
    pub(crate) tables: Tables,
    pub(crate) skipped: Vec<SkippedFile>,
    /// Files that are known and not read.
    pub(crate) left_out: LeftOut,
    decoded: Decoded,
    pub(crate) inner: InnerZips,
    pub(crate) fit_samples: FitSamples,
    /// Images with 12 bits in 16-bit files.
    pub(crate) twelve_bit: usize,
    /// Images that a browser decoded.
    pub(crate) by_browser: usize,
    /// Whether it may decode those in zips.
    pub(crate) is_for_browser: bool,
    /// Files of zips that it may decode: their paths and their bytes.
    pub(crate) for_browser: Vec<(String, Vec<u8>)>,
    /// How many files were left out that some browsers show.
    shown_by_browsers: usize,
    /// Files with the names of images.
    announced: usize,
    pub(crate) notices: Vec<String>,
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
            class_folder: ClassFolder::Auto,
            images: Vec::new(),
            given: 0,
            arrays: Arrays::default(),
            tables: Tables::default(),
            skipped: Vec::new(),
            left_out: LeftOut::default(),
            decoded: Decoded::default(),
            inner: InnerZips::default(),
            fit_samples: FitSamples::default(),
            twelve_bit: 0,
            by_browser: 0,
            is_for_browser: false,
            for_browser: Vec::new(),
            shown_by_browsers: 0,
            announced: 0,
            notices: Vec::new(),
        }
    }

    /// The same, with the classes of those folders.
    pub fn with_class_folder(self, class_folder: ClassFolder) -> Self {
        CollectionBuilder {
            class_folder,
            ..self
        }
    }

    /// Refuses more images than are looked at, by the names of all files, before the first is read.
    ///
    /// # Errors
    /// [`ImagesError::TooManyGiven`], and [`ImagesError::PathTraversal`].
    pub fn announce<'a>(
        &mut self,
        paths: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), ImagesError> {
        for path in paths {
            let path = components(path)?;
            self.announced += usize::from(!is_hidden(&path) && is_named_as_image(&path));
        }
        match self.announced > limits::MAX_GIVEN_IMAGES {
            true => Err(ImagesError::TooManyGiven {
                found: self.announced,
            }),
            false => Ok(()),
        }
    }

    /// Adds a file: its path within what was given, and its bytes. A zip is opened; a file that holds neither an image nor arrays nor the
    /// images' classes is skipped, with a notice.
    ///
    /// # Errors
    /// [`ImagesError`], where the path leads out of its folder, or the images have more pixels than
    /// photographs of so many bytes.
    pub fn add_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        let path = components(path)?;
        if is_hidden(&path) {
            return Ok(());
        }
        if self.arrays.add(&path.join("/"), bytes)? {
            return Ok(());
        }
        if is_zip(bytes) {
            return self.add_inner_zip(&path.join("/"), bytes);
        }
        if let Some(kind) = Kind::of(bytes, &path.join("/")) {
            self.leave_out(kind, path.join("/"));
            return Ok(());
        }
        // Before they are decoded, and counted where decoding fails, too: it takes the same time.
        let pixel_count = countable(bytes);
        self.count(&path, pixel_count, bytes.len() as u64)?;
        match decode(bytes) {
            Ok(picture) => {
                self.add_picture(path, bytes, pixel_count, &picture);
                Ok(())
            }
            Err(_) if self.tables.add(&path, bytes) => Ok(()),
            Err(why) => {
                let path = path.join("/");
                let why = known_other(&path).map_or(why, str::to_owned);
                self.skipped.push(SkippedFile { path, why });
                Ok(())
            }
        }
    }

    /// Adds a file that another thread decoded. False where it has to be added as a file, for a picture of it is shown in every way to make it
    /// square.
    ///
    /// # Errors
    /// Those of [`CollectionBuilder::add_file`].
    pub fn add_prepared(&mut self, path: &str, image: PreparedImage) -> Result<bool, ImagesError> {
        if image.is_oblong && image.sample.is_none() && !self.fit_samples.are_complete() {
            return Ok(false);
        }
        let path = components(path)?;
        self.count(&path, image.pixel_count, image.bytes)?;
        self.add_image(path, image);
        Ok(true)
    }

    /// Refuses images with more pixels than photographs of so many bytes have.
    fn count(&mut self, path: &[String], pixels: u64, bytes: u64) -> Result<(), ImagesError> {
        self.decoded.add(pixels, bytes);
        if !self.decoded.is_too_much() {
            return Ok(());
        }
        Err(ImagesError::PixelBomb {
            path: path.join("/"),
            pixels: self.decoded.pixels,
            bytes: self.decoded.bytes,
        })
    }

    /// Adds a file of a kind that is not read here, as a browser decoded it: `rgba` are its upright pixels, `[height, width, 4]`. Other
    /// browsers may make other pixels of it.
    ///
    /// # Errors
    /// [`ImagesError::PathTraversal`]
    pub fn add_decoded(
        &mut self,
        path: &str,
        bytes: &[u8],
        [width, height]: [u32; 2],
        rgba: Vec<u8>,
    ) -> Result<(), ImagesError> {
        match of_browser(width, height, rgba) {
            Ok(picture) => {
                let path = components(path)?;
                if !is_hidden(&path) {
                    self.by_browser += 1;
                    self.add_picture(path, bytes, 0, &picture);
                }
                Ok(())
            }
            Err(why) => self.skip_file(path, &why),
        }
    }

    fn add_picture(&mut self, path: Vec<String>, bytes: &[u8], count: u64, picture: &Picture) {
        let with_sample = !self.fit_samples.are_complete();
        let image = PreparedImage::of_picture(bytes, count, picture, self.format, with_sample);
        self.add_image(path, image);
    }

    fn add_image(&mut self, path: Vec<String>, image: PreparedImage) {
        self.twelve_bit += usize::from(image.twelve_bit);
        if let Some(sample) = image.sample {
            self.fit_samples.add(sample);
        }
        self.images.push(ImageFile {
            path,
            hash: image.hash,
            pixels: image.pixels,
        });
        self.given += 1;
        let most = limits::max_images(self.format);
        // A tenth more, so that this is done seldom.
        if self.images.len() > most + most / 10 {
            part::thin(&mut self.images, most, self.class_folder);
        }
    }

    pub(crate) fn leave_out(&mut self, kind: &'static Kind, path: String) {
        self.shown_by_browsers += usize::from(kind.may_be_shown_by_browsers());
        self.left_out.add(kind, path);
    }

    /// How many files were left out so far that some browsers show.
    pub fn shown_by_browsers(&self) -> usize {
        self.shown_by_browsers
    }

    /// Has the files of zips unpacked that a browser decodes: [`Self::take_for_browser`] gives them.
    pub fn for_browser(self) -> Self {
        CollectionBuilder {
            is_for_browser: true,
            ..self
        }
    }

    /// A file of a zip that a browser may decode: its path and its bytes.
    pub fn take_for_browser(&mut self) -> Option<(String, Vec<u8>)> {
        self.for_browser.pop()
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
        match Kind::of(start, path) {
            Some(kind) if !is_hidden(&components) => {
                self.leave_out(kind, components.join("/"));
            }
            _ => self.skip_file(path, &too_large(bytes))?,
        }
        Ok(true)
    }
}
