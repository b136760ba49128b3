//! A person's own images: from files, a zip or the archive of a known data set to the bytes that networks are trained on.
//!
//! Each browser has its own JPEG decoder, so a page's images would be other bytes in another browser. Here one decoder is used
//! everywhere, in the page (as a WebAssembly module of its own, which is fetched only when images are given) and in the native
//! command, and everything after it is integer arithmetic, so that both give equal bytes.
//!
//! - [`builder`]: collects files one by one, and reports which were skipped and why
//! - [`prepared`]: what another thread makes of a file for it
//! - [`decode`]: the pixels of one file; [`resize`]: a small square of them
//! - [`single`]: an image by itself, which a network is asked about; [`zip_files`]: those in a zip
//! - [`kinds`]: files that are known and not read; `labels`: tables and lists of the images' classes
//! - [`arrays`]: data sets that are arrays of numbers: IDX, npy, npz and CSV
//! - [`paths`]: the folders and the name of a file; [`classes`]: which folder is an image's class, [`class_folder`]: where it lies in several; `file_names`: what names of files tell; [`printable`]: names as they are shown
//! - `inner_zips`: zips on their way into a collection; [`zip_entries`]: the files of a zip, and `zip_names` their names; [`untar`]: requested files of a tar, packed with gzip or plain; [`pickle`]: what those of CIFAR's
//!   Python versions hold; [`mat`]: SVHN's files, in MATLAB's form; [`sheet`]: a picture with a row of pixels for each of its images
//! - `fit_samples`: some pictures in every way that makes them square
//! - `duplicates`: images that are there twice; `twins`: those that are nearly the same; `part`: a part of too many
//! - [`collection`]: the canonical form of a collection, whose digest names it
//! - [`limits`]: how large everything may be; [`error`]: what can be wrong, as sentences
//! - `web`: the boundary to JavaScript

pub mod arrays;
pub mod builder;
pub mod class_folder;
pub mod classes;
pub mod collection;
pub mod decode;
mod duplicates;
pub mod error;
mod file_names;
mod finish;
mod fit_samples;
mod inner_zips;
pub mod kinds;
mod labels;
pub mod limits;
pub mod mat;
mod notices;
mod part;
pub mod paths;
pub mod pickle;
pub mod prepared;
// One list for both crates, of which neither needs the other.
#[path = "../../crate/src/printable.rs"]
pub mod printable;
pub mod resize;
pub mod sheet;
pub mod single;
mod split;
mod twins;
pub mod untar;
#[cfg(target_family = "wasm")]
mod web;
pub mod zip_entries;
pub mod zip_files;
mod zip_names;

pub use builder::CollectionBuilder;
pub use class_folder::ClassFolder;
pub use collection::{Class, Collection};
pub use error::ImagesError;
pub use fit_samples::FitSample;
pub use resize::{Fit, Format};
