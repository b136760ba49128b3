//! One pass through a network, for JavaScript.

use serde::Serialize;
use tsify::Tsify;

use crate::lab::engine::compute;

/// Where a parameter stands among all.
#[derive(Serialize, Tsify)]
pub struct Parameter {
    /// Its name, as PyTorch would have it.
    pub name: String,
    /// Its shape. A linear layer's weight is `[in, out]`.
    pub shape: Vec<usize>,
    /// Where it starts in `weights` and in `gradient`.
    pub start: usize,
}

/// What a network computes of numbers that are given.
#[derive(Serialize, Tsify)]
pub struct Computation {
    /// Its parameters, in their order.
    pub parameters: Vec<Parameter>,
    /// Class scores as it answers: dropout off, normalised by fresh running averages. As many as there are images and classes.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub answers: js_sys::Float32Array,
    /// Class scores in training.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub logits: js_sys::Float32Array,
    /// The mean loss in training.
    pub loss: f32,
    /// The gradient of that loss by all parameters.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub gradient: js_sys::Float32Array,
}

impl From<compute::Computation> for Computation {
    fn from(from: compute::Computation) -> Self {
        let parameter = |slot: crate::zoo::parameters::Slot| Parameter {
            name: slot.name,
            shape: slot.shape,
            start: slot.start,
        };
        Computation {
            parameters: from.parameters.into_iter().map(parameter).collect(),
            answers: from.eval_logits.as_slice().into(),
            logits: from.logits.as_slice().into(),
            loss: from.loss,
            gradient: from.gradient.as_slice().into(),
        }
    }
}
