//! Files of tests that Node runs, and those of them that fail now and then.
//!
//! A browser on a loaded machine is not always in time. A file in which a test failed is run a second time; what passes
//! then is called flaky in the summary, by its name, and never "passed".

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::report::Passed;
use crate::Result;
use crate::log::Log;
use crate::npm;
use crate::paths::Paths;
use crate::process;

/// More files than this with failures are no coincidence: none is run again.
const MAX_RETRIED_FILES: usize = 3;
/// Writes what failed, for this program to read.
const REPORTER: &str = "./tests/browser/support/failures-reporter.mjs";
/// What that writes last: without it Node ended before all tests had their turn.
const END: &str = "end";
const FAILURE: &str = "Tests failed: the lines above say which.";

/// Runs the files, and once more those with tests that failed. `prepare` adds what the tests need of the environment.
pub fn run(
    log: Log,
    paths: &Paths,
    files: &[PathBuf],
    prepare: impl Fn(&mut Command),
) -> Result<Passed> {
    let Err((failure, failed)) = attempt(log, paths, files, &prepare) else {
        return Ok(Passed::AtOnce);
    };
    let Some(again) = files_to_retry(&failed) else {
        return Err(failure);
    };
    log.note("A second time, to tell what fails from what fails now and then:");
    match attempt(log, paths, &again, &prepare) {
        Ok(()) => Ok(Passed::OnRetry(names(&failed))),
        Err((failure, _)) => Err(failure),
    }
}

/// A test that failed.
#[derive(Debug)]
struct Failed {
    file: PathBuf,
    name: String,
}

fn attempt(
    log: Log,
    paths: &Paths,
    files: &[PathBuf],
    prepare: &impl Fn(&mut Command),
) -> std::result::Result<(), (String, Vec<Failed>)> {
    let list = paths.target.join("failed-tests");
    // Another run's would be taken for this one's where Node does not even start.
    let _ = std::fs::remove_file(&list);
    let mut tests = npm::node();
    tests
        .args(["--test", "--test-concurrency=1"])
        .args(["--test-reporter=tap", "--test-reporter-destination=stdout"])
        .arg(format!("--test-reporter={REPORTER}"))
        .arg(format!("--test-reporter-destination={}", list.display()))
        .args(
            files
                .iter()
                .map(|file| file.strip_prefix(&paths.root).unwrap_or(file)),
        );
    prepare(&mut tests);
    process::run(log, &mut tests, FAILURE).map_err(|failure| {
        let lines = std::fs::read_to_string(&list).unwrap_or_default();
        (failure, read(&lines))
    })
}

/// What the reporter wrote: a line for each test that failed. Nothing where it did not come to its end: then there are tests that never
/// ran, and running those that failed again would not make up for them.
fn read(text: &str) -> Vec<Failed> {
    if text.lines().last() != Some(END) {
        return Vec::new();
    }
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(file, name)| Failed {
            file: Path::new(file).to_owned(),
            name: name.to_owned(),
        })
        .collect()
}

/// The files to run again: none where so many failed that it is no coincidence, or where no test is to blame.
fn files_to_retry(failed: &[Failed]) -> Option<Vec<PathBuf>> {
    let files: BTreeSet<_> = failed.iter().map(|test| test.file.clone()).collect();
    (1..=MAX_RETRIED_FILES)
        .contains(&files.len())
        .then(|| files.into_iter().collect())
}

fn names(failed: &[Failed]) -> String {
    let name = |test: &Failed| {
        let file = test.file.file_name().unwrap_or_default();
        format!("\"{}\" in {}", test.name, file.to_string_lossy())
    };
    failed.iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_few_failures_run_again() {
        let failed =
            read("/a/b.test.mjs\tone thing\n/a/b.test.mjs\tanother\n/a/c.test.mjs\tit\nend\n");
        assert_eq!(failed.len(), 3);
        assert_eq!(
            files_to_retry(&failed).unwrap(),
            [Path::new("/a/b.test.mjs"), Path::new("/a/c.test.mjs")]
        );
        assert_eq!(
            names(&failed[..2]),
            "\"one thing\" in b.test.mjs, \"another\" in b.test.mjs"
        );
    }

    #[test]
    fn many_failures_and_none_are_no_coincidence() {
        assert_eq!(files_to_retry(&[]), None);
        assert_eq!(
            files_to_retry(&read("/a\t1\n/b\t1\n/c\t1\n/d\t1\nend\n")),
            None
        );
    }

    #[test]
    fn tests_that_never_ran_are_not_made_good_by_a_retry() {
        assert!(read("/a\tat the end\n").is_empty());
        assert_eq!(read("/a\t1\nend\n").len(), 1);
        assert_eq!(files_to_retry(&read("")), None);
    }
}
