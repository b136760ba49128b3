//! What is fetched: the one list of files, sizes, digests and places that the page, the command line and the tests use.
//!
//! Files travel packed or plain. Sizes and digests are of the unpacked contents, so that it does not matter who packed
//! them, and no byte that does not match is ever used.

use std::io::BufRead;

use sha2::{Digest as _, Sha256};

use super::{DataError, gzip, hash_in_pieces, hex};

/// Which examples a file is of. Where images and labels lie in files of their own, both are of the same examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Examples {
    /// Examples to train on.
    Train {
        /// How many come before, in other files.
        first: usize,
        /// How many there are.
        count: usize,
    },
    /// All examples to test with, so many.
    Test(usize),
}

/// A file of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below `data/<folder>/` and below each mirror.
    pub path: &'static str,
    /// What it holds.
    pub role: &'static str,
    /// Of which examples.
    pub of: Examples,
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

/// A packed folder (tar in gzip) that holds the files of a data set. A page cannot fetch from one; native commands can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Its address.
    pub address: &'static str,
    /// The folder in it that holds the files, unpacked: `<folder><path without .gz>`.
    pub folder: &'static str,
}

/// A data set that must be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The name in a link.
    pub name: &'static str,
    /// The name on the page.
    pub title: &'static str,
    /// Its folder below `data/`, or below the folder that `BUNSEN_DATA` names.
    pub folder: &'static str,
    /// Whose it is and on what terms.
    pub license: &'static str,
    /// Its files, in the order in which they are fetched and read: those to train on first, in the order of their examples.
    pub files: &'static [File],
    /// Paths of files of the original that are not among them: what they hold takes no part.
    pub unlisted: &'static [&'static str],
    /// Where they can be fetched, to be tried in turn.
    pub mirrors: &'static [Mirror],
    /// The archive that they come from, where they can be had from one.
    pub archive: Option<Archive>,
    /// The digest of the whole, as [`super::Dataset::new`] takes it.
    pub digest: &'static str,
}

/// MNIST.
pub const MNIST: Fetched = Fetched {
    name: "mnist",
    title: "MNIST",
    folder: "mnist",
    license: "By Y. LeCun, C. Cortes and C. J. C. Burges, who state no licence; fetched from public copies and not part of Bunsen.",
    files: &[
        File {
            path: "train-images-idx3-ubyte.gz",
            role: "training images",
            of: Examples::Train {
                first: 0,
                count: 60_000,
            },
            bytes: 47_040_016,
            sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        },
        File {
            path: "train-labels-idx1-ubyte.gz",
            role: "training labels",
            of: Examples::Train {
                first: 0,
                count: 60_000,
            },
            bytes: 60_008,
            sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        },
        File {
            path: "t10k-images-idx3-ubyte.gz",
            role: "test images",
            of: Examples::Test(10_000),
            bytes: 7_840_016,
            sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        },
        File {
            path: "t10k-labels-idx1-ubyte.gz",
            role: "test labels",
            of: Examples::Test(10_000),
            bytes: 10_008,
            sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ],
    unlisted: &[],
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
    archive: None,
    digest: "e8bad54eec172523b7d2d8ad734cb076c9c09f2550bdc66d78cf6d75d3a0769a",
};

/// Fashion-MNIST. Its files have the names and the sizes of MNIST's.
pub const FASHION: Fetched = Fetched {
    name: "fashion",
    title: "Fashion-MNIST",
    folder: "fashion-mnist",
    license: "By H. Xiao, K. Rasul and R. Vollgraf, © 2017 Zalando SE, under the MIT licence; fetched from public copies and not part of Bunsen.",
    files: &[
        File {
            path: "train-images-idx3-ubyte.gz",
            role: "training images",
            of: Examples::Train {
                first: 0,
                count: 60_000,
            },
            bytes: 47_040_016,
            sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        },
        File {
            path: "train-labels-idx1-ubyte.gz",
            role: "training labels",
            of: Examples::Train {
                first: 0,
                count: 60_000,
            },
            bytes: 60_008,
            sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        },
        File {
            path: "t10k-images-idx3-ubyte.gz",
            role: "test images",
            of: Examples::Test(10_000),
            bytes: 7_840_016,
            sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        },
        File {
            path: "t10k-labels-idx1-ubyte.gz",
            role: "test labels",
            of: Examples::Test(10_000),
            bytes: 10_008,
            sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
    ],
    unlisted: &[],
    mirrors: &[
        Mirror {
            prefix: "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            cross_origin: true,
        },
        Mirror {
            prefix: "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            cross_origin: false,
        },
    ],
    archive: None,
    digest: "f94fd2e404bfdc4178b8a465cb39f9d7014bbaacfdba47c8a6ef57845a8ed7be",
};

/// CIFAR-10, its binary version: as yet the first of its five training batches, and the test batch.
///
/// Batches 2 to 5 join once their digests have been taken from the original archive: a file is listed when its contents
/// are known, and only then. (The digest of the whole then changes, and so does what `subset=0` means.)
pub const CIFAR10: Fetched = Fetched {
    name: "cifar10",
    title: "CIFAR-10",
    folder: "cifar-10",
    license: "By A. Krizhevsky, V. Nair and G. Hinton, who state no licence; fetched from the University of Toronto and not part of Bunsen.",
    files: &[
        File {
            path: "data_batch_1.bin.gz",
            role: "training images and labels, batch 1 of 5",
            of: Examples::Train {
                first: 0,
                count: 10_000,
            },
            bytes: 30_730_000,
            sha256: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        },
        File {
            path: "test_batch.bin.gz",
            role: "test images and labels",
            of: Examples::Test(10_000),
            bytes: 30_730_000,
            sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
        },
    ],
    unlisted: &[
        "data_batch_2.bin.gz",
        "data_batch_3.bin.gz",
        "data_batch_4.bin.gz",
        "data_batch_5.bin.gz",
    ],
    mirrors: &[],
    archive: Some(Archive {
        address: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        folder: "cifar-10-batches-bin/",
    }),
    digest: "6045bd88182aabfde3722445bec4b9592e0c4cf5fffe4cfe72d52b6cc285555d",
};

/// Every data set that must be fetched.
pub const FETCHED: &[&Fetched] = &[&MNIST, &FASHION, &CIFAR10];

/// The fetched data set `name`.
pub fn find(name: &str) -> Result<&'static Fetched, DataError> {
    FETCHED
        .iter()
        .copied()
        .find(|f| f.name == name)
        .ok_or_else(|| unknown(name))
}

/// The error of a name that is not in the list.
pub(super) fn unknown(name: &str) -> DataError {
    let known: Vec<_> = FETCHED.iter().map(|f| f.name).collect();
    DataError::UnknownSet {
        name: name.into(),
        known: known.join(", "),
    }
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

    /// The files that a run needs to begin, if it trains on the first `subset` examples (0 for all).
    pub fn training(&self, subset: usize) -> impl Iterator<Item = &'static File> {
        let needed = move |file: &&File| match file.of {
            Examples::Train { first, .. } => subset == 0 || first < subset,
            Examples::Test(_) => false,
        };
        self.files.iter().filter(needed)
    }

    /// The files that it needs to be scored.
    pub fn test(&self) -> impl Iterator<Item = &'static File> {
        let is_test = |file: &&File| matches!(file.of, Examples::Test(_));
        self.files.iter().filter(is_test)
    }

    /// How many examples there are to test with.
    pub fn test_examples(&self) -> usize {
        let count = |file: &File| match file.of {
            Examples::Test(count) => Some(count),
            Examples::Train { .. } => None,
        };
        self.files.iter().find_map(count).unwrap_or(0)
    }

    /// The error of a wrong number of files.
    pub(super) fn file_count(&self, found: usize, expected: usize) -> DataError {
        DataError::FileCount {
            name: self.title.into(),
            found,
            expected,
        }
    }

    /// What is in the files, with their paths, if they are the first of its training files, in order.
    pub(super) fn training_contents(&self, files: Vec<Verified>) -> Result<Vec<Named>, DataError> {
        self.contents(self.training(0).take(files.len().max(1)).collect(), files)
    }

    /// What is in the files, with their paths, if they are its test files, all and in order.
    pub(super) fn test_contents(&self, files: Vec<Verified>) -> Result<Vec<Named>, DataError> {
        self.contents(self.test().collect(), files)
    }

    fn contents(
        &self,
        right: Vec<&'static File>,
        files: Vec<Verified>,
    ) -> Result<Vec<Named>, DataError> {
        if files.len() != right.len() {
            return Err(self.file_count(files.len(), right.len()));
        }
        let pairs = right.iter().zip(files);
        let contents = pairs.map(|(expected, found)| {
            if found.file.sha256 == expected.sha256 {
                return Ok((expected.path, found.contents));
            }
            Err(DataError::FileOrder {
                name: self.title.into(),
                found: found.file.path.into(),
                expected: expected.path.into(),
            })
        });
        contents.collect()
    }
}

impl File {
    /// The name of the unpacked file.
    pub fn unpacked(&self) -> &'static str {
        self.path.strip_suffix(".gz").unwrap_or(self.path)
    }
}

/// A file's path and its contents.
pub(super) type Named = (&'static str, Vec<u8>);

/// The unpacked contents of a file, proven to be what the manifest lists: [`verify`] alone makes one.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    file: &'static File,
    contents: Vec<u8>,
}

impl Verified {
    /// Whether it is of the examples to test with.
    pub fn is_test(&self) -> bool {
        matches!(self.file.of, Examples::Test(_))
    }

    /// The unpacked contents.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }
}

/// The unpacked contents of file `path` of data set `name`, given its bytes packed or plain, if they are what the
/// manifest lists: size and SHA-256 are checked.
pub fn verify(name: &str, path: &str, bytes: &[u8]) -> Result<Verified, DataError> {
    verify_from(name, path, bytes)
}

/// The same of bytes that come piece by piece, at least two at a time.
pub fn verify_from(name: &str, path: &str, bytes: impl BufRead) -> Result<Verified, DataError> {
    check(find(name)?.file(path)?, bytes)
}

fn check(file: &'static File, mut bytes: impl BufRead) -> Result<Verified, DataError> {
    let name = || file.path.to_string();
    // A server that does not have a file often answers with a page that says so. No file here starts with '<'.
    if let start @ [b'<', ..] = gzip::ahead(&mut bytes).trim_ascii_start() {
        let start = start.iter().take(15).map(|&b| printable(b)).collect();
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
    let mut hash = Sha256::new();
    hash_in_pieces(&mut hash, &contents);
    let found = hex(&hash.finalize());
    if found != file.sha256 {
        return Err(DataError::Checksum {
            file: name(),
            found,
            expected: file.sha256.into(),
        });
    }
    Ok(Verified { file, contents })
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
impl Fetched {
    /// The real files, verified, from the folder that `BUNSEN_DATA` names. None, and a line that says why, where that
    /// folder does not have them.
    pub(crate) fn real_files(&self) -> Option<Vec<Verified>> {
        let data = std::env::var_os("BUNSEN_DATA");
        let folder = data.map(|data| std::path::Path::new(&data).join(self.folder));
        let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
            eprintln!(
                "skipped: set BUNSEN_DATA to a folder with {}/*.gz to run this test",
                self.folder
            );
            return None;
        };
        let read =
            |file: &'static File| check(file, &*std::fs::read(folder.join(file.path)).unwrap());
        Some(self.files.iter().map(|file| read(file).unwrap()).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const SMALL: File = File {
        path: "small.gz",
        role: "a test",
        of: Examples::Test(1),
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

    #[test]
    fn a_data_set_is_made_of_its_own_files_in_order() {
        let verified = || check(&SMALL, &b"abc"[..]).unwrap();
        let message = |files| MNIST.test_contents(files).unwrap_err().to_string();
        assert_eq!(
            message(vec![verified()]),
            "MNIST is read from 2 files, but 1 were given; give them in the manifest's order."
        );
        let none = CIFAR10.training_contents(Vec::new());
        assert_eq!(
            none.unwrap_err().to_string(),
            "CIFAR-10 is read from 1 files, but 0 were given; give them in the manifest's order."
        );
        assert_eq!(
            message((0..2).map(|_| verified()).collect()),
            "MNIST is read from its files in the manifest's order, but small.gz was given in the place of t10k-images-idx3-ubyte.gz."
        );
        let training = |count| {
            let files = (0..count).map(|_| verified()).collect();
            MNIST.training_contents(files).unwrap_err().to_string()
        };
        assert!(training(1).ends_with("in the place of train-images-idx3-ubyte.gz."));
        assert_eq!(
            training(3),
            "MNIST is read from 2 files, but 3 were given; give them in the manifest's order."
        );
    }

    /// A data set in the shape of the whole of CIFAR-10, of which one training file is listed today.
    #[test]
    fn a_recipe_needs_the_files_of_its_examples_and_no_others() {
        const fn shard(path: &'static str, first: usize) -> File {
            let of = Examples::Train {
                first,
                count: 10_000,
            };
            File { path, of, ..SMALL }
        }
        const FILES: &[File] = &[
            shard("one", 0),
            shard("two", 10_000),
            shard("three", 20_000),
            File {
                path: "test",
                of: Examples::Test(10_000),
                ..SMALL
            },
        ];
        let set = Fetched {
            files: FILES,
            ..CIFAR10
        };
        let needed = |subset| {
            set.training(subset)
                .map(|file| file.path)
                .collect::<Vec<_>>()
        };
        assert_eq!(needed(1), ["one"]);
        assert_eq!(needed(10_000), ["one"]);
        assert_eq!(needed(10_001), ["one", "two"]);
        assert_eq!(needed(20_000), ["one", "two"]);
        for all in [0, 20_001, 30_000, 70_000] {
            assert_eq!(needed(all), ["one", "two", "three"], "{all}");
        }
        assert_eq!(
            set.test().map(|file| file.path).collect::<Vec<_>>(),
            ["test"]
        );
        assert_eq!(set.test_examples(), 10_000);
        // Images and labels in files of their own are needed both.
        assert_eq!(MNIST.training(1).count(), 2);
    }

    #[test]
    fn unknown_names_are_errors() {
        let message = |name, path| verify(name, path, b"abc").unwrap_err().to_string();
        assert_eq!(
            message("mnust", "x"),
            "There is no data set \"mnust\" to be fetched; there is mnist, fashion, cifar10."
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
                set.mirrors.iter().any(|m| m.cross_origin) || set.archive.is_some(),
                "a page needs a mirror, or people an archive"
            );
            let mut next = 0;
            for file in set.training(0) {
                let Examples::Train { first, count } = file.of else {
                    panic!("{} is no training file", file.path);
                };
                // Of the examples that follow, or of the same ones as the file before.
                assert!(first == next || first + count == next, "{}", file.path);
                next = first + count;
            }
            assert!(next > 0 && set.test_examples() > 0);
            assert_eq!(set.training(0).chain(set.test()).count(), set.files.len());
            let listed = |path: &&str| set.files.iter().any(|f| f.path == *path);
            assert!(!set.unlisted.iter().any(listed));
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
