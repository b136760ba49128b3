//! What a person should know of a collection, as sentences.

use std::collections::BTreeMap;

use crate::builder::SkippedFile;
use crate::error::list_some;
use crate::resize::Format;

/// What is left out among files of images.
pub(crate) const FILES: [&str; 2] = ["file", "files"];

/// What is left out among arrays.
pub(crate) const FILES_OR_IMAGES: [&str; 2] = ["file or image", "files or images"];

/// A notice names classes with fewer images than this.
const FEW: usize = 10;

/// The classes with fewer images than `minimum`, as a list: "cats has 1". None where there are no such classes.
pub(crate) fn list_smaller(classes: &BTreeMap<String, usize>, minimum: usize) -> Option<String> {
    let small: Vec<_> = classes
        .iter()
        .filter(|(_, images)| **images < minimum)
        .collect();
    let named = small
        .iter()
        .map(|(name, images)| format!("{name} has {images}"));
    (!small.is_empty()).then(|| list_some(named))
}

/// A sentence about what was skipped, and why. `nouns`: what one is called, and several.
pub(crate) fn notice_of_skipped(
    skipped: &mut [SkippedFile],
    [one, several]: [&str; 2],
) -> Option<String> {
    skipped.sort_by(|a, b| a.path.cmp(&b.path));
    let named = skipped
        .iter()
        .map(|SkippedFile { path, why }| format!("{path} ({why})"));
    match skipped.len() {
        0 => None,
        1 => Some(format!("1 {one} was left out: {}.", list_some(named))),
        count => Some(format!(
            "{count} {several} were left out: {}.",
            list_some(named)
        )),
    }
}

/// A sentence about images whose numbers were read as 12 bits.
pub(crate) fn notice_of_twelve_bit(count: usize) -> Option<String> {
    let images = match count {
        0 => return None,
        1 => "1 image holds".to_owned(),
        count => format!("{count} images hold"),
    };
    Some(format!(
        "{images} 12 bits in a 16-bit file, and would be nearly black: read as 12 bits."
    ))
}

/// A sentence about images that a browser decoded.
pub(crate) fn notice_of_browser(count: usize) -> Option<String> {
    let images = match count {
        0 => return None,
        1 => "1 image was".to_owned(),
        count => format!("{count} images were"),
    };
    Some(format!(
        "{images} read by this browser's own decoder: links to these images hold only where the same pixels are made of them."
    ))
}

/// Whether nine in ten grey images have ink all around, which paper has not: they are light on dark. `images`: `[size, size]` each.
pub(crate) fn mostly_dark<'a>(format: Format, images: impl Iterator<Item = &'a [u8]>) -> bool {
    let last = format.size - 1;
    let is_border = |index: &usize| {
        let (row, column) = (index / format.size, index % format.size);
        [row, column].iter().any(|at| [0, last].contains(at))
    };
    let border: Vec<usize> = (0..format.bytes()).filter(is_border).collect();
    let (mut dark, mut all) = (0, 0);
    for image in images {
        let sum: usize = border.iter().map(|index| usize::from(image[*index])).sum();
        dark += usize::from(sum > 4 * last * 128);
        all += 1;
    }
    10 * dark >= 9 * all
}

/// A sentence about the classes with few images.
pub(crate) fn notice_of_small(classes: &BTreeMap<String, usize>) -> Option<String> {
    let classes = list_smaller(classes, FEW)?;
    Some(format!(
        "A class with so few images is learned and tested by chance: {classes}."
    ))
}

/// A further sentence, after a space; nothing where there is none.
pub(crate) fn after_space(sentence: Option<String>) -> String {
    sentence
        .map(|sentence| format!(" {sentence}"))
        .unwrap_or_default()
}
