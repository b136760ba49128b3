//! Takes files one after another and makes a collection of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use sha2::{Digest as _, Sha256};

use crate::collection::{Class, Collection, Image};
use crate::decode::decode;
use crate::error::{ImagesError, some};
use crate::limits;
use crate::members::Members;
use crate::paths::{common, is_hidden, parts};
use crate::shrink::{Format, shrink};

/// A class with fewer images than this is worth a word.
const FEW: usize = 10;

/// Files that were taken so far.
#[derive(Debug)]
pub struct Intake {
    format: Format,
    taken: Vec<Taken>,
    left_out: Vec<LeftOut>,
}

#[derive(Debug)]
struct Taken {
    /// The folders that hold it, and its name.
    path: Vec<String>,
    hash: [u8; 32],
    pixels: Vec<u8>,
}

#[derive(Debug)]
struct LeftOut {
    path: String,
    why: String,
}

impl Intake {
    /// One that has nothing yet.
    pub fn new(format: Format) -> Self {
        Intake {
            format,
            taken: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// Takes a file: its path within what was given, and its bytes. One that is no image is left out, and told of at the end.
    ///
    /// # Errors
    /// [`ImagesError`], where the path leads out, or there are too many images.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        let parts = parts(path)?;
        if is_hidden(&parts) {
            return Ok(());
        }
        match decode(bytes) {
            Ok(_) if self.taken.len() == limits::IMAGES => Err(ImagesError::TooManyImages),
            Ok(picture) => {
                self.taken.push(Taken {
                    path: parts,
                    hash: Sha256::digest(bytes).into(),
                    pixels: shrink(&picture, self.format),
                });
                Ok(())
            }
            Err(why) => {
                let path = parts.join("/");
                self.left_out.push(LeftOut { path, why });
                Ok(())
            }
        }
    }

    /// Leaves a file out that could not even be read.
    ///
    /// # Errors
    /// [`ImagesError::Climbs`]
    pub fn leave_out(&mut self, path: &str, why: &str) -> Result<(), ImagesError> {
        let parts = parts(path)?;
        if !is_hidden(&parts) {
            self.left_out.push(LeftOut {
                path: parts.join("/"),
                why: why.to_owned(),
            });
        }
        Ok(())
    }

    /// Takes the next file of a zip. Whether there was one.
    ///
    /// # Errors
    /// Those of [`Intake::add`] and [`Members::next_member`].
    pub fn add_next<R: Read + Seek>(&mut self, zip: &mut Members<R>) -> Result<bool, ImagesError> {
        let Some(member) = zip.next_member()? else {
            return Ok(false);
        };
        match member.contents {
            Ok(bytes) => self.add(&member.path, &bytes)?,
            Err(why) => self.leave_out(&member.path, &why)?,
        }
        Ok(true)
    }

    /// All of it as a data set to be: classes by the folders that hold the images, in the order of their names' code points;
    /// images in the order of their files' hashes. So neither names nor the file system decide an order.
    ///
    /// # Errors
    /// [`ImagesError`], where no network can be trained on what is there.
    pub fn finish(self) -> Result<Collection, ImagesError> {
        let Intake {
            format,
            taken,
            mut left_out,
        } = self;
        let shared = common(taken.iter().map(|image| folders(&image.path)));
        let all = taken.len();
        let mut one_folder = String::new();
        let (mut placed, mut strays) = (Vec::new(), Vec::new());
        for image in taken {
            let folders = folders(&image.path);
            match folders.get(shared..).and_then(<[String]>::last) {
                Some(class) => placed.push((class.clone(), image)),
                None => {
                    one_folder = folders.last().cloned().unwrap_or_default();
                    strays.push(LeftOut {
                        path: image.path.join("/"),
                        why: "it lies in no class's folder".into(),
                    });
                }
            }
        }
        if placed.is_empty() {
            return Err(match all {
                0 => ImagesError::NoImages(space(told_of(&mut left_out))),
                images => ImagesError::OneClass {
                    images,
                    folder: one_folder,
                    more: space(told_of(&mut left_out)),
                },
            });
        }
        left_out.extend(strays);
        let (placed, doubles) = without_doubles(placed, &mut left_out);
        let mut classes: BTreeMap<String, usize> = BTreeMap::new();
        for (class, _) in &placed {
            *classes.entry(class.clone()).or_default() += 1;
        }
        let told = told_of(&mut left_out);
        refuse(&classes, space(told.clone()))?;
        let notices = [told, doubles, told_of_few(&classes)];
        let numbers: BTreeMap<&str, u8> = classes.keys().map(String::as_str).zip(0..=255).collect();
        let images = placed.iter().map(|(class, image)| Image {
            hash: image.hash,
            label: numbers.get(class.as_str()).copied().unwrap_or_default(),
            pixels: &image.pixels,
        });
        let mut images: Vec<_> = images.collect();
        images.sort_by_key(|image| image.hash);
        let listed = classes.iter().map(|(name, images)| Class {
            name: name.clone(),
            images: *images,
        });
        let notices = notices.into_iter().flatten().collect();
        Ok(Collection::of(format, listed.collect(), &images, notices))
    }
}

/// The folders of a path, without the file's name.
fn folders(path: &[String]) -> &[String] {
    path.split_last().map_or(&[], |(_, folders)| folders)
}

/// Each file once. One that lies in folders of two classes says of itself that it is both, and is left out.
fn without_doubles(
    placed: Vec<(String, Taken)>,
    left_out: &mut Vec<LeftOut>,
) -> (Vec<(String, Taken)>, Option<String>) {
    let mut by_hash: BTreeMap<[u8; 32], Vec<(String, Taken)>> = BTreeMap::new();
    for (class, image) in placed {
        by_hash.entry(image.hash).or_default().push((class, image));
    }
    let (mut kept, mut doubles) = (Vec::new(), Vec::new());
    for mut same in by_hash.into_values() {
        same.sort_by(|a, b| a.1.path.cmp(&b.1.path));
        let classes: BTreeSet<&str> = same.iter().map(|(class, _)| class.as_str()).collect();
        if classes.len() > 1 {
            let all: Vec<_> = classes.into_iter().map(str::to_owned).collect();
            left_out.extend(same.into_iter().map(|(_, image)| LeftOut {
                path: image.path.join("/"),
                why: format!("the same image lies in {}", all.join(" and in ")),
            }));
            continue;
        }
        let mut same = same.into_iter();
        if let Some(first) = same.next() {
            doubles.extend(same.map(|(_, image)| (image.path.join("/"), first.1.path.join("/"))));
            kept.push(first);
        }
    }
    doubles.sort();
    let told = match doubles.len() {
        0 => None,
        count => {
            let named = doubles
                .into_iter()
                .map(|(path, first)| format!("{path} is {first}"));
            let files = if count == 1 {
                "1 file holds"
            } else {
                &format!("{count} files hold")
            };
            Some(format!(
                "{files} an image that is there already, which counts once: {}.",
                some(named)
            ))
        }
    };
    (kept, told)
}

fn refuse(classes: &BTreeMap<String, usize>, more: String) -> Result<(), ImagesError> {
    if classes.len() > limits::CLASSES {
        let found = classes.len();
        return Err(ImagesError::TooManyClasses { found });
    }
    if let (1, Some((folder, images))) = (classes.len(), classes.iter().next()) {
        return Err(ImagesError::OneClass {
            images: *images,
            folder: folder.clone(),
            more,
        });
    }
    let few: Vec<_> = classes
        .iter()
        .filter(|(_, images)| **images < limits::OF_A_CLASS)
        .collect();
    if few.is_empty() {
        return Ok(());
    }
    let classes = some(
        few.into_iter()
            .map(|(name, images)| format!("{name} has {images}")),
    );
    Err(ImagesError::TooFew { classes, more })
}

/// A sentence about what was left out, and why.
fn told_of(left_out: &mut [LeftOut]) -> Option<String> {
    left_out.sort_by(|a, b| a.path.cmp(&b.path));
    let named = left_out
        .iter()
        .map(|LeftOut { path, why }| format!("{path} ({why})"));
    match left_out.len() {
        0 => None,
        1 => Some(format!("1 file was left out: {}.", some(named))),
        count => Some(format!("{count} files were left out: {}.", some(named))),
    }
}

fn told_of_few(classes: &BTreeMap<String, usize>) -> Option<String> {
    let few: Vec<_> = classes
        .iter()
        .filter(|(_, images)| **images < FEW)
        .collect();
    let named = few
        .iter()
        .map(|(name, images)| format!("{name} has {images}"));
    (!few.is_empty()).then(|| {
        format!(
            "A class with so few images is learned and tested by chance: {}.",
            some(named)
        )
    })
}

fn space(sentence: Option<String>) -> String {
    sentence
        .map(|sentence| format!(" {sentence}"))
        .unwrap_or_default()
}
