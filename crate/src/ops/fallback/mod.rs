//! The operations in burn's own operations, for backends without kernels of ours.

mod activation;
mod attention;
mod layer_norm;
mod layers;
mod loss;
mod norm;
mod vectors;

pub use activation::*;
pub use attention::*;
pub use layer_norm::*;
pub use layers::*;
pub use loss::*;
pub use norm::*;
pub use vectors::*;
