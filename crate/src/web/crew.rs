//! Helpers in other workers, from both ends.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::lab::worker_pool::{self, PendingResult, RemoteWorkers, WorkerPool};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** Helpers in other workers, as the module asks them. */
export interface Crew {
  /** How many can be asked now. */
  count(): number;
  /** Gives one of them a task; rejects where it is lost. */
  ask(helper: number, task: Uint8Array): Promise<Uint8Array>;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's side of it.
    #[wasm_bindgen(typescript_type = "Crew")]
    #[derive(Debug)]
    pub type Crew;

    #[wasm_bindgen(method)]
    fn count(this: &Crew) -> u32;

    #[wasm_bindgen(method)]
    fn ask(this: &Crew, helper: u32, task: Vec<u8>) -> js_sys::Promise;
}

/// The crew that asks these helpers.
pub fn crew_of(crew: Crew) -> WorkerPool {
    WorkerPool::new(Rc::new(Workers(crew)))
}

#[derive(Debug)]
struct Workers(Crew);

impl RemoteWorkers for Workers {
    fn count(&self) -> usize {
        self.0.count() as usize
    }

    fn submit(&self, worker: usize, task: Vec<u8>) -> PendingResult {
        // Asked at once: a future would wait for its first turn.
        let answer = self.0.ask(worker as u32, task);
        Box::pin(async move {
            let bytes = JsFuture::from(answer).await;
            // As it is: made anew, it would be copied.
            match bytes.and_then(JsCast::dyn_into::<js_sys::Uint8Array>) {
                Ok(bytes) => Ok(bytes.to_vec()),
                Err(why) => Err(format!("{why:?}")),
            }
        })
    }
}

/// What runs in a helper's worker.
#[wasm_bindgen]
#[derive(Default)]
pub struct Assistant {
    inner: worker_pool::worker::PoolWorker,
}

#[wasm_bindgen]
impl Assistant {
    /// One that knows no network yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Assistant {
        Assistant::default()
    }

    /// Does a task.
    ///
    /// # Errors
    /// A sentence, where the task is damaged.
    pub fn answer(&mut self, task: &[u8]) -> Result<Vec<u8>, JsValue> {
        let answer = self.inner.run(task);
        answer.map_err(|why| js_sys::Error::new(&why).into())
    }
}
