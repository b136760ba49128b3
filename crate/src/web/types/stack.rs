//! Custom networks, for an editor.

use serde::Serialize;
use tsify::Tsify;

use crate::recipe::stack;

/// A number of a kind of layer: a kernel's size, a stride.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerNumber {
    /// The letter before it in the text; empty for the first.
    pub letter: &'static str,
    /// Its label.
    pub label: &'static str,
    /// The smallest value that is allowed.
    pub min: f64,
    /// The largest value that is allowed.
    pub max: f64,
    /// Whether only whole numbers are allowed.
    pub integer: bool,
    /// Its value where the text leaves it out.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<f64>,
    /// Whether that is the value of the layer's first number.
    pub defaults_to_first: bool,
}

/// A kind of layer that a custom network may have.
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
    /// The example's numbers: an editor's first values for a new layer.
    pub initial: Vec<f64>,
    /// Its numbers: in the text the first follows the name, each other its letter.
    pub numbers: Vec<LayerNumber>,
    /// Whether it contains layers, in brackets.
    pub holds_layers: bool,
}

/// A layer of a custom network.
#[derive(Serialize, Tsify)]
pub struct StackLayer {
    /// Its number, from 1 in the order of the text.
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

/// What is wrong with a custom network.
#[derive(Serialize, Tsify)]
pub struct StackError {
    /// The layer's number, from 1 in the order of the text; 0 for the whole.
    pub layer: usize,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl From<&stack::StackError> for StackError {
    fn from(error: &stack::StackError) -> Self {
        StackError {
            layer: error.layer,
            message: error.to_string(),
        }
    }
}

/// A custom network.
#[derive(Serialize, Tsify)]
pub struct Stack {
    /// Its layers; absent where the text cannot be read.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<StackLayer>>,
    /// The shape of an image: `[channels, height, width]`.
    pub input: Vec<usize>,
    /// What is wrong with it, if anything is.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StackError>,
}
