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
    /// Steps up to this one come from a file, so no verdict calls them the same; 0 where all were computed here.
    pub computed_from: f64,
    /// The step after which another engine took over, if one did: the run's check is then comparable with none.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<f64>,
    /// Epochs in all.
    pub epochs: f64,
    /// Steps an epoch.
    pub steps_per_epoch: f64,
    /// Examples of the validation split; see `Run.validate`.
    pub validation: usize,
    /// Examples of the test split that it is scored on, the first of them.
    pub test: usize,
    /// Examples a step.
    pub batch: usize,
    /// Shards of a batch, which workers share.
    pub shards: usize,
    /// Trainable parameters.
    pub parameters: usize,
    /// What a person should know before it is trained, as sentences; among `Run.notices` too.
    pub notices: Vec<String>,
    /// Where each image is scored together with its mirror image, which takes twice as long: the recipe's test-time augmentation.
    #[tsify(optional, type = "\"flip\"")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tta: Option<&'static str>,
    /// The steps after which a run of this recipe is scored on the test split: ascending, the last step among them.
    pub score_steps: Vec<f64>,
}

/// A checkpoint's header.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointInfo {
    /// The canonical link of its run.
    pub link: String,
    /// Steps done.
    pub step: f64,
    /// The engine that computed the last of them.
    #[tsify(type = "EngineKind")]
    pub engine: &'static str,
    /// The step after which another engine took over, if one did.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<f64>,
    /// The digest of its data.
    pub digest: String,
}

/// The report of one step.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The step, from 1.
    pub step: f64,
    /// Its epoch, from 1.
    pub epoch: f64,
    /// The batch's mean loss.
    pub loss: f32,
    /// The accuracy on the batch, from 0 to 1.
    pub accuracy: f32,
    /// The learning rate.
    pub learning_rate: f64,
    /// The L2 norm of the batch's gradient before clipping; on the CPU engine alone, where it costs nothing.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gradient_norm: Option<f32>,
    /// Training speed over the call of `step` that the step was part of.
    pub images_per_second: f64,
}

/// The evaluation of a network on a split.
#[derive(Serialize, Tsify)]
pub struct Score {
    /// After which step.
    pub step: f64,
    /// The mean loss.
    pub loss: f64,
    /// The accuracy, from 0 to 1.
    pub accuracy: f64,
    /// How many examples were evaluated.
    pub examples: usize,
    /// `confusion[truth][prediction]`
    pub confusion: Vec<Vec<u32>>,
    /// Where each image was scored together with its mirror image: the recipe's test-time augmentation.
    #[tsify(optional, type = "\"flip\"")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tta: Option<&'static str>,
}

impl Score {
    /// The lab's score of the network after a step.
    pub fn of(step: u64, score: crate::lab::Score) -> Self {
        Score {
            step: step as f64,
            loss: score.loss,
            accuracy: score.accuracy,
            examples: score.examples,
            confusion: score.confusion,
            tta: score.tta.of_score(),
        }
    }
}

/// How far an evaluation in parts is.
#[derive(Serialize, Tsify)]
pub struct EvaluationPart {
    /// Examples that were evaluated.
    pub done: usize,
    /// All examples of the split.
    pub total: usize,
    /// The score, after the last part.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
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
