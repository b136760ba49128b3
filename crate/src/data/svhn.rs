//! SVHN: house numbers from the street, cropped to one digit each, in colour, 32×32.
//!
//! Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu, A. Y. Ng: Reading digits in natural images with unsupervised feature learning, 2011. The
//! files are MATLAB's; the crate `bunsen-images` makes records of them as CIFAR-10's binary version has them, with 0 for the digit 0, whose
//! label is 10 there. Mean and standard deviation are those that PyTorch's users take.

use super::cifar10::Labels;
use super::given;
use super::manifest::{NamedContents, Original, RemoteDataset};
use super::mnist::DIGIT_CLASSES;
use super::registry::{Declaration, Source};
use super::{DataError, Split};
use crate::recipe::{ChoiceInfo, DatasetSpec, DigestPrefix, FieldType, Input, InputSpec, options};

options! {
    Data;
    /// The digest of SVHN's images and labels as they were read: a link says which are meant.
    CONTENTS: DigestPrefix = "svhn", "", "Digest of SVHN", FieldType::Digest;
}

/// SVHN.
pub static SVHN: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "svhn",
            label: "SVHN",
            help: "99,289 digits of house numbers in colour, 32×32, cropped (Netzer et al.). You give train_32x32.mat and test_32x32.mat, from ufldl.stanford.edu/housenumbers.",
        },
        options: &[&CONTENTS.field],
        max_examples: TRAIN as u64,
        input: InputSpec::Fixed(Input {
            shape: [3, 32, 32],
            mean: &[0.4377, 0.4438, 0.4728],
            std: &[0.1980, 0.2010, 0.1970],
            classes: DIGIT_CLASSES.len(),
        }),
    },
    title: "SVHN",
    classes: &DIGIT_CLASSES,
    source: Source::Remote {
        dataset: &FILES,
        read,
        contents: Some(&CONTENTS),
    },
};

/// Training images.
const TRAIN: usize = 73_257;
/// Test images.
const TEST: usize = 26_032;
/// Bytes of a record: the label, the image.
const RECORD: usize = 1 + 3 * 32 * 32;

/// Its files; their sizes are those of the records. The digests of the downloads are those of TensorFlow Datasets
/// (`url_checksums/svhn_cropped.txt`).
pub const FILES: RemoteDataset = RemoteDataset {
    name: "svhn",
    title: "SVHN",
    folder: "svhn",
    license: "By Y. Netzer et al., for non-commercial use only; not part of Bunsen.",
    files: &[
        given::training("train_32x32.mat", "training images", TRAIN, TRAIN * RECORD),
        given::test("test_32x32.mat", "test images", TEST, TEST * RECORD),
    ],
    originals: &[
        Original {
            name: "train_32x32.mat",
            bytes: 182_040_794,
            sha256: "435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
        },
        Original {
            name: "test_32x32.mat",
            bytes: 64_275_384,
            sha256: "cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
        },
    ],
    home: "https://ufldl.stanford.edu/housenumbers/",
    ..given::GIVEN
};

fn read(files: Vec<NamedContents>) -> Result<Split, DataError> {
    let labels = Labels {
        bytes: 1,
        used: 0,
        classes: DIGIT_CLASSES.len(),
    };
    Ok(given::read_records(files, &FILES, labels)?.1)
}
