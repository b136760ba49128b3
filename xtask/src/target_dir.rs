//! Cargo's target directory: one outside the checkout, so that a fresh clone compiles our own crates only.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::Result;
use crate::paths::Paths;

/// The directory that `CARGO_TARGET_DIR` names, else one in the user's cache folder. `variable` gives what an environment
/// variable holds.
pub fn find(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(named) = variable("CARGO_TARGET_DIR") {
        return Some(named);
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

/// The root source of each of our packages: what changes it has the whole package compiled again.
const ROOTS: [&str; 4] = [
    "crate/src/lib.rs",
    "images/src/lib.rs",
    "xtask/src/main.rs",
    "xtask/bindings/src/main.rs",
];

/// Has our packages compiled again where another checkout was the last to build in the target directory.
///
/// Cargo compares modification times: a package is up to date if no source is newer than its build, whichever checkout
/// that build was made from. Two checkouts that build at the same time need a directory each (`CARGO_TARGET_DIR`).
pub fn claim(paths: &Paths) -> Result<()> {
    let owner = paths.target.join("checkout.txt");
    let checkout = paths.root.to_string_lossy();
    if fs::read_to_string(&owner).is_ok_and(|last| last == checkout) {
        return Ok(());
    }
    for source in ROOTS.map(|source| paths.root.join(source)) {
        touch(&source).map_err(|why| format!("{} cannot be written: {why}.", source.display()))?;
    }
    fs::create_dir_all(&paths.target)
        .and_then(|()| fs::write(&owner, checkout.as_bytes()))
        .map_err(|why| format!("{} cannot be written: {why}.", owner.display()))
}

fn touch(file: &Path) -> std::io::Result<()> {
    File::options()
        .append(true)
        .open(file)?
        .set_modified(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_directory_asked_for_wins() {
        let all = |name: &str| Some(PathBuf::from(format!("/{name}")));
        assert_eq!(find(all), Some(PathBuf::from("/CARGO_TARGET_DIR")));
    }

    #[test]
    #[cfg(not(windows))]
    fn without_one_it_is_in_the_cache_folder() {
        let xdg = |name: &str| (name == "XDG_CACHE_HOME").then(|| PathBuf::from("/c"));
        assert_eq!(find(xdg), Some(PathBuf::from("/c/bunsen/target")));
        let home = |name: &str| (name == "HOME").then(|| PathBuf::from("/h"));
        assert!(
            find(home)
                .is_some_and(|path| path.starts_with("/h") && path.ends_with("bunsen/target"))
        );
        assert_eq!(find(|_| None), None);
    }

    #[test]
    fn the_sources_of_another_checkout_become_newer_than_any_build() {
        let folder = std::env::temp_dir().join(format!("bunsen-target-{}", std::process::id()));
        let hour_ago = SystemTime::now() - Duration::from_secs(3_600);
        let checkout = |name: &str| {
            for source in ROOTS.map(|source| folder.join(name).join(source)) {
                fs::create_dir_all(source.parent().unwrap()).unwrap();
                let day_ago = hour_ago - Duration::from_secs(82_800);
                File::create(&source)
                    .unwrap()
                    .set_modified(day_ago)
                    .unwrap();
            }
            Paths::of(folder.join(name), folder.join("target"), None)
        };
        let all_are_new = |paths: &Paths| {
            let modified =
                ROOTS.map(|source| paths.root.join(source).metadata().unwrap().modified());
            modified.into_iter().all(|time| time.unwrap() > hour_ago)
        };

        let (first, second) = (checkout("first"), checkout("second"));
        claim(&first).unwrap();
        assert!(all_are_new(&first) && !all_are_new(&second));
        claim(&second).unwrap();
        assert!(all_are_new(&second));
        // A checkout that goes on building leaves its sources alone.
        let again = checkout("second");
        claim(&again).unwrap();
        assert!(!all_are_new(&again));

        fs::remove_dir_all(&folder).unwrap();
    }
}
