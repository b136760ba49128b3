//! The boundary to JavaScript: thin, typed, no arithmetic.

mod archives;
mod random_access;
pub(crate) mod text_decoder;
mod zips;

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::kinds::Kind;
use crate::prepared::PreparedImage;
use crate::{ClassFolder, Fit, Format, ImagesError, builder};
pub use zips::{Zip, ZipEntry};

/// A class of a collection.
#[derive(Serialize, Tsify)]
pub struct ClassInfo {
    /// Its folder's name.
    pub name: String,
    /// How many images it has.
    pub images: usize,
}

/// A collection's digest, classes and notices.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CollectionInfo {
    /// The first 16 hexadecimal digits of the SHA-256 of its canonical form.
    pub digest: String,
    /// The classes, in the order of their names.
    pub classes: Vec<ClassInfo>,
    /// What was skipped and why, as sentences.
    pub notices: Vec<String>,
    /// The paths of images to test with that have no class.
    pub unlabelled: Vec<String>,
    /// Whether other folders of the images would be other classes.
    pub folders_differ: bool,
}

/// Collects files one by one.
#[wasm_bindgen]
pub struct CollectionBuilder(builder::CollectionBuilder);

#[wasm_bindgen]
impl CollectionBuilder {
    /// An empty one, whose images get that height and width, in colour or grey. `fit`: how pictures become squares, "crop", "pad" or
    /// "squash". `folder`: which of an image's folders is its class, "auto", "inner" or "outer".
    #[wasm_bindgen(constructor)]
    pub fn new(size: usize, colour: bool, fit: &str, folder: &str) -> CollectionBuilder {
        let builder = builder::CollectionBuilder::new(format(size, colour, fit));
        CollectionBuilder(builder.with_class_folder(ClassFolder::of(folder).unwrap_or_default()))
    }

    /// Adds a file. A zip is opened; a file that holds neither an image nor arrays nor the images' classes is skipped, with a notice.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = addFile)]
    pub fn add_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.add_file(path, bytes).map_err(to_js_error)
    }

    /// Adds a file of a kind that is not read here, as this browser decoded it: `rgba` are its upright pixels, `[height, width, 4]`.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = addDecoded)]
    pub fn add_decoded(
        &mut self,
        path: &str,
        bytes: &[u8],
        width: u32,
        height: u32,
        rgba: Vec<u8>,
    ) -> Result<(), JsValue> {
        self.0
            .add_decoded(path, bytes, [width, height], rgba)
            .map_err(to_js_error)
    }

    /// Adds a file that another worker decoded with [`prepare_image`]. False where it has to be added as a file.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = addPrepared)]
    pub fn add_prepared(&mut self, path: &str, prepared: &[u8]) -> Result<bool, JsValue> {
        match PreparedImage::from_bytes(prepared, self.0.format) {
            Some(image) => self.0.add_prepared(path, image).map_err(to_js_error),
            None => Ok(false),
        }
    }

    /// Has files of zips unpacked that this browser may decode: `takeForBrowser` gives them.
    #[wasm_bindgen(js_name = forBrowser)]
    pub fn for_browser(self) -> CollectionBuilder {
        CollectionBuilder(self.0.for_browser())
    }

    /// The path and the bytes of a file in a zip that this browser may decode; nothing where none waits.
    #[wasm_bindgen(js_name = takeForBrowser, unchecked_return_type = "[path: string, bytes: Uint8Array] | undefined")]
    pub fn take_for_browser(&mut self) -> JsValue {
        self.0
            .take_for_browser()
            .map_or(JsValue::UNDEFINED, |(path, bytes)| {
                let bytes = js_sys::Uint8Array::from(bytes.as_slice());
                js_sys::Array::of2(&path.into(), &bytes).into()
            })
    }

    /// How many files were left out so far that some browsers show.
    #[wasm_bindgen(getter, js_name = shownByBrowsers)]
    pub fn shown_by_browsers(&self) -> usize {
        self.0.shown_by_browsers()
    }

    /// Skips a file that could not be read, with a notice.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = skipFile)]
    pub fn skip_file(&mut self, path: &str, why: &str) -> Result<(), JsValue> {
        self.0.skip_file(path, why).map_err(to_js_error)
    }

    /// Refuses more images than are looked at, by the names of all files, before the first is read.
    ///
    /// # Errors
    /// Kind "data".
    pub fn announce(&mut self, paths: Vec<String>) -> Result<(), JsValue> {
        let paths = paths.iter().map(String::as_str);
        self.0.announce(paths).map_err(to_js_error)
    }

    /// Takes note of a file that is larger than any that is read, by its size and its first 256 KiB, before it is read. False
    /// where it may be read.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = skipTooLarge)]
    pub fn skip_too_large(
        &mut self,
        path: &str,
        bytes: f64,
        start: &[u8],
    ) -> Result<bool, JsValue> {
        self.0
            .skip_too_large(path, bytes as u64, start)
            .map_err(to_js_error)
    }

    /// Unpacks the next file of a zip; nothing at its end.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = takeEntry)]
    pub fn take_entry(&mut self, zip: &mut Zip) -> Result<Option<ZipEntry>, JsValue> {
        let entry = self.0.take_entry(&mut zip.0).map_err(to_js_error)?;
        Ok(entry.map(ZipEntry))
    }

    /// Adds a file of a zip.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = addEntry)]
    pub fn add_entry(&mut self, entry: ZipEntry) -> Result<(), JsValue> {
        self.0.add_entry(entry.0).map_err(to_js_error)
    }

    /// Takes note of what is to be said of a zip whose files were added.
    #[wasm_bindgen(js_name = endZip)]
    pub fn end_zip(&mut self, zip: &Zip) {
        self.0.end_zip(&zip.0);
    }

    /// Builds the collection.
    ///
    /// # Errors
    /// Kind "data".
    pub fn finish(self) -> Result<Collection, JsValue> {
        self.0.finish().map(Collection).map_err(to_js_error)
    }
}

/// A collection of a person's own images.
#[wasm_bindgen]
pub struct Collection(crate::Collection);

#[wasm_bindgen]
impl Collection {
    /// Its digest, its classes and its notices.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "CollectionInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let classes = self.0.classes.iter().map(|class| ClassInfo {
            name: class.name.clone(),
            images: class.images,
        });
        let info = CollectionInfo {
            digest: self.0.digest.clone(),
            classes: classes.collect(),
            notices: self.0.notices.clone(),
            unlabelled: self.0.unlabelled.clone(),
            folders_differ: self.0.folders_differ,
        };
        Ok(serde_wasm_bindgen::to_value(&info)?)
    }

    /// The first pictures that are no squares, `[channels, size, size]`: each cropped, with borders, and squashed, one after another. None
    /// where all are squares.
    #[wasm_bindgen(js_name = fitSamples, unchecked_return_type = "Uint8Array[]")]
    pub fn fit_samples(&self) -> js_sys::Array {
        to_arrays(self.0.fit_samples.as_flattened())
    }

    /// The canonical form.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.bytes.clone()
    }
}

/// Whether a file that begins so is an image of a kind that is not read here, and that some browsers show.
#[wasm_bindgen(js_name = mayBeShownByBrowsers)]
pub fn may_be_shown_by_browsers(path: &str, start: &[u8]) -> bool {
    Kind::of(start, path).is_some_and(Kind::may_be_shown_by_browsers)
}

/// Decodes a file for a collection of that format, for `addPrepared` of the worker that builds it. None where it is no image alone.
/// `sample`: also in the other ways to make it square.
#[wasm_bindgen(js_name = prepareImage)]
pub fn prepare_image(
    path: &str,
    bytes: &[u8],
    size: usize,
    colour: bool,
    fit: &str,
    sample: bool,
) -> Option<Vec<u8>> {
    PreparedImage::of(path, bytes, format(size, colour, fit), sample).map(|image| image.to_bytes())
}

/// The pixels `[channels, size, size]` of one image by itself, made as those of a collection.
///
/// # Errors
/// Why there are none, as the end of a sentence.
#[wasm_bindgen(js_name = readImage)]
pub fn read_image(
    path: &str,
    bytes: &[u8],
    size: usize,
    colour: bool,
    fit: &str,
) -> Result<Vec<u8>, JsValue> {
    crate::single::read(path, bytes, format(size, colour, fit))
        .map_err(|why| js_sys::Error::new(&why).into())
}

fn format(size: usize, colour: bool, fit: &str) -> Format {
    Format {
        size,
        colour,
        fit: Fit::of(fit).unwrap_or_default(),
    }
}

/// Whether a file that begins so is a zip, whatever it is called, and none of arrays.
#[wasm_bindgen(js_name = isZip)]
pub fn is_zip(start: &[u8]) -> bool {
    crate::zip_entries::is_zip(start)
}

/// Whether a file that begins so holds arrays: IDX, npy, npz or a table of pixels, packed with gzip or not.
#[wasm_bindgen(js_name = areArrays)]
pub fn are_arrays(start: &[u8]) -> bool {
    crate::arrays::are_arrays(start)
}

fn to_arrays(files: &[Vec<u8>]) -> js_sys::Array {
    files
        .iter()
        .map(|file| js_sys::Uint8Array::from(file.as_slice()))
        .collect()
}

fn to_js_error(error: ImagesError) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name("BunsenError");
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&js, &"kind".into(), &"data".into());
    js.into()
}
