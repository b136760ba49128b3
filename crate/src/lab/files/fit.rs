//! Whether the tensors of a file are a network's, and what may differ.

use super::tensor_file::{TensorSpec, dimensions};
use super::weights::from_file;
use super::weights_file::WeightsFile;
use crate::lab::train::trainer::Trainer;
use crate::recipe::shorten;
use crate::zoo::graph::freeze::layer_of;
use crate::zoo::parameters::Slot;

/// What of a network a file may have in another shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differences {
    /// Nothing: the network is to answer.
    None,
    /// What depends on the data, for the network is to be trained: the first layer, by its input, and the layers that give classes, by their
    /// output. They start anew.
    FirstAndLast,
}

/// A network's numbers, as they were read.
#[derive(Debug)]
pub struct Fitted {
    /// Each parameter's values, in the order of the slots; `None` for one that starts anew.
    pub parameters: Vec<Option<Vec<f32>>>,
    /// The running statistics, `[statistics]`; `None` for a network without them.
    pub running_statistics: Option<Vec<f32>>,
    /// What starts anew, as sentences.
    pub notices: Vec<String>,
}

/// A layer that may differ: along which of a tensor's dimensions.
struct Allowed<'a> {
    layer: &'a str,
    dimension: usize,
}

pub(super) fn fit(
    file: &WeightsFile<'_>,
    trainer: &Trainer,
    expected: &[TensorSpec],
    differences: Differences,
) -> Result<Fitted, String> {
    let statistics = trainer.statistics_slots();
    let graph = trainer.graph();
    let (first, last) = match differences {
        Differences::None => (None, Vec::new()),
        Differences::FirstAndLast => (graph.first_layer(), graph.class_layers()),
    };
    let last = last.iter().map(|layer| Allowed {
        layer,
        dimension: 0,
    });
    let first = first.map(|layer| Allowed {
        layer,
        dimension: 1,
    });
    let allowed: Vec<Allowed<'_>> = last.chain(first).collect();
    let mut anew: Vec<(&str, String)> = Vec::new();
    for spec in expected {
        let name = &spec.name;
        let tensor = file.tensors.get(name);
        let found = &tensor.ok_or_else(|| format!("{name} is missing."))?.spec;
        if found.shape == spec.shape {
            continue;
        }
        let (is, right) = (dimensions(&found.shape), dimensions(&spec.shape));
        let layer = layer_of(name);
        let differs_only_at = |allowed: &&Allowed<'_>| {
            allowed.layer == layer && differ_only_at(allowed.dimension, &found.shape, &spec.shape)
        };
        let Some(allowed) = allowed.iter().find(differs_only_at) else {
            return Err(format!("{name} is {is} where {right} is right."));
        };
        if anew.iter().any(|(layer, _)| *layer == allowed.layer) {
            continue;
        }
        let what = match allowed.dimension {
            0 => "classes start",
            _ => "the first layer start",
        };
        let mut frozen = trainer.slots[..graph.frozen_parameters()].iter();
        let kept = match frozen.any(|slot| layer_of(&slot.name) == layer) {
            true => " They are frozen, so they stay as they start.",
            false => "",
        };
        anew.push((
            allowed.layer,
            format!(
                "The weights of {what} anew: the file has {is} where this network has {right}.{kept}"
            ),
        ));
    }
    let starts_anew = |name: &str| anew.iter().any(|(layer, _)| *layer == layer_of(name));
    let read = expected.iter().filter(|spec| !starts_anew(&spec.name));
    for TensorSpec { name, .. } in read {
        let Some(tensor) = file.tensors.get(name) else {
            continue;
        };
        let Some(values) = file.values(tensor) else {
            let is = tensor.spec.dtype;
            return Err(format!(
                "{name} is of {is} numbers where F32, F16 or BF16 is right."
            ));
        };
        if name.ends_with("running_var") && values.iter().any(|value| *value < 0.0) {
            return Err(format!(
                "{name} holds a number below 0, and squares have none."
            ));
        }
    }
    let mut names = file.tensors.keys();
    if let Some(name) = names.find(|name| !expected.iter().any(|spec| spec.name == **name)) {
        let name = shorten(name);
        return Err(format!("it holds {name}, which has no place in it."));
    }
    let values = |slot: &Slot| {
        let tensor = file.tensors.get(&slot.name);
        let values = tensor.and_then(|tensor| file.values(tensor));
        from_file(slot, values.unwrap_or_default())
    };
    let parameters = trainer.slots.iter();
    let parameters = parameters.map(|slot| (!starts_anew(&slot.name)).then(|| values(slot)));
    Ok(Fitted {
        parameters: parameters.collect(),
        running_statistics: (!statistics.is_empty())
            .then(|| statistics.iter().flat_map(values).collect()),
        notices: anew.into_iter().map(|(_, sentence)| sentence).collect(),
    })
}

/// Whether two shapes of as many dimensions are the same but for one of them.
fn differ_only_at(dimension: usize, one: &[usize], other: &[usize]) -> bool {
    let mut pairs = one.iter().zip(other).enumerate();
    one.len() == other.len() && pairs.all(|(at, (a, b))| at == dimension || a == b)
}
