//! Which image a name in a table means.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::classes::Role;
use crate::paths::stem;

/// The images by their names, with and without ending.
pub(super) struct Names<'a> {
    paths: &'a [&'a [String]],
    by_name: BTreeMap<String, Vec<usize>>,
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// None of the images.
    None,
    /// The image of that index.
    One(usize),
    /// Several.
    Several,
}

impl<'a> Names<'a> {
    pub fn new(paths: &'a [&'a [String]]) -> Self {
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, path) in paths.iter().enumerate() {
            let Some(name) = path.last() else { continue };
            let name = name.to_lowercase();
            let without = stem(&name);
            if without != name {
                by_name.entry(without.to_owned()).or_default().push(index);
            }
            by_name.entry(name).or_default().push(index);
        }
        Names { paths, by_name }
    }

    /// Whether a text is the name of an image.
    pub fn is_known(&self, text: &str) -> bool {
        let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
        self.candidates(name).is_some()
    }

    fn candidates(&self, name: &str) -> Option<&[usize]> {
        let name: String = name.trim().nfc().collect::<String>().to_lowercase();
        let found = self.by_name.get(&name);
        // Images that were saved in another format, and have another ending now.
        let found = found.or_else(|| {
            let without = stem(&name);
            let ending = name.len() - without.len();
            (2..=5)
                .contains(&ending)
                .then(|| self.by_name.get(without))?
        });
        found.map(Vec::as_slice)
    }

    /// The image that a name in the table at `table` means. Of several of that name it is the one in the folders that stand before the name,
    /// in the folder that the table is for by its name, or in the table's own.
    pub fn find(&self, text: &str, table: &[String]) -> Meaning {
        let parts: Vec<&str> = text
            .split(['/', '\\'])
            .filter(|part| !matches!(*part, "" | "."))
            .collect();
        let Some((name, folders)) = parts.split_last() else {
            return Meaning::None;
        };
        let Some(candidates) = self.candidates(name) else {
            return Meaning::None;
        };
        if let [only] = candidates {
            return Meaning::One(*only);
        }
        let is_in_folders = |index: &&usize| {
            let (_, holds) = self.paths[**index].split_last().unwrap_or((&EMPTY, &[]));
            let tail = holds
                .len()
                .checked_sub(folders.len())
                .and_then(|from| holds.get(from..));
            tail.is_some_and(|tail| {
                let mut pairs = tail.iter().zip(folders);
                pairs.all(|(a, b)| a.to_lowercase() == b.trim().to_lowercase())
            })
        };
        let (table_name, table_folders) = table.split_last().unwrap_or((&EMPTY, &[]));
        let role = role_of_table(table_name);
        let is_of_role = |index: &&usize| {
            let mut holds = self.paths[**index].iter();
            role.is_some() && holds.any(|folder| Role::of(folder) == role)
        };
        let is_beside = |index: &&usize| self.paths[**index].starts_with(table_folders);
        let mut left: Vec<usize> = candidates.iter().filter(is_in_folders).copied().collect();
        for narrower in [&is_of_role as &dyn Fn(&&usize) -> bool, &is_beside] {
            let fewer: Vec<usize> = left.iter().filter(narrower).copied().collect();
            if !fewer.is_empty() {
                left = fewer;
            }
        }
        match left[..] {
            [] => Meaning::None,
            [only] => Meaning::One(only),
            _ => Meaning::Several,
        }
    }
}

static EMPTY: String = String::new();

/// What a table is for by its name: `trainLabels.csv`, `val.csv`.
fn role_of_table(name: &str) -> Option<Role> {
    let name = name.to_ascii_lowercase();
    [
        ("train", Role::Train),
        ("test", Role::Test),
        ("val", Role::Validation),
    ]
    .into_iter()
    .find_map(|(start, role)| name.starts_with(start).then_some(role))
}
