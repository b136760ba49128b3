//! The files of a run.
//!
//! - [`tensor_file`]: safetensors files, read with care
//! - [`weights`]: a network's tensors, named and shaped as PyTorch has them; `described`: what a file of them says of images
//! - [`weights_file`]: such a file as people have it, of Bunsen or of PyTorch; `fit`: whether it is of a network; `foreign`: other programs'
//!   files; `widen`: numbers of 16 bits
//! - [`checkpoint`]: all that a run needs to go on
//! - [`run_file`]: `run.bunsen.json`: recipe, trace, scores and check of a run

pub mod checkpoint;
mod described;
mod fit;
mod foreign;
pub mod run_file;
pub mod tensor_file;
#[cfg(test)]
mod tests;
pub mod weights;
pub mod weights_file;
mod widen;

pub use described::Described;
pub use fit::{Differences, Fitted};

/// A mean loss is not below 0, but by what a GPU's logarithm is off.
const LEAST_LOSS: f64 = -1e-5;
