//! Data sets on disk.

use std::error::Error;
use std::path::{Path, PathBuf};

use bunsen::data::manifest::RemoteFile;
use bunsen::data::{Dataset, manifest};
use bunsen_images::limits::in_words;
use serde_json::json;

use super::{given, output};

#[cfg(feature = "fetch")]
use super::fetch::fetch;

/// The options of `bunsen data`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The data set: mnist, fashion, cifar10 and so on
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The folder that it is put into, in a folder of its own
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
}

/// Fetches a data set.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    fetch(&options.name, &options.into)?;
    output::object(&json!({ "data": options.name, "into": options.into }));
    Ok(())
}

/// The folder that data sets are read from.
fn folder() -> PathBuf {
    std::env::var_os("BUNSEN_DATA").map_or_else(|| PathBuf::from("data"), PathBuf::from)
}

/// Reads and verifies a data set that has been fetched, or whose files somebody put there: those that a run on its first `subset` examples
/// needs (0 for all). They may be compressed by gzip or not.
pub fn read(name: &str, subset: usize) -> Result<Dataset, Box<dyn Error>> {
    let source = manifest::find(name)?;
    let folder = folder().join(source.folder);
    if source.is_given() {
        return given::read(source, &folder);
    }
    let mut files = Vec::new();
    for file in source.training(subset).chain(source.test()) {
        let bytes = read_file(&folder, file).map_err(|error| {
            format!(
                "{} cannot be read ({error}). `cargo xtask data {name}` fetches it; BUNSEN_DATA names another folder.",
                folder.join(file.path).display()
            )
        })?;
        files.push(manifest::verify(name, file.path, &bytes)?);
    }
    Ok(bunsen::data::read(name, files)?)
}

/// The bytes of a file, packed or plain.
///
/// # Errors
/// Those of reading it, and one for a file that is too large to be that one, which is not read.
pub fn read_file(folder: &Path, file: &RemoteFile) -> std::io::Result<Vec<u8>> {
    let read = |path: PathBuf| {
        let found = std::fs::metadata(&path)?.len();
        let bytes = file.bytes as u64;
        // Some more for a file that does not compress, or of another form.
        if found > bytes + bytes / 8 + (1 << 16) {
            return Err(std::io::Error::other(format!(
                "it has {}, and the file that belongs there {} at most",
                in_words(found),
                in_words(bytes)
            )));
        }
        std::fs::read(path)
    };
    let packed = read(folder.join(file.path));
    packed.or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => read(folder.join(file.unpacked())).map_err(|other| {
            if other.kind() == std::io::ErrorKind::NotFound {
                error
            } else {
                other
            }
        }),
        _ => Err(error),
    })
}

/// Says how to get a build that can fetch.
#[cfg(not(feature = "fetch"))]
fn fetch(name: &str, _: &Path) -> Result<(), Box<dyn Error>> {
    Err(format!("This build cannot fetch. `cargo xtask data {name}` builds one that can.").into())
}
