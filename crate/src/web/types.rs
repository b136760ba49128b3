//! What crosses the boundary. TypeScript's types are made from these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::lab::runfile::Scored;

#[wasm_bindgen(typescript_custom_section)]
const NAMES: &str = r#"
/** Which engine. */
export type EngineKind = "cpu" | "gpu";
/** Where a field's control stands on the page. */
export type FieldGroup = "network" | "data" | "training" | "run";
"#;

/// What an engine says of itself.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct EngineInfo {
    /// Which engine.
    #[tsify(type = "EngineKind")]
    pub kind: &'static str,
    /// The adapter's name; empty on the CPU engine.
    pub adapter: String,
    /// Whether the adapter computes in software: then it is not called a GPU.
    pub software: bool,
    /// Whether the CPU engine's arithmetic is vectorised.
    pub simd: bool,
    /// Threads that compute.
    pub threads: usize,
    /// The engine's proof against the CPU engine, done for each run's own network.
    #[tsify(type = "\"not needed\" | \"not run yet\" | \"passed\"")]
    pub self_test: &'static str,
    /// All of it in plain words: "CPU, SIMD, 1 thread".
    pub label: String,
}

/// One value of a field that is a choice.
#[derive(Serialize, Tsify)]
pub struct Choice {
    /// Its name in the link.
    pub value: &'static str,
    /// Its label.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
}

/// What a field of the recipe may hold.
#[derive(Serialize, Tsify)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum FieldKind {
    /// One of a closed set.
    Choice {
        /// The set.
        choices: Vec<Choice>,
    },
    /// Any number of a closed set: in a link their names with commas between them.
    Several {
        /// The set.
        choices: Vec<Choice>,
    },
    /// Whole numbers, in order: in a link with commas between them.
    Numbers {
        /// The smallest that is allowed.
        min: f64,
        /// The largest that is allowed.
        max: f64,
        /// How many there may be.
        most: usize,
    },
    /// A number.
    Number {
        /// The smallest that is allowed.
        min: f64,
        /// The largest that is allowed.
        max: f64,
        /// Whether only whole numbers are.
        integer: bool,
        /// Whether a control should move in factors.
        log: bool,
    },
    /// The layers of a network of one's own: see `readStack`.
    Layers,
    /// The digest of somebody's own images: see `ownData`.
    Digest,
}

/// One field of the recipe, as a control shows it.
#[derive(Serialize, Tsify)]
pub struct Field {
    /// Its name in the link.
    pub key: &'static str,
    /// Its label.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// Where it stands.
    #[tsify(type = "FieldGroup")]
    pub group: &'static str,
    /// What it may hold.
    pub kind: FieldKind,
}

/// What a link says.
#[derive(Serialize, Tsify)]
pub struct ParsedLink {
    /// The canonical link: what differs from the network's defaults, without "#".
    pub link: String,
    /// Every key that means something in this recipe, and its value as in a link.
    #[tsify(type = "Record<string, string>")]
    pub values: BTreeMap<&'static str, String>,
    /// The network's defaults of the same keys.
    #[tsify(type = "Record<string, string>")]
    pub defaults: BTreeMap<&'static str, String>,
    /// What was skipped and why, as sentences.
    pub notices: Vec<String>,
    /// The check of a checked link.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Whether it carries marks too, which tell where a run differs.
    pub marked: bool,
    /// The recipe's version that the link was made with.
    pub version: f64,
}

/// One layer of a network.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerInfo {
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: String,
    /// The shape of its output for one image.
    pub shape: Vec<usize>,
    /// Trainable parameters.
    pub parameters: usize,
    /// Multiply-adds for one image.
    pub multiply_adds: f64,
}

/// What a network is.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// Its name in full.
    pub title: String,
    /// The paper.
    pub paper: &'static str,
    /// Trainable parameters.
    pub parameters: usize,
    /// Multiply-adds of one image's forward pass.
    pub multiply_adds: f64,
    /// The images that it takes: channels, rows, columns.
    pub input: [usize; 3],
    /// Its layers, from the image to the class scores.
    pub layers: Vec<LayerInfo>,
    /// Its layers as `layers` of a stack spells them, where it is a chain of such layers: for taking it apart.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// What it has and a stack cannot say.
    pub without: Vec<&'static str>,
}

/// A number of a kind of layer.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerNumber {
    /// What stands before it in the text; nothing before the first.
    pub letter: &'static str,
    /// Its name.
    pub label: &'static str,
    /// The smallest that is allowed.
    pub min: f64,
    /// The largest that is allowed.
    pub max: f64,
    /// Whether only whole numbers are.
    pub integer: bool,
    /// What it is where the text leaves it out.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<f64>,
    /// Whether it then is what the layer's first number is.
    pub usually_first: bool,
}

/// A kind of layer that a network of one's own may have.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LayerKind {
    /// Its name in the text.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// The text of such a layer.
    pub example: &'static str,
    /// Its numbers there: what a new layer may start with.
    pub start: Vec<f64>,
    /// Its numbers: the first stands bare behind the name, each other behind its letter.
    pub numbers: Vec<LayerNumber>,
    /// Whether layers stand in it, in brackets.
    pub holds_layers: bool,
}

/// A layer of a network of one's own.
#[derive(Serialize, Tsify)]
pub struct StackLayer {
    /// Which one, from 1 in the order of the text.
    pub number: usize,
    /// Its kind's name.
    pub kind: &'static str,
    /// Its numbers, as many as the kind has.
    pub numbers: Vec<f64>,
    /// The shape of its output for one image, where it fits.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Vec<usize>>,
    /// Trainable parameters of its own, where it fits.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<usize>,
    /// The layers inside a residual block.
    #[tsify(type = "StackLayer[]")]
    pub layers: Vec<StackLayer>,
}

/// What is wrong with a network of one's own.
#[derive(Serialize, Tsify)]
pub struct StackError {
    /// Which layer, from 1 in the order of the text; 0 where it is the whole.
    pub layer: usize,
    /// What is wrong, as a sentence.
    pub message: String,
}

impl StackError {
    /// The error, in a sentence.
    pub fn of(error: &crate::recipe::stack::StackError) -> Self {
        StackError {
            layer: error.layer,
            message: error.to_string(),
        }
    }
}

/// A network of one's own, for an editor.
#[derive(Serialize, Tsify)]
pub struct Stack {
    /// Its layers; nothing where the text cannot be read.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<StackLayer>>,
    /// The shape of an image: channels, rows, columns.
    pub input: Vec<usize>,
    /// What is wrong with it, if anything is.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<StackError>,
}

/// A file of a data set that has to be fetched.
#[derive(Serialize, Tsify)]
pub struct SourceFile {
    /// Its path below `data/<folder>/` and below each mirror.
    pub path: &'static str,
    /// What it holds.
    pub role: &'static str,
    /// The size of its unpacked contents, in bytes.
    pub bytes: usize,
    /// Their SHA-256, in hexadecimal.
    pub sha256: &'static str,
}

/// A data set that has to be fetched.
#[derive(Serialize, Tsify)]
pub struct DataSource {
    /// Its name in the link.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its folder below `data/`.
    pub folder: &'static str,
    /// Whose it is and under which terms.
    pub license: &'static str,
    /// The files that a run needs to begin.
    pub training: Vec<SourceFile>,
    /// The files that it needs to be scored.
    pub test: Vec<SourceFile>,
    /// URL prefixes that answer a page of another origin.
    pub mirrors: Vec<&'static str>,
}

/// What is known of a data set.
#[derive(Serialize, Tsify)]
pub struct DataInfo {
    /// Its name in the link.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Whether Bunsen drew it.
    pub drawn: bool,
    /// Training examples.
    pub train: usize,
    /// Test examples.
    pub test: usize,
    /// The classes' names.
    pub classes: Vec<String>,
    /// Channels of an image.
    pub channels: usize,
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
    /// SHA-256 of the examples.
    pub digest: String,
}

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
    /// `confusion[truth][guess]`
    pub confusion: Vec<Vec<u32>>,
}

/// What a network made of each test example.
#[derive(Serialize, Tsify)]
pub struct Answers {
    /// After which step.
    pub step: f64,
    /// The class that each is of.
    #[tsify(type = "Uint8Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub truth: js_sys::Uint8Array,
    /// Class scores, as many for each as there are classes.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub logits: js_sys::Float32Array,
}

/// How a run compares with what was promised.
#[derive(Serialize, Tsify)]
pub struct Verdict {
    /// "same" is bit for bit; "within" and "outside" are of a band, where one of both runs rounds otherwise; "cannot"
    /// says in `text` why nothing can be compared.
    #[tsify(
        type = "\"waiting\" | \"same-so-far\" | \"same\" | \"differs\" | \"within-so-far\" | \"within\" | \"outside\" | \"cannot\""
    )]
    pub kind: &'static str,
    /// In a sentence for a person.
    pub text: String,
    /// Where the run leaves the promised one, if that is known.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub departure: Option<Departure>,
}

/// Where a run leaves the one that was promised.
#[derive(Serialize, Tsify)]
pub struct Departure {
    /// The last step that was still as promised; 0 where none was.
    pub after: f64,
    /// The first step that was compared and is not.
    pub step: f64,
    /// Its promised loss.
    pub expected: f32,
    /// Its loss.
    pub got: f32,
}

/// A run file, read.
#[derive(Serialize, Tsify)]
pub struct RunFile {
    /// The recipe's link.
    pub link: String,
    /// Steps of the whole run: `losses` has fewer where it had not ended.
    pub steps: f64,
    /// The loss of every step.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub losses: js_sys::Float32Array,
    /// Scores on the test split.
    pub scores: Vec<FileScore>,
    /// Its check.
    pub check: String,
    /// What computed it, in plain words.
    pub engine: String,
    /// Whether its losses are those that every CPU engine in WebAssembly gives, bit for bit.
    pub exact: bool,
    /// The data set's title.
    pub data: String,
    /// SHA-256 of the data's examples.
    pub digest: String,
    /// Seconds of training.
    pub seconds: f64,
    /// The recipe's version that it was made with.
    pub version: f64,
}

/// A score in a run file.
#[derive(Clone, Copy, Serialize, Deserialize, Tsify)]
pub struct FileScore {
    /// After which step.
    pub step: f64,
    /// The mean loss.
    pub loss: f64,
    /// The part that is right, from 0 to 1.
    pub accuracy: f64,
    /// How many examples were looked at.
    pub examples: f64,
}

impl From<FileScore> for Scored {
    fn from(score: FileScore) -> Self {
        Scored {
            step: score.step as u64,
            loss: score.loss,
            accuracy: score.accuracy,
            examples: score.examples as u64,
        }
    }
}

impl From<Scored> for FileScore {
    fn from(score: Scored) -> Self {
        FileScore {
            step: score.step as f64,
            loss: score.loss,
            accuracy: score.accuracy,
            examples: score.examples as f64,
        }
    }
}

/// An example of a data set.
#[derive(Serialize, Tsify)]
pub struct Example {
    /// Its pixels, 0 to 255: channels × height × width.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub pixels: Vec<u8>,
    /// Its class.
    pub label: u8,
}

/// A training image, and what a run makes of it.
#[derive(Serialize, Tsify)]
pub struct Preview {
    /// Its class.
    pub label: u8,
    /// Its pixels, 0 to 255: channels × height × width.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub original: Vec<u8>,
    /// As the run's epochs show it.
    pub seen: Vec<Seen>,
}

/// A training image as an epoch shows it.
#[derive(Serialize, Tsify)]
pub struct Seen {
    /// The epoch, from 1.
    pub epoch: f64,
    /// Its pixels, 0 to 255: channels × height × width.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub pixels: Vec<u8>,
}

/// How pixels from 0 to 1 are scaled for a network.
#[derive(Serialize, Tsify)]
pub struct Normalisation {
    /// What each channel is centred on: the training images' mean.
    pub mean: Vec<f32>,
    /// What it is divided by: their standard deviation.
    pub deviation: Vec<f32>,
}

/// Makes the JavaScript value.
pub fn out<T: Serialize>(value: &T) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    value.serialize(&serializer).map_err(Into::into)
}
