//! Tests of the engines.

mod engine;
mod forward_backward;
mod health;
mod memory;
mod self_test;
