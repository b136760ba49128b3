//! A run: its plan, its steps and its scores.

use serde::Serialize;
use tsify::Tsify;

/// How long a run is.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The recipe's canonical link.
    pub link: String,
    /// Steps in all.
    pub steps: f64,
    /// Steps done already: more than 0 where the run goes on from a checkpoint.
    pub done: f64,
    /// After which step another engine took the run over, if one did: its check is then that of no other run.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<f64>,
    /// Epochs in all.
    pub epochs: f64,
    /// Steps an epoch.
    pub steps_per_epoch: f64,
    /// Training examples that are kept apart; see `Run.validate`.
    pub validation: usize,
    /// Examples a step.
    pub batch: usize,
    /// Equal parts of a batch, which workers share.
    pub shards: usize,
    /// Trainable parameters.
    pub parameters: usize,
}

/// What a checkpoint says of itself.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointInfo {
    /// The canonical link of its run.
    pub link: String,
    /// Steps done.
    pub step: f64,
    /// What computed the last of them.
    #[tsify(type = "EngineKind")]
    pub engine: &'static str,
    /// After which step another engine took the run over, if one did.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<f64>,
    /// The digest of its data.
    pub digest: String,
}

/// What one step gave.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The step, from 1.
    pub step: f64,
    /// Its epoch, from 1.
    pub epoch: f64,
    /// The batch's mean loss.
    pub loss: f32,
    /// The part of the batch that was right, from 0 to 1.
    pub accuracy: f32,
    /// The learning rate.
    pub learning_rate: f64,
    /// The length of the batch's gradient, before it is clipped; on the CPU engine, where it costs nothing.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_norm: Option<f32>,
    /// Training speed over the pull that the step was part of.
    pub images_per_second: f64,
}

/// How a network does on a test split.
#[derive(Serialize, Tsify)]
pub struct Score {
    /// After which step.
    pub step: f64,
    /// The mean loss.
    pub loss: f64,
    /// The part that is right, from 0 to 1.
    pub accuracy: f64,
    /// How many examples were looked at.
    pub examples: usize,
    /// `confusion[truth][prediction]`
    pub confusion: Vec<Vec<u32>>,
}

/// The logits of every test example.
#[derive(Serialize, Tsify)]
pub struct Predictions {
    /// After which step.
    pub step: f64,
    /// The class of each.
    #[tsify(type = "Uint8Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub truth: js_sys::Uint8Array,
    /// Logits `[examples, classes]`, row-major.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub logits: js_sys::Float32Array,
}
