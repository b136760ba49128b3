//! A network's tensors in a file, with PyTorch's names and shapes.
//!
//! Names need no translation, because networks here are named as in PyTorch. Of the shapes only one differs: a linear
//! layer's weight is `[in, out]` in burn, and `[out, in]` in PyTorch and in files.

use safetensors::tensor::Dtype;

use super::tensor_file::{self, TensorFile, TensorSource, TensorSpec};
use crate::lab::train::trainer::Trainer;
use crate::zoo::parameters::Slot;

/// The tensors of these slots, with PyTorch's shapes.
pub fn tensor_specs(slots: &[Slot]) -> impl Iterator<Item = TensorSpec> {
    slots.iter().map(|slot| TensorSpec {
        name: slot.name.clone(),
        shape: match (slot.linear, slot.shape.as_slice()) {
            (true, [inputs, outputs]) => vec![*outputs, *inputs],
            (_, shape) => shape.to_vec(),
        },
        dtype: Dtype::F32,
    })
}

/// Splits a flat vector of parameters or statistics into a file's tensors.
///
/// # Errors
/// The name of a tensor that the vector is too short for.
pub fn to_tensors<'a>(slots: &[Slot], flat: &'a [f32]) -> Result<Vec<TensorSource<'a>>, String> {
    let tensors = tensor_specs(slots).zip(slots).map(|(spec, slot)| {
        let values = flat.get(slot.start..slot.start + slot.len());
        let values = values.ok_or_else(|| format!("{} is not there.", slot.name))?;
        Ok(match (slot.linear, slot.shape.as_slice()) {
            (true, [inputs, outputs]) => {
                TensorSource::transposed(spec, values, [*inputs, *outputs])
            }
            _ => TensorSource::new(spec, values),
        })
    });
    tensors.collect()
}

/// The weights file of a network: its parameters, and its running statistics if it has any.
///
/// # Errors
/// What the format refused.
pub fn write(
    trainer: &Trainer,
    weights: &[f32],
    running_statistics: &[f32],
    link: &str,
) -> Result<Vec<u8>, String> {
    let mut tensors = to_tensors(&trainer.slots, weights)?;
    tensors.extend(to_tensors(&trainer.statistics_slots(), running_statistics)?);
    tensor_file::write(&[("format", "weights"), ("link", link)], &tensors)
}

/// Concatenates a file's tensors into a flat vector. The tensors have been checked by [`TensorFile::check_tensors`].
pub fn from_tensors(slots: &[Slot], file: &TensorFile) -> Vec<f32> {
    // Grown bit by bit, it would take twice its memory.
    let mut flat = Vec::with_capacity(slots.iter().map(Slot::len).sum());
    for slot in slots {
        let values = file.floats(&slot.name);
        match (slot.linear, slot.shape.as_slice()) {
            (true, [inputs, outputs]) => flat.extend(transpose(&values, *outputs, *inputs)),
            _ => flat.extend(values),
        }
    }
    flat
}

/// The transpose of a row-major matrix.
fn transpose(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let column = |column: usize| (0..rows).map(move |row| matrix[row * columns + column]);
    (0..columns).flat_map(column).collect()
}
