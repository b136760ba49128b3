//! `bunsen check`: replays checked links and run files.
//!
//! Native code rounds otherwise than WebAssembly, so the losses are compared within a band. `npx bunsen check` runs the
//! module itself, and compares bit for bit.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use bunsen::lab::{Engine, Verdict};
use futures_lite::future::block_on;

use super::output::say;
use super::target::{Target, open_engine};

/// Steps between two looks at the verdict.
const STEPS_PER_PULL: u64 = 10;

/// The options of `bunsen check`.
pub struct Options<'a> {
    /// The engine; `cpu` by default.
    pub engine: Option<&'a str>,
    /// Threads that the CPU engine computes with; all of the machine's by default.
    pub workers: Option<&'a str>,
    /// The folder or zip of the images, for targets on a custom data set.
    pub own: Option<&'a str>,
    /// The file of the weights, for targets that start from them.
    pub weights: Option<&'a str>,
}

/// Replays each target and prints a table, a row as soon as it is known. The status says whether all of them were as promised.
pub fn run(targets: &[&str], options: &Options<'_>) -> Result<ExitCode, Box<dyn Error>> {
    if targets.is_empty() {
        return Err("check takes links or run files, at least one.".into());
    }
    block_on(async {
        let engine = open_engine(options.engine.unwrap_or("cpu"), options.workers).await?;
        say!("{:16}  {:>7}  what", "outcome", "seconds");
        let mut as_promised = true;
        for target in targets {
            let start = Instant::now();
            let (outcome, text) = match replay(&engine, target, options).await {
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
        }
        Ok(match as_promised {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    })
}

/// Replays a target; `None` for a link without a check.
async fn replay(
    engine: &Engine,
    target: &str,
    options: &Options<'_>,
) -> Result<Option<Verdict>, Box<dyn Error>> {
    let target = Target::parse(target)?;
    if matches!(&target, Target::Link(link) if link.check.is_none()) {
        return Ok(None);
    }
    let mut run = target
        .start(engine, options.own, options.weights, None)
        .await?;
    // A run file of a run that had not ended promises nothing of the steps behind its trace.
    let promised = match &target {
        Target::Link(_) => run.plan().steps,
        Target::RunFile(file) => file.trace.bits().len() as u64,
    };
    while run.steps_done() < promised {
        let steps = STEPS_PER_PULL.min(promised - run.steps_done());
        if run.step(steps).await?.is_empty() {
            break;
        }
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
