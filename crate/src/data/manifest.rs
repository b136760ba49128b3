//! What is fetched: the one list of files, sizes, digests and places that the page, the command line and the tests use.
//!
//! Files travel packed or plain. Sizes and digests are of the unpacked contents, so that it does not matter who packed
//! them, and no byte that does not match is ever used.

use sha2::{Digest as _, Sha256};

use super::{DataError, gzip, hex};

/// A file of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below `data/<name>/` and below each mirror.
    pub path: &'static str,
    /// What it holds.
    pub role: &'static str,
    /// The size of its unpacked contents, in bytes.
    pub bytes: usize,
    /// SHA-256 of its unpacked contents, in hexadecimal.
    pub sha256: &'static str,
}

/// A place to fetch from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The address to which a file's path is appended.
    pub prefix: &'static str,
    /// Whether it answers requests from web pages of other origins; if not, only native commands can use it.
    pub cross_origin: bool,
}

/// A data set that must be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The name in a link.
    pub name: &'static str,
    /// The name on the page.
    pub title: &'static str,
    /// Whose it is and on what terms.
    pub license: &'static str,
    /// Its files, in the order in which they are read.
    pub files: &'static [File],
    /// Where they can be fetched, to be tried in turn.
    pub mirrors: &'static [Mirror],
    /// The digest of the whole, as [`super::Dataset::new`] takes it.
    pub digest: &'static str,
}

/// MNIST.
pub const MNIST: Fetched = Fetched {
    name: "mnist",
    title: "MNIST",
    license: "By Y. LeCun, C. Cortes and C. J. C. Burges, who state no licence; fetched from public copies and not part of Bunsen.",
    files: &[
        File {
            path: "train-images-idx3-ubyte.gz",
            role: "training images",
            bytes: 47_040_016,
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        },
        File {
            path: "train-labels-idx1-ubyte.gz",
            role: "training labels",
            bytes: 60_008,
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        },
        File {
            path: "t10k-images-idx3-ubyte.gz",
            role: "test images",
            bytes: 7_840_016,
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        },
        File {
            path: "t10k-labels-idx1-ubyte.gz",
            role: "test labels",
            bytes: 10_008,
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ],
    mirrors: &[
        Mirror {
            prefix: "https://cdn.jsdelivr.net/gh/fgnt/mnist/",
            cross_origin: true,
        },
        Mirror {
            prefix: "https://storage.googleapis.com/cvdf-datasets/mnist/",
            cross_origin: false,
        },
        Mirror {
            prefix: "https://ossci-datasets.s3.amazonaws.com/mnist/",
            cross_origin: false,
        },
    ],
    digest: "e8bad54eec172523b7d2d8ad734cb076c9c09f2550bdc66d78cf6d75d3a0769a",
};

/// Every data set that must be fetched.
pub const FETCHED: &[&Fetched] = &[&MNIST];

/// The fetched data set `name`.
pub fn find(name: &str) -> Result<&'static Fetched, DataError> {
    FETCHED
        .iter()
        .copied()
        .find(|f| f.name == name)
        .ok_or_else(|| DataError::UnknownSet {
            name: name.into(),
            known: FETCHED
                .iter()
                .map(|f| f.name)
                .collect::<Vec<_>>()
                .join(", "),
        })
}

impl Fetched {
    /// This data set's file `path`.
    pub fn file(&self, path: &str) -> Result<&'static File, DataError> {
        self.files
            .iter()
            .find(|f| f.path == path)
            .ok_or_else(|| DataError::UnknownFile {
                name: self.name.into(),
                file: path.into(),
                known: self
                    .files
                    .iter()
                    .map(|f| f.path)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }
}

/// The unpacked contents of file `path` of data set `name`, given its bytes packed or plain, if they are what the
/// manifest lists: size and SHA-256 are checked.
pub fn verify(name: &str, path: &str, bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    check(find(name)?.file(path)?, bytes)
}

fn check(file: &File, bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    let name = || file.path.to_string();
    // A server that does not have a file often answers with a page that says so. No file here starts with '<'.
    if let [b'<', ..] = bytes.trim_ascii_start() {
        let start = bytes
            .trim_ascii_start()
            .iter()
            .take(15)
            .map(|&b| printable(b))
            .collect();
        return Err(DataError::WebPage {
            file: name(),
            start,
        });
    }
    let contents = gzip::unpack(file.path, bytes, file.bytes)?;
    if contents.len() != file.bytes {
        return Err(DataError::Size {
            file: name(),
            found: contents.len(),
            expected: file.bytes,
        });
    }
    let found = hex(&Sha256::digest(&contents));
    if found != file.sha256 {
        return Err(DataError::Checksum {
            file: name(),
            found,
            expected: file.sha256.into(),
        });
    }
    Ok(contents)
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
mod tests {
    use std::io::Write;

    use super::*;

    const SMALL: File = File {
        path: "small.gz",
        role: "a test",
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
        assert_eq!(check(&SMALL, b"abc").unwrap(), b"abc");
        assert_eq!(check(&SMALL, &pack(b"abc")).unwrap(), b"abc");
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

    #[test]
    fn unknown_names_are_errors() {
        let message = |name, path| verify(name, path, b"abc").unwrap_err().to_string();
        assert_eq!(
            message("mnust", "x"),
            "There is no data set \"mnust\" to be fetched; there is mnist."
        );
        assert!(
            message("mnist", "x")
                .starts_with("The data set mnist has no file \"x\"; it has train-images")
        );
    }

    #[test]
    fn the_list_is_well_formed() {
        for set in FETCHED {
            assert!(
                set.mirrors.iter().any(|m| m.cross_origin),
                "a page needs a mirror"
            );
            assert!(
                set.mirrors
                    .iter()
                    .all(|m| m.prefix.starts_with("https://") && m.prefix.ends_with('/'))
            );
            let digests = set.files.iter().map(|f| f.sha256).chain([set.digest]);
            for digest in digests {
                assert!(
                    digest.len() == 64
                        && digest
                            .bytes()
                            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
                );
            }
        }
    }
}
