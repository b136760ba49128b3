//! The run file, `run.bunsen.json`: a run's recipe, where it was computed, its whole trace, its scores and its check.
//!
//! The format is described in `docs/the-same-again.md` and `docs/run.schema.json`. The reader is strict: what it gives is a
//! recipe that the file's text says, and a trace that hashes to the file's check.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::engine::EngineKind;
use super::error::LabError;
use super::trace::Trace;
use crate::recipe::{self, Choice, Recipe, VERSION};

/// The version of the format.
pub const SCHEMA: u64 = 1;

/// What stands in `format`.
const FORMAT: &str = "bunsen-run";

/// The largest file that is read, in bytes.
const MOST_BYTES: usize = 64 << 20;

/// A run, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    format: String,
    schema: u64,
    /// The recipe's link, canonical, without check and marks.
    pub link: String,
    /// What made it.
    pub versions: Versions,
    /// What computed it.
    pub engine: Computed,
    /// What it was trained on.
    pub data: Trained,
    /// Steps of the whole run: the trace has fewer where the run had not ended.
    pub steps: u64,
    /// The loss of every step.
    #[serde(with = "losses")]
    pub trace: Trace,
    /// Scores on the test split, in the order of their steps.
    pub scores: Vec<Scored>,
    /// How long it took.
    pub timings: Timings,
    /// The check of link, data and trace: 16 hexadecimal digits.
    pub check: String,
}

/// What made a run file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// This crate's version.
    pub bunsen: String,
    /// The recipe's.
    pub recipe: u64,
}

/// What computed a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Computed {
    /// Which engine.
    pub kind: EngineKind,
    /// Which build of it: arithmetic outside WebAssembly is another one.
    pub build: Build,
    /// The engine in plain words.
    pub label: String,
    /// The adapter's name; empty on the CPU engine.
    pub adapter: String,
    /// Whether the adapter computes in software.
    pub software: bool,
    /// The step after which this engine took the run over from another one, if it did.
    pub handed_over: Option<u64>,
}

impl Computed {
    /// Whether its losses are those that every CPU engine in WebAssembly gives, bit for bit.
    pub fn is_exact(&self) -> bool {
        (self.kind, self.build, self.handed_over) == (EngineKind::Cpu, Build::Wasm, None)
    }
}

/// Which build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Build {
    /// WebAssembly: in a browser or in Node.
    Wasm,
    /// The machine's own code.
    Native,
}

/// What a run was trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// The data set's name in a link.
    pub name: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its examples.
    pub digest: String,
}

/// A score on the test split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scored {
    /// After which step.
    pub step: u64,
    /// The mean loss.
    pub loss: f64,
    /// The part that was right, from 0 to 1.
    pub accuracy: f64,
    /// How many examples were looked at.
    pub examples: u64,
}

/// How long training took, scoring not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Timings {
    /// Seconds of training.
    pub seconds: f64,
    /// Steps that were timed: fewer than there are where the run went on from a checkpoint.
    pub steps: u64,
    /// Images a second over those steps; 0 where none were timed.
    pub images_per_second: f64,
}

/// What a run file is made of.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// What computed it.
    pub engine: Computed,
    /// What it was trained on.
    pub data: Trained,
    /// Steps of the whole run.
    pub steps: u64,
    /// The loss of every step so far.
    pub trace: Trace,
    /// Scores.
    pub scores: Vec<Scored>,
    /// How long it took.
    pub timings: Timings,
}

impl RunFile {
    /// The file of a run.
    pub fn of(parts: Parts<'_>) -> Self {
        let link = parts.recipe.link();
        RunFile {
            format: FORMAT.to_owned(),
            schema: SCHEMA,
            check: parts.trace.check(&link, &parts.data.digest),
            link,
            versions: Versions {
                bunsen: env!("CARGO_PKG_VERSION").to_owned(),
                recipe: VERSION,
            },
            engine: parts.engine,
            data: parts.data,
            steps: parts.steps,
            trace: parts.trace,
            scores: parts.scores,
            timings: parts.timings,
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

    /// The recipe. The reader has seen that there is one.
    ///
    /// # Errors
    /// [`LabError::Recipe`].
    pub fn recipe(&self) -> Result<Recipe, LabError> {
        Ok(recipe::parse(&self.link)?.recipe)
    }
}

/// What every version of the format has.
#[derive(Deserialize)]
struct Head {
    format: String,
    schema: u64,
}

fn read(text: &str) -> Result<RunFile, String> {
    if text.len() > MOST_BYTES {
        let megabytes = text.len() as f64 / 1e6;
        return Err(format!(
            "it has {megabytes:.0} MB, and a run file has 67 at most. It was not read."
        ));
    }
    let head: Head = serde_json::from_str(text).map_err(|error| match error.is_data() {
        true => "it is JSON, but no run file: it does not say its format and schema.".to_owned(),
        false => told(&error, text),
    })?;
    if head.format != FORMAT {
        return Err(
            "it is JSON, but of another kind: its format is not \"bunsen-run\".".to_owned(),
        );
    }
    if head.schema > SCHEMA {
        return Err(format!(
            "it is of schema {}, but only schemas up to {SCHEMA} are known here. Open it with a newer Bunsen.",
            head.schema
        ));
    }
    if head.schema == 0 {
        return Err(format!(
            "schema 0 is not allowed: schemas count from 1 to {SCHEMA}."
        ));
    }
    let file: RunFile = serde_json::from_str(text).map_err(|error| told(&error, text))?;
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

/// A sentence for what the parser found.
fn told(error: &serde_json::Error, text: &str) -> String {
    let (line, column) = (error.line(), error.column());
    // A number that breaks off is no number, rather than an end.
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

/// The link has to say the recipe by itself and in one spelling, so that no other run can be meant.
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
    let wrong = |score: &&Scored| score.step > steps || !(0.0..=1.0).contains(&score.accuracy);
    if let Some(score) = file.scores.iter().find(wrong) {
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
mod losses {
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
        let (words, rest) = bytes.as_chunks::<4>();
        let losses: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        if !rest.is_empty() {
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
pub(super) fn sample() -> RunFile {
    let recipe = recipe::parse("seed=7").map(|link| link.recipe);
    RunFile::of(Parts {
        recipe: &recipe.expect("a recipe"),
        ..tests::sample_parts()
    })
}

#[cfg(test)]
mod tests;
