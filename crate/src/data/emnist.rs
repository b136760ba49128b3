//! EMNIST: handwritten digits and letters in MNIST's form, grey, 28×28. Of its splits these are `balanced`, with capital letters and those
//! small ones that look otherwise, and `letters`, with both as one class.
//!
//! G. Cohen, S. Afshar, J. Tapson, A. van Schaik: EMNIST: an extension of MNIST to handwritten letters, 2017. In the files rows and columns
//! are exchanged, and the labels of `letters` begin at 1. The classes are those of the data set's `…-mapping.txt`; mean and standard deviation
//! those that PyTorch's users take.

use super::given::{self, IdxForm};
use super::manifest::{NamedContents, Original, RemoteDataset};
use super::mnist::MNIST_INPUT;
use super::registry::{Declaration, Source};
use super::{DataError, Split};
use crate::recipe::{ChoiceInfo, DatasetSpec, DigestPrefix, FieldType, Input, InputSpec, options};

options! {
    Data;
    /// The digest of EMNIST's images and labels (balanced) as they were read: a link says which are meant.
    BALANCED_CONTENTS: DigestPrefix = "emnist-balanced", "", "Digest of EMNIST, balanced", FieldType::Digest;
    /// The digest of EMNIST's images and labels (letters) as they were read: a link says which are meant.
    LETTERS_CONTENTS: DigestPrefix = "emnist-letters", "", "Digest of EMNIST, letters", FieldType::Digest;
}

/// EMNIST, balanced.
pub static BALANCED: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "emnist-balanced",
            label: "EMNIST, balanced",
            help: "131,600 handwritten digits and letters, 28×28 grey, in 47 classes (Cohen et al.). You give gzip.zip, from www.nist.gov/itl/products-and-services/emnist-dataset.",
        },
        options: &[&BALANCED_CONTENTS.field],
        max_examples: 112_800,
        input: InputSpec::Fixed(Input {
            mean: &[0.1751],
            std: &[0.3332],
            classes: CHARACTERS.len(),
            ..MNIST_INPUT
        }),
    },
    title: "EMNIST, balanced",
    classes: &CHARACTERS,
    source: Source::Remote {
        dataset: &BALANCED_FILES,
        read: |files| read(files, &BALANCED_FILES, &CHARACTERS, 0),
        contents: Some(&BALANCED_CONTENTS),
    },
};

/// EMNIST, letters.
pub static LETTERS: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "emnist-letters",
            label: "EMNIST, letters",
            help: "145,600 handwritten letters, large and small, 28×28 grey, in 26 classes (Cohen et al.). You give gzip.zip, from www.nist.gov/itl/products-and-services/emnist-dataset.",
        },
        options: &[&LETTERS_CONTENTS.field],
        max_examples: 124_800,
        input: InputSpec::Fixed(Input {
            mean: &[0.1722],
            std: &[0.3309],
            classes: ALPHABET.len(),
            ..MNIST_INPUT
        }),
    },
    title: "EMNIST, letters",
    classes: &ALPHABET,
    source: Source::Remote {
        dataset: &LETTERS_FILES,
        read: |files| read(files, &LETTERS_FILES, &ALPHABET, 1),
        contents: Some(&LETTERS_CONTENTS),
    },
};

/// The classes of `balanced`.
#[rustfmt::skip]
static CHARACTERS: [&str; 47] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
    "a", "b", "d", "e", "f", "g", "h", "n", "q", "r", "t",
];

/// The classes of `letters`, of which each has the small letter too.
#[rustfmt::skip]
static ALPHABET: [&str; 26] = [
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
];

/// The files of `balanced`. The digest of the archive is that of TensorFlow Datasets (`url_checksums/emnist.txt`).
pub const BALANCED_FILES: RemoteDataset = RemoteDataset {
    name: "emnist-balanced",
    title: "EMNIST, balanced",
    folder: "emnist",
    license: "By G. Cohen, S. Afshar, J. Tapson and A. van Schaik, from NIST Special Database 19; not part of Bunsen.",
    files: &[
        given::training(
            "emnist-balanced-train-images-idx3-ubyte.gz",
            "training images",
            112_800,
            16 + 112_800 * 784,
        ),
        given::training(
            "emnist-balanced-train-labels-idx1-ubyte.gz",
            "training labels",
            112_800,
            8 + 112_800,
        ),
        given::test(
            "emnist-balanced-test-images-idx3-ubyte.gz",
            "test images",
            18_800,
            16 + 18_800 * 784,
        ),
        given::test(
            "emnist-balanced-test-labels-idx1-ubyte.gz",
            "test labels",
            18_800,
            8 + 18_800,
        ),
    ],
    originals: &[Original {
        name: "gzip.zip",
        bytes: 561_753_746,
        sha256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
    }],
    home: "https://www.nist.gov/itl/products-and-services/emnist-dataset",
    ..given::GIVEN
};

/// The files of `letters`, in the same archive.
pub const LETTERS_FILES: RemoteDataset = RemoteDataset {
    name: "emnist-letters",
    title: "EMNIST, letters",
    files: &[
        given::training(
            "emnist-letters-train-images-idx3-ubyte.gz",
            "training images",
            124_800,
            16 + 124_800 * 784,
        ),
        given::training(
            "emnist-letters-train-labels-idx1-ubyte.gz",
            "training labels",
            124_800,
            8 + 124_800,
        ),
        given::test(
            "emnist-letters-test-images-idx3-ubyte.gz",
            "test images",
            20_800,
            16 + 20_800 * 784,
        ),
        given::test(
            "emnist-letters-test-labels-idx1-ubyte.gz",
            "test labels",
            20_800,
            8 + 20_800,
        ),
    ],
    ..BALANCED_FILES
};

/// The examples of a file of images and one of labels, which are counted from `first`.
fn read(
    files: Vec<NamedContents>,
    dataset: &RemoteDataset,
    classes: &'static [&'static str],
    first: u8,
) -> Result<Split, DataError> {
    let form = IdxForm {
        first_label: first,
        is_transposed: true,
    };
    given::read_idx(files, dataset, classes, form)
}

#[cfg(test)]
mod tests {
    use super::super::given::tests::error;
    use super::super::idx::tests::file;
    use super::*;

    /// Two images of each class: image i has a stroke of i + 1 in its first column, as the file has it.
    fn small(classes: u32, first: u8) -> Vec<NamedContents> {
        let count = 2 * classes;
        let mut pixels = vec![0; count as usize * 784];
        for (index, image) in pixels.chunks_exact_mut(784).enumerate() {
            image[1..4].fill(index as u8 + 1);
        }
        let labels: Vec<u8> = (0..count).map(|i| (i % classes) as u8 + first).collect();
        vec![
            ("images", file(&[0x803, count, 28, 28], &pixels)),
            ("labels", file(&[0x801, count], &labels)),
        ]
    }

    #[test]
    fn images_are_turned_the_right_way() {
        let split = read(small(47, 0), &BALANCED_FILES, &CHARACTERS, 0).unwrap();
        let image = split.image(6);
        // What the file has in the first row stands in the first column.
        for row in 0..28 {
            let expected = if (1..4).contains(&row) { 7 } else { 0 };
            assert_eq!((image[row * 28], image[row]), (expected, 0), "{row}");
        }
    }

    #[test]
    fn labels_of_letters_are_counted_from_one() {
        let split = read(small(26, 1), &LETTERS_FILES, &ALPHABET, 1).unwrap();
        assert_eq!((split.labels[0], split.labels[25]), (0, 25));
        let error = read(small(26, 0), &LETTERS_FILES, &ALPHABET, 1).unwrap_err();
        assert_eq!(
            error.to_string(),
            "EMNIST, letters has 2 images of each class here, and labels has 0 of Z: it is damaged, or of another data set."
        );
    }

    #[test]
    fn files_of_another_split_are_told_by_their_size() {
        let labels = file(&[0x801, 20_800], &[1; 20_800]);
        assert_eq!(
            error("emnist-balanced", BALANCED_FILES.files[1].path, &labels),
            "emnist-balanced-train-labels-idx1-ubyte.gz: 20800 training labels are in it, and 112800 are right; fewer or others can be trained on as images of one's own."
        );
    }
}
