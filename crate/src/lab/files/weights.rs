//! A network's tensors in a file, with PyTorch's names and shapes.
//!
//! Names need no translation, because networks here are named as in PyTorch. Of the shapes only one differs: a linear
//! layer's weight is `[in, out]` in burn, and `[out, in]` in PyTorch and in files.

use safetensors::tensor::Dtype;

use super::described::Described;
use super::tensor_file::{self, TensorFile, TensorSource, TensorSpec};
use crate::lab::train::trainer::Trainer;
use crate::zoo::parameters::Slot;

pub(super) const FORMAT: &str = "weights";

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

/// The weights file of a network: its parameters, and its running statistics if it has any. `described` is what it says of the network's
/// images.
///
/// # Errors
/// What the format refused.
pub fn write(
    trainer: &Trainer,
    weights: &[f32],
    running_statistics: &[f32],
    link: &str,
    described: &Described,
) -> Result<Vec<u8>, String> {
    let mut tensors = to_tensors(&trainer.slots, weights)?;
    tensors.extend(to_tensors(&trainer.statistics_slots(), running_statistics)?);
    let described = described.entries();
    let described = described.iter().map(|(key, value)| (*key, value.as_str()));
    let entries: Vec<_> = [("format", FORMAT), ("link", link)]
        .into_iter()
        .chain(described)
        .collect();
    tensor_file::write(&entries, &tensors)
}

/// A network's numbers, as they are read from a file.
#[derive(Debug)]
pub struct NetworkState {
    /// All parameters, `[parameters]`.
    pub weights: Vec<f32>,
    /// The running statistics of batch normalization, `[statistics]`; `None` for a network without it.
    pub running_statistics: Option<Vec<f32>>,
}

/// Reads the trainer's network from a file that has these `others` beside its tensors, and nothing else. No variance may be below 0, nor what
/// `squares` names.
///
/// # Errors
/// The end of a sentence: the first thing that is wrong with it.
pub fn read_network(
    file: &TensorFile,
    trainer: &Trainer,
    others: Vec<TensorSpec>,
    squares: Option<&str>,
) -> Result<NetworkState, String> {
    let statistics = trainer.statistics_slots();
    let mut expected: Vec<_> = tensor_specs(&trainer.slots).collect();
    expected.extend(tensor_specs(&statistics));
    expected.extend(others);
    file.check_tensors(&expected)?;
    let variances = statistics.iter().map(|slot| slot.name.as_str());
    let variances = variances.filter(|name| name.ends_with("running_var"));
    for name in variances.chain(squares) {
        if file.has_less_than(name, 0.0) {
            return Err(format!(
                "{name} holds a number below 0, and squares have none."
            ));
        }
    }
    Ok(NetworkState {
        weights: from_tensors(&trainer.slots, file),
        running_statistics: (!statistics.is_empty()).then(|| from_tensors(&statistics, file)),
    })
}

/// Concatenates a file's tensors into a flat vector. The tensors have been checked by [`TensorFile::check_tensors`].
pub fn from_tensors(slots: &[Slot], file: &TensorFile) -> Vec<f32> {
    // Grown bit by bit, it would take twice its memory.
    let mut flat = Vec::with_capacity(slots.iter().map(Slot::len).sum());
    for slot in slots {
        flat.extend(from_file(slot, file.floats(&slot.name)));
    }
    flat
}

/// A parameter's values from those of its tensor in a file.
pub(super) fn from_file(slot: &Slot, values: Vec<f32>) -> Vec<f32> {
    match (slot.linear, slot.shape.as_slice()) {
        (true, [inputs, outputs]) => transpose(&values, *outputs, *inputs),
        _ => values,
    }
}

/// The transpose of a row-major matrix.
fn transpose(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let column = |column: usize| (0..rows).map(move |row| matrix[row * columns + column]);
    (0..columns).flat_map(column).collect()
}
