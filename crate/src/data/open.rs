//! A data set by its name.

use super::{DataError, Dataset, digits, manifest, mnist};
use crate::recipe::Recipe;

/// The data that the crate draws itself, for a recipe: as many training examples as it asks for, from its seed.
pub fn drawn(recipe: &Recipe) -> Dataset {
    let train = match recipe.subset as usize {
        0 => digits::TRAIN,
        wanted => wanted,
    };
    digits::dataset(recipe.seed, train, digits::TEST)
}

/// A fetched data set, from its files' unpacked contents in the manifest's order.
///
/// # Errors
/// [`DataError`]: which file, what was found, what would be right.
pub fn read(name: &str, files: Vec<Vec<u8>>) -> Result<Dataset, DataError> {
    let source = manifest::find(name)?;
    let found = files.len();
    let files = files.try_into().map_err(|_| DataError::FileCount {
        name: source.title.into(),
        found,
        expected: source.files.len(),
    })?;
    // MNIST is the only one so far; `find` has refused every other name.
    mnist::read(files)
}
