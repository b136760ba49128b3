//! Zips and their files, at the boundary to JavaScript.

use std::io::BufReader;

use wasm_bindgen::prelude::*;

use super::random_access::{Cursor, RandomAccessFile};
use super::to_js_error;
use crate::zip_entries::{self, ZipEntries};

/// A zip that is being unpacked.
#[wasm_bindgen]
pub struct Zip(pub(super) ZipEntries<'static>);

#[wasm_bindgen]
impl Zip {
    /// Opens a zip. `name` is for messages; `folder` is where it lies among other files, with its name, without the ending.
    ///
    /// # Errors
    /// Kind "data".
    pub fn open(name: &str, zip: RandomAccessFile, folder: Option<String>) -> Result<Zip, JsValue> {
        let bytes = zip.size() as u64;
        let zip = BufReader::with_capacity(1 << 18, Cursor::new(zip));
        ZipEntries::open(name, zip, bytes)
            .map(|zip| Zip(zip.in_folder(folder.as_deref())))
            .map_err(to_js_error)
    }

    /// The paths in it, as they stand there.
    pub fn paths(&self) -> Vec<String> {
        self.0.paths().map(str::to_owned).collect()
    }

    /// How many entries were read.
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

/// A file of a zip, unpacked.
#[wasm_bindgen]
pub struct ZipEntry(pub(super) zip_entries::ZipEntry);

#[wasm_bindgen]
impl ZipEntry {
    /// Its path in the collection.
    #[wasm_bindgen(getter)]
    pub fn path(&self) -> String {
        self.0.path.clone()
    }

    /// How many bytes it was unpacked to.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> usize {
        self.0.contents.as_ref().map_or(0, Vec::len)
    }

    /// A copy of its contents, where they may be those of an image.
    pub fn image(&self) -> Option<Vec<u8>> {
        self.0.image().map(<[u8]>::to_vec)
    }
}
