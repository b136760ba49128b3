//! The manifest: the one list of remote files, sizes, digests and mirrors that the page, the command line and the tests use.
//!
//! Files are downloaded packed or plain. Sizes and digests are of the unpacked contents, so that it does not matter who packed
//! them, and contents that do not match are never used.
//!
//! Of some data sets no digest of the contents is stated anywhere: their files are given by a person, are read with what can be checked
//! of them ([`super::given`]), and are proven only where they come from a download whose digest is stated ([`Original`]).

mod list;
mod original;
mod verified;

pub use list::{CIFAR10, FASHION, MNIST, REMOTE_DATASETS};
pub use original::Original;
pub use verified::{VerifiedFile, verify, verify_from, verify_with_room};

use super::DataError;

/// The examples that a file holds. Where images and labels are in separate files, both hold the same examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Examples {
    /// Training examples.
    Train {
        /// The index of the first among all training examples.
        first: usize,
        /// How many there are.
        count: usize,
    },
    /// All test examples, with their number.
    Test(usize),
}

/// A file of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its path below `data/<folder>/` and below each mirror.
    pub path: &'static str,
    /// Its contents, in words.
    pub role: &'static str,
    /// The examples that it holds.
    pub examples: Examples,
    /// The size of its unpacked contents, in bytes.
    pub bytes: usize,
    /// SHA-256 of its unpacked contents, in hexadecimal; empty where none is stated.
    pub sha256: &'static str,
}

/// A server that has the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The URL to which a file's path is appended.
    pub prefix: &'static str,
    /// Whether it answers requests from web pages of other origins; if not, only native commands can use it.
    pub cross_origin: bool,
}

/// An archive (tar in gzip) that holds the files of a data set. Native commands can download it; a page cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Its URL.
    pub address: &'static str,
    /// The folder in it that holds the files, unpacked: `<folder><path without .gz>`.
    pub folder: &'static str,
}

/// A copy of a data set's files as pictures, which is smaller, and may be where the files themselves are not: a PNG for each file,
/// with a row of pixels for each image, and lists of labels in JSON. Pages put the files together again, and verify them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheets {
    /// The URLs to which names are appended, in the order in which they are tried. All answer requests from web pages of other
    /// origins.
    pub prefixes: &'static [&'static str],
    /// The sheet of each file, in the order of the files.
    pub sheets: &'static [Sheet],
}

/// A file as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The name of the picture.
    pub picture: &'static str,
    /// The name of the list of labels.
    pub labels: &'static str,
    /// Where in that list the file's labels begin.
    pub first: usize,
}

/// A data set that is downloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteDataset {
    /// The name in a link.
    pub name: &'static str,
    /// The name on the page.
    pub title: &'static str,
    /// Its folder below `data/`, or below the folder that `BUNSEN_DATA` names.
    pub folder: &'static str,
    /// Whose it is and on what terms.
    pub license: &'static str,
    /// Its files, in the order in which they are downloaded and read: the training files first, in the order of their examples.
    pub files: &'static [RemoteFile],
    /// Servers that have the files, in the order in which they are tried.
    pub mirrors: &'static [Mirror],
    /// Its files as pictures, where there is such a copy.
    pub sheets: Option<Sheets>,
    /// The size of all its files together as mirrors or sheets have them, packed: in bytes, for who is told before they are fetched.
    pub packed_bytes: usize,
    /// The archive that holds the files, where there is one.
    pub archive: Option<Archive>,
    /// The digest of the whole, as [`super::Dataset::new`] takes it; empty where the files' digests are not stated.
    pub digest: &'static str,
    /// The files as they are published, with the digests that are stated of them; none where the files' own are known.
    pub originals: &'static [Original],
    /// The page where a person finds the files, where nothing fetches them.
    pub home: &'static str,
}

/// Every remote data set. Hidden from the compiler, for a comparison with each of them would be code of its own.
#[inline(never)]
pub fn list() -> &'static [&'static RemoteDataset] {
    std::hint::black_box(REMOTE_DATASETS)
}

/// The remote data set of that name.
pub fn find(name: &str) -> Result<&'static RemoteDataset, DataError> {
    list()
        .iter()
        .copied()
        .find(|f| f.name == name)
        .ok_or_else(|| unknown(name))
}

/// The error of a name that no remote data set has.
pub(super) fn unknown(name: &str) -> DataError {
    let known: Vec<_> = list().iter().map(|f| f.name).collect();
    DataError::UnknownSet {
        name: name.into(),
        known: known.join(", "),
    }
}

impl RemoteDataset {
    /// Whether its files are given by a person, for no digest of their contents is stated.
    pub fn is_given(&self) -> bool {
        self.digest.is_empty()
    }

    /// This data set's file `path`.
    pub fn file(&self, path: &str) -> Result<&'static RemoteFile, DataError> {
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

    /// The files that a run needs to start, if it trains on the first `subset` examples (0 for all).
    pub fn training(&self, subset: usize) -> impl Iterator<Item = &'static RemoteFile> {
        let needed = move |file: &&RemoteFile| match file.examples {
            Examples::Train { first, .. } => subset == 0 || first < subset,
            Examples::Test(_) => false,
        };
        self.files.iter().filter(needed)
    }

    /// The files that a run needs to be evaluated.
    pub fn test(&self) -> impl Iterator<Item = &'static RemoteFile> {
        let is_test = |file: &&RemoteFile| matches!(file.examples, Examples::Test(_));
        self.files.iter().filter(is_test)
    }

    /// The number of training examples.
    pub fn training_examples(&self) -> usize {
        let end = |file: &RemoteFile| match file.examples {
            Examples::Train { first, count } => first + count,
            Examples::Test(_) => 0,
        };
        self.files.iter().map(end).max().unwrap_or(0)
    }

    /// The number of test examples.
    pub fn test_examples(&self) -> usize {
        let count = |file: &RemoteFile| match file.examples {
            Examples::Test(count) => Some(count),
            Examples::Train { .. } => None,
        };
        self.files.iter().find_map(count).unwrap_or(0)
    }

    /// The error of a wrong number of files.
    pub(super) fn wrong_file_count(&self, found: usize, expected: usize) -> DataError {
        DataError::FileCount {
            name: self.title.into(),
            found,
            expected,
        }
    }

    /// The contents of the files, with their paths, if they are the first of its training files, in order.
    pub(super) fn training_contents(
        &self,
        files: Vec<VerifiedFile>,
    ) -> Result<Vec<NamedContents>, DataError> {
        let count = count_files(&files).max(1);
        self.contents(self.training(0).take(count).collect(), files)
    }

    /// The contents of the files, with their paths, if they are all of its test files, in order.
    pub(super) fn test_contents(
        &self,
        files: Vec<VerifiedFile>,
    ) -> Result<Vec<NamedContents>, DataError> {
        self.contents(self.test().collect(), files)
    }

    #[inline(never)]
    fn contents(
        &self,
        expected: Vec<&'static RemoteFile>,
        files: Vec<VerifiedFile>,
    ) -> Result<Vec<NamedContents>, DataError> {
        let count = count_files(&files);
        if count != expected.len() {
            return Err(self.wrong_file_count(count, expected.len()));
        }
        let mut position = 0;
        let contents = files.into_iter().map(|found| {
            let expected = expected[position];
            position += 1 + found.followers;
            if (found.file.path, found.file.sha256) == (expected.path, expected.sha256) {
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

/// How many files these are, with those that were appended.
fn count_files(files: &[VerifiedFile]) -> usize {
    files.iter().map(|file| 1 + file.followers).sum()
}

impl RemoteFile {
    /// Whether it has examples that follow those of the file before it, in the same form.
    pub fn follows(&self) -> bool {
        matches!(self.examples, Examples::Train { first, .. } if first > 0)
    }

    /// The path of the unpacked file.
    pub fn unpacked(&self) -> &'static str {
        self.path.strip_suffix(".gz").unwrap_or(self.path)
    }
}

/// A file's path and its contents.
pub(super) type NamedContents = (&'static str, Vec<u8>);

#[cfg(test)]
mod tests {
    use super::verified::check;
    use super::verified::tests::SMALL;
    use super::*;

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
        const fn shard(path: &'static str, first: usize) -> RemoteFile {
            let examples = Examples::Train {
                first,
                count: 10_000,
            };
            RemoteFile {
                path,
                examples,
                ..SMALL
            }
        }
        const FILES: &[RemoteFile] = &[
            shard("one", 0),
            shard("two", 10_000),
            shard("three", 20_000),
            RemoteFile {
                path: "test",
                examples: Examples::Test(10_000),
                ..SMALL
            },
        ];
        let set = RemoteDataset {
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
}
