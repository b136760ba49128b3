//! The command line: which command with which options. The package's command takes the same (`crate/js/command/`).

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use super::{check, data, predict, recipes, train};

const AFTER_HELP: &str = "\
A link is what stands behind the # in the page's address: quote it. Data sets are read from the folder that BUNSEN_DATA
names, else from data. A run that is interrupted leaves checkpoint.safetensors in its folder; one that is under way renews
it each minute.

The exit status is 0 where all went well and nothing that was compared differs, 1 where something failed or differs, 2
where the command cannot be understood, and 130 after Ctrl-C.";

/// Trains links, replays checked links and run files, answers images, lists named recipes, and fetches data.
#[derive(Debug, Parser)]
#[command(name = "bunsen", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    /// Which command.
    #[command(subcommand)]
    pub command: Command,
    /// Print one JSON object, and all else on the standard error
    #[arg(long, global = true)]
    pub json: bool,
}

/// A command and its options.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a link; write run.bunsen.json and weights.safetensors
    Train(train::Options),
    /// Replay checked links and run files, and say of each whether it is the same
    Check(check::Options),
    /// Answer images, the most doubtful first
    Predict(predict::Options),
    /// List the recipes that have a name, with their links
    Recipes(recipes::Options),
    /// Fetch a data set
    Data(data::Options),
}

/// An engine, by the name that the command line has for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum EngineName {
    /// The processor, with all its cores
    #[default]
    Cpu,
    /// The GPU, through Vulkan, Metal or Direct3D
    #[value(alias = "gpu")]
    Wgpu,
    /// An NVIDIA GPU, through CUDA
    Cuda,
}

/// Which engine computes, and with how many threads.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct EngineOptions {
    /// What computes
    #[arg(long, value_enum, default_value_t)]
    pub engine: EngineName,
    /// Threads of the CPU engine, which change no bit [default: one for each core]
    #[arg(long, visible_alias = "threads", value_name = "N", value_parser = count)]
    pub workers: Option<usize>,
}

/// What a run starts from besides its link.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct StartOptions {
    /// Own images, for a link with data=own: a folder or zip of them, or arrays with labels (IDX, npz, CSV)
    #[arg(long, value_name = "PATH")]
    pub own: Option<String>,
    /// The weights that the run starts from, saved by Bunsen or by PyTorch (safetensors)
    #[arg(long, value_name = "FILE")]
    pub weights: Option<String>,
}

fn count(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|count| *count > 0);
    number.ok_or_else(|| "a whole number from 1 up is allowed".to_owned())
}

/// Reads a command line.
///
/// # Errors
/// What is wrong with it, or that help or the version is asked for.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, clap::Error> {
    let arguments = Arguments::try_parse_from(arguments)?;
    let why = match &arguments.command {
        Command::Train(options) => options.misuse(),
        Command::Check(options) if options.targets.is_empty() => {
            Some("check takes links or run files, at least one.")
        }
        Command::Predict(options) if options.paths.len() < 2 => Some(predict::USAGE),
        _ => None,
    };
    match why {
        Some(why) => Err(Arguments::command().error(ErrorKind::WrongNumberOfValues, why)),
        None => Ok(arguments),
    }
}
