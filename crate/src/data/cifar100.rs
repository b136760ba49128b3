//! CIFAR-100: colour photographs of a hundred kinds of things, 32×32, which are also sorted into twenty coarse classes.
//!
//! A. Krizhevsky: Learning multiple layers of features from tiny images, 2009. Read here is the binary version: records of the coarse
//! label, the fine label and the pixels, as CIFAR-10's. The classes are those of `fine_label_names.txt` and `coarse_label_names.txt` in the
//! archive; mean and standard deviation those that PyTorch's users take.

use super::cifar10::Labels;
use super::given::{self, balanced};
use super::manifest::{Archive, NamedContents, Original, RemoteDataset};
use super::registry::{Declaration, Source};
use super::{DataError, Split};
use crate::recipe::{ChoiceInfo, DatasetSpec, DigestPrefix, FieldType, Input, InputSpec, options};

options! {
    Data;
    /// The digest of CIFAR-100's images and labels as they were read: a link says which are meant.
    CONTENTS: DigestPrefix = "cifar100", "", "Digest of CIFAR-100", FieldType::Digest;
    /// The digest of CIFAR-100's images and coarse labels as they were read: a link says which are meant.
    COARSE_CONTENTS: DigestPrefix = "cifar100-coarse", "", "Digest of CIFAR-100, coarse", FieldType::Digest;
}

/// CIFAR-100, with its hundred classes.
pub static CIFAR100: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "cifar100",
            label: "CIFAR-100",
            help: "60,000 colour photographs of a hundred kinds of things, 32×32 (Krizhevsky). You give the archive, from www.cs.toronto.edu/~kriz/cifar.html.",
        },
        options: &[&CONTENTS.field],
        max_examples: TRAIN as u64,
        input: InputSpec::Fixed(INPUT),
    },
    title: "CIFAR-100",
    classes: &FINE,
    source: Source::Remote {
        dataset: &FINE_FILES,
        read: |files| read(files, 1, &FINE),
        contents: Some(&CONTENTS),
    },
};

/// CIFAR-100, with its twenty coarse classes.
pub static CIFAR100_COARSE: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "cifar100-coarse",
            label: "CIFAR-100, coarse",
            help: "The photographs of CIFAR-100 in its twenty coarse classes. You give the archive, from www.cs.toronto.edu/~kriz/cifar.html.",
        },
        options: &[&COARSE_CONTENTS.field],
        max_examples: TRAIN as u64,
        input: InputSpec::Fixed(Input {
            classes: COARSE.len(),
            ..INPUT
        }),
    },
    title: "CIFAR-100, coarse",
    classes: &COARSE,
    source: Source::Remote {
        dataset: &COARSE_FILES,
        read: |files| read(files, 0, &COARSE),
        contents: Some(&COARSE_CONTENTS),
    },
};

const INPUT: Input = Input {
    shape: [3, 32, 32],
    mean: &[0.5071, 0.4865, 0.4409],
    std: &[0.2673, 0.2564, 0.2762],
    classes: FINE.len(),
};

/// Training images.
const TRAIN: usize = 50_000;
/// Test images.
const TEST: usize = 10_000;
/// Bytes of a record: two labels, the image.
const RECORD: usize = 2 + 3 * 32 * 32;

/// Its files, for the hundred classes. The digest of the binary archive is that of TensorFlow Datasets (`url_checksums/cifar100.txt`), that of
/// the Python version Keras' (`datasets/cifar100.py`).
pub const FINE_FILES: RemoteDataset = RemoteDataset {
    name: "cifar100",
    title: "CIFAR-100",
    folder: "cifar-100",
    license: "By A. Krizhevsky, V. Nair and G. Hinton, who state no licence; not part of Bunsen.",
    files: &[
        given::training("train.bin.gz", "training images", TRAIN, TRAIN * RECORD),
        given::test("test.bin.gz", "test images", TEST, TEST * RECORD),
    ],
    originals: &[
        Original {
            name: "cifar-100-binary.tar.gz",
            bytes: 168_513_733,
            sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        },
        Original {
            name: "cifar-100-python.tar.gz",
            bytes: 169_001_437,
            sha256: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
        },
    ],
    archive: Some(Archive {
        address: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
        folder: "cifar-100-binary/",
    }),
    home: "https://www.cs.toronto.edu/~kriz/cifar.html",
    ..given::GIVEN
};

/// The same files, for the twenty classes.
pub const COARSE_FILES: RemoteDataset = RemoteDataset {
    name: "cifar100-coarse",
    title: "CIFAR-100, coarse",
    ..FINE_FILES
};

/// The examples of a file, with one of its two labels as the class.
fn read(
    files: Vec<NamedContents>,
    used: usize,
    classes: &'static [&'static str],
) -> Result<Split, DataError> {
    let labels = Labels {
        bytes: 2,
        used,
        classes: classes.len(),
    };
    let (file, split) = given::read_records(files, &FINE_FILES, labels)?;
    balanced(FINE_FILES.title, file, classes, split)
}

/// The fine classes.
#[rustfmt::skip]
static FINE: [&str; 100] = [
    "apple", "aquarium fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
    "bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
    "chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur",
    "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
    "lamp", "lawn mower", "leopard", "lion", "lizard", "lobster", "man", "maple tree", "motorcycle", "mountain",
    "mouse", "mushroom", "oak tree", "orange", "orchid", "otter", "palm tree", "pear", "pickup truck", "pine tree",
    "plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket",
    "rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
    "squirrel", "streetcar", "sunflower", "sweet pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
    "train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow tree", "wolf", "woman", "worm",
];

/// The coarse classes.
#[rustfmt::skip]
static COARSE: [&str; 20] = [
    "aquatic mammals", "fish", "flowers", "food containers", "fruit and vegetables",
    "household electrical devices", "household furniture", "insects", "large carnivores", "large man-made outdoor things",
    "large natural outdoor scenes", "large omnivores and herbivores", "medium mammals", "non-insect invertebrates", "people",
    "reptiles", "small mammals", "trees", "vehicles 1", "vehicles 2",
];

#[cfg(test)]
mod tests {
    use super::super::given::tests::error;
    use super::*;
    use crate::data;

    /// Records whose fine label is i mod 100 and whose coarse one is i mod 20.
    fn records(count: usize) -> Vec<u8> {
        let mut bytes = vec![9; count * RECORD];
        for (i, record) in bytes.chunks_exact_mut(RECORD).enumerate() {
            record[..3].copy_from_slice(&[(i % 20) as u8, (i % 100) as u8, i as u8]);
        }
        bytes
    }

    #[test]
    fn a_file_has_fine_and_coarse_labels_of_the_same_images() {
        let fine = read(vec![("f", records(200))], 1, &FINE).unwrap();
        let coarse = read(vec![("f", records(200))], 0, &COARSE).unwrap();
        assert_eq!((fine.labels[123], coarse.labels[123]), (23, 3));
        assert_eq!(fine.images, coarse.images);
        assert_eq!(fine.image(123)[..2], [123, 9]);
        assert_eq!((FINE[23], COARSE[3]), ("cloud", "food containers"));
    }

    #[test]
    fn labels_that_are_no_classes_or_not_as_many_of_each_are_refused() {
        let mut wrong = records(200);
        wrong[5 * RECORD] = 20;
        let coarse = read(vec![("train.bin", wrong.clone())], 0, &COARSE);
        assert_eq!(
            coarse.unwrap_err().to_string(),
            "train.bin: the label of record 5 (counted from 0) is 20, but labels go from 0 to 19."
        );
        wrong[5 * RECORD + 1] = 6;
        let fine = read(vec![("train.bin", wrong)], 1, &FINE);
        assert_eq!(
            fine.unwrap_err().to_string(),
            "CIFAR-100 has 2 images of each class here, and train.bin has 1 of bed: it is damaged, or of another data set."
        );
    }

    #[test]
    fn files_of_another_size_are_refused() {
        assert_eq!(
            error("cifar100", "test.bin.gz", &records(200)),
            "test.bin.gz: 200 test images are in it, and 10000 are right; fewer or others can be trained on as images of one's own."
        );
        assert_eq!(
            error("cifar100", "test.bin.gz", &records(200)[1..]),
            "test.bin.gz: 614799 bytes, but 30740000 are right; the download may have broken off, so fetch it again."
        );
    }

    /// With the real files, where `BUNSEN_DATA` says where they are.
    #[test]
    fn a_batch_of_cifar_10_is_told_by_its_digest() {
        let Some(files) = data::manifest::CIFAR10.real_files() else {
            return;
        };
        assert_eq!(
            error("cifar100-coarse", "train.bin.gz", files[0].contents()),
            "train.bin.gz: this is data_batch_1.bin.gz of CIFAR-10, and no file of this data set."
        );
    }
}
