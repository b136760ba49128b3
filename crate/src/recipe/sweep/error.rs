//! What can be wrong with a sweep, each as a sentence.

use super::{MAX_LINKS, MAX_SWEEP};
use crate::recipe::error::shorten;

/// Why a text makes no sweep. Nothing is trained of such a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// It is longer than any sweep.
    #[error("This sweep has {length} characters, and {MAX_SWEEP} is the most. It was not read.")]
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// It has no group.
    #[error(
        "This link sweeps nothing: put the values of a field in braces, as in seed={{1..3}}, and quote the whole."
    )]
    Nothing,
    /// A group cannot be read.
    #[error("{near} is no list of values: {}.", wrong.end())]
    Group {
        /// The group, or the part of the link that it stands in, shortened.
        near: String,
        /// What is wrong with it.
        wrong: Wrong,
    },
    /// There are too many combinations.
    #[error("This sweep has more than {MAX_LINKS} links. Give some field fewer values.")]
    TooMany,
    /// A swept key is no field of a recipe.
    #[error("There is no field {key} in a recipe, so it cannot be swept.")]
    NoField {
        /// The key, shortened.
        key: String,
    },
    /// A link gives no recipe.
    #[error("Link {number} of {all} cannot be trained, so nothing was. {link}: {why}")]
    Link {
        /// Which link, from 1.
        number: usize,
        /// How many there are.
        all: usize,
        /// The link, as the sweep spells it.
        link: String,
        /// What is wrong with it, as a sentence.
        why: String,
    },
    /// Two links are the same recipe.
    #[error(
        "Links {first} and {number} of {all} are the same recipe, {link}: give each value once, and sweep no field that means nothing there."
    )]
    Same {
        /// The first of them, from 1.
        first: usize,
        /// The other.
        number: usize,
        /// How many links there are.
        all: usize,
        /// The recipe's link.
        link: String,
    },
}

/// What is wrong with a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Braces do not pair up, or stand in each other.
    Brace,
    /// Braces stand in a key.
    Key,
    /// There is one value alone.
    One,
    /// Ends that are no whole numbers.
    Whole,
    /// Ends that are no numbers.
    Number,
    /// The first end is not the smaller one.
    Order,
    /// Neither linear nor logarithmic.
    Spacing,
    /// Too few values, or too many.
    Count,
    /// A logarithm of what is not above 0.
    Logarithm,
}

impl Wrong {
    fn end(self) -> &'static str {
        match self {
            Wrong::Brace => "a brace that opens must close before the next one opens or & follows",
            Wrong::Key => "braces stand in the value of a field, behind its =",
            Wrong::One => {
                "put commas between several values, as in {0.1,0.2}, or give a range, as in {1..3}"
            }
            Wrong::Whole => {
                "both ends of a range are whole numbers, or it says how many numbers it has, as in {0.001..0.1:log5}"
            }
            Wrong::Number => "both ends of a range are numbers",
            Wrong::Order => "the first end of a range is smaller than the last one",
            Wrong::Spacing => {
                "behind the colon stands lin or log and how many numbers there are, as in {0.001..0.1:log5}"
            }
            Wrong::Count => "a range has from 2 to 10,000 values",
            Wrong::Logarithm => "a range with log begins above 0",
        }
    }
}

impl SweepError {
    pub(super) fn group(wrong: Wrong, near: &str) -> Self {
        let near = shorten(near);
        SweepError::Group { near, wrong }
    }

    /// A link that gives no recipe. `index` is from 0.
    pub(crate) fn link(index: usize, all: usize, link: &str, why: impl ToString) -> Self {
        SweepError::Link {
            number: index + 1,
            all,
            link: crate::printable::printable(link),
            why: why.to_string(),
        }
    }
}
