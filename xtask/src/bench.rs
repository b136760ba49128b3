//! `cargo xtask bench`: training measured in a browser, beside the training of others; and natively, by threads.

use std::ffi::OsString;

use crate::Result;
use crate::browser;
use crate::log::Log;
use crate::module::{self, Module};
use crate::npm;
use crate::paths::Paths;
use crate::process;
use crate::setup;
use crate::target_dir::Claim;

/// Builds both engines and the page, and runs the benchmark on them.
pub fn bench(paths: &Paths, arguments: &[OsString]) -> Result<String> {
    if let Some((subject, rest)) = arguments.split_first() {
        match subject.to_str() {
            Some("profile") => return profile(paths, rest),
            Some("threads") => return threads(paths, rest),
            _ => {}
        }
    }
    let log = Log::new();
    let chromium = browser::find(log)?;
    let _claim = setup::prepare(log, paths)?;
    setup::build(log, paths, &Module::ALL)?;
    log.step("Measuring");
    let mut benchmark = npm::node();
    benchmark
        .arg("tests/bench/run.mjs")
        .args(arguments)
        .current_dir(&paths.root)
        .env(browser::VARIABLE, chromium);
    if let Some(data) = &paths.data {
        benchmark.env("BUNSEN_DATA", data);
    }
    process::run(
        log,
        &mut benchmark,
        "The benchmark failed: the lines above say why.",
    )?;
    Ok("The benchmark is done.".to_owned())
}

/// Builds the native CPU engine, and measures what threads gain it.
fn threads(paths: &Paths, arguments: &[OsString]) -> Result<String> {
    let log = Log::new();
    let _claim = Claim::take(log, paths)?;
    log.step("Measuring natively (what does it is compiled first)");
    let mut benchmark = process::cargo(paths);
    benchmark
        .args(["bench", "--package", "bunsen", "--locked"])
        .args(["--bench", "training", "--"])
        .args(arguments);
    process::run(
        log,
        &mut benchmark,
        "The benchmark failed: the lines above say why.",
    )?;
    Ok("The benchmark is done.".to_owned())
}

/// Builds the CPU engine with its functions' names, and says in which of them a training step's time goes.
fn profile(paths: &Paths, arguments: &[OsString]) -> Result<String> {
    let log = Log::new();
    let _claim = setup::prepare(log, paths)?;
    setup::build(log, paths, &[Module::Cpu, Module::Images])?;
    let folder = module::build_named(log, paths)?;
    log.step("Profiling in Node");
    let mut script = npm::node();
    script
        .arg("tests/bench/profile/profile.mjs")
        .arg(folder)
        .args(arguments)
        .current_dir(&paths.root);
    process::run(
        log,
        &mut script,
        "The profile failed: the lines above say why.",
    )?;
    Ok("The profile is done.".to_owned())
}
