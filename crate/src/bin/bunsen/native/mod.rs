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
#[cfg(any(feature = "fetch", test))]
mod progress;
mod target;
mod train;

use std::error::Error;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt as _};

const USAGE: &str = "Usage: bunsen train '<link>' [--engine cpu|wgpu|cuda] [--score-on <data>] [--own <folder or zip>] [--out <folder>], \
    bunsen check '<link or run file>'... [--engine cpu|wgpu|cuda] [--own <folder or zip>], or bunsen data <name> --into <folder>.";

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    match Arguments::parse(Parser::from_env()).and_then(|arguments| run(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command. The result is whether all that was compared is as promised.
fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let positional: Vec<&str> = arguments.positional.iter().map(String::as_str).collect();
    match positional.as_slice() {
        ["train", link] => {
            arguments.allow(&["--engine", "--score-on", "--own", "--out"])?;
            let options = train::Options {
                engine: arguments.option("--engine"),
                score_on: arguments.option("--score-on"),
                own: arguments.option("--own"),
                out: arguments.option("--out"),
            };
            train::run(link, &options)
        }
        ["check", targets @ ..] => {
            arguments.allow(&["--engine", "--own"])?;
            let engine = arguments.option("--engine").unwrap_or("cpu");
            check::run(targets, engine, arguments.option("--own"))
        }
        ["data", name] => {
            arguments.allow(&["--into"])?;
            let folder = arguments.option("--into").ok_or(USAGE)?;
            data::fetch(name, folder.as_ref()).map(|()| true)
        }
        _ => Err(USAGE.into()),
    }
}

/// The arguments of the command line. Every option has a value.
#[derive(Default)]
struct Arguments {
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

    /// The value of an option, the first one if it is given twice.
    fn option(&self, name: &str) -> Option<&str> {
        let mut options = self.options.iter();
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
