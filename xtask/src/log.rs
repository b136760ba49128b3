//! What xtask tells the person at the terminal.

use std::io::{self, Write};
use std::time::Instant;

/// Prints lines to standard error. Work in the background has a prefix, by which its lines are told from the others.
#[derive(Clone, Copy)]
pub struct Log {
    prefix: &'static str,
}

impl Log {
    /// The log of work in the foreground.
    pub const fn new() -> Self {
        Self { prefix: "" }
    }

    /// The log of work in the background.
    pub const fn prefixed(prefix: &'static str) -> Self {
        Self { prefix }
    }

    /// What stands before each line; empty in the foreground.
    pub const fn prefix(self) -> &'static str {
        self.prefix
    }

    /// Something begins that takes a while.
    pub fn step(self, text: &str) {
        self.line("==> ", text);
    }

    /// A fact: what was skipped, what came of a step, the command that runs.
    pub fn note(self, text: &str) {
        self.line("    ", text);
    }

    /// Says how long a step took, where that is long enough to wonder about.
    pub fn took(self, since: Instant) {
        let seconds = since.elapsed().as_secs();
        if seconds >= 5 {
            self.note(&format!("done in {}", duration(seconds)));
        }
    }

    // A closed pipe at the other end is no reason to stop building.
    fn line(self, mark: &str, text: &str) {
        let _ = writeln!(io::stderr(), "{}{mark}{text}", self.prefix);
    }
}

/// Seconds as people say them: "42 s", "3 min 20 s".
pub fn duration(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(duration(42), "42 s");
        assert_eq!(duration(120), "2 min");
        assert_eq!(duration(200), "3 min 20 s");
    }
}
