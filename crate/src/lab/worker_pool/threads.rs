//! Remote workers as threads of this process.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::worker::PoolWorker;
use super::{PendingResult, RemoteWorkers};

/// A task, and where its result goes.
type Job = (Vec<u8>, Sender<Result<Vec<u8>, String>>);

/// Threads that compute shards.
#[derive(Debug)]
pub struct ThreadWorkers {
    jobs: RefCell<Vec<Sender<Job>>>,
}

impl ThreadWorkers {
    /// Starts `count` threads. Each ends when this is dropped.
    pub fn new(count: usize) -> Self {
        let start = |_| {
            let (sender, jobs): (_, Receiver<Job>) = channel();
            thread::spawn(move || {
                let mut worker = PoolWorker::default();
                for (task, result) in jobs {
                    let _ = result.send(worker.run(&task));
                }
            });
            sender
        };
        ThreadWorkers {
            jobs: RefCell::new((0..count).map(start).collect()),
        }
    }
}

impl RemoteWorkers for ThreadWorkers {
    fn count(&self) -> usize {
        self.jobs.borrow().len()
    }

    fn submit(&self, worker: usize, task: Vec<u8>) -> PendingResult {
        let (sender, result) = channel();
        let is_sent = self
            .jobs
            .borrow()
            .get(worker)
            .is_some_and(|jobs| jobs.send((task, sender)).is_ok());
        Box::pin(async move {
            match is_sent {
                true => result
                    .recv()
                    .unwrap_or_else(|_| Err("a thread came to its end".to_owned())),
                false => Err("a thread has come to its end".to_owned()),
            }
        })
    }
}
