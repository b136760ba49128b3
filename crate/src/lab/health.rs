//! Whether the GPU is still well.
//!
//! A GPU that drops a kernel goes on answering, with stale numbers. So whatever it reports outside our own calls
//! is kept here, and a run asks before it believes anything that it reads.

use std::fmt::Display;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use super::pace::breathe;

/// How many turns of the event loop a device has to say why a read failed.
const TURNS: usize = 100;

/// The first fault that the device reported, shared between its callbacks and the runs on it.
#[derive(Clone, Debug, Default)]
pub struct Health {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    fault: Option<String>,
    waiting: Option<Waker>,
}

/// Whom [`logged`] tells.
static LISTENING: Mutex<Vec<Health>> = Mutex::new(Vec::new());

/// Takes a line that was logged as an error. In a browser, cubecl says in no other way that a kernel was refused.
pub fn logged(line: &str) {
    let listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
    for health in listening.iter() {
        health.report(first_line("it reported an error", line));
    }
}

/// The first line of a message, as the sentence that a fault is.
pub fn first_line(what: &str, message: &str) -> String {
    match message.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!("{what} ({}).", line.trim_end_matches('.')),
        None => format!("{what}."),
    }
}

impl Health {
    /// Listens to what is logged as an error, from now on.
    pub fn listen(&self) {
        let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
        listening.push(self.clone());
    }

    /// Keeps a fault, if it is the first, and wakes whoever waits for the device.
    pub fn report(&self, fault: String) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.fault.get_or_insert(fault);
        if let Some(waiting) = state.waiting.take() {
            waiting.wake();
        }
    }

    /// The first fault, if there was one.
    pub fn fault(&self) -> Option<String> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.fault.clone()
    }

    /// Waits for a read from the device, but no longer than the device lives: a lost device need not answer.
    ///
    /// # Errors
    /// The first fault, as the device put it; else what the read itself said.
    pub async fn guard<T, E: Display>(
        &self,
        read: impl Future<Output = Result<T, E>>,
    ) -> Result<T, String> {
        let error = match self.race(read).await? {
            Ok(read) => return Ok(read),
            Err(error) => first_line("it gave no answer", &error.to_string()),
        };
        // A read from a lost device may fail before the device says that it is lost, and why.
        for _ in 0..TURNS {
            if self.fault().is_some() {
                break;
            }
            breathe().await;
        }
        Err(self.fault().unwrap_or(error))
    }

    async fn race<T>(&self, work: impl Future<Output = T>) -> Result<T, String> {
        let mut work = pin!(work);
        std::future::poll_fn(|context| {
            let done = work.as_mut().poll(context);
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(fault) = &state.fault {
                return Poll::Ready(Err(fault.clone()));
            }
            state.waiting = Some(context.waker().clone());
            done.map(Ok)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::task::{Context, Waker};

    use super::*;

    fn poll_once<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn work_on_a_healthy_device_is_passed_on() {
        let health = Health::default();
        assert_eq!(
            poll_once(health.guard(ready(Ok::<_, String>(3)))),
            Poll::Ready(Ok(3))
        );
    }

    #[test]
    fn a_fault_ends_the_wait_and_the_first_one_stays() {
        let health = Health::default();
        assert_eq!(
            poll_once(health.guard(pending::<Result<(), String>>())),
            Poll::Pending
        );
        health.report("lost".to_owned());
        health.report("and then some".to_owned());
        assert_eq!(
            poll_once(health.guard(pending::<Result<(), String>>())),
            Poll::Ready(Err("lost".to_owned()))
        );
        // What was read after a fault is not believed either.
        assert_eq!(
            poll_once(health.guard(ready(Ok::<_, String>(3)))),
            Poll::Ready(Err("lost".to_owned()))
        );
    }

    #[test]
    fn a_read_that_fails_says_so_in_one_line() {
        let health = Health::default();
        let read = ready(Err::<(), _>("the map failed\nBacktrace: none"));
        assert_eq!(
            poll_once(health.guard(read)),
            Poll::Ready(Err("it gave no answer (the map failed).".to_owned()))
        );
    }
}
