//! The operations in burn's own operations, for backends without kernels of ours.

mod layers;
mod loss;
mod norm;
mod vectors;

pub use layers::*;
pub use loss::*;
pub use norm::*;
pub use vectors::*;
