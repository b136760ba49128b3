//! Data of 3 GB, given to the native command: each is refused with a sentence, in less memory than it has bytes.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::fs::{File, create_dir_all, remove_dir_all};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const OWN: &str = "model=lenet5&data=own&size=28&channels=grey&steps=2";
const BYTES: u64 = 3 << 30;
/// KiB of addresses: a third of what the files have.
const MEMORY: u64 = 1 << 20;

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = remove_dir_all(&folder);
    create_dir_all(&folder).unwrap();
    folder
}

/// A file of 3 GiB that begins so, and takes no room: the rest of it is a hole.
fn write(path: &Path, start: &[u8]) {
    create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = File::create(path).unwrap();
    file.write_all(start).unwrap();
    file.set_len(BYTES).unwrap();
}

/// What the command says as it refuses.
fn refusal(link: &str, more: &[&str], data: &Path) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$@\""), "sh"])
        .args([
            env!("CARGO_BIN_EXE_bunsen"),
            "train",
            link,
            "--workers",
            "1",
        ])
        .args(more)
        .env("BUNSEN_DATA", data)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    text.trim().replace(data.to_str().unwrap(), "")
}

fn refusal_of_own(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    refusal(OWN, &["--own", path.to_str().unwrap()], folder)
}

#[test]
fn own_arrays_are_refused_by_their_size() {
    let folder = folder("too-large-arrays");
    let idx = [
        &[0, 0, 8, 3][..],
        &[0, 64, 0, 0],
        &[0, 0, 0, 28],
        &[0, 0, 0, 28],
    ]
    .concat();
    let line = format!("1{}\n", ",0".repeat(784)).into_bytes();
    let npz = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0x.npy";
    for (name, start) in [
        ("train-images", &idx[..]),
        ("train.csv", &line),
        ("medical.npz", npz),
    ] {
        write(&folder.join(name), start);
        assert_eq!(
            refusal_of_own(&folder, name),
            format!(
                "{name} cannot be used: it has 3.2 GB, and 268 MB are the most of a file of arrays. Give fewer images: 50000 of 32×32 pixels in colour are the most, or 195918 of 28×28 in grey."
            )
        );
    }
    // As a pair in a folder.
    let pair = folder.join("pair");
    write(&pair.join("images"), &idx);
    let labels = [&[0, 0, 8, 1, 0, 0, 0, 2][..], &[0, 1]].concat();
    std::fs::write(pair.join("labels"), labels).unwrap();
    assert!(refusal_of_own(&folder, "pair").starts_with("images cannot be used: it has 3.2 GB, "));
    remove_dir_all(folder).unwrap();
}

#[test]
fn own_files_of_other_kinds_are_refused() {
    let folder = folder("too-large-files");
    for class in ["cats", "dogs"] {
        write(
            &folder.join(format!("photos/{class}/film.png")),
            b"\x89PNG\r\n\x1a\n",
        );
    }
    let left_out = "it has 3.2 GB, and the file of an image has 67 MB at most";
    assert_eq!(
        refusal_of_own(&folder, "photos"),
        format!(
            "There is no image to be used in it: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class, or files of arrays with labels (IDX, npz, CSV). 2 files were left out: cats/film.png ({left_out}), dogs/film.png ({left_out})."
        )
    );
    write(&folder.join("photos.zip"), b"PK\x03\x04");
    let refused = refusal_of_own(&folder, "photos.zip");
    assert!(
        refused.ends_with(
            "/photos.zip cannot be read as a zip: it has no sound list of its files at its end. It may be cut off or of another kind; pack the folder again."
        ),
        "{refused}"
    );
    remove_dir_all(folder).unwrap();
}

#[test]
fn files_in_the_place_of_a_known_data_sets_are_refused() {
    let folder = folder("too-large-known");
    write(&folder.join("svhn/train_32x32.mat"), b"MATLAB 5.0 MAT-file");
    let refused = refusal("data=svhn&steps=2", &[], &folder);
    assert!(
        refused.starts_with(
            "/svhn/train_32x32.mat cannot be read (it has 3.2 GB, and the file that belongs there 225 MB at most). Put the files of SVHN"
        ),
        "{refused}"
    );
    write(&folder.join("mnist/train-images-idx3-ubyte"), &[0, 0, 8, 3]);
    let refused = refusal("data=mnist&steps=2", &[], &folder);
    assert!(
        refused.starts_with(
            "/mnist/train-images-idx3-ubyte.gz cannot be read (it has 3.2 GB, and the file that belongs there 47 MB at most). "
        ),
        "{refused}"
    );
    write(
        &folder.join("cifar-100/cifar-100-binary.tar.gz"),
        &[0x1f, 0x8b],
    );
    let refused = refusal("data=cifar100&steps=2", &[], &folder);
    assert_eq!(
        refused,
        "/cifar-100/cifar-100-binary.tar.gz has 3.2 GB, and no archive of a known data set has more than 1.0 GB: it is another file."
    );
    remove_dir_all(folder).unwrap();
}
