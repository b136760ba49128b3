//! Data sets on disk: reads them, and fetches them from the places that the manifest names.

use std::error::Error;
use std::path::{Path, PathBuf};

use bunsen::data::{Dataset, manifest};
#[cfg(feature = "fetch")]
use manifest::{Fetched, File};

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
        } else if let Some(bytes) = from_mirrors(source, file, &mut reasons) {
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
fn from_mirrors(source: &Fetched, file: &File, reasons: &mut Vec<String>) -> Option<Vec<u8>> {
    source.mirrors.iter().find_map(|mirror| {
        let address = format!("{}{}", mirror.prefix, file.path);
        println!("{}: fetching {address}", file.path);
        let verified = download(&address, file.bytes).and_then(|bytes| {
            manifest::verify(source.name, file.path, &bytes)?;
            Ok(bytes)
        });
        verified
            .map_err(|reason| reasons.push(format!("{address}: {reason}")))
            .ok()
    })
}

/// No more than the unpacked size, and a little, is ever read.
#[cfg(feature = "fetch")]
fn download(address: &str, size: usize) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut answer = ureq::get(address).call()?;
    let bytes = answer
        .body_mut()
        .with_config()
        .limit(size as u64 + 4096)
        .read_to_vec()?;
    Ok(bytes)
}

/// Fetches an archive and keeps the files that are wanted of it, packed one by one.
#[cfg(feature = "fetch")]
fn from_archive(
    source: &Fetched,
    archive: &manifest::Archive,
    wanted: &[&'static File],
    folder: &Path,
) -> Result<(), Box<dyn Error>> {
    /// More than any archive has, in bytes: what goes on for longer is something else.
    const LIMIT: u64 = 1 << 30;
    println!("fetching {}, which takes a while", archive.address);
    let mut answer = ureq::get(archive.address).call()?;
    let body = answer.body_mut().with_config().limit(LIMIT).reader();
    super::archive::unpack(body, archive.folder, wanted, |file, contents| {
        let contents = manifest::verify(source.name, file.path, &contents)?;
        keep(folder, file, &pack(contents.contents())?)
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
fn keep(folder: &Path, file: &File, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
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
