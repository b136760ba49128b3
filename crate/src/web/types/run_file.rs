//! A run file, read.

use serde::{Deserialize, Serialize};
use tsify::Tsify;

use crate::lab::files::run_file::ScoreRecord;
use crate::recipe::TestTimeAugmentation;

/// A run file, read.
#[derive(Serialize, Tsify)]
pub struct RunFile {
    /// The recipe's link.
    pub link: String,
    /// Steps of the whole run: `losses` has fewer where it was not finished.
    pub steps: f64,
    /// The loss of every step.
    #[tsify(type = "Float32Array")]
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub losses: js_sys::Float32Array,
    /// Scores on the test split.
    pub scores: Vec<FileScore>,
    /// The last score on the validation split; nothing where the run has none, or was not scored on it.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<FileScore>,
    /// Its check.
    pub check: String,
    /// The engine that computed it, in words for a person.
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
    /// The compiler of the module or program that wrote the file; nothing in old files.
    pub compiler: Option<String>,
}

/// A score in a run file.
#[derive(Clone, Copy, Serialize, Tsify)]
pub struct FileScore {
    /// After which step.
    pub step: f64,
    /// The mean loss.
    pub loss: f64,
    /// The accuracy, from 0 to 1.
    pub accuracy: f64,
    /// How many examples were evaluated.
    pub examples: f64,
    /// Where each image was scored together with its mirror image.
    #[tsify(optional, type = "\"flip\"")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tta: Option<&'static str>,
}

/// A score of a run, as JavaScript gives it to be written into a file. What of an image was scored, the file takes from the recipe.
#[derive(Clone, Copy, Deserialize)]
pub struct GivenScore {
    step: f64,
    loss: f64,
    accuracy: f64,
    examples: f64,
}

impl TryFrom<GivenScore> for ScoreRecord {
    /// The end of a sentence.
    type Error = String;

    fn try_from(score: GivenScore) -> Result<Self, String> {
        let count = |name, number: f64| match number >= 0.0 && number.fract() == 0.0 {
            true => Ok(number as u64),
            false => Err(format!("its {name} is {number}")),
        };
        Ok(ScoreRecord {
            step: count("step", score.step)?,
            loss: score.loss,
            accuracy: score.accuracy,
            examples: count("examples", score.examples)?,
            tta: TestTimeAugmentation::Off,
        })
    }
}

impl From<ScoreRecord> for FileScore {
    fn from(score: ScoreRecord) -> Self {
        FileScore {
            step: score.step as f64,
            loss: score.loss,
            accuracy: score.accuracy,
            examples: score.examples as f64,
            tta: score.tta.of_score(),
        }
    }
}
