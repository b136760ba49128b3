//! What ends a command before its time: a signal, or an output that nobody takes any more.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use bunsen::lab::event_loop::set_yield_hook;
use futures_lite::future::{or, yield_now};

use serde_json::json;

use super::output::{self, note};

/// Why a command ends early, for a person and for the shell.
#[derive(Clone, Debug)]
pub struct Interruption {
    /// What happened; empty where that goes without saying.
    pub sentence: String,
    /// The exit status: 128 and the signal's number, as shells have it.
    pub status: u8,
}

impl Display for Interruption {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

impl Error for Interruption {}

/// What an interruption does, and the one that there was.
struct State {
    ends_process: bool,
    interruption: Option<Interruption>,
}

static STATE: Mutex<State> = Mutex::new(State {
    ends_process: true,
    interruption: None,
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens for the signals that end a process. The second one ends it at once.
#[cfg(unix)]
pub fn watch() -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    set_yield_hook(yield_once);
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let sentence = match signal {
                SIGINT => "Interrupted.",
                SIGTERM => "Ended by SIGTERM.",
                _ => "Ended by SIGHUP.",
            };
            if state().interruption.is_some() {
                note!("Ended at once: nothing more was written.");
                std::process::exit(128 + signal);
            }
            interrupt(Interruption {
                sentence: sentence.to_owned(),
                status: 128 + signal as u8,
            });
        }
    });
    Ok(())
}

/// Elsewhere Ctrl-C ends the process as it does by itself: there is the checkpoint of the last minute.
#[cfg(not(unix))]
pub fn watch() -> std::io::Result<()> {
    set_yield_hook(yield_once);
    Ok(())
}

fn yield_once() -> Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(yield_now())
}

/// Interrupts the command: ends the process, or leaves it to who deferred that.
pub fn interrupt(by: Interruption) {
    let mut state = state();
    if state.interruption.is_some() {
        return;
    }
    let ends_process = state.ends_process;
    state.interruption = Some(by.clone());
    drop(state);
    if ends_process {
        if !by.sentence.is_empty() {
            note!("{by}");
            output::object(&json!({ "error": by.sentence }));
        }
        std::process::exit(by.status.into());
    }
}

/// From now on an interruption does not end the process: who calls this asks for it, and saves what there is.
pub fn defer() {
    state().ends_process = false;
}

/// The interruption, if there was one.
pub fn interrupted() -> Option<Interruption> {
    state().interruption.clone()
}

/// What the future gives, or `None` if there is an interruption before. It is asked for where the future yields.
pub async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    let watched = poll_fn(|_| match interrupted() {
        Some(_) => Poll::Ready(None),
        None => Poll::Pending,
    });
    or(async { Some(work.await) }, watched).await
}
