//! What the path of an array says: what it is for, and which data set it is of.

use crate::classes::Role;

/// Words that say what an array holds or how it is packed, and not which data set it is of.
const KINDS: [&str; 32] = [
    "0", "1", "arr", "class", "classes", "csv", "data", "features", "gz", "idx", "idx1", "idx3",
    "idx4", "image", "images", "img", "imgs", "input", "inputs", "label", "labels", "npy", "npz",
    "pixels", "set", "target", "targets", "ubyte", "uint8", "x", "y", "zip",
];

/// Which role a word says.
fn role_of(word: &str) -> Option<Role> {
    let word = word
        .strip_prefix(['x', 'y'])
        .filter(|rest| !rest.is_empty())
        .unwrap_or(word);
    let is = |start: &str| word.starts_with(start);
    if is("train") {
        Some(Role::Train)
    } else if is("test") || word == "t10k" {
        Some(Role::Test)
    } else if is("valid") || matches!(word, "val" | "dev") {
        Some(Role::Validation)
    } else {
        None
    }
}

/// The words of a path's part, in lower case.
fn words(part: &str) -> Vec<String> {
    let words = part.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

/// What an array of that path is for: the innermost name that says so decides.
pub(super) fn role(path: &str) -> Option<Role> {
    let parts = path.rsplit('/');
    parts.flat_map(words).find_map(|word| role_of(&word))
}

/// The words of a path that name the data set.
pub(super) fn set(path: &str) -> Vec<String> {
    let words = path.split('/').flat_map(words);
    words
        .filter(|word| role_of(word).is_none() && !KINDS.contains(&word.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_arrays_are_for() {
        for (path, expected) in [
            ("train-images-idx3-ubyte.gz", Some(Role::Train)),
            ("t10k-labels.idx1-ubyte", Some(Role::Test)),
            ("medmnist.npz/val_images.npy", Some(Role::Validation)),
            ("mnist.npz/x_test.npy", Some(Role::Test)),
            ("a/xtrain.npy", Some(Role::Train)),
            ("kmnist-test-imgs.npz/arr_0.npy", Some(Role::Test)),
            ("train/values.csv", Some(Role::Train)),
            ("test/train.csv", Some(Role::Train)),
            ("valley.csv", None),
            ("mnist.csv", None),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
    }

    #[test]
    fn names_say_which_set_arrays_are_of() {
        assert_eq!(
            set("emnist-letters-train-images-idx3-ubyte"),
            ["emnist", "letters"]
        );
        assert_eq!(set("train-labels.idx1-ubyte.gz"), [""; 0]);
    }
}
