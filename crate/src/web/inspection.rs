//! Activations, forward passes and gradient statistics, for JavaScript.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use super::boxed;
use super::error::to_js_error;
use super::run::Run;
use super::types::to_js;
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

#[wasm_bindgen]
impl Run {
    /// The activations of a layer for one image, in eval mode; nothing where eval mode does not compute that layer.
    ///
    /// # Errors
    /// Kind "run" where the image is none, and "gpu".
    #[wasm_bindgen(unchecked_return_type = "Activation | undefined")]
    pub async fn activations(&self, pixels: &[f32], layer: usize) -> Result<JsValue, JsValue> {
        let activation = boxed(self.run.activations(pixels, layer))
            .await
            .map_err(to_js_error)?;
        match activation {
            Some(activation) => to_js(&Activation::from(activation)),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// One forward pass for one image in eval mode: class probabilities, and the activations of these layers.
    ///
    /// # Errors
    /// Kind "run" where the image is none, and "gpu".
    #[wasm_bindgen(unchecked_return_type = "ForwardPass")]
    pub async fn forward(&self, pixels: &[f32], layers: &[usize]) -> Result<JsValue, JsValue> {
        let pass = boxed(self.run.forward(pixels, layers))
            .await
            .map_err(to_js_error)?;
        to_js(&ForwardPass::from(pass))
    }

    /// Saliency: the gradient of a class's logit with respect to the pixels of an image.
    ///
    /// # Errors
    /// Kind "run" where the image is none or there is no such class, and "gpu".
    pub async fn saliency(&self, pixels: &[f32], label: usize) -> Result<Vec<f32>, JsValue> {
        boxed(self.run.saliency(pixels, label))
            .await
            .map_err(to_js_error)
    }

    /// Whether steps are recorded from now on, for `gradientStatistics`.
    #[wasm_bindgen(js_name = recordGradientStatistics)]
    pub fn record_gradient_statistics(&mut self, record: bool) {
        self.run.record_gradient_statistics(record);
    }

    /// The L2 norms of each parameter, its gradient and its update at the last recorded step.
    ///
    /// # Errors
    /// Kind "gpu".
    #[wasm_bindgen(js_name = gradientStatistics, unchecked_return_type = "GradientStatistics[]")]
    pub async fn gradient_statistics(&self) -> Result<JsValue, JsValue> {
        let norms = boxed(self.run.gradient_statistics())
            .await
            .map_err(to_js_error)?;
        to_js(
            &norms
                .into_iter()
                .map(GradientStatistics::from)
                .collect::<Vec<_>>(),
        )
    }
}
