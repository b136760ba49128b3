//! Both ends of the worker pool: the pool of workers that JavaScript offers, and what runs in each of them.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::lab::worker_pool::{self, PendingResult, RemoteWorkers};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** A pool of workers, as the module calls it. */
export interface WorkerPool {
  /** How many workers are ready. */
  count(): number;
  /** Has one of them compute a task; rejects where that worker failed. */
  run(worker: number, task: Uint8Array): Promise<Uint8Array>;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's implementation.
    #[wasm_bindgen(typescript_type = "WorkerPool")]
    #[derive(Debug)]
    pub type WorkerPool;

    #[wasm_bindgen(method)]
    fn count(this: &WorkerPool) -> u32;

    #[wasm_bindgen(method)]
    fn run(this: &WorkerPool, worker: u32, task: Vec<u8>) -> js_sys::Promise;
}

/// The lab's worker pool over JavaScript's.
pub fn pool_of(pool: WorkerPool) -> worker_pool::WorkerPool {
    worker_pool::WorkerPool::new(Rc::new(JsWorkers(pool)))
}

#[derive(Debug)]
struct JsWorkers(WorkerPool);

impl RemoteWorkers for JsWorkers {
    fn count(&self) -> usize {
        self.0.count() as usize
    }

    fn submit(&self, worker: usize, task: Vec<u8>) -> PendingResult {
        // Called at once, not when the future is first polled.
        let result = self.0.run(worker as u32, task);
        Box::pin(async move {
            let bytes = JsFuture::from(result).await;
            // A cast, for a new array would be a copy.
            match bytes.and_then(JsCast::dyn_into::<js_sys::Uint8Array>) {
                Ok(bytes) => Ok(bytes.to_vec()),
                Err(why) => Err(format!("{why:?}")),
            }
        })
    }
}

/// What runs in a worker of the pool.
#[wasm_bindgen]
#[derive(Default)]
pub struct PoolWorker {
    inner: worker_pool::worker::PoolWorker,
}

#[wasm_bindgen]
impl PoolWorker {
    /// A worker without a network yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> PoolWorker {
        PoolWorker::default()
    }

    /// Computes a task.
    ///
    /// # Errors
    /// A sentence, where the task is damaged.
    pub fn run(&mut self, task: &[u8]) -> Result<Vec<u8>, JsValue> {
        let result = self.inner.run(task);
        result.map_err(|why| js_sys::Error::new(&why).into())
    }
}
