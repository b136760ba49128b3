//! Activations, forward passes and gradient statistics, for JavaScript.

use serde::Serialize;
use tsify::Tsify;

use crate::lab::run::inspect;

/// The activations of a layer for one image.
#[derive(Serialize, Tsify)]
pub struct Activation {
    /// `[channels, height, width]` of feature maps, `[1, tokens, dim]`, `[1, 1, features]`, or `[heads, tokens, tokens]` of attention.
    #[tsify(type = "[number, number, number]")]
    pub shape: [usize; 3],
    /// The values, row-major.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub values: js_sys::Float32Array,
}

/// What one forward pass gave for one image, in eval mode.
#[derive(Serialize, Tsify)]
pub struct ForwardPass {
    /// The probability of each class: `[classes]`.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub probabilities: js_sys::Float32Array,
    /// The activations of the layers that were asked for, in that order; nothing for a layer that eval mode skips.
    #[tsify(type = "(Activation | undefined)[]")]
    pub activations: Vec<Option<Activation>>,
}

/// The L2 norms of a parameter, its gradient and its update at the last recorded step.
#[derive(Serialize, Tsify)]
pub struct GradientStatistics {
    /// The parameter's name.
    pub name: String,
    /// Of the parameter itself, before the step.
    pub weight: f32,
    /// Of the gradient.
    pub gradient: f32,
    /// Of what the step added to it.
    pub update: f32,
}

impl From<inspect::Activation> for Activation {
    fn from(from: inspect::Activation) -> Self {
        Activation {
            shape: from.shape,
            values: from.values.as_slice().into(),
        }
    }
}

impl From<inspect::ForwardPass> for ForwardPass {
    fn from(from: inspect::ForwardPass) -> Self {
        ForwardPass {
            probabilities: from.probabilities.as_slice().into(),
            activations: from
                .activations
                .into_iter()
                .map(|activation| activation.map(Activation::from))
                .collect(),
        }
    }
}

impl From<inspect::GradientStatistics> for GradientStatistics {
    fn from(from: inspect::GradientStatistics) -> Self {
        GradientStatistics {
            name: from.name,
            weight: from.weight,
            gradient: from.gradient,
            update: from.update,
        }
    }
}
