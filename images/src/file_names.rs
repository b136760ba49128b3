//! Classes that the names of files tell.

use crate::paths::stem;

/// What cameras and programs call files, whatever is on them.
const CAMERA_WORDS: [&str; 15] = [
    "img",
    "image",
    "images",
    "dsc",
    "dscn",
    "dscf",
    "dcim",
    "pxl",
    "photo",
    "pic",
    "picture",
    "scan",
    "frame",
    "screenshot",
    "file",
];

/// Classes from names such as `cat.1.png`, `cat_2.png`, `dog (3).jpg`: what stands before the number. `None` unless every name has a
/// number behind letters, and there are at least two classes of at least two images. Images to test with may have names without.
pub(crate) fn names_as_classes(
    paths: &[&[String]],
    is_test: impl Fn(usize) -> bool,
) -> Option<Vec<Option<String>>> {
    let class = |path: &[String]| {
        let stem = stem(path.last()?);
        let numbered = stem.trim_end_matches(')');
        let word = numbered.trim_end_matches(|c: char| c.is_ascii_digit());
        let class = word.trim_end_matches([' ', '.', '_', '-', '(', '!']);
        let is_camera = CAMERA_WORDS.contains(&class.to_ascii_lowercase().as_str());
        (word.len() < numbered.len() && !class.is_empty() && !is_camera).then(|| class.to_owned())
    };
    let mut classes: Vec<Option<String>> = paths.iter().map(|path| class(path)).collect();
    let trained = || {
        classes
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_test(*index))
    };
    if trained().any(|(_, class)| class.is_none()) {
        return None;
    }
    let mut sorted: Vec<String> = trained().filter_map(|(_, class)| class.clone()).collect();
    sorted.sort_unstable();
    let of_each = sorted.chunk_by(|a, b| a == b);
    let tells = of_each.clone().count() > 1 && of_each.clone().all(|same| same.len() > 1);
    for class in &mut classes {
        *class = class
            .take()
            .filter(|class| sorted.binary_search(class).is_ok());
    }
    tells.then_some(classes)
}
