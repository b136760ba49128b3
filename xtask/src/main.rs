//! `cargo xtask`: sets up, builds, serves, tests and measures Bunsen.
//!
//! It brings what is missing, says what it does while it does it, leaves alone what is done already, and ends with a
//! sentence. This file is the command line; each subject has its own file.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod audit;
mod bench;
mod browser;
mod build;
mod data;
mod debian;
mod files;
mod log;
mod module;
mod npm;
mod package_id;
mod paths;
mod process;
mod screenshots;
mod scripts;
mod serve;
mod setup;
mod site;
mod size;
mod target_dir;
mod test;
mod toolchain;
mod vulkan;

use std::ffi::OsString;
use std::num::NonZeroU16;
use std::path::Path;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};

use paths::Paths;

/// A result, or a sentence for a person: what was wrong, where, what would be right.
type Result<T, E = String> = std::result::Result<T, E>;

const HELP: &str = "\
cargo xtask <command>

  serve [--port N]   build the page and serve it on this machine; the GPU engine follows while you play
  test [--long]      everything that has to pass: the crates, the types, the page in a real browser; --long also what
                     takes long: the papers' networks in their own size, every network on a GPU's software adapter
  build [--cpu]      the npm package (pkg/) and the site (dist/); --cpu leaves the GPU engine out
  bench [...]        a training step on each engine beside other libraries, time to accuracy and more, in a browser;
                     `bench threads` natively, by one thread and by several
  screenshots [...]  every view of the page in pictures, narrow to wide, light and dark, and what is wrong with them;
                     `screenshots moving` takes the README's moving picture instead
  data <name>        fetch mnist, fashion or cifar10 into data/, for serve and for the site
  advisories <clone> renew advisories.toml from a clone of the RustSec database
  help               this list

Each command brings what it needs: the wasm target and the npm packages; test, bench and screenshots also a Chromium, and
test what it needs besides, as Debian packages, which it names before it installs them, and where it is run by root alone.

  BUNSEN_DATA             a folder that has the data sets already (in it: mnist/, fashion-mnist/, cifar-10/)
  BUNSEN_CHROMIUM         the Chromium or Chrome to test with
  CARGO_TARGET_DIR        where build files go (else a folder in your cache folder)";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Serve { port: Option<NonZeroU16> },
    Test { long: bool },
    Build { cpu_only: bool },
    Bench(Vec<OsString>),
    Screenshots(Vec<OsString>),
    Data(String),
    Advisories(OsString),
    Help,
}

fn main() -> ExitCode {
    let command = parse(Parser::from_env()).map_err(|why| {
        let why = why.to_string();
        let end = if why.ends_with('.') { "" } else { "." };
        format!("{why}{end} `cargo xtask help` lists the commands.")
    });
    match command.and_then(perform) {
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
fn parse(mut parser: Parser) -> Result<Command, lexopt::Error> {
    let name = match parser.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Command::Help),
        Some(Arg::Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected()),
    };
    let command = match name.as_str() {
        "serve" => Command::Serve {
            port: match parser.next()? {
                None => None,
                Some(Arg::Long("port")) => Some(parser.value()?.parse()?),
                Some(other) => return Err(other.unexpected()),
            },
        },
        "test" => Command::Test {
            long: flag(&mut parser, "long")?,
        },
        "build" => Command::Build {
            cpu_only: flag(&mut parser, "cpu")?,
        },
        "bench" => Command::Bench(parser.raw_args()?.collect()),
        "screenshots" => Command::Screenshots(parser.raw_args()?.collect()),
        "data" => match parser.next()? {
            Some(Arg::Value(name)) => Command::Data(name.string()?),
            Some(other) => return Err(other.unexpected()),
            None => return Err("`data` needs the name of a data set: mnist, say".into()),
        },
        "advisories" => match parser.next()? {
            Some(Arg::Value(clone)) => Command::Advisories(clone),
            Some(other) => return Err(other.unexpected()),
            None => return Err("`advisories` needs a clone of the RustSec database".into()),
        },
        "help" => return Ok(Command::Help),
        other => return Err(format!("`{other}` is no command that xtask knows").into()),
    };
    match parser.next()? {
        None => Ok(command),
        Some(other) => Err(other.unexpected()),
    }
}

/// Whether an option follows that has no value.
fn flag(parser: &mut Parser, name: &str) -> Result<bool, lexopt::Error> {
    match parser.next()? {
        None => Ok(false),
        Some(Arg::Long(found)) if found == name => Ok(true),
        Some(other) => Err(other.unexpected()),
    }
}

/// Carries a command out, and gives the sentence to end with.
fn perform(command: Command) -> Result<String> {
    let paths = Paths::find();
    match command {
        Command::Help => Ok(HELP.to_owned()),
        Command::Serve { port } => serve::serve(&paths?, port.map(NonZeroU16::get)),
        Command::Test { long } => test::test(&paths?, long),
        Command::Build { cpu_only } => build::build(&paths?, cpu_only),
        Command::Bench(arguments) => bench::bench(&paths?, &arguments),
        Command::Screenshots(views) => screenshots::screenshots(&paths?, &views),
        Command::Data(name) => data::fetch(&paths?, &name),
        Command::Advisories(clone) => audit::update_advisories(&paths?, Path::new(&clone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command> {
        parse(Parser::from_args(line.split_whitespace())).map_err(|why| why.to_string())
    }

    #[test]
    fn commands_are_read() {
        let commands = [
            ("", Command::Help),
            (
                "serve --port 8080",
                Command::Serve {
                    port: NonZeroU16::new(8080),
                },
            ),
            (
                "serve --port=8080",
                Command::Serve {
                    port: NonZeroU16::new(8080),
                },
            ),
            ("serve", Command::Serve { port: None }),
            ("test", Command::Test { long: false }),
            ("test --long", Command::Test { long: true }),
            ("build --cpu", Command::Build { cpu_only: true }),
            (
                "bench time --runs 2",
                Command::Bench(["time", "--runs", "2"].map(Into::into).into()),
            ),
            (
                "screenshots start",
                Command::Screenshots(vec!["start".into()]),
            ),
            ("data mnist", Command::Data("mnist".to_owned())),
            ("advisories db", Command::Advisories("db".into())),
            ("help", Command::Help),
        ];
        for (line, command) in commands {
            assert_eq!(read(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "srve",
            "serve --port",
            "serve --port 0",
            "serve --port 70000",
            "serve 8080",
            "test --short",
            "test --long --long",
            "build --gpu",
            "data",
            "data --help",
            "data mnist fashion",
            "advisories",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
