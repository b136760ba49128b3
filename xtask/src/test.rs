//! `cargo xtask test`: everything that has to pass.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::browser;
use crate::npm;
use crate::places::Places;
use crate::run;
use crate::say::{self, Voice};
use crate::scripts;
use crate::setup;
use crate::site;
use crate::size::{self, Measure};
use crate::wasm::Build;

/// What became of each check.
#[derive(Default)]
struct Tally {
    passed: Vec<&'static str>,
    failed: Vec<String>,
    skipped: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &'static str, outcome: Outcome<()>) {
        match outcome {
            Ok(()) => self.passed.push(name),
            Err(why) => {
                Voice::plain().note(&why);
                self.failed
                    .push(format!("{name} ({})", why.trim_end_matches('.')));
            }
        }
    }

    fn skip(&mut self, name: &str, why: &str) {
        Voice::plain().note(&format!("Skipped: {name}, {why}."));
        self.skipped.push(format!("{name} ({why})"));
    }

    /// The summary: a sentence where all is well, an error where it is not.
    fn conclude(&self, seconds: u64) -> Outcome<String> {
        let list = |title: &str, names: &[String]| {
            if names.is_empty() {
                String::new()
            } else {
                format!(" {title}: {}.", names.join(", "))
            }
        };
        let passed: Vec<String> = self.passed.iter().map(ToString::to_string).collect();
        let all = format!(
            "{}{}{} It took {}.",
            list("Failed", &self.failed),
            list("Passed", &passed),
            list("Skipped", &self.skipped),
            say::duration(seconds)
        );
        if self.failed.is_empty() {
            Ok(all.trim().to_owned())
        } else {
            Err(all.trim().to_owned())
        }
    }
}

/// The packages whose code is held to all rules.
const OURS: [&str; 3] = [
    "--package=bunsen",
    "--package=bunsen-images",
    "--package=xtask",
];

/// The crates that are tested, always all of them: cargo compiles what they depend on anew for some of them alone.
///
/// The bindings program has no tests of its own: it is put to the test whenever the module is built.
const CRATES: [&str; 4] = ["--workspace", "--exclude", "bindings", "--locked"];

/// The test that compares the papers' networks in their own size.
const ORIGINALS: &str = "zoo::pytorch::originals_answer_as_torchvisions";

/// Sets up and builds what the tests need, then runs them all: one that fails does not hide the others.
///
/// `long` adds what takes too long for every change.
pub fn test(places: &Places, long: bool) -> Outcome<String> {
    let (voice, clock) = (Voice::plain(), Instant::now());
    let chromium = browser::find(voice)?;
    browser::others(voice);
    let toolchain = setup::tools(voice, places)?;
    let mut tally = Tally::default();

    if has(places, "fmt") {
        voice.step("Checking the format of the Rust code");
        let failure = "`cargo fmt` would change files";
        tally.add(
            "format",
            run::run(
                voice,
                run::cargo(places).args(["fmt", "--all", "--check"]),
                failure,
            ),
        );
    } else {
        tally.skip("format", "rustfmt is not installed");
    }

    setup::build(voice, places, &toolchain, &Build::ALL)?;
    for (build, name) in [
        (Build::Cpu, "size of the CPU module"),
        (Build::Images, "size of the images module"),
        (Build::Gpu, "size of the GPU module"),
    ] {
        tally.add(name, size::check(voice, places, build, Measure::Gzip));
    }
    tally.add("size of the page's scripts", scripts::check(voice, places));
    tally.add("types", site::check_types(voice, places));

    if has(places, "clippy") {
        voice.step("Linting the Rust code");
        let mut clippy = run::cargo(places);
        clippy.args(["clippy", "--locked"]).args(OURS);
        clippy.args(["--", "-D", "warnings"]);
        tally.add("lint", run::run(voice, &mut clippy, "clippy has warnings"));
    } else {
        tally.skip("lint", "clippy is not installed");
    }

    voice.step("Checking the documentation of the Rust code");
    let mut doc = run::cargo(places);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    doc.args(["doc", "--no-deps", "--locked"]).args(OURS);
    let failure = "rustdoc has warnings";
    tally.add("documentation", run::run(voice, &mut doc, failure));

    rust(voice, places, &mut tally);
    if long {
        originals(voice, places, &mut tally);
    }
    node(voice, places, &chromium, long, &mut tally);
    tally.conclude(clock.elapsed().as_secs())
}

/// The tests of the crates.
fn rust(voice: Voice, places: &Places, tally: &mut Tally) {
    voice.step("Testing the crates");
    let failure = "see the failures above";
    let nextest = has(places, "nextest");
    let words: &[&str] = if nextest {
        &["nextest", "run", "--no-fail-fast"]
    } else {
        &["test", "--no-fail-fast"]
    };
    let mut tests = run::cargo(places);
    data(tests.args(words).args(CRATES), places);
    tally.add("crate tests", run::run(voice, &mut tests, failure));
    if nextest {
        // nextest leaves the examples in the documentation out.
        let mut examples = run::cargo(places);
        examples.args(["test", "--doc", "--package", "bunsen", "--locked"]);
        tally.add(
            "documentation tests",
            run::run(voice, &mut examples, failure),
        );
    }
}

/// The networks in their papers' size against torchvision's answers: minutes, and 2 GB of memory.
fn originals(voice: Voice, places: &Places, tally: &mut Tally) {
    voice.step("Comparing the originals with torchvision's");
    let mut tests = run::cargo(places);
    tests.args(["test", "--lib"]).args(CRATES);
    tests.args(["--", "--ignored", "--exact", ORIGINALS]);
    let outcome = run::run(voice, &mut tests, "see the failures above");
    tally.add("originals", outcome);
}

/// The tests that Node runs: of the page in a browser, and of the benchmark's arithmetic.
fn node(voice: Voice, places: &Places, chromium: &Path, long: bool, tally: &mut Tally) {
    for (name, folder) in [
        ("benchmark tests", "tests/bench"),
        ("browser tests", "tests/browser"),
    ] {
        let files = test_files(&places.root.join(folder));
        if files.is_empty() {
            tally.skip(name, &format!("there are none in {folder}"));
            continue;
        }
        voice.step(&format!("Running the {name}"));
        let mut tests = npm::node();
        let files = files
            .iter()
            .map(|file| file.strip_prefix(&places.root).unwrap_or(file));
        tests
            .args(["--test", "--test-concurrency=1"])
            .args(files)
            .env(browser::VARIABLE, chromium);
        // Some of them build the crate's examples: in the target directory of the crate's tests.
        run::cargo_setting(&mut tests, places);
        if long {
            tests.env("BUNSEN_LONG", "1");
        }
        data(&mut tests, places);
        let failure = "see the failures above";
        tally.add(name, run::run(voice, &mut tests, failure));
    }
}

/// Tells a test where the data sets are, or that there are none.
fn data(command: &mut Command, places: &Places) {
    match &places.data {
        Some(folder) => command.env("BUNSEN_DATA", folder),
        None => command.env_remove("BUNSEN_DATA"),
    };
}

/// All `*.test.mjs` in a folder, in the order of their names.
fn test_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.file_name()
                .and_then(OsStr::to_str)
                .is_some_and(|name| name.ends_with(".test.mjs"))
        })
        .collect();
    files.sort();
    files
}

/// Whether cargo has a command.
fn has(places: &Places, command: &str) -> bool {
    run::answer(run::cargo(places).args([command, "--version"])).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cargo runs none, and is content, where a test of that name is not there.
    #[test]
    fn the_long_test_is_there() {
        let (module, name) = ORIGINALS.rsplit_once("::").unwrap();
        assert_eq!(module, "zoo::pytorch");
        let source = include_str!("../../crate/src/zoo/pytorch.rs");
        let ignored = source.split("#[ignore").nth(1).unwrap();
        let tested = ignored.lines().nth(1).unwrap();
        assert_eq!(tested, format!("fn {name}() {{"));
    }

    #[test]
    fn the_summary_says_what_ran_and_what_did_not() {
        let mut tally = Tally::default();
        tally.add("types", Ok(()));
        tally.skip("lint", "clippy is not installed");
        assert_eq!(
            tally.conclude(61),
            Ok(
                "Passed: types. Skipped: lint (clippy is not installed). It took 1 min 1 s."
                    .to_owned()
            )
        );
        tally.add("format", Err("`cargo fmt` would change files.".to_owned()));
        let summary = tally.conclude(2).unwrap_err();
        assert!(
            summary.starts_with("Failed: format (`cargo fmt` would change files). Passed: types."),
            "{summary}"
        );
    }
}
