//! A data set's files from the archive that they are published in: tar, compressed by gzip.

use std::error::Error;
use std::io::Read;
use std::path::Path;

use bunsen::data::manifest::RemoteFile;
use flate2::read::GzDecoder;

/// Streams an archive and passes the wanted files in its `folder` to `take`, in the archive's order; it stops after the last
/// of them. Of each file at most its listed size is read, and one byte more, by which a longer file is detected.
///
/// # Errors
/// What is wrong with the archive, which files it lacks, and the errors of `take`.
pub fn unpack(
    compressed: impl Read,
    folder: &str,
    wanted: &[&'static RemoteFile],
    mut take: impl FnMut(&'static RemoteFile, Vec<u8>) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(folder);
    let mut missing = wanted.to_vec();
    let mut archive = tar::Archive::new(GzDecoder::new(compressed));
    // Raw: a long name, which no data set's file has, would be taken into memory however long it is.
    for entry in archive.entries()?.raw(true) {
        let entry = entry?;
        let path = entry.path()?.into_owned();
        let Some(index) = missing
            .iter()
            .position(|file| path == folder.join(file.unpacked()))
        else {
            continue;
        };
        let file = missing.swap_remove(index);
        let mut contents = Vec::with_capacity(file.bytes + 1);
        entry
            .take(file.bytes as u64 + 1)
            .read_to_end(&mut contents)?;
        take(file, contents)?;
        if missing.is_empty() {
            return Ok(());
        }
    }
    let missing: Vec<_> = missing
        .iter()
        .map(|file| folder.join(file.unpacked()).display().to_string())
        .collect();
    Err(format!("it does not hold {}", missing.join(" and ")).into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const ONE: &RemoteFile = &RemoteFile {
        path: "one.bin.gz",
        role: "a test",
        examples: bunsen::data::manifest::Examples::Test(1),
        bytes: 3,
        sha256: "",
    };
    const TWO: &RemoteFile = &RemoteFile {
        path: "two.bin.gz",
        ..*ONE
    };

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut builder = tar::Builder::new(packer);
        for (path, contents) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(contents.len() as u64);
            builder.append_data(&mut header, path, *contents).unwrap();
        }
        let mut packer = builder.into_inner().unwrap();
        packer.flush().unwrap();
        packer.finish().unwrap()
    }

    fn taken(packed: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>, String> {
        let mut taken = Vec::new();
        unpack(packed, "in/", &[ONE, TWO], |file, contents| {
            taken.push((file.path, contents));
            Ok(())
        })
        .map(|()| taken)
        .map_err(|error| error.to_string())
    }

    #[test]
    fn the_wanted_files_come_out_in_the_archives_order() {
        let packed = archive(&[
            ("in/readme.html", b"<html>"),
            ("in/two.bin", b"two"),
            ("out/one.bin", b"not this one"),
            ("in/one.bin", b"one"),
        ]);
        let expected = vec![
            ("two.bin.gz", b"two".to_vec()),
            ("one.bin.gz", b"one".to_vec()),
        ];
        assert_eq!(taken(&packed), Ok(expected));
    }

    #[test]
    fn a_longer_file_is_not_read_to_its_end() {
        let packed = archive(&[("in/one.bin", &[7; 5000]), ("in/two.bin", b"two")]);
        assert_eq!(taken(&packed).unwrap()[0].1, [7; 4]);
    }

    /// An archive that calls its first file by a long name: an entry of its own, whose contents are that name.
    fn with_long_name(name: &[u8]) -> Vec<u8> {
        let packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut builder = tar::Builder::new(packer);
        for (kind, path, contents) in [
            (tar::EntryType::GNULongName, "name", name),
            (tar::EntryType::Regular, "in/one.bin", b"one".as_slice()),
            (tar::EntryType::Regular, "in/two.bin", b"two"),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(contents.len() as u64);
            builder.append_data(&mut header, path, contents).unwrap();
        }
        builder.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn a_long_name_is_skipped_and_never_taken_into_memory() {
        let expected = Ok(vec![
            ("one.bin.gz", b"one".to_vec()),
            ("two.bin.gz", b"two".to_vec()),
        ]);
        // A reader that takes names into memory would find no in/one.bin, for it is called otherwise there.
        assert_eq!(taken(&with_long_name(b"in/another.bin\0")), expected);
        assert_eq!(taken(&with_long_name(&vec![b'a'; 8 << 20])), expected);
    }

    #[test]
    fn missing_files_are_named() {
        assert_eq!(
            taken(&archive(&[("in/two.bin", b"two")])),
            Err("it does not hold in/one.bin".into())
        );
    }

    #[test]
    fn a_damaged_archive_is_an_error() {
        assert!(taken(b"<html>not here</html>").is_err());
        let packed = archive(&[("in/one.bin", &[7; 5000]), ("in/two.bin", b"two")]);
        assert!(taken(&packed[..packed.len() / 2]).is_err());
    }

    #[test]
    fn an_error_of_take_ends_it() {
        let packed = archive(&[("in/one.bin", b"one"), ("in/two.bin", b"two")]);
        let mut count = 0;
        let refused = unpack(packed.as_slice(), "in", &[ONE, TWO], |_, _| {
            count += 1;
            Err("it is damaged".into())
        });
        assert_eq!(
            (refused.unwrap_err().to_string(), count),
            ("it is damaged".into(), 1)
        );
    }
}
