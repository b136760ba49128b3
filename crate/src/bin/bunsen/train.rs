//! `bunsen train`: trains a link and scores it.

use std::error::Error;
use std::sync::Arc;

use bunsen::data::Source;
use bunsen::lab::{Engine, Run};
use bunsen::recipe;

/// Trains the link and prints how it goes.
pub fn run(link: &str, options: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut engine = "cpu";
    let mut score_on = None;
    let mut words = options.iter();
    while let Some(word) = words.next() {
        match (*word, words.next()) {
            ("--engine", Some(kind)) => engine = kind,
            ("--score-on", Some(name)) => score_on = Some(*name),
            (other, _) => {
                return Err(format!("{other} is not an option here, or lacks its value.").into());
            }
        }
    }
    futures_lite::future::block_on(train(link, engine, score_on))
}

async fn train(link: &str, engine: &str, score_on: Option<&str>) -> Result<(), Box<dyn Error>> {
    let link = recipe::parse(link)?;
    link.notices.iter().for_each(|notice| eprintln!("{notice}"));
    let recipe = link.recipe;
    // Before anything is read: data that the network cannot take need not be there.
    bunsen::lab::fits(&recipe, &bunsen::data::info(recipe.data))?;
    let engine = match engine {
        "cpu" => Engine::cpu(),
        #[cfg(feature = "gpu")]
        "gpu" => Engine::gpu(None).await?,
        other => return Err(format!("{other} is no engine of this build: cpu is always there, gpu with the feature of that name.").into()),
    };
    let data = match bunsen::data::source(recipe.data) {
        Source::Drawn => bunsen::data::drawn(&recipe),
        Source::Fetched(source) => super::data::read(source.name)?,
    };
    let steps_per_line = 100;
    let mut run = Run::start(&engine, recipe, Arc::new(data)).await?;
    println!("{} on {}", run.recipe().link(), run.engine().info.label());
    let mut epoch = 0;
    loop {
        let reports = run.step(steps_per_line).await?;
        let Some(last) = reports.last() else { break };
        let loss: f32 =
            reports.iter().map(|report| report.loss).sum::<f32>() / reports.len() as f32;
        println!(
            "epoch {} of {}, step {} of {}: loss {loss:.4}, {:.0} images/s",
            last.epoch,
            run.plan().epochs,
            last.step,
            run.plan().steps,
            last.images_per_second
        );
        if last.epoch != epoch && epoch != 0 {
            let score = run.evaluate().await?;
            println!(
                "  test: loss {:.4}, accuracy {:.2} %",
                score.loss,
                100.0 * score.accuracy
            );
        }
        epoch = last.epoch;
    }
    let score = run.evaluate().await?;
    println!(
        "test accuracy {:.2} % of {} ({}), check {}",
        100.0 * score.accuracy,
        score.examples,
        run.data().info.title,
        run.check()
    );
    if let Some(name) = score_on {
        let score = run.evaluate_on(&super::data::read(name)?).await?;
        println!(
            "test accuracy on {name}: {:.2} % of {}",
            100.0 * score.accuracy,
            score.examples
        );
    }
    Ok(())
}
