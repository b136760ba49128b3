//! The run file, `run.bunsen.json`: a run's recipe, the engine that computed it, its trace, its scores and its check.
//!
//! The format is described in `docs/the-same-again.md` and `docs/run.schema.json`. The reader is strict: the
//! link has to be canonical, and the trace has to hash to the file's check.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::lab::engine::EngineKind;
use crate::lab::error::LabError;
use crate::lab::verify::trace::Trace;
use crate::recipe::{self, Choice, Recipe, VERSION};

/// The version of the format.
pub const SCHEMA: u64 = 1;

/// The value of `format`.
const FORMAT: &str = "bunsen-run";

/// The largest file that is read, in bytes.
const MAX_BYTES: usize = 64 << 20;

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
    /// How long it took.
    pub timings: Timings,
    /// The check of link, data and trace: 16 hexadecimal digits.
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

/// A score on the test split, at a step.
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

/// The content of a new run file.
#[derive(Clone, Debug)]
pub struct RunRecord<'a> {
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
    /// Scores on the test split.
    pub scores: Vec<ScoreRecord>,
    /// How long it took.
    pub timings: Timings,
}

impl RunFile {
    /// The file of a run.
    pub fn new(run: RunRecord<'_>) -> Self {
        let link = run.recipe.link();
        RunFile {
            format: FORMAT.to_owned(),
            schema: SCHEMA,
            check: run.trace.check(&link, &run.data.digest),
            link,
            versions: Versions {
                bunsen: env!("CARGO_PKG_VERSION").to_owned(),
                recipe: VERSION,
            },
            engine: run.engine,
            data: run.data,
            steps: run.steps,
            trace: run.trace,
            scores: run.scores,
            timings: run.timings,
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`LabError::RunFile`] where it holds a number that JSON has not.
    pub fn to_json(&self) -> Result<String, LabError> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|error| LabError::RunFile(format!("it could not be written ({error}).")))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`LabError::RunFile`], saying what is wrong with it.
    pub fn from_json(text: &str) -> Result<Self, LabError> {
        read(text).map_err(LabError::RunFile)
    }

    /// The recipe. The reader has checked that the link gives one.
    ///
    /// # Errors
    /// [`LabError::Recipe`].
    pub fn recipe(&self) -> Result<Recipe, LabError> {
        Ok(recipe::parse(&self.link)?.recipe)
    }
}

/// The fields that every version of the format has.
#[derive(Deserialize)]
struct FormatVersion {
    format: String,
    schema: u64,
}

fn read(text: &str) -> Result<RunFile, String> {
    if text.len() > MAX_BYTES {
        let megabytes = text.len() as f64 / 1e6;
        return Err(format!(
            "it has {megabytes:.0} MB, and a run file has 67 at most. It was not read."
        ));
    }
    let version: FormatVersion =
        serde_json::from_str(text).map_err(|error| match error.is_data() {
            true => {
                "it is JSON, but no run file: it does not say its format and schema.".to_owned()
            }
            false => describe(&error, text),
        })?;
    if version.format != FORMAT {
        return Err(
            "it is JSON, but of another kind: its format is not \"bunsen-run\".".to_owned(),
        );
    }
    if version.schema > SCHEMA {
        return Err(format!(
            "it is of schema {}, but only schemas up to {SCHEMA} are known here. Open it with a newer Bunsen.",
            version.schema
        ));
    }
    if version.schema == 0 {
        return Err(format!(
            "schema 0 is not allowed: schemas count from 1 to {SCHEMA}."
        ));
    }
    let file: RunFile = serde_json::from_str(text).map_err(|error| describe(&error, text))?;
    check_recipe(&file)?;
    check_numbers(&file)?;
    let found = file.trace.check(&file.link, &file.data.digest);
    if found != file.check {
        return Err(format!(
            "its trace does not hash to its check: {} stands in the file, but its recipe, data and trace give {found}. The \
             file was damaged or changed.",
            recipe::error::shorten(&file.check)
        ));
    }
    Ok(file)
}

/// A sentence for an error of the parser.
fn describe(error: &serde_json::Error, text: &str) -> String {
    let (line, column) = (error.line(), error.column());
    // Where a number is cut off, the parser reports a wrong number and not the end of the text.
    let lines = text.lines().count();
    let at_end = line == lines && column >= text.lines().last().map_or(0, str::len);
    if error.is_eof() || (error.is_syntax() && at_end) {
        return format!("it is cut short: it ends in the middle of line {line}.");
    }
    if error.is_syntax() {
        return format!("it is no JSON text: see line {line}, column {column}.");
    }
    let full = error.to_string();
    let what = full.split(" at line ").next().unwrap_or_default();
    format!(
        "line {line} does not hold what is right there ({}).",
        recipe::error::shorten_to(what, 160)
    )
}

/// The link has to be canonical and agree with the rest of the file.
fn check_recipe(file: &RunFile) -> Result<(), String> {
    let link =
        recipe::parse(&file.link).map_err(|error| format!("its link is refused: {error}"))?;
    if link.version != file.versions.recipe {
        return Err(format!(
            "its link is of recipe version {}, but the file says {}.",
            link.version, file.versions.recipe
        ));
    }
    if link.version == VERSION && link.recipe.link() != file.link {
        return Err(format!(
            "its link is not spelled as a run file has it: \"{}\" is right.",
            link.recipe.link()
        ));
    }
    if file.data.name != link.recipe.data.name() {
        return Err(format!(
            "it says data={}, but its link says data={}.",
            recipe::error::shorten(&file.data.name),
            link.recipe.data.name()
        ));
    }
    Ok(())
}

fn check_numbers(file: &RunFile) -> Result<(), String> {
    let steps = file.trace.bits().len() as u64;
    if steps == 0 || steps > file.steps {
        return Err(format!(
            "its trace has {steps} losses, and a run of {} steps has from 1 to {}.",
            file.steps, file.steps
        ));
    }
    let is_wrong =
        |score: &&ScoreRecord| score.step > steps || !(0.0..=1.0).contains(&score.accuracy);
    if let Some(score) = file.scores.iter().find(is_wrong) {
        return Err(format!(
            "it has a score of {} after step {}, but a score is from 0 to 1 and its trace ends at step {steps}.",
            score.accuracy, score.step
        ));
    }
    let Timings {
        seconds,
        images_per_second,
        ..
    } = file.timings;
    if seconds < 0.0 || images_per_second < 0.0 {
        return Err("its timings are less than nothing.".to_owned());
    }
    Ok(())
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

/// A file with three losses.
#[cfg(test)]
pub(in crate::lab) fn sample() -> RunFile {
    let recipe = recipe::parse("seed=7").map(|link| link.recipe);
    RunFile::new(RunRecord {
        recipe: &recipe.expect("a recipe"),
        ..tests::sample_record()
    })
}

#[cfg(test)]
mod tests;
