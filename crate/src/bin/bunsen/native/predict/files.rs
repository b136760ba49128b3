//! The files that are to be answered, in their order: those of folders, and those in zips. Each is read when its turn comes.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use bunsen::printable::printable;
use bunsen_images::limits::{MAX_FILE_BYTES, in_words};
use bunsen_images::paths::is_hidden;
use bunsen_images::single::begins_as_zip;
use bunsen_images::zip_entries::ZipEntries;

use super::words::count_text;
use crate::native::custom_images::walk;

/// More than any folder of images has: as many as a zip of a data set may hold.
const MOST_FILES: usize = 200_000;

/// A file, by its path among those that were given.
pub struct ListedFile {
    /// Its path, also in its zip.
    pub path: String,
    source: Source,
}

enum Source {
    OnDisk(PathBuf),
    /// Its place in a zip.
    InZip(Rc<RefCell<ZipEntries<'static>>>, usize),
    /// A zip that cannot be opened, so that why not is told among the others.
    Refused(String),
}

impl ListedFile {
    /// Its contents.
    ///
    /// # Errors
    /// Why they cannot be had, as the end of a sentence.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        match &self.source {
            Source::OnDisk(path) => read_file(path),
            Source::InZip(zip, place) => zip.borrow_mut().read(*place),
            Source::Refused(why) => Err(why.clone()),
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let unreadable = |why: std::io::Error| format!("it could not be read: {why}");
    let bytes = fs::metadata(path).map_err(unreadable)?.len();
    if bytes > MAX_FILE_BYTES {
        let [found, most] = [bytes, MAX_FILE_BYTES].map(in_words);
        return Err(format!(
            "it has {found}, and the file of an image has {most} at most"
        ));
    }
    fs::read(path).map_err(unreadable)
}

/// The files of all paths, those that operating systems add to folders left out. Of several paths, each folder's files are in one of its name.
///
/// # Errors
/// What cannot be read, or that there are too many.
pub fn list(paths: &[&str]) -> Result<Vec<ListedFile>, String> {
    let mut given = Vec::new();
    for path in paths {
        add(path, paths.len() > 1, &mut given)
            .map_err(|why| format!("{} cannot be read ({why}).", printable(path)))?;
    }
    given.sort_by(|a, b| a.0.cmp(&b.0));
    let mut listed = Vec::new();
    let are_several = given.len() > 1;
    for (path, on_disk) in given {
        if is_hidden(&parts(&path)) {
            continue;
        }
        if !is_zip(&on_disk) {
            let source = Source::OnDisk(on_disk);
            listed.push(ListedFile { path, source });
            continue;
        }
        let folder = match are_several {
            true => format!("{}/", without_ending(&path)),
            false => String::new(),
        };
        listed.extend(of_zip(path, &on_disk, &folder));
    }
    match listed.len() > MOST_FILES {
        true => Err(format!(
            "These are {} files, and at most {} are answered at once: give fewer.",
            count_text(listed.len()),
            count_text(MOST_FILES)
        )),
        false => Ok(listed),
    }
}

/// Adds a file, or those of a folder, with their paths among those that are given.
fn add(
    path: &str,
    in_folder: bool,
    given: &mut Vec<(String, PathBuf)>,
) -> Result<(), Box<dyn std::error::Error>> {
    let name = base_name(path);
    if !fs::metadata(path)?.is_dir() {
        given.push((name.to_owned(), PathBuf::from(path)));
        return Ok(());
    }
    let folder = match in_folder {
        true => format!("{name}/"),
        false => String::new(),
    };
    walk(Path::new(path), &folder, given)
}

/// What stands behind a path's last slash.
fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// The folders that hold a file, and its name.
fn parts(path: &str) -> Vec<String> {
    let parts = path.split(['/', '\\']);
    let named = parts.filter(|part| !matches!(*part, "." | ".."));
    named.map(str::to_owned).collect()
}

fn is_zip(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(4).read_to_end(&mut start));
    read.is_ok() && begins_as_zip(&start)
}

/// A path without the ending of a zip.
fn without_ending(path: &str) -> &str {
    let at = path.len().saturating_sub(4);
    match path.get(at..) {
        Some(ending) if ending.eq_ignore_ascii_case(".zip") => path.get(..at).unwrap_or(path),
        _ => path,
    }
}

/// The files of a zip, in a folder.
fn of_zip(path: String, on_disk: &Path, folder: &str) -> Vec<ListedFile> {
    let opened = File::open(on_disk)
        .and_then(|file| Ok((file.metadata()?.len(), file)))
        .map_err(|why| why.to_string())
        .and_then(|(bytes, file)| {
            ZipEntries::open(&path, BufReader::new(file), bytes).map_err(|why| why.to_string())
        });
    let zip = match opened {
        Ok(zip) => zip,
        Err(why) => {
            let source = Source::Refused(why.strip_suffix('.').unwrap_or(&why).to_owned());
            return vec![ListedFile { path, source }];
        }
    };
    let files = zip.files();
    let zip = Rc::new(RefCell::new(zip));
    let listed = files.into_iter().map(|(place, name)| ListedFile {
        path: format!("{folder}{name}"),
        source: Source::InZip(Rc::clone(&zip), place),
    });
    listed.collect()
}
