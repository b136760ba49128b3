//! The lab: a recipe on an engine becomes a run that is pulled step by step.
//!
//! - [`engine`]: the devices that compute, their health, the memory they need, and the GPU engine's self-test
//! - [`train`]: one training step: trainer, optimizer, schedule, batches, and how long a run is
//! - [`worker_pool`]: several workers at one batch, with the same bits as one
//! - [`run`]: the run itself: steps, scores, predictions, activations, checkpoints
//! - [`files`]: safetensors files, checkpoints, weights, run files
//! - [`verify`]: the trace and its check; a run compared with a promised one while it goes on
//! - [`sweep`]: the runs of many links in one text
//! - [`event_loop`]: long computations that let the browser's event loop run in between
//! - [`error`]: what can go wrong, as sentences

pub mod engine;
pub mod error;
pub mod event_loop;
pub mod files;
pub mod run;
pub mod sweep;
#[cfg(test)]
mod tests;
pub mod train;
pub mod verify;
pub mod worker_pool;

pub use engine::{Engine, EngineInfo, EngineKind, SelfTestStatus};
pub use error::LabError;
pub use files::run_file::RunFile;
pub use run::score::Score;
pub use run::{Report, Run};
pub use train::plan::{TrainingPlan, check_network};
pub use verify::Verdict;
