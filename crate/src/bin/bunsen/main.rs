//! The native command: trains links, replays checked links and run files, answers images, lists named recipes, and fetches data.
//!
//! ```text
//! bunsen train '<link>' [--engine cpu|wgpu|cuda] [--workers 4] [--score-on mnist] [--own folder, zip or arrays] [--out folder]
//! bunsen train --resume checkpoint.safetensors
//! bunsen check '<link or run file>'... [--engine cpu|wgpu|cuda] [--workers 4] [--own folder, zip or arrays]
//! bunsen predict weights.safetensors photos [--csv answers.csv] [--json] [--link '<link>']
//! bunsen recipes [lenet5]
//! bunsen data mnist --into data
//! ```
//!
//! Data sets that have to be fetched are read from the folder that `BUNSEN_DATA` names, else from `data`. The exit status
//! is 0 if all went well and nothing that was compared differs. What ends a training before its time leaves a checkpoint.
//! `bunsen help` says more.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[cfg(not(target_family = "wasm"))]
mod native;

#[cfg(not(target_family = "wasm"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(target_family = "wasm")]
fn main() {}
