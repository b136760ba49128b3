//! A data set by its name.

use super::{DataError, Dataset, digits, manifest, mnist};
use crate::recipe::{Data, Recipe};

/// Where a data set comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// Drawn by the crate from the recipe's seed; nothing is fetched.
    Drawn,
    /// Read from files that must be fetched and verified first.
    Fetched(&'static manifest::Fetched),
}

/// Where the data that a recipe names comes from.
pub fn source(data: Data) -> Source {
    match data {
        Data::Digits => Source::Drawn,
        Data::Mnist => Source::Fetched(&manifest::MNIST),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Choice;

    #[test]
    fn every_name_in_a_link_has_its_source() {
        for (data, name, ..) in Data::ALL {
            match source(*data) {
                Source::Drawn => assert_eq!(digits::NAME, *name),
                Source::Fetched(fetched) => {
                    assert_eq!(fetched.name, *name);
                    assert!(manifest::find(name).is_ok());
                }
            }
        }
    }

    #[test]
    fn the_wrong_number_of_files_is_an_error() {
        let error = read("mnist", vec![vec![1], vec![2]])
            .unwrap_err()
            .to_string();
        assert!(error.contains("4 files") && error.contains('2'), "{error}");
    }
}
