//! The native command: trains a link, and fetches data.
//!
//! ```text
//! bunsen train 'model=lenet5&data=mnist' [--engine cpu|gpu] [--score-on mnist]
//! bunsen data mnist --into data
//! ```
//!
//! Data sets that have to be fetched are read from the folder that `BUNSEN_DATA` names, else from `data`.

#[cfg(all(not(target_family = "wasm"), any(feature = "fetch", test)))]
mod archive;
#[cfg(not(target_family = "wasm"))]
mod data;
#[cfg(not(target_family = "wasm"))]
mod train;

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["train", link, options @ ..] => train::run(link, options),
        ["data", name, "--into", folder] => data::fetch(name, folder.as_ref()),
        _ => Err(
            "Usage: bunsen train '<link>' [--engine cpu|gpu] [--score-on <data>], or bunsen data <name> --into <folder>."
                .into(),
        ),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(target_family = "wasm")]
fn main() {}
