//! The lab: a recipe on an engine becomes a run that is pulled step by step.
//!
//! - [`engine`]: what computes; `gpu` opens the GPU one, [`health`] watches it, [`selftest`] proves it
//! - [`plan`]: how long a run is; [`memory`]: how much it needs; [`schedule`]: the learning rate at each step
//! - [`images`]: a split on a GPU, batches gathered there; [`batch`]: a batch on the host
//! - [`crew`]: several workers at one batch, with the same bits as one
//! - [`run`]: the run itself; [`learner`]: one training step; [`optimizer`]: how weights move
//! - [`compute`]: one pass on numbers that are given
//! - [`score`]: the test split; [`trace`]: every step's loss as bits; [`checkpoint`]: a run to go on from
//! - [`verify`]: a run compared with a promised one, as it goes on; [`runfile`]: a run as a file
//! - [`weights`]: a network's tensors as PyTorch has them; [`mod@file`]: safetensors files, read with care
//! - [`error`]: what can go wrong, as sentences

pub mod batch;
pub mod checkpoint;
pub mod compute;
pub mod crew;
#[cfg(feature = "cuda")]
mod cuda;
pub mod engine;
pub mod error;
pub mod file;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod health;
pub mod images;
pub mod learner;
pub mod memory;
#[cfg(test)]
mod mutations;
pub mod optimizer;
pub mod pace;
pub mod plan;
mod roles;
pub mod run;
pub mod runfile;
pub mod schedule;
pub mod score;
pub mod selftest;
pub mod trace;
pub mod verify;
pub mod weights;

pub use engine::{Engine, EngineInfo, EngineKind, SelfTest};
pub use error::LabError;
pub use plan::{Plan, fits};
pub use run::{Preview, Report, Run};
pub use runfile::RunFile;
pub use score::Score;
pub use verify::Verdict;
