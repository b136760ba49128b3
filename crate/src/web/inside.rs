//! What goes on inside a network, for JavaScript.

use serde::Serialize;
use tsify::Tsify;

use crate::lab::run::inside;

/// What a layer gave for one image.
#[derive(Serialize, Tsify)]
pub struct Activation {
    /// Channels, rows and columns of feature maps; 1, tokens and numbers; 1, 1 and units; heads, tokens and tokens of attention.
    #[tsify(type = "[number, number, number]")]
    pub shape: [usize; 3],
    /// As many numbers, row by row.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub values: js_sys::Float32Array,
}

/// The sizes of a parameter at the last step, each the root of the sum of squares.
#[derive(Serialize, Tsify)]
pub struct Norms {
    /// The parameter.
    pub name: String,
    /// Of the parameter itself, before the step.
    pub weight: f32,
    /// Of the gradient.
    pub gradient: f32,
    /// Of what the step added to it.
    pub update: f32,
}

impl From<inside::Activation> for Activation {
    fn from(from: inside::Activation) -> Self {
        Activation {
            shape: from.shape,
            values: from.values.as_slice().into(),
        }
    }
}

impl From<inside::Norms> for Norms {
    fn from(from: inside::Norms) -> Self {
        Norms {
            name: from.name,
            weight: from.weight,
            gradient: from.gradient,
            update: from.update,
        }
    }
}
