//! Data sets on disk: reads them, and fetches them from the manifest's mirrors.

use std::error::Error;
use std::path::{Path, PathBuf};

use bunsen::data::{Dataset, manifest};

/// The folder that data sets are read from.
fn folder() -> PathBuf {
    std::env::var_os("BUNSEN_DATA").map_or_else(|| PathBuf::from("data"), PathBuf::from)
}

/// Reads and verifies a data set that has been fetched.
pub fn read(name: &str) -> Result<Dataset, Box<dyn Error>> {
    let source = manifest::find(name)?;
    let folder = folder().join(name);
    let mut files = Vec::new();
    for file in source.files {
        let path = folder.join(file.path);
        let bytes = std::fs::read(&path).map_err(|error| {
            format!(
                "{} cannot be read ({error}). `cargo xtask data {name}` fetches it; BUNSEN_DATA names another folder.",
                path.display()
            )
        })?;
        files.push(manifest::verify(name, file.path, &bytes)?);
    }
    Ok(bunsen::data::read(name, files)?)
}

/// Fetches what is not there yet, from the first mirror that has it right.
#[cfg(feature = "fetch")]
pub fn fetch(name: &str, into: &Path) -> Result<(), Box<dyn Error>> {
    let source = manifest::find(name)?;
    let folder = into.join(name);
    std::fs::create_dir_all(&folder)?;
    println!("{}: {}", source.title, source.license);
    for file in source.files {
        let path = folder.join(file.path);
        let there = std::fs::read(&path)
            .is_ok_and(|bytes| manifest::verify(name, file.path, &bytes).is_ok());
        if there {
            println!("{}: there already", file.path);
            continue;
        }
        let mut reasons = Vec::new();
        let bytes = source.mirrors.iter().find_map(|mirror| {
            let address = format!("{}{}", mirror.prefix, file.path);
            println!("{}: fetching {address}", file.path);
            match download(&address, file.bytes)
                .and_then(|bytes| Ok(manifest::verify(name, file.path, &bytes).map(|_| bytes)?))
            {
                Ok(bytes) => Some(bytes),
                Err(reason) => {
                    reasons.push(format!("{address}: {reason}"));
                    None
                }
            }
        });
        let bytes = bytes
            .ok_or_else(|| format!("{} could not be had. {}", file.path, reasons.join(" ")))?;
        // Under another name first, so that a half-written file is never taken for a whole one.
        let half = path.with_extension("part");
        std::fs::write(&half, &bytes)?;
        std::fs::rename(&half, &path)?;
        println!("{}: {} bytes, verified", file.path, bytes.len());
    }
    Ok(())
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

/// Says how to get a build that can.
#[cfg(not(feature = "fetch"))]
pub fn fetch(name: &str, _: &Path) -> Result<(), Box<dyn Error>> {
    Err(format!("This build cannot fetch. `cargo xtask data {name}` builds one that can.").into())
}
