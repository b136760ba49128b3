//! Tests of the engines.

#[cfg(feature = "gpu")]
mod buffers;
#[cfg(feature = "gpu")]
mod device_errors;
#[cfg(feature = "gpu")]
mod device_memory;
mod engine;
#[cfg(feature = "gpu")]
mod faults;
mod forward_backward;
#[cfg(feature = "gpu")]
mod gpu;
mod health;
#[cfg(feature = "gpu")]
mod limits;
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
