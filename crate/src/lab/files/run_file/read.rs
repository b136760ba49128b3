//! Reads a run file and checks all that it says.

use serde::Deserialize;

use super::{FORMAT, RunFile, SCHEMA, ScoreRecord, Timings};
use crate::lab::files::LEAST_LOSS;
use crate::lab::verify::check::CheckChain;
use crate::lab::verify::state::StateDigest;
use crate::printable::printable_to;
use crate::recipe::{self, Choice as _, VERSION};
use crate::registry;

/// The largest file that is read, in bytes.
const MAX_BYTES: usize = 64 << 20;

/// The fields that every version of the format has.
#[derive(Deserialize)]
struct FormatVersion {
    format: String,
    schema: u64,
}

pub(super) fn read(text: &str) -> Result<RunFile, String> {
    check_length(text)?;
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
    let state = StateDigest::from_hex(&file.state)
        .ok_or("its state is no digest of 64 hexadecimal digits.")?;
    let losses = file.trace.bits();
    let found = CheckChain::over(&file.link, &file.data.digest, losses).check(&state);
    if found != file.check {
        return Err(format!(
            "its contents do not hash to its check: {} stands in the file, but its recipe, data, trace and state give \
             {found}. The file was damaged or changed.",
            recipe::error::shorten(&file.check)
        ));
    }
    Ok(file)
}

/// Checks that a file is not larger than one that is read.
pub(super) fn check_length(text: &str) -> Result<(), String> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    let megabytes = text.len() as f64 / 1e6;
    Err(format!(
        "it has {megabytes:.0} MB, and a run file has 67 at most."
    ))
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
        printable_to(what, 160)
    )
}

/// The link has to be canonical and agree with the rest of the file.
fn check_recipe(file: &RunFile) -> Result<(), String> {
    let link =
        registry::parse(&file.link).map_err(|error| format!("its link is refused: {error}"))?;
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
            "it names the data set {}, but its link {}.",
            recipe::error::shorten(&file.data.name),
            link.recipe.data.name()
        ));
    }
    let tta = link.recipe.tta;
    if let Some(score) = scores_of(file).find(|score| score.tta != tta) {
        return Err(format!(
            "its link says tta={}, but its score after step {} tta={}.",
            tta.name(),
            score.step,
            score.tta.name()
        ));
    }
    Ok(())
}

pub(super) fn check_numbers(file: &RunFile) -> Result<(), String> {
    let steps = file.trace.bits().len() as u64;
    if steps == 0 || steps > file.steps {
        return Err(format!(
            "its trace has {steps} losses, and a run of {} steps has from 1 to {}.",
            file.steps, file.steps
        ));
    }
    if file
        .trace
        .losses()
        .iter()
        .any(|loss| !is_loss(f64::from(*loss)))
    {
        return Err("its trace holds a loss that is no finite number from 0 up.".to_owned());
    }
    if let Some(step) = file.engine.handed_over.filter(|step| *step > steps) {
        return Err(format!(
            "it says that an engine took the run over after step {step}, but its trace ends at step {steps}."
        ));
    }
    let is_wrong =
        |score: &&ScoreRecord| score.step > steps || !(0.0..=1.0).contains(&score.accuracy);
    if let Some(score) = scores_of(file).find(is_wrong) {
        return Err(format!(
            "it has a score of {} after step {}, but a score is from 0 to 1 and its trace ends at step {steps}.",
            score.accuracy, score.step
        ));
    }
    if let Some(score) = scores_of(file).find(|score| !is_loss(score.loss)) {
        return Err(format!(
            "the loss of its score after step {} is no finite number from 0 up.",
            score.step
        ));
    }
    let Timings {
        seconds,
        images_per_second,
        steps: timed,
    } = file.timings;
    let is_amount = |number: f64| number.is_finite() && number >= 0.0;
    if !is_amount(seconds) || !is_amount(images_per_second) || timed > steps {
        return Err("its timings are those of no run.".to_owned());
    }
    Ok(())
}

/// Its scores on either split.
fn scores_of(file: &RunFile) -> impl Iterator<Item = &ScoreRecord> {
    file.scores.iter().chain(&file.validation)
}

/// Whether a mean loss can be this. On a GPU it may be below 0 by what a logarithm is off.
fn is_loss(loss: f64) -> bool {
    loss.is_finite() && loss >= LEAST_LOSS
}
