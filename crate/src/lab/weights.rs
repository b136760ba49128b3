//! The weights as a safetensors file, parameter by parameter, and what its header says.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, TensorView};

use crate::zoo::parameters::Slot;

/// The header's entry that says what the file is.
const ENTRY: &str = "bunsen";

/// A header: key and value pairs as in a URL, in one entry, since the order of several would be chance.
pub fn header(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(pairs);
    HashMap::from([(ENTRY.to_owned(), text.finish())])
}

/// The value of a key in such a header.
pub fn read_header(header: Option<&HashMap<String, String>>, key: &str) -> Option<String> {
    let text = header?.get(ENTRY)?;
    form_urlencoded::parse(text.as_bytes())
        .find(|pair| pair.0 == key)
        .map(|pair| pair.1.into_owned())
}

/// Writes the file: each parameter under its name, in its shape, and the recipe's link in the header.
///
/// Shapes are burn's: a convolution's weight is `[out, in, height, width]`, a linear layer's `[in, out]`.
///
/// # Errors
/// What the format refused.
pub fn write(slots: &[Slot], values: &[f32], link: &str) -> Result<Vec<u8>, String> {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let mut views = Vec::new();
    for slot in slots {
        let part = bytes
            .get(slot.start * 4..(slot.start + slot.len()) * 4)
            .ok_or_else(|| format!("{} is not there.", slot.name))?;
        let view = TensorView::new(Dtype::F32, slot.shape.clone(), part)
            .map_err(|error| format!("{}: {error}", slot.name))?;
        views.push((slot.name.as_str(), view));
    }
    safetensors::serialize(
        views,
        Some(header(&[("format", "weights"), ("link", link)])),
    )
    .map_err(|error| error.to_string())
}
