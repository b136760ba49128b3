//! Training: what one step is made of, and how many there are.
//!
//! - [`trainer`]: a network with its optimizer; forward and backward through it
//! - [`whitening`]: the state before the first step; filters that are computed from the images; `eigen`: eigenvectors
//! - [`optimizer`]: how weights are updated; `frozen`: those that stay; [`muon`]: Muon's part of it; [`schedule`]: the learning rate at each step
//! - [`batch`]: a batch on the host; [`device_split`]: a split in a GPU's memory, batches gathered there
//! - [`plan`]: how long a run is; `validation_split`: which training examples are held out

pub mod batch;
#[cfg(feature = "gpu")]
pub mod compiled;
#[cfg(feature = "gpu")]
pub mod compiled_inference;
pub mod device_split;
mod eigen;
mod frozen;
#[cfg(feature = "gpu")]
mod measure;
pub mod muon;
pub mod optimizer;
#[cfg(feature = "gpu")]
mod packing;
pub mod plan;
#[cfg(feature = "gpu")]
pub mod programs;
pub mod schedule;
#[cfg(test)]
mod tests;
pub mod trainer;
pub(crate) mod validation_split;
pub mod whitening;
