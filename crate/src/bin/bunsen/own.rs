//! Somebody's own images, from a folder or a zip.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use bunsen::data::{Dataset, custom_dataset};
use bunsen::recipe::Recipe;
use bunsen_images::members::Members;
use bunsen_images::{Format, Intake};

/// The data set of a recipe from the folder or zip of that path, and the recipe, which names it from now on.
///
/// # Errors
/// What is wrong with the files, or that they are not the recipe's.
pub fn read(mut recipe: Recipe, path: &str) -> Result<(Recipe, Dataset), Box<dyn Error>> {
    let [channels, size, _] = recipe.input().shape;
    let mut intake = Intake::new(Format {
        size,
        colour: channels == 3,
    });
    let path = Path::new(path);
    let cannot = |why: std::io::Error| format!("{} cannot be read ({why}).", path.display());
    if fs::metadata(path).map_err(cannot)?.is_dir() {
        walk(path, "", &mut intake)?;
    } else {
        let file = File::open(path).map_err(cannot)?;
        let bytes = file.metadata().map_err(cannot)?.len();
        let mut zip = Members::open(&path.display().to_string(), BufReader::new(file), bytes)?;
        while intake.add_next(&mut zip)? {}
    }
    let made = intake.finish()?;
    for notice in &made.notices {
        eprintln!("{notice}");
    }
    custom_dataset::complete(&mut recipe, &made.bytes)?;
    let data = custom_dataset::read(&recipe, &made.bytes)?;
    Ok((recipe, data))
}

/// Takes all files below a folder; `within` is its path in what was given.
fn walk(folder: &Path, within: &str, intake: &mut Intake) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{within}{}", name.to_string_lossy());
        // What a link leads to may be anywhere, and the folder above.
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
