//! Two-dimensional convolution: forward, and its gradients by input, weights and bias.
//!
//! No matrix of patches is built (im2col copies every pixel once a kernel place): images are copied once, with their
//! padding, and the tiles of [`super::tile`] read them where they stand.

mod forward;
mod input;
mod shape;
mod sums;
mod weights;

pub use forward::forward;
pub use input::input_gradient;
pub use shape::ConvShape;
pub use weights::{bias_gradient, weight_gradient};
