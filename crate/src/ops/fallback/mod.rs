//! The operations in burn's own operations, for backends without kernels of ours.

mod activation;
mod layers;
mod loss;
mod norm;
mod vectors;

pub use activation::*;
pub use layers::*;
pub use loss::*;
pub use norm::*;
pub use vectors::*;
