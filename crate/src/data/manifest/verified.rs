//! The verification of files against the manifest.

use std::io::BufRead;

use sha2::{Digest as _, Sha256};

use super::{Examples, RemoteDataset, RemoteFile, find, list};
use crate::data::{DataError, given, gzip, hash_in_chunks};
use crate::hex::hex;

/// The unpacked contents of a file that are what the manifest lists, and of files that follow it. Only [`verify`] and [`verify_from`] make
/// one.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifiedFile {
    pub(super) file: &'static RemoteFile,
    pub(super) contents: Vec<u8>,
    /// How many files follow it in `contents`.
    pub(super) followers: usize,
}

impl VerifiedFile {
    /// Whether it holds test examples.
    pub fn is_test(&self) -> bool {
        matches!(self.file.examples, Examples::Test(_))
    }

    /// Verifies the next file of data set `name`, whose examples follow, and appends its contents: two copies of them are never in memory. Where
    /// there is an error, nothing is appended.
    ///
    /// # Errors
    /// [`DataError`], also for a file that does not follow.
    pub fn append(&mut self, name: &str, path: &str, bytes: impl BufRead) -> Result<(), DataError> {
        let set = find(name)?;
        let position = set.files.iter().position(|file| file == self.file);
        let next = position.and_then(|first| set.files.get(first + 1 + self.followers));
        let file = set.file(path)?;
        match next.filter(|next| next.follows()) {
            Some(next) if next == file => {}
            next => {
                return Err(DataError::FileOrder {
                    name: set.title.into(),
                    found: path.into(),
                    expected: next.map_or("", |next| next.path).into(),
                });
            }
        }
        let before = self.contents.len();
        let checked = check_into(file, &mut self.contents, bytes);
        match checked {
            Ok(()) => self.followers += 1,
            Err(_) => self.contents.truncate(before),
        }
        checked
    }

    /// The unpacked contents.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }
}

/// The unpacked contents of file `path` of data set `name`, given its bytes packed or plain, if they are what the
/// manifest lists: size and SHA-256 are checked.
pub fn verify(name: &str, path: &str, bytes: &[u8]) -> Result<VerifiedFile, DataError> {
    verify_from(name, path, bytes)
}

/// The same for a reader, whose buffer must hold at least two bytes at a time.
pub fn verify_from(name: &str, path: &str, bytes: impl BufRead) -> Result<VerifiedFile, DataError> {
    verify_with_room(name, path, bytes, 0)
}

/// The same, with memory for so many bytes of files that are appended: what grows step by step takes twice as much in between, and
/// WebAssembly's memory never shrinks.
pub fn verify_with_room(
    name: &str,
    path: &str,
    bytes: impl BufRead,
    room: usize,
) -> Result<VerifiedFile, DataError> {
    let file = find(name)?.file(path)?;
    let mut contents = Vec::new();
    if room > 0 {
        contents.reserve_exact(file.bytes + room);
    }
    check_into(file, &mut contents, bytes)?;
    Ok(VerifiedFile {
        file,
        contents,
        followers: 0,
    })
}

#[cfg(test)]
pub(super) fn check(
    file: &'static RemoteFile,
    bytes: impl BufRead,
) -> Result<VerifiedFile, DataError> {
    let mut contents = Vec::new();
    check_into(file, &mut contents, bytes)?;
    Ok(VerifiedFile {
        file,
        contents,
        followers: 0,
    })
}

/// Appends what a file holds, if that is what the manifest lists.
fn check_into(
    file: &'static RemoteFile,
    into: &mut Vec<u8>,
    mut bytes: impl BufRead,
) -> Result<(), DataError> {
    let name = || file.path.to_string();
    // A server that does not have a file often answers with a page that says so. No file here starts with '<'.
    if let start @ [b'<', ..] = gzip::peek(&mut bytes).trim_ascii_start() {
        let start = start.iter().take(15).map(|&b| printable(b)).collect();
        return Err(DataError::WebPage {
            file: name(),
            start,
        });
    }
    let before = into.len();
    let unpacked = gzip::unpack_into(into, file.path, bytes, file.bytes);
    let contents = &into[before..];
    let is_given = file.sha256.is_empty();
    if is_given {
        given::check_start(file, contents)?;
    }
    unpacked?;
    let other_size = DataError::Size {
        file: name(),
        found: contents.len(),
        expected: file.bytes,
    };
    if !is_given && contents.len() != file.bytes {
        return Err(other_size);
    }
    let mut hash = Sha256::new();
    hash_in_chunks(&mut hash, contents);
    let found = hex(&hash.finalize());
    if is_given {
        if let Some((set, other)) = file_of(&found) {
            return Err(DataError::OtherSet {
                file: name(),
                found: other.path.into(),
                name: set.title.into(),
            });
        }
        given::check_size(file, contents.len())?;
        if contents.len() != file.bytes {
            return Err(other_size);
        }
    } else if found != file.sha256 {
        if let Some((set, other)) = file_of(&found) {
            return Err(DataError::Misnamed {
                file: name(),
                found: other.path.into(),
                name: set.title.into(),
            });
        }
        return Err(DataError::Checksum {
            file: name(),
            found,
            expected: file.sha256.into(),
        });
    }
    Ok(())
}

/// The listed file with that digest, and its data set.
#[inline(never)]
fn file_of(sha256: &str) -> Option<(&'static RemoteDataset, &'static RemoteFile)> {
    let mut files = list()
        .iter()
        .copied()
        .flat_map(|set| set.files.iter().map(move |file| (set, file)));
    files.find(|(_, file)| file.sha256 == sha256)
}

/// A byte as a character that can stand in a message.
fn printable(byte: u8) -> char {
    if byte == b' ' || byte.is_ascii_graphic() {
        char::from(byte)
    } else {
        '?'
    }
}

#[cfg(test)]
impl super::RemoteDataset {
    /// The real files, verified, from the folder that `BUNSEN_DATA` names. None, and a line that says why, where that
    /// folder does not have them.
    pub(crate) fn real_files(&self) -> Option<Vec<VerifiedFile>> {
        let data = std::env::var_os("BUNSEN_DATA");
        let folder = data.map(|data| std::path::Path::new(&data).join(self.folder));
        let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
            eprintln!(
                "skipped: set BUNSEN_DATA to a folder with {}/*.gz to run this test",
                self.folder
            );
            return None;
        };
        let read = |file: &'static RemoteFile| {
            check(file, &*std::fs::read(folder.join(file.path)).unwrap())
        };
        Some(self.files.iter().map(|file| read(file).unwrap()).collect())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use super::*;
    use crate::data::manifest::CIFAR10;

    pub const SMALL: RemoteFile = RemoteFile {
        path: "small.gz",
        role: "a test",
        examples: Examples::Test(1),
        bytes: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    };

    fn pack(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn the_right_bytes_pass_packed_or_plain() {
        assert_eq!(check(&SMALL, &b"abc"[..]).unwrap().contents(), b"abc");
        assert_eq!(check(&SMALL, &*pack(b"abc")).unwrap().contents(), b"abc");
    }

    #[test]
    fn wrong_bytes_say_what_is_wrong() {
        let message = |bytes: &[u8]| check(&SMALL, bytes).unwrap_err().to_string();
        assert_eq!(
            message(b""),
            "small.gz: the file is empty; a download that broke off leaves such a file, so fetch it again."
        );
        assert_eq!(
            message(b"\n<!DOCTYPE html><html>"),
            "small.gz: this is a web page, not the data (it starts with \"<!DOCTYPE html>\"); the address it came from may be wrong or moved."
        );
        assert_eq!(
            message(b"abd"),
            "small.gz: the checksum (SHA-256) of its contents is a52d159f262b…, but ba7816bf8f01… is right; it is damaged or another file, and is not used."
        );
        assert_eq!(
            message(&pack(b"ab")),
            "small.gz: 2 bytes, but 3 are right; the download may have broken off, so fetch it again."
        );
        assert_eq!(
            message(&pack(b"abcd")),
            "small.gz: unpacks to more than the 3 bytes it should hold, so it was not unpacked further."
        );
        let packed = pack(b"abc");
        assert_eq!(
            message(&packed[..packed.len() - 1]),
            "small.gz: the gzip data is cut off before its end; fetch the file again."
        );
    }

    /// With the real files, where `BUNSEN_DATA` says where they are.
    #[test]
    fn a_batch_under_the_name_of_another_is_recognised() {
        let Some(files) = CIFAR10.real_files() else {
            return;
        };
        let error = check(&CIFAR10.files[2], files[1].contents()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "data_batch_3.bin.gz: this is data_batch_2.bin.gz of CIFAR-10, under another name; give each file under its own."
        );
    }

    #[test]
    fn unknown_names_are_errors() {
        let message = |name, path| verify(name, path, b"abc").unwrap_err().to_string();
        assert_eq!(
            message("mnust", "x"),
            "There is no data set \"mnust\" to be fetched; there is mnist, fashion, cifar10, kmnist, emnist-balanced, emnist-letters, cifar100, cifar100-coarse, svhn."
        );
        assert!(
            message("mnist", "x")
                .starts_with("The data set mnist has no file \"x\"; it has train-images")
        );
    }
}
