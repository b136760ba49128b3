//! What the command says. A reader that is gone, or a disk that is full, ends the command as a signal does; it is no panic.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write as _, stderr, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::interruption::{self, Interruption};

/// The exit status of a command whose reader had enough: as of one that SIGPIPE ends.
const READER_GONE: u8 = 141;

/// Prints a line to the standard output, or to the standard error where that is kept for JSON.
macro_rules! say {
    ($($text:tt)*) => { $crate::native::output::line(format_args!($($text)*)) };
}

/// Prints a line to the standard error, as long as there is one.
macro_rules! note {
    ($($text:tt)*) => { $crate::native::output::warning(format_args!($($text)*)) };
}

pub(super) use {note, say};

/// Whether the standard output is for one JSON object.
static IS_FOR_JSON: AtomicBool = AtomicBool::new(false);

/// From now on the standard output is for one JSON object.
pub fn keep_for_json() {
    IS_FOR_JSON.store(true, Ordering::Relaxed);
}

/// Whether it is.
pub fn is_for_json() -> bool {
    IS_FOR_JSON.load(Ordering::Relaxed)
}

/// Prints the object that a command ends with, where one is asked for.
pub fn object(value: &Value) {
    if is_for_json() {
        print(format_args!("{value:#}\n"));
    }
}

/// What [`say!`] does.
pub fn line(text: Arguments<'_>) {
    match is_for_json() {
        true => warning(text),
        false => print(format_args!("{text}\n")),
    }
}

/// Prints to the standard output, whatever it is for.
pub fn print(text: Arguments<'_>) {
    if let Err(error) = stdout().write_fmt(text).and_then(|()| stdout().flush()) {
        interruption::interrupt(unwritable(&error));
    }
}

fn unwritable(error: &io::Error) -> Interruption {
    match error.kind() {
        // Who closed it knows.
        ErrorKind::BrokenPipe => Interruption {
            sentence: String::new(),
            status: READER_GONE,
        },
        _ => Interruption {
            sentence: format!("The output cannot be written ({error})."),
            status: 1,
        },
    }
}

/// A word as a shell takes it: quoted where that is needed.
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./\\:=,+@%-".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false if cfg!(windows) => format!("\"{word}\""),
        false => format!("'{}'", word.replace('\'', "'\\''")),
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
