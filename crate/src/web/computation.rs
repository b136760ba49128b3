//! One forward and backward pass through a network, for JavaScript.

use serde::Serialize;
use tsify::Tsify;

use crate::lab::engine::forward_backward;

/// A parameter, and where it is in the flat vector of all parameters.
#[derive(Serialize, Tsify)]
pub struct Parameter {
    /// Its name, as PyTorch would have it.
    pub name: String,
    /// Its shape. A linear layer's weight is `[in, out]`.
    pub shape: Vec<usize>,
    /// Its offset in `weights` and in `gradient`.
    pub offset: usize,
}

/// The results of one forward and backward pass.
#[derive(Serialize, Tsify)]
pub struct Computation {
    /// The network's parameters in the order of `weights` and `gradient`, with their shapes as burn has them: those of a linear layer are
    /// `[in, out]`, the transpose of PyTorch's.
    pub parameters: Vec<Parameter>,
    /// Logits in eval mode, `[batch, classes]`: without dropout, and normalized by the initial running statistics.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[serde(rename = "evalLogits")]
    pub eval_logits: js_sys::Float32Array,
    /// Logits in train mode, `[batch, classes]`.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub logits: js_sys::Float32Array,
    /// The loss in train mode: the mean cross-entropy of the batch, in nats, auxiliary heads included.
    pub loss: f32,
    /// The gradient of that loss with respect to all parameters, one after another, each row-major.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub gradient: js_sys::Float32Array,
}

impl From<forward_backward::Outputs> for Computation {
    fn from(from: forward_backward::Outputs) -> Self {
        let parameter = |slot: crate::zoo::parameters::Slot| Parameter {
            name: slot.name,
            shape: slot.shape,
            offset: slot.start,
        };
        Computation {
            parameters: from.parameters.into_iter().map(parameter).collect(),
            eval_logits: from.eval_logits.as_slice().into(),
            logits: from.logits.as_slice().into(),
            loss: from.loss,
            gradient: from.gradient.as_slice().into(),
        }
    }
}
