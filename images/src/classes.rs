//! Which folder tells an image's class, and which images a person has set apart for tests.

use crate::class_folder::{self, ClassFolder};
use crate::error::list_some;
use crate::file_names::names_as_classes;
use crate::paths::common_prefix;

/// What an image is for, where a person's own folders say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// To train on.
    Train,
    /// To test with.
    Test,
    /// To choose between networks with.
    Validation,
}

/// What published data sets write behind the name of a role.
const SUFFIXES: [&str; 5] = ["set", "images", "data", "imgs", "dataset"];

impl Role {
    /// The role that a folder of that name has, as published data sets name them: `train`, `Test`, `training_set`, `test1`.
    pub(crate) fn of(folder: &str) -> Option<Self> {
        let folder = folder.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let folder = folder.trim_end_matches(['_', '-', ' ']);
        let word = SUFFIXES.iter().find_map(|suffix| {
            let at = folder.len().checked_sub(suffix.len())?;
            let is_suffix = folder.get(at..)?.eq_ignore_ascii_case(suffix);
            let word = folder.get(..at)?;
            let rest = word.trim_end_matches(['_', '-', ' ']);
            (is_suffix && rest.len() < word.len()).then_some(rest)
        });
        let folder = word.unwrap_or(folder);
        const NAMES: [(&str, Role); 7] = [
            ("train", Role::Train),
            ("training", Role::Train),
            ("test", Role::Test),
            ("testing", Role::Test),
            ("val", Role::Validation),
            ("valid", Role::Validation),
            ("validation", Role::Validation),
        ];
        let found = NAMES
            .iter()
            .find(|(name, _)| folder.eq_ignore_ascii_case(name));
        found.map(|(_, role)| *role)
    }
}

/// Where an image belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its class; `None` where no folder tells it.
    pub class: Option<String>,
    /// What it is for; `None` where no folder says so.
    pub role: Option<Role>,
}

/// The places of all images, and what a person should know of how they were found.
#[derive(Debug, PartialEq, Eq)]
pub struct Places {
    /// In the order of the paths.
    pub places: Vec<Place>,
    /// Whether the names of files tell the classes.
    pub from_names: bool,
    /// Whether tables tell the classes.
    pub from_tables: bool,
    /// Whether other folders of the same images would be other classes.
    pub folders_differ: bool,
    /// Sentences.
    pub notices: Vec<String>,
}

/// Finds the classes of images by their paths: the folder that holds an image is its class. Folders that all share tell nothing;
/// `train`, `test` and `val` beside each other tell the roles. Where folders of one name lie in several folders (`cats/in`,
/// `dogs/in`), the outer folders are the classes, unless others are asked for. Where there is one folder, or none, the names of the files may tell (`cat.1.png`).
pub fn find(paths: &[&[String]], asked: ClassFolder) -> Places {
    let folders: Vec<&[String]> = paths.iter().map(|path| folders(path)).collect();
    let mut depth = common_prefix(folders.iter().copied());
    let roles: Option<Vec<Role>> = folders
        .iter()
        .map(|folders| folders.get(depth).and_then(|name| Role::of(name)))
        .collect();
    let is_split = roles.as_ref().is_some_and(|roles| {
        roles.contains(&Role::Train) && roles.iter().any(|role| *role != Role::Train)
    });
    let roles = roles.filter(|_| is_split);
    let mut notices = Vec::new();
    if roles.is_some() {
        depth += 1;
        // `train/images/cats`, `test/images/cats`
        let inner = folders.iter().filter_map(|folders| folders.get(depth..));
        depth += common_prefix(inner.filter(|inner| !inner.is_empty()));
    }
    let inner: Vec<&[String]> = folders
        .iter()
        .map(|folders| folders.get(depth..).unwrap_or_default())
        .collect();
    let (outer_are_classes, notice) = class_folder::are_outer(&inner, asked);
    notices.extend(notice);
    if !outer_are_classes {
        notices.extend(merged(inner.iter().copied()));
    }
    let class = |folders: &&[String]| match outer_are_classes {
        true => folders.first().cloned(),
        false => folders.last().cloned(),
    };
    let mut classes: Vec<Option<String>> = inner.iter().map(class).collect();
    let mut from_names = false;
    if classes.iter().all(Option::is_none)
        && let Some(names) = names_as_classes(paths, |index| {
            !matches!(
                roles.as_ref().map(|roles| roles[index]),
                None | Some(Role::Train)
            )
        })
    {
        notices.push(format!(
            "No folder tells the classes, so they were taken from the names of the files: {}.",
            list_some(
                distinct(names.iter().flatten().map(String::as_str))
                    .into_iter()
                    .map(str::to_owned)
            )
        ));
        classes = names;
        from_names = true;
    }
    let role = |index: usize| roles.as_ref().map(|roles| roles[index]);
    let places = classes.into_iter().enumerate().map(|(index, class)| Place {
        class,
        role: role(index),
    });
    let mut places: Vec<Place> = places.collect();
    if !is_split {
        set_apart_tests(&folders, depth, &mut places);
    }
    Places {
        places,
        from_names,
        from_tables: false,
        folders_differ: class_folder::differ(&inner),
        notices,
    }
}

/// A folder `test` beside at least two others holds images without labels, as those of competitions do, and is no class.
fn set_apart_tests(folders: &[&[String]], depth: usize, places: &mut [Place]) {
    let is_test = |folders: &[String]| {
        let is_last = folders.len() == depth + 1;
        is_last && folders.last().and_then(|name| Role::of(name)) == Some(Role::Test)
    };
    let others = places
        .iter()
        .zip(folders)
        .filter(|(_, folders)| !is_test(folders));
    let others = distinct(others.filter_map(|(place, _)| place.class.as_deref())).len();
    if others < 2 {
        return;
    }
    for (place, folders) in places.iter_mut().zip(folders) {
        if is_test(folders) {
            *place = Place {
                class: None,
                role: Some(Role::Test),
            };
        }
    }
}

/// The folders of a path, without the file's name.
fn folders(path: &[String]) -> &[String] {
    path.split_last().map_or(&[], |(_, folders)| folders)
}

/// Texts in their order, each once.
pub(crate) fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// A sentence about folders of one name in several places, which count as one class.
fn merged<'a>(folders: impl Iterator<Item = &'a [String]>) -> Option<String> {
    // Names with the folders of that name.
    let pairs = folders.filter_map(|folders| Some((folders.last()?, folders)));
    let mut pairs: Vec<[String; 2]> = pairs
        .map(|(name, all)| [name.clone(), all.join("/")])
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let same = pairs
        .chunk_by(|a, b| a[0] == b[0])
        .filter(|same| same.len() > 1);
    let named: Vec<String> = same.flatten().map(|[_, folders]| folders.clone()).collect();
    (!named.is_empty()).then(|| {
        let named = list_some(named.into_iter());
        format!("Folders of one name count as one class: {named}.")
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::paths::components;

    fn places(paths: &[&str]) -> (Vec<String>, Vec<String>) {
        places_by(paths, ClassFolder::Auto)
    }

    fn places_by(paths: &[&str], asked: ClassFolder) -> (Vec<String>, Vec<String>) {
        let paths: Vec<Vec<String>> = paths.iter().map(|path| components(path).unwrap()).collect();
        let paths: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
        let Places {
            places, notices, ..
        } = find(&paths, asked);
        let text = |place: Place| {
            let class = place.class.unwrap_or_else(|| "-".into());
            match place.role {
                Some(role) => format!("{class} {role:?}"),
                None => class,
            }
        };
        (places.into_iter().map(text).collect(), notices)
    }

    #[test]
    fn the_folder_that_holds_an_image_is_its_class() {
        let (classes, notices) =
            places(&["a/pets/cats/1.png", "a/pets/dogs/1.png", "a/pets/1.png"]);
        assert_eq!(classes, ["cats", "dogs", "-"]);
        assert!(notices.is_empty());
        // What lies deeper in some folders is the class there.
        let (classes, notices) = places(&["cats/1.png", "dogs/1.png", "more/dogs/2.png"]);
        assert_eq!(classes, ["cats", "dogs", "dogs"]);
        assert_eq!(
            notices,
            ["Folders of one name count as one class: dogs, more/dogs."]
        );
    }

    #[test]
    fn folders_of_one_name_in_several_are_no_classes() {
        let (classes, notices) = places(&[
            "cats/in/1.png",
            "cats/out/1.png",
            "dogs/in/1.png",
            "dogs/out/1.png",
        ]);
        assert_eq!(classes, ["cats", "cats", "dogs", "dogs"]);
        assert_eq!(
            notices,
            [
                "Several folders hold a folder in, so the outer folders were taken as the classes: cats, dogs. The inner folders can be chosen instead."
            ]
        );
    }

    #[test]
    fn either_folder_can_be_asked_for() {
        let paths = ["a/cats/in/1.png", "a/cats/out/1.png", "a/dogs/in/1.png"];
        let (classes, notices) = places_by(&paths, ClassFolder::Inner);
        assert_eq!(classes, ["in", "out", "in"]);
        assert_eq!(
            notices,
            ["Folders of one name count as one class: cats/in, dogs/in."]
        );
        let uneven = ["a/cats/1.png", "a/dogs/old/1.png", "a/dogs/2.png"];
        assert_eq!(places(&uneven).0, ["cats", "old", "dogs"]);
        let (classes, notices) = places_by(&uneven, ClassFolder::Outer);
        assert_eq!(classes, ["cats", "dogs", "dogs"]);
        assert!(notices.is_empty());
        // Beside a split, too.
        let split = [
            "train/cats/in/1.png",
            "train/dogs/in/1.png",
            "test/cats/in/2.png",
        ];
        assert_eq!(
            places_by(&split, ClassFolder::Inner).0,
            ["in Train", "in Train", "in Test"]
        );
        assert_eq!(
            places_by(&split, ClassFolder::Outer).0,
            ["cats Train", "dogs Train", "cats Test"]
        );
    }

    #[test]
    fn train_test_and_val_are_a_persons_own_split() {
        let (classes, notices) = places(&[
            "d/train/cat/0.png",
            "d/train/dog/0.png",
            "d/val/cat/1.png",
            "d/Test/dog/1.png",
            "d/Test/2.png",
        ]);
        assert_eq!(
            classes,
            [
                "cat Train",
                "dog Train",
                "cat Validation",
                "dog Test",
                "- Test"
            ]
        );
        assert!(notices.is_empty());
        let (classes, _) = places(&[
            "training/images/a/0.png",
            "training/images/b/0.png",
            "testing/images/a/1.png",
        ]);
        assert_eq!(classes, ["a Train", "b Train", "a Test"]);
        // Folders of such names beside others are classes.
        assert_eq!(places(&["train/1.png", "bus/1.png"]).0, ["train", "bus"]);
        assert_eq!(
            places(&["test/cats/1.png", "test/dogs/1.png"]).0,
            ["cats", "dogs"]
        );
    }

    #[test]
    fn names_of_files_may_tell_classes() {
        let (classes, notices) = places(&[
            "train/cat.0.png",
            "train/cat.1.png",
            "train/dog.0.png",
            "train/dog.1.png",
        ]);
        assert_eq!(classes, ["cat", "cat", "dog", "dog"]);
        assert_eq!(
            notices,
            [
                "No folder tells the classes, so they were taken from the names of the files: cat, dog."
            ]
        );
        assert_eq!(
            places(&["a_1.png", "a-2.png", "b (1).png", "b (2).png"]).0,
            ["a", "a", "b", "b"]
        );
        assert_eq!(places(&["IMG_1.png", "IMG_2.png"]).0, ["-", "-"]);
        assert_eq!(places(&["1.png", "2.png", "x.png"]).0, ["-", "-", "-"]);
    }
}
