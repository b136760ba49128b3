//! Helpers as threads, for the native command and for tests.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::assistant::Assistant;
use super::{Helpers, Pending};

type Question = (Vec<u8>, Sender<Result<Vec<u8>, String>>);

/// Threads that compute shards.
#[derive(Debug)]
pub struct Threads {
    helpers: RefCell<Vec<Sender<Question>>>,
}

impl Threads {
    /// So many.
    pub fn new(count: usize) -> Self {
        let helpers = (0..count).map(|_| {
            let (sender, questions): (_, Receiver<Question>) = channel();
            thread::spawn(move || {
                let mut assistant = Assistant::default();
                // Ends when the sender is dropped.
                for (task, answer) in questions {
                    let _ = answer.send(assistant.answer(&task));
                }
            });
            sender
        });
        Threads {
            helpers: RefCell::new(helpers.collect()),
        }
    }
}

impl Helpers for Threads {
    fn count(&self) -> usize {
        self.helpers.borrow().len()
    }

    fn ask(&self, helper: usize, task: Vec<u8>) -> Pending {
        let (sender, answer) = channel();
        let asked = self
            .helpers
            .borrow()
            .get(helper)
            .is_some_and(|questions| questions.send((task, sender)).is_ok());
        Box::pin(async move {
            match asked {
                true => answer
                    .recv()
                    .unwrap_or_else(|_| Err("a thread came to its end".to_owned())),
                false => Err("a thread has come to its end".to_owned()),
            }
        })
    }
}
