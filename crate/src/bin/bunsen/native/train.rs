//! `bunsen train`: trains a link and scores it.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bunsen::lab::Run;
use bunsen::lab::files::run_file::ScoreRecord;
use futures_lite::future::block_on;

use super::data;
use super::interruption::{self, interrupted, unless_interrupted};
use super::output::{loss_text, note, say};
use super::run_folder::{CHECKPOINT, RUN, RunFolder, WEIGHTS};
use super::target::{Target, open_engine};

/// The options of `bunsen train`.
pub struct Options<'a> {
    /// The engine; `cpu` by default.
    pub engine: Option<&'a str>,
    /// Threads that the CPU engine computes with; all of the machine's by default.
    pub workers: Option<&'a str>,
    /// Another data set to score on.
    pub score_on: Option<&'a str>,
    /// The folder or zip of a custom data set's images.
    pub own: Option<&'a str>,
    /// The folder that the run file and the weights are written to.
    pub out: Option<&'a str>,
    /// The checkpoint to go on from.
    pub resume: Option<&'a str>,
    /// The file of the weights to start from.
    pub weights: Option<&'a str>,
}

/// Steps between two lines of output.
const STEPS_PER_LINE: u64 = 100;

/// How long one pull should take: a signal waits until it ends.
const PULL: Duration = Duration::from_millis(250);

/// How often the checkpoint is renewed.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(60);

/// Trains the link, or that of the checkpoint, and prints its progress. The exit status says whether the run is as promised, if
/// the link is a checked one.
pub fn run(link: Option<&str>, options: &Options<'_>) -> Result<ExitCode, Box<dyn Error>> {
    block_on(train(link, options))
}

async fn train(link: Option<&str>, options: &Options<'_>) -> Result<ExitCode, Box<dyn Error>> {
    let checkpoint = options
        .resume
        .map(|path| std::fs::read(path).map_err(|why| format!("{path} cannot be read ({why}).")));
    let checkpoint = checkpoint.transpose()?;
    let target = match (link, &checkpoint) {
        (Some(link), _) => Target::parse(link)?,
        (None, Some(checkpoint)) => Target::of_checkpoint(checkpoint)?,
        (None, None) => return Err("train takes one link: quote it.".into()),
    };
    let engine = open_engine(options.engine.unwrap_or("cpu"), options.workers).await?;
    let resumed = options.resume.map(Path::new);
    let beside = resumed
        .and_then(Path::parent)
        .map(|folder| match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        });
    let folder = RunFolder::prepare(options.out.map(Path::new).or(beside), resumed)?;
    let run = target
        .start(&engine, options.own, options.weights, checkpoint.as_deref())
        .await?;
    // The training sees it, and ends at the end of a step.
    interruption::defer();
    say!("{} on {}", run.recipe().link(), run.engine().info().label());
    run.notices().iter().for_each(|notice| note!("{notice}"));
    let mut training = Training {
        run,
        folder,
        scores: Vec::new(),
        is_scored: true,
        saved: Instant::now(),
    };
    let ended = training.train().await;
    if let (Ok(false), Some(interruption)) = (&ended, interrupted()) {
        note!("{interruption}");
        training.save_checkpoint().await;
        return Ok(ExitCode::from(interruption.status));
    }
    let written = match ended {
        Ok(_) => training.write().await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        note!("{error}");
        training.save_checkpoint().await;
        return Ok(ExitCode::FAILURE);
    }
    training.report(options.score_on).await
}

struct Training {
    run: Run,
    folder: RunFolder,
    scores: Vec<ScoreRecord>,
    /// Whether the last score was had.
    is_scored: bool,
    /// When the last checkpoint was written.
    saved: Instant,
}

impl Training {
    /// Trains to the end, or to an interruption. The result is whether the end was reached.
    async fn train(&mut self) -> Result<bool, Box<dyn Error>> {
        let plan = *self.run.plan();
        let score_steps = plan.score_steps();
        // The steps since the last line, and the sum of their losses.
        let (mut steps, mut total) = (0, 0.0);
        let mut pull = 1;
        if interrupted().is_some() {
            return Ok(false);
        }
        // It was interrupted while it was scored.
        if self.run.steps_done() == plan.steps {
            return Ok(self.score().await);
        }
        while self.run.steps_done() < plan.steps {
            let done = self.run.steps_done();
            let next_score = score_steps.iter().find(|step| **step > done);
            let next = next_score.map_or(plan.steps, |next| *next);
            let start = Instant::now();
            let count = pull.min(next - done).min(STEPS_PER_LINE - steps);
            let reports = self.run.step(count).await?;
            let Some(last) = reports.last() else { break };
            steps += reports.len() as u64;
            total += reports.iter().map(|report| report.loss).sum::<f32>();
            let seconds = start.elapsed().as_secs_f64() / reports.len() as f64;
            pull = ((PULL.as_secs_f64() / seconds) as u64).clamp(1, STEPS_PER_LINE);
            let is_scored = last.step == next;
            if is_scored || steps == STEPS_PER_LINE {
                say!(
                    "epoch {} of {}, step {} of {}: training loss {}, {:.0} images/s",
                    last.epoch,
                    plan.epochs,
                    last.step,
                    plan.steps,
                    loss_text(f64::from(total / steps as f32)),
                    last.images_per_second
                );
                (steps, total) = (0, 0.0);
            }
            if interrupted().is_some() {
                return Ok(last.step == plan.steps);
            }
            if is_scored && !self.score().await {
                return Ok(false);
            }
            self.save_if_due().await;
        }
        Ok(true)
    }

    /// Scores the run on the test split and prints the score, unless that is interrupted: the result is whether it was not. A score
    /// that fails is said, and ends no run.
    async fn score(&mut self) -> bool {
        let Some(score) = unless_interrupted(self.run.evaluate()).await else {
            return false;
        };
        self.is_scored = score.is_ok();
        let score = match score {
            Ok(score) => score,
            Err(error) => {
                note!("step {} has no score: {error}", self.run.steps_done());
                return true;
            }
        };
        say!(
            "  test accuracy {:.2} % of {} ({}){}, test loss {}",
            100.0 * score.accuracy,
            score.examples,
            self.run.data().info.title,
            score.tta.words(),
            loss_text(score.loss)
        );
        self.scores.push(ScoreRecord {
            step: self.run.steps_done(),
            loss: score.loss,
            accuracy: score.accuracy,
            examples: score.examples as u64,
            tta: score.tta,
        });
        true
    }

    /// Writes the run file and the weights, after which no checkpoint is needed.
    async fn write(&mut self) -> Result<(), Box<dyn Error>> {
        let file = self.run.file(&self.scores).await?.to_json()?;
        self.folder.write(RUN, file.as_bytes())?;
        self.folder.write(WEIGHTS, &self.run.weights().await?)?;
        self.folder.remove_checkpoint();
        Ok(())
    }

    /// Prints what became of a run that is written.
    async fn report(&self, score_on: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
        say!("check {}", self.run.check().await?);
        say!(
            "Written to {}: {RUN}, {WEIGHTS}.",
            self.folder.path().display()
        );
        if let Some(score) = self.run.validate().await? {
            say!(
                "validation accuracy {:.2} % of {}{}, loss {}",
                100.0 * score.accuracy,
                score.examples,
                score.tta.words(),
                loss_text(score.loss)
            );
        }
        if let Some(name) = score_on {
            let score = self.run.evaluate_on(&data::read(name, 0)?).await?;
            say!(
                "test accuracy on {name}: {:.2} % of {}{}",
                100.0 * score.accuracy,
                score.examples,
                score.tta.words()
            );
        }
        let verdict = self.run.verdict();
        if let Some(verdict) = &verdict {
            say!("{verdict}");
        }
        if let Some(interruption) = interrupted() {
            let folder = self.folder.path().display();
            note!("{interruption} The run had come to its end: it is in {folder}.");
            return Ok(ExitCode::from(interruption.status));
        }
        // Of a run that goes on from a checkpoint file, its first steps are compared with nothing.
        let as_promised = ["same", "same-in-part", "within", "from-file"];
        let is_as_promised = verdict.is_none_or(|verdict| as_promised.contains(&verdict.kind()));
        Ok(match is_as_promised && self.is_scored {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }

    async fn save_if_due(&mut self) {
        if self.saved.elapsed() < CHECKPOINT_INTERVAL {
            return;
        }
        self.saved = Instant::now();
        // A disk that is full now need not be so when the run ends.
        if let Err(why) = match self.run.checkpoint().await {
            Ok(bytes) => self.folder.write(CHECKPOINT, &bytes).map(drop),
            Err(error) => Err(error.to_string()),
        } {
            note!("{why}");
        }
    }

    /// Saves what there is of a run that does not come to its end, and says how to go on with it.
    async fn save_checkpoint(&mut self) {
        let (step, steps) = (self.run.steps_done(), self.run.plan().steps);
        if step == 0 {
            return;
        }
        let written = match self.run.checkpoint().await {
            Ok(bytes) => self.folder.write_checkpoint(&bytes),
            Err(error) => Err(error.to_string()),
        };
        match written {
            Ok(path) => note!(
                "Step {step} of {steps} is kept. To go on: bunsen train --resume {}",
                path.display()
            ),
            Err(why) => note!("No checkpoint of step {step} could be kept: {why}"),
        }
    }
}
