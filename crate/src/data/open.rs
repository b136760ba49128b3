//! A data set by its name.

use super::{
    DataError, Dataset, DatasetInfo, DeferredSplit, Split, cifar10, custom_dataset, digits,
    manifest, mnist,
};
use crate::recipe::{Choice, Data, Recipe};

/// Where a data set comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// Drawn by the crate from the recipe's seed; nothing is fetched.
    Synthetic,
    /// Read from files that must be fetched and verified first.
    Remote(&'static manifest::RemoteDataset),
    /// Given by a person.
    Custom,
}

/// Where the data that a recipe names comes from.
pub fn source(data: Data) -> Source {
    match data {
        Data::Digits => Source::Synthetic,
        Data::Mnist => Source::Remote(&manifest::MNIST),
        Data::Fashion => Source::Remote(&manifest::FASHION),
        Data::Cifar10 => Source::Remote(&manifest::CIFAR10),
        Data::Own => Source::Custom,
    }
}

/// What is known of the data that a recipe names before any of it is drawn or fetched.
pub fn info(recipe: &Recipe) -> DatasetInfo {
    known(recipe.data).unwrap_or_else(|| custom_dataset::info(recipe))
}

/// What is known of data by its name alone.
fn known(data: Data) -> Option<DatasetInfo> {
    match data {
        Data::Digits => Some(digits::info()),
        Data::Mnist => Some(mnist::HANDWRITTEN.info()),
        Data::Fashion => Some(mnist::WORN.info()),
        Data::Cifar10 => Some(cifar10::info()),
        Data::Own => None,
    }
}

/// The data that the crate draws itself, for a recipe: as many training examples as it asks for, from its seed.
pub fn synthesize(recipe: &Recipe) -> Dataset {
    let train = match recipe.subset as usize {
        0 => digits::TRAIN,
        wanted => wanted,
    };
    digits::dataset(recipe.seed, train, digits::TEST)
}

/// A fetched data set, from its files in the manifest's order: those of its training examples, all or the first of
/// them, and then those of its test examples.
///
/// # Errors
/// [`DataError`]: which file, what was found, what would be right.
pub fn read(name: &str, files: Vec<manifest::VerifiedFile>) -> Result<Dataset, DataError> {
    let (test, training) = files.into_iter().partition(manifest::VerifiedFile::is_test);
    let data = read_training(name, training)?;
    data.test.set(read_test(name, test)?);
    Ok(data)
}

/// A fetched data set without its test examples, which [`read_test`] reads: from the files of its training examples, in
/// the manifest's order, all or the first of them.
///
/// Its digest is that of the whole data set all the same: each of its files is proven to be one of the whole.
///
/// # Errors
/// [`DataError`]: which file, what was found, what would be right.
pub fn read_training(name: &str, files: Vec<manifest::VerifiedFile>) -> Result<Dataset, DataError> {
    let (data, fetched) = fetched(name)?;
    let files = fetched.training_contents(files)?;
    Ok(Dataset {
        info: known(data).ok_or_else(|| manifest::unknown(name))?,
        train: split(data, files)?,
        test: DeferredSplit::default(),
        digest: fetched.digest.into(),
        scale: None,
    })
}

/// The test examples of a fetched data set, from their files in the manifest's order.
///
/// # Errors
/// [`DataError`]: which file, what was found, what would be right.
pub fn read_test(name: &str, files: Vec<manifest::VerifiedFile>) -> Result<Split, DataError> {
    let (data, fetched) = fetched(name)?;
    split(data, fetched.test_contents(files)?)
}

fn fetched(name: &str) -> Result<(Data, &'static manifest::RemoteDataset), DataError> {
    let data = Data::named(name).ok_or_else(|| manifest::unknown(name))?;
    match source(data) {
        Source::Remote(fetched) => Ok((data, fetched)),
        Source::Synthetic | Source::Custom => Err(manifest::unknown(name)),
    }
}

/// The examples of some files.
fn split(data: Data, files: Vec<manifest::NamedContents>) -> Result<Split, DataError> {
    match data {
        Data::Mnist => mnist::HANDWRITTEN.split(files),
        Data::Fashion => mnist::WORN.split(files),
        Data::Cifar10 => cifar10::split(files),
        Data::Digits | Data::Own => Err(manifest::unknown(data.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Input;

    fn on(data: Data) -> Recipe {
        let mut recipe = Recipe::of(crate::recipe::Model::LeNet5);
        recipe.data = data;
        recipe
    }

    #[test]
    fn every_name_in_a_link_has_its_source() {
        for (data, name, ..) in Data::ALL {
            match source(*data) {
                Source::Synthetic => assert_eq!(digits::NAME, *name),
                Source::Remote(fetched) => {
                    assert_eq!(fetched.name, *name);
                    assert!(manifest::find(name).is_ok());
                }
                Source::Custom => assert_eq!(custom_dataset::NAME, *name),
            }
            assert_eq!(info(&on(*data)).name, *name);
        }
    }

    #[test]
    fn what_is_drawn_is_not_read_from_files() {
        assert_eq!(
            read("digits", Vec::new()).unwrap_err().to_string(),
            "There is no data set \"digits\" to be fetched; there is mnist, fashion, cifar10."
        );
    }

    #[test]
    fn networks_are_told_of_the_images_that_there_are() {
        for (data, name, ..) in Data::ALL {
            let (info, input) = (info(&on(*data)), data.input());
            assert_eq!(info.shape(), input.shape, "{name}");
            assert_eq!(info.classes.len(), input.classes, "{name}");
        }
    }

    /// What networks scale images by, against the real ones, where `BUNSEN_DATA` says where they are.
    #[test]
    fn images_are_scaled_by_the_training_images_own_mean_and_deviation() {
        for (data, name, ..) in Data::ALL {
            let Source::Remote(fetched) = source(*data) else {
                continue;
            };
            let Some(files) = fetched.real_files() else {
                continue;
            };
            let images = read(name, files).unwrap().train.images;
            let Input {
                shape: [channels, height, width],
                mean,
                deviation,
                ..
            } = data.input();
            for channel in 0..channels {
                let planes = images.chunks(height * width).skip(channel);
                // Of each byte, how often it is there: all that mean and deviation depend on.
                let mut counts = [0u64; 256];
                for byte in planes.step_by(channels).flatten() {
                    counts[usize::from(*byte)] += 1;
                }
                let count = counts.iter().sum::<u64>() as f64;
                let average = |of: &dyn Fn(f64) -> f64| {
                    let pixels = counts.iter().enumerate();
                    let each = pixels.map(|(byte, n)| *n as f64 * of(byte as f64 / 255.0));
                    each.sum::<f64>() / count
                };
                let centre = average(&|x| x);
                let spread = average(&|x| (x - centre) * (x - centre)).sqrt();
                let what = format!("{name}, channel {channel}: {centre}, {spread}");
                assert!((centre - f64::from(mean[channel])).abs() < 5e-5, "{what}");
                assert!(
                    (spread - f64::from(deviation[channel])).abs() < 5e-5,
                    "{what}"
                );
            }
        }
    }
}
