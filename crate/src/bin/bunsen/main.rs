//! The native command: trains a link, and fetches data.
//!
//! ```text
//! bunsen train '<link>' [--engine cpu|wgpu|cuda] [--score-on mnist] [--own folder or zip] [--out folder]
//! bunsen check '<link or run file>'... [--engine cpu|wgpu|cuda] [--own folder or zip]
//! bunsen data mnist --into data
//! ```
//!
//! Data sets that have to be fetched are read from the folder that `BUNSEN_DATA` names, else from `data`. The exit status
//! is 0 where all went well and nothing that was compared differs.

#[cfg(all(not(target_family = "wasm"), any(feature = "fetch", test)))]
mod archive;
#[cfg(not(target_family = "wasm"))]
mod check;
#[cfg(not(target_family = "wasm"))]
mod data;
#[cfg(all(not(target_family = "wasm"), any(feature = "fetch", test)))]
mod download;
#[cfg(not(target_family = "wasm"))]
mod own;
#[cfg(not(target_family = "wasm"))]
mod replay;
#[cfg(not(target_family = "wasm"))]
mod train;

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match command(&words) {
        Ok(true) => std::process::ExitCode::SUCCESS,
        Ok(false) => std::process::ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_family = "wasm"))]
const USAGE: &str = "Usage: bunsen train '<link>' [--engine cpu|wgpu|cuda] [--score-on <data>] [--own <folder or zip>] [--out <folder>], \
    bunsen check '<link or run file>'... [--engine cpu|wgpu|cuda] [--own <folder or zip>], or bunsen data <name> --into <folder>.";

/// Does what the words say. Whether all that was compared is as promised.
#[cfg(not(target_family = "wasm"))]
fn command(words: &[&str]) -> Result<bool, Box<dyn std::error::Error>> {
    let (given, named) = split(words)?;
    let option = |name: &str| {
        named
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    };
    let allow = |allowed: &[&str]| match named.iter().find(|(name, _)| !allowed.contains(name)) {
        Some((name, _)) => Err(format!("{name} is no option here. {USAGE}")),
        None => Ok(()),
    };
    match given.as_slice() {
        ["train", link] => {
            allow(&["--engine", "--score-on", "--own", "--out"])?;
            let options = train::Options {
                engine: option("--engine"),
                score_on: option("--score-on"),
                own: option("--own"),
                out: option("--out"),
            };
            train::run(link, &options)
        }
        ["check", what @ ..] => {
            allow(&["--engine", "--own"])?;
            check::run(what, option("--engine").unwrap_or("cpu"), option("--own"))
        }
        ["data", name] => {
            allow(&["--into"])?;
            let folder = option("--into").ok_or(USAGE)?;
            data::fetch(name, folder.as_ref()).map(|()| true)
        }
        _ => Err(USAGE.into()),
    }
}

/// Options by name and value.
#[cfg(not(target_family = "wasm"))]
type Named<'a> = Vec<(&'a str, &'a str)>;

/// What stands without a name, and the options.
#[cfg(not(target_family = "wasm"))]
fn split<'a>(words: &[&'a str]) -> Result<(Vec<&'a str>, Named<'a>), String> {
    let (mut given, mut named) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if !word.starts_with("--") {
            given.push(*word);
        } else if let Some(value) = words.next() {
            named.push((*word, *value));
        } else {
            return Err(format!("{word} lacks its value. {USAGE}"));
        }
    }
    Ok((given, named))
}

#[cfg(target_family = "wasm")]
fn main() {}
