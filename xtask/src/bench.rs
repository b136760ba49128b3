//! `cargo xtask bench`: training measured in a browser, beside the training of others.

use std::ffi::OsString;

use crate::Outcome;
use crate::browser;
use crate::npm;
use crate::places::Places;
use crate::run;
use crate::say::Voice;
use crate::setup;
use crate::wasm::{self, Build};

/// Builds both engines and the page, and runs the benchmark on them.
pub fn bench(places: &Places, arguments: &[OsString]) -> Outcome<String> {
    if let Some((subject, rest)) = arguments.split_first()
        && subject == "profile"
    {
        return profile(places, rest);
    }
    let voice = Voice::plain();
    let chromium = browser::find(voice)?;
    let toolchain = setup::tools(voice, places)?;
    setup::build(voice, places, &toolchain, &Build::ALL)?;
    voice.step("Measuring");
    let mut benchmark = npm::node();
    benchmark
        .arg("tests/bench/run.mjs")
        .args(arguments)
        .current_dir(&places.root)
        .env(browser::VARIABLE, chromium);
    if let Some(data) = &places.data {
        benchmark.env("BUNSEN_DATA", data);
    }
    run::run(
        voice,
        &mut benchmark,
        "The benchmark failed: the lines above say why.",
    )?;
    Ok("The benchmark is done.".to_owned())
}

/// Builds the CPU engine with its functions' names, and says in which of them a training step's time goes.
fn profile(places: &Places, arguments: &[OsString]) -> Outcome<String> {
    let voice = Voice::plain();
    let toolchain = setup::tools(voice, places)?;
    setup::build(voice, places, &toolchain, &[Build::Cpu, Build::Images])?;
    let folder = wasm::build_named(voice, places, &toolchain)?;
    voice.step("Profiling in Node");
    let mut script = npm::node();
    script
        .arg("tests/bench/profile/profile.mjs")
        .arg(folder)
        .args(arguments)
        .current_dir(&places.root);
    run::run(
        voice,
        &mut script,
        "The profile failed: the lines above say why.",
    )?;
    Ok("The profile is done.".to_owned())
}
