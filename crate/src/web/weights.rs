//! Files of weights, for JavaScript.

use wasm_bindgen::prelude::*;

use super::error::to_js_error;
use super::types::{WeightsInfo, to_js};
use crate::lab::files::weights_file::WeightsFile;

/// Reads what a file of weights says of itself: Bunsen's weights or checkpoint, or safetensors of another program.
///
/// # Errors
/// Kind "file": what is wrong with it, and what would be right.
#[wasm_bindgen(js_name = readWeights, unchecked_return_type = "WeightsInfo")]
pub fn read_weights(file: &[u8]) -> Result<JsValue, JsValue> {
    let file = WeightsFile::open(file).map_err(to_js_error)?;
    let described = file.described();
    let normalization = described.normalization;
    let (mean, std) = normalization.map_or((None, None), |of| (Some(of.mean), Some(of.std)));
    let [tensors, parameters] = file.counts();
    to_js(&WeightsInfo {
        digest: file.digest().to_string(),
        format: file.format().name(),
        link: file.recipe().map(crate::recipe::Recipe::link),
        classes: described.classes,
        mean,
        std,
        parameters,
        tensors,
    })
}
