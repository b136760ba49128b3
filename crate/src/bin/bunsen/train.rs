//! `bunsen train`: trains a link and scores it.

use std::error::Error;
use std::path::Path;

use bunsen::lab::Run;
use bunsen::lab::files::run_file::ScoreRecord;

use super::replay;

/// What may be said besides the link.
#[derive(Default)]
pub struct Options<'a> {
    /// The engine: `cpu` where none is named.
    pub engine: Option<&'a str>,
    /// Another data set to score on.
    pub score_on: Option<&'a str>,
    /// The folder or zip of somebody's own images.
    pub own: Option<&'a str>,
    /// The folder that the run file and the weights are written to.
    pub out: Option<&'a str>,
}

/// Steps between two lines.
const LINE: u64 = 100;

/// Trains the link and prints how it goes. Whether it is as promised, where something was.
pub fn run(link: &str, options: &Options<'_>) -> Result<bool, Box<dyn Error>> {
    futures_lite::future::block_on(train(link, options))
}

async fn train(link: &str, options: &Options<'_>) -> Result<bool, Box<dyn Error>> {
    let engine = replay::engine(options.engine.unwrap_or("cpu")).await?;
    let mut run = replay::start(&engine, &replay::wanted(link)?, options.own).await?;
    println!("{} on {}", run.recipe().link(), run.engine().info.label());
    let mut scores = Vec::new();
    loop {
        let plan = *run.plan();
        let (done, epoch) = (run.steps_done(), plan.steps_per_epoch);
        let reports = run.step(LINE.min(epoch - done % epoch)).await?;
        let Some(last) = reports.last() else { break };
        let loss: f32 =
            reports.iter().map(|report| report.loss).sum::<f32>() / reports.len() as f32;
        println!(
            "epoch {} of {}, step {} of {}: loss {loss:.4}, {:.0} images/s",
            last.epoch, plan.epochs, last.step, plan.steps, last.images_per_second
        );
        if last.step.is_multiple_of(epoch) || last.step == plan.steps {
            scores.push(score(&run).await?);
        }
    }
    println!("check {}", run.check());
    if let Some(name) = options.score_on {
        let score = run.evaluate_on(&super::data::read(name)?).await?;
        println!(
            "test accuracy on {name}: {:.2} % of {}",
            100.0 * score.accuracy,
            score.examples
        );
    }
    if let Some(folder) = options.out {
        let folder = Path::new(folder);
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("run.bunsen.json"), run.file(&scores).to_json()?)?;
        std::fs::write(folder.join("weights.safetensors"), run.weights().await?)?;
        println!(
            "Written to {}: run.bunsen.json, weights.safetensors.",
            folder.display()
        );
    }
    let verdict = run.verdict();
    if let Some(verdict) = &verdict {
        println!("{verdict}");
    }
    Ok(verdict.is_none_or(|verdict| matches!(verdict.kind(), "same" | "within")))
}

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
