//! A network's description.

use serde::Serialize;
use tsify::Tsify;

/// One layer of a network.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerInfo {
    /// Its name.
    pub name: String,
    /// Its operation, for a person: "convolution 5×5".
    pub kind: String,
    /// Its inputs, by number: 0 is the image, 1 the first layer's output.
    pub inputs: Vec<usize>,
    /// The shape of its output for one image.
    pub shape: Vec<usize>,
    /// Trainable parameters.
    pub parameters: usize,
    /// Multiply-adds for one image.
    pub multiply_adds: f64,
}

/// A recipe of a network that has a name.
#[derive(Serialize, Tsify)]
pub struct NamedRecipe {
    /// Its name: "own" is the network's own, and where a network has them there are "paper", "quick", others that begin with "quick-", and "tiny".
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What it is, in sentences.
    pub help: &'static str,
    /// Its canonical link.
    pub link: String,
}

/// A network's description.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Its name in full.
    pub title: String,
    /// The paper: authors, title, year.
    pub paper: &'static str,
    /// The year of the paper; absent for a custom network.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// Trainable parameters.
    pub parameters: usize,
    /// Multiply-adds of the forward pass of one image.
    pub multiply_adds: f64,
    /// The shape of its input: `[channels, height, width]`.
    pub input: [usize; 3],
    /// Its layers, from the image to the logits.
    pub layers: Vec<LayerInfo>,
    /// The recipes that have a name, the network's own first.
    pub recipes: Vec<NamedRecipe>,
    /// The text of a custom network with the same layers, where it is a chain of such layers.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// What it has and that text cannot express.
    pub without: Vec<&'static str>,
}
