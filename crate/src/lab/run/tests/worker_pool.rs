//! A batch that is shared by a worker pool.

use std::rc::Rc;

use super::learning::SMALL_NETWORKS;
use super::*;
use crate::lab::worker_pool::threads::ThreadWorkers;
use crate::lab::worker_pool::{PendingResult, RemoteWorkers, WorkerPool};

fn start_with(link: &str, pool: WorkerPool) -> Run {
    let recipe = recipe(link);
    let data = data(&recipe);
    block_on(Run::start(&Engine::cpu_with(pool), recipe, data)).unwrap()
}

/// Losses, weights and scores are the same for any number of workers, also for more than there are shards.
#[test]
fn the_number_of_workers_changes_no_bit() {
    let others = ["alexnet", "googlenet", "vit"];
    for name in SMALL_NETWORKS.into_iter().chain(others) {
        let (steps, worker_counts): (u64, &[usize]) = match name {
            _ if others.contains(&name) => (2, &[3]),
            "lenet5" => (9, &[1, 2, 3, 5]),
            "resnet-8" => (3, &[2, 5]),
            _ => (9, &[3]),
        };
        let tta = if name == "resnet-8" { "flip" } else { "off" };
        let link = format!(
            "model={name}&subset=96&batch=24&shards=4&aug=crop&steps={steps}&warmup=0&tta={tta}"
        );
        let mut alone = start(&link);
        block_on(alone.step(9)).unwrap();
        let score = block_on(alone.evaluate()).unwrap();
        for workers in worker_counts.iter().copied() {
            let pool = WorkerPool::new(Rc::new(ThreadWorkers::new(workers)));
            let mut shared = start_with(&link, pool);
            assert_eq!(shared.engine().info().threads, workers + 1);
            block_on(shared.step(9)).unwrap();
            assert_eq!(bits(&alone), bits(&shared), "{name}, {workers} workers");
            let weights = |run: &Run| block_on(run.weights()).unwrap();
            assert_eq!(
                weights(&alone),
                weights(&shared),
                "{name}, {workers} workers"
            );
            assert_eq!(block_on(shared.evaluate()).unwrap(), score, "{name}");
            assert!(shared.engine().worker_pool.take_failures().is_empty());
        }
    }
}

/// A worker that does two tasks, then gives a damaged result, then fails.
#[derive(Debug)]
struct Unreliable {
    inner: ThreadWorkers,
    submitted: std::cell::Cell<usize>,
}

impl RemoteWorkers for Unreliable {
    fn count(&self) -> usize {
        usize::from(self.submitted.get() < 4)
    }

    fn submit(&self, worker: usize, task: Vec<u8>) -> PendingResult {
        self.submitted.set(self.submitted.get() + 1);
        match self.submitted.get() {
            1 | 2 => self.inner.submit(worker, task),
            3 => Box::pin(async { Ok(vec![9, 9, 9]) }),
            _ => Box::pin(async { Err("a worker came to its end".to_owned()) }),
        }
    }
}

#[test]
fn a_worker_that_fails_in_the_middle_of_a_step_changes_no_bit() {
    let link = "subset=96&batch=24&steps=6&warmup=0";
    let mut alone = start(link);
    block_on(alone.step(6)).unwrap();
    let workers = Unreliable {
        inner: ThreadWorkers::new(1),
        submitted: 0.into(),
    };
    let mut shared = start_with(link, WorkerPool::new(Rc::new(workers)));
    block_on(shared.step(6)).unwrap();
    assert_eq!(bits(&alone), bits(&shared));
    assert_eq!(shared.engine().info().threads, 1);
    let failures = shared.engine().worker_pool.take_failures();
    assert_eq!(
        failures,
        [
            "a message between workers was damaged",
            "a worker came to its end"
        ]
    );
}

#[test]
fn shards_divide_the_batch() {
    for (batch, wanted, shards) in [(64, 4, 4), (10, 4, 2), (7, 4, 1), (3, 4, 3), (64, 5, 4)] {
        let run = start(&format!("subset=100&batch={batch}&shards={wanted}&steps=1"));
        assert_eq!(run.plan().shards, shards, "batch={batch}, shards={wanted}");
    }
}
