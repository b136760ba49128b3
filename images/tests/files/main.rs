//! A person's files, valid and invalid: the collection that they give, and the sentences that are shown.
#![allow(clippy::unwrap_used, missing_docs)]

mod collection;
mod decode;
mod pickles;
mod support;
mod tars;
mod zips;
