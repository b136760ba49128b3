//! Which column of a table has the names of images, and which the classes.

use std::collections::BTreeSet;

use super::json::Value;
use super::names::{Meaning, Names};
use super::records::records;
use crate::limits;

/// What columns of names are called, in small letters and without what joins words.
const FILE_NAMES: [&str; 18] = [
    "file",
    "filename",
    "filenames",
    "filepath",
    "filepaths",
    "image",
    "imagename",
    "imageid",
    "imagepath",
    "imagefile",
    "images",
    "img",
    "imgname",
    "path",
    "paths",
    "id",
    "idcode",
    "name",
];

/// What columns of classes are called; of several the first here is taken.
const LABEL_NAMES: [&str; 16] = [
    "label",
    "labels",
    "classname",
    "class",
    "classes",
    "category",
    "categories",
    "target",
    "species",
    "breed",
    "diagnosis",
    "dx",
    "type",
    "tag",
    "labelname",
    "y",
];

/// A name as it is compared with those above.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.collect::<String>().to_lowercase()
}

/// Whether a column of that name has the names of images.
pub(super) fn is_file(name: &str) -> bool {
    FILE_NAMES.contains(&plain(name).as_str())
}

fn rank_of_label(name: &str) -> Option<usize> {
    let name = plain(name);
    LABEL_NAMES.iter().position(|other| *other == name)
}

/// The class in a record of a JSON.
pub(super) fn label_of(fields: &[(String, Value)]) -> Option<String> {
    let ranked = fields.iter().filter_map(|(key, value)| match value {
        Value::Text(text) => Some((rank_of_label(key)?, text)),
        _ => None,
    });
    let (_, text) = ranked.min_by_key(|(rank, _)| *rank)?;
    Some(text.clone())
}

/// Where names and classes stand in a CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub file: usize,
    pub label: usize,
    /// Whether the first record has the names of the columns.
    pub has_header: bool,
}

/// What is in a column.
#[derive(Default)]
struct Column {
    /// How many names of images.
    names: usize,
    /// Different values, one more than there may be classes at most.
    values: BTreeSet<String>,
}

/// Finds the columns of a table; `None` where it names no image.
///
/// # Errors
/// Why it cannot be told which column has the classes, as it follows the table's name.
pub(super) fn find(
    text: &str,
    names: &Names<'_>,
    path: &[String],
) -> Result<Option<Columns>, String> {
    let mut all = records(text);
    let Some(first) = all.next() else {
        return Ok(None);
    };
    let is_image = |field: &String| names.find(field, path) != Meaning::None;
    let is_called = |field: &String| is_file(field) || rank_of_label(field).is_some();
    let has_header = first.iter().any(is_called) || !first.iter().any(is_image);
    let mut columns: Vec<Column> = Vec::new();
    let mut count = 0;
    let data = (!has_header).then(|| first.clone());
    for record in data.into_iter().chain(all) {
        count += 1;
        columns.resize_with(columns.len().max(record.len()), Column::default);
        for (column, field) in columns.iter_mut().zip(record) {
            column.names += usize::from(is_image(&field));
            if column.values.len() <= limits::MAX_CLASSES && !field.is_empty() {
                column.values.insert(field);
            }
        }
    }
    let header = |at: usize| {
        first
            .get(at)
            .filter(|_| has_header)
            .map(String::as_str)
            .unwrap_or_default()
    };
    // A column of classes may have values that are names of images too: 0, 1, 2.
    let best = (0..columns.len()).max_by_key(|at| {
        let is_label = rank_of_label(header(*at)).is_some();
        (
            columns[*at].names > 0,
            is_file(header(*at)),
            !is_label,
            columns[*at].names,
            columns[*at].values.len(),
            std::cmp::Reverse(*at),
        )
    });
    let Some(file) = best.filter(|at| columns[*at].names > 0) else {
        return Ok(None);
    };
    let found = |label: usize| {
        Ok(Some(Columns {
            file,
            label,
            has_header,
        }))
    };
    let others = || (0..columns.len()).filter(|at| *at != file);
    let called = others().filter_map(|at| Some((rank_of_label(header(at))?, at)));
    let called = called.filter(|(_, at)| !columns[*at].values.is_empty());
    if let Some((_, at)) = called.min() {
        return found(at);
    }
    let may_be = |at: &usize| {
        let values = columns[*at].values.len();
        (2..=limits::MAX_CLASSES).contains(&values) && values < count
    };
    let likely: Vec<usize> = others().filter(may_be).collect();
    let all: Vec<usize> = others().collect();
    match (&likely[..], &all[..]) {
        ([only], _) | ([], [only]) => found(*only),
        ([], _) => Err("it has no column of classes: one is called label or class".into()),
        (several, _) => {
            let named: Vec<String> = several
                .iter()
                .map(|at| match header(*at) {
                    "" => format!("column {}", at + 1),
                    name => name.to_owned(),
                })
                .collect();
            Err(format!(
                "the classes may be in {}: call that column label, or take the others out",
                named.join(" or in ")
            ))
        }
    }
}
