//! A network's computation graph as plain data, for JavaScript, which exports it as programs in other languages.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use super::error::to_js_error;
use super::types::to_js;
use crate::registry::parse;
use crate::zoo::{Initializer, build_graph, graph};

/// A parameter of a layer.
#[derive(Serialize, Tsify)]
pub struct ExportedParameter {
    /// Its name, as in exported weights.
    pub name: String,
    /// Its shape. A linear layer's weight is `[in, out]`.
    pub shape: Vec<usize>,
    /// How its initial values are drawn: "constant", "uniform", "normal", "dirac" or "whitening".
    pub init: &'static str,
    /// The constant, the bound or the standard deviation.
    pub amount: f32,
}

/// A layer, and its inputs.
#[derive(Serialize, Tsify)]
pub struct ExportedLayer {
    /// Its name. Layers of one block share what is before the last dot.
    pub name: String,
    /// Its operation: "conv".
    pub op: &'static str,
    /// The operation's attributes, in an order of its own: kernel size, stride, …
    pub attributes: Vec<f64>,
    /// Its inputs: 0 is the image, 1 the first layer's output.
    pub inputs: Vec<usize>,
    /// Its parameters.
    pub parameters: Vec<ExportedParameter>,
    /// The names of those that training leaves as they are.
    pub frozen: Vec<String>,
}

/// A network's computation graph.
#[derive(Serialize, Tsify)]
pub struct ExportedGraph {
    /// The shape of an image: `[channels, height, width]`.
    pub input: [usize; 3],
    /// The training images' mean, channel by channel, of pixels from 0 to 1.
    pub mean: &'static [f32],
    /// Their standard deviation.
    pub std: &'static [f32],
    /// Its layers, in an order in which each comes after its inputs.
    pub layers: Vec<ExportedLayer>,
    /// Which output the logits are: see `inputs`.
    pub logits: usize,
}

impl From<graph::ExportedLayer> for ExportedLayer {
    fn from(layer: graph::ExportedLayer) -> Self {
        let parameter = |(name, shape, initializer)| {
            let (init, amount) = match initializer {
                Initializer::Constant(value) => ("constant", value),
                Initializer::Uniform { bound } => ("uniform", bound),
                Initializer::Normal { std } => ("normal", std),
                Initializer::Dirac { bound, .. } => ("dirac", bound),
                Initializer::Whitening => ("whitening", 0.0),
            };
            ExportedParameter {
                name,
                shape,
                init,
                amount,
            }
        };
        ExportedLayer {
            name: layer.name,
            op: layer.op,
            attributes: layer.attributes,
            inputs: layer.inputs,
            parameters: layer.parameters.into_iter().map(parameter).collect(),
            frozen: layer.frozen,
        }
    }
}

/// The computation graph of a link's network; nothing where it has operations of LeNet-5 (1998).
///
/// # Errors
/// Kind "recipe".
#[wasm_bindgen(unchecked_return_type = "ExportedGraph | undefined")]
pub fn graph(link: &str) -> Result<JsValue, JsValue> {
    let recipe = parse(link).map_err(to_js_error)?.recipe;
    let graph = build_graph(&recipe).export().map(|graph| ExportedGraph {
        input: graph.input.shape,
        mean: graph.input.mean,
        std: graph.input.std,
        layers: graph.layers.into_iter().map(ExportedLayer::from).collect(),
        logits: graph.logits,
    });
    to_js(&graph)
}
