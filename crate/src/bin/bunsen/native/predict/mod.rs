//! `bunsen predict`: a trained network's answers to images in files. The package's command does the same (`crate/js/command/predict.ts`): for the
//! same files both write the same bytes.
//!
//! - [`files`]: what is to be answered; [`answer`]: the answers, by doubt; [`doubt`]: what they are worth
//! - [`words`]: what is printed; [`written`]: CSV and JSON

mod answer;
mod doubt;
mod files;
mod words;
mod written;

use std::error::Error;
use std::fs::OpenOptions;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use bunsen::lab::files::tensor_file::TensorFile;
use bunsen::lab::files::weights_file::WeightsFile;
use bunsen::lab::run::load::stand_in;
use bunsen::lab::{Engine, Run};
use bunsen::printable::printable;
use bunsen::recipe::{DigestPrefix, Recipe};
use bunsen::registry;
use futures_lite::future::block_on;

use super::output::{self, note, say};

/// What the command lacks without its arguments.
pub const USAGE: &str =
    "predict takes a file of weights or a checkpoint, then a folder, a zip or images.";

/// The options of `bunsen predict`.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The weights of a run, or its checkpoint; then folders, zips or images
    #[arg(value_names = ["WEIGHTS", "IMAGES"])]
    pub paths: Vec<String>,
    /// Write all answers into this file, as a table
    #[arg(long, value_name = "FILE")]
    pub csv: Option<String>,
    /// The link of the network, where the file of weights does not say it
    #[arg(long)]
    pub link: Option<String>,
}

/// Answers all images, and prints or writes the answers.
///
/// # Errors
/// What is wrong with the weights, the files or the options.
pub fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let Some((weights, paths)) = options.paths.split_first() else {
        return Err(USAGE.into());
    };
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    block_on(predict(weights, &paths, options))
}

async fn predict(
    weights: &str,
    paths: &[&str],
    options: &Options,
) -> Result<ExitCode, Box<dyn Error>> {
    let (run, classes) = load(weights, options.link.as_deref()).await?;
    let csv = options.csv.as_deref();
    let files = files::list(paths)?;
    if let Some(csv) = csv {
        require_writable(csv)?;
    }
    let answers = answer::answer_all(&run, classes, &files).await?;
    if answers.answers.is_empty() {
        return Err(words::nothing_to_answer(&answers.unread).into());
    }
    if let Some(csv) = csv {
        std::fs::write(csv, written::csv(&answers)).map_err(|why| unwritable(csv, &why))?;
    }
    if !answers.unread.is_empty() {
        note!("{}", words::unread_text(&answers.unread));
    }
    answers.notices.iter().for_each(|notice| note!("{notice}"));
    match output::is_for_json() {
        true => output::print(format_args!("{}", written::json(&answers))),
        false => say!("{}", words::table(&answers, csv)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The network of a file of weights, and the names of its classes: it answers, and needs no data.
async fn load(path: &str, link: Option<&str>) -> Result<(Run, Vec<String>), Box<dyn Error>> {
    let shown = printable(path);
    let bytes = std::fs::read(path).map_err(|why| format!("{shown} cannot be read ({why})."))?;
    let link = match link {
        Some(link) => Some(link.to_owned()),
        None => link_in(&bytes),
    };
    let Some(link) = link else {
        // A file that cannot be read at all is called so.
        WeightsFile::open(&bytes).map_err(|why| format!("{shown}: {why}"))?;
        return Err(format!(
            "{shown} does not say which network its weights are of: give weights.safetensors or a checkpoint that Bunsen wrote, or name the network with --link."
        )
        .into());
    };
    let recipe = untrained(registry::parse(&link)?.recipe);
    let described = WeightsFile::open(&bytes)?.described();
    let data = Arc::new(stand_in(&recipe, described.normalization)?);
    let engine = Engine::cpu();
    let mut run = Run::start(&engine, recipe, data).await?;
    run.load_weights(&bytes)?;
    let numbered = &run.data().info.classes;
    let named = described
        .classes
        .filter(|named| named.len() == numbered.len());
    let classes = named.unwrap_or_else(|| numbered.clone());
    let classes = classes.iter().map(|name| printable(name)).collect();
    Ok((run, classes))
}

/// The link in the header of a file.
fn link_in(bytes: &[u8]) -> Option<String> {
    let file = TensorFile::open(bytes).ok()?;
    file.entry("link").ok().map(str::to_owned)
}

/// The recipe of a run that is not trained: how many examples it would train on is nothing to it, nor from which weights.
fn untrained(mut recipe: Recipe) -> Recipe {
    (recipe.subset, recipe.val, recipe.freeze) = (0, 0, 0);
    recipe.init = DigestPrefix::NONE;
    recipe
}

/// Refuses a file that could not be written, before anything is answered.
fn require_writable(path: &str) -> Result<(), String> {
    let is_new = !Path::new(path).exists();
    let opened = OpenOptions::new().append(true).create(true).open(path);
    opened.map_err(|why| unwritable(path, &why))?;
    if is_new {
        // It was made by this alone; what cannot be removed is written over.
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

fn unwritable(path: &str, why: &std::io::Error) -> String {
    format!("{} cannot be written ({why}).", printable(path))
}
