//! What an engine says of itself.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const KIND: &str = r#"
/** Which engine. */
export type EngineKind = "cpu" | "gpu";
"#;

/// What an engine says of itself.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct EngineInfo {
    /// Which engine.
    #[tsify(type = "EngineKind")]
    pub kind: &'static str,
    /// The adapter's name; empty on the CPU engine.
    pub adapter: String,
    /// Whether the adapter computes in software: then it is not called a GPU.
    pub software: bool,
    /// Whether the CPU engine's arithmetic is vectorised.
    pub simd: bool,
    /// Threads that compute.
    pub threads: usize,
    /// The engine's proof against the CPU engine, done for each run's own network.
    #[tsify(type = "\"not needed\" | \"not run yet\" | \"passed\"")]
    pub self_test: &'static str,
    /// All of it in plain words: "CPU, SIMD, 1 thread".
    pub label: String,
}
