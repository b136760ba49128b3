//! Tables and lists beside images that tell their classes: CSV and JSON, as Kaggle's `trainLabels.csv`.
//!
//! - `records`: the records of a CSV; `json`: what a JSON holds
//! - `names`: which image a table means; `columns`: which column has the names, and which the classes
//! - `join`: the classes of images, and where tables and images disagree

mod columns;
mod join;
mod json;
mod names;
mod records;

use crate::builder::SkippedFile;
use crate::paths::ends_in;
use crate::zip_names::western;

pub(crate) use join::apply;

/// Bytes of all tables. More lines than there are images tell nothing more.
const MAX_BYTES: usize = 128 << 20;

/// Files of tables. Data sets have one for each of their parts, and some have one for each image, which are no tables of classes.
const MAX_FILES: usize = 16;

/// The tables that were given.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    files: Vec<TableFile>,
    bytes: usize,
}

/// A table that was given.
#[derive(Debug)]
pub(crate) struct TableFile {
    /// Its folders and its name.
    path: Vec<String>,
    text: String,
}

impl Tables {
    /// Keeps a file where it may be a table of classes. False where it is none.
    pub fn add(&mut self, path: &[String], bytes: &[u8]) -> bool {
        let Some(name) = path.last() else {
            return false;
        };
        // Kaggle's file of answers that are to be filled in has the names of test images, and a zero for each.
        let is_form = name.to_ascii_lowercase().contains("submission");
        let is_table = ends_in(name, &[".csv", ".tsv", ".json"]) && !is_form;
        let fits = self.files.len() < MAX_FILES && self.bytes + bytes.len() <= MAX_BYTES;
        let Some(text) = (is_table && fits).then(|| text(bytes)).flatten() else {
            return false;
        };
        self.bytes += bytes.len();
        let path = path.to_vec();
        // In the order of their paths, whatever order they came in.
        let at = self.files.partition_point(|other| other.path <= path);
        self.files.insert(at, TableFile { path, text });
        true
    }
}

impl Tables {
    /// The tables as files that are left out, beside what needs none.
    pub fn unused(self) -> impl Iterator<Item = SkippedFile> {
        self.files.into_iter().map(|table| SkippedFile {
            path: table.path(),
            why: "it is a table, and tells no image's class".into(),
        })
    }
}

impl TableFile {
    fn path(&self) -> String {
        self.path.join("/")
    }
}

/// The text of a file: UTF-8, what Excel calls Unicode (UTF-16), or Windows' Western code page; `None` where it is no text.
fn text(bytes: &[u8]) -> Option<String> {
    let wide = |order: fn([u8; 2]) -> u16| {
        let units = bytes.get(2..).unwrap_or_default().chunks_exact(2);
        let units = units.map(|two| order([two[0], two[1]]));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .ok()
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes)?,
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes)?,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => western(bytes)?,
        },
    };
    (!text.contains('\0') && !text.trim().is_empty()).then_some(text)
}
