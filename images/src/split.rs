//! A person's own split into images to train on and images to test with.

use std::collections::BTreeSet;

use crate::classes::Role;
use crate::error::{ImagesError, list_some};
use crate::finish::Labelled;

/// Which images are used, where the folders say what each is for: those of `test` are tested with, and those of `val` are left out; where
/// there is no `test`, those of `val` are tested with. Gives whether there is such a split, and says what became of it.
pub(crate) fn apply(labelled: Vec<Labelled>, notices: &mut Vec<String>) -> (Vec<Labelled>, bool) {
    let count = |role: Role| {
        labelled
            .iter()
            .filter(|image| image.role == Some(role))
            .count()
    };
    let [train, test, validation] = [Role::Train, Role::Test, Role::Validation].map(count);
    if labelled.iter().all(|image| image.role.is_none()) {
        return (labelled, false);
    }
    if train == 0 || test + validation == 0 {
        notices.push(
            "Of the folders that say what images are for, only one holds images of classes: one in five of them is tested with."
                .into(),
        );
        let without_roles = labelled.into_iter().map(|image| Labelled {
            role: None,
            ..image
        });
        return (without_roles.collect(), false);
    }
    let images = |count: usize| {
        if count == 1 {
            "1 image".to_owned()
        } else {
            format!("{count} images")
        }
    };
    let (used, rest) = match (test, validation) {
        (0, _) => (images(validation), String::new()),
        (_, 0) => (images(test), String::new()),
        _ => (
            images(test),
            format!(" The {} for validation were left out.", images(validation)),
        ),
    };
    notices.push(format!(
        "Your own split is kept: {} to train on and {used} to test with, whatever the seed.{rest}",
        images(train)
    ));
    let kept = labelled.into_iter().filter_map(|image| {
        let role = match image.role {
            Some(Role::Validation) if test > 0 => return None,
            Some(Role::Validation) => Some(Role::Test),
            role => role,
        };
        Some(Labelled { role, ..image })
    });
    (kept.collect(), true)
}

/// Refuses a split in which a class cannot be learned, or nothing is tested.
///
/// # Errors
/// [`ImagesError::Split`]
pub(crate) fn check(labelled: &[Labelled]) -> Result<(), ImagesError> {
    let classes = |wanted: Role| -> BTreeSet<&str> {
        let images = labelled.iter().filter(|image| image.role == Some(wanted));
        images.map(|image| image.class.as_str()).collect()
    };
    let (train, test) = (classes(Role::Train), classes(Role::Test));
    if test.is_empty() {
        return Err(ImagesError::Split(
            "No image is left to test with: each is also a training image, or cannot be read."
                .into(),
        ));
    }
    let unknown: Vec<String> = test
        .difference(&train)
        .map(|name| (*name).to_owned())
        .collect();
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(ImagesError::Split(format!(
            "There are images to test with and none to train on of {}. Put images of each class into both.",
            list_some(unknown.into_iter())
        ))),
    }
}
