//! MNIST, and Fashion-MNIST, which was made to take its place: grey, 28×28, ten classes, 60,000 training and 10,000 test
//! images, in four files of the same format.
//!
//! Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning
//! algorithms, 2017.

use super::manifest::{self, NamedContents, RemoteDataset};
use super::registry::{Declaration, Source};
use super::{DataError, Split, idx};
use crate::recipe::{ChoiceInfo, DatasetSpec, Input, InputSpec};

/// MNIST: handwritten digits.
pub static MNIST: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "mnist",
            label: "MNIST",
            help: "60,000 handwritten digits to train on and 10,000 to test with (LeCun, Cortes, Burges).",
        },
        options: &[],
        max_examples: 60_000,
        input: InputSpec::Fixed(MNIST_INPUT),
    },
    title: "MNIST",
    classes: &DIGIT_CLASSES,
    source: Source::Remote {
        dataset: &manifest::MNIST,
        read: |files| read(&manifest::MNIST, files),
        contents: None,
    },
};

/// Fashion-MNIST: things to wear.
pub static FASHION_MNIST: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "fashion",
            label: "Fashion-MNIST",
            help: "60,000 grey pictures of ten kinds of things to wear, 28×28, to train on and 10,000 to test with (Xiao, Rasul, Vollgraf).",
        },
        options: &[],
        max_examples: 60_000,
        input: InputSpec::Fixed(Input {
            mean: &[0.2860],
            std: &[0.3530],
            ..MNIST_INPUT
        }),
    },
    title: "Fashion-MNIST",
    classes: &GARMENT_CLASSES,
    source: Source::Remote {
        dataset: &manifest::FASHION,
        read: |files| read(&manifest::FASHION, files),
        contents: None,
    },
};

/// MNIST's images, as networks take them.
pub const MNIST_INPUT: Input = Input {
    shape: [1, SIDE, SIDE],
    mean: &[0.1307],
    std: &[0.3081],
    classes: DIGIT_CLASSES.len(),
};

/// MNIST's classes.
pub(super) const DIGIT_CLASSES: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Fashion-MNIST's classes, as its authors name them.
const GARMENT_CLASSES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

/// The height and width of an image.
const SIDE: usize = 28;

/// The examples of a file of images and one of labels.
fn read(dataset: &RemoteDataset, files: Vec<NamedContents>) -> Result<Split, DataError> {
    let [images, labels] = files
        .try_into()
        .map_err(|files: Vec<_>| dataset.wrong_file_count(files.len(), 2))?;
    let side = SIDE as u32;
    idx::split(images, labels, (side, side), MNIST_INPUT.classes)
}

#[cfg(test)]
mod tests {
    use super::super::idx::tests::file;
    use super::*;
    use crate::data::{self, Dataset};

    /// Files of that many images and labels.
    fn small(images: u32, labels: u32) -> [NamedContents; 2] {
        let pixels = vec![7; images as usize * 784];
        let classes: Vec<u8> = (0..labels).map(|i| (i % 10) as u8).collect();
        [
            ("images", file(&[0x803, images, 28, 28], &pixels)),
            ("labels", file(&[0x801, labels], &classes)),
        ]
    }

    #[test]
    fn joins_images_and_labels() {
        let split = read(&manifest::MNIST, small(12, 12).into()).unwrap();
        assert_eq!((split.len(), split.image(11).len()), (12, 784));
    }

    #[test]
    fn errors_name_the_file() {
        let error =
            |files: Vec<NamedContents>| read(&manifest::MNIST, files).unwrap_err().to_string();
        assert_eq!(
            error(small(3, 4).into()),
            "images holds 3 images, but labels holds 4 labels; there should be one label for each image."
        );
        let [images, labels] = small(3, 3);
        assert_eq!(
            error(vec![labels, images.clone()]),
            "labels: the magic number is 0x00000801, but images have 0x00000803; is this the labels file?"
        );
        assert_eq!(
            error(vec![images]),
            "MNIST is read from 2 files, but 1 were given; give them in the manifest's order."
        );
    }

    /// The real files, where `BUNSEN_DATA` says where they are.
    #[test]
    fn reads_the_real_files() {
        for (dataset, first, tenth) in [
            (&manifest::MNIST, [5, 0, 4, 1, 9], "9"),
            (&manifest::FASHION, [9, 0, 0, 3, 0], "Ankle boot"),
        ] {
            let Some(files) = dataset.real_files() else {
                return;
            };
            let set = data::read(dataset.name, files).unwrap();
            assert_eq!((set.train.len(), set.test.len()), (60_000, 10_000));
            assert_eq!(set.train.labels[..5], first);
            assert_eq!(set.info.classes[9], tenth);
            for class in 0..10 {
                let count = set.test.labels.iter().filter(|l| **l == class).count();
                assert!((850..1150).contains(&count), "{class}: {count}");
            }
            assert_eq!(
                Dataset::new(set.info, set.train, set.test).digest,
                set.digest
            );
        }
    }
}
