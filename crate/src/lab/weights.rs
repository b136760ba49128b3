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

/// Writes the file: each tensor under its name, in its shape, and the recipe's link in the header. What several slots
/// are cut from comes with them: the parameters, and the running averages of what is normalised by batches.
///
/// Shapes are burn's: a convolution's weight is `[out, in, height, width]`, a linear layer's `[in, out]`.
///
/// # Errors
/// What the format refused.
pub fn write(vectors: &[(&[Slot], &[f32])], link: &str) -> Result<Vec<u8>, String> {
    let mut parts = Vec::new();
    for (slots, values) in vectors {
        for slot in *slots {
            let part = values
                .get(slot.start..slot.start + slot.len())
                .ok_or_else(|| format!("{} is not there.", slot.name))?;
            let bytes: Vec<u8> = part.iter().flat_map(|value| value.to_le_bytes()).collect();
            parts.push((slot, bytes));
        }
    }
    let mut views = Vec::new();
    for (slot, bytes) in &parts {
        let view = TensorView::new(Dtype::F32, slot.shape.clone(), bytes)
            .map_err(|error| format!("{}: {error}", slot.name))?;
        views.push((slot.name.as_str(), view));
    }
    safetensors::serialize(
        views,
        Some(header(&[("format", "weights"), ("link", link)])),
    )
    .map_err(|error| error.to_string())
}
