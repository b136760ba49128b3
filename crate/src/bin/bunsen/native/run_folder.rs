//! The folder that a run is written to. It is there, and found to be writable, before the run is trained.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use super::output::note;

/// The run file.
pub const RUN: &str = "run.bunsen.json";
/// The weights.
pub const WEIGHTS: &str = "weights.safetensors";
/// The checkpoint.
pub const CHECKPOINT: &str = "checkpoint.safetensors";

/// The folder of a run.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    is_new: bool,
    /// Whether a checkpoint of this run is in it: one that this process wrote, or that it goes on from.
    has_checkpoint: bool,
}

impl RunFolder {
    /// Makes the folder, and tries whether it can be written to. Without a path it is the first of `bunsen-1`, `bunsen-2`, … that is
    /// not there. `resumed` is the checkpoint that the run goes on from, which the folder may hold.
    ///
    /// # Errors
    /// That it cannot be written, or holds another run.
    pub fn prepare(path: Option<&Path>, resumed: Option<&Path>) -> Result<Self, String> {
        let (path, is_new) = match path {
            Some(path) => {
                let is_new = !path.exists();
                fs::create_dir_all(path).map_err(|why| unwritable(path, &why))?;
                (path.to_owned(), is_new)
            }
            None => (make_numbered()?, true),
        };
        let resumed = resumed.and_then(|path| path.canonicalize().ok());
        let is_resumed = |file: &Path| resumed.is_some() && resumed == file.canonicalize().ok();
        for (name, what) in [(RUN, "run"), (CHECKPOINT, "checkpoint")] {
            let file = path.join(name);
            if !file.exists() || is_resumed(&file) {
                continue;
            }
            let way = match name {
                CHECKPOINT => format!("go on with it by --resume {}, or name", file.display()),
                _ => "name".to_owned(),
            };
            let folder = path.display();
            return Err(format!(
                "{folder} holds a {what} already ({name}): {way} another folder."
            ));
        }
        let probe = path.join(format!(".bunsen-{}", std::process::id()));
        fs::write(&probe, "Bunsen tries whether it can write here.")
            .and_then(|()| fs::remove_file(&probe))
            .map_err(|why| unwritable(&path, &why))?;
        let has_checkpoint = is_resumed(&path.join(CHECKPOINT));
        Ok(RunFolder {
            path,
            is_new,
            has_checkpoint,
        })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file of the run, as a whole or not at all.
    ///
    /// # Errors
    /// That it cannot be written.
    pub fn write(&mut self, name: &str, contents: &[u8]) -> Result<PathBuf, String> {
        let path = self.path.join(name);
        write_whole(&path, contents)?;
        self.has_checkpoint |= name == CHECKPOINT;
        Ok(path)
    }

    /// Writes a checkpoint here or, where that fails, among the temporary files: it is all that there is of the run.
    ///
    /// # Errors
    /// That neither can be written.
    pub fn write_checkpoint(&mut self, contents: &[u8]) -> Result<PathBuf, String> {
        self.write(CHECKPOINT, contents).or_else(|why| {
            note!("{why}");
            let folder = std::env::temp_dir().join(format!("bunsen-{}", std::process::id()));
            fs::create_dir_all(&folder).map_err(|why| unwritable(&folder, &why))?;
            let path = folder.join(CHECKPOINT);
            write_whole(&path, contents).map(|()| path)
        })
    }

    /// Removes the checkpoint of a run that has ended and is written.
    pub fn remove_checkpoint(&self) {
        if self.has_checkpoint {
            let _ = fs::remove_file(self.path.join(CHECKPOINT));
        }
    }
}

impl Drop for RunFolder {
    /// Removes the folder where it was made for a run that has nothing to write.
    fn drop(&mut self) {
        if self.is_new {
            // Fails, as it should, where something is in it.
            let _ = fs::remove_dir(&self.path);
        }
    }
}

fn make_numbered() -> Result<PathBuf, String> {
    let mut numbers = 1_u64..;
    loop {
        let path = PathBuf::from(format!("bunsen-{}", numbers.next().unwrap_or(u64::MAX)));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(why) => return Err(unwritable(&path, &why)),
        }
    }
}

/// Writes beside the file and renames, so that what was there is lost only to what is whole.
fn write_whole(path: &Path, contents: &[u8]) -> Result<(), String> {
    let part = path.with_added_extension("part");
    fs::write(&part, contents)
        .and_then(|()| fs::rename(&part, path))
        .map_err(|why| {
            let _ = fs::remove_file(&part);
            unwritable(path, &why)
        })
}

/// The sentence of a file or folder that cannot be written.
pub fn unwritable(path: &Path, why: &dyn Display) -> String {
    format!("{} cannot be written ({why}).", path.display())
}
