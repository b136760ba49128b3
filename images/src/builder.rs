//! Collects files one by one; `finish` makes a collection of them.

use std::io::Cursor;

use crate::arrays::{self, Arrays};
use crate::class_folder::ClassFolder;
use crate::decode::{Picture, decode, of_browser, too_large};
use crate::error::ImagesError;
use crate::fit_samples::FitSamples;
use crate::kinds::{Kind, LeftOut};
use crate::labels::Tables;
use crate::limits;
use crate::part;
use crate::paths::{components, is_hidden, is_named_as_image, known_other};
use crate::prepared::{PreparedImage, countable};
use crate::resize::Format;
use crate::zip_entries::{ZipEntries, is_zip};

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
    inner: InnerZips,
    pub(crate) fit_samples: FitSamples,
    /// Images with 12 bits in 16-bit files.
    pub(crate) twelve_bit: usize,
    /// Images that a browser decoded.
    pub(crate) by_browser: usize,
    /// Files with the names of images.
    announced: usize,
    pub(crate) notices: Vec<String>,
}

/// What was unpacked of zips within others, all of them together.
#[derive(Debug, Default)]
struct InnerZips {
    /// How many hold the one that is being read.
    depth: usize,
    entries: usize,
    packed: u64,
    unpacked: u64,
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
            self.left_out.add(kind, path.join("/"));
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
                self.left_out.add(kind, components.join("/"));
            }
            _ => self.skip_file(path, &too_large(bytes))?,
        }
        Ok(true)
    }

    /// Adds the files of a zip within others. All such zips together may unpack to so many bytes as one that was given may.
    fn add_inner_zip(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        if self.inner.depth + 1 == limits::MAX_ZIP_DEPTH {
            let why = format!(
                "it lies in {} zips, one within the other",
                self.inner.depth + 1
            );
            return self.skip_file(path, &why);
        }
        let opened = ZipEntries::open(path, Cursor::new(bytes), bytes.len() as u64);
        let zip = match opened {
            Err(ImagesError::InvalidZip(_, why)) => {
                return self.skip_file(path, &format!("it cannot be read as a zip: {why}"));
            }
            opened => opened?,
        };
        if let Some(kind) = Kind::of_zip(zip.paths()) {
            self.left_out.add(kind, path.to_owned());
            return Ok(());
        }
        self.inner.packed += bytes.len() as u64;
        self.inner.entries += zip.progress().1;
        if self.inner.entries > limits::MAX_ENTRIES {
            let found = self.inner.entries;
            return Err(ImagesError::TooManyEntries { found });
        }
        let most = limits::max_unpacked(self.inner.packed);
        let mut zip = zip
            .limited(most.saturating_sub(self.inner.unpacked))
            .in_folder(Some(without_ending(path)));
        self.inner.depth += 1;
        while self.add_next_entry(&mut zip)? {}
        self.inner.depth -= 1;
        self.inner.unpacked += zip.unpacked();
        Ok(())
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
        match (entry.contents, entry.kind) {
            (_, Some(kind)) => {
                let path = components(&entry.path)?.join("/");
                self.left_out.add(kind, path);
            }
            (Ok(bytes), None) => self.add_file(&entry.path, &bytes)?,
            (Err(why), None) if entry.are_arrays => {
                let path = components(&entry.path)?.join("/");
                self.arrays.fault(&path, &why);
            }
            (Err(why), None) => self.skip_file(&entry.path, &why)?,
        }
        Ok(true)
    }
}

/// The path of a zip without its ending.
fn without_ending(path: &str) -> &str {
    let at = path.len().saturating_sub(4);
    match path.get(at..) {
        Some(ending) if ending.eq_ignore_ascii_case(".zip") => path.get(..at).unwrap_or(path),
        _ => path,
    }
}
