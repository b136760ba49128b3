//! The files of a zip, one after another, bounded by what is really unpacked: what a header claims counts for nothing.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::decode::too_long;
use crate::error::ImagesError;
use crate::limits;
use crate::paths::{is_hidden, parts};

/// A zip that is being unpacked.
#[derive(Debug)]
pub struct Members<R> {
    archive: ZipArchive<R>,
    paths: Vec<String>,
    next: usize,
    unpacked: u64,
    most: u64,
}

/// A file of a zip.
#[derive(Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path in the zip.
    pub path: String,
    /// What it holds, or why that cannot be had.
    pub contents: Result<Vec<u8>, String>,
}

impl<R: Read + Seek> Members<R> {
    /// Opens a zip of so many bytes and looks at every path in it.
    ///
    /// # Errors
    /// [`ImagesError`], where it is none, or has too many members, encrypted ones, or such as lead out of it.
    pub fn open(name: &str, zip: R, bytes: u64) -> Result<Self, ImagesError> {
        let none = |why: ZipError| ImagesError::NoZip(name.to_owned(), told(&why));
        let mut archive = ZipArchive::new(zip).map_err(none)?;
        if archive.len() > limits::MEMBERS {
            let found = archive.len();
            return Err(ImagesError::TooManyMembers { found });
        }
        let mut paths = Vec::new();
        for at in 0..archive.len() {
            let member = archive.by_index_raw(at).map_err(none)?;
            let path = member.name().map_err(none)?.into_owned();
            parts(&path)?;
            if member.encrypted() {
                return Err(ImagesError::Encrypted(path));
            }
            paths.push(path);
        }
        Ok(Members {
            archive,
            paths,
            next: 0,
            unpacked: 0,
            most: limits::UNPACKED.max(limits::TIMES.saturating_mul(bytes)),
        })
    }

    /// Members in all, folders too, and how many of them were gone through.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.paths.len())
    }

    /// The next file that is meant; none at the end.
    ///
    /// # Errors
    /// [`ImagesError::Bomb`], where all that was unpacked is too much.
    pub fn next_member(&mut self) -> Result<Option<Member>, ImagesError> {
        while let Some(path) = self.paths.get(self.next).cloned() {
            let at = self.next;
            self.next += 1;
            if is_hidden(&parts(&path)?) {
                continue;
            }
            let member = match self.archive.by_index(at) {
                Ok(member) if member.is_dir() || member.is_symlink() => continue,
                Ok(member) => member,
                Err(why) => {
                    let contents = Err(unreadable(&why));
                    return Ok(Some(Member { path, contents }));
                }
            };
            let room = limits::FILE.min(self.most - self.unpacked);
            let mut contents = Vec::new();
            let read = member.take(room + 1).read_to_end(&mut contents);
            self.unpacked += (contents.len() as u64).min(room);
            if contents.len() as u64 > room {
                if room < limits::FILE {
                    return Err(ImagesError::Bomb(self.most));
                }
                return Ok(Some(Member {
                    path,
                    contents: Err(too_long()),
                }));
            }
            let contents = match read {
                Ok(_) => Ok(contents),
                Err(why) => Err(format!("it cannot be unpacked: {why}")),
            };
            return Ok(Some(Member { path, contents }));
        }
        Ok(None)
    }
}

/// Why a zip as a whole cannot be read.
fn told(why: &ZipError) -> String {
    match why {
        ZipError::Io(why) if why.kind() != std::io::ErrorKind::UnexpectedEof => why.to_string(),
        _ => "it has no sound list of its files at its end".into(),
    }
}

fn unreadable(why: &ZipError) -> String {
    match why {
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            "it is packed in a way that is not known here".into()
        }
        why => format!("it cannot be unpacked: {why}"),
    }
}
