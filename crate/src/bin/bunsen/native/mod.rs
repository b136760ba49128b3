//! The command line, and what every command has in common: how it speaks, and how it ends.

#[cfg(any(feature = "fetch", test))]
mod archive;
mod arguments;
mod check;
mod custom_images;
mod data;
#[cfg(any(feature = "fetch", test))]
mod download;
#[cfg(any(feature = "fetch", test))]
mod download_progress;
#[cfg(feature = "fetch")]
mod fetch;
mod given;
mod interruption;
mod output;
mod predict;
mod progress;
mod recipes;
mod run_folder;
mod target;
mod train;
mod train_result;

use std::error::Error;
use std::process::ExitCode;

use bunsen::printable::printable_to;
use serde_json::json;

use arguments::{Arguments, Command};
use output::{note, say};

/// The exit status of a command line that cannot be understood.
const MISUSE: u8 = 2;

/// Of a line of help or of an error, so many characters are shown.
const LONGEST_LINE: usize = 1000;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = match arguments::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => return answer(&error),
    };
    if arguments.json {
        output::keep_for_json();
    }
    if let Err(why) = interruption::watch() {
        note!("A run that is interrupted will leave no checkpoint ({why}).");
    }
    run(&arguments).unwrap_or_else(|error| {
        note!("{error}");
        output::object(&json!({ "error": error.to_string() }));
        ExitCode::FAILURE
    })
}

/// Runs a command. The status is that of a failure where something that was compared is not as promised.
fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    match &arguments.command {
        Command::Train(options) => Ok(train::run(options)),
        Command::Check(options) => check::run(options),
        Command::Predict(options) => predict::run(options),
        Command::Recipes(options) => recipes::run(options).map(|()| ExitCode::SUCCESS),
        Command::Data(options) => data::run(options).map(|()| ExitCode::SUCCESS),
    }
}

/// Prints the help or the version, or what is wrong with the command line, which may hold anything.
fn answer(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let lines: Vec<_> = text
        .trim_end()
        .lines()
        .map(|line| printable_to(line, LONGEST_LINE))
        .collect();
    let text = lines.join("\n");
    if error.use_stderr() {
        note!("{text}");
        return ExitCode::from(MISUSE);
    }
    say!("{text}");
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests;
