//! What became of each check of `cargo xtask test`, and how long it took.

use std::time::{Duration, Instant};

use crate::Result;
use crate::log::{self, Log};

/// The checks so far.
pub struct Report {
    log: Log,
    started: Instant,
    checks: Vec<Check>,
}

struct Check {
    name: String,
    outcome: Outcome,
    duration: Duration,
}

enum Outcome {
    Passed,
    /// At the second attempt: what failed at the first.
    Flaky(String),
    Failed(String),
    /// Never counted as passed.
    Skipped(String),
}

/// How a check passed.
pub enum Passed {
    AtOnce,
    /// At the second attempt: what failed at the first.
    OnRetry(String),
}

impl Report {
    /// One without checks, that begins now.
    pub fn new(log: Log) -> Self {
        Self {
            log,
            started: Instant::now(),
            checks: Vec::new(),
        }
    }

    /// Carries a check out. Gives whether it passed.
    pub fn check(&mut self, name: &str, check: impl FnOnce() -> Result<()>) -> bool {
        self.check_with_retry(name, || check().map(|()| Passed::AtOnce))
    }

    /// Carries a check out that may try a second time. Gives whether it passed, at once or then.
    pub fn check_with_retry(&mut self, name: &str, check: impl FnOnce() -> Result<Passed>) -> bool {
        self.log.step(&format!("Checking: {name}"));
        let started = Instant::now();
        let outcome = match check() {
            Ok(Passed::AtOnce) => Outcome::Passed,
            Ok(Passed::OnRetry(failed)) => Outcome::Flaky(failed),
            Err(why) => {
                self.log.note(&why);
                Outcome::Failed(why)
            }
        };
        let passed = !matches!(outcome, Outcome::Failed(_));
        self.add(name, outcome, started.elapsed());
        passed
    }

    /// Notes that a check is not carried out, and why.
    pub fn skip(&mut self, name: &str, why: &str) {
        self.log.note(&format!("Skipped: {name}. {why}"));
        self.add(name, Outcome::Skipped(why.to_owned()), Duration::ZERO);
    }

    fn add(&mut self, name: &str, outcome: Outcome, duration: Duration) {
        self.checks.push(Check {
            name: name.to_owned(),
            outcome,
            duration,
        });
    }

    /// Prints the table, and gives the sentence to end with: an error where a check failed.
    pub fn conclude(&self) -> Result<String> {
        self.log.step("Summary");
        for line in self.table() {
            self.log.note(&line);
        }
        let count = |is: fn(&Outcome) -> bool| {
            self.checks
                .iter()
                .filter(|check| is(&check.outcome))
                .count()
        };
        let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let sentence = format!(
            "Of {} checks {} passed, {} at the second attempt, {failed} failed and {} were skipped. It took {}.",
            self.checks.len(),
            count(|outcome| matches!(outcome, Outcome::Passed)),
            count(|outcome| matches!(outcome, Outcome::Flaky(_))),
            count(|outcome| matches!(outcome, Outcome::Skipped(_))),
            log::duration(self.started.elapsed().as_secs())
        );
        if failed == 0 {
            Ok(sentence)
        } else {
            Err(sentence)
        }
    }

    /// A line for each check: what became of it, how long it took, and why it failed or was skipped.
    fn table(&self) -> Vec<String> {
        let line = |check: &Check| {
            let (word, why) = match &check.outcome {
                Outcome::Passed => ("passed", None),
                Outcome::Flaky(failed) => ("FLAKY", Some(failed)),
                Outcome::Failed(why) => ("FAILED", Some(why)),
                Outcome::Skipped(why) => ("skipped", Some(why)),
            };
            let duration = log::duration(check.duration.as_secs());
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            format!("{word:<8}{duration:>12}  {}{why}", check.name)
        };
        self.checks.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_says_what_ran_and_what_did_not() {
        let mut report = Report::new(Log::new());
        assert!(report.check("types", || Ok(())));
        report.skip("GPU kernels", "There is no Vulkan.");
        report.add("crates", Outcome::Passed, Duration::from_secs(200));
        assert!(report.check_with_retry("page", || Ok(Passed::OnRetry("\"it\"".to_owned()))));
        assert_eq!(
            report.table(),
            [
                "passed           0 s  types",
                "skipped          0 s  GPU kernels: There is no Vulkan.",
                "passed    3 min 20 s  crates",
                "FLAKY            0 s  page: \"it\"",
            ]
        );
        let sentence = report.conclude().unwrap();
        assert!(
            sentence.starts_with(
                "Of 4 checks 2 passed, 1 at the second attempt, 0 failed and 1 were skipped."
            ),
            "{sentence}"
        );

        assert!(!report.check("format", || Err(
            "`cargo fmt` would change files.".to_owned()
        )));
        assert!(report.table()[4].ends_with("  format: `cargo fmt` would change files."));
        let sentence = report.conclude().unwrap_err();
        assert!(sentence.contains("1 failed"), "{sentence}");
    }
}
