//! A custom data set from a folder or a zip of images, or from files of arrays.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use bunsen::data::{Dataset, custom_dataset};
use bunsen::recipe::Recipe;
use bunsen_images::arrays::{START, are_arrays};
use bunsen_images::zip_entries::{ZipEntries, is_zip};
use bunsen_images::{ClassFolder, CollectionBuilder, Fit, Format, ImagesError};

use super::output::note;

/// Reads the data set from the folder, the zip or the file of arrays at `path`. The returned recipe names its digest and its classes.
///
/// # Errors
/// What is wrong with the files, or that they are not the images that the recipe names.
pub fn read(mut recipe: Recipe, path: &str) -> Result<(Recipe, Dataset), Box<dyn Error>> {
    let [channels, size, _] = recipe.input().shape;
    let mut builder = CollectionBuilder::new(Format {
        size,
        colour: channels == 3,
        fit: Fit::of(custom_dataset::fit(&recipe)).unwrap_or_default(),
    })
    .with_class_folder(ClassFolder::of(custom_dataset::folder(&recipe)).unwrap_or_default());
    let path = Path::new(path);
    let unreadable = |why: std::io::Error| format!("{} cannot be read ({why}).", path.display());
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        let mut files = Vec::new();
        walk(path, "", &mut files)?;
        builder.announce(files.iter().map(|(name, _)| name.as_str()))?;
        for (name, path) in files {
            add(&mut builder, &name, &path)?;
        }
    } else {
        let mut file = File::open(path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let mut start = Vec::new();
        let mut beginning = file.by_ref().take(START as u64);
        beginning.read_to_end(&mut start).map_err(unreadable)?;
        if are_arrays(&start) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            add(&mut builder, &name, path)?;
        } else {
            file.rewind().map_err(unreadable)?;
            let name = path.display().to_string();
            let mut zip = ZipEntries::open(&name, BufReader::new(file), bytes)?;
            while builder.add_next_entry(&mut zip)? {}
        }
    }
    let collection = builder.finish()?;
    for notice in &collection.notices {
        note!("{notice}");
    }
    custom_dataset::complete(&mut recipe, &collection.bytes)?;
    let data = custom_dataset::read(&recipe, &collection.bytes)?;
    Ok((recipe, data))
}

/// Lists all files below a folder, each with its path relative to the folder that the user named. `prefix` is that of `folder`.
pub fn walk(
    folder: &Path,
    prefix: &str,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        // Symbolic links are left out: they may lead anywhere, also to a folder above.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), files)?;
        } else if kind.is_file() {
            files.push((path, entry.path()));
        }
    }
    Ok(())
}

/// Adds a file, of which no more is read than its beginning where it is too large. One that cannot be read is left out.
fn add(builder: &mut CollectionBuilder, name: &str, path: &Path) -> Result<(), ImagesError> {
    let contents = File::open(path).and_then(|mut file| {
        let bytes = file.metadata()?.len();
        let mut contents = Vec::new();
        file.by_ref()
            .take(START as u64)
            .read_to_end(&mut contents)?;
        Ok((file, bytes, contents))
    });
    let (mut file, bytes, mut contents) = match contents {
        Ok(opened) => opened,
        Err(why) => return builder.skip_file(name, &format!("it cannot be read: {why}")),
    };
    if is_zip(&contents) {
        let place = name.strip_suffix(".zip").unwrap_or(name);
        file.rewind()
            .map_err(|why| ImagesError::Unreadable(name.into(), why.to_string()))?;
        let mut zip = ZipEntries::open(name, BufReader::new(file), bytes)?.in_folder(Some(place));
        while builder.add_next_entry(&mut zip)? {}
        return Ok(());
    }
    if builder.skip_too_large(name, bytes, &contents)? {
        return Ok(());
    }
    match file.read_to_end(&mut contents) {
        Ok(_) => builder.add_file(name, &contents),
        Err(why) => builder.skip_file(name, &format!("it cannot be read: {why}")),
    }
}
