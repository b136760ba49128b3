//! Tests of a run's files.

mod checkpoint;
mod checkpoint_bytes;
mod mutations;
mod run_file;
mod weights;
mod weights_file;
