//! The packages that are depended on: cargo's by `cargo metadata`, npm's by package-lock.json.

use std::collections::BTreeMap;
use std::fs;

use semver::Version;
use serde::Deserialize;

use crate::Result;
use crate::paths::Paths;
use crate::process;

/// A package of Cargo.lock.
#[derive(Deserialize)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The licence that it names.
    pub license: Option<String>,
    /// Where it is from; nothing for our own.
    pub source: Option<String>,
}

/// All packages of Cargo.lock, for whichever platform and features, but our own.
pub fn of_cargo(paths: &Paths) -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }

    let mut command = process::cargo(paths);
    command.args([
        "metadata",
        "--format-version=1",
        "--all-features",
        "--locked",
    ]);
    let text = process::output(&mut command).ok_or(
        "`cargo metadata --all-features --locked` failed. It takes the network once, for the packages of other platforms.",
    )?;
    let metadata: Metadata = serde_json::from_str(&text)
        .map_err(|why| format!("What `cargo metadata` says is not understood: {why}."))?;
    let mut packages = metadata.packages;
    packages.retain(|package| package.source.is_some());
    Ok(packages)
}

/// A package of package-lock.json: its folder, and the licence that it names.
pub type NpmPackage = (String, Option<String>);

/// All packages of package-lock.json.
pub fn of_npm(paths: &Paths) -> Result<Vec<NpmPackage>> {
    #[derive(Deserialize)]
    struct LockFile {
        packages: BTreeMap<String, Locked>,
    }
    #[derive(Deserialize)]
    struct Locked {
        license: Option<String>,
    }

    let path = paths.root.join("package-lock.json");
    let text = fs::read_to_string(&path)
        .map_err(|why| format!("{} cannot be read: {why}.", path.display()))?;
    let lock_file: LockFile = serde_json::from_str(&text)
        .map_err(|why| format!("package-lock.json is not understood: {why}."))?;
    let packages = lock_file.packages.into_iter();
    Ok(packages
        .map(|(folder, locked)| (folder, locked.license))
        .collect())
}
