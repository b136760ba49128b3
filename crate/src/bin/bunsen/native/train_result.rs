//! What `bunsen train --json` prints: the package's command prints the same keys (`crate/js/command/train-result.ts`).

use std::path::PathBuf;

use bunsen::lab::Verdict;
use bunsen::lab::files::run_file::ScoreRecord;
use serde::Serialize;

/// What is known of a run when the command ends; what is not known is null.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrainResult {
    /// How it ended.
    pub status: Status,
    /// Why it failed, or ended early.
    pub error: Option<String>,
    /// What was trained.
    pub link: Option<String>,
    /// The data set's title.
    pub data: Option<String>,
    /// What computed.
    pub engine: Option<String>,
    /// Steps done.
    pub step: u64,
    /// Steps in all.
    pub steps: Option<u64>,
    /// The training loss of the last step.
    pub loss: Option<f32>,
    /// The scores, as a run file has them.
    pub scores: Vec<ScoreRecord>,
    /// The score on another data set.
    pub score_on: Option<ScoreOn>,
    /// The check of a run that has ended.
    pub check: Option<String>,
    /// Its checked link: natively there is none.
    pub checked_link: Option<String>,
    /// What became of what the link promised.
    pub verdict: Option<VerdictResult>,
    /// Sentences about what did not go as it should.
    pub notices: Vec<String>,
    /// Where it was written.
    pub folder: Option<PathBuf>,
    /// The files in the folder.
    pub files: Vec<&'static str>,
    /// What to go on from, of a run that ended early.
    pub checkpoint: Option<PathBuf>,
}

/// How a training ended.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// As it should.
    Done,
    /// Otherwise; `error` says why.
    #[default]
    Failed,
    /// By a signal, or because its output could not be written.
    Interrupted,
}

/// A score on another data set.
#[derive(Debug, Serialize)]
pub struct ScoreOn {
    /// Its name.
    pub data: String,
    /// The mean loss.
    pub loss: f64,
    /// The accuracy, from 0 to 1.
    pub accuracy: f64,
    /// The number of examples.
    pub examples: usize,
}

/// A verdict.
#[derive(Debug, Serialize)]
pub struct VerdictResult {
    kind: &'static str,
    text: String,
}

impl From<&Verdict> for VerdictResult {
    fn from(verdict: &Verdict) -> Self {
        VerdictResult {
            kind: verdict.kind(),
            text: verdict.to_string(),
        }
    }
}
