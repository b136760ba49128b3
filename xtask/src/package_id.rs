//! Which build of the npm package lies in `pkg`: `pkg/build.js` says it, the site's folder of the module is named by it, and workers compare it.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::Result;
use crate::paths::Paths;

/// What the script says before the package has an id.
const NONE: &str = "\"development\"";

/// The digits of an id: enough for builds that may meet in one browser.
const DIGITS: usize = 10;

/// The folder in the package that holds the site, which is named by the id and is no part of it.
const SITE: &str = "site";

/// Writes the digest of all that the package does into its script.
pub fn write(paths: &Paths) -> Result<()> {
    let script = script(paths);
    let text = read_text(&script)?;
    if !text.contains(NONE) {
        return Err(format!("{} has no place for an id.", script.display()));
    }
    let text = text.replace(NONE, &format!("\"{}\"", digest(&paths.pkg)?));
    fs::write(&script, text)
        .map_err(|why| format!("{} cannot be written: {why}.", script.display()))
}

/// The id of the package that lies in `pkg`.
pub fn read(paths: &Paths) -> Result<String> {
    let script = script(paths);
    let text = read_text(&script)?;
    let id = text.split('"').nth(1).map(str::to_owned);
    id.ok_or_else(|| format!("{} says no id.", script.display()))
}

fn script(paths: &Paths) -> PathBuf {
    paths.pkg.join("build.js")
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|why| format!("{} cannot be read: {why}.", path.display()))
}

/// The digest of the scripts and modules in a folder and in those within it, by their paths.
fn digest(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(folder, &mut files)
        .map_err(|why| format!("{} cannot be read: {why}.", folder.display()))?;
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        let bytes =
            fs::read(&file).map_err(|why| format!("{} cannot be read: {why}.", file.display()))?;
        let name = file
            .strip_prefix(folder)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        digest.update(name.as_bytes());
        digest.update(bytes.len().to_le_bytes());
        digest.update(&bytes);
    }
    let hex: String = digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(hex[..DIGITS].to_owned())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with(SITE) {
                collect(&path, files)?;
            }
        } else if path
            .extension()
            .is_some_and(|kind| kind == "js" || kind == "mjs" || kind == "wasm")
        {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_follows_scripts_and_modules_and_nothing_else() {
        let root = std::env::temp_dir().join(format!("xtask-package-id-{}", std::process::id()));
        let paths = Paths::of(root.clone(), root.join("target"), None);
        let write = |name: &str, text: &str| {
            let path = paths.pkg.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let id = || {
            write("build.js", "export const build = \"development\";");
            super::write(&paths).unwrap();
            let id = read(&paths).unwrap();
            assert_eq!(id.len(), DIGITS);
            id
        };
        write("cpu/bunsen_bg.wasm", "one");
        let first = id();
        write("README.md", "more");
        write("site/assets/index.js", "of this id");
        assert_eq!(id(), first);
        write("cpu/bunsen_bg.wasm", "two");
        assert_ne!(id(), first);
        // A package that has one keeps it until it is compiled anew.
        assert!(super::write(&paths).is_err());
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn the_site_has_the_version_of_the_package() {
        let manifest = include_str!("../../crate/js/package.json");
        assert!(manifest.contains(concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"")));
    }
}
