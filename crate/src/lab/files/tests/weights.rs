//! Weights files, and what PyTorch reads from them.

use burn::tensor::Tensor;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::lab::Engine;
use crate::lab::files::Described;
use crate::lab::files::tensor_file::{self, TensorFile, TensorSpec};
use crate::lab::files::weights::{from_tensors, tensor_specs, to_tensors, write};
use crate::lab::train::trainer::Trainer;
use crate::references::{all_close, numbers};
use crate::registry::parse;
use crate::zoo::Network;
use crate::zoo::parameters::Slot;

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

/// A network without two equal values: initial weights with noise, and running statistics by a formula.
fn trainer(link: &str) -> Trainer {
    let recipe = parse(link).unwrap().recipe;
    let device = Engine::cpu().device;
    let mut trainer = Trainer::new(&recipe, &device);
    let weights = trainer.weights.clone().into_data();
    let weights: Vec<f32> = weights.try_to_vec().unwrap();
    let noisy = weights.iter().zip(numbers(1, weights.len()));
    let noisy: Vec<f32> = noisy
        .map(|(weight, noise)| weight + noise * 0.125)
        .collect();
    trainer.weights = Tensor::from_floats(noisy.as_slice(), &device);
    let slots = trainer.statistics_slots();
    let statistics: Vec<f32> = slots
        .iter()
        .enumerate()
        .flat_map(|(t, slot)| {
            let centre = if slot.name.ends_with("var") { 1.0 } else { 0.0 };
            numbers(t + 2, slot.len()).map(move |number| number + centre)
        })
        .collect();
    if !statistics.is_empty() {
        let statistics = Tensor::from_floats(statistics.as_slice(), &device);
        trainer.running_statistics = Some(statistics);
    }
    trainer
}

fn to_host(tensor: &Tensor<1>) -> Vec<f32> {
    tensor.to_data().try_to_vec().unwrap()
}

fn running_statistics(trainer: &Trainer) -> Vec<f32> {
    let statistics = trainer.running_statistics.as_ref();
    statistics.map(to_host).unwrap_or_default()
}

fn export(trainer: &Trainer, link: &str) -> Vec<u8> {
    let weights = to_host(&trainer.weights);
    let described = Described::default();
    write(
        trainer,
        &weights,
        &running_statistics(trainer),
        link,
        &described,
    )
    .unwrap()
}

/// PyTorch's logits with these files, loaded as they are: tests/references/weights.py.
#[test]
fn weights_load_into_pytorch() {
    let text = include_str!("../../../../../tests/references/weights.json");
    let references: References = serde_json::from_str(text).unwrap();
    let names = NAMES;
    let export_to = std::env::var_os("BUNSEN_EXPORT");
    for name in names {
        let link = format!("model={name}&seed=7");
        let trainer = trainer(&link);
        let file = export(&trainer, &link);
        // For the script that makes the references.
        if let Some(folder) = &export_to {
            let path = std::path::Path::new(folder).join(format!("{name}.safetensors"));
            std::fs::write(path, &file).unwrap();
            continue;
        }
        let reference = references.values.iter().find(|entry| entry.name == name);
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
        let images = Tensor::<1>::from_floats(pixels.as_slice(), &trainer.weights.device());
        let logits = trainer
            .eval_model()
            .forward(images.reshape([2, channels, height, width]));
        let logits: Vec<f32> = logits.into_data().try_to_vec().unwrap();
        all_close(&logits, &reference.logits, 1e-4, name);
    }
    assert!(export_to.is_none(), "exported, and nothing was compared");
}

#[test]
fn weights_are_read_as_they_were_written() {
    for name in NAMES {
        let link = format!("model={name}");
        let trainer = trainer(&link);
        let file = export(&trainer, &link);
        let file = TensorFile::open(&file).unwrap();
        let (slots, statistics_slots) = (&trainer.slots, trainer.statistics_slots());
        let expected: Vec<TensorSpec> = tensor_specs(slots)
            .chain(tensor_specs(&statistics_slots))
            .collect();
        file.check_tensors(&expected).unwrap();
        assert_eq!(from_tensors(slots, &file), to_host(&trainer.weights));
        let statistics = running_statistics(&trainer);
        assert_eq!(from_tensors(&statistics_slots, &file), statistics);
    }
}

#[test]
fn only_a_linear_layers_weight_is_transposed() {
    let slot = |name: &str, linear, start| Slot {
        name: name.to_owned(),
        shape: vec![2, 3],
        start,
        linear,
        is_weight: true,
        is_frozen: false,
    };
    let slots = [slot("table", false, 0), slot("fc.weight", true, 6)];
    let flat: Vec<f32> = (0..12).map(|i| i as f32).collect();
    let tensors = to_tensors(&slots, &flat).unwrap();
    assert_eq!(tensors[0].spec, TensorSpec::f32("table", &[2, 3]));
    assert_eq!(tensors[1].spec, TensorSpec::f32("fc.weight", &[3, 2]));
    let bytes = tensor_file::write(&[], &tensors).unwrap();
    let file = TensorFile::open(&bytes).unwrap();
    assert_eq!(file.floats("table"), flat[..6]);
    assert_eq!(file.floats("fc.weight"), [6.0, 9.0, 7.0, 10.0, 8.0, 11.0]);
    assert_eq!(from_tensors(&slots, &file), flat);
    assert!(to_tensors(&slots, &flat[..11]).is_err());
}
