//! A person's files, valid and invalid: the collection that they give, and the sentences that are shown.
#![allow(clippy::panic, clippy::unwrap_used, missing_docs)]

mod arrays;
mod as_code;
mod collection;
mod decode;
mod formats;
mod labels;
mod large;
mod mats;
mod nested;
mod npys;
mod npzs;
mod pickles;
mod prepared;
mod sheets;
mod support;
mod tables;
mod tars;
mod zips;

// What "Show as code" writes beside a Rust program: `as_code` holds it to the crate.
#[path = "../../../crate/examples/as_code_own/files.rs"]
mod files;
#[path = "../../../crate/examples/as_code_own/load.rs"]
mod load;
#[path = "../../../crate/examples/as_code_own/picture.rs"]
mod picture;
