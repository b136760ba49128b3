//! The files of a folder or a zip, and what the folders say of them.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use unicode_normalization::UnicodeNormalization;
use zip::ZipArchive;

use crate::load::Folder;

/// What an image is for, where a person's own folders say so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Train,
    Test,
    Validation,
}

/// Is given the path of a file, from its outermost folder on, and its bytes.
type Take<'a> = dyn FnMut(Vec<String>, &[u8]) + 'a;

/// Calls `take` for each file of a folder or a zip, and of the zips in it.
pub fn read(source: &Path, take: &mut Take<'_>) -> Result<(), Box<dyn Error>> {
    match source.is_dir() {
        true => in_folder(source, &[], take),
        false => in_zip(File::open(source)?, &[], take),
    }
}

fn in_folder(folder: &Path, path: &[String], take: &mut Take<'_>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name: String = entry.file_name().to_string_lossy().nfc().collect();
        let path = [path, &[name]].concat();
        match entry.path().is_dir() {
            true if is_hidden(&path) => {}
            true => in_folder(&entry.path(), &path, take)?,
            false => add(path, &fs::read(entry.path())?, take)?,
        }
    }
    Ok(())
}

fn in_zip(
    zip: impl Read + Seek,
    path: &[String],
    take: &mut Take<'_>,
) -> Result<(), Box<dyn Error>> {
    let mut zip = ZipArchive::new(zip)?;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index)?;
        let name = match str::from_utf8(file.name_raw()) {
            Ok(name) => name.to_owned(),
            Err(_) => file.name()?.into_owned(),
        };
        let name: String = name.replace('\\', "/").nfc().collect();
        let parts = name.split('/').filter(|part| !["", "."].contains(part));
        let path = path
            .iter()
            .cloned()
            .chain(parts.map(str::to_owned))
            .collect();
        let mut bytes = Vec::new();
        if file.is_file() {
            file.read_to_end(&mut bytes)?;
            add(path, &bytes, take)?;
        }
    }
    Ok(())
}

fn add(mut path: Vec<String>, bytes: &[u8], take: &mut Take<'_>) -> Result<(), Box<dyn Error>> {
    match (
        is_hidden(&path),
        bytes.starts_with(b"PK\x03\x04"),
        path.last_mut(),
    ) {
        (false, true, Some(name)) => {
            if name.to_ascii_lowercase().ends_with(".zip") {
                name.truncate(name.len() - 4);
            }
            in_zip(Cursor::new(bytes), &path, take)
        }
        (false, false, _) => {
            take(path, bytes);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether it is what an operating system put there.
fn is_hidden(path: &[String]) -> bool {
    let is_system = |name: &String| ["Thumbs.db", "desktop.ini"].contains(&name.as_str());
    path.last().is_some_and(is_system)
        || path
            .iter()
            .any(|name| name.starts_with('.') || name == "__MACOSX")
}

/// What each image is for, and its class; a class without a name where no folder tells it.
pub fn places<'a>(
    paths: impl Iterator<Item = &'a [String]>,
    folder: &Folder,
) -> Vec<(Option<Role>, String)> {
    let folders: Vec<&[String]> = paths.map(|path| &path[..path.len() - 1]).collect();
    let mut depth = shared(folders.iter().copied());
    let roles: Vec<Option<Role>> = folders
        .iter()
        .map(|folders| folders.get(depth).and_then(|name| role(name)))
        .collect();
    let has = |wanted: fn(Option<Role>) -> bool| roles.iter().copied().any(wanted);
    let is_split = !has(|role| role.is_none())
        && has(|role| role == Some(Role::Train))
        && has(|role| role != Some(Role::Train));
    if is_split {
        depth += 1;
        let inner = folders.iter().filter_map(|folders| folders.get(depth..));
        depth += shared(inner.filter(|inner| !inner.is_empty()));
    }
    let inner: Vec<&[String]> = folders
        .iter()
        .map(|folders| folders.get(depth..).unwrap_or_default())
        .collect();
    let outer = match folder {
        Folder::Auto => hold_folders_of_one_name(&inner),
        Folder::Inner => false,
        Folder::Outer => true,
    };
    let class = |inner: &&[String]| {
        if outer { inner.first() } else { inner.last() }
            .cloned()
            .unwrap_or_default()
    };
    let mut places: Vec<(Option<Role>, String)> =
        inner.iter().map(|inner| (None, class(inner))).collect();
    if is_split {
        places
            .iter_mut()
            .zip(roles)
            .for_each(|(place, role)| place.0 = role);
        return places;
    }
    // A folder `test` beside two others has images without classes.
    let is_test: Vec<bool> = inner
        .iter()
        .map(|inner| matches!(inner, [one] if role(one) == Some(Role::Test)))
        .collect();
    let others = places
        .iter()
        .zip(&is_test)
        .filter(|(place, is_test)| !**is_test && !place.1.is_empty());
    let mut others: Vec<String> = others.map(|(place, _)| place.1.clone()).collect();
    others.sort();
    others.dedup();
    if others.len() > 1 {
        let tests = places
            .iter_mut()
            .zip(is_test)
            .filter(|(_, is_test)| *is_test);
        tests.for_each(|(place, _)| *place = (Some(Role::Test), String::new()));
    }
    places
}

/// How many of the outermost folders all have.
fn shared<'a>(mut folders: impl Iterator<Item = &'a [String]>) -> usize {
    let first = folders.next().unwrap_or_default();
    folders.fold(first.len(), |shared, folders| {
        first[..shared]
            .iter()
            .zip(folders)
            .take_while(|(one, other)| one == other)
            .count()
    })
}

/// The role that a folder's name says: `train`, `Test`, `training_set`, `val2`.
fn role(folder: &str) -> Option<Role> {
    let ends = ['_', '-', ' '];
    let name = folder.to_ascii_lowercase();
    let name = name
        .trim_end_matches(|letter: char| letter.is_ascii_digit())
        .trim_end_matches(ends);
    let suffixes = ["set", "images", "data", "imgs", "dataset"];
    let word = suffixes
        .iter()
        .filter_map(|suffix| name.strip_suffix(suffix))
        .find(|word| word.ends_with(ends));
    match word.unwrap_or(name).trim_end_matches(ends) {
        "train" | "training" => Some(Role::Train),
        "test" | "testing" => Some(Role::Test),
        "val" | "valid" | "validation" => Some(Role::Validation),
        _ => None,
    }
}

/// Whether all images lie in two folders, and several of the outer ones have inner ones of one name: then these are no classes.
fn hold_folders_of_one_name(folders: &[&[String]]) -> bool {
    let pair = |folders: &&[String]| Some([folders.last()?.clone(), folders.first()?.clone()]);
    let mut pairs: Vec<[String; 2]> = folders.iter().filter_map(pair).collect();
    pairs.sort();
    pairs.dedup();
    !folders.iter().any(|folders| folders.len() == 1)
        && pairs.windows(2).any(|two| two[0][0] == two[1][0])
}
