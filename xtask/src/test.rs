//! `cargo xtask test`: everything that has to pass.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::Result;
use crate::browser;
use crate::log::{self, Log};
use crate::module::Module;
use crate::npm;
use crate::paths::Paths;
use crate::process;
use crate::scripts;
use crate::setup;
use crate::site;
use crate::size::{self, Measure};

/// What became of each check.
#[derive(Default)]
struct Tally {
    passed: Vec<&'static str>,
    failed: Vec<String>,
    skipped: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &'static str, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.passed.push(name),
            Err(why) => {
                Log::plain().note(&why);
                self.failed
                    .push(format!("{name} ({})", why.trim_end_matches('.')));
            }
        }
    }

    fn skip(&mut self, name: &str, why: &str) {
        Log::plain().note(&format!("Skipped: {name}, {why}."));
        self.skipped.push(format!("{name} ({why})"));
    }

    /// The summary: a sentence where all is well, an error where it is not.
    fn conclude(&self, seconds: u64) -> Result<String> {
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
            log::duration(seconds)
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
pub fn test(paths: &Paths, long: bool) -> Result<String> {
    let (log, clock) = (Log::plain(), Instant::now());
    let chromium = browser::find(log)?;
    browser::others(log);
    setup::prepare(log, paths)?;
    let mut tally = Tally::default();

    if has(paths, "fmt") {
        log.step("Checking the format of the Rust code");
        let failure = "`cargo fmt` would change files";
        tally.add(
            "format",
            process::run(
                log,
                process::cargo(paths).args(["fmt", "--all", "--check"]),
                failure,
            ),
        );
    } else {
        tally.skip("format", "rustfmt is not installed");
    }

    setup::build(log, paths, &Module::ALL)?;
    for (build, name) in [
        (Module::Cpu, "size of the CPU module"),
        (Module::Images, "size of the images module"),
        (Module::Gpu, "size of the GPU module"),
    ] {
        tally.add(name, size::check(log, paths, build, Measure::Gzip));
    }
    tally.add("size of the page's scripts", scripts::check(log, paths));
    tally.add("types", site::check_types(log, paths));

    if has(paths, "clippy") {
        log.step("Linting the Rust code");
        let mut clippy = process::cargo(paths);
        clippy.args(["clippy", "--locked"]).args(OURS);
        clippy.args(["--", "-D", "warnings"]);
        tally.add(
            "lint",
            process::run(log, &mut clippy, "clippy has warnings"),
        );
    } else {
        tally.skip("lint", "clippy is not installed");
    }

    log.step("Checking the documentation of the Rust code");
    let mut doc = process::cargo(paths);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    doc.args(["doc", "--no-deps", "--locked"]).args(OURS);
    let failure = "rustdoc has warnings";
    tally.add("documentation", process::run(log, &mut doc, failure));

    rust(log, paths, &mut tally);
    if long {
        originals(log, paths, &mut tally);
    }
    node(log, paths, &chromium, long, &mut tally);
    tally.conclude(clock.elapsed().as_secs())
}

/// The tests of the crates.
fn rust(log: Log, paths: &Paths, tally: &mut Tally) {
    log.step("Testing the crates");
    let failure = "see the failures above";
    let nextest = has(paths, "nextest");
    let words: &[&str] = if nextest {
        &["nextest", "run", "--no-fail-fast"]
    } else {
        &["test", "--no-fail-fast"]
    };
    let mut tests = process::cargo(paths);
    data(tests.args(words).args(CRATES), paths);
    tally.add("crate tests", process::run(log, &mut tests, failure));
    if nextest {
        // nextest leaves the examples in the documentation out.
        let mut examples = process::cargo(paths);
        examples.args(["test", "--doc", "--package", "bunsen", "--locked"]);
        tally.add(
            "documentation tests",
            process::run(log, &mut examples, failure),
        );
    }
}

/// The networks in their papers' size against torchvision's answers: minutes, and 2 GB of memory.
fn originals(log: Log, paths: &Paths, tally: &mut Tally) {
    log.step("Comparing the originals with torchvision's");
    let mut tests = process::cargo(paths);
    tests.args(["test", "--lib"]).args(CRATES);
    tests.args(["--", "--ignored", "--exact", ORIGINALS]);
    let outcome = process::run(log, &mut tests, "see the failures above");
    tally.add("originals", outcome);
}

/// The tests that Node runs: of the page in a browser, and of the benchmark's arithmetic.
fn node(log: Log, paths: &Paths, chromium: &Path, long: bool, tally: &mut Tally) {
    for (name, folder) in [
        ("benchmark tests", "tests/bench"),
        ("browser tests", "tests/browser"),
    ] {
        let files = test_files(&paths.root.join(folder));
        if files.is_empty() {
            tally.skip(name, &format!("there are none in {folder}"));
            continue;
        }
        log.step(&format!("Running the {name}"));
        let mut tests = npm::node();
        let files = files
            .iter()
            .map(|file| file.strip_prefix(&paths.root).unwrap_or(file));
        tests
            .args(["--test", "--test-concurrency=1"])
            .args(files)
            .env(browser::VARIABLE, chromium);
        // Some of them build the crate's examples: in the target directory of the crate's tests.
        process::configure_cargo(&mut tests, paths);
        if long {
            tests.env("BUNSEN_LONG", "1");
        }
        data(&mut tests, paths);
        let failure = "see the failures above";
        tally.add(name, process::run(log, &mut tests, failure));
    }
}

/// Tells a test where the data sets are, or that there are none.
fn data(command: &mut Command, paths: &Paths) {
    match &paths.data {
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
fn has(paths: &Paths, command: &str) -> bool {
    process::output(process::cargo(paths).args([command, "--version"])).is_some()
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
