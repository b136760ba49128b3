//! Known data sets whose files a person gives: no digest of their contents is stated anywhere, so that what can be checked of them is,
//! and a link names what was read by its digest.
//!
//! A data set is declared in a file of its own: its shape, classes and files ([`super::kmnist`]).

use super::cifar10::{Labels, split_records};
use super::manifest::{Examples, NamedContents, RemoteDataset, RemoteFile};
use super::registry::{self, Source};
use super::{DataError, Dataset, Split, idx};
use crate::recipe::{DigestPrefix, Recipe};

/// What the files of such a data set have in common.
pub(super) const GIVEN: RemoteDataset = RemoteDataset {
    name: "",
    title: "",
    folder: "",
    license: "",
    files: &[],
    mirrors: &[],
    sheets: None,
    packed_bytes: 0,
    archive: None,
    digest: "",
    originals: &[],
    home: "",
};

/// A file with all of the training examples, of so many bytes unpacked.
pub(super) const fn training(
    path: &'static str,
    role: &'static str,
    count: usize,
    bytes: usize,
) -> RemoteFile {
    RemoteFile {
        path,
        role,
        examples: Examples::Train { first: 0, count },
        bytes,
        sha256: "",
    }
}

/// A file with all of the test examples, of so many bytes unpacked.
pub(super) const fn test(
    path: &'static str,
    role: &'static str,
    count: usize,
    bytes: usize,
) -> RemoteFile {
    RemoteFile {
        examples: Examples::Test(count),
        ..training(path, role, count, bytes)
    }
}

/// Checks the first bytes of an IDX file, which tell what is in it, before its size is.
pub(super) fn check_start(file: &RemoteFile, contents: &[u8]) -> Result<(), DataError> {
    match (file.path.contains("-idx3-"), file.path.contains("-idx1-")) {
        _ if contents.is_empty() => Ok(()),
        (true, _) => idx::check_images(file.path, contents),
        (_, true) => idx::check_labels(file.path, contents),
        _ => Ok(()),
    }
}

/// Refuses a file that is whole, and holds another number of examples.
#[inline(never)]
pub(super) fn check_size(file: &RemoteFile, found: usize) -> Result<(), DataError> {
    let (Examples::Train { count, .. } | Examples::Test(count)) = file.examples;
    let (example, header) = (file.bytes / count, file.bytes % count);
    let examples = found.saturating_sub(header);
    if found == file.bytes || found < header || !examples.is_multiple_of(example) {
        return Ok(());
    }
    Err(DataError::ExampleCount {
        file: file.path.into(),
        role: file.role,
        found: examples / example,
        expected: count,
    })
}

/// How a data set in files of images and labels (IDX) differs from MNIST.
#[derive(Clone, Copy, Debug)]
pub(super) struct IdxForm {
    /// The first label.
    pub first_label: u8,
    /// Whether rows and columns are exchanged in the files.
    pub is_transposed: bool,
}

/// The examples of a file of images and one of labels, of classes that are equally large.
#[inline(never)]
pub(super) fn read_idx(
    files: Vec<NamedContents>,
    dataset: &RemoteDataset,
    classes: &[&'static str],
    form: IdxForm,
) -> Result<Split, DataError> {
    let [images, labels] = files
        .try_into()
        .map_err(|files: Vec<_>| dataset.wrong_file_count(files.len(), 2))?;
    let file = labels.0;
    let labels_end = classes.len() + usize::from(form.first_label);
    let mut split = idx::split(images, labels, (SIDE as u32, SIDE as u32), labels_end)?;
    if form.is_transposed {
        split
            .images
            .chunks_exact_mut(SIDE * SIDE)
            .for_each(transpose);
    }
    // A label below the first is of no class, so that the classes are not equally large.
    for label in &mut split.labels {
        *label = label.wrapping_sub(form.first_label);
    }
    balanced(dataset.title, file, classes, split)
}

/// The side of MNIST's images.
const SIDE: usize = 28;

/// Exchanges the rows and the columns of an image.
fn transpose(image: &mut [u8]) {
    for row in 0..SIDE {
        for column in 0..row {
            image.swap(row * SIDE + column, column * SIDE + row);
        }
    }
}

/// The examples of a file of records, as CIFAR's binary versions have them.
#[inline(never)]
pub(super) fn read_records(
    files: Vec<NamedContents>,
    dataset: &RemoteDataset,
    labels: Labels,
) -> Result<(&'static str, Split), DataError> {
    let [(file, bytes)] = files
        .try_into()
        .map_err(|files: Vec<_>| dataset.wrong_file_count(files.len(), 1))?;
    let records = bytes.len() / (labels.bytes + 3 * 32 * 32);
    Ok((file, split_records(file, bytes, records, labels)?))
}

/// A split whose classes are equally large, as its data set's are. `file` is that of the labels.
#[inline(never)]
pub(super) fn balanced(
    name: &'static str,
    file: &str,
    classes: &[&'static str],
    split: Split,
) -> Result<Split, DataError> {
    let mut counts = [0; 256];
    for label in &split.labels {
        counts[usize::from(*label)] += 1;
    }
    let expected = split.len() / classes.len();
    let mut pairs = classes.iter().zip(counts);
    match pairs.find(|(_, found)| *found != expected) {
        None => Ok(split),
        Some((class, found)) => Err(DataError::Unbalanced {
            name,
            file: file.into(),
            class,
            found,
            expected,
        }),
    }
}

/// Makes a recipe on such a data set name its contents, so that its link means these and no others. Other recipes stay as they are, and
/// so does one whose data only stand for the data set.
///
/// # Errors
/// [`DataError::GivenDigest`], where the recipe names other contents.
#[inline(never)]
pub fn name_contents(recipe: &mut Recipe, data: &Dataset) -> Result<(), DataError> {
    let Source::Remote {
        dataset,
        contents: Some(contents),
        ..
    } = registry::source(recipe)
    else {
        return Ok(());
    };
    if data.train.len() != dataset.training_examples() {
        return Ok(());
    }
    let found = data.digest.get(..16).unwrap_or_default();
    let wanted = recipe.get(contents);
    if wanted.is_none() {
        recipe.set(contents, DigestPrefix::parse(found).unwrap_or_default());
    } else if wanted.to_string() != found {
        return Err(DataError::GivenDigest {
            name: data.info.title.clone(),
            found: found.into(),
            wanted: wanted.to_string(),
        });
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::data::manifest::{self, VerifiedFile};
    use crate::registry::parse;

    /// Files with their contents, verified as far as they can be.
    pub fn verified(name: &str, files: Vec<(&RemoteFile, Vec<u8>)>) -> Vec<VerifiedFile> {
        let verify = |(file, contents): (&RemoteFile, Vec<u8>)| {
            manifest::verify(name, file.path, &contents).unwrap()
        };
        files.into_iter().map(verify).collect()
    }

    /// Why a file is refused.
    pub fn error(name: &str, path: &str, contents: &[u8]) -> String {
        let error = manifest::verify(name, path, contents).unwrap_err();
        error.to_string()
    }

    #[test]
    fn a_link_names_what_was_read_and_refuses_other_contents() {
        let mut recipe = parse("data=kmnist").unwrap().recipe;
        let mut data = Dataset {
            info: crate::data::info(&recipe),
            train: Split {
                images: Vec::new(),
                labels: vec![0; 60_000],
            },
            test: crate::data::DeferredSplit::default(),
            digest: format!("{:064x}", 0xabc),
            normalization: None,
        };
        data.digest.replace_range(..4, "12ab");
        name_contents(&mut recipe, &data).unwrap();
        assert_eq!(
            recipe.link(),
            "model=lenet5&data=kmnist&kmnist=12ab000000000000&v=1"
        );
        name_contents(&mut recipe, &data).unwrap();
        data.digest.replace_range(..4, "0000");
        let error = name_contents(&mut recipe, &data).unwrap_err();
        assert_eq!(error.code(), Some("other-dataset"));
        assert_eq!(
            error.to_string(),
            "These are not the files that the link is of: the digest of the KMNIST here is 0000000000000000, the link's is 12ab000000000000. One of the two is not the original."
        );
        // A batch that stands for the data set says nothing of it.
        data.train.labels.truncate(64);
        name_contents(&mut recipe, &data).unwrap();
    }
}
