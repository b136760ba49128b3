//! Tests of the engines.

mod engine;
mod forward_backward;
#[cfg(feature = "gpu")]
mod gpu;
mod health;
mod memory;
#[cfg(feature = "gpu")]
mod proofs;
mod self_test;
#[cfg(feature = "gpu")]
mod start_time;
#[cfg(feature = "gpu")]
mod step_test;

#[cfg(feature = "gpu")]
pub use gpu::gpu;
