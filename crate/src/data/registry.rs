//! The data sets: each is declared beside its reader, and listed here.

use super::manifest::{self, NamedContents, RemoteDataset, VerifiedFile};
use super::synthetic::{self, Synthetic};
use super::{DataError, Dataset, DatasetInfo, DeferredSplit, Split};
use super::{cifar10, cifar100, custom_dataset, digits, emnist, kmnist, mnist, shapes, svhn};
use crate::recipe::{
    ChoiceInfo, DatasetSpec, DigestPrefix, Field, Input, InputSpec, OptionField, Recipe,
};

/// The declaration of a data set.
#[derive(Debug)]
pub struct Declaration {
    /// What a recipe knows of it: its name, its options, its images' shape and normalization.
    pub spec: DatasetSpec,
    /// Its name in sentences.
    pub title: &'static str,
    /// The classes' names; none where they come with the images.
    pub classes: &'static [&'static str],
    /// Where its examples come from.
    pub source: Source,
}

/// Where a data set's examples come from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// Drawn by the crate from the recipe's seed.
    Synthetic(Synthetic),
    /// Read from files that must be downloaded and verified first.
    Remote {
        /// The files.
        dataset: &'static RemoteDataset,
        /// Reads the examples of some of its files.
        read: fn(Vec<NamedContents>) -> Result<Split, DataError>,
        /// Of files that a person gives: the option that names their contents.
        contents: Option<&'static OptionField<DigestPrefix>>,
    },
    /// Given by a person.
    Custom,
}

impl Declaration {
    /// What is known of the data set before it is there.
    pub(super) fn info(&self, input: Input) -> DatasetInfo {
        let [channels, height, width] = input.shape;
        let classes = match self.classes {
            [] => (1..=input.classes)
                .map(|class| format!("class {class}"))
                .collect(),
            names => names.iter().map(|name| (*name).to_owned()).collect(),
        };
        DatasetInfo {
            name: self.spec.name().into(),
            title: self.title.into(),
            synthetic: matches!(self.source, Source::Synthetic(_)),
            classes,
            channels,
            height,
            width,
            fit: "crop",
        }
    }
}

/// Every data set, in the order of the page.
pub static DATASETS: [&Declaration; 12] = [
    &digits::DIGITS,
    &shapes::SHAPES,
    &mnist::MNIST,
    &mnist::FASHION_MNIST,
    &cifar10::CIFAR10,
    &kmnist::KMNIST,
    &emnist::BALANCED,
    &emnist::LETTERS,
    &cifar100::CIFAR100,
    &cifar100::CIFAR100_COARSE,
    &svhn::SVHN,
    &custom_dataset::CUSTOM,
];

/// The options that some data set has.
pub static OPTIONS: &[&Field] = &[
    &custom_dataset::OWN.field,
    &custom_dataset::CLASSES.field,
    &custom_dataset::SIZE.field,
    &custom_dataset::CHANNELS.field,
    &custom_dataset::FIT.field,
    &custom_dataset::FOLDER.field,
    &kmnist::CONTENTS.field,
    &emnist::BALANCED_CONTENTS.field,
    &emnist::LETTERS_CONTENTS.field,
    &cifar100::CONTENTS.field,
    &cifar100::COARSE_CONTENTS.field,
    &svhn::CONTENTS.field,
];

/// What a recipe knows of each data set.
pub static SPECS: [&DatasetSpec; DATASETS.len()] = {
    let mut specs = [&DATASETS[0].spec; DATASETS.len()];
    let mut index = 0;
    while index < specs.len() {
        specs[index] = &DATASETS[index].spec;
        index += 1;
    }
    specs
};

/// The name, label and help of each data set.
pub static CHOICES: [ChoiceInfo; DATASETS.len()] = {
    let mut choices = [DATASETS[0].spec.info; DATASETS.len()];
    let mut index = 0;
    while index < choices.len() {
        choices[index] = DATASETS[index].spec.info;
        index += 1;
    }
    choices
};

fn find(name: &str) -> Option<&'static Declaration> {
    // Hidden, for a comparison with each name would be code of its own.
    let mut declarations = std::hint::black_box(&DATASETS[..]).iter().copied();
    declarations.find(|declaration| declaration.spec.name() == name)
}

/// The declaration of a recipe's data set.
fn declaration(recipe: &Recipe) -> &'static Declaration {
    // A recipe names a data set of the list, so that the first is never taken.
    find(recipe.data.name()).unwrap_or(DATASETS[0])
}

/// Where the examples of a recipe's data set come from.
pub fn source(recipe: &Recipe) -> Source {
    declaration(recipe).source
}

/// What is known of a recipe's data set before it is there.
pub fn info(recipe: &Recipe) -> DatasetInfo {
    let declaration = declaration(recipe);
    let info = declaration.info(recipe.input());
    match declaration.source {
        Source::Custom => DatasetInfo {
            fit: custom_dataset::fit(recipe),
            ..info
        },
        _ => info,
    }
}

/// Bytes that the images of a recipe's data set take in memory, before they are there; 0 for a person's own, which are counted once
/// they are read.
pub fn bytes_in_memory(recipe: &Recipe) -> u64 {
    let subset = recipe.subset as usize;
    let pixels = recipe.input().shape.iter().product::<usize>() as u64;
    match source(recipe) {
        Source::Synthetic(_) => {
            (synthetic::training_examples(recipe) + synthetic::TEST) as u64 * pixels
        }
        Source::Remote { dataset, .. } => {
            let files = dataset.training(subset).chain(dataset.test());
            files.map(|file| file.bytes as u64).sum()
        }
        Source::Custom => 0,
    }
}

/// The synthetic data set of a recipe.
///
/// # Errors
/// [`DataError`] where its images are not drawn.
pub fn synthesize(recipe: &Recipe) -> Result<Dataset, DataError> {
    match source(recipe) {
        Source::Synthetic(synthetic) => Ok(synthetic.of(recipe)),
        _ => Err(DataError::NotDrawn {
            name: info(recipe).title,
        }),
    }
}

/// A remote data set, from its files in the manifest's order: the training files, all or the first of them, and then the test
/// files.
///
/// # Errors
/// [`DataError`]: which file, what was found, what would be right.
pub fn read(name: &str, files: Vec<VerifiedFile>) -> Result<Dataset, DataError> {
    let (test, training) = files.into_iter().partition(VerifiedFile::is_test);
    let data = read_training(name, training)?;
    let test = read_test(name, test)?;
    if data.digest.is_empty() {
        return Ok(Dataset::new(data.info, data.train, test));
    }
    data.test.set(test);
    Ok(data)
}

/// A remote data set without its test split, which [`read_test`] reads: from its training files in the manifest's order, all or
/// the first of them.
///
/// Its digest is that of the whole data set all the same: each of its files is proven to be one of the whole.
///
/// # Errors
/// [`DataError`]: which file, what was found, what would be right.
#[inline(never)]
pub fn read_training(name: &str, files: Vec<VerifiedFile>) -> Result<Dataset, DataError> {
    let Remote {
        dataset,
        read,
        info,
    } = remote(name)?;
    let files = dataset.training_contents(files)?;
    Ok(Dataset {
        info,
        train: read(files)?,
        test: DeferredSplit::default(),
        digest: dataset.digest.into(),
        normalization: None,
    })
}

/// The test split of a remote data set, from its test files in the manifest's order.
///
/// # Errors
/// [`DataError`]: which file, what was found, what would be right.
#[inline(never)]
pub fn read_test(name: &str, files: Vec<VerifiedFile>) -> Result<Split, DataError> {
    let Remote { dataset, read, .. } = remote(name)?;
    read(dataset.test_contents(files)?)
}

/// A remote data set.
struct Remote {
    dataset: &'static RemoteDataset,
    read: fn(Vec<NamedContents>) -> Result<Split, DataError>,
    info: DatasetInfo,
}

#[inline(never)]
fn remote(name: &str) -> Result<Remote, DataError> {
    let declaration = find(name).ok_or_else(|| manifest::unknown(name))?;
    match (declaration.source, declaration.spec.input) {
        (Source::Remote { dataset, read, .. }, InputSpec::Fixed(input)) => Ok(Remote {
            dataset,
            read,
            info: declaration.info(input),
        }),
        _ => Err(manifest::unknown(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_declaration_is_consistent() {
        for Declaration {
            spec,
            title,
            classes,
            source,
        } in DATASETS
        {
            let name = &spec.name();
            for option in spec.options {
                let is_known = OPTIONS.iter().any(|known| known.key == option.key);
                assert!(is_known, "{name}: {}", option.key);
            }
            if let Source::Remote { dataset, .. } = source {
                assert_eq!((&dataset.name, &dataset.title), (name, title));
                assert!(manifest::find(name).is_ok());
                assert_eq!(
                    dataset.training_examples() as u64,
                    spec.max_examples,
                    "{name}"
                );
            }
            match spec.input {
                InputSpec::Fixed(input) => {
                    assert_eq!(classes.len(), input.classes, "{name}");
                    assert_eq!(input.mean.len(), input.shape[0], "{name}");
                    assert_eq!(input.std.len(), input.shape[0], "{name}");
                    let Source::Remote {
                        dataset, contents, ..
                    } = source
                    else {
                        assert!(spec.options.is_empty(), "{name}");
                        continue;
                    };
                    // Where nobody knows the contents' digest the link names it, by the name of the data set.
                    let keys: Vec<_> = spec.options.iter().map(|field| field.key).collect();
                    let named = contents.map(|contents| contents.field.key);
                    assert_eq!(keys, Vec::from_iter(named), "{name}");
                    assert_eq!(named, dataset.is_given().then_some(*name), "{name}");
                }
                InputSpec::Options(_) => assert!(classes.is_empty(), "{name}"),
            }
        }
    }

    #[test]
    fn what_comes_from_files_is_not_drawn() {
        let recipe = crate::registry::parse("model=resnet-8").unwrap().recipe;
        assert_eq!(
            synthesize(&recipe).unwrap_err().to_string(),
            "The images of CIFAR-10 are not drawn: they come from files."
        );
    }

    #[test]
    fn what_is_synthetic_is_not_read_from_files() {
        assert_eq!(
            read("digits", Vec::new()).unwrap_err().to_string(),
            "There is no data set \"digits\" to be fetched; there is mnist, fashion, cifar10, kmnist, emnist-balanced, emnist-letters, cifar100, cifar100-coarse, svhn."
        );
    }

    /// The declared normalization against the real images, where `BUNSEN_DATA` says where they are.
    #[test]
    fn images_are_normalized_by_the_training_images_mean_and_standard_deviation() {
        for declaration in DATASETS {
            let name = declaration.spec.name();
            let (Source::Remote { dataset, .. }, InputSpec::Fixed(input)) =
                (declaration.source, declaration.spec.input)
            else {
                continue;
            };
            let Some(files) = dataset.real_files() else {
                continue;
            };
            let images = read(name, files).unwrap().train.images;
            let [channels, height, width] = input.shape;
            for channel in 0..channels {
                let planes = images.chunks(height * width).skip(channel);
                let mut histogram = [0u64; 256];
                for byte in planes.step_by(channels).flatten() {
                    histogram[usize::from(*byte)] += 1;
                }
                let count = histogram.iter().sum::<u64>() as f64;
                let average = |term: &dyn Fn(f64) -> f64| {
                    let pixels = histogram.iter().enumerate();
                    let terms = pixels.map(|(byte, n)| *n as f64 * term(byte as f64 / 255.0));
                    terms.sum::<f64>() / count
                };
                let mean = average(&|x| x);
                let std = average(&|x| (x - mean) * (x - mean)).sqrt();
                let found = format!("{name}, channel {channel}: {mean}, {std}");
                assert!(
                    (mean - f64::from(input.mean[channel])).abs() < 5e-5,
                    "{found}"
                );
                assert!(
                    (std - f64::from(input.std[channel])).abs() < 5e-5,
                    "{found}"
                );
            }
        }
    }
}
