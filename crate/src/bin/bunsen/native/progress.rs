//! How far a command is: a bar in a terminal, ten lines where the output goes to a file. The package's command shows the same
//! (`crate/js/command/progress.ts`).

use std::io::{IsTerminal as _, Write, stderr};
use std::time::{Duration, Instant};

const WIDTH: u64 = 24;
const REDRAW: Duration = Duration::from_millis(100);
const LINES: u64 = 10;

/// Shown on the standard error. Where that cannot be, the work goes on all the same.
pub struct Progress<Output: Write = std::io::Stderr> {
    output: Output,
    is_terminal: bool,
    title: String,
    unit: &'static str,
    start: Instant,
    drawn: Option<Instant>,
    lines: u64,
}

impl Progress {
    /// Of work with that title, such as "training", counted in units, such as "step".
    pub fn new(title: impl Into<String>, unit: &'static str) -> Self {
        Progress::to(stderr(), stderr().is_terminal(), title.into(), unit)
    }
}

impl<Output: Write> Progress<Output> {
    fn to(output: Output, is_terminal: bool, title: String, unit: &'static str) -> Self {
        Progress {
            output,
            is_terminal,
            title,
            unit,
            start: Instant::now(),
            drawn: None,
            lines: 0,
        }
    }

    /// So many of all are done. `note` ends the line.
    pub fn show(&mut self, done: u64, total: u64, note: &str) {
        let text = || {
            let seconds = self.start.elapsed().as_secs_f64();
            let progress = describe(self.unit, done, total, seconds);
            format!("{} {progress}{note}", self.title)
        };
        let lines = LINES * done / total.max(1);
        if self.is_terminal {
            let is_due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAW);
            if is_due || done == total {
                let text = text();
                self.drawn = Some(Instant::now());
                let _ = write!(self.output, "\r\x1b[K{text}");
            }
        } else if lines > self.lines {
            let text = text();
            self.lines = lines;
            let _ = writeln!(self.output, "{text}");
        }
    }

    /// Clears the bar, for other lines.
    pub fn end(&mut self) {
        if self.is_terminal {
            let _ = write!(self.output, "\r\x1b[K");
        }
    }
}

/// "[======      ] file 30 of 120, 9 s left", after so many seconds.
fn describe(unit: &str, done: u64, total: u64, seconds: f64) -> String {
    let full = (2 * WIDTH * done + total) / (2 * total).max(1);
    let left = match done < total {
        true => {
            let seconds = seconds * (total - done) as f64 / done.max(1) as f64;
            format!(", {seconds:.0} s left")
        }
        false => String::new(),
    };
    format!(
        "[{}{}] {unit} {done} of {total}{left}",
        "=".repeat(full as usize),
        " ".repeat((WIDTH - full.min(WIDTH)) as usize)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_a_bar_with_the_time_that_is_left() {
        assert_eq!(
            describe("file", 30, 120, 3.0),
            "[======                  ] file 30 of 120, 9 s left"
        );
        assert_eq!(
            describe("step", 120, 120, 12.0),
            "[========================] step 120 of 120"
        );
    }

    fn shown(is_terminal: bool) -> String {
        let mut progress = Progress::to(Vec::new(), is_terminal, "training".to_owned(), "step");
        for done in 1..=1000 {
            progress.show(done, 1000, ", training loss 0.5");
        }
        progress.end();
        String::from_utf8(progress.output).unwrap()
    }

    #[test]
    fn a_terminal_has_one_line_that_is_drawn_anew_and_a_pipe_ten() {
        let bar = shown(true);
        assert!(bar.starts_with("\r\x1b[Ktraining ["), "{bar:?}");
        assert!(
            bar.ends_with("] step 1000 of 1000, training loss 0.5\r\x1b[K"),
            "{bar:?}"
        );
        assert!(!bar.contains('\n'), "{bar:?}");

        let lines = shown(false);
        assert_eq!(lines.lines().count(), 10, "{lines}");
        assert!(!lines.contains(['\r', '\x1b']), "{lines:?}");
        assert!(
            lines.ends_with("step 1000 of 1000, training loss 0.5\n"),
            "{lines}"
        );
    }
}
