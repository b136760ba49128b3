//! What can be wrong with a link, each as a sentence for the person who opened it.

use super::link::MAX_RECIPE;
use super::stack::StackError;
use super::{MAX_LINK, VERSION};
use crate::printable::printable_to;

/// Why a link makes no recipe. Nothing starts from such a link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// The link is longer than any recipe.
    #[error(
        "This link has {length} characters, but a link has at most {MAX_LINK}. It was not read."
    )]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// The recipe's own link would be too long, with the check of its run.
    #[error(
        "The link of this recipe has {length} characters, but {MAX_RECIPE} is the most that leaves room for the check of its run. Fewer \
         layers, or numbers of fewer digits, make it shorter."
    )]
    LongRecipe {
        /// Its length in characters.
        length: usize,
    },
    /// A key has a value that it may not have.
    #[error("{key}={value} is not allowed: {key} is {allowed}.")]
    BadValue {
        /// The key.
        key: String,
        /// The value, shortened.
        value: String,
        /// What is allowed, as the end of a sentence.
        allowed: String,
    },
    /// The layers of a stack cannot be parsed.
    #[error("The layers cannot be read. {error}")]
    Stack {
        /// The key.
        key: &'static str,
        /// Which layer, and why. In a box, for it is larger than all else.
        error: Box<StackError>,
    },
    /// The layers of a stack do not fit the images of its data set.
    #[error("The layers do not fit the images of {data}. {error}")]
    Misfit {
        /// The key.
        key: &'static str,
        /// The data set.
        data: &'static str,
        /// Which layer, and why. In a box, for it is larger than all else.
        error: Box<StackError>,
    },
    /// A key occurs in the link more than once.
    #[error("{key} stands in the link more than once, so it does not say which one is meant.")]
    Duplicate {
        /// The key.
        key: String,
    },
    /// The link was changed on its way, and does not say what it was.
    #[error(
        "This link was damaged on its way, near “{near}”, and it is not certain what it meant. Ask for it once more."
    )]
    Garbled {
        /// A key that is none, shortened.
        near: String,
    },
    /// The link has marks and no check.
    #[error(
        "This link has marks and no check, and marks are a part of the check. Open the link as it was shared."
    )]
    MarksAlone,
    /// The link was made by a later version.
    #[error(
        "This link is of recipe version {found}, but only versions up to {VERSION} are known here. Open it with a newer Bunsen."
    )]
    Newer {
        /// The version that the link names.
        found: u64,
    },
}

impl RecipeError {
    /// The field of the recipe that the error is about, by its key in the link.
    pub fn key(&self) -> Option<&str> {
        match self {
            RecipeError::BadValue { key, .. } | RecipeError::Duplicate { key } => Some(key),
            RecipeError::Stack { key, .. } | RecipeError::Misfit { key, .. } => Some(key),
            RecipeError::TooLong { .. }
            | RecipeError::LongRecipe { .. }
            | RecipeError::Garbled { .. }
            | RecipeError::MarksAlone
            | RecipeError::Newer { .. } => None,
        }
    }

    /// What the field may have, as the end of a sentence: "a whole number from 1 to 64". None where nothing is wrong with a value.
    pub fn allowed(&self) -> Option<&str> {
        match self {
            RecipeError::BadValue { allowed, .. } => Some(allowed),
            _ => None,
        }
    }

    /// A value that is not allowed. `allowed` is the end of a sentence: "a whole number from 1 to 64".
    pub(crate) fn bad_value(key: &str, value: &str, allowed: &str) -> Self {
        RecipeError::BadValue {
            key: key.to_owned(),
            value: shorten(value),
            allowed: allowed.to_owned(),
        }
    }
}

/// The first 40 characters of a text that anybody may have written.
pub(crate) fn shorten(text: &str) -> String {
    printable_to(text, 40)
}
