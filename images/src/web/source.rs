//! A file on JavaScript's side, of which no more is in memory than is being read.

use std::io::{Error, Read, Seek, SeekFrom};

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A file that can be read at any place, at once. */
export interface Source {
  /** Its bytes. */
  readonly size: number;
  /** Those from `from` on, fewer at the end. */
  read(from: number, count: number): Uint8Array;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's side of it.
    #[wasm_bindgen(typescript_type = "Source")]
    #[derive(Debug)]
    pub type Source;

    /// Its bytes.
    #[wasm_bindgen(method, getter)]
    pub fn size(this: &Source) -> f64;

    #[wasm_bindgen(method, catch)]
    fn read(this: &Source, from: f64, count: f64) -> Result<js_sys::Uint8Array, JsValue>;
}

/// A place in such a file.
#[derive(Debug)]
pub struct Seeking {
    source: Source,
    at: u64,
}

impl Seeking {
    /// Its start.
    pub fn of(source: Source) -> Self {
        Seeking { source, at: 0 }
    }
}

impl Read for Seeking {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(self.at as f64, into.len() as f64);
        let bytes = read.map_err(|why| Error::other(told(&why)))?;
        let count = (bytes.length() as usize).min(into.len());
        bytes.subarray(0, count as u32).copy_to(&mut into[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Seeking {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let (from, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.source.size() as u64, by),
        };
        let before = || Error::new(std::io::ErrorKind::InvalidInput, "a place before the start");
        self.at = from.checked_add_signed(by).ok_or_else(before)?;
        Ok(self.at)
    }
}

fn told(why: &JsValue) -> String {
    why.dyn_ref::<js_sys::Error>().map_or_else(
        || "it could not be read".to_owned(),
        |error| String::from(error.message()),
    )
}
