//! What the command says. A reader that is gone, or a disk that is full, ends the command as a signal does; it is no panic.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _, stderr, stdout};

use super::interruption::{self, Interruption};

/// Prints a line to the standard output.
macro_rules! say {
    ($($text:tt)*) => { $crate::native::output::line(format_args!($($text)*)) };
}

/// Prints a line to the standard error, as long as there is one.
macro_rules! note {
    ($($text:tt)*) => { $crate::native::output::warning(format_args!($($text)*)) };
}

pub(super) use {note, say};

/// What [`say!`] does.
pub fn line(text: Arguments<'_>) {
    if let Err(error) = writeln!(stdout(), "{text}").and_then(|()| stdout().flush()) {
        let why = match error.kind() {
            ErrorKind::BrokenPipe => "who read it has ended".to_owned(),
            _ => error.to_string(),
        };
        let sentence = format!("The output cannot be written ({why}).");
        interruption::interrupt(Interruption {
            sentence,
            status: 1,
        });
    }
}

/// A loss with enough digits to tell two apart, as the page has it; one whose digits nobody would count is "4.01e28".
pub fn loss_text(loss: f64) -> String {
    let size = loss.abs();
    let digits = match size {
        _ if size != 0.0 && !(1e-4..1e6).contains(&size) => return format!("{loss:.2e}"),
        100.0.. => 1,
        10.0.. => 2,
        0.1.. => 3,
        1e-3.. | 0.0 => 4,
        _ => 6,
    };
    format!("{loss:.digits$}")
}

/// What [`note!`] does.
pub fn warning(text: Arguments<'_>) {
    // Where it cannot be said, the files and the exit status are as good as ever.
    let _ = writeln!(stderr(), "{text}");
}
