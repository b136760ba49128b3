//! A person's files, valid and invalid: the collection that they give, and the sentences that are shown.
#![allow(clippy::panic, clippy::unwrap_used, missing_docs)]

mod arrays;
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
