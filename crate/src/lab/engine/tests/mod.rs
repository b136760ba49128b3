//! Tests of the engines.

mod compute;
mod engine;
mod health;
mod memory;
mod self_test;
