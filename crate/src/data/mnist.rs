//! MNIST, and Fashion-MNIST, which was made to take its place: grey, 28×28, ten classes, 60,000 to train on and 10,000 to
//! test with, in four files of one form.
//!
//! Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning
//! algorithms, 2017.

use super::manifest::{FASHION, MNIST, NamedContents, RemoteDataset};
use super::{DataError, DatasetInfo, Split, idx};

/// MNIST's classes.
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// Fashion-MNIST's classes, as its authors name them.
const GARMENTS: [&str; 10] = [
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

/// Rows and columns of an image.
const SIDE: usize = 28;

/// A data set of MNIST's form.
#[derive(Debug)]
pub struct Form {
    fetched: &'static RemoteDataset,
    classes: [&'static str; 10],
}

/// MNIST: handwritten digits.
pub const HANDWRITTEN: Form = Form {
    fetched: &MNIST,
    classes: DIGITS,
};

/// Fashion-MNIST: things to wear.
pub const WORN: Form = Form {
    fetched: &FASHION,
    classes: GARMENTS,
};

impl Form {
    /// What the data set is, without any of its files.
    pub fn info(&self) -> DatasetInfo {
        DatasetInfo {
            name: self.fetched.name.into(),
            title: self.fetched.title.into(),
            synthetic: false,
            classes: self.classes.map(String::from).into(),
            channels: 1,
            height: SIDE,
            width: SIDE,
        }
    }

    /// The examples of a file of images and one of labels, with their paths.
    pub(super) fn split(&self, files: Vec<NamedContents>) -> Result<Split, DataError> {
        let [images, labels] = files
            .try_into()
            .map_err(|files: Vec<_>| self.fetched.file_count(files.len(), 2))?;
        let side = SIDE as u32;
        idx::split(images, labels, (side, side), self.classes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::idx::tests::file;
    use super::super::{Dataset, read};
    use super::*;

    /// So many images, and so many labels.
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
        let split = HANDWRITTEN.split(small(12, 12).into()).unwrap();
        assert_eq!((split.len(), split.image(11).len()), (12, 784));
    }

    #[test]
    fn errors_name_the_file() {
        let error = |files: Vec<NamedContents>| HANDWRITTEN.split(files).unwrap_err().to_string();
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
        for (form, first, tenth) in [
            (HANDWRITTEN, [5, 0, 4, 1, 9], "9"),
            (WORN, [9, 0, 0, 3, 0], "Ankle boot"),
        ] {
            let Some(files) = form.fetched.real_files() else {
                return;
            };
            let set = read(form.fetched.name, files).unwrap();
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
