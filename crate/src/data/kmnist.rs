//! Kuzushiji-MNIST: hiragana as they were written by hand before 1900, grey, 28×28, in files of MNIST's form.
//!
//! T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: Deep learning for classical Japanese literature, 2018. The
//! classes are those of the data set's `kmnist_classmap.csv`; mean and standard deviation those that PyTorch's users take.

use super::given::{self, IdxForm};
use super::manifest::{NamedContents, Original, RemoteDataset};
use super::mnist::MNIST_INPUT;
use super::registry::{Declaration, Source};
use super::{DataError, Split};
use crate::recipe::{ChoiceInfo, DatasetSpec, DigestPrefix, FieldType, Input, InputSpec, options};

options! {
    Data;
    /// The digest of KMNIST's images and labels as they were read: a link says which are meant.
    CONTENTS: DigestPrefix = "kmnist", "", "Digest of KMNIST", FieldType::Digest;
}

/// KMNIST.
pub static KMNIST: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "kmnist",
            label: "KMNIST",
            help: "70,000 hiragana in old handwriting, 28×28 grey, in ten classes (Clanuwat et al.). You give the files, from codh.rois.ac.jp/kmnist.",
        },
        options: &[&CONTENTS.field],
        max_examples: TRAIN as u64,
        input: InputSpec::Fixed(Input {
            mean: &[0.1918],
            std: &[0.3483],
            ..MNIST_INPUT
        }),
    },
    title: "KMNIST",
    classes: &CLASSES,
    source: Source::Remote {
        dataset: &FILES,
        read,
        contents: Some(&CONTENTS),
    },
};

/// The classes, as they are read today.
const CLASSES: [&str; 10] = [
    "お (o)",
    "き (ki)",
    "す (su)",
    "つ (tsu)",
    "な (na)",
    "は (ha)",
    "ま (ma)",
    "や (ya)",
    "れ (re)",
    "を (wo)",
];
/// Training images.
const TRAIN: usize = 60_000;
/// Test images.
const TEST: usize = 10_000;

/// Its files. The digests of the downloads are those of TensorFlow Datasets (`url_checksums/kmnist.txt`).
pub const FILES: RemoteDataset = RemoteDataset {
    name: "kmnist",
    title: "KMNIST",
    folder: "kmnist",
    license: "By T. Clanuwat et al. (CODH, adapted from the Kuzushiji Dataset of NIJL and others), under CC BY-SA 4.0; not part of Bunsen.",
    files: &[
        given::training(
            "train-images-idx3-ubyte.gz",
            "training images",
            TRAIN,
            16 + TRAIN * 784,
        ),
        given::training(
            "train-labels-idx1-ubyte.gz",
            "training labels",
            TRAIN,
            8 + TRAIN,
        ),
        given::test(
            "t10k-images-idx3-ubyte.gz",
            "test images",
            TEST,
            16 + TEST * 784,
        ),
        given::test("t10k-labels-idx1-ubyte.gz", "test labels", TEST, 8 + TEST),
    ],
    originals: &[
        Original {
            name: "train-images-idx3-ubyte.gz",
            bytes: 18_165_135,
            sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        },
        Original {
            name: "train-labels-idx1-ubyte.gz",
            bytes: 29_497,
            sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        },
        Original {
            name: "t10k-images-idx3-ubyte.gz",
            bytes: 3_041_136,
            sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        },
        Original {
            name: "t10k-labels-idx1-ubyte.gz",
            bytes: 5_120,
            sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        },
    ],
    home: "https://codh.rois.ac.jp/kmnist/",
    ..given::GIVEN
};

fn read(files: Vec<NamedContents>) -> Result<Split, DataError> {
    let form = IdxForm {
        first_label: 0,
        is_transposed: false,
    };
    given::read_idx(files, &FILES, &CLASSES, form)
}

#[cfg(test)]
mod tests {
    use super::super::given::tests::{error, verified};
    use super::super::idx::tests::file;
    use super::*;
    use crate::data;
    use crate::data::manifest::RemoteFile;

    /// Files of the right form and size: image i is of class i mod 10.
    fn files() -> Vec<(&'static RemoteFile, Vec<u8>)> {
        let labels = |count: usize| {
            let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
            file(&[0x801, count as u32], &labels)
        };
        let images = |count: usize| file(&[0x803, count as u32, 28, 28], &vec![7; count * 784]);
        let contents = [images(TRAIN), labels(TRAIN), images(TEST), labels(TEST)];
        FILES.files.iter().zip(contents).collect()
    }

    #[test]
    fn files_of_the_right_form_are_a_data_set_with_a_digest_of_its_own() {
        let set = data::read("kmnist", verified("kmnist", files())).unwrap();
        assert_eq!((set.train.len(), set.test.len()), (TRAIN, TEST));
        assert_eq!(set.info.classes[9], "を (wo)");
        assert_eq!(set.digest.len(), 64);
        let mut others = files();
        others[2].1[16] = 8;
        let others = data::read("kmnist", verified("kmnist", others)).unwrap();
        assert_ne!(set.digest, others.digest);
    }

    #[test]
    fn labels_of_another_data_set_are_told_by_their_classes() {
        let mut changed = files();
        changed[1].1[8] = 1;
        let error = data::read("kmnist", verified("kmnist", changed)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "KMNIST has 6000 images of each class here, and train-labels-idx1-ubyte.gz has 5999 of お (o): it is damaged, or of another data set."
        );
    }

    #[test]
    fn wrong_files_are_refused_before_anything_is_made_of_them() {
        let [images, labels] = [FILES.files[0].path, FILES.files[1].path];
        assert_eq!(
            error("kmnist", labels, &file(&[0xc01, 60_000], &vec![0; 240_000])),
            "train-labels-idx1-ubyte.gz: the magic number is 0x00000c01, but labels have 0x00000801; its numbers are 32-bit whole numbers (int32), not bytes."
        );
        assert_eq!(
            error("kmnist", images, &file(&[0x801, 60_000], &vec![0; 60_000])),
            "train-images-idx3-ubyte.gz: the magic number is 0x00000801, but images have 0x00000803; is this the labels file?"
        );
        assert_eq!(
            error(
                "kmnist",
                images,
                &file(&[0x803, 200, 28, 28], &vec![0; 200 * 784])
            ),
            "train-images-idx3-ubyte.gz: 200 training images are in it, and 60000 are right; fewer or others can be trained on as images of one's own."
        );
        assert_eq!(
            error("kmnist", images, &files()[0].1[..1_000_000]),
            "train-images-idx3-ubyte.gz: 1000000 bytes, but 47040016 are right; the download may have broken off, so fetch it again."
        );
    }

    /// With the real files, where `BUNSEN_DATA` says where they are.
    #[test]
    fn mnists_files_are_no_files_of_it() {
        let Some(mnist) = data::manifest::MNIST.real_files() else {
            return;
        };
        assert_eq!(
            error("kmnist", FILES.files[3].path, mnist[3].contents()),
            "t10k-labels-idx1-ubyte.gz: this is t10k-labels-idx1-ubyte.gz of MNIST, and no file of this data set."
        );
    }
}
