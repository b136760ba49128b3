//! Where things lie: the checkout, what is built in it, and what is kept outside it.

use std::env;
use std::path::{Path, PathBuf};

use crate::Outcome;

/// The folders that xtask works in.
pub struct Places {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target directory for all that xtask builds. It lies outside the checkout, so that a fresh clone
    /// compiles our own crates only.
    pub target: PathBuf,
    /// The npm package of the module.
    pub pkg: PathBuf,
    /// The built site.
    pub dist: PathBuf,
    /// The folder that `BUNSEN_DATA` names, absolute.
    pub data: Option<PathBuf>,
}

impl Places {
    /// Finds them all, from the checkout that this program was built in and the environment.
    pub fn find() -> Outcome<Self> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest)
            .parent()
            .ok_or("xtask cannot tell which checkout it belongs to. Run it as `cargo xtask`.")?
            .to_path_buf();
        let target = target(|name| {
            env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        })
        .ok_or("There is no place for build files: set CARGO_TARGET_DIR, or HOME, to a folder.")?;
        let target = std::path::absolute(&target).map_err(|why| {
            format!(
                "The target directory {} cannot be used: {why}.",
                target.display()
            )
        })?;
        Ok(Self {
            pkg: root.join("pkg"),
            dist: root.join("dist"),
            root,
            target,
            data: data()?,
        })
    }

    /// A path inside the checkout, as the person knows it.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The target directory: the one that is asked for, else one in the user's cache folder.
fn target(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(asked_for) = variable("CARGO_TARGET_DIR") {
        return Some(asked_for);
    }
    let cache = if cfg!(windows) {
        variable("LOCALAPPDATA")?
    } else if let Some(cache) = variable("XDG_CACHE_HOME") {
        cache
    } else if cfg!(target_os = "macos") {
        variable("HOME")?.join("Library").join("Caches")
    } else {
        variable("HOME")?.join(".cache")
    };
    Some(cache.join("bunsen").join("target"))
}

/// `BUNSEN_DATA` as an absolute path. A folder that is not there is a mistake to hear about now, not in the page.
fn data() -> Outcome<Option<PathBuf>> {
    let Some(named) = env::var_os("BUNSEN_DATA").filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let folder = PathBuf::from(named);
    if !folder.is_dir() {
        return Err(format!(
            "BUNSEN_DATA names {}, which is no folder. It has to be a folder that holds data sets (`mnist`, `fashion-mnist`, `cifar-10`), or not be set.",
            folder.display()
        ));
    }
    let absolute = std::path::absolute(&folder)
        .map_err(|why| format!("BUNSEN_DATA, {}, cannot be used: {why}.", folder.display()))?;
    Ok(Some(absolute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_directory_asked_for_wins() {
        let all = |name: &str| Some(PathBuf::from(format!("/{name}")));
        assert_eq!(target(all), Some(PathBuf::from("/CARGO_TARGET_DIR")));
    }

    #[test]
    #[cfg(not(windows))]
    fn without_one_it_lies_in_the_cache_folder() {
        let xdg = |name: &str| (name == "XDG_CACHE_HOME").then(|| PathBuf::from("/c"));
        assert_eq!(target(xdg), Some(PathBuf::from("/c/bunsen/target")));
        let home = |name: &str| (name == "HOME").then(|| PathBuf::from("/h"));
        assert!(
            target(home)
                .is_some_and(|path| path.starts_with("/h") && path.ends_with("bunsen/target"))
        );
        assert_eq!(target(|_| None), None);
    }
}
