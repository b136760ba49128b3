//! `bunsen train`: trains a link and scores it.

use std::error::Error;
use std::path::Path;

use bunsen::lab::Run;
use bunsen::lab::files::run_file::ScoreRecord;
use futures_lite::future::block_on;

use super::data;
use super::target::{Target, open_engine};

/// The options of `bunsen train`.
pub struct Options<'a> {
    /// The engine; `cpu` by default.
    pub engine: Option<&'a str>,
    /// Another data set to score on.
    pub score_on: Option<&'a str>,
    /// The folder or zip of a custom data set's images.
    pub own: Option<&'a str>,
    /// The folder that the run file and the weights are written to.
    pub out: Option<&'a str>,
}

/// Steps between two lines of output.
const STEPS_PER_LINE: u64 = 100;

/// Trains the link and prints its progress. The result is whether the run is as promised, if the link is a checked one.
pub fn run(link: &str, options: &Options<'_>) -> Result<bool, Box<dyn Error>> {
    block_on(train(link, options))
}

async fn train(link: &str, options: &Options<'_>) -> Result<bool, Box<dyn Error>> {
    let engine = open_engine(options.engine.unwrap_or("cpu")).await?;
    let mut run = Target::parse(link)?.start(&engine, options.own).await?;
    println!("{} on {}", run.recipe().link(), run.engine().info.label());
    run.notices()
        .iter()
        .for_each(|notice| eprintln!("{notice}"));
    let mut scores = Vec::new();
    let plan = *run.plan();
    let score_steps = plan.score_steps();
    loop {
        let done = run.steps_done();
        let next = score_steps.iter().find(|step| **step > done);
        let steps = next.map_or(1, |next| STEPS_PER_LINE.min(next - done));
        let reports = run.step(steps).await?;
        let Some(last) = reports.last() else { break };
        let total: f32 = reports.iter().map(|report| report.loss).sum();
        println!(
            "epoch {} of {}, step {} of {}: loss {:.4}, {:.0} images/s",
            last.epoch,
            plan.epochs,
            last.step,
            plan.steps,
            total / reports.len() as f32,
            last.images_per_second
        );
        if score_steps.contains(&last.step) {
            scores.push(score(&run).await?);
        }
    }
    println!("check {}", run.check().await?);
    if let Some(name) = options.score_on {
        let score = run.evaluate_on(&data::read(name)?).await?;
        println!(
            "test accuracy on {name}: {:.2} % of {}",
            100.0 * score.accuracy,
            score.examples
        );
    }
    if let Some(folder) = options.out {
        write(&run, &scores, Path::new(folder)).await?;
    }
    let verdict = run.verdict();
    if let Some(verdict) = &verdict {
        println!("{verdict}");
    }
    Ok(verdict.is_none_or(|verdict| matches!(verdict.kind(), "same" | "same-in-part" | "within")))
}

/// Writes the run file and the weights.
async fn write(run: &Run, scores: &[ScoreRecord], folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    let file = run.file(scores).await?;
    std::fs::write(folder.join("run.bunsen.json"), file.to_json()?)?;
    std::fs::write(folder.join("weights.safetensors"), run.weights().await?)?;
    println!(
        "Written to {}: run.bunsen.json, weights.safetensors.",
        folder.display()
    );
    Ok(())
}

/// Scores the run on the test split and prints the score.
async fn score(run: &Run) -> Result<ScoreRecord, Box<dyn Error>> {
    let score = run.evaluate().await?;
    println!(
        "  test accuracy {:.2} % of {} ({}), loss {:.4}",
        100.0 * score.accuracy,
        score.examples,
        run.data().info.title,
        score.loss
    );
    Ok(ScoreRecord {
        step: run.steps_done(),
        loss: score.loss,
        accuracy: score.accuracy,
        examples: score.examples as u64,
    })
}
