//! A network as plain data, for JavaScript, which says it in other languages.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use super::error::thrown;
use super::types::out;
use crate::recipe::parse;
use crate::zoo::Network;
use crate::zoo::graph;

/// A parameter of a layer.
#[derive(Serialize, Tsify)]
pub struct Weight {
    /// Its name, as in exported weights.
    pub name: String,
    /// Its shape. A linear layer's weight is `[in, out]`.
    pub shape: Vec<usize>,
}

/// A layer, and what goes into it.
#[derive(Serialize, Tsify)]
pub struct ExportedLayer {
    /// Its name. Layers of one block have what is before the last dot in common.
    pub name: String,
    /// What it does: "conv".
    pub op: &'static str,
    /// With which numbers; which these are follows from what it does.
    pub numbers: Vec<f64>,
    /// What goes into it: 0 is the image, 1 the first layer's value.
    pub from: Vec<usize>,
    /// Its parameters.
    pub weights: Vec<Weight>,
}

/// A network, layer by layer.
#[derive(Serialize, Tsify)]
pub struct Structure {
    /// Channels, rows and columns of an image.
    pub input: [usize; 3],
    /// The training images' mean, channel by channel, of pixels from 0 to 1.
    pub mean: &'static [f32],
    /// Their standard deviation.
    pub std: &'static [f32],
    /// Its layers.
    pub parts: Vec<ExportedLayer>,
    /// Whose value the class scores are: see `from`.
    pub logits: usize,
}

impl From<graph::ExportedLayer> for ExportedLayer {
    fn from(layer: graph::ExportedLayer) -> Self {
        let weight = |(name, shape)| Weight { name, shape };
        ExportedLayer {
            name: layer.name,
            op: layer.op,
            numbers: layer.numbers,
            from: layer.inputs,
            weights: layer.parameters.into_iter().map(weight).collect(),
        }
    }
}

/// A link's network layer by layer; nothing where it is of layers that no other network has.
///
/// # Errors
/// Kind "recipe".
#[wasm_bindgen(unchecked_return_type = "Structure | undefined")]
pub fn structure(link: &str) -> Result<JsValue, JsValue> {
    let recipe = parse(link).map_err(thrown)?.recipe;
    let structure = Network::export_graph(&recipe).map(|graph| Structure {
        input: graph.input.shape,
        mean: graph.input.mean,
        std: graph.input.deviation,
        parts: graph.layers.into_iter().map(ExportedLayer::from).collect(),
        logits: graph.logits,
    });
    out(&structure)
}
