//! Tars.

use bunsen_images::untar::{RequestedFile, untar};

fn tarred(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
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
