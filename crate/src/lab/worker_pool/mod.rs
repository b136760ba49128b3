//! A pool of workers that share a batch.
//!
//! A batch is split into the recipe's shards. The gradient of each shard is computed separately, and the gradients are
//! summed in the order of the shards. Which worker computes a shard changes no bit: every worker runs the same code and
//! gets the weights with each task. So workers keep nothing from step to step, and a shard whose worker failed is
//! computed again by the caller.
//!
//! - [`task`]: what a worker is given and what it gives back; `message`: both as bytes
//! - [`worker`]: what a worker computes
//! - [`RemoteWorkers`]: how the other workers are reached; `threads` natively, Web Workers in a browser

mod message;
pub mod task;
#[cfg(test)]
mod tests;
#[cfg(not(target_family = "wasm"))]
pub mod threads;
pub mod worker;

use std::cell::RefCell;
use std::fmt::Debug;
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;

use super::event_loop::YieldTimer;
use super::train::batch::Batch;
use task::{BatchPrediction, Shard, ShardOutput, Task, TaskHeader, TaskResult};

/// A [`TaskResult`] to come, as bytes.
pub type PendingResult = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>>>>;

/// How the other workers of a pool are reached.
pub trait RemoteWorkers: Debug {
    /// How many can take a task now.
    fn count(&self) -> usize;

    /// Sends a task to one of them, at once. An error says why the worker failed; it is not counted any more.
    fn submit(&self, worker: usize, task: Vec<u8>) -> PendingResult;
}

/// The workers that compute shards: the local one, which is the caller, and remote ones if there are any.
#[derive(Clone, Debug, Default)]
pub struct WorkerPool {
    remote: Option<Rc<dyn RemoteWorkers>>,
    failures: Rc<RefCell<Vec<String>>>,
}

impl WorkerPool {
    /// A pool of the local worker and these.
    pub fn new(remote: Rc<dyn RemoteWorkers>) -> Self {
        WorkerPool {
            remote: Some(remote),
            failures: Rc::default(),
        }
    }

    /// The number of workers that can compute at once, the local one included.
    pub fn size(&self) -> usize {
        1 + self.remote.as_ref().map_or(0, |remote| remote.count())
    }

    /// Why workers failed since the last call.
    pub fn take_failures(&self) -> Vec<String> {
        self.failures.take()
    }

    /// The sum of all shards' outputs, added in the order of the shards. `local` computes a shard here; `weights` and
    /// `frozen_statistics` are called for each remote worker that gets a task.
    pub async fn train(
        &self,
        header: &TaskHeader,
        weights: impl Fn() -> Vec<f32>,
        frozen_statistics: impl Fn() -> Vec<f32>,
        shards: Vec<Shard>,
        local: impl Fn(&Shard) -> ShardOutput,
    ) -> ShardOutput {
        let task = |shards: &[Shard]| Task::Train {
            header: header.clone(),
            weights: weights(),
            frozen_statistics: frozen_statistics(),
            shards: shards.to_vec(),
        };
        let outputs = |result| match result {
            TaskResult::Trained(outputs) => Some(outputs),
            TaskResult::Evaluated(_) => None,
        };
        let mut sum = ShardOutput::default();
        for output in self.distribute(&shards, task, outputs, local).await {
            sum.add(output);
        }
        sum
    }

    /// The logits and losses of every batch, in order. `local` computes a batch here.
    pub async fn evaluate(
        &self,
        header: &TaskHeader,
        weights: impl Fn() -> Vec<f32>,
        running_statistics: impl Fn() -> Vec<f32>,
        batches: Vec<Batch>,
        local: impl Fn(&Batch) -> BatchPrediction,
    ) -> Vec<BatchPrediction> {
        let task = |batches: &[Batch]| Task::Evaluate {
            header: header.clone(),
            weights: weights(),
            running_statistics: running_statistics(),
            batches: batches.to_vec(),
        };
        let predictions = |result| match result {
            TaskResult::Evaluated(predictions) => Some(predictions),
            TaskResult::Trained(_) => None,
        };
        self.distribute(&batches, task, predictions, local).await
    }

    /// Distributes items over the workers. Items of a worker that failed are computed locally.
    async fn distribute<Item, Output: Clone>(
        &self,
        items: &[Item],
        task: impl Fn(&[Item]) -> Task,
        outputs: impl Fn(TaskResult) -> Option<Vec<Output>>,
        local: impl Fn(&Item) -> Output,
    ) -> Vec<Output> {
        let (count, workers) = (items.len(), self.size().min(items.len()).max(1));
        let mut done: Vec<Option<Output>> = vec![None; count];
        let mut submitted = Vec::new();
        // The local worker has the last and smallest range, because it has other work besides.
        for worker in 0..workers - 1 {
            let range = range_of(count, workers, worker);
            if let Some(remote) = &self.remote {
                let task = task(&items[range.clone()]).to_bytes();
                submitted.push((range, remote.submit(worker, task)));
            }
        }
        let mut timer = YieldTimer::default();
        for index in range_of(count, workers, workers - 1) {
            done[index] = Some(local(&items[index]));
            timer.yield_if_due().await;
        }
        for (range, pending) in submitted {
            let result = pending
                .await
                .and_then(|bytes| TaskResult::from_bytes(&bytes));
            match result.map(&outputs) {
                Ok(Some(outputs)) if outputs.len() == range.len() => {
                    for (index, output) in range.zip(outputs) {
                        done[index] = Some(output);
                    }
                }
                Ok(_) => self.record_failure("it answered another question".to_owned()),
                Err(why) => self.record_failure(why),
            }
        }
        done.into_iter()
            .zip(items)
            .map(|(output, item)| output.unwrap_or_else(|| local(item)))
            .collect()
    }

    fn record_failure(&self, why: String) {
        self.failures.borrow_mut().push(why);
    }
}

/// Which of `count` items a worker computes, of `workers`: the first workers have one more where it does not divide.
fn range_of(count: usize, workers: usize, worker: usize) -> Range<usize> {
    let (size, remainder) = (count / workers, count % workers);
    let start = worker * size + worker.min(remainder);
    start..start + size + usize::from(worker < remainder)
}
