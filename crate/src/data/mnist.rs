//! MNIST, and Fashion-MNIST, which was made to take its place: grey, 28×28, ten classes, 60,000 to train on and 10,000 to
//! test with, in four files of one form.
//!
//! Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning
//! algorithms, 2017.

use super::manifest::{FASHION, Fetched, MNIST, Verified};
use super::{DataError, Dataset, Info, Split, idx};

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
    fetched: &'static Fetched,
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
    /// Reads the data set from its four files, in the manifest's order.
    ///
    /// What comes out is that data set or an error: no other files can be given, so the digest of the whole is the known
    /// one.
    pub fn read(&self, files: Vec<Verified>) -> Result<Dataset, DataError> {
        let files = self.fetched.contents(files)?;
        let files = files
            .try_into()
            .map_err(|files: Vec<_>| self.fetched.file_count(files.len()))?;
        let (train, test) = self.assemble(files)?;
        Ok(Dataset {
            info: self.info(),
            train,
            test,
            digest: self.fetched.digest.into(),
            scale: None,
        })
    }

    /// What the data set is, without any of its files.
    pub fn info(&self) -> Info {
        Info {
            name: self.fetched.name.into(),
            title: self.fetched.title.into(),
            drawn: false,
            classes: self.classes.map(String::from).into(),
            channels: 1,
            height: SIDE,
            width: SIDE,
        }
    }

    /// Reads four files of MNIST's form, whatever they show.
    fn assemble(&self, files: [Vec<u8>; 4]) -> Result<(Split, Split), DataError> {
        let [train_images, train_labels, test_images, test_labels] = files;
        let name = |i: usize| self.fetched.files[i].path;
        let split = |images, labels| {
            let side = SIDE as u32;
            idx::split(images, labels, (side, side), self.classes.len())
        };
        let train = split((name(0), train_images), (name(1), train_labels))?;
        let test = split((name(2), test_images), (name(3), test_labels))?;
        Ok((train, test))
    }
}

#[cfg(test)]
mod tests {
    use super::super::idx::tests::file;
    use super::*;

    fn small(train: u32, test: u32) -> [Vec<u8>; 4] {
        let images = |n: u32| file(&[0x803, n, 28, 28], &vec![7; n as usize * 784]);
        let labels = |n: u32| {
            file(
                &[0x801, n],
                &(0..n).map(|i| (i % 10) as u8).collect::<Vec<_>>(),
            )
        };
        [images(train), labels(train), images(test), labels(test)]
    }

    #[test]
    fn assembles_both_splits() {
        let (train, test) = HANDWRITTEN.assemble(small(12, 3)).unwrap();
        assert_eq!((train.len(), test.len()), (12, 3));
        assert_eq!(train.image(11).len(), 784);
    }

    #[test]
    fn errors_name_the_file() {
        let error = |files| HANDWRITTEN.assemble(files).unwrap_err().to_string();
        let [a, b, c, _] = small(12, 3);
        let [_, _, _, d] = small(12, 4);
        assert_eq!(
            error([a.clone(), b.clone(), c.clone(), d]),
            "t10k-images-idx3-ubyte.gz holds 3 images, but t10k-labels-idx1-ubyte.gz holds 4 labels; there should be one label for each image."
        );
        assert_eq!(
            error([b, a.clone(), c, a]),
            "train-images-idx3-ubyte.gz: the magic number is 0x00000801, but images have 0x00000803; is this the labels file?"
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
            let set = form.read(files).unwrap();
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
