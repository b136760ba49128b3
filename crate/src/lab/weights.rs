//! A network's tensors in a file, named and shaped as PyTorch has them.
//!
//! Names are the same on both sides, since networks here are named in PyTorch's manner. Shapes are too, but for one:
//! a linear layer's weight is `[in, out]` in burn and `[out, in]` in PyTorch, and so in a file.

use safetensors::tensor::Dtype;

use super::file::{self, File, Form, bytes};
use super::learner::Learner;
use crate::zoo::parameters::Slot;

/// The tensors of these slots, as a file has them.
pub fn forms(slots: &[Slot]) -> impl Iterator<Item = Form> {
    slots.iter().map(|slot| Form {
        name: slot.name.clone(),
        shape: match (slot.linear, slot.shape.as_slice()) {
            (true, [from, to]) => vec![*to, *from],
            (_, shape) => shape.to_vec(),
        },
        dtype: Dtype::F32,
    })
}

/// Cuts a flat vector into a file's tensors.
///
/// # Errors
/// The name of a tensor that the vector is too short for.
pub fn cut(slots: &[Slot], flat: &[f32]) -> Result<Vec<(Form, Vec<u8>)>, String> {
    let tensors = forms(slots).zip(slots).map(|(form, slot)| {
        let part = flat.get(slot.start..slot.start + slot.len());
        let part = part.ok_or_else(|| format!("{} is not there.", slot.name))?;
        let words = match (slot.linear, slot.shape.as_slice()) {
            (true, [from, to]) => transposed(part, *from, *to),
            _ => part.to_vec(),
        };
        Ok((form, bytes(words.into_iter().map(f32::to_bits))))
    });
    tensors.collect()
}

/// The file of a network that answers: its parameters, and its running averages if it has any.
///
/// # Errors
/// What the format refused.
pub fn write(
    learner: &Learner,
    weights: &[f32],
    averages: &[f32],
    link: &str,
) -> Result<Vec<u8>, String> {
    let mut tensors = cut(&learner.slots, weights)?;
    tensors.extend(cut(&learner.statistics_slots(), averages)?);
    file::write(&[("format", "weights"), ("link", link)], &tensors)
}

/// The flat vector of a file's tensors, which were found to be there.
pub fn join(slots: &[Slot], file: &File) -> Vec<f32> {
    let parts = slots.iter().flat_map(|slot| {
        let part = file.floats(&slot.name);
        match (slot.linear, slot.shape.as_slice()) {
            (true, [from, to]) => transposed(&part, *to, *from),
            _ => part,
        }
    });
    parts.collect()
}

/// The matrix's columns, one after the other.
fn transposed(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let column = |at: usize| (0..rows).map(move |row| matrix[row * columns + at]);
    (0..columns).flat_map(column).collect()
}

#[cfg(test)]
mod tests {
    use burn::tensor::Tensor;
    use serde::Deserialize;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::lab::Engine;
    use crate::recipe::parse;
    use crate::references::{all_close, numbers};
    use crate::zoo::Network;

    /// One network of each kind.
    const NAMES: [&str; 10] = [
        "lenet5",
        "lenet5-1998",
        "resnet-8",
        "mlp",
        "alexnet",
        "vgg-11",
        "resnet-18",
        "googlenet",
        "densenet",
        "vit",
    ];

    #[derive(Deserialize)]
    struct References {
        values: Vec<Reference>,
    }

    #[derive(Deserialize)]
    struct Reference {
        name: String,
        sha256: String,
        logits: Vec<f32>,
    }

    /// A network whose every number is its own: initial weights, and running averages by a formula.
    fn learner(link: &str) -> Learner {
        let recipe = parse(link).unwrap().recipe;
        let device = Engine::cpu().device;
        let mut learner = Learner::of(&recipe, &device);
        let weights = learner.weights.clone().into_data();
        let weights: Vec<f32> = weights.try_to_vec().unwrap();
        let moved = weights.iter().zip(numbers(1, weights.len()));
        let moved: Vec<f32> = moved.map(|(weight, by)| weight + by * 0.125).collect();
        learner.weights = Tensor::from_floats(moved.as_slice(), &device);
        let averages = learner.statistics_slots();
        let averages: Vec<f32> = averages
            .iter()
            .enumerate()
            .flat_map(|(t, slot)| {
                let centre = if slot.name.ends_with("var") { 1.0 } else { 0.0 };
                numbers(t + 2, slot.len()).map(move |number| number + centre)
            })
            .collect();
        if !averages.is_empty() {
            learner.statistics = Some(Tensor::from_floats(averages.as_slice(), &device));
        }
        learner
    }

    fn export(learner: &Learner, link: &str) -> Vec<u8> {
        let read = |tensor: &Tensor<1>| tensor.to_data().try_to_vec::<f32>().unwrap();
        let averages = learner.statistics.as_ref().map(read).unwrap_or_default();
        write(learner, &read(&learner.weights), &averages, link).unwrap()
    }

    /// What PyTorch answers with these files, loaded as they are: tests/references/weights.py.
    #[test]
    fn weights_load_into_pytorch() {
        let text = include_str!("../../../tests/references/weights.json");
        let references: References = serde_json::from_str(text).unwrap();
        let names = NAMES;
        let export_to = std::env::var_os("BUNSEN_EXPORT");
        for name in names {
            let link = format!("model={name}&seed=7");
            let learner = learner(&link);
            let file = export(&learner, &link);
            // For the script that makes the references.
            if let Some(folder) = &export_to {
                let path = std::path::Path::new(folder).join(format!("{name}.safetensors"));
                std::fs::write(path, &file).unwrap();
                continue;
            }
            let reference = references.values.iter().find(|of| of.name == name);
            let reference = reference.expect("a reference for every network");
            let digest = crate::hex::hex(&Sha256::digest(&file));
            assert_eq!(
                digest, reference.sha256,
                "{name}: other bytes than PyTorch read"
            );

            let recipe = parse(&link).unwrap().recipe;
            let [channels, height, width] = Network::summary(&recipe).input;
            let pixels = numbers(100, 2 * channels * height * width);
            let pixels: Vec<f32> = pixels.map(|number| number + 0.5).collect();
            let images = Tensor::<1>::from_floats(pixels.as_slice(), &learner.weights.device());
            let logits = learner
                .network()
                .forward(images.reshape([2, channels, height, width]));
            let logits: Vec<f32> = logits.into_data().try_to_vec().unwrap();
            all_close(&logits, &reference.logits, 1e-4, name);
        }
        assert!(export_to.is_none(), "exported, and nothing was compared");
    }

    /// What is written is read back, number for number.
    #[test]
    fn there_and_back() {
        for name in NAMES {
            let link = format!("model={name}");
            let learner = learner(&link);
            let file = export(&learner, &link);
            let file = File::open(&file).unwrap();
            let all: Vec<Form> = forms(&learner.slots)
                .chain(forms(&learner.statistics_slots()))
                .collect();
            file.expect(&all).unwrap();
            let read = |tensor: &Tensor<1>| tensor.to_data().try_to_vec::<f32>().unwrap();
            assert_eq!(join(&learner.slots, &file), read(&learner.weights));
            let averages = learner.statistics.as_ref().map(read).unwrap_or_default();
            assert_eq!(join(&learner.statistics_slots(), &file), averages);
        }
    }

    #[test]
    fn a_linear_layers_weight_is_turned_and_others_are_not() {
        let slot = |name: &str, linear, start| Slot {
            name: name.to_owned(),
            shape: vec![2, 3],
            start,
            linear,
        };
        let slots = [slot("table", false, 0), slot("fc.weight", true, 6)];
        let flat: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let tensors = cut(&slots, &flat).unwrap();
        assert_eq!(tensors[0].0, Form::floats("table", &[2, 3]));
        assert_eq!(tensors[1].0, Form::floats("fc.weight", &[3, 2]));
        let turned = [6.0, 9.0, 7.0, 10.0, 8.0, 11.0].map(f32::to_bits);
        assert_eq!(tensors[1].1, bytes(turned));
        let file = file::write(&[], &tensors).unwrap();
        assert_eq!(join(&slots, &File::open(&file).unwrap()), flat);
        assert!(cut(&slots, &flat[..11]).is_err());
    }
}
