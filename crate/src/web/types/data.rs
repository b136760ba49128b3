//! Data sets, their files and their examples.

use serde::Serialize;
use tsify::Tsify;

/// A file of a data set that has to be fetched.
#[derive(Serialize, Tsify)]
pub struct SourceFile {
    /// Its path below `data/<folder>/` and below each mirror.
    pub path: &'static str,
    /// What it holds: "training images".
    pub role: &'static str,
    /// The size of its decompressed contents, in bytes.
    pub bytes: usize,
    /// Their SHA-256, in hexadecimal; empty where none is known.
    pub sha256: &'static str,
    /// Whether it has examples that follow those of the file before it, so that it is appended to that one.
    pub follows: bool,
    /// The file as a picture, below each of the data set's `sheets`.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<Sheet>,
}

/// A file as a picture with a row of pixels for each image, and a list of labels in JSON.
#[derive(Serialize, Tsify)]
pub struct Sheet {
    /// The name of the picture.
    pub picture: &'static str,
    /// The name of the list of labels.
    pub labels: &'static str,
    /// Where in that list the file's labels begin.
    pub first: usize,
}

/// A data set that has to be fetched.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DataSource {
    /// Its name in the link.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its folder below `data/`.
    pub folder: &'static str,
    /// Its copyright holder and licence.
    pub license: &'static str,
    /// The files that a run needs before its first step.
    pub training: Vec<SourceFile>,
    /// The files that an evaluation needs.
    pub test: Vec<SourceFile>,
    /// URL prefixes of mirrors that allow requests from pages of other origins.
    pub mirrors: Vec<&'static str>,
    /// URL prefixes of mirrors that have its files as pictures, and allow requests from pages of other origins.
    pub sheets: Vec<&'static str>,
    /// The size of all its files as the mirrors or the sheets have them, packed: in bytes.
    pub packed_bytes: usize,
    /// Whether a person gives its files, for no digest of their contents is known.
    pub given: bool,
    /// What is known of such files as they are published.
    pub originals: Vec<Original>,
    /// The page where a person finds them.
    pub home: &'static str,
}

/// A file of a data set as it is published, or an archive of all its files.
#[derive(Serialize, Tsify)]
pub struct Original {
    /// Its name: that of one of the data set's files, or that of an archive.
    pub name: &'static str,
    /// Its size, in bytes, as it is downloaded.
    pub bytes: f64,
    /// Its SHA-256 as it is downloaded, in hexadecimal.
    pub sha256: &'static str,
}

/// A data set's description.
#[derive(Serialize, Tsify)]
pub struct DataInfo {
    /// Its name in the link.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Whether it is generated, not fetched.
    pub synthetic: bool,
    /// Training examples.
    pub train: usize,
    /// Test examples.
    pub test: usize,
    /// The classes' names.
    pub classes: Vec<String>,
    /// Channels of an image.
    pub channels: usize,
    /// Rows of an image.
    pub height: usize,
    /// Columns of an image.
    pub width: usize,
    /// How pictures that were no squares became squares. Only a person's own were pictures.
    #[tsify(type = "\"crop\" | \"pad\" | \"squash\"")]
    pub fit: &'static str,
    /// SHA-256 of the examples.
    pub digest: String,
}

/// How pixels from 0 to 1 are normalized: `(pixel - mean) / std`.
#[derive(Serialize, Tsify)]
pub struct Normalization {
    /// The training images' mean, one number a channel.
    pub mean: Vec<f32>,
    /// Their standard deviation.
    pub std: Vec<f32>,
}

/// An example of a data set.
#[derive(Serialize, Tsify)]
pub struct Example {
    /// Its pixels `[channels, height, width]`, 0 to 255.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub pixels: Vec<u8>,
    /// Its class.
    pub label: u8,
}

/// A training image, and what the run's augmentation makes of it.
#[derive(Serialize, Tsify)]
pub struct AugmentedImage {
    /// Its class.
    pub label: u8,
    /// Its pixels `[channels, height, width]`, 0 to 255.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub original: Vec<u8>,
    /// As the run's epochs augment it.
    pub views: Vec<AugmentedView>,
}

/// A training image as an epoch augments it.
#[derive(Serialize, Tsify)]
pub struct AugmentedView {
    /// The epoch, from 1.
    pub epoch: f64,
    /// Its pixels `[channels, height, width]`, 0 to 255.
    #[serde(with = "serde_bytes")]
    #[tsify(type = "Uint8Array")]
    pub pixels: Vec<u8>,
}
