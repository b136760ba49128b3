//! The wanted files of a tar, packed with gzip or plain, as it comes.

use std::cell::Cell;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;

use crate::error::ImagesError;
use crate::limits;
use crate::paths::parts;

/// A file to be taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name, in whatever folder it lies.
    pub name: String,
    /// Its size, of which no more is read than a byte that shows that it is longer.
    pub bytes: u64,
}

/// Reads a tar as far as the last wanted file and gives their contents, in the order in which they are wanted. Other members
/// are passed over.
///
/// # Errors
/// [`ImagesError`], where it is no tar, is cut off, leads out of itself, goes on for too long, or lacks a file.
pub fn untar(
    name: &str,
    archive: impl Read,
    wanted: &[Wanted],
) -> Result<Vec<Vec<u8>>, ImagesError> {
    let no_tar = |why: std::io::Error| {
        let why = match why.kind() {
            std::io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
            _ => why.to_string(),
        };
        ImagesError::NoTar(name.to_owned(), why)
    };
    let mut packed = BufReader::with_capacity(1 << 18, archive);
    let start = packed.fill_buf().map_err(no_tar)?;
    let gzip = start.starts_with(&[0x1f, 0x8b]);
    let plain: Box<dyn Read> = match gzip {
        true => Box::new(MultiGzDecoder::new(packed)),
        false => Box::new(packed),
    };
    let over = Rc::new(Cell::new(false));
    let plain = Bounded {
        inner: plain,
        left: limits::TAR,
        over: Rc::clone(&over),
    };
    let failed = |why: std::io::Error| match over.get() {
        true => ImagesError::EndlessTar {
            name: name.to_owned(),
        },
        false => no_tar(why),
    };
    let mut found: Vec<Option<Vec<u8>>> = wanted.iter().map(|_| None).collect();
    let mut tar = tar::Archive::new(plain);
    for entry in tar.entries().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = parts(&path)?;
        let is = |wanted: &Wanted| Some(&wanted.name) == path.last();
        let Some(at) = wanted.iter().position(is) else {
            continue;
        };
        if !entry.header().entry_type().is_file() || found[at].is_some() {
            continue;
        }
        let (size, mut contents) = (entry.size(), Vec::new());
        let most = wanted[at].bytes + 1;
        entry
            .take(most)
            .read_to_end(&mut contents)
            .map_err(failed)?;
        if (contents.len() as u64) < size.min(most) {
            return Err(no_tar(std::io::ErrorKind::UnexpectedEof.into()));
        }
        found[at] = Some(contents);
        if found.iter().all(Option::is_some) {
            break;
        }
    }
    let missing: Vec<_> = wanted
        .iter()
        .zip(&found)
        .filter(|(_, found)| found.is_none())
        .collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing
            .iter()
            .map(|(wanted, _)| wanted.name.as_str())
            .collect();
        return Err(ImagesError::NotInTar(name.to_owned(), names.join(" and ")));
    }
    Ok(found.into_iter().flatten().collect())
}

/// No more than so many bytes.
struct Bounded<R> {
    inner: R,
    left: u64,
    over: Rc<Cell<bool>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(into)? as u64;
        let Some(left) = self.left.checked_sub(count) else {
            self.over.set(true);
            return Err(std::io::Error::other("it goes on for too long"));
        };
        self.left = left;
        Ok(count as usize)
    }
}
