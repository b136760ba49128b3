//! The checks of the TypeScript and JavaScript: the page, the npm package and their tests.

use std::path::Path;

use super::node;
use super::report::Report;
use super::{LONG, set_data};
use crate::browser;
use crate::files;
use crate::log::Log;
use crate::npm;
use crate::paths::Paths;
use crate::process;
use crate::site;

/// The format of the page, the npm package and their tests.
pub fn check_format(log: Log, paths: &Paths, report: &mut Report) {
    report.check("format of the TypeScript", || {
        npm::run(
            log,
            paths,
            "format:check",
            "`npm run format` would change files.",
        )
    });
}

/// What is to be seen without running it, and the unit tests.
pub fn check_sources(log: Log, paths: &Paths, report: &mut Report) {
    report.check("types of the page and its tests", || {
        site::check_types(log, paths)
    });
    for (name, script, failure) in [
        (
            "lints of the TypeScript",
            "lint",
            "oxlint has found faults.",
        ),
        (
            "templates of the page's elements",
            "lint:templates",
            "lit-analyzer has found faults.",
        ),
        (
            "translations of the page's texts",
            "words",
            "A translation lacks texts, or texts are shown without being looked up.",
        ),
        (
            "types of the builds, as they are checked in",
            "types:builds",
            "What wasm-bindgen made of the modules is not what is checked in.",
        ),
        (
            "unit tests of the TypeScript",
            "unit",
            "Tests failed: the lines above say which.",
        ),
    ] {
        report.check(name, || npm::run(log, paths, script, failure));
    }
}

/// The tests that Node runs: of the page in a browser, and of the benchmark's arithmetic.
pub fn test(log: Log, paths: &Paths, chromium: &Path, long: bool, report: &mut Report) {
    for (name, folder) in [
        ("tests of the benchmark", "tests/bench"),
        ("tests in browsers", "tests/browser"),
    ] {
        let files: Vec<_> = files::in_folder(&paths.root.join(folder))
            .into_iter()
            .filter(|file| file.to_string_lossy().ends_with(".test.mjs"))
            .collect();
        report.check_with_retry(name, || {
            if files.is_empty() {
                return Err(format!("There are none in {folder}."));
            }
            node::run(log, paths, &files, |tests| {
                browser::name_to(tests, chromium);
                // Some of them build the crate's examples: in the target directory of the crate's tests.
                process::configure_cargo(tests, paths);
                if long {
                    tests.env(LONG, "1");
                }
                set_data(tests, paths);
            })
        });
    }
}
