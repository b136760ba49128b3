//! Which of an image's folders is its class, where it lies in several.

use crate::classes::distinct;
use crate::error::list_some;

/// Which of the folders that hold an image is its class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClassFolder {
    /// What the structure says: the one that holds it, unless folders of one name lie in several others.
    #[default]
    Auto,
    /// The one that holds it.
    Inner,
    /// The outermost of those that not all images share.
    Outer,
}

impl ClassFolder {
    /// The one of that name, as links have it.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(ClassFolder::Auto),
            "inner" => Some(ClassFolder::Inner),
            "outer" => Some(ClassFolder::Outer),
            _ => None,
        }
    }
}

/// Whether the outermost of those folders are the classes, and a sentence where the structure said so. `folders`: of each image, without
/// those that all share.
pub(crate) fn are_outer(folders: &[&[String]], asked: ClassFolder) -> (bool, Option<String>) {
    match asked {
        ClassFolder::Inner => (false, None),
        ClassFolder::Outer => (true, None),
        ClassFolder::Auto => {
            let notice = notice_of_outer(folders);
            (notice.is_some(), notice)
        }
    }
}

/// Whether inner and outer folders give other classes.
pub(crate) fn differ(folders: &[&[String]]) -> bool {
    folders.iter().any(|folders| folders.len() > 1)
}

/// The sentence that the outermost folders are the classes: where the innermost are of the same names in several of them, and each image
/// lies in both an outer and an inner one.
fn notice_of_outer(folders: &[&[String]]) -> Option<String> {
    // Inner folders with their outer ones.
    let mut pairs: Vec<[&str; 2]> = Vec::new();
    for folders in folders {
        match folders {
            [] => {}
            [_] => return None,
            [outer, .., inner] => pairs.push([inner, outer]),
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let shared = pairs.windows(2).find(|pair| pair[0][0] == pair[1][0])?;
    let inner = shared[0][0];
    let outer = distinct(pairs.iter().map(|[_, outer]| *outer));
    let named = list_some(outer.into_iter().map(str::to_owned));
    Some(format!(
        "Several folders hold a folder {inner}, so the outer folders were taken as the classes: {named}. The inner folders can be chosen instead."
    ))
}
