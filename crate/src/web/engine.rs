//! Engines, for JavaScript.

use wasm_bindgen::prelude::*;

use super::apart;
use super::computation::Computation;
use super::crew::{Crew, crew_of};
use super::dataset::Dataset;
use super::error::thrown;
use super::run::Run;
use super::types::{EngineInfo, out};
use crate::lab::{self, engine::compute};
use crate::recipe;

/// What computes.
#[wasm_bindgen]
pub struct Engine {
    engine: lab::Engine,
}

#[wasm_bindgen]
impl Engine {
    /// The CPU engine, with helpers that may be there.
    pub fn cpu(crew: Option<Crew>) -> Engine {
        Engine {
            engine: lab::Engine::cpu_with(crew.map(crew_of).unwrap_or_default()),
        }
    }

    /// The GPU engine. Once a module: a second call is refused.
    ///
    /// # Errors
    /// Kind "engine": no WebGPU, or no adapter.
    #[cfg(feature = "gpu")]
    pub async fn gpu() -> Result<Engine, JsValue> {
        let name = super::adapter::name().await.map_err(thrown)?;
        let engine = apart(lab::Engine::gpu(Some(name))).await.map_err(thrown)?;
        Ok(Engine { engine })
    }

    /// What the engine says of itself.
    ///
    /// # Errors
    /// None but those of the conversion.
    #[wasm_bindgen(unchecked_return_type = "EngineInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        info(&self.engine.info())
    }

    /// Starts a run, which is compared with what the link promises if it is a checked one. On the GPU engine the
    /// self-test comes first.
    ///
    /// # Errors
    /// Kinds "recipe" and "self-test".
    pub async fn start(&self, link: &str, data: &Dataset) -> Result<Run, JsValue> {
        let link = recipe::parse(link).map_err(thrown)?;
        let run = apart(lab::Run::start(
            &self.engine,
            link.recipe.clone(),
            data.share(),
        ))
        .await;
        let mut run = run.map_err(thrown)?;
        run.verify_link(&link).map_err(thrown)?;
        Ok(Run::of(run))
    }

    /// Goes on from a checkpoint of the same recipe on the same data.
    ///
    /// # Errors
    /// Those of [`Engine::start`], and kind "checkpoint" where the file does not fit.
    pub async fn resume(
        &self,
        link: &str,
        data: &Dataset,
        checkpoint: &[u8],
    ) -> Result<Run, JsValue> {
        let link = recipe::parse(link).map_err(thrown)?;
        let recipe = link.recipe.clone();
        let run = apart(lab::Run::resume(
            &self.engine,
            recipe,
            data.share(),
            checkpoint,
        ))
        .await;
        let mut run = run.map_err(thrown)?;
        run.verify_link(&link).map_err(thrown)?;
        Ok(Run::of(run))
    }

    /// One pass through a link's network, forward and backward, on numbers that are given; see [`compute`].
    ///
    /// # Errors
    /// Kinds "recipe", where the numbers do not fit too, and "gpu".
    #[wasm_bindgen(unchecked_return_type = "Computation")]
    pub async fn compute(
        &self,
        link: &str,
        pixels: Vec<f32>,
        labels: Vec<u8>,
        weights: Option<Vec<f32>>,
    ) -> Result<JsValue, JsValue> {
        let recipe = recipe::parse(link).map_err(thrown)?.recipe;
        let given = compute::Inputs {
            weights,
            pixels,
            labels,
        };
        let computed = apart(compute::compute(&self.engine, &recipe, given)).await;
        out(&Computation::from(computed.map_err(thrown)?))
    }
}

/// An engine's own words.
pub fn info(info: &lab::EngineInfo) -> Result<JsValue, JsValue> {
    out(&EngineInfo {
        kind: info.kind.name(),
        adapter: info.adapter.clone(),
        software: info.software,
        simd: info.simd,
        threads: info.threads,
        self_test: info.self_test.text(),
        label: info.label(),
    })
}
