//! Whole steps of a residual network, against PyTorch's.

use burn::tensor::{Device, Int, Tensor};
use serde::Deserialize;

use crate::lab::train::trainer::{MicroBatch, StepOutput, Trainer, forward_backward};
use crate::references::{TensorSummary, all_close, close, numbers, tensors_close};
use crate::registry::{default_recipe, parse};
use crate::zoo::context::StreamPosition;
use crate::zoo::initializer::fan_in;
use crate::zoo::parameters::Slot;

#[derive(Deserialize)]
struct Reference {
    values: Values,
}

#[derive(Deserialize)]
struct Values {
    parameters: Vec<(String, usize)>,
    steps: Vec<Step>,
}

/// One step on four images in shards, and the eval logits after it.
#[derive(Deserialize)]
struct Step {
    skip: String,
    shards: usize,
    logits: Vec<f32>,
    loss: f32,
    gradients: Vec<TensorSummary>,
    statistics: Vec<TensorSummary>,
    eval_logits: Vec<f32>,
}

fn reference() -> Values {
    let text = include_str!("../../../../../tests/references/resnet.json");
    serde_json::from_str::<Reference>(text).unwrap().values
}

fn vector(tensor: Tensor<1>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// The weights of tests/references/make.py.
fn weights(slots: &[Slot]) -> Vec<f32> {
    let values = slots.iter().enumerate().flat_map(|(t, slot)| {
        let (shift, scale) = match (slot.name.as_str(), slot.shape.as_slice()) {
            ("fc.weight" | "fc.bias", _) => (0.0, 2.0 / 8.0),
            (_, [_, _, _, _]) => (0.0, 2.0 / (fan_in(&slot.shape) as f32).sqrt()),
            (name, _) if name.ends_with("weight") => (1.0, 1.0),
            _ => (0.0, 1.0),
        };
        numbers(t, slot.len()).map(move |number| shift + number * scale)
    });
    values.collect()
}

/// Forward, backward, running statistics, update and the eval logits after it: with skip connections and without, the batch in one
/// shard and in two, both in one pass (as on a GPU) and one by one (as in a worker pool).
#[test]
fn a_step_of_a_residual_network_is_pytorchs() {
    let device = Device::flex();
    let images: Vec<f32> = numbers(100, 4 * 3072).map(|number| number + 0.5).collect();
    let images = Tensor::<1>::from_floats(images.as_slice(), &device).reshape([4, 3, 32, 32]);
    let labels = Tensor::<1, Int>::from_ints([3, 8, 0, 5], &device);
    let reference = reference();
    assert_eq!(reference.steps.len(), 4);
    let micro_batch = |shards| MicroBatch {
        shards,
        batch_size: 4,
        position: StreamPosition::default(),
        label_smoothing: 0.0,
    };
    for (step, whole) in reference.steps.iter().flat_map(|s| [(s, true), (s, false)]) {
        let Step { skip, shards, .. } = step;
        let what = format!("skip={skip}, {shards} shards, in one pass: {whole}");
        let link = format!("model=resnet-8&skip={skip}&opt=sgd&lr=0.1&momentum=0.9&wd=0.0001");
        let mut trainer = Trainer::new(&parse(&link).unwrap().recipe, &device);
        trainer.weights = Tensor::from_floats(weights(&trainer.slots).as_slice(), &device);

        let model = trainer.training_model();
        let outputs = match whole {
            true => vec![forward_backward(
                &model,
                images.clone(),
                labels.clone(),
                micro_batch(*shards),
            )],
            false => {
                let images = images.clone().chunk(*shards, 0).into_iter();
                images
                    .zip(labels.clone().chunk(*shards, 0))
                    .map(|(images, labels)| {
                        forward_backward(&model, images, labels, micro_batch(1))
                    })
                    .collect()
            }
        };
        let count = outputs.len() as f32;
        let logits = outputs.iter().map(|output| output.logits.clone());
        let logits = Tensor::cat(logits.collect(), 0);
        let sum = |field: fn(&StepOutput) -> Tensor<1>| {
            let values = outputs.iter().map(field).collect();
            Tensor::stack::<2>(values, 0).sum_dim(0).flatten::<1>(0, 1)
        };
        let loss = sum(|output| output.loss.clone());
        let gradient = sum(|output| output.gradient.clone());
        let batch_statistics = sum(|output| output.batch_statistics.clone().unwrap()) / count;

        let logits = vector(logits.reshape([40]));
        all_close(&logits, &step.logits, 1e-4, &format!("{what}, logits"));
        close(loss.into_scalar(), step.loss, 1e-4, &what);
        let gradients = vector(gradient.clone());
        tensors_close(&trainer.slots, &gradients, &step.gradients, 1e-3, &what);

        trainer.update(gradient, Some(batch_statistics), 0.1);
        let running = vector(trainer.running_statistics.clone().unwrap());
        let slots = trainer.statistics_slots();
        tensors_close(&slots, &running, &step.statistics, 1e-4, &what);
        let eval_logits = vector(trainer.eval_model().forward(images.clone()).reshape([40]));
        all_close(
            &eval_logits,
            &step.eval_logits,
            1e-4,
            &format!("{what}, eval"),
        );
    }
}

#[test]
fn residual_networks_have_as_many_parameters_as_pytorchs() {
    let reference = reference().parameters;
    let models = crate::zoo::resnet::FAMILY.models.iter();
    let small = models.filter(|model| model.data == "cifar10");
    assert_eq!(reference.len(), small.count());
    for (name, parameters) in reference {
        let recipe = default_recipe(&name).unwrap();
        let trainer = Trainer::new(&recipe, &Device::flex());
        assert_eq!(trainer.parameters(), parameters, "{name}");
    }
}
