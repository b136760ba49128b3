//! The networks against PyTorch's numbers: tests/references/zoo.py.

use burn::tensor::{Device, Int, Tensor};
use serde::Deserialize;

use super::graph::GraphModule;
use super::initializer::fan_in;
use super::parameters::{Slot, flat_gradients, unflatten};
use super::{Context, Network, originals};
use crate::references::{TensorSummary, close, numbers, tensors_close};
use crate::registry::parse;

#[derive(Deserialize)]
struct References<T> {
    values: Vec<T>,
}

/// A small network: its logits in eval mode, and one forward and backward pass in train mode.
#[derive(Deserialize)]
struct Small {
    link: String,
    /// Which tensor its images are.
    images: usize,
    /// The logits in eval mode.
    eval_logits: Vec<f32>,
    /// The logits in train mode.
    logits: Vec<f32>,
    loss: f32,
    gradients: Vec<TensorSummary>,
}

/// An original: its logits for one image in eval mode.
#[derive(Deserialize)]
struct Original {
    name: String,
    parameters: usize,
    norm: f32,
    every_fiftieth: Vec<f32>,
}

const LABELS: [i32; 4] = [3, 8, 0, 5];

/// The parameters in the order of their names, by which the script numbers them.
fn sorted(slots: &[Slot]) -> Vec<Slot> {
    let mut slots = slots.to_vec();
    slots.sort_by(|a, b| a.name.cmp(&b.name));
    slots
}

/// The weights of tests/references/zoo.py.
fn weights(network: &Network) -> Vec<f32> {
    let slots = network.slots();
    let norms = network.batch_norm_layers();
    let norm_biases: Vec<_> = norms
        .iter()
        .map(|layer| format!("{}.bias", layer.name))
        .collect();
    let mut weights = vec![0.0; slots.iter().map(Slot::len).sum()];
    for (t, slot) in sorted(&slots).iter().enumerate() {
        let alternating = if norm_biases.contains(&slot.name) {
            3.0
        } else {
            0.0
        };
        let (shift, scale) = match slot.shape.as_slice() {
            [_, _, _, _] => (0.0, (24.0 / fan_in(&slot.shape) as f32).sqrt()),
            [_, _, _] => (0.0, 1.0),
            [from, _] => (0.0, (12.0 / *from as f32).sqrt()),
            _ if slot.name.ends_with("weight") => (1.0, 0.5),
            _ => (0.0, 0.2),
        };
        let mut sign = 1.0;
        let values = &mut weights[slot.start..slot.start + slot.len()];
        for (value, number) in values.iter_mut().zip(numbers(t, slot.len())) {
            *value = shift + number * scale + sign * alternating;
            sign = -sign;
        }
    }
    weights
}

fn images(
    tensor: usize,
    count: usize,
    [channels, height, width]: [usize; 3],
    device: &Device,
) -> Tensor<4> {
    let pixels = numbers(tensor, count * channels * height * width).map(|number| number + 0.5);
    let pixels: Vec<f32> = pixels.collect();
    Tensor::<1>::from_floats(pixels.as_slice(), device).reshape([count, channels, height, width])
}

fn to_vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// Whether logits are PyTorch's, to 1e-4 of the largest.
fn logits_close(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let largest = theirs.iter().fold(0f32, |most, x| most.max(x.abs()));
    for (ours, theirs) in ours.iter().zip(theirs) {
        let difference = (ours - theirs).abs() / largest;
        assert!(
            difference <= 1e-4,
            "{what}: {ours} against {theirs} of {largest}"
        );
    }
}

/// Logits and loss to 1e-4, gradients to 1e-3: every convolution shape of the zoo is in it, 1×1, 3×3, 5×5, 7×7, 11×11,
/// strided and grouped.
#[test]
fn small_networks_compute_what_pytorch_computes() {
    let text = include_str!("../../../tests/references/zoo.json");
    let references: References<Small> = serde_json::from_str(text).unwrap();
    let device = Device::flex();
    for reference in &references.values {
        let what = &reference.link;
        let mut recipe = parse(what).unwrap().recipe;
        // Masks are our own.
        recipe.set(&crate::zoo::options::DROPOUT, 0.0);
        let template = Network::init(&recipe, &device);
        let slots = template.slots();
        let numbers = weights(&template);
        let flat = Tensor::<1>::from_floats(numbers.as_slice(), &device);
        let images = images(reference.images, 4, recipe.input().shape, &device);

        let network = unflatten(template.clone(), &flat, false);
        let eval_logits = to_vec(network.forward(images.clone(), &Context::eval(None)));
        logits_close(
            &eval_logits,
            &reference.eval_logits,
            &format!("{what}, eval logits"),
        );

        let network = unflatten(template, &flat, true);
        let context = Context::train(1);
        let logits = network.forward(images, &context);
        let labels = Tensor::<1, Int>::from_ints(LABELS, &device);
        let losses = network.training_losses(logits.clone(), labels, &context);
        let loss = losses.total.mean();
        let gradient = to_vec(flat_gradients(&network, &mut loss.backward()));
        logits_close(
            &to_vec(logits),
            &reference.logits,
            &format!("{what}, logits"),
        );
        close(loss.into_scalar(), reference.loss, 1e-4, what);
        tensors_close(&sorted(&slots), &gradient, &reference.gradients, 1e-3, what);
    }
}

/// `cargo xtask test --long` runs it: some minutes, and 2 GB of memory.
#[test]
#[ignore = "the originals take minutes and gigabytes"]
fn originals_compute_what_torchvision_computes() {
    let text = include_str!("../../../tests/references/originals.json");
    let references: References<Original> = serde_json::from_str(text).unwrap();
    let device = Device::flex();
    for (name, graph, parameters) in originals::all() {
        let Some(reference) = references
            .values
            .iter()
            .find(|reference| reference.name == name)
        else {
            continue;
        };
        assert_eq!(reference.parameters, parameters, "{name}");
        let network = GraphModule::new(graph, &device);
        let numbers = weights(&network);
        let flat = Tensor::<1>::from_floats(numbers.as_slice(), &device);
        let network = unflatten(network, &flat, false);
        let image = images(100, 1, originals::IMAGENET.shape, &device);
        let logits = to_vec(network.forward(image, &Context::eval(None)));
        let norm = logits.iter().map(|x| x * x).sum::<f32>().sqrt();
        close(norm, reference.norm, 1e-4, name);
        let every_fiftieth: Vec<f32> = logits.iter().step_by(50).copied().collect();
        logits_close(&every_fiftieth, &reference.every_fiftieth, name);
        eprintln!("{name}: as torchvision's");
    }
    let names: Vec<_> = originals::all().iter().map(|original| original.0).collect();
    assert!(
        references
            .values
            .iter()
            .all(|reference| names.contains(&reference.name.as_str()))
    );
}
