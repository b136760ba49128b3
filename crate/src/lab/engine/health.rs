//! Whether the GPU is still healthy.
//!
//! A GPU that drops a kernel still returns numbers, which are stale. So whatever it reports outside our own calls is kept
//! here, and every read from the device checks it.

use std::fmt::Display;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use crate::lab::event_loop::yield_to_event_loop;

/// How many turns of the event loop a device has to report why a read failed.
const MAX_TURNS: usize = 100;

/// The first fault that the device reported, shared between its callbacks and the runs on it.
#[derive(Clone, Debug, Default)]
pub struct Health {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<String>,
    waker: Option<Waker>,
}

/// The engines to which logged errors are reported.
static LISTENERS: Mutex<Vec<Health>> = Mutex::new(Vec::new());

/// Reports a line that was logged as an error. In a browser, cubecl only logs that a kernel was refused.
pub fn report_logged_error(line: &str) {
    let listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
    for health in listeners.iter() {
        health.report(first_line("it reported an error", line));
    }
}

/// A fault as one sentence: what happened, and the first line of the message.
pub fn first_line(what: &str, message: &str) -> String {
    match message.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!("{what} ({}).", line.trim_end_matches('.')),
        None => format!("{what}."),
    }
}

impl Health {
    /// From now on, errors that are logged count as faults.
    pub fn listen_to_log(&self) {
        let mut listeners = LISTENERS.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.push(self.clone());
    }

    /// Keeps the fault if it is the first, and wakes the task that waits for the device.
    pub fn report(&self, fault: String) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.fault.get_or_insert(fault);
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    /// The first fault, if there was one.
    pub fn fault(&self) -> Option<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.fault.clone()
    }

    /// Waits for a read from the device, but no longer than until a fault is reported: a read from a lost device may never
    /// end.
    ///
    /// # Errors
    /// The first fault, as the device reported it; otherwise the error of the read.
    pub async fn guard<T, E: Display>(
        &self,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<T, String> {
        let error = match self.race(read).await? {
            Ok(read) => return Ok(read),
            Err(error) => first_line("it gave no answer", &error.to_string()),
        };
        // A read may fail before the device reports that it was lost, and why.
        for _ in 0..MAX_TURNS {
            if self.fault().is_some() {
                break;
            }
            yield_to_event_loop().await;
        }
        Err(self.fault().unwrap_or(error))
    }

    async fn race<T>(&self, read: impl Future<Output = T>) -> Result<T, String> {
        let mut read = pin!(read);
        std::future::poll_fn(|context| {
            let output = read.as_mut().poll(context);
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(fault) = &state.fault {
                return Poll::Ready(Err(fault.clone()));
            }
            state.waker = Some(context.waker().clone());
            output.map(Ok)
        })
        .await
    }
}
