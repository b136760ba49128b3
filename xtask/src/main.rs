//! `cargo xtask`: sets up, builds, serves, tests and measures Bunsen.
//!
//! It brings what is missing, says what it does while it does it, leaves alone what is done already, and ends with a
//! sentence. This file is the command line; each subject has its own file.

mod bench;
mod browser;
mod build;
mod data;
mod debian;
mod npm;
mod places;
mod run;
mod say;
mod screenshots;
mod scripts;
mod serve;
mod setup;
mod shared;
mod site;
mod size;
mod stamp;
mod test;
mod toolchain;
mod wasm;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use places::Places;

/// A result, or a sentence for a person: what was wrong, where, what would be right.
type Outcome<T> = Result<T, String>;

const HELP: &str = "\
cargo xtask <command>

  serve [--port N]   build the page and serve it on this machine; the GPU engine follows while you play
  test [--long]      everything that has to pass: the crates, the types, the page in a real browser; --long also what
                     takes long: the papers' networks in their own size, every network on a GPU's software adapter
  build [--cpu]      the npm package (pkg/) and the site (dist/); --cpu leaves the GPU engine out
  bench [...]        a training step on each engine beside other libraries, time to accuracy and more, in a browser
  screenshots [...]  every view of the page in pictures, narrow to wide, light and dark, and what is wrong with them
  data <name>        fetch mnist, fashion or cifar10 into data/, for serve and for the site
  help               this list

Each command brings what it needs: the wasm target, the npm packages, for test, bench and screenshots a Chromium.

  BUNSEN_DATA             a folder that has the data sets already (in it: mnist/, fashion-mnist/, cifar-10/)
  BUNSEN_CHROMIUM         the Chromium or Chrome to test with
  BUNSEN_WASM_TOOLCHAIN   rustup or debian: where the compiler for wasm comes from
  CARGO_TARGET_DIR        where build files go (else a folder in your cache folder)";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Serve { port: Option<u16> },
    Test { long: bool },
    Build { cpu_only: bool },
    Bench(Vec<OsString>),
    Screenshots(Vec<OsString>),
    Data(String),
    Help,
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match task(&arguments).and_then(perform) {
        Ok(sentence) => {
            println!("{sentence}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line.
fn task(arguments: &[OsString]) -> Outcome<Task> {
    let words: Vec<&str> = arguments
        .iter()
        .map(|argument| argument.to_str().unwrap_or("?"))
        .collect();
    match words.as_slice() {
        [] | ["help" | "--help" | "-h", ..] => Ok(Task::Help),
        ["serve"] => Ok(Task::Serve { port: None }),
        ["serve", "--port", port] => match port.parse() {
            Ok(port) if port > 0 => Ok(Task::Serve { port: Some(port) }),
            _ => Err(format!(
                "--port is `{port}`. It has to be a number from 1 to 65535."
            )),
        },
        ["test"] => Ok(Task::Test { long: false }),
        ["test", "--long"] => Ok(Task::Test { long: true }),
        ["build"] => Ok(Task::Build { cpu_only: false }),
        ["build", "--cpu"] => Ok(Task::Build { cpu_only: true }),
        ["bench", ..] => Ok(Task::Bench(arguments.get(1..).unwrap_or_default().to_vec())),
        ["screenshots", ..] => Ok(Task::Screenshots(
            arguments.get(1..).unwrap_or_default().to_vec(),
        )),
        ["data", name] if !name.starts_with('-') => Ok(Task::Data((*name).to_owned())),
        ["data"] => {
            Err("`data` needs the name of a data set: `cargo xtask data mnist`.".to_owned())
        }
        _ => Err(format!(
            "`{}` is no command that xtask knows. `cargo xtask help` lists them.",
            words.join(" ")
        )),
    }
}

/// Does it, and gives the sentence to end with.
fn perform(task: Task) -> Outcome<String> {
    if task == Task::Help {
        return Ok(HELP.to_owned());
    }
    let places = Places::find()?;
    match task {
        Task::Help => Ok(HELP.to_owned()),
        Task::Serve { port } => serve::serve(&places, port),
        Task::Test { long } => test::test(&places, long),
        Task::Build { cpu_only } => build::build(&places, cpu_only),
        Task::Bench(arguments) => bench::bench(&places, &arguments),
        Task::Screenshots(views) => screenshots::screenshots(&places, &views),
        Task::Data(name) => data::fetch(&places, &name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Outcome<Task> {
        task(
            &line
                .split_whitespace()
                .map(OsString::from)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn commands_are_read() {
        assert_eq!(read(""), Ok(Task::Help));
        assert_eq!(
            read("serve --port 8080"),
            Ok(Task::Serve { port: Some(8080) })
        );
        assert_eq!(read("test"), Ok(Task::Test { long: false }));
        assert_eq!(read("test --long"), Ok(Task::Test { long: true }));
        assert_eq!(read("build --cpu"), Ok(Task::Build { cpu_only: true }));
        assert_eq!(read("bench time"), Ok(Task::Bench(vec!["time".into()])));
        assert_eq!(
            read("screenshots start"),
            Ok(Task::Screenshots(vec!["start".into()]))
        );
        assert_eq!(read("data mnist"), Ok(Task::Data("mnist".to_owned())));
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for line in [
            "srve",
            "serve --port",
            "serve --port 0",
            "serve --port 70000",
            "test --short",
            "build --gpu",
            "data",
            "data --help",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
