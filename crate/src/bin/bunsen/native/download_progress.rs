//! The progress of a download, as a line on the terminal.

#[cfg(feature = "fetch")]
use std::time::{Duration, Instant};

#[cfg(feature = "fetch")]
use super::download::Observer;
#[cfg(feature = "fetch")]
use super::output::note;

/// Prints the progress of one download to a terminal, twice a second; nothing if there is no terminal.
#[cfg(feature = "fetch")]
pub struct ProgressLine {
    /// When the connection was made, and the bytes that were there before.
    start: Option<(Instant, u64)>,
    printed: Option<Instant>,
}

#[cfg(feature = "fetch")]
impl ProgressLine {
    /// For one download.
    pub fn new() -> Self {
        ProgressLine {
            start: None,
            printed: None,
        }
    }
}

#[cfg(feature = "fetch")]
impl Observer for ProgressLine {
    fn loaded(&mut self, bytes: u64, total: Option<u64>) {
        use std::io::{IsTerminal as _, Write as _};
        let now = Instant::now();
        let (start, first) = *self.start.get_or_insert((now, bytes));
        let is_done = total == Some(bytes);
        let is_due = self
            .printed
            .is_none_or(|printed| printed.elapsed().as_millis() >= 500);
        if !std::io::stderr().is_terminal() || !(is_due || is_done) {
            return;
        }
        self.printed = Some(now);
        let seconds = now.duration_since(start).as_secs_f64();
        let line = describe(bytes, total, bytes.saturating_sub(first), seconds);
        let end = if is_done { "\n" } else { "" };
        // Where it cannot be shown, the download goes on all the same.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}{end}");
    }

    fn retrying(&mut self, why: &str, delay: Duration) {
        // The speed of the old connection says nothing about the new one.
        self.start = None;
        note!("\n{why}: trying again in {} s", delay.as_secs());
    }
}

/// "12.0 MB of 30.0 MB, 40 %, about 20 s left", as far as it is known. `loaded` bytes were loaded in the last `seconds`.
fn describe(bytes: u64, total: Option<u64>, loaded: u64, seconds: f64) -> String {
    let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let Some(total) = total.filter(|total| *total > 0) else {
        return megabytes(bytes);
    };
    let remaining = total.saturating_sub(bytes);
    let share = format!(
        "{} of {}, {} %",
        megabytes(bytes),
        megabytes(total),
        100 * bytes / total
    );
    if loaded == 0 || seconds < 0.7 || remaining == 0 {
        return share;
    }
    let seconds = seconds * remaining as f64 / loaded as f64;
    if seconds < 5.0 {
        format!("{share}, a few seconds left")
    } else if seconds < 90.0 {
        format!("{share}, about {:.0} s left", (seconds / 5.0).round() * 5.0)
    } else {
        format!("{share}, about {:.0} minutes left", seconds / 60.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_described_in_bytes_share_and_time() {
        assert_eq!(
            describe(12_000_000, Some(30_000_000), 12_000_000, 13.0),
            "12.0 MB of 30.0 MB, 40 %, about 20 s left"
        );
        assert_eq!(
            describe(29_000_000, Some(30_000_000), 29_000_000, 29.0),
            "29.0 MB of 30.0 MB, 96 %, a few seconds left"
        );
        assert_eq!(
            describe(1_000_000, Some(181_000_000), 1_000_000, 1.0),
            "1.0 MB of 181.0 MB, 0 %, about 3 minutes left"
        );
        assert_eq!(describe(12_000_000, None, 12_000_000, 13.0), "12.0 MB");
    }
}
