//! Extracts requested files from a tar, packed with gzip or plain, while it is read.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use crate::error::ImagesError;
use crate::limits;
use crate::paths::components;
use crate::pickle::records::records;
use crate::printable::printable;

/// A file to extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedFile {
    /// Its name, in any folder. Where it ends in `.bin`, a pickle of that name without it stands for the file, as in CIFAR-10's Python version.
    pub name: String,
    /// Its size. At most one byte more is read, which shows that the file is longer.
    pub bytes: u64,
}

/// Bytes that a pickle may have beside its images: the names of their files and their classes, of CIFAR-100 2 MB.
const PICKLE_EXTRA: u64 = 4 << 20;

/// Reads a tar up to the last requested file, and returns the contents of the requested files in their order.
///
/// # Errors
/// [`ImagesError`], where it is no tar, is cut off, has a path that leads out of it, is too long, or lacks a file.
pub fn untar(
    name: &str,
    archive: impl Read,
    requested: &[RequestedFile],
) -> Result<Vec<Vec<u8>>, ImagesError> {
    let invalid = |why: std::io::Error| {
        let why = match why.kind() {
            std::io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
            _ => why.to_string(),
        };
        ImagesError::InvalidTar(printable(name), why)
    };
    let mut packed = BufReader::with_capacity(1 << 18, archive);
    let start = packed.fill_buf().map_err(invalid)?;
    let is_gzip = start.starts_with(&[0x1f, 0x8b]);
    let unpacked: Box<dyn Read> = match is_gzip {
        true => Box::new(MultiGzDecoder::new(packed)),
        false => Box::new(packed),
    };
    let exceeded = Rc::new(Cell::new(false));
    let unpacked = LimitedReader {
        inner: unpacked,
        remaining: limits::MAX_TAR_BYTES,
        exceeded: Rc::clone(&exceeded),
    };
    let failed = |why: std::io::Error| match exceeded.get() {
        true => ImagesError::EndlessTar {
            name: printable(name),
        },
        false => invalid(why),
    };
    let mut found: Vec<Option<Vec<u8>>> = requested.iter().map(|_| None).collect();
    let mut tar = tar::Archive::new(unpacked);
    // Raw, because the reader would keep all of a long name in memory, and there is no limit to what an archive calls a name.
    let mut long_name = None;
    for entry in tar.entries().map_err(failed)?.raw(true) {
        let mut entry = entry.map_err(failed)?;
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
            if entry.size() > limits::MAX_NAME_BYTES {
                return Err(ImagesError::LongTarName {
                    name: printable(name),
                });
            }
            let mut text = Vec::new();
            entry.read_to_end(&mut text).map_err(failed)?;
            let found = match kind.is_gnu_longname() {
                true => text.split(|byte| *byte == 0).next().map(<[u8]>::to_vec),
                false => pax_path(&text),
            };
            long_name = found.or(long_name);
            continue;
        }
        let path = long_name
            .take()
            .unwrap_or_else(|| entry.path_bytes().into_owned());
        let path = components(&String::from_utf8_lossy(&path))?;
        let Some(last) = path.last() else {
            continue;
        };
        let is_pickle = |file: &RequestedFile| file.name.strip_suffix(".bin") == Some(last);
        let is_entry = |file: &RequestedFile| file.name == *last || is_pickle(file);
        let Some(index) = requested.iter().position(is_entry) else {
            continue;
        };
        if !entry.header().entry_type().is_file() || found[index].is_some() {
            continue;
        }
        let (size, mut contents) = (entry.size(), Vec::new());
        let is_pickle = is_pickle(&requested[index]);
        let limit = requested[index].bytes + if is_pickle { PICKLE_EXTRA } else { 1 };
        entry
            .take(limit)
            .read_to_end(&mut contents)
            .map_err(failed)?;
        if (contents.len() as u64) < size.min(limit) {
            return Err(invalid(std::io::ErrorKind::UnexpectedEof.into()));
        }
        if is_pickle {
            contents = records(&contents).map_err(|why| ImagesError::InvalidPickle {
                name: printable(name),
                file: printable(last),
                why,
            })?;
        }
        found[index] = Some(contents);
        if found.iter().all(Option::is_some) {
            break;
        }
    }
    let missing: Vec<_> = requested
        .iter()
        .zip(&found)
        .filter(|(_, found)| found.is_none())
        .collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|(file, _)| file.name.as_str()).collect();
        return Err(ImagesError::MissingInTar(
            printable(name),
            names.join(" and "),
        ));
    }
    Ok(found.into_iter().flatten().collect())
}

/// The path in the extended header of an entry: records of "length key=value" and a line feed.
fn pax_path(records: &[u8]) -> Option<Vec<u8>> {
    tar::PaxExtensions::new(records)
        .filter_map(Result::ok)
        .find(|record| record.key_bytes() == b"path")
        .map(|record| record.value_bytes().to_vec())
}

/// A reader with an error after a number of bytes.
struct LimitedReader<R> {
    inner: R,
    remaining: u64,
    /// Set where the limit was exceeded.
    exceeded: Rc<Cell<bool>>,
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(into)? as u64;
        let Some(remaining) = self.remaining.checked_sub(count) else {
            self.exceeded.set(true);
            return Err(std::io::Error::other("it goes on for too long"));
        };
        self.remaining = remaining;
        Ok(count as usize)
    }
}
