//! The boundary to JavaScript: thin, typed, no arithmetic.

mod source;

use std::io::BufReader;

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::members::Members;
use crate::untar::Wanted;
use crate::{ImagesError, intake, shrink};
use source::{Seeking, Source};

/// A class of somebody's own images.
#[derive(Serialize, Tsify)]
pub struct OwnClass {
    /// Its folder's name.
    pub name: String,
    /// How many images it has.
    pub images: usize,
}

/// What came of somebody's files.
#[derive(Serialize, Tsify)]
pub struct Made {
    /// The first 16 hexadecimal digits of the SHA-256 of its canonical form.
    pub digest: String,
    /// The classes, in the order of their names.
    pub classes: Vec<OwnClass>,
    /// What was left out and why, as sentences.
    pub notices: Vec<String>,
}

/// Takes files one after another.
#[wasm_bindgen]
pub struct Intake(intake::Intake);

#[wasm_bindgen]
impl Intake {
    /// One that makes images of that many rows and columns, in colour or grey.
    #[wasm_bindgen(constructor)]
    pub fn new(size: usize, colour: bool) -> Intake {
        Intake(intake::Intake::new(shrink::Format { size, colour }))
    }

    /// Takes a file; one that is no image is left out, and told of at the end.
    ///
    /// # Errors
    /// Kind "data".
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), JsValue> {
        self.0.add(path, bytes).map_err(thrown)
    }

    /// Leaves a file out that could not be read.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = leaveOut)]
    pub fn leave_out(&mut self, path: &str, why: &str) -> Result<(), JsValue> {
        self.0.leave_out(path, why).map_err(thrown)
    }

    /// Takes the next file of a zip. Whether there was one.
    ///
    /// # Errors
    /// Kind "data".
    #[wasm_bindgen(js_name = addNext)]
    pub fn add_next(&mut self, zip: &mut Zip) -> Result<bool, JsValue> {
        self.0.add_next(&mut zip.0).map_err(thrown)
    }

    /// All of it, in its canonical form.
    ///
    /// # Errors
    /// Kind "data".
    pub fn finish(self) -> Result<Collection, JsValue> {
        self.0.finish().map(Collection).map_err(thrown)
    }
}

/// Somebody's own images.
#[wasm_bindgen]
pub struct Collection(crate::Collection);

#[wasm_bindgen]
impl Collection {
    /// What it is.
    ///
    /// # Errors
    /// None but those of the conversion.
    #[wasm_bindgen(unchecked_return_type = "Made")]
    pub fn about(&self) -> Result<JsValue, JsValue> {
        let classes = self.0.classes.iter().map(|class| OwnClass {
            name: class.name.clone(),
            images: class.images,
        });
        let made = Made {
            digest: self.0.digest.clone(),
            classes: classes.collect(),
            notices: self.0.notices.clone(),
        };
        Ok(serde_wasm_bindgen::to_value(&made)?)
    }

    /// The canonical form.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.bytes.clone()
    }
}

/// A zip that is being unpacked.
#[wasm_bindgen]
pub struct Zip(Members<BufReader<Seeking>>);

#[wasm_bindgen]
impl Zip {
    /// Opens a zip. `name` is for messages.
    ///
    /// # Errors
    /// Kind "data".
    pub fn open(name: &str, zip: Source) -> Result<Zip, JsValue> {
        let bytes = zip.size() as u64;
        let zip = BufReader::with_capacity(1 << 18, Seeking::of(zip));
        Members::open(name, zip, bytes).map(Zip).map_err(thrown)
    }

    /// How many members were gone through.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> usize {
        self.0.progress().0
    }

    /// How many there are.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> usize {
        self.0.progress().1
    }
}

/// The contents of the wanted files of a tar, packed with gzip or plain, in the order of the names. `sizes` are theirs.
///
/// # Errors
/// Kind "data".
#[wasm_bindgen(unchecked_return_type = "Uint8Array[]")]
pub fn untar(
    name: &str,
    archive: Source,
    names: Vec<String>,
    sizes: Vec<f64>,
) -> Result<js_sys::Array, JsValue> {
    let pairs = names.into_iter().zip(sizes);
    let wanted: Vec<_> = pairs
        .map(|(name, bytes)| Wanted {
            name,
            bytes: bytes as u64,
        })
        .collect();
    let files = crate::untar::untar(name, Seeking::of(archive), &wanted).map_err(thrown)?;
    Ok(files
        .iter()
        .map(|file| js_sys::Uint8Array::from(file.as_slice()))
        .collect())
}

fn thrown(error: ImagesError) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name("BunsenError");
    // Setting a property of a fresh object cannot fail.
    let _ = js_sys::Reflect::set(&js, &"kind".into(), &"data".into());
    js.into()
}
