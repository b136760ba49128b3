//! The command line: which command with which options.

#[cfg(any(feature = "fetch", test))]
mod archive;
mod check;
mod custom_images;
mod data;
#[cfg(any(feature = "fetch", test))]
mod download;
#[cfg(feature = "fetch")]
mod fetch;
mod given;
mod interruption;
mod output;
mod predict;
#[cfg(any(feature = "fetch", test))]
mod progress;
mod recipes;
mod run_folder;
mod target;
mod train;

use std::error::Error;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt as _};

use output::{note, say};

const USAGE: &str = "\
Usage:
  bunsen train '<link>' [--engine cpu|wgpu|cuda] [--workers <n>] [--score-on <data>] [--own <folder, zip or arrays>] [--weights <file>] [--out <folder>]
  bunsen train --resume <checkpoint>
  bunsen check '<link or run file>'... [--engine cpu|wgpu|cuda] [--workers <n>] [--own <folder, zip or arrays>] [--weights <file>]
  bunsen predict <weights or checkpoint> <folder, zip or image>... [--csv <file>] [--json] [--link '<link>']
  bunsen recipes [<network>]
  bunsen data <name> --into <folder>

The exit status is 0 where all went well and nothing that was compared differs, and 130 after Ctrl-C.";

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    if let Err(why) = interruption::watch() {
        note!("A run that is interrupted will leave no checkpoint ({why}).");
    }
    match Arguments::parse(Parser::from_env()).and_then(|arguments| run(&arguments)) {
        Ok(status) => status,
        Err(error) => {
            note!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command. The status is that of a failure where something that was compared is not as promised.
fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    if arguments.wants_help {
        say!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let positional: Vec<&str> = arguments.positional.iter().map(String::as_str).collect();
    match positional.as_slice() {
        ["train", links @ ..] if links.len() < 2 => {
            arguments.allow(&[
                "--engine",
                "--workers",
                "--score-on",
                "--own",
                "--weights",
                "--out",
                "--resume",
            ])?;
            let options = train::Options {
                engine: arguments.option("--engine"),
                workers: arguments.option("--workers"),
                score_on: arguments.option("--score-on"),
                own: arguments.option("--own"),
                out: arguments.option("--out"),
                resume: arguments.option("--resume"),
                weights: arguments.option("--weights"),
            };
            train::run(links.first().copied(), &options)
        }
        ["check", targets @ ..] => {
            arguments.allow(&["--engine", "--workers", "--own", "--weights"])?;
            let options = check::Options {
                engine: arguments.option("--engine"),
                workers: arguments.option("--workers"),
                own: arguments.option("--own"),
                weights: arguments.option("--weights"),
            };
            check::run(targets, &options)
        }
        ["predict", weights, paths @ ..] if !paths.is_empty() => {
            arguments.allow(&["--csv", "--json", "--link"])?;
            let options = predict::Options {
                csv: arguments.option("--csv"),
                json: arguments.option("--json").is_some(),
                link: arguments.option("--link"),
            };
            predict::run(weights, paths, &options)
        }
        ["recipes", models @ ..] if models.len() < 2 => {
            arguments.allow(&[])?;
            recipes::run(models.first().copied()).map(|()| ExitCode::SUCCESS)
        }
        ["data", name] => {
            arguments.allow(&["--into"])?;
            let folder = arguments.option("--into").ok_or(USAGE)?;
            data::fetch(name, folder.as_ref()).map(|()| ExitCode::SUCCESS)
        }
        ["recipes", ..] => Err("recipes takes one network, or none for all of them.".into()),
        ["predict", ..] => Err(predict::USAGE.into()),
        ["train", ..] => Err("train takes one link: quote it.".into()),
        [] | ["data", ..] => Err(USAGE.into()),
        [name, ..] => Err(format!("There is no command {name:?}.\n{USAGE}").into()),
    }
}

/// The arguments of the command line. Every option but `--help` and `--json` has a value.
#[derive(Default)]
struct Arguments {
    wants_help: bool,
    positional: Vec<String>,
    /// Names with their dashes, and values.
    options: Vec<(String, String)>,
}

impl Arguments {
    fn parse(mut parser: Parser) -> Result<Self, Box<dyn Error>> {
        let mut arguments = Arguments::default();
        while let Some(argument) = parser.next()? {
            let name = match argument {
                Arg::Value(value) => {
                    arguments.positional.push(value.string()?);
                    continue;
                }
                Arg::Long("help") | Arg::Short('h') => {
                    arguments.wants_help = true;
                    continue;
                }
                Arg::Long("json") => {
                    arguments.options.push(("--json".to_owned(), String::new()));
                    continue;
                }
                Arg::Long(name) => format!("--{name}"),
                Arg::Short(name) => format!("-{name}"),
            };
            let value = parser
                .value()
                .map_err(|_| format!("{name} lacks its value. {USAGE}"))?;
            arguments.options.push((name, value.string()?));
        }
        Ok(arguments)
    }

    /// The value of an option, the last one if it is given twice, as of the package's command.
    fn option(&self, name: &str) -> Option<&str> {
        let mut options = self.options.iter().rev();
        let (_, value) = options.find(|(given, _)| given == name)?;
        Some(value)
    }

    /// Checks that no other options are given.
    fn allow(&self, allowed: &[&str]) -> Result<(), String> {
        let mut options = self.options.iter();
        match options.find(|(name, _)| !allowed.contains(&name.as_str())) {
            Some((name, _)) => Err(format!("{name} is no option here. {USAGE}")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
