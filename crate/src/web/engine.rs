//! Engines, for JavaScript.

use wasm_bindgen::prelude::*;

use super::boxed;
use super::computation::Computation;
use super::dataset::Dataset;
use super::error::to_js_error;
use super::run::Run;
use super::types::{EngineInfo, to_js};
use super::worker_pool::{WorkerPool, pool_of};
use crate::lab::run::Origin;
use crate::lab::{self, engine::forward_backward};
use crate::registry;

/// What computes.
#[wasm_bindgen]
pub struct Engine {
    engine: lab::Engine,
}

#[wasm_bindgen]
impl Engine {
    /// The CPU engine, with a worker pool where there is one.
    pub fn cpu(pool: Option<WorkerPool>) -> Engine {
        Engine {
            engine: lab::Engine::cpu_with(pool.map(pool_of).unwrap_or_default()),
        }
    }

    /// The GPU engine. `adapter` and `software` are what the browser tells of its adapter, and wgpu does not pass on: its name,
    /// empty where it tells none, and whether it computes in software.
    ///
    /// # Errors
    /// Kind "engine": no adapter, or one whose limits are too low.
    #[cfg(feature = "gpu")]
    pub async fn gpu(adapter: String, software: bool) -> Result<Engine, JsValue> {
        let told = lab::engine::AdapterDescription {
            name: adapter,
            is_software: software,
        };
        let engine = boxed(lab::Engine::gpu(Some(told)))
            .await
            .map_err(to_js_error)?;
        Ok(Engine { engine })
    }

    /// Takes records of what this adapter has proven to this build before, one a line: see `Run.proof`.
    #[cfg(feature = "gpu")]
    #[wasm_bindgen(js_name = takeProofs)]
    pub fn take_proofs(&self, records: &str) {
        self.engine.proofs.take(records);
    }

    /// The engine's description.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "EngineInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        info(&self.engine.info())
    }

    /// Starts a run, which is verified against the link's check and marks if it has any. On the GPU engine the self-test
    /// comes first. `weights` is the file that it starts from, which a link with `init` names; another link names it from then on.
    ///
    /// # Errors
    /// Kinds "recipe" and "self-test"; kind "weights" where the link names a file and none, or another, is given; kind "file" where that
    /// file is damaged, or of another network.
    pub async fn start(
        &self,
        link: &str,
        data: &Dataset,
        weights: Option<Vec<u8>>,
    ) -> Result<Run, JsValue> {
        let link = registry::parse(link).map_err(to_js_error)?;
        let recipe = link.recipe.clone();
        let run = boxed(lab::Run::start_from(
            &self.engine,
            recipe,
            data.share(),
            weights.as_deref(),
        ))
        .await;
        let mut run = run.map_err(to_js_error)?;
        boxed(run.verify_link(&link)).await.map_err(to_js_error)?;
        Ok(Run::of(run))
    }

    /// Resumes a run from a checkpoint of the same recipe on the same data. `computed_here`: the caller vouches that this browser
    /// wrote the checkpoint, so that the steps before it count as computed here.
    ///
    /// # Errors
    /// Those of [`Engine::start`], and kind "checkpoint" where the file does not fit.
    pub async fn resume(
        &self,
        link: &str,
        data: &Dataset,
        checkpoint: &[u8],
        computed_here: bool,
    ) -> Result<Run, JsValue> {
        let link = registry::parse(link).map_err(to_js_error)?;
        let recipe = link.recipe.clone();
        let run = boxed(lab::Run::resume(
            &self.engine,
            recipe,
            data.share(),
            checkpoint,
            match computed_here {
                true => Origin::ThisBrowser,
                false => Origin::File,
            },
        ))
        .await;
        let mut run = run.map_err(to_js_error)?;
        boxed(run.verify_link(&link)).await.map_err(to_js_error)?;
        Ok(Run::of(run))
    }

    /// One forward and backward pass through a link's network on a given batch.
    ///
    /// # Errors
    /// Kinds "recipe", also where the batch does not fit, and "gpu".
    #[wasm_bindgen(js_name = forwardBackward, unchecked_return_type = "Computation")]
    pub async fn forward_backward(
        &self,
        link: &str,
        pixels: Vec<f32>,
        labels: Vec<u8>,
        weights: Option<Vec<f32>>,
    ) -> Result<JsValue, JsValue> {
        let recipe = registry::parse(link).map_err(to_js_error)?.recipe;
        let inputs = forward_backward::Inputs {
            weights,
            pixels,
            labels,
        };
        let computed = boxed(forward_backward::forward_backward(
            &self.engine,
            &recipe,
            inputs,
        ))
        .await;
        to_js(&Computation::from(computed.map_err(to_js_error)?))
    }
}

/// An engine's description as a JavaScript object.
pub fn info(info: &lab::EngineInfo) -> Result<JsValue, JsValue> {
    to_js(&EngineInfo {
        kind: info.kind.name(),
        adapter: info.adapter.clone(),
        software: info.software,
        simd: info.simd,
        threads: info.threads,
        self_test: info.self_test.text(),
        label: info.label(),
    })
}
