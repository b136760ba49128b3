//! Files of weights.

use serde::Serialize;
use tsify::Tsify;

/// What a file of weights says of itself.
#[derive(Serialize, Tsify)]
pub struct WeightsInfo {
    /// The first 16 hexadecimal digits of the SHA-256 of its bytes: a recipe's `init`.
    pub digest: String,
    /// Bunsen's weights, its checkpoint, or another program's tensors.
    #[tsify(type = "\"weights\" | \"checkpoint\" | \"safetensors\"")]
    pub format: &'static str,
    /// The link of the run that made it, where it names one that can be read.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The classes' names, in the order of the logits, where it says them.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<Vec<String>>,
    /// What pixels from 0 to 1 are centred on, one number a channel, where it says that.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<Vec<f32>>,
    /// What they are divided by then.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub std: Option<Vec<f32>>,
    /// Numbers that are trained.
    pub parameters: usize,
    /// Tensors, running statistics among them.
    pub tensors: usize,
}
