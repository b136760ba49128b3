//! Files of archives, and of known data sets in forms of their own.

use std::io::{BufRead as _, BufReader};

use sha2::{Digest as _, Sha256};
use wasm_bindgen::prelude::*;

use super::random_access::{Cursor, RandomAccessFile};
use super::{Zip, to_arrays, to_js_error};
use crate::ImagesError;
use crate::printable::printable;
use crate::untar::RequestedFile;

/// The contents of requested files of a tar, packed with gzip or plain, in the order of the names. `sizes` are the files' sizes.
///
/// # Errors
/// Kind "data".
#[wasm_bindgen(unchecked_return_type = "Uint8Array[]")]
pub fn untar(
    name: &str,
    archive: RandomAccessFile,
    names: Vec<String>,
    sizes: Vec<f64>,
) -> Result<js_sys::Array, JsValue> {
    let pairs = names.into_iter().zip(sizes);
    let requested: Vec<_> = pairs
        .map(|(name, bytes)| RequestedFile {
            name,
            bytes: bytes as u64,
        })
        .collect();
    let files = crate::untar::untar(name, Cursor::new(archive), &requested).map_err(to_js_error)?;
    Ok(to_arrays(&files))
}

/// The contents of requested files of a zip, in the order of the names: nothing else is unpacked. `sizes` are the most bytes of each.
///
/// # Errors
/// Kind "data".
#[wasm_bindgen(unchecked_return_type = "Uint8Array[]")]
pub fn unzip(
    name: &str,
    archive: RandomAccessFile,
    names: Vec<String>,
    sizes: Vec<f64>,
) -> Result<js_sys::Array, JsValue> {
    let mut zip = Zip::open(name, archive, None)?;
    let sizes: Vec<u64> = sizes.into_iter().map(|bytes| bytes as u64).collect();
    let files = zip.0.extract(name, &names, &sizes).map_err(to_js_error)?;
    Ok(to_arrays(&files))
}

/// The records of a file of SVHN with so many images, as CIFAR-10's binary version has them.
///
/// # Errors
/// Kind "data".
#[wasm_bindgen]
pub fn mat(name: &str, file: RandomAccessFile, images: usize) -> Result<Vec<u8>, JsValue> {
    crate::mat::records(name, Cursor::new(file), images).map_err(to_js_error)
}

/// The SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// Those of reading it.
#[wasm_bindgen]
pub fn digest(file: RandomAccessFile) -> Result<String, JsValue> {
    let mut reader = BufReader::with_capacity(1 << 18, Cursor::new(file));
    let mut hash = Sha256::new();
    loop {
        let read = reader.fill_buf();
        let bytes = read.map_err(|why| js_sys::Error::new(&why.to_string()))?;
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        let count = bytes.len();
        reader.consume(count);
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// The records of CIFAR-10's binary version, of a picture with a row of pixels for each image, and their labels.
///
/// # Errors
/// Kind "data".
#[wasm_bindgen]
pub fn records(name: &str, picture: &[u8], labels: &[u8]) -> Result<Vec<u8>, JsValue> {
    crate::sheet::records(picture, labels)
        .map_err(|why| to_js_error(ImagesError::InvalidSheet(printable(name), why)))
}
