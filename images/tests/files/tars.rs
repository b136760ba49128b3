//! Tars.

use bunsen_images::untar::{RequestedFile, untar};

pub fn tarred(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut builder = tar::Builder::new(packer);
    for (path, contents) in files {
        let mut header = tar::Header::new_gnu();
        // By hand, for the builder refuses paths that climb.
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(contents.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, contents.as_slice()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

fn extract(tar: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let requested = [("one.bin", 3), ("two.bin", 3)].map(|(name, bytes)| RequestedFile {
        name: name.into(),
        bytes,
    });
    untar("cifar.tar.gz", tar, &requested).map_err(|why| why.to_string())
}

#[test]
fn requested_files_come_out_of_a_tar() {
    let files = [
        ("in/readme.html", b"<html>".to_vec()),
        ("in/two.bin", b"two".to_vec()),
        ("in/one.bin", b"one".to_vec()),
    ];
    let expected = Ok(vec![b"one".to_vec(), b"two".to_vec()]);
    let tar = tarred(&files);
    assert_eq!(extract(&tar), expected);
    let mut plain = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(tar.as_slice()),
        &mut plain,
    )
    .unwrap();
    assert_eq!(extract(&plain), expected);
}

#[test]
fn longer_files_are_read_to_one_byte_too_many() {
    let tar = tarred(&[
        ("in/one.bin", vec![7; 5000]),
        ("in/two.bin", b"two".to_vec()),
    ]);
    assert_eq!(extract(&tar).unwrap()[0], [7; 4]);
}

#[test]
fn invalid_tars_are_refused() {
    let files = [
        ("in/one.bin", b"one".to_vec()),
        ("in/two.bin", b"two".to_vec()),
    ];
    let tar = tarred(&files);
    let refusal = extract(&tar[..tar.len() / 2]).unwrap_err();
    assert!(
        refusal.starts_with("cifar.tar.gz cannot be read as a tar archive: "),
        "{refusal}"
    );
    assert!(extract(b"<html>not here</html>").is_err());
    assert_eq!(
        extract(&tarred(&files[1..])).unwrap_err(),
        "cifar.tar.gz does not hold one.bin."
    );
    assert_eq!(
        extract(&tarred(&[("../one.bin", b"one".to_vec())])).unwrap_err(),
        "../one.bin is a path that leads out of the archive. Such an archive is not opened."
    );
    let endless = tarred(&[("in/zeros", vec![0; 513 << 20])]);
    assert_eq!(
        extract(&endless).unwrap_err(),
        "cifar.tar.gz unpacks to more than 536 MB, which no data set's archive does. It was not unpacked further."
    );
}

/// A plain archive of entries of any kind.
fn entries(entries: &[(tar::EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (kind, name, contents) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(contents.len() as u64);
        builder.append_data(&mut header, name, *contents).unwrap();
    }
    builder.into_inner().unwrap()
}

const FILE: tar::EntryType = tar::EntryType::Regular;
const LONG_NAME: tar::EntryType = tar::EntryType::GNULongName;
const EXTENDED: tar::EntryType = tar::EntryType::XHeader;

#[test]
fn a_name_without_end_is_refused_before_it_is_in_memory() {
    let long = vec![b'x'; bunsen_images::limits::MAX_NAME_BYTES as usize + 1];
    for kind in [LONG_NAME, EXTENDED] {
        let tar = entries(&[(kind, "name", &long), (FILE, "in/one.bin", b"one")]);
        assert_eq!(
            extract(&tar).unwrap_err(),
            "cifar.tar.gz holds a file with a name of more than 65 KB, which no data set's archive does. It was not unpacked further."
        );
    }
}

#[test]
fn long_names_and_extended_headers_are_read() {
    let tar = entries(&[
        (LONG_NAME, "name", b"a/very/long/folder/one.bin\0"),
        (FILE, "cut", b"one"),
        (EXTENDED, "name", b"19 path=in/two.bin\n"),
        (FILE, "cut too", b"two"),
    ]);
    assert_eq!(extract(&tar), Ok(vec![b"one".to_vec(), b"two".to_vec()]));
}
