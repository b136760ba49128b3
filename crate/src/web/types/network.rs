//! What a network is.

use serde::Serialize;
use tsify::Tsify;

/// One layer of a network.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerInfo {
    /// Its name.
    pub name: String,
    /// What it does.
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

/// What a network is.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Its name in full.
    pub title: String,
    /// The paper.
    pub paper: &'static str,
    /// Trainable parameters.
    pub parameters: usize,
    /// Multiply-adds of one image's forward pass.
    pub multiply_adds: f64,
    /// The images that it takes: channels, rows, columns.
    pub input: [usize; 3],
    /// Its layers, from the image to the class scores.
    pub layers: Vec<LayerInfo>,
    /// Its layers as `layers` of a stack spells them, where it is a chain of such layers: for taking it apart.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// What it has and a stack cannot say.
    pub without: Vec<&'static str>,
}
