//! Tests of the engines.

mod engine;
mod forward_backward;
#[cfg(feature = "gpu")]
mod gpu;
mod health;
mod memory;
mod self_test;
#[cfg(feature = "gpu")]
mod start_time;
#[cfg(feature = "gpu")]
mod step_test;

#[cfg(feature = "gpu")]
pub use gpu::gpu;
