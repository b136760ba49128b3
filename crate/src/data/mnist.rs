//! MNIST: handwritten digits, grey, 28×28, 60,000 to train on and 10,000 to test with.

use super::manifest::{MNIST, Verified};
use super::{DataError, Dataset, Info, Split, idx};

/// Reads MNIST from its four files, in the manifest's order.
///
/// What comes out is MNIST or an error: no other files can be given, so the digest of the whole is the known one.
pub fn read(files: Vec<Verified>) -> Result<Dataset, DataError> {
    let files = MNIST.contents(files)?;
    let files = files
        .try_into()
        .map_err(|files: Vec<_>| MNIST.file_count(files.len()))?;
    let (train, test) = assemble(files)?;
    Ok(Dataset {
        info: info(),
        train,
        test,
        digest: MNIST.digest.into(),
    })
}

/// What the data set is, without any of its files.
pub fn info() -> Info {
    Info {
        name: MNIST.name.into(),
        title: MNIST.title.into(),
        drawn: false,
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        channels: 1,
        height: 28,
        width: 28,
    }
}

/// Reads four files of MNIST's form, whatever digits they hold.
fn assemble(files: [Vec<u8>; 4]) -> Result<(Split, Split), DataError> {
    let [train_images, train_labels, test_images, test_labels] = files;
    let name = |i: usize| MNIST.files[i].path;
    let train = idx::split(
        (name(0), train_images),
        (name(1), train_labels),
        (28, 28),
        10,
    )?;
    let test = idx::split((name(2), test_images), (name(3), test_labels), (28, 28), 10)?;
    Ok((train, test))
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
        let (train, test) = assemble(small(12, 3)).unwrap();
        assert_eq!((train.len(), test.len()), (12, 3));
        assert_eq!(train.image(11).len(), 784);
    }

    #[test]
    fn errors_name_the_file() {
        let [a, b, c, _] = small(12, 3);
        let [_, _, _, d] = small(12, 4);
        assert_eq!(
            assemble([a.clone(), b.clone(), c.clone(), d])
                .unwrap_err()
                .to_string(),
            "t10k-images-idx3-ubyte.gz holds 3 images, but t10k-labels-idx1-ubyte.gz holds 4 labels; there should be one label for each image."
        );
        assert_eq!(
            assemble([b, a.clone(), c, a]).unwrap_err().to_string(),
            "train-images-idx3-ubyte.gz: the magic number is 0x00000801, but images have 0x00000803; is this the labels file?"
        );
    }

    /// The real files, where `BUNSEN_DATA` says where they are.
    #[test]
    fn reads_the_real_files() {
        let Some(files) = MNIST.real_files() else {
            return;
        };
        let set = read(files).unwrap();
        assert_eq!((set.train.len(), set.test.len()), (60_000, 10_000));
        assert_eq!(set.train.labels[..5], [5, 0, 4, 1, 9]);
        assert_eq!(set.info.classes[9], "9");
        assert_eq!(
            Dataset::new(set.info, set.train, set.test).digest,
            set.digest
        );
    }
}
