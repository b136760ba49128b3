//! A file on JavaScript's side: only what is being read is in memory.

use std::io::{Error, Read, Seek, SeekFrom};

use wasm_bindgen::prelude::*;

use crate::zip_entries::SOURCE_FAILED;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A file with random access, read synchronously. */
export interface RandomAccessFile {
  /** Its size in bytes. */
  readonly size: number;
  /** `count` bytes from the offset `from` on; fewer at the end. */
  read(from: number, count: number): Uint8Array;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// A file with random access.
    #[wasm_bindgen(typescript_type = "RandomAccessFile")]
    #[derive(Debug)]
    pub type RandomAccessFile;

    /// Its size in bytes.
    #[wasm_bindgen(method, getter)]
    pub fn size(this: &RandomAccessFile) -> f64;

    #[wasm_bindgen(method, catch)]
    fn read(this: &RandomAccessFile, from: f64, count: f64) -> Result<js_sys::Uint8Array, JsValue>;
}

/// A position in such a file.
#[derive(Debug)]
pub struct Cursor {
    file: RandomAccessFile,
    position: u64,
}

impl Cursor {
    /// The start of a file.
    pub fn new(file: RandomAccessFile) -> Self {
        Cursor { file, position: 0 }
    }
}

impl Read for Cursor {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(self.position as f64, into.len() as f64);
        let bytes = read.map_err(|why| Error::new(SOURCE_FAILED, message(&why)))?;
        let count = (bytes.length() as usize).min(into.len());
        bytes.subarray(0, count as u32).copy_to(&mut into[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.position, by),
            SeekFrom::End(by) => (self.file.size() as u64, by),
        };
        let before_start =
            || Error::new(std::io::ErrorKind::InvalidInput, "a place before the start");
        self.position = from.checked_add_signed(by).ok_or_else(before_start)?;
        Ok(self.position)
    }
}

fn message(why: &JsValue) -> String {
    why.dyn_ref::<js_sys::Error>().map_or_else(
        || "it could not be read".to_owned(),
        |error| String::from(error.message()),
    )
}
