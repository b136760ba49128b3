//! The operations in burn's own, for backends that have no kernels of ours for them.

mod layers;
mod loss;
mod norm;
mod vectors;

pub use layers::*;
pub use loss::*;
pub use norm::*;
pub use vectors::*;
