//! Data sets whose files somebody put into the folder of data, as they are published: files of their own, or the archive.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use bunsen::data::manifest::{self, Examples, Original, RemoteDataset, RemoteFile};
use bunsen::data::{Dataset, read as read_dataset};
use bunsen::hex::hex;
use bunsen_images::limits::{MAX_ARCHIVE_BYTES, in_words};
use bunsen_images::mat::records;
use bunsen_images::untar::{RequestedFile, untar};
use bunsen_images::zip_entries::ZipEntries;
use sha2::{Digest as _, Sha256};

use super::data::read_file;
use super::output::note;

/// A file's contents, and whether a stated digest proves them.
type Given = (Vec<u8>, bool);

/// Reads a data set, and says where no stated digest is of its files.
///
/// # Errors
/// What is missing, or wrong with a file.
pub fn read(source: &RemoteDataset, folder: &Path) -> Result<Dataset, Box<dyn Error>> {
    let mut given = Vec::new();
    for file in source.files {
        match read_file(folder, file) {
            Ok(bytes) => {
                let is_original = |original: &Original| {
                    original.name == file.path && original.sha256 == digest(&bytes)
                };
                let proven = source.originals.iter().any(is_original);
                given.push((contents(file, bytes)?, proven));
            }
            Err(why) => match from_archive(source, folder)? {
                Some(all) => {
                    given = all;
                    break;
                }
                None => return Err(missing(source, folder, file, &why).into()),
            },
        }
    }
    if !given.iter().all(|(_, proven)| *proven) {
        note!(
            "{} is not verified: no digest that is stated of its originals is that of these files. The link carries the digest of what was read.",
            source.title
        );
    }
    let mut files = Vec::new();
    for (file, (bytes, _)) in source.files.iter().zip(given) {
        files.push(manifest::verify(source.name, file.path, &bytes)?);
    }
    Ok(read_dataset(source.name, files)?)
}

/// What is read of a file: MATLAB's are made into records first.
///
/// # Errors
/// What is wrong with it.
pub fn contents(file: &RemoteFile, bytes: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
    if !file.path.ends_with(".mat") {
        return Ok(bytes);
    }
    let (Examples::Train { count, .. } | Examples::Test(count)) = file.examples;
    Ok(records(file.path, bytes.as_slice(), count)?)
}

/// The files from the archive in the folder, where it is there.
fn from_archive(
    source: &RemoteDataset,
    folder: &Path,
) -> Result<Option<Vec<Given>>, Box<dyn Error>> {
    let is_file = |name: &str| source.files.iter().any(|file| file.path == name);
    let archives = source
        .originals
        .iter()
        .filter(|original| !is_file(original.name));
    for Original {
        name,
        bytes,
        sha256,
    } in archives
    {
        let path = folder.join(name);
        let Ok(file) = File::open(&path) else {
            continue;
        };
        let size = file.metadata()?.len();
        if size > MAX_ARCHIVE_BYTES {
            let (name, size, most) = (path.display(), in_words(size), in_words(MAX_ARCHIVE_BYTES));
            return Err(format!(
                "{name} has {size}, and no archive of a known data set has more than {most}: it is another file."
            )
            .into());
        }
        let proven = size == *bytes && digest_of(&path)? == *sha256;
        let files = match name.ends_with(".zip") {
            true => {
                let names: Vec<_> = source
                    .files
                    .iter()
                    .map(|file| file.path.to_owned())
                    .collect();
                let sizes: Vec<_> = source.files.iter().map(|file| file.bytes as u64).collect();
                ZipEntries::open(name, BufReader::new(file), size)?.extract(name, &names, &sizes)?
            }
            false => {
                let requested = source.files.iter().map(|file| RequestedFile {
                    name: file.unpacked().to_owned(),
                    bytes: file.bytes as u64,
                });
                untar(name, file, &requested.collect::<Vec<_>>())?
            }
        };
        return Ok(Some(files.into_iter().map(|file| (file, proven)).collect()));
    }
    Ok(None)
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// Those of reading it.
pub fn digest_of(path: &Path) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

fn missing(
    source: &RemoteDataset,
    folder: &Path,
    file: &RemoteFile,
    why: &std::io::Error,
) -> String {
    let is_file = |name: &str| source.files.iter().any(|file| file.path == name);
    let archives = source.originals.iter().map(|original| original.name);
    let archives: Vec<_> = archives.filter(|name| !is_file(name)).collect();
    let files: Vec<_> = source.files.iter().map(|file| file.path).collect();
    let or = match archives.is_empty() {
        true => String::new(),
        false => format!(", or {} as it is", archives.join(" or ")),
    };
    format!(
        "{} cannot be read ({why}). Put the files of {} into {}: {}{or}. They are at {}; BUNSEN_DATA names another folder.",
        folder.join(file.path).display(),
        source.title,
        folder.display(),
        files.join(", "),
        source.home
    )
}
