//! `bunsen check`: replays checked links and run files.
//!
//! Native code rounds otherwise than WebAssembly, so the losses are compared within a band. `npx bunsen check` runs the
//! module itself, and compares bit for bit.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use bunsen::lab::{Engine, Verdict};
use futures_lite::future::block_on;
use serde_json::json;

use super::arguments::{EngineOptions, StartOptions};
use super::interruption::{self, interrupted};
use super::output::{self, note, say};
use super::progress::Progress;
use super::target::{Target, open_engine};

/// Steps between two looks at the verdict.
const STEPS_PER_PULL: u64 = 10;

/// The options of `bunsen check`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Checked links, quoted, and run files
    #[arg(value_name = "LINK OR RUN FILE")]
    pub targets: Vec<String>,
    /// What computes.
    #[command(flatten)]
    pub engine: EngineOptions,
    /// What the runs start from.
    #[command(flatten)]
    pub start: StartOptions,
}

/// Replays each target and prints a table, a row as soon as it is known. The status says whether all of them were as promised.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    block_on(async {
        let engine = open_engine(&options.engine).await?;
        // What is checked already is told, and a replay ends at the end of a step.
        interruption::defer();
        say!("{:16}  {:>7}  what", "outcome", "seconds");
        let mut as_promised = true;
        let mut rows = Vec::new();
        for (index, target) in options.targets.iter().enumerate() {
            let start = Instant::now();
            let title = format!("{} of {}", index + 1, options.targets.len());
            let mut progress = Progress::new(title, "step");
            let replayed = replay(&engine, target, options, &mut progress).await;
            progress.end();
            if interrupted().is_some() {
                break;
            }
            let (outcome, text) = match replayed {
                Ok(Some(verdict)) => (outcome(&verdict), verdict.to_string()),
                Ok(None) => (
                    "cannot",
                    "The link carries no check, so there is nothing to compare with.".to_owned(),
                ),
                Err(error) => ("cannot", error.to_string()),
            };
            as_promised &= matches!(outcome, "same" | "same in part" | "within the band");
            let seconds = start.elapsed().as_secs_f64();
            say!("{outcome:16}  {seconds:7.1}  {}  {text}", shortened(target));
            rows.push(
                json!({ "what": target, "outcome": outcome, "text": text, "seconds": seconds }),
            );
        }
        let interruption = interrupted();
        as_promised &= interruption.is_none();
        let error = interruption.as_ref().map(|by| by.sentence.as_str());
        let error = error.filter(|sentence| !sentence.is_empty());
        output::object(&json!({ "asPromised": as_promised, "error": error, "replays": rows }));
        Ok(match interruption {
            Some(by) => {
                if !by.sentence.is_empty() {
                    note!("{by}");
                }
                ExitCode::from(by.status)
            }
            None if as_promised => ExitCode::SUCCESS,
            None => ExitCode::FAILURE,
        })
    })
}

/// Replays a target; `None` for a link without a check.
async fn replay(
    engine: &Engine,
    target: &str,
    options: &Options,
    progress: &mut Progress,
) -> Result<Option<Verdict>, Box<dyn Error>> {
    let target = Target::parse(target)?;
    if matches!(&target, Target::Link(link) if link.check.is_none()) {
        return Ok(None);
    }
    let mut run = target.start(engine, &options.start, None).await?;
    // A run file of a run that had not ended promises nothing of the steps behind its trace.
    let promised = match &target {
        Target::Link(_) => run.plan().steps,
        Target::RunFile(file) => file.trace.bits().len() as u64,
    };
    while run.steps_done() < promised && interrupted().is_none() {
        let steps = STEPS_PER_PULL.min(promised - run.steps_done());
        if run.step(steps).await?.is_empty() {
            break;
        }
        progress.show(run.steps_done(), promised, "");
        // Later steps cannot make the run as promised again.
        if let Some(verdict) = run.verdict()
            && matches!(outcome(&verdict), "differs" | "outside the band")
        {
            break;
        }
    }
    Ok(run.verdict())
}

/// The verdict in the table's words.
fn outcome(verdict: &Verdict) -> &'static str {
    match verdict.kind() {
        "same" => "same",
        "same-in-part" => "same in part",
        "within" => "within the band",
        "differs" => "differs",
        "outside" => "outside the band",
        _ => "cannot",
    }
}

/// A target without the address in front of the link and without its marks.
fn shortened(target: &str) -> &str {
    let link = target.split_once('#').map_or(target, |(_, link)| link);
    link.split_once("&marks=").map_or(link, |(start, _)| start)
}
