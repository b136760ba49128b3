//! Cargo's target directory: one outside the checkout, so that a fresh clone compiles our own crates only.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::Result;
use crate::log::Log;
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

/// Holds the target directory for this checkout until it is dropped: others wait. Several commands of one checkout may
/// hold it.
#[must_use]
pub struct Claim {
    /// The lock on it ends with it.
    _file: File,
}

impl Claim {
    /// Waits for other checkouts that build in the target directory, and has our packages compiled again where another was
    /// the last to do so.
    ///
    /// Cargo compares modification times: a package is up to date if no source is newer than its build, whichever checkout
    /// that build was made from.
    pub fn take(log: Log, paths: &Paths) -> Result<Self> {
        let path = paths.target.join("checkout.txt");
        let failed = |why: io::Error| format!("{} cannot be written: {why}.", path.display());
        fs::create_dir_all(&paths.target).map_err(failed)?;
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(failed)?;
        loop {
            if let Err(TryLockError::WouldBlock) = file.try_lock_shared() {
                log.step("Waiting for another checkout that builds in the same target directory");
                file.lock_shared().map_err(failed)?;
            }
            if is_owner(&mut file, &paths.root).map_err(failed)? {
                return Ok(Self { _file: file });
            }
            // Between two locks another checkout may become the owner: whether this one is, is seen in the next round.
            file.unlock().map_err(failed)?;
            file.lock().map_err(failed)?;
            for source in ROOTS.map(|source| paths.root.join(source)) {
                touch(&source)
                    .map_err(|why| format!("{} cannot be written: {why}.", source.display()))?;
            }
            set_owner(&mut file, &paths.root).map_err(failed)?;
            file.unlock().map_err(failed)?;
        }
    }
}

/// Whether the file names this checkout.
fn is_owner(file: &mut File, checkout: &Path) -> io::Result<bool> {
    let mut last = String::new();
    file.rewind()?;
    file.read_to_string(&mut last)?;
    Ok(last == checkout.to_string_lossy())
}

fn set_owner(file: &mut File, checkout: &Path) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(checkout.to_string_lossy().as_bytes())
}

fn touch(file: &Path) -> io::Result<()> {
    File::options()
        .append(true)
        .open(file)?
        .set_modified(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
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

        let claim = |paths: &Paths| Claim::take(Log::new(), paths).unwrap();
        let (first, second) = (checkout("first"), checkout("second"));
        drop(claim(&first));
        assert!(all_are_new(&first) && !all_are_new(&second));
        drop(claim(&second));
        assert!(all_are_new(&second));
        // A checkout that goes on building leaves its sources alone.
        let again = checkout("second");
        let held = claim(&again);
        assert!(!all_are_new(&again));

        // Its commands hold the directory together, and another checkout waits for them.
        let held_too = claim(&second);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| claim(&first));
            drop(held);
            assert!(!waiting.is_finished());
            drop(held_too);
            drop(waiting.join().unwrap());
        });
        let owner = fs::read_to_string(first.target.join("checkout.txt")).unwrap();
        assert_eq!(owner, first.root.to_string_lossy());

        fs::remove_dir_all(&folder).unwrap();
    }
}
