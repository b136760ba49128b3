//! Two-dimensional convolution: forward, and its gradients with respect to input, weights and bias.
//!
//! Direct convolution, without im2col's patch matrix, which copies every pixel once for each kernel position. Images are copied
//! once, into a padded buffer that is split by the phases of the stride (`ops/phases.rs`), and the register tiles of
//! [`super::tile`] read them there.

mod direct;
mod forward;
mod input;
mod positions;
mod shape;
mod weights;

pub use forward::forward;
pub use input::input_gradient;
pub use shape::ConvShape;
pub use weights::{bias_gradient, weight_gradient};
