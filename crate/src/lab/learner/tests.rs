//! Whole steps of a residual network, against PyTorch's.

use serde::Deserialize;

use super::*;
use crate::recipe::{Choice, Model, parse};
use crate::references::{TensorSummary, all_close, close, numbers, tensors_close};
use crate::zoo::initializer::fan_in;

#[derive(Deserialize)]
struct Reference {
    values: Values,
}

#[derive(Deserialize)]
struct Values {
    parameters: Vec<(String, usize)>,
    steps: Vec<Step>,
}

/// One step on four images, in parts that are normalised by themselves, and the answers after it.
#[derive(Deserialize)]
struct Step {
    skip: String,
    shards: usize,
    logits: Vec<f32>,
    loss: f32,
    gradients: Vec<TensorSummary>,
    statistics: Vec<TensorSummary>,
    answers: Vec<f32>,
}

fn reference() -> Values {
    let text = include_str!("../../../../tests/references/resnet.json");
    serde_json::from_str::<Reference>(text).unwrap().values
}

fn vector(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// The weights of tests/references/make.py.
fn weights(slots: &[Slot]) -> Vec<f32> {
    let each = slots.iter().enumerate().flat_map(|(t, slot)| {
        let (shift, scale) = match (slot.name.as_str(), slot.shape.as_slice()) {
            ("fc.weight" | "fc.bias", _) => (0.0, 2.0 / 8.0),
            (_, [_, _, _, _]) => (0.0, 2.0 / (fan_in(&slot.shape) as f32).sqrt()),
            (name, _) if name.ends_with("weight") => (1.0, 1.0),
            _ => (0.0, 1.0),
        };
        numbers(t, slot.len()).map(move |number| shift + number * scale)
    });
    each.collect()
}

/// Forward, backward, the running averages, the update and the answers after it: with shortcuts and without, the batch
/// in one part and in two, those in one pass (as on a GPU) and one by one (as several workers have them).
#[test]
fn a_step_of_a_residual_network_is_pytorchs() {
    let device = Device::flex();
    let images: Vec<f32> = numbers(100, 4 * 3072).map(|number| number + 0.5).collect();
    let images = Tensor::<1>::from_floats(images.as_slice(), &device).reshape([4, 3, 32, 32]);
    let labels = Tensor::<1, Int>::from_ints([3, 8, 0, 5], &device);
    let reference = reference();
    assert_eq!(reference.steps.len(), 4);
    let of = |shards| Part {
        shards,
        batch: 4,
        position: StreamPosition::default(),
        smooth: 0.0,
    };
    for (step, whole) in reference.steps.iter().flat_map(|s| [(s, true), (s, false)]) {
        let Step { skip, shards, .. } = step;
        let what = format!("skip={skip}, {shards} shards, at once: {whole}");
        let link = format!("model=resnet-8&skip={skip}&opt=sgd&lr=0.1&momentum=0.9&wd=0.0001");
        let mut learner = Learner::of(&parse(&link).unwrap().recipe, &device);
        learner.weights = Tensor::from_floats(weights(&learner.slots).as_slice(), &device);

        let student = learner.student();
        let passes = match whole {
            true => vec![pass(&student, images.clone(), labels.clone(), of(*shards))],
            false => {
                let parts = images.clone().chunk(*shards, 0).into_iter();
                let parts = parts.zip(labels.clone().chunk(*shards, 0));
                let each = parts.map(|(images, labels)| pass(&student, images, labels, of(1)));
                each.collect()
            }
        };
        let count = passes.len() as f32;
        let logits = Tensor::cat(passes.iter().map(|pass| pass.logits.clone()).collect(), 0);
        let sum = |of: fn(&Pass) -> Tensor<1>| {
            let parts = passes.iter().map(of).collect();
            Tensor::stack::<2>(parts, 0).sum_dim(0).flatten::<1>(0, 1)
        };
        let loss = sum(|pass| pass.loss.clone());
        let gradient = sum(|pass| pass.gradient.clone());
        let measured = sum(|pass| pass.statistics.clone().unwrap()) / count;

        let logits = vector(logits.reshape([40]));
        all_close(&logits, &step.logits, 1e-4, &format!("{what}, logits"));
        close(loss.into_scalar(), step.loss, 1e-4, &what);
        let gradients = vector(gradient.clone());
        tensors_close(&learner.slots, &gradients, &step.gradients, 1e-3, &what);

        learner.learn(gradient, Some(measured), 0.1);
        let running = vector(learner.statistics.clone().unwrap());
        let slots = learner.statistics_slots();
        tensors_close(&slots, &running, &step.statistics, 1e-4, &what);
        let answers = vector(learner.network().forward(images.clone()).reshape([40]));
        all_close(&answers, &step.answers, 1e-4, &format!("{what}, answers"));
    }
}

#[test]
fn residual_networks_are_as_large_as_pytorchs() {
    let reference = reference().parameters;
    let residual = Model::ALL.iter().filter(|entry| entry.0.depth().is_some());
    assert_eq!(reference.len(), residual.count());
    for (name, parameters) in reference {
        let recipe = Recipe::of(Model::named(&name).unwrap());
        let learner = Learner::of(&recipe, &Device::flex());
        assert_eq!(learner.parameters(), parameters, "{name}");
    }
}
