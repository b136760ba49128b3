//! How far answering is: a bar in a terminal, ten lines where the output goes to a file.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::{Duration, Instant};

const WIDTH: usize = 24;
const REDRAW: Duration = Duration::from_millis(100);
const LINES: usize = 10;

/// Shown on the standard error.
pub struct Progress {
    start: Instant,
    drawn: Option<Instant>,
    lines: usize,
    done: usize,
    total: usize,
}

impl Progress {
    /// Of that many files.
    pub fn new(total: usize) -> Self {
        Progress {
            start: Instant::now(),
            drawn: None,
            lines: 0,
            done: 0,
            total,
        }
    }

    /// One file more is done.
    pub fn advance(&mut self) {
        self.done += 1;
        let text = describe(self.done, self.total, self.start.elapsed().as_secs_f64());
        // Where it cannot be shown, the files are answered all the same.
        if stderr().is_terminal() {
            let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAW);
            if is_due || self.done == self.total {
                self.drawn = Some(Instant::now());
                let _ = write!(stderr(), "\r\x1b[K{text}");
            }
        } else if LINES * self.done / self.total.max(1) > self.lines {
            self.lines = LINES * self.done / self.total.max(1);
            let _ = writeln!(stderr(), "{text}");
        }
    }

    /// Clears the bar, for other lines.
    pub fn end(&self) {
        if stderr().is_terminal() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}

/// "answering [======      ] file 30 of 120, 9 s left", after so many seconds.
fn describe(done: usize, total: usize, seconds: f64) -> String {
    let full = (2 * WIDTH * done + total) / (2 * total).max(1);
    let left = match done < total {
        true => {
            let seconds = seconds * (total - done) as f64 / done.max(1) as f64;
            format!(", {seconds:.0} s left")
        }
        false => String::new(),
    };
    format!(
        "answering [{}{}] file {done} of {total}{left}",
        "=".repeat(full),
        " ".repeat(WIDTH - full)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_bar_with_the_time_that_is_left() {
        assert_eq!(
            describe(30, 120, 3.0),
            "answering [======                  ] file 30 of 120, 9 s left"
        );
        assert_eq!(
            describe(120, 120, 12.0),
            "answering [========================] file 120 of 120"
        );
    }
}
