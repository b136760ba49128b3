//! The weights as a safetensors file, parameter by parameter.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, TensorView};

use crate::zoo::parameters::Slot;

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
    let about = HashMap::from([
        ("bunsen".to_owned(), "weights".to_owned()),
        ("link".to_owned(), link.to_owned()),
    ]);
    safetensors::serialize(views, Some(about)).map_err(|error| error.to_string())
}
