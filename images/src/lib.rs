//! A person's own images: from files, a zip or the archive of a known data set to bytes that networks are trained on.
//!
//! Browsers decode JPEG each in their own way, so a page's images would be other bytes in another browser. Here one decoder
//! does it everywhere, in the page (as a WebAssembly module of its own, which is fetched only when images come) and in
//! the native command, with whole numbers alone, so that both give equal bytes.
//!
//! - [`intake`]: takes files one after another, and says what was left out and why
//! - [`decode`]: one file's pixels; [`shrink`]: a small square of them
//! - [`paths`]: which folder is an image's class
//! - [`members`]: a zip's files; [`untar`]: the wanted files of a tar, packed with gzip or plain
//! - [`collection`]: all of it in its canonical form, whose digest names it
//! - [`limits`]: how much of everything there may be; [`error`]: what can be wrong, as sentences
//! - `web`: the boundary to JavaScript

pub mod collection;
pub mod decode;
pub mod error;
pub mod intake;
pub mod limits;
pub mod members;
pub mod paths;
pub mod shrink;
pub mod untar;
#[cfg(target_family = "wasm")]
mod web;

pub use collection::{Class, Collection};
pub use error::ImagesError;
pub use intake::Intake;
pub use shrink::Format;
