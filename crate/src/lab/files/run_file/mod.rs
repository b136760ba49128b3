//! The run file, `run.bunsen.json`: a run's recipe, the engine that computed it, its trace, its scores and its check.
//!
//! The format is described in `docs/the-same-again.md` and `docs/run.schema.json`. The reader is strict: the
//! link has to be canonical, and trace and state have to hash to the file's check.

mod read;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::lab::engine::EngineKind;
use crate::lab::error::LabError;
use crate::lab::verify::check::CheckChain;
use crate::lab::verify::state::StateDigest;
use crate::lab::verify::trace::Trace;
use crate::recipe::{Recipe, TestTimeAugmentation, VERSION};
use crate::registry;

/// The version of the format.
pub const SCHEMA: u64 = 1;

/// The value of `format`.
pub(super) const FORMAT: &str = "bunsen-run";

/// A run in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    format: String,
    schema: u64,
    /// The recipe's link, canonical, without check and marks.
    pub link: String,
    /// The versions of the program and the recipe.
    pub versions: Versions,
    /// The engine that computed it.
    pub engine: EngineRecord,
    /// The data set that it was trained on.
    pub data: DataRecord,
    /// Steps of the whole run; the trace has fewer if the run had not finished.
    pub steps: u64,
    /// The loss of every step.
    #[serde(with = "base64_losses")]
    pub trace: Trace,
    /// Scores on the test split, in the order of their steps.
    pub scores: Vec<ScoreRecord>,
    /// The last score on the validation split; `None` where the run has none, or was not scored on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<ScoreRecord>,
    /// How long it took.
    pub timings: Timings,
    /// The digest of the state after the last step of the trace: 64 hexadecimal digits.
    pub state: String,
    /// The check of link, data, trace and state: 16 hexadecimal digits.
    pub check: String,
}

/// The versions of the program and the recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// This crate's version.
    pub bunsen: String,
    /// The recipe's version.
    pub recipe: u64,
    /// The compiler of the program that wrote the file; `None` in files that were written before this field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compiler: Option<Compiler>,
}

/// A Rust compiler and its target. Two builds of one version of the crate give the same bits only if these are equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compiler {
    /// The release of rustc: "1.95.0".
    pub release: String,
    /// The commit of rustc's repository, or "unknown".
    pub commit: String,
    /// The target triple: "wasm32-unknown-unknown".
    pub target: String,
}

impl Compiler {
    /// The compiler of this build.
    pub fn of_this_build() -> Self {
        Compiler {
            release: env!("BUNSEN_RUSTC_RELEASE").to_owned(),
            commit: env!("BUNSEN_RUSTC_COMMIT").to_owned(),
            target: env!("BUNSEN_TARGET").to_owned(),
        }
    }
}

impl fmt::Display for Compiler {
    /// "rustc 1.95.0 (59807616e), wasm32-unknown-unknown"
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Compiler {
            release,
            commit,
            target,
        } = self;
        let commit: String = commit.chars().take(9).collect();
        write!(f, "rustc {release} ({commit}), {target}")
    }
}

/// The engine that computed a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EngineRecord {
    /// Which engine.
    pub kind: EngineKind,
    /// Which build of it: native builds may round otherwise than WebAssembly.
    pub build: Build,
    /// The engine in words.
    pub label: String,
    /// The adapter's name; empty on the CPU engine.
    pub adapter: String,
    /// Whether the adapter computes in software.
    pub software: bool,
    /// The step after which this engine took the run over from another one; `None` if it did not.
    pub handed_over: Option<u64>,
}

impl EngineRecord {
    /// Whether every CPU engine in WebAssembly gives the same losses, bit for bit.
    pub fn is_exact(&self) -> bool {
        (self.kind, self.build, self.handed_over) == (EngineKind::Cpu, Build::Wasm, None)
    }
}

/// The target of the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Build {
    /// WebAssembly: in a browser or in Node.
    Wasm,
    /// Machine code.
    Native,
}

/// The data set that a run was trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataRecord {
    /// The data set's name in a link.
    pub name: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its examples.
    pub digest: String,
}

/// A score at a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRecord {
    /// After which step.
    pub step: u64,
    /// The mean loss.
    pub loss: f64,
    /// The accuracy, from 0 to 1.
    pub accuracy: f64,
    /// The number of examples.
    pub examples: u64,
    /// What of each example was scored; the file says nothing where that is the image alone.
    #[serde(default = "off", with = "tta_name", skip_serializing_if = "is_off")]
    pub tta: TestTimeAugmentation,
}

/// How long training took, without evaluation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Timings {
    /// Seconds of training.
    pub seconds: f64,
    /// Steps that were timed: fewer than the trace has if the run was resumed from a checkpoint.
    pub steps: u64,
    /// Images a second over those steps; 0 if none were timed.
    pub images_per_second: f64,
}

/// What a new run file is made of.
#[derive(Clone, Debug)]
pub struct RunFileContents<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The engine that computed it.
    pub engine: EngineRecord,
    /// The data set that it was trained on.
    pub data: DataRecord,
    /// Steps of the whole run.
    pub steps: u64,
    /// The loss of every step so far.
    pub trace: Trace,
    /// The digest of the state after the last of them.
    pub state: StateDigest,
    /// Scores on the test split.
    pub scores: Vec<ScoreRecord>,
    /// The last score on the validation split.
    pub validation: Option<ScoreRecord>,
    /// How long it took.
    pub timings: Timings,
}

impl RunFile {
    /// The file of a run.
    pub fn new(run: RunFileContents<'_>) -> Self {
        let link = run.recipe.link();
        RunFile {
            format: FORMAT.to_owned(),
            schema: SCHEMA,
            check: CheckChain::over(&link, &run.data.digest, run.trace.bits()).check(&run.state),
            state: run.state.to_hex(),
            link,
            versions: Versions {
                bunsen: env!("CARGO_PKG_VERSION").to_owned(),
                recipe: VERSION,
                compiler: Some(Compiler::of_this_build()),
            },
            engine: run.engine,
            data: run.data,
            steps: run.steps,
            trace: run.trace,
            scores: run.scores.into_iter().map(scored_as(run.recipe)).collect(),
            validation: run.validation.map(scored_as(run.recipe)),
            timings: run.timings,
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`LabError::RunFile`] where the reader would refuse it: where it has no step, a number that JSON has not, or too many scores.
    pub fn to_json(&self) -> Result<String, LabError> {
        let refused = |why| LabError::RunFile(format!("it was not written, for {why}"));
        read::check_numbers(self).map_err(refused)?;
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| LabError::RunFile(format!("it could not be written ({error}).")))?
            + "\n";
        read::check_length(&text).map_err(refused)?;
        Ok(text)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`LabError::RunFile`], saying what is wrong with it.
    pub fn from_json(text: &str) -> Result<Self, LabError> {
        read::read(text).map_err(LabError::RunFile)
    }

    /// The recipe. The reader has checked that the link gives one.
    ///
    /// # Errors
    /// [`LabError::Recipe`].
    pub fn recipe(&self) -> Result<Recipe, LabError> {
        Ok(registry::parse(&self.link)?.recipe)
    }
}

/// What of its images is scored follows from the recipe.
fn scored_as(recipe: &Recipe) -> impl Fn(ScoreRecord) -> ScoreRecord {
    let tta = recipe.tta;
    move |score| ScoreRecord { tta, ..score }
}

fn off() -> TestTimeAugmentation {
    TestTimeAugmentation::Off
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_off(tta: &TestTimeAugmentation) -> bool {
    *tta == TestTimeAugmentation::Off
}

/// Test-time augmentation by its name in a link.
mod tta_name {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::recipe::{Choice, TestTimeAugmentation};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub fn serialize<S: Serializer>(
        tta: &TestTimeAugmentation,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(tta.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<TestTimeAugmentation, D::Error> {
        let name = String::deserialize(deserializer)?;
        TestTimeAugmentation::from_name(&name)
            .ok_or_else(|| D::Error::custom(format!("there is no test-time augmentation {name:?}")))
    }
}

/// The trace as base64 of little-endian 32-bit floats.
mod base64_losses {
    use serde::{Deserializer, Serializer, de::Error};

    use super::*;

    pub fn serialize<S: Serializer>(trace: &Trace, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = trace
            .bits()
            .iter()
            .flat_map(|bits| bits.to_le_bytes())
            .collect();
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Trace, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD
            .decode(text)
            .map_err(|_| Error::custom("trace is no base64"))?;
        let (words, remainder) = bytes.as_chunks::<4>();
        let losses: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        if !remainder.is_empty() {
            return Err(Error::custom("trace is no list of 32-bit floats"));
        }
        if losses.iter().any(|bits| !f32::from_bits(*bits).is_finite()) {
            return Err(Error::custom("trace holds a loss that is no finite number"));
        }
        Ok(Trace::from(losses))
    }
}
