//! What can be wrong with a stack, as sentences.

use super::kinds::KINDS;
use super::shapes::Shape;
use super::{MAX_DEPTH, MAX_LAYERS, MAX_TEXT};
use crate::recipe::error::shorten_to;

/// What is wrong, and with which layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackError {
    /// The layer, counted from 1 in the order of the text; 0 where it is the stack as a whole.
    pub layer: usize,
    /// Its text, shortened.
    pub text: String,
    /// What is wrong with it.
    pub why: Why,
}

impl StackError {
    pub(super) fn new(layer: usize, text: &str, why: Why) -> Self {
        let text = shorten_to(text, 24);
        StackError { layer, text, why }
    }
}

impl std::fmt::Display for StackError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let StackError { layer, text, why } = self;
        match (layer, text.as_str()) {
            (0, _) => write!(f, "The stack {why}."),
            (_, "") => write!(f, "Layer {layer} {why}."),
            _ => write!(f, "Layer {layer}, {text}, {why}."),
        }
    }
}

impl std::error::Error for StackError {}

/// What is wrong with a layer: the end of a sentence about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The text is longer than any stack's.
    #[error("has {length} characters, but at most {MAX_TEXT} fit into a link beside all else")]
    TooLong {
        /// Its characters.
        length: usize,
    },
    /// There are more layers than a stack may have.
    #[error("has more than {MAX_LAYERS} layers, which is the most that it may have")]
    TooMany,
    /// Blocks stand too deep in each other.
    #[error(
        "stands in more than {MAX_DEPTH} residual blocks, one in the other, which is the most that it may"
    )]
    TooDeep,
    /// Nothing stands between two commas.
    #[error("is empty: there is a comma too many, or a layer is missing")]
    Empty,
    /// No kind has that name.
    #[error("is no layer that is known here: there are {}", names())]
    Unknown,
    /// A number is missing.
    #[error("lacks a number, {label}: it is written like {example}")]
    Missing {
        /// The number.
        label: &'static str,
        /// A right text.
        example: &'static str,
    },
    /// A letter has no meaning there, or no number behind it.
    #[error("has something in it, \"{found}\", that means nothing there: {usage}")]
    Strange {
        /// What is strange, shortened.
        found: String,
        /// How it is written.
        usage: String,
    },
    /// A number stands there twice.
    #[error("has {label} twice, so it does not say which one is meant")]
    Twice {
        /// The number.
        label: &'static str,
    },
    /// A number is out of its range.
    #[error("has {value} for {label}, which has to be {allowed}")]
    Range {
        /// The number.
        label: &'static str,
        /// What was given, shortened.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// The padding is larger than the window lets it be.
    #[error("has a padding of {padding}, but with a window of {window} it may be {most} at most")]
    Padding {
        /// What was given.
        padding: usize,
        /// Rows and columns of the window.
        window: usize,
        /// The most that is allowed.
        most: usize,
    },
    /// A bracket is opened and not closed.
    #[error(
        "is a residual block that is not closed: a \")\" is missing, so the stack ends inside it and gives no class scores"
    )]
    Open,
    /// A bracket is closed and not opened.
    #[error("ends with a \")\" that closes nothing: there is no \"res(\" before it")]
    Closed,
    /// A bracket stands behind what holds no layers.
    #[error("has brackets, but only a residual block, res(…), holds layers")]
    NoBlock,
    /// A residual block without brackets.
    #[error("lacks its layers: a residual block is written like res(conv16x3p1,relu)")]
    NoLayers,
    /// Something stands right behind a closing bracket.
    #[error("has \"{found}\" right behind its \")\", where a comma or the end has to be")]
    Behind {
        /// What stands there, shortened.
        found: String,
    },
    /// The layer works on images, and units come in.
    #[error("needs an image, but gets {0}: it has to stand before the first fc or gap")]
    NoImage(Shape),
    /// The window does not fit.
    #[error("needs at least {needs}×{needs} pixels, but gets {found}{}", padded(*padding))]
    TooSmall {
        /// Rows and columns that it needs, without the padding.
        needs: usize,
        /// What comes in.
        found: Shape,
        /// The padding on each side.
        padding: usize,
    },
    /// The groups do not divide the channels.
    #[error("has {groups} groups, which do not divide the number of {which}, {channels}")]
    Groups {
        /// The groups.
        groups: usize,
        /// The channels.
        channels: usize,
        /// Which channels.
        which: &'static str,
    },
    /// A residual block changes the shape.
    #[error(
        "is a residual block that {from} go into and {to} come out of: both are added, so its layers have to keep the shape"
    )]
    Changes {
        /// What goes in.
        from: Shape,
        /// What comes out.
        to: Shape,
    },
    /// The layer is larger than can be counted on every machine.
    #[error("would hold more than {} million numbers ({what}), which no tab can compute with", super::shapes::MOST / 1_000_000)]
    TooLarge {
        /// What there are too many of.
        what: &'static str,
    },
}

fn names() -> String {
    let names: Vec<_> = KINDS.iter().map(|spec| spec.name).collect();
    names.join(", ")
}

fn padded(padding: usize) -> String {
    match padding {
        0 => String::new(),
        _ => format!(" (and {padding} of padding on each side)"),
    }
}
