//! The files of a run.
//!
//! - [`tensor_file`]: safetensors files, read with care
//! - [`weights`]: a network's tensors, named and shaped as PyTorch has them
//! - [`checkpoint`]: all that a run needs to go on
//! - [`run_file`]: `run.bunsen.json`: recipe, trace, scores and check of a run

pub mod checkpoint;
pub mod run_file;
pub mod tensor_file;
#[cfg(test)]
mod tests;
pub mod weights;

/// A mean loss is not below 0, but by what a GPU's logarithm is off.
const LEAST_LOSS: f64 = -1e-5;
