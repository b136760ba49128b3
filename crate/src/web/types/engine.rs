//! An engine's description.

use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const KIND: &str = r#"
/** Which engine. */
export type EngineKind = "cpu" | "gpu";
"#;

/// An engine's description.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct EngineInfo {
    /// Which engine.
    #[tsify(type = "EngineKind")]
    pub kind: &'static str,
    /// The adapter's name; empty on the CPU engine.
    pub adapter: String,
    /// Whether the adapter is a software rasteriser: then it is not called a GPU.
    pub software: bool,
    /// Whether the CPU engine's arithmetic is vectorised.
    pub simd: bool,
    /// Workers that compute, the engine's own among them.
    pub threads: usize,
    /// The result of the self-test against the CPU engine, which is done for each run's own network.
    #[tsify(type = "\"not needed\" | \"not run yet\" | \"passed\" | \"passed again\"")]
    pub self_test: &'static str,
    /// All of it in words for a person: "CPU, SIMD, 1 thread".
    pub label: String,
}
