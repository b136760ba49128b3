//! Files and folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::Result;

/// Length and modification time of each file, one a line: as long as these are the same, the files are.
pub fn versions(files: &[&Path]) -> String {
    let lines = files.iter().map(|file| {
        let version = fs::metadata(file).and_then(|file| Ok((file.len(), file.modified()?)));
        let version = version.map(|(length, modified)| {
            let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
            format!("{length} {}", since.as_nanos())
        });
        version.unwrap_or_else(|_| "none".to_owned()) + "\n"
    });
    lines.collect()
}

/// Makes a folder that has nothing in it.
pub fn empty(folder: &Path) -> Result<()> {
    remove(folder)
        .and_then(|()| fs::create_dir_all(folder))
        .map_err(|why| format!("{} cannot be emptied: {why}.", folder.display()))
}

/// Moves a folder to a place where an older one may be.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    remove(to)
        .and_then(|()| fs::rename(from, to))
        .map_err(|why| format!("{} cannot be replaced: {why}.", to.display()))
}

/// Copies a folder to a place where an older copy may be. The copy is made beside it and moved there, so that what is
/// being served is never half a module.
pub fn replace(from: &Path, to: &Path) -> Result<()> {
    let new = to.with_extension("new");
    remove(&new)
        .and_then(|()| copy(from, &new))
        .map_err(|why| {
            let (from, new) = (from.display(), new.display());
            format!("{from} cannot be copied to {new}: {why}.")
        })?;
    rename(&new, to)
}

/// Copies a file into a folder.
pub fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    fs::copy(file, folder.join(file.file_name().unwrap_or_default()))
        .map(|_| ())
        .map_err(|why| format!("{} cannot be copied: {why}.", file.display()))
}

/// The files of a folder, not of those in it, in the order of their names.
pub fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

fn remove(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
    } else {
        Ok(())
    }
}

/// Copies all files of a folder but the hidden ones, which are xtask's own notes.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("xtask-files-{name}-{}", std::process::id()))
    }

    #[test]
    fn a_copy_replaces_and_leaves_hidden_files_out() {
        let folder = folder("copy");
        let (from, to) = (folder.join("pkg"), folder.join("dist").join("pkg"));
        fs::create_dir_all(from.join("cpu")).unwrap();
        fs::write(from.join("cpu").join("bunsen.js"), "new").unwrap();
        fs::write(from.join("cpu").join(".stamp"), "hidden").unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(to.join("old.js"), "old").unwrap();

        replace(&from, &to).unwrap();
        assert_eq!(
            fs::read_to_string(to.join("cpu").join("bunsen.js")).unwrap(),
            "new"
        );
        assert!(!to.join("old.js").exists());
        assert!(!to.join("cpu").join(".stamp").exists());

        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_file_that_is_written_again_is_another_version() {
        let folder = folder("versions");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("file");
        let none = versions(&[file.as_path()]);
        fs::write(&file, "one").unwrap();
        let one = versions(&[file.as_path()]);
        assert_ne!(one, none);
        assert_eq!(versions(&[file.as_path()]), one);
        let modified = std::time::SystemTime::now() + std::time::Duration::from_secs(1);
        let opened = fs::File::options().append(true).open(&file).unwrap();
        opened.set_modified(modified).unwrap();
        assert_ne!(versions(&[file.as_path()]), one);

        fs::remove_dir_all(&folder).unwrap();
    }
}
