//! Data sets, for JavaScript.

use std::sync::Arc;

use wasm_bindgen::prelude::*;

use super::chunked_reader::ChunkedReader;
use super::error::to_js_error;
use super::types::{DataInfo, DataSource, Example, Original, Sheet, SourceFile, to_js};
use crate::data::{self, manifest};
use crate::lab::run::load::stand_in;
use crate::recipe::Normalization;
use crate::registry;

/// The files that have to be fetched for a link; nothing where its data are synthetic or custom.
///
/// # Errors
/// Kind "recipe".
#[wasm_bindgen(js_name = dataSource, unchecked_return_type = "DataSource | undefined")]
pub fn data_source(link: &str) -> Result<JsValue, JsValue> {
    let recipe = registry::parse(link).map_err(to_js_error)?.recipe;
    match data::source(&recipe) {
        data::Source::Remote { dataset, .. } => {
            to_js(&data_source_of(dataset, recipe.subset as usize))
        }
        _ => Ok(JsValue::UNDEFINED),
    }
}

/// The data sets that have to be fetched, each with all its files.
///
/// # Errors
/// Only those of the conversion to JavaScript.
#[wasm_bindgen(js_name = dataSources, unchecked_return_type = "DataSource[]")]
pub fn data_sources() -> Result<JsValue, JsValue> {
    let sources = manifest::list().iter();
    let sources: Vec<_> = sources.map(|source| data_source_of(source, 0)).collect();
    to_js(&sources)
}

/// A data set, with the files that a run on its first `subset` examples needs; 0 for all of them.
fn data_source_of(source: &manifest::RemoteDataset, subset: usize) -> DataSource {
    let sheets = source.sheets;
    let sheet_of = |file: &manifest::RemoteFile| {
        let index = source.files.iter().position(|listed| listed == file)?;
        let sheet = sheets?.sheets.get(index)?;
        Some(Sheet {
            picture: sheet.picture,
            labels: sheet.labels,
            first: sheet.first,
        })
    };
    let file = |file: &manifest::RemoteFile| SourceFile {
        path: file.path,
        role: file.role,
        bytes: file.bytes,
        sha256: file.sha256,
        follows: file.follows(),
        sheet: sheet_of(file),
    };
    let original = |original: &manifest::Original| Original {
        name: original.name,
        bytes: original.bytes as f64,
        sha256: original.sha256,
    };
    let mirrors = source.mirrors.iter();
    DataSource {
        name: source.name,
        title: source.title,
        folder: source.folder,
        license: source.license,
        training: source.training(subset).map(file).collect(),
        test: source.test().map(file).collect(),
        mirrors: mirrors
            .filter(|mirror| mirror.cross_origin)
            .map(|mirror| mirror.prefix)
            .collect(),
        sheets: sheets.map_or(Vec::new(), |sheets| sheets.prefixes.to_vec()),
        packed_bytes: source.packed_bytes,
        given: source.is_given(),
        originals: source.originals.iter().map(original).collect(),
        home: source.home,
    }
}

/// A data set's file, decompressed and verified. It stays in the module's memory until the data set is made of it.
#[wasm_bindgen]
pub struct VerifiedFile(manifest::VerifiedFile);

#[wasm_bindgen]
impl VerifiedFile {
    /// Verifies the next file of a data set, whose examples follow, and appends its contents to this one's.
    ///
    /// # Errors
    /// Kind "data": what was found, and what would be right. Nothing is appended then.
    pub fn append(
        &mut self,
        name: &str,
        path: &str,
        bytes: &js_sys::Uint8Array,
    ) -> Result<(), JsValue> {
        let appended = self.0.append(name, path, ChunkedReader::new(bytes));
        appended.map_err(to_js_error)
    }
}

/// Verifies a data set's file against the manifest: its size and its SHA-256. `room`: for how many bytes of files that are appended there is to be
/// memory.
///
/// # Errors
/// Kind "data": what was found, and what would be right.
#[wasm_bindgen(js_name = verifyFile)]
pub fn verify_file(
    name: &str,
    path: &str,
    bytes: &js_sys::Uint8Array,
    room: Option<usize>,
) -> Result<VerifiedFile, JsValue> {
    let (bytes, room) = (ChunkedReader::new(bytes), room.unwrap_or(0));
    let verified = manifest::verify_with_room(name, path, bytes, room);
    verified.map(VerifiedFile).map_err(to_js_error)
}

/// A data set, in memory.
#[wasm_bindgen]
pub struct Dataset {
    data: Arc<data::Dataset>,
}

impl Dataset {
    /// The data, shared.
    pub fn share(&self) -> Arc<data::Dataset> {
        Arc::clone(&self.data)
    }

    fn split(&self, split: &str) -> &data::Split {
        match split {
            "test" => &self.data.test,
            _ => &self.data.train,
        }
    }
}

#[wasm_bindgen]
impl Dataset {
    /// A synthetic data set, drawn from the link's seed.
    ///
    /// # Errors
    /// Kind "recipe", or "data" where the link's images are not drawn.
    pub fn generate(link: &str) -> Result<Dataset, JsValue> {
        let recipe = registry::parse(link).map_err(to_js_error)?.recipe;
        let data = data::synthesize(&recipe).map_err(to_js_error)?;
        Ok(Dataset {
            data: Arc::new(data),
        })
    }

    /// A data set from its files in the manifest's order: from its training files alone it is one without its test split. The files are
    /// consumed.
    ///
    /// # Errors
    /// Kind "data": which file, what was found, what would be right.
    #[wasm_bindgen(js_name = fromFiles)]
    pub fn from_files(name: &str, files: Vec<VerifiedFile>) -> Result<Dataset, JsValue> {
        let files: Vec<_> = files.into_iter().map(|file| file.0).collect();
        let data = match files.iter().any(manifest::VerifiedFile::is_test) {
            true => data::read(name, files),
            false => data::read_training(name, files),
        };
        let data = data.map_err(to_js_error)?;
        Ok(Dataset {
            data: Arc::new(data),
        })
    }

    /// A custom data set, from the bytes that the images module gives; without any, an error that says which are missing.
    ///
    /// # Errors
    /// Kinds "recipe" and "data".
    pub fn custom(link: &str, images: Option<Vec<u8>>) -> Result<Dataset, JsValue> {
        let recipe = registry::parse(link).map_err(to_js_error)?.recipe;
        let data = match images {
            Some(images) => data::custom_dataset::read(&recipe, &images),
            None => Err(data::custom_dataset::missing(&recipe)),
        };
        Ok(Dataset {
            data: Arc::new(data.map_err(to_js_error)?),
        })
    }

    /// What stands for a link's data in a run that is asked and not trained: a batch of images. `mean` and `std` are what a person's own images
    /// are normalized by.
    ///
    /// # Errors
    /// Kind "recipe", and kind "file" where they do not fit.
    #[wasm_bindgen(js_name = standIn)]
    pub fn stand_in(
        link: &str,
        mean: Option<Vec<f32>>,
        std: Option<Vec<f32>>,
    ) -> Result<Dataset, JsValue> {
        let recipe = registry::parse(link).map_err(to_js_error)?.recipe;
        let normalization = mean.zip(std).map(|(mean, std)| Normalization { mean, std });
        let data = stand_in(&recipe, normalization).map_err(to_js_error)?;
        Ok(Dataset {
            data: Arc::new(data),
        })
    }

    /// Adds the test split, from its files in the manifest's order. The files are consumed.
    ///
    /// # Errors
    /// Kind "data": which file, what was found, what would be right.
    #[wasm_bindgen(js_name = setTest)]
    pub fn set_test(&self, files: Vec<VerifiedFile>) -> Result<(), JsValue> {
        let files = files.into_iter().map(|file| file.0).collect();
        let test = data::read_test(&self.data.info.name, files).map_err(to_js_error)?;
        self.data.test.set(test);
        Ok(())
    }

    /// Its description.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "DataInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let info = self.data.info.clone();
        to_js(&DataInfo {
            name: info.name,
            title: info.title,
            synthetic: info.synthetic,
            train: self.data.train.len(),
            test: self.data.test_examples(),
            classes: info.classes,
            channels: info.channels,
            height: info.height,
            width: info.width,
            fit: info.fit,
            digest: self.data.digest.clone(),
        })
    }

    /// `count` examples of a split from an index on, fewer at its end.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "Example[]")]
    pub fn examples(
        &self,
        #[wasm_bindgen(unchecked_param_type = "\"train\" | \"test\"")] split: &str,
        from: usize,
        count: usize,
    ) -> Result<JsValue, JsValue> {
        let split = self.split(split);
        let end = from.saturating_add(count).min(split.len());
        let examples: Vec<_> = (from.min(end)..end)
            .map(|index| Example {
                pixels: split.image(index).to_vec(),
                label: split.labels[index],
            })
            .collect();
        to_js(&examples)
    }

    /// The class of every example of a split, in order.
    pub fn labels(
        &self,
        #[wasm_bindgen(unchecked_param_type = "\"train\" | \"test\"")] split: &str,
    ) -> Vec<u8> {
        self.split(split).labels.clone()
    }

    /// The mean of a split's images, or of those of one class: pixels from 0 to 255; zeros where there are none.
    #[wasm_bindgen(js_name = meanImage)]
    pub fn mean_image(
        &self,
        #[wasm_bindgen(unchecked_param_type = "\"train\" | \"test\"")] split: &str,
        label: Option<u8>,
    ) -> Vec<f32> {
        let [channels, height, width] = self.data.info.shape();
        self.split(split).mean(channels * height * width, label)
    }
}
