//! `bunsen check`: replays checked links and run files.
//!
//! Native arithmetic is another one than WebAssembly's (it fuses multiplications and additions), so what was computed
//! there is compared as a band. `npx bunsen check` runs the module itself, and compares bit for bit.

use std::error::Error;
use std::time::Instant;

use bunsen::lab::{Engine, Verdict};

use super::replay::{self, Wanted};

/// At once.
const PULL: u64 = 10;

/// How a replay ended.
struct Replay {
    outcome: &'static str,
    seconds: f64,
    text: String,
}

/// Replays each and prints a table. `own` is the folder or zip of the images of those that are on somebody's own.
/// Whether all of them were as promised.
pub fn run(what: &[&str], engine: &str, own: Option<&str>) -> Result<bool, Box<dyn Error>> {
    if what.is_empty() {
        return Err("check takes links or run files, at least one.".into());
    }
    futures_lite::future::block_on(async {
        let engine = replay::engine(engine).await?;
        println!("{:16}  {:>7}  what", "outcome", "seconds");
        let mut well = true;
        for word in what {
            let clock = Instant::now();
            let (outcome, text) = match check(&engine, word, own).await {
                Ok(Some(verdict)) => (outcome(&verdict), verdict.to_string()),
                Ok(None) => (
                    "cannot",
                    "The link carries no check, so there is nothing to compare with.".to_owned(),
                ),
                Err(error) => ("cannot", error.to_string()),
            };
            let seconds = clock.elapsed().as_secs_f64();
            well &= matches!(outcome, "same" | "within the band");
            print(
                word,
                &Replay {
                    outcome,
                    seconds,
                    text,
                },
            );
        }
        Ok(well)
    })
}

async fn check(
    engine: &Engine,
    word: &str,
    own: Option<&str>,
) -> Result<Option<Verdict>, Box<dyn Error>> {
    let wanted = replay::wanted(word)?;
    if matches!(&wanted, Wanted::Link(link) if link.check.is_none()) {
        return Ok(None);
    }
    let mut run = replay::start(engine, &wanted, own).await?;
    while !run.step(PULL).await?.is_empty() {
        // Nothing that comes later makes it as promised again.
        if let Some(verdict) = run.verdict()
            && matches!(outcome(&verdict), "differs" | "outside the band")
        {
            break;
        }
    }
    Ok(run.verdict())
}

/// In a word.
fn outcome(verdict: &Verdict) -> &'static str {
    match verdict.kind() {
        "same" => "same",
        "within" => "within the band",
        "differs" => "differs",
        "outside" => "outside the band",
        _ => "cannot",
    }
}

fn print(
    word: &str,
    Replay {
        outcome,
        seconds,
        text,
    }: &Replay,
) {
    let link = word.split_once('#').map_or(word, |(_, link)| link);
    let shown = link.split_once("&marks=").map_or(link, |(start, _)| start);
    println!("{outcome:16}  {seconds:7.1}  {shown}  {text}");
}
