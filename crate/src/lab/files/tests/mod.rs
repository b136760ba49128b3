//! Tests of a run's files.

mod checkpoint;
mod mutations;
mod run_file;
mod weights;
