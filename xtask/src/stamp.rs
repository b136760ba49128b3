//! Stamps: what a result was made from, so that it is not made again from the same.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::Outcome;

/// What a result is made from: files, whole folders, and words such as a compiler's version.
#[derive(Default)]
pub struct Inputs {
    words: Vec<String>,
    paths: BTreeSet<PathBuf>,
}

impl Inputs {
    /// Adds something that is no file.
    pub fn word(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Adds a file, or all files in a folder. What is not there counts as such.
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.add(path.into());
        self
    }

    fn add(&mut self, path: PathBuf) {
        if !path.is_dir() {
            self.paths.insert(path);
            return;
        }
        for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
            if entry.file_name() != "node_modules" && entry.file_name() != "target" {
                self.add(entry.path());
            }
        }
    }

    /// One number for all of it. Contents count, dates do not.
    pub fn digest(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.words.hash(&mut hasher);
        for path in &self.paths {
            path.hash(&mut hasher);
            fs::read(path).ok().hash(&mut hasher);
        }
        format!("{:016x}", hasher.finish())
    }

    /// Whether a file was written after `then`: a result begun before may or may not have seen it.
    pub fn changed_since(&self, then: SystemTime) -> bool {
        self.paths
            .iter()
            .filter_map(|path| fs::metadata(path).and_then(|about| about.modified()).ok())
            .any(|written| written > then)
    }
}

/// Whether the stamp says that its result was made from these inputs.
pub fn fresh(stamp: &Path, inputs: &Inputs) -> bool {
    fs::read_to_string(stamp)
        .is_ok_and(|text| text.lines().next() == Some(inputs.digest().as_str()))
}

/// Writes the stamp of a result that was begun at `begun`.
pub fn write(stamp: &Path, inputs: &Inputs, begun: SystemTime) -> Outcome<()> {
    if inputs.changed_since(begun) {
        let _ = fs::remove_file(stamp);
        return Ok(());
    }
    fs::write(stamp, inputs.digest() + "\n")
        .map_err(|why| format!("{} cannot be written: {why}.", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_count_and_dates_do_not() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).unwrap();
        let file = folder.join("inner").join("file");
        let inputs = || Inputs::default().word("v1").path(&folder);

        fs::write(&file, "one").unwrap();
        let first = inputs().digest();
        fs::write(&file, "one").unwrap();
        assert_eq!(inputs().digest(), first);
        fs::write(&file, "two").unwrap();
        assert_ne!(inputs().digest(), first);
        assert_ne!(inputs().word("v2").digest(), inputs().digest());
        fs::write(folder.join("another"), "").unwrap();
        assert!(!inputs().paths.is_empty() && inputs().paths.len() == 2);

        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_file_written_meanwhile_leaves_no_stamp() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-late-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("file"), "one").unwrap();
        let (inputs, stamp) = (
            Inputs::default().path(folder.join("file")),
            folder.join("stamp"),
        );

        write(
            &stamp,
            &inputs,
            SystemTime::now() + std::time::Duration::from_secs(60),
        )
        .unwrap();
        assert!(fresh(&stamp, &inputs));
        write(&stamp, &inputs, SystemTime::UNIX_EPOCH).unwrap();
        assert!(!fresh(&stamp, &inputs));

        fs::remove_dir_all(&folder).unwrap();
    }
}
