//! Networks of one's own, for an editor.

use serde::Serialize;
use tsify::Tsify;

use crate::recipe::stack;

/// A number of a kind of layer.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerNumber {
    /// What stands before it in the text; nothing before the first.
    pub letter: &'static str,
    /// Its name.
    pub label: &'static str,
    /// The smallest that is allowed.
    pub min: f64,
    /// The largest that is allowed.
    pub max: f64,
    /// Whether only whole numbers are.
    pub integer: bool,
    /// What it is where the text leaves it out.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    /// Whether it then is what the layer's first number is.
    pub usually_first: bool,
}

/// A kind of layer that a network of one's own may have.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerKind {
    /// Its name in the text.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// The text of such a layer.
    pub example: &'static str,
    /// Its numbers there: what a new layer may start with.
    pub start: Vec<f64>,
    /// Its numbers: the first stands bare behind the name, each other behind its letter.
    pub numbers: Vec<LayerNumber>,
    /// Whether layers stand in it, in brackets.
    pub holds_layers: bool,
}

/// A layer of a network of one's own.
#[derive(Serialize, Tsify)]
pub struct StackLayer {
    /// Which one, from 1 in the order of the text.
    pub number: usize,
    /// Its kind's name.
    pub kind: &'static str,
    /// Its numbers, as many as the kind has.
    pub numbers: Vec<f64>,
    /// The shape of its output for one image, where it fits.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Vec<usize>>,
    /// Trainable parameters of its own, where it fits.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<usize>,
    /// The layers inside a residual block.
    #[tsify(type = "StackLayer[]")]
    pub layers: Vec<StackLayer>,
}

/// What is wrong with a network of one's own.
#[derive(Serialize, Tsify)]
pub struct StackError {
    /// Which layer, from 1 in the order of the text; 0 where it is the whole.
    pub layer: usize,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl StackError {
    /// The error, in a sentence.
    pub fn of(error: &stack::StackError) -> Self {
        StackError {
            layer: error.layer,
            message: error.to_string(),
        }
    }
}

/// A network of one's own, for an editor.
#[derive(Serialize, Tsify)]
pub struct Stack {
    /// Its layers; nothing where the text cannot be read.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<StackLayer>>,
    /// The shape of an image: channels, rows, columns.
    pub input: Vec<usize>,
    /// What is wrong with it, if anything is.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StackError>,
}
