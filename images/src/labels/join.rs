//! The classes of images by tables, beside those that folders tell.

use std::collections::{BTreeMap, BTreeSet};

use super::columns;
use super::json;
use super::names::{Meaning, Names};
use super::records::records;
use super::{TableFile, Tables};
use crate::builder::SkippedFile;
use crate::classes::{Places, Role};
use crate::error::{ImagesError, list_some};
use crate::limits;
use crate::printable::printable;

/// What tables say of the images.
#[derive(Default)]
struct Joined {
    /// The class of each image.
    labels: Vec<Option<String>>,
    /// The tables that name images.
    paths: Vec<String>,
    /// Sentences of them.
    notices: Vec<String>,
}

/// A class of a name; `None` where a field is empty.
fn class(text: &str) -> Option<String> {
    let name = printable(text.trim());
    (!name.is_empty()).then_some(name)
}

/// Gives images the classes that tables tell. Where folders tell classes too, a table that says the same changes nothing, one that says other
/// classes of the same names is refused, and one with other classes for nine in ten images is taken.
///
/// # Errors
/// [`ImagesError::Labels`], where tables contradict each other, the folders, or themselves.
pub(crate) fn apply(
    tables: Tables,
    paths: &[&[String]],
    mut places: Places,
    skipped: &mut Vec<SkippedFile>,
) -> Result<Places, ImagesError> {
    let Some(joined) = join(tables, paths, skipped)? else {
        return Ok(places);
    };
    let from = joined.paths.join(" and ");
    let told: BTreeSet<&str> = places
        .places
        .iter()
        .filter_map(|place| place.class.as_deref())
        .collect();
    let both = || {
        let labels = places.places.iter().zip(&joined.labels).enumerate();
        labels.filter_map(|(index, (place, label))| {
            Some((index, place.class.as_deref()?, label.as_deref()?))
        })
    };
    let is_equal = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let differing: Vec<(usize, &str)> = both()
        .filter(|(_, class, label)| !is_equal(class, label))
        .map(|(index, _, label)| (index, label))
        .collect();
    let agreeing = both().count() - differing.len();
    let labelled = joined.labels.iter().flatten().count();
    // Images to test with that no table names are no fault of a table.
    let needed = places
        .places
        .iter()
        .zip(&joined.labels)
        .filter(|(place, label)| label.is_some() || matches!(place.role, None | Some(Role::Train)));
    let covers = 10 * labelled >= 9 * needed.count();
    let folders_tell = told.len() > 1 && !places.from_names;
    if folders_tell && differing.is_empty() && agreeing > 0 {
        for (place, label) in places.places.iter_mut().zip(joined.labels) {
            place.class = place.class.take().or(label);
        }
        return Ok(places);
    }
    if folders_tell && agreeing >= differing.len() {
        let count = differing.len();
        let named = differing
            .iter()
            .map(|(index, label)| format!("{} is {label} in the table", paths[*index].join("/")));
        let images = if count == 1 {
            "1 image"
        } else {
            &format!("{count} images")
        };
        return Err(ImagesError::Labels(format!(
            "{from} and the folders disagree on {images}: {}. Take the table out, or put all images into one folder.",
            list_some(named)
        )));
    }
    if told.len() > 1 && !covers {
        places.notices.push(format!(
            "{from} tells the class of {labelled} of {} images, and was left out.",
            paths.len()
        ));
        return Ok(places);
    }
    let classes: BTreeSet<&String> = joined.labels.iter().flatten().collect();
    let classes = list_some(classes.into_iter().cloned());
    places.notices.clear();
    places.notices.push(match folders_tell {
        true => format!("The classes were taken from {from}, and not from the folders: {classes}."),
        false => format!("No folder tells the classes, so they were taken from {from}: {classes}."),
    });
    places.notices.extend(joined.notices);
    for (place, label) in places.places.iter_mut().zip(joined.labels) {
        place.class = label;
    }
    places.from_tables = true;
    places.folders_differ = false;
    Ok(places)
}

/// The classes that tables tell; `None` where none names an image.
fn join(
    tables: Tables,
    paths: &[&[String]],
    skipped: &mut Vec<SkippedFile>,
) -> Result<Option<Joined>, ImagesError> {
    let names = Names::new(paths);
    let mut joined = Joined {
        labels: vec![None; paths.len()],
        ..Joined::default()
    };
    for table in tables.files {
        let mut reader = TableReader::new(&names, &table, &mut joined.labels);
        let read = reader.read(&table);
        let (named, conflicts, notices) = (reader.named, reader.conflicts(paths), reader.notices());
        let path = table.path();
        match read {
            // A table that is no table of these images is no matter.
            Err(why) => skipped.push(SkippedFile { path, why }),
            Ok(()) if named == 0 => skipped.push(SkippedFile {
                path,
                why: match paths.is_empty() {
                    true => "it is a table without pixels: give the images, too",
                    false => "it names none of these images",
                }
                .into(),
            }),
            Ok(()) => {
                if let Some(conflicts) = conflicts {
                    return Err(ImagesError::Labels(format!("{path} {conflicts}")));
                }
                joined.notices.extend(notices);
                joined.paths.push(path);
            }
        }
    }
    Ok((!joined.paths.is_empty()).then_some(joined))
}

/// Reads a table, name by name.
struct TableReader<'a> {
    names: &'a Names<'a>,
    table: &'a TableFile,
    labels: &'a mut [Option<String>],
    /// Images that it names.
    named: usize,
    /// Names without an image: how many, and the first.
    unknown: (usize, Vec<String>),
    /// Names of several images.
    unclear: (usize, Vec<String>),
    /// Images with two classes.
    twice: BTreeMap<usize, [String; 2]>,
}

/// Counts a name, and keeps the first ones.
fn count(names: &mut (usize, Vec<String>), name: &str) {
    names.0 += 1;
    if names.1.len() < limits::MAX_NAMED {
        names.1.push(printable(name));
    }
}

/// "a.png, b.png and 7 more", of which the first are known.
fn named((count, first): &(usize, Vec<String>)) -> String {
    match count - first.len() {
        0 => first.join(", "),
        others => format!("{} and {others} more", first.join(", ")),
    }
}

impl<'a> TableReader<'a> {
    fn new(names: &'a Names<'a>, table: &'a TableFile, labels: &'a mut [Option<String>]) -> Self {
        TableReader {
            names,
            table,
            labels,
            named: 0,
            unknown: Default::default(),
            unclear: Default::default(),
            twice: BTreeMap::new(),
        }
    }

    fn read(&mut self, table: &TableFile) -> Result<(), String> {
        let is_json = table
            .path
            .last()
            .is_some_and(|name| crate::paths::ends_in(name, &[".json"]));
        if is_json {
            let value =
                json::parse(&table.text).map_err(|why| format!("it is no sound JSON: {why}"))?;
            for (name, label) in json::pairs(value, self.names) {
                self.add(&name, &label);
            }
            return Ok(());
        }
        let Some(found) = columns::find(&table.text, self.names, &table.path)? else {
            return Ok(());
        };
        for record in records(&table.text).skip(usize::from(found.has_header)) {
            if let (Some(name), Some(label)) = (record.get(found.file), record.get(found.label)) {
                self.add(name, label);
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &str, label: &str) {
        let index = match self.names.find(name, &self.table.path) {
            Meaning::One(index) => index,
            Meaning::None => return count(&mut self.unknown, name),
            Meaning::Several => return count(&mut self.unclear, name),
        };
        let Some(label) = class(label) else { return };
        self.named += 1;
        match &self.labels[index] {
            Some(other) if *other != label => {
                let pair = [other.clone(), label];
                self.twice.entry(index).or_insert(pair);
            }
            _ => self.labels[index] = Some(label),
        }
    }

    /// What is said where images have two classes.
    fn conflicts(&self, paths: &[&[String]]) -> Option<String> {
        let images = match self.twice.len() {
            0 => return None,
            1 => "1 image".to_owned(),
            count => format!("{count} images"),
        };
        let named = self.twice.iter().map(|(index, [one, other])| {
            format!("{} is {one} and {other}", paths[*index].join("/"))
        });
        Some(format!(
            "gives {images} two classes: {}. Leave one line for each image.",
            list_some(named)
        ))
    }

    fn notices(&self) -> Vec<String> {
        let path = self.table.path();
        let mut notices = Vec::new();
        match self.unknown.0 {
            0 => {}
            1 => notices.push(format!(
                "{path} names 1 image that is not here: {}.",
                named(&self.unknown)
            )),
            count => notices.push(format!(
                "{path} names {count} images that are not here: {}.",
                named(&self.unknown)
            )),
        }
        match self.unclear.0 {
            0 => {}
            1 => notices.push(format!(
                "1 name in {path} is that of several images, and tells no class: {}.",
                named(&self.unclear)
            )),
            count => notices.push(format!(
                "{count} names in {path} are those of several images, and tell no class: {}.",
                named(&self.unclear)
            )),
        }
        notices
    }
}
