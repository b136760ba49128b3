//! What can be wrong with a stack, as sentences.

use super::layer_kinds::LAYER_KINDS;
use super::shapes::Shape;
use super::{MAX_DEPTH, MAX_LAYERS, MAX_TEXT};
use crate::printable::printable_to;

/// What is wrong with a stack, and with which of its layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackError {
    /// The layer's number, from 1 in the order of the text; 0 for the stack as a whole.
    pub layer: usize,
    /// Its text, shortened.
    pub text: String,
    /// What is wrong with it.
    pub kind: StackErrorKind,
}

impl StackError {
    pub(super) fn new(layer: usize, text: &str, kind: StackErrorKind) -> Self {
        let text = printable_to(text, 24);
        StackError { layer, text, kind }
    }
}

impl std::fmt::Display for StackError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let StackError { layer, text, kind } = self;
        match (layer, text.as_str()) {
            (0, _) => write!(f, "The stack {kind}."),
            (_, "") => write!(f, "Layer {layer} {kind}."),
            _ => write!(f, "Layer {layer}, {text}, {kind}."),
        }
    }
}

impl std::error::Error for StackError {}

/// What is wrong with a layer, as the end of a sentence about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StackErrorKind {
    /// The text is longer than any stack's.
    #[error("has {length} characters, but at most {MAX_TEXT} fit into a link beside all else")]
    TooLong {
        /// Its characters.
        length: usize,
    },
    /// There are more layers than a stack may have.
    #[error("has more than {MAX_LAYERS} layers, which is the most that it may have")]
    TooMany,
    /// Blocks are nested too deep.
    #[error(
        "stands in more than {MAX_DEPTH} residual blocks, one in the other, which is the most that it may"
    )]
    TooDeep,
    /// A layer's text is empty.
    #[error("is empty: there is a comma too many, or a layer is missing")]
    Empty,
    /// No kind of layer has that name.
    #[error("is no layer that is known here: there are {}", names())]
    Unknown,
    /// A required argument is missing.
    #[error("lacks a number, {label}: it is written like {example}")]
    Missing {
        /// The argument.
        label: &'static str,
        /// An example that is right.
        example: &'static str,
    },
    /// A letter that no argument has, or that no number follows.
    #[error("has something in it, \"{found}\", that means nothing there: {usage}")]
    Unexpected {
        /// The unexpected text, shortened.
        found: String,
        /// How the layer is written.
        usage: String,
    },
    /// An argument is given twice.
    #[error("has {label} twice, so it does not say which one is meant")]
    Duplicate {
        /// The argument.
        label: &'static str,
    },
    /// An argument is out of its range.
    #[error("has {value} for {label}, which has to be {allowed}")]
    OutOfRange {
        /// The argument.
        label: &'static str,
        /// What was given, shortened.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// The padding is too large for the window.
    #[error("has a padding of {padding}, but with a window of {window} it may be {most} at most")]
    Padding {
        /// What was given.
        padding: usize,
        /// The size of the window.
        window: usize,
        /// The maximum.
        most: usize,
    },
    /// A bracket is not closed.
    #[error(
        "is a residual block that is not closed: a \")\" is missing, so the stack ends inside it and gives no class scores"
    )]
    Unclosed,
    /// A bracket is closed that was not opened.
    #[error("ends with a \")\" that closes nothing: there is no \"res(\" before it")]
    Unopened,
    /// A layer that is no block has brackets.
    #[error("has brackets, but only a residual block, res(…), holds layers")]
    NotABlock,
    /// A residual block has no layers.
    #[error("lacks its layers: a residual block is written like res(conv16x3p1,relu)")]
    EmptyBlock,
    /// Text follows a closing bracket.
    #[error("has \"{found}\" right behind its \")\", where a comma or the end has to be")]
    Trailing {
        /// The text, shortened.
        found: String,
    },
    /// The layer takes feature maps, and gets features.
    #[error("needs an image, but gets {0}: it has to stand before the first fc or gap")]
    NotFeatureMaps(Shape),
    /// The feature maps are smaller than the window.
    #[error("needs at least {needs}×{needs} pixels, but gets {found}{}", padded(*padding))]
    TooSmall {
        /// The height and width that the window needs, without the padding.
        needs: usize,
        /// The input's shape.
        found: Shape,
        /// The padding on each side.
        padding: usize,
    },
    /// The groups do not divide the channels.
    #[error("has {groups} groups, which do not divide the number of {which}, {channels}")]
    Indivisible {
        /// The number of groups.
        groups: usize,
        /// The number of channels.
        channels: usize,
        /// Which channels.
        which: &'static str,
    },
    /// A residual block changes the shape.
    #[error(
        "is a residual block that {from} go into and {to} come out of: both are added, so its layers have to keep the shape"
    )]
    ShapeChanged {
        /// The input's shape.
        from: Shape,
        /// The output's shape.
        to: Shape,
    },
    /// The layer holds more than [`super::shapes::MAX_NUMBERS`].
    #[error("would hold more than {} million numbers ({what}), which no tab can compute with", super::shapes::MAX_NUMBERS / 1_000_000)]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
    },
}

fn names() -> String {
    let names: Vec<_> = LAYER_KINDS.iter().map(|spec| spec.name).collect();
    names.join(", ")
}

fn padded(padding: usize) -> String {
    match padding {
        0 => String::new(),
        _ => format!(" (and {padding} of padding on each side)"),
    }
}
