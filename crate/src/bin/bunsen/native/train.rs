//! `bunsen train`: trains a link and scores it.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use bunsen::lab::files::run_file::ScoreRecord;
use bunsen::lab::{Engine, Run};
use clap::ValueEnum as _;
use futures_lite::future::block_on;
use serde_json::json;

use super::arguments::{EngineName, EngineOptions, StartOptions};
use super::data;
use super::interruption::{self, interrupted, unless_interrupted};
use super::output::{self, loss_text, note, say, shell_word};
use super::progress::Progress;
use super::run_folder::{CHECKPOINT, RUN, RunFolder, WEIGHTS};
use super::target::{Target, engine_text, open_engine};
use super::train_result::{ScoreOn, Status, TrainResult};

/// The options of `bunsen train`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The link, quoted, or a run file
    #[arg(value_name = "LINK")]
    pub links: Vec<String>,
    /// What computes.
    #[command(flatten)]
    pub engine: EngineOptions,
    /// What the run starts from.
    #[command(flatten)]
    pub start: StartOptions,
    /// Where the files go: a folder that holds no run yet [default: the first of bunsen-1, bunsen-2, … that is not there]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<String>,
    /// The checkpoint to go on from, in its folder
    #[arg(long, value_name = "CHECKPOINT")]
    pub resume: Option<String>,
    /// Another data set, on whose test images the run is scored at its end
    #[arg(long, value_name = "DATA")]
    pub score_on: Option<String>,
}

impl Options {
    /// What is wrong with them together.
    pub fn misuse(&self) -> Option<&'static str> {
        let is_one = match self.links.len() {
            0 => self.resume.is_some(),
            links => links == 1,
        };
        (!is_one).then_some("train takes one link: quote it.")
    }
}

/// How long one pull should take: a signal and the progress wait until it ends.
const PULL: Duration = Duration::from_millis(250);

/// The most steps of one pull.
const MOST_STEPS_PER_PULL: u64 = 100;

/// How often the checkpoint is renewed.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(60);

/// The options that go on with a run takes again.
const REPEATED: [&str; 4] = ["engine", "workers", "own", "score-on"];

/// Trains the link, or that of the checkpoint, and prints its progress. The exit status says whether the run is as promised, if
/// the link is a checked one.
pub fn run(options: &Options) -> ExitCode {
    let mut result = TrainResult::default();
    let status = block_on(train(options, &mut result)).unwrap_or_else(|error| {
        note!("{error}");
        result.error = Some(error.to_string());
        ExitCode::FAILURE
    });
    output::object(&json!(result));
    status
}

async fn train(options: &Options, result: &mut TrainResult) -> Result<ExitCode, Box<dyn Error>> {
    let resume = options.resume.as_deref();
    let checkpoint = resume
        .map(|path| std::fs::read(path).map_err(|why| format!("{path} cannot be read ({why}).")));
    let checkpoint = checkpoint.transpose()?;
    let target = match (options.links.first(), &checkpoint) {
        (Some(link), _) => Target::parse(link)?,
        (None, Some(checkpoint)) => Target::of_checkpoint(checkpoint)?,
        (None, None) => return Err("train takes one link: quote it.".into()),
    };
    let engine = open_engine(&options.engine).await?;
    let resumed = resume.map(Path::new);
    let beside = resumed
        .and_then(Path::parent)
        .map(|folder| match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        });
    let out = options.out.as_deref().map(Path::new);
    let folder = RunFolder::prepare(out.or(beside), resumed)?;
    let run = target
        .start(&engine, &options.start, checkpoint.as_deref())
        .await?;
    // The training sees it, and ends at the end of a step.
    interruption::defer();
    let mut training = Training {
        run,
        folder,
        progress: Progress::new("training", "step"),
        options,
        result,
        is_scored: true,
        saved: Instant::now(),
    };
    training.introduce();
    let ended = training.train().await;
    training.progress.end();
    training.result.step = training.run.steps_done();
    if let (Ok(false), Some(interruption)) = (&ended, interrupted()) {
        if !interruption.sentence.is_empty() {
            note!("{interruption}");
            training.result.error = Some(interruption.sentence);
        }
        training.result.status = Status::Interrupted;
        training.save_checkpoint().await;
        return Ok(ExitCode::from(interruption.status));
    }
    let written = match ended {
        Ok(_) => training.write().await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        note!("{error}");
        training.result.error = Some(error.to_string());
        training.save_checkpoint().await;
        return Ok(ExitCode::FAILURE);
    }
    training.report().await
}

/// That there are more threads than a step can use.
fn idle_threads(engine: &Engine, shards: usize) -> Option<String> {
    let threads = engine.worker_pool.size();
    let used = match shards {
        1 => "1 shard, so 1 thread computes".to_owned(),
        _ => format!("{shards} shards, so {shards} threads compute"),
    };
    (threads > shards).then(|| {
        format!(
            "A batch is cut into {used} a step, and all {threads} compute scores. More shards in the link (shards=…) make it another run."
        )
    })
}

struct Training<'a> {
    run: Run,
    folder: RunFolder,
    progress: Progress,
    options: &'a Options,
    /// What is known of it.
    result: &'a mut TrainResult,
    /// Whether the last score was had.
    is_scored: bool,
    /// When the last checkpoint was written.
    saved: Instant,
}

impl Training<'_> {
    /// Prints what is trained, by what.
    fn introduce(&mut self) {
        let plan = *self.run.plan();
        let engine = self.run.engine().clone();
        let (link, data) = (self.run.recipe().link(), self.run.data().info.title.clone());
        let computes = engine_text(&engine.info());
        let (steps, batch) = (plan.steps, plan.batch_size);
        say!("{link}");
        say!("{data}, {steps} steps of {batch}, on {computes}");
        let notices = self.run.notices().into_iter();
        let notices: Vec<_> = notices.chain(idle_threads(&engine, plan.shards)).collect();
        notices.iter().for_each(|notice| note!("{notice}"));
        let result = &mut *self.result;
        (result.link, result.data, result.engine) = (Some(link), Some(data), Some(computes));
        (result.steps, result.notices) = (Some(steps), notices);
        result.folder = Some(self.folder.path().to_owned());
    }

    /// Trains to the end, or to an interruption. The result is whether the end was reached.
    async fn train(&mut self) -> Result<bool, Box<dyn Error>> {
        let plan = *self.run.plan();
        let score_steps = plan.score_steps();
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
            let reports = self.run.step(pull.min(next - done)).await?;
            let Some(last) = reports.last() else { break };
            let seconds = start.elapsed().as_secs_f64() / reports.len() as f64;
            pull = ((PULL.as_secs_f64() / seconds) as u64).clamp(1, MOST_STEPS_PER_PULL);
            self.result.loss = Some(last.loss);
            let loss = loss_text(f64::from(last.loss));
            let speed = last.images_per_second;
            let note = format!(", training loss {loss}, {speed:.0} images/s");
            self.progress.show(last.step, plan.steps, &note);
            if interrupted().is_some() {
                return Ok(last.step == plan.steps);
            }
            if last.step == next && !self.score().await {
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
        self.progress.end();
        self.is_scored = score.is_ok();
        let step = self.run.steps_done();
        let score = match score {
            Ok(score) => score,
            Err(error) => {
                let sentence = format!("step {step} has no score: {error}");
                note!("{sentence}");
                self.result.error = Some(sentence);
                return true;
            }
        };
        say!(
            "step {step}: {:.2} % of {} test images{}, test loss {}",
            100.0 * score.accuracy,
            score.examples,
            score.tta.words(),
            loss_text(score.loss)
        );
        self.result.scores.push(ScoreRecord {
            step,
            loss: score.loss,
            accuracy: score.accuracy,
            examples: score.examples as u64,
            tta: score.tta,
        });
        true
    }

    /// Writes the run file and the weights, after which no checkpoint is needed.
    async fn write(&mut self) -> Result<(), Box<dyn Error>> {
        let file = self.run.file(&self.result.scores).await?.to_json()?;
        self.folder.write(RUN, file.as_bytes())?;
        self.folder.write(WEIGHTS, &self.run.weights().await?)?;
        self.folder.remove_checkpoint();
        Ok(())
    }

    /// Prints what became of a run that is written.
    async fn report(&mut self) -> Result<ExitCode, Box<dyn Error>> {
        let check = self.run.check().await?;
        say!("check {check}");
        let folder = self.folder.path().display().to_string();
        say!("Written to {folder}: {RUN}, {WEIGHTS}.");
        self.result.check = Some(check);
        self.result.files = vec![RUN, WEIGHTS];
        let verdict = self.run.verdict();
        if let Some(verdict) = &verdict {
            say!("{verdict}");
            self.result.verdict = Some(verdict.into());
        }
        if let Some(score) = self.run.validate().await? {
            say!(
                "validation accuracy {:.2} % of {}{}, loss {}",
                100.0 * score.accuracy,
                score.examples,
                score.tta.words(),
                loss_text(score.loss)
            );
        }
        if let Some(name) = &self.options.score_on {
            let score = self.run.evaluate_on(&data::read(name, 0)?).await?;
            say!(
                "on {name}: {:.2} % of {} test images{}, test loss {}",
                100.0 * score.accuracy,
                score.examples,
                score.tta.words(),
                loss_text(score.loss)
            );
            self.result.score_on = Some(ScoreOn {
                data: name.clone(),
                loss: score.loss,
                accuracy: score.accuracy,
                examples: score.examples,
            });
        }
        if let Some(interruption) = interrupted() {
            self.result.status = Status::Interrupted;
            if !interruption.sentence.is_empty() {
                let sentence =
                    format!("{interruption} The run had come to its end: it is in {folder}.");
                note!("{sentence}");
                self.result.error = Some(sentence);
            }
            return Ok(ExitCode::from(interruption.status));
        }
        // Of a run that goes on from a checkpoint file, its first steps are compared with nothing.
        let as_promised = ["same", "same-in-part", "within", "from-file"];
        let is_as_promised = verdict
            .as_ref()
            .is_none_or(|verdict| as_promised.contains(&verdict.kind()));
        if is_as_promised && self.is_scored {
            self.result.status = Status::Done;
            return Ok(ExitCode::SUCCESS);
        }
        let verdict = verdict.map(|verdict| verdict.to_string());
        self.result.error = self.result.error.take().or(verdict);
        Ok(ExitCode::FAILURE)
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
            Ok(path) => {
                let command = self.command_from(&path);
                note!("Step {step} of {steps} is kept. To go on: {command}");
                self.result.checkpoint = Some(path);
            }
            Err(why) => note!("No checkpoint of step {step} could be kept: {why}"),
        }
    }

    /// The command that goes on from a checkpoint.
    fn command_from(&self, path: &Path) -> String {
        let (engine, start) = (&self.options.engine, &self.options.start);
        let name = engine.engine.to_possible_value();
        let name = name.map(|value| value.get_name().to_owned());
        let values = [
            name.filter(|_| engine.engine != EngineName::default()),
            engine.workers.map(|count| count.to_string()),
            start.own.clone(),
            self.options.score_on.clone(),
        ];
        let repeated = REPEATED.iter().zip(values);
        let repeated = repeated.filter_map(|(name, value)| Some((name, value?)));
        let words = repeated.map(|(name, value)| format!(" --{name} {}", shell_word(&value)));
        let path = path.display().to_string();
        let start = format!("bunsen train --resume {}", shell_word(&path));
        std::iter::once(start).chain(words).collect()
    }
}
