//! Activations, saliency and gradient statistics.

use std::sync::Arc;

use futures_lite::future::block_on;

use super::check;
use crate::lab::Engine;
use crate::lab::error::LabError;
use crate::lab::run::Run;
use crate::lab::run::inspect::GradientStatistics;
use crate::registry::{default_recipes, parse};
use crate::zoo::Network;

fn run(link: &str) -> Run {
    let recipe = parse(link).unwrap().recipe;
    let data = Arc::new(crate::data::synthesize(&recipe).unwrap());
    block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap()
}

pub(super) fn image() -> Vec<f32> {
    (0..784).map(|i| (i * 37 % 101) as f32 / 100.0).collect()
}

#[test]
fn every_layers_activation_has_the_shape_in_the_summary() {
    for recipe in default_recipes() {
        let name = recipe.model.name();
        let link = format!("model={name}&data=digits&subset=64&batch=16");
        let recipe = parse(&link).unwrap().recipe;
        let layers = Network::summary(&recipe).layers;
        let run = run(&link);
        let is_deep = layers.len() > 40;
        for (number, layer) in layers.iter().enumerate() {
            // Every seventh layer of deep networks, whose blocks are alike.
            if is_deep && number % 7 != 0 && number + 1 != layers.len() {
                continue;
            }
            let what = format!("{name}, {}", layer.name);
            let activation = block_on(run.activations(&image(), number)).unwrap();
            let activation = activation.unwrap_or_else(|| panic!("{what} has none"));
            let mut shape = activation.shape.to_vec();
            while shape.len() > layer.shape.len() && shape[0] == 1 {
                shape.remove(0);
            }
            assert_eq!(shape, layer.shape, "{what}");
            assert!(activation.values.iter().all(|x| x.is_finite()), "{what}");
        }
        assert_eq!(
            block_on(run.activations(&image(), layers.len())).unwrap(),
            None
        );
    }
}

#[test]
fn relu_is_captured_before_a_pooling_that_is_computed_first() {
    for model in ["lenet5", "stack", "vgg-11"] {
        let run = run(&format!("model={model}&data=digits&subset=64&batch=16"));
        let layers = Network::summary(run.recipe()).layers;
        let relu = layers
            .iter()
            .position(|layer| layer.kind == "ReLU")
            .unwrap();
        let [before, after] = [relu - 1, relu].map(|number| {
            block_on(run.activations(&image(), number))
                .unwrap()
                .unwrap()
        });
        assert_eq!(before.shape, after.shape, "{model}");
        let expected: Vec<f32> = before.values.iter().map(|x| x.max(0.0)).collect();
        assert_eq!(after.values, expected, "{model}");
        assert!(before.values.iter().any(|x| *x < 0.0), "{model}");
    }
}

/// One pass gives the bits of as many.
#[test]
fn a_forward_pass_gives_the_prediction_and_the_activations() {
    for model in ["lenet5", "resnet-8", "googlenet", "vit"] {
        let run = run(&format!("model={model}&data=digits&subset=64&batch=16"));
        let layers = Network::summary(run.recipe()).layers.len();
        // The last first, one twice, and one that is none.
        let asked = [layers - 1, 0, layers / 2, 0, layers];
        let pass = block_on(run.forward(&image(), &asked)).unwrap();
        let expected = block_on(run.predict(&image())).unwrap();
        assert_eq!(pass.probabilities, expected, "{model}");
        let alone = |layer| block_on(run.activations(&image(), layer)).unwrap();
        assert_eq!(pass.activations, asked.map(alone), "{model}");
        assert_eq!(pass.activations[4], None);
    }
    let run = run("model=lenet5&data=digits&subset=64&batch=16");
    let error = block_on(run.forward(&[0.0; 3], &[0])).unwrap_err();
    assert!(matches!(error, LabError::Input(_)), "{error:?}");
}

#[test]
fn attention_weights_add_up_to_one() {
    let run = run("model=vit&data=digits&subset=64&batch=16");
    let layers = Network::summary(run.recipe()).layers;
    let attention = layers.iter().position(|layer| layer.kind == "attention");
    let activation = block_on(run.activations(&image(), attention.unwrap()))
        .unwrap()
        .unwrap();
    let [_, _, tokens] = activation.shape;
    for weights in activation.values.chunks(tokens) {
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
}

#[test]
fn saliency_is_the_slope_of_the_logit() {
    let mut run = run("model=lenet5&data=digits&subset=64&batch=16&seed=3");
    block_on(run.step(5)).unwrap();
    let last = Network::summary(run.recipe()).layers.len() - 1;
    let logit = |pixels: &[f32]| {
        block_on(run.activations(pixels, last))
            .unwrap()
            .unwrap()
            .values[4]
    };
    let saliency = block_on(run.saliency(&image(), 4)).unwrap();
    assert_eq!(saliency.len(), 784);
    let mut sensitive = 0;
    for pixel in [200, 300, 406, 407, 500] {
        let [mut brighter, mut darker] = [image(), image()];
        brighter[pixel] += 1e-2;
        darker[pixel] -= 1e-2;
        let slope = (logit(&brighter) - logit(&darker)) / 2e-2;
        let error = (slope - saliency[pixel]).abs();
        assert!(
            error < 0.02 * slope.abs() + 2e-3,
            "{pixel}: {slope} against {}",
            saliency[pixel]
        );
        sensitive += u32::from(slope.abs() > 1e-3);
    }
    assert!(sensitive > 2, "{sensitive} of the pixels change the logit");
    assert!(block_on(run.saliency(&image(), 10)).is_err());
}

#[test]
fn gradient_statistics_are_those_of_the_last_step() {
    let link = "model=lenet5&data=digits&subset=64&batch=16&opt=sgd&momentum=0&schedule=constant&warmup=0&lr=0.25";
    let mut run = run(link);
    block_on(run.step(1)).unwrap();
    assert_eq!(block_on(run.gradient_statistics()).unwrap(), []);
    run.record_gradient_statistics(true);
    block_on(run.step(2)).unwrap();
    let statistics = block_on(run.gradient_statistics()).unwrap();
    assert_eq!(statistics[0].name, "conv1.weight");
    assert_eq!(statistics.len(), 10);
    for GradientStatistics {
        name,
        weight,
        gradient,
        update,
    } in &statistics
    {
        assert!(*weight > 0.0 && *gradient > 0.0, "{name}");
        // Plain gradient descent: the update is the gradient times the learning rate.
        assert!(
            (update / (0.25 * gradient) - 1.0).abs() < 1e-3,
            "{name}: {update}, {gradient}"
        );
    }
    run.record_gradient_statistics(false);
    assert_eq!(block_on(run.gradient_statistics()).unwrap(), []);
}

#[test]
fn inspecting_changes_no_bit() {
    let link = "model=lenet5&data=digits&subset=64&batch=16&aug=shift&epochs=2";
    let mut plain = run(link);
    block_on(plain.step(8)).unwrap();
    let mut inspected = run(link);
    inspected.record_gradient_statistics(true);
    for _ in 0..8 {
        block_on(inspected.step(1)).unwrap();
        block_on(inspected.gradient_statistics()).unwrap();
        block_on(inspected.activations(&image(), 3)).unwrap();
        block_on(inspected.saliency(&image(), 1)).unwrap();
    }
    assert_eq!(check(&inspected), check(&plain));
}

#[test]
fn an_image_of_another_size_is_refused() {
    let run = run("model=lenet5&data=digits&subset=64&batch=16");
    let error = block_on(run.activations(&[0.0; 3], 0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "An image for this network has 784 numbers from 0 to 1 (1×28×28); these are 3."
    );
}
