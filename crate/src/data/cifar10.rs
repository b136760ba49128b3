//! CIFAR-10: colour photographs of ten kinds of things, 32×32.
//!
//! A. Krizhevsky: Learning multiple layers of features from tiny images, 2009. Read here is the binary version: files of
//! 10,000 records, each a label byte and 3,072 pixels (1,024 red, then green, then blue, row by row). A label and an
//! image in planes are what [`Split`] holds, so nothing is rearranged but the labels.

use super::manifest::{self, NamedContents};
use super::registry::{Declaration, Source};
use super::{DataError, Split};
use crate::recipe::{ChoiceInfo, DatasetSpec, Input, InputSpec};

/// The data set.
pub static CIFAR10: Declaration = Declaration {
    spec: DatasetSpec {
        info: ChoiceInfo {
            name: "cifar10",
            label: "CIFAR-10",
            help: "Colour photographs of ten kinds of things, 32×32: 50,000 to train on, 10,000 to test with (Krizhevsky).",
        },
        options: &[],
        max_examples: 50_000,
        input: InputSpec::Fixed(Input {
            shape: [3, SIDE, SIDE],
            mean: &[0.4914, 0.4822, 0.4465],
            std: &[0.2470, 0.2435, 0.2616],
            classes: CLASSES.len(),
        }),
    },
    title: "CIFAR-10",
    classes: &CLASSES,
    source: Source::Remote {
        dataset: &manifest::CIFAR10,
        read: |files| read_records(files, RECORDS),
        contents: None,
    },
};

/// The classes; a label is an index into this list.
const CLASSES: [&str; 10] = [
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
];
/// The height and width of an image.
const SIDE: usize = 32;
/// Bytes of an image: red, green, blue.
const PIXELS: usize = 3 * SIDE * SIDE;
/// Bytes of a record: the label, the image.
const RECORD: usize = 1 + PIXELS;
/// Records of a file.
const RECORDS: usize = 10_000;

/// The examples of files with that many records each.
fn read_records(files: Vec<NamedContents>, records: usize) -> Result<Split, DataError> {
    let others = files.len().saturating_sub(1);
    let mut split = Split::default();
    for (path, bytes) in files {
        // Files that were appended to it as they were verified are in it, too.
        let count = (bytes.len() / (records * RECORD)).max(1);
        let batch = read_file(path, bytes, count * records)?;
        // The first file's images are moved, not copied. Room for all of the others at once, for what is grown step by step takes twice
        // as much in between, and WebAssembly's memory never shrinks.
        if split.is_empty() {
            split = batch;
            split.images.reserve_exact(others * records * PIXELS);
        } else {
            split.images.extend(batch.images);
            split.labels.extend(batch.labels);
        }
    }
    Ok(split)
}

/// The examples of one file with that many records. `file` is the name for messages.
fn read_file(file: &str, bytes: Vec<u8>, records: usize) -> Result<Split, DataError> {
    let labels = Labels {
        bytes: 1,
        used: 0,
        classes: CLASSES.len(),
    };
    split_records(file, bytes, records, labels)
}

/// The labels in front of an image.
#[derive(Clone, Copy, Debug)]
pub(super) struct Labels {
    /// How many there are, a byte each.
    pub bytes: usize,
    /// Which of them is the class.
    pub used: usize,
    /// How many classes there are.
    pub classes: usize,
}

/// The examples of a file with that many records: labels and an image of 3×32×32 pixels. `file` is the name for messages.
#[inline(never)]
pub(super) fn split_records(
    file: &str,
    mut bytes: Vec<u8>,
    records: usize,
    kind: Labels,
) -> Result<Split, DataError> {
    let file = || file.to_string();
    let record_bytes = kind.bytes + PIXELS;
    if bytes.is_empty() {
        return Err(DataError::Empty { file: file() });
    }
    if !bytes.len().is_multiple_of(record_bytes) {
        return Err(DataError::RecordCut {
            file: file(),
            found: bytes.len(),
            record: record_bytes,
        });
    }
    if bytes.len() != records * record_bytes {
        return Err(DataError::RecordCount {
            file: file(),
            found: bytes.len() / record_bytes,
            expected: records,
        });
    }
    let labels = bytes.iter().skip(kind.used).step_by(record_bytes);
    let labels: Vec<u8> = labels.copied().collect();
    let is_no_class = |label: &u8| usize::from(*label) >= kind.classes;
    if let Some(position) = labels.iter().position(is_no_class) {
        return Err(DataError::Label {
            file: file(),
            item: "the label of record",
            position,
            found: labels[position],
            classes: kind.classes,
        });
    }
    // The images are moved together in place: a copy would leave WebAssembly's memory, which never shrinks, larger by 30 MB.
    for record in 0..records {
        let from = record * record_bytes + kind.bytes;
        bytes.copy_within(from..from + PIXELS, record * PIXELS);
    }
    bytes.truncate(records * PIXELS);
    Ok(Split {
        images: bytes,
        labels,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of so many records: record i has label i mod 10 and, in its planes, i, i + 100 and i + 200.
    fn file(records: usize) -> Vec<u8> {
        let record = |i: usize| {
            let plane = |shade: usize| vec![shade as u8; SIDE * SIDE];
            [
                vec![(i % 10) as u8],
                plane(i),
                plane(i + 100),
                plane(i + 200),
            ]
            .concat()
        };
        (0..records).flat_map(record).collect()
    }

    fn error(bytes: Vec<u8>) -> String {
        read_file("data_batch_1.bin.gz", bytes, 12)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn reads_labels_and_planes() {
        let split = read_file("f", file(12), 12).unwrap();
        assert_eq!(split.labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
        assert_eq!(split.images.len(), 12 * PIXELS);
        for (plane, shade) in split.image(11).chunks(SIDE * SIDE).zip([11, 111, 211]) {
            assert_eq!(plane, [shade; SIDE * SIDE]);
        }
    }

    #[test]
    fn files_follow_each_other() {
        let mut other = file(12);
        other[0] = 9;
        let split = read_records(vec![("one", file(12)), ("two", other)], 12).unwrap();
        assert_eq!((split.labels[0], split.labels[12]), (0, 9));
        assert_eq!(split.len(), 24);
        assert_eq!(split.image(23), split.image(11));
    }

    /// The real files, where `BUNSEN_DATA` says where they are.
    #[test]
    fn files_that_were_appended_are_the_same_examples() {
        use super::super::{gzip, read_training};
        let Some(files) = manifest::CIFAR10.real_files() else {
            return;
        };
        let name = CIFAR10.spec.name();
        let contents: Vec<_> = files.iter().map(|file| file.contents().to_vec()).collect();
        let paths: Vec<_> = manifest::CIFAR10
            .files
            .iter()
            .map(|file| file.path)
            .collect();
        let room = 2 * RECORDS * RECORD;
        let first = manifest::verify_with_room(name, paths[0], &*contents[0], room);
        let mut joined = first.unwrap();
        let wrong = joined.append(name, paths[2], &*contents[2]).unwrap_err();
        assert!(wrong.to_string().contains(paths[1]), "{wrong}");
        let mut damaged = contents[1].clone();
        damaged[7] ^= 1;
        joined.append(name, paths[1], &*damaged).unwrap_err();
        assert!(!gzip::is_gzip(&contents[1]));
        joined.append(name, paths[1], &*contents[1]).unwrap();
        joined.append(name, paths[2], &*contents[2]).unwrap();
        assert_eq!(joined.contents().len(), 3 * RECORDS * RECORD);
        // The test file follows none of them.
        joined.append(name, paths[5], &*contents[5]).unwrap_err();
        let data = read_training(name, vec![joined]).unwrap();
        let apart = read_training(name, files.into_iter().take(3).collect()).unwrap();
        assert_eq!(data.train.len(), 3 * RECORDS);
        assert!(data == apart);
    }

    #[test]
    fn bad_files_are_told_by_name_and_record() {
        assert_eq!(
            error(Vec::new()),
            "data_batch_1.bin.gz: the file is empty; a download that broke off leaves such a file, so fetch it again."
        );
        let mut cut = file(12);
        cut.truncate(11 * RECORD + 5);
        assert_eq!(
            error(cut),
            "data_batch_1.bin.gz: 33808 bytes are 11 whole records of 3073 bytes and 5 bytes of record 11 (counted from 0); a file holds whole records."
        );
        assert_eq!(
            error(file(13)),
            "data_batch_1.bin.gz: holds 13 records, but 12 are right."
        );
        let mut wrong = file(12);
        wrong[7 * RECORD] = 10;
        assert_eq!(
            error(wrong),
            "data_batch_1.bin.gz: the label of record 7 (counted from 0) is 10, but labels go from 0 to 9."
        );
    }

    #[test]
    fn errors_name_the_file_that_is_wrong() {
        assert_eq!(
            read_records(vec![("one", file(12)), ("two", file(11))], 12)
                .unwrap_err()
                .to_string(),
            "two: holds 11 records, but 12 are right."
        );
    }

    #[test]
    fn the_files_have_the_size_of_their_records() {
        for file in manifest::CIFAR10.files {
            assert_eq!(file.bytes, RECORDS * RECORD, "{}", file.path);
        }
    }

    /// The real files, where `BUNSEN_DATA` says where they are.
    #[test]
    fn reads_the_real_files() {
        let Some(files) = manifest::CIFAR10.real_files() else {
            return;
        };
        let set = crate::data::read("cifar10", files).unwrap();
        assert_eq!((set.train.len(), set.test.len()), (50_000, 10_000));
        // A frog, two trucks, a deer, an automobile; a cat, two ships, an airplane, a frog.
        assert_eq!(set.train.labels[..5], [6, 9, 9, 4, 1]);
        assert_eq!(set.test.labels[..5], [3, 8, 8, 0, 6]);
        for class in 0..10 {
            let count = |split: &Split| split.labels.iter().filter(|l| **l == class).count();
            assert_eq!(
                (count(&set.train), count(&set.test)),
                (5_000, 1_000),
                "{class}"
            );
        }
        assert_eq!(
            crate::data::Dataset::new(set.info, set.train, set.test).digest,
            set.digest
        );
    }
}
