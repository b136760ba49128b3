//! A custom data set from a folder or a zip of images.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use bunsen::data::{Dataset, custom_dataset};
use bunsen::recipe::Recipe;
use bunsen_images::members::Members;
use bunsen_images::{Format, Intake};

/// Reads the data set from the folder or zip at `path`. The returned recipe names its digest and its classes.
///
/// # Errors
/// What is wrong with the files, or that they are not the images that the recipe names.
pub fn read(mut recipe: Recipe, path: &str) -> Result<(Recipe, Dataset), Box<dyn Error>> {
    let [channels, size, _] = recipe.input().shape;
    let mut intake = Intake::new(Format {
        size,
        colour: channels == 3,
    });
    let path = Path::new(path);
    let unreadable = |why: std::io::Error| format!("{} cannot be read ({why}).", path.display());
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        walk(path, "", &mut intake)?;
    } else {
        let file = File::open(path).map_err(unreadable)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        let mut zip = Members::open(&path.display().to_string(), BufReader::new(file), bytes)?;
        while intake.add_next(&mut zip)? {}
    }
    let collection = intake.finish()?;
    for notice in &collection.notices {
        eprintln!("{notice}");
    }
    custom_dataset::complete(&mut recipe, &collection.bytes)?;
    let data = custom_dataset::read(&recipe, &collection.bytes)?;
    Ok((recipe, data))
}

/// Adds all files below a folder. `prefix` is its path relative to the folder that the user named.
fn walk(folder: &Path, prefix: &str, intake: &mut Intake) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        // Symbolic links are left out: they may lead anywhere, also to a folder above.
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{path}/"), intake)?;
        } else if kind.is_file() {
            match fs::read(entry.path()) {
                Ok(bytes) => intake.add(&path, &bytes)?,
                Err(why) => intake.leave_out(&path, &format!("it cannot be read: {why}"))?,
            }
        }
    }
    Ok(())
}
