//! Data sets on disk: reads them, and fetches them from the places that the manifest names.

use std::error::Error;
use std::path::{Path, PathBuf};

use bunsen::data::{Dataset, manifest};
#[cfg(feature = "fetch")]
use manifest::{RemoteDataset, RemoteFile};
#[cfg(feature = "fetch")]
use sha2::Digest as _;

/// The folder that data sets are read from.
fn folder() -> PathBuf {
    std::env::var_os("BUNSEN_DATA").map_or_else(|| PathBuf::from("data"), PathBuf::from)
}

/// Reads and verifies a data set that has been fetched, its files packed or unpacked.
pub fn read(name: &str) -> Result<Dataset, Box<dyn Error>> {
    let source = manifest::find(name)?;
    let folder = folder().join(source.folder);
    let mut files = Vec::new();
    for file in source.files {
        let path = folder.join(file.path);
        let bytes = std::fs::read(&path)
            .or_else(|error| std::fs::read(folder.join(file.unpacked())).map_err(|_| error))
            .map_err(|error| {
                format!(
                    "{} cannot be read ({error}). `cargo xtask data {name}` fetches it; BUNSEN_DATA names another folder.",
                    path.display()
                )
            })?;
        files.push(manifest::verify(name, file.path, &bytes)?);
    }
    Ok(bunsen::data::read(name, files)?)
}

/// Fetches what is not there yet: each file from the first mirror that has it right, the rest out of the archive.
#[cfg(feature = "fetch")]
pub fn fetch(name: &str, into: &Path) -> Result<(), Box<dyn Error>> {
    let source = manifest::find(name)?;
    let folder = into.join(source.folder);
    std::fs::create_dir_all(&folder)?;
    println!("{}: {}", source.title, source.license);
    if !source.unlisted.is_empty() {
        println!("Not used as yet: {}", source.unlisted.join(", "));
    }
    let mut reasons = Vec::new();
    let mut left = Vec::new();
    for file in source.files {
        let there = std::fs::read(folder.join(file.path))
            .is_ok_and(|bytes| manifest::verify(name, file.path, &bytes).is_ok());
        if there {
            println!("{}: there already", file.path);
        } else if let Some(bytes) = from_mirrors(source, file, &folder, &mut reasons) {
            keep(&folder, file, &bytes)?;
        } else {
            left.push(file);
        }
    }
    if let Some(archive) = source.archive.filter(|_| !left.is_empty()) {
        match from_archive(source, &archive, &left, &folder) {
            Ok(()) => left.clear(),
            Err(reason) => reasons.push(format!("{}: {reason}", archive.address)),
        }
    }
    if left.is_empty() {
        println!("{} is in {}.", source.title, folder.display());
        return Ok(());
    }
    let files: Vec<_> = left.iter().map(|file| file.path).collect();
    Err(format!(
        "{} could not be had ({}). Where you have its files, put them into {}: {}.",
        source.title,
        reasons.join("; "),
        folder.display(),
        files.join(", ")
    )
    .into())
}

/// A file's bytes as the first mirror has them that has them right.
#[cfg(feature = "fetch")]
fn from_mirrors(
    source: &RemoteDataset,
    file: &RemoteFile,
    folder: &Path,
    reasons: &mut Vec<String>,
) -> Option<Vec<u8>> {
    source.mirrors.iter().find_map(|mirror| {
        let address = format!("{}{}", mirror.prefix, file.path);
        println!("{}: fetching {address}", file.path);
        // What it has when unpacked, and a little for what packs badly.
        let limit = file.bytes as u64 + 4096;
        let verified = with_part(folder, &address, limit, |part| {
            let bytes = std::fs::read(part)?;
            manifest::verify(source.name, file.path, &bytes)?;
            Ok(bytes)
        });
        verified
            .map_err(|reason| reasons.push(format!("{address}: {reason}")))
            .ok()
    })
}

/// Downloads a file, goes on with what an earlier command left of it, and gives what `take` makes of the whole. What
/// `take` refuses is not kept; where it was put together of several answers, which may have been of two editions of the
/// file, it is fetched once more.
#[cfg(feature = "fetch")]
fn with_part<T>(
    folder: &Path,
    address: &str,
    limit: u64,
    mut take: impl FnMut(&Path) -> Result<T, Box<dyn Error>>,
) -> Result<T, Box<dyn Error>> {
    use super::download::{Teller, download};
    // Mirrors may have packed a file differently, so the parts of two do not fit together.
    let name = sha2::Sha256::digest(address);
    let part = folder.join(format!("{}.part", bunsen::hex::hex(&name[..8])));
    loop {
        let ask = |from, edition: Option<&str>| ask(address, from, edition);
        let pieced = download(&part, limit, ask, std::thread::sleep, &mut Teller::new())?;
        let taken = take(&part);
        std::fs::remove_file(&part)?;
        if taken.is_ok() || !pieced {
            return taken;
        }
        println!("What was fetched in parts does not fit together: fetching it anew");
    }
}

/// Asks for a file from a byte on.
#[cfg(feature = "fetch")]
fn ask(
    address: &str,
    from: u64,
    edition: Option<&str>,
) -> Result<super::download::Answer, super::download::Refusal> {
    use super::download::{Answer, Refusal};
    let mut request = ureq::get(address);
    if from > 0 {
        request = request.header("Range", format!("bytes={from}-"));
        // Packed for the way, nobody could say where it stopped.
        request = request.header("Accept-Encoding", "identity");
        if let Some(edition) = edition {
            request = request.header("If-Range", edition);
        }
    }
    let answer = request.call().map_err(|error| match error {
        ureq::Error::StatusCode(416) if from > 0 => Refusal::Complete,
        ureq::Error::StatusCode(404) => Refusal::Final("it is not there".into()),
        ureq::Error::StatusCode(status) if status != 429 && status < 500 => {
            Refusal::Final(format!("it answered {status}"))
        }
        error => Refusal::Unreachable(format!("it could not be reached ({error})")),
    })?;
    let header = |name: &str| answer.headers().get(name)?.to_str().ok().map(String::from);
    // "bytes 100-199/200"
    let range = header("content-range").and_then(|range| {
        let (first, _) = range.strip_prefix("bytes ")?.split_once('-')?;
        first.parse::<u64>().ok()
    });
    let start = match answer.status().as_u16() {
        206 => range.unwrap_or(from),
        _ => 0,
    };
    let length = header("content-length").and_then(|length| length.parse::<u64>().ok());
    let packed = header("content-encoding").is_some();
    Ok(Answer {
        from: start,
        total: length.map(|length| start + length).filter(|_| !packed),
        validator: header("etag")
            .filter(|tag| !tag.starts_with("W/"))
            .or_else(|| header("last-modified")),
        body: Box::new(answer.into_body().into_reader()),
    })
}

/// Fetches an archive and keeps the files that are wanted of it, packed one by one.
#[cfg(feature = "fetch")]
fn from_archive(
    source: &RemoteDataset,
    archive: &manifest::Archive,
    wanted: &[&'static RemoteFile],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    /// More than any archive has, in bytes: what goes on for longer is something else.
    const LIMIT: u64 = 1 << 30;
    println!("fetching {}, which takes a while", archive.address);
    with_part(folder, archive.address, LIMIT, |part| {
        let packed = std::io::BufReader::new(std::fs::File::open(part)?);
        super::archive::unpack(packed, archive.folder, wanted, |file, contents| {
            let contents = manifest::verify(source.name, file.path, &contents)?;
            keep(folder, file, &pack(contents.contents())?)
        })
    })
}

/// Packs with gzip.
#[cfg(feature = "fetch")]
fn pack(contents: &[u8]) -> std::io::Result<Vec<u8>> {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(contents)?;
    packer.finish()
}

/// Writes a file, under another name first, so that a half-written one is never taken for a whole one.
#[cfg(feature = "fetch")]
fn keep(folder: &Path, file: &RemoteFile, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let path = folder.join(file.path);
    let half = path.with_extension("part");
    std::fs::write(&half, bytes)?;
    std::fs::rename(&half, &path)?;
    println!("{}: {} bytes, verified", file.path, bytes.len());
    Ok(())
}

/// Says how to get a build that can.
#[cfg(not(feature = "fetch"))]
pub fn fetch(name: &str, _: &Path) -> Result<(), Box<dyn Error>> {
    Err(format!("This build cannot fetch. `cargo xtask data {name}` builds one that can.").into())
}
