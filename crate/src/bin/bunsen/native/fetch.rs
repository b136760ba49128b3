//! `bunsen data`: fetches a data set from the mirrors or the archive that the manifest names.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::Path;

use bunsen::data::manifest::{self, RemoteDataset, RemoteFile};
use bunsen::hex::hex;
use bunsen_images::limits::MAX_ARCHIVE_BYTES;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::archive::unpack;
use super::download::{RequestError, Response, download};
use super::download_progress::ProgressLine;
use super::given;
use super::output::say;
use super::run_folder::unwritable;

/// Fetches the files that are not in the folder yet: each from the first mirror that has it, the others from the archive.
pub fn fetch(name: &str, into: &Path) -> Result<(), Box<dyn Error>> {
    let source = manifest::find(name)?;
    let folder = into.join(source.folder);
    std::fs::create_dir_all(&folder).map_err(|why| unwritable(&folder, &why))?;
    say!("{}: {}", source.title, source.license);
    let mut errors = Vec::new();
    let mut missing = Vec::new();
    for file in source.files {
        let exists = std::fs::read(folder.join(file.path)).is_ok_and(|bytes| {
            let contents = given::contents(file, bytes);
            contents.is_ok_and(|contents| manifest::verify(name, file.path, &contents).is_ok())
        });
        if exists {
            say!("{}: there already", file.path);
        } else if let Some(bytes) = from_mirrors(source, file, &folder, &mut errors) {
            write(&folder, file, &bytes)?;
        } else {
            missing.push(file);
        }
    }
    if let Some(archive) = source.archive.filter(|_| !missing.is_empty()) {
        match from_archive(source, &archive, &missing, &folder) {
            Ok(()) => missing.clear(),
            Err(error) => errors.push(format!("{}: {error}", archive.address)),
        }
    }
    if source.archive.is_none() && source.mirrors.is_empty() {
        errors.push(format!("a person gets them at {}", source.home));
    }
    if missing.is_empty() {
        say!("{} is in {}.", source.title, folder.display());
        return Ok(());
    }
    let files: Vec<_> = missing.iter().map(|file| file.path).collect();
    Err(format!(
        "{} could not be had ({}). Where you have its files, put them into {}: {}.",
        source.title,
        errors.join("; "),
        folder.display(),
        files.join(", ")
    )
    .into())
}

/// A file's bytes from the first mirror whose bytes are verified.
fn from_mirrors(
    source: &RemoteDataset,
    file: &RemoteFile,
    folder: &Path,
    errors: &mut Vec<String>,
) -> Option<Vec<u8>> {
    source.mirrors.iter().find_map(|mirror| {
        let address = format!("{}{}", mirror.prefix, file.path);
        say!("{}: fetching {address}", file.path);
        // The size of the uncompressed file, and some more for files that do not compress.
        let limit = file.bytes as u64 + 4096;
        let verified = download_and_read(folder, &address, limit, |part| {
            let bytes = std::fs::read(part)?;
            manifest::verify(source.name, file.path, &bytes)?;
            Ok(bytes)
        });
        verified
            .map_err(|error| errors.push(format!("{address}: {error}")))
            .ok()
    })
}

/// Downloads a file, resuming from what an earlier command left of it, and gives what `read` makes of it. A file that `read`
/// refuses is deleted. If it was put together from several responses, which may have been of two versions of the file, it is
/// downloaded once more.
fn download_and_read<T>(
    folder: &Path,
    address: &str,
    limit: u64,
    mut read: impl FnMut(&Path) -> Result<T, Box<dyn Error>>,
) -> Result<T, Box<dyn Error>> {
    // The name of the part depends on the address: mirrors may have compressed a file differently.
    let digest = Sha256::digest(address);
    let part = folder.join(format!("{}.part", hex(&digest[..8])));
    loop {
        let request = |from, validator: Option<&str>| request(address, from, validator);
        let mut progress = ProgressLine::new();
        let was_resumed = download(&part, limit, request, std::thread::sleep, &mut progress)?;
        let result = read(&part);
        std::fs::remove_file(&part)?;
        if result.is_ok() || !was_resumed {
            return result;
        }
        say!("What was fetched in parts does not fit together: fetching it anew");
    }
}

/// Requests a file from a byte on. With a validator, the server sends the rest only if the file has not changed.
fn request(address: &str, from: u64, validator: Option<&str>) -> Result<Response, RequestError> {
    let mut request = ureq::get(address);
    if from > 0 {
        request = request.header("Range", format!("bytes={from}-"));
        // With another content encoding, byte positions would be those of the encoded stream.
        request = request.header("Accept-Encoding", "identity");
        if let Some(validator) = validator {
            request = request.header("If-Range", validator);
        }
    }
    let response = request.call().map_err(|error| match error {
        ureq::Error::StatusCode(416) if from > 0 => RequestError::RangeNotSatisfiable,
        ureq::Error::StatusCode(404) => RequestError::Permanent("it is not there".into()),
        ureq::Error::StatusCode(status) if status != 429 && status < 500 => {
            RequestError::Permanent(format!("it answered {status}"))
        }
        error => RequestError::Temporary(format!("it could not be reached ({error})")),
    })?;
    let header = |name: &str| {
        response
            .headers()
            .get(name)?
            .to_str()
            .ok()
            .map(String::from)
    };
    // "bytes 100-199/200"
    let range_start = header("content-range").and_then(|range| {
        let (first, _) = range.strip_prefix("bytes ")?.split_once('-')?;
        first.parse::<u64>().ok()
    });
    let from = match response.status().as_u16() {
        206 => range_start.unwrap_or(from),
        _ => 0,
    };
    let length = header("content-length").and_then(|length| length.parse::<u64>().ok());
    let is_encoded = header("content-encoding").is_some();
    Ok(Response {
        from,
        total: length.map(|length| from + length).filter(|_| !is_encoded),
        validator: header("etag")
            .filter(|tag| !tag.starts_with("W/"))
            .or_else(|| header("last-modified")),
        body: Box::new(response.into_body().into_reader()),
    })
}

/// Downloads an archive and writes the wanted files of it, each compressed by gzip.
fn from_archive(
    source: &RemoteDataset,
    archive: &manifest::Archive,
    wanted: &[&'static RemoteFile],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    say!("fetching {}, which takes a while", archive.address);
    download_and_read(folder, archive.address, MAX_ARCHIVE_BYTES, |part| {
        let stated = source.originals.iter();
        let mut stated = stated.filter(|original| archive.address.ends_with(original.name));
        if let Some(original) = stated.next()
            && given::digest_of(part)? != original.sha256
        {
            return Err("it is not the archive whose digest is stated".into());
        }
        let compressed = BufReader::new(File::open(part)?);
        unpack(compressed, archive.folder, wanted, |file, contents| {
            let contents = manifest::verify(source.name, file.path, &contents)?;
            write(folder, file, &compress(contents.contents())?)
        })
    })
}

/// Compresses by gzip.
fn compress(contents: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(contents)?;
    encoder.finish()
}

/// Writes a verified file under a temporary name and renames it, so that it is never there incomplete.
fn write(folder: &Path, file: &RemoteFile, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let path = folder.join(file.path);
    let temporary = path.with_extension("part");
    std::fs::write(&temporary, bytes)
        .and_then(|()| std::fs::rename(&temporary, &path))
        .map_err(|why| unwritable(&path, &why))?;
    say!("{}: {} bytes, verified", file.path, bytes.len());
    Ok(())
}
