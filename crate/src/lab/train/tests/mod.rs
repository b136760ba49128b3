//! Tests of the training step and of what it is made of.

mod batch;
mod device_split;
mod optimizer;
mod plan;
#[cfg(feature = "gpu")]
mod profile;
#[cfg(feature = "gpu")]
mod programs;
mod schedule;
mod trainer;
mod validation_split;
