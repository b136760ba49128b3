//! The types of plain objects that cross the boundary; their TypeScript types are generated from these.

mod data;
mod engine;
mod network;
mod recipe;
mod run;
mod run_file;
mod stack;
mod verdict;
mod weights;

use serde::Serialize;

pub use data::{
    AugmentedImage, AugmentedView, DataInfo, DataSource, Example, Normalization, Original, Sheet,
    SourceFile,
};
pub use engine::EngineInfo;
pub use network::{Description, LayerInfo, NamedRecipe};
pub use recipe::{Choice, Field, FieldKind, ParsedLink};
pub use run::{CheckpointInfo, EvaluationPart, Plan, Predictions, Report, Score};
pub use run_file::{FileScore, GivenScore, RunFile};
pub use stack::{LayerKind, LayerNumber, Stack, StackError, StackLayer};
pub use verdict::{Departure, Verdict};
pub use weights::WeightsInfo;

/// Converts a value to a plain JavaScript object.
pub fn to_js<T: Serialize>(value: &T) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    value.serialize(&serializer).map_err(Into::into)
}
