//! Compiled training steps against the CPU engine and burn's path, on whatever adapter there is.

use super::*;
use crate::lab::engine::tests::gpu;

/// What some steps of a recipe gave.
struct Trained {
    losses: Vec<f32>,
    weights: Vec<f32>,
    /// The answer to an image.
    probabilities: Vec<f32>,
    /// The mean loss of the test images.
    test_loss: f32,
}

fn trained(engine: &Engine, link: &str, steps: u64) -> Trained {
    let recipe = crate::registry::parse(link).unwrap().recipe;
    let data = Arc::new(crate::data::digits::dataset(recipe.seed, 256, 80));
    block_on(async {
        let mut run = Run::start(engine, recipe, data).await.unwrap();
        let is_gpu = engine.info.kind == EngineKind::Gpu;
        let has_kernels = is_gpu
            && run.trainer.optimizer.without_kernel().is_none()
            && !run.trainer.graph().freezes_part_of_a_node();
        assert_eq!(run.compiled.is_some(), has_kernels, "{link}");
        assert_eq!(run.trainer.inference.is_some(), is_gpu, "{link}");
        let reports = run.step(steps).await.unwrap();
        let weights = run.trainer.weights.to_data_async().await.unwrap();
        let image: Vec<f32> = run
            .data
            .test
            .image(3)
            .iter()
            .map(|byte| f32::from(*byte) / 255.0)
            .collect();
        Trained {
            losses: reports.iter().map(|report| report.loss).collect(),
            weights: weights.try_to_vec().unwrap(),
            probabilities: run.predict(&image).await.unwrap(),
            test_loss: run.evaluate().await.unwrap().loss as f32,
        }
    })
}

/// The largest difference.
fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0f32, f32::max)
}

fn agrees(link: &str, steps: u64, tolerance: f32) {
    let expected = trained(&Engine::cpu(), link, steps);
    let found = trained(&gpu(), link, steps);
    let close = |what: &str, expected: &[f32], found: &[f32], factor: f32| {
        let largest = expected
            .iter()
            .fold(0f32, |largest, value| largest.max(value.abs()));
        let difference = difference(expected, found);
        assert!(
            difference < factor * tolerance * largest,
            "{link}: {what} differ by {difference}, of {largest} at most"
        );
    };
    close("losses", &expected.losses, &found.losses, 1.0);
    close("weights", &expected.weights, &found.weights, 20.0);
    close(
        "answers",
        &expected.probabilities,
        &found.probabilities,
        20.0,
    );
    close(
        "test losses",
        &[expected.test_loss],
        &[found.test_loss],
        20.0,
    );
}

#[test]
fn lenet5_trains_as_on_the_cpu() {
    agrees("model=lenet5&data=digits&batch=32", 6, 1e-4);
}

#[test]
fn a_residual_network_trains_as_on_the_cpu() {
    agrees("model=resnet-8&data=digits&batch=16", 3, 1e-4);
}

#[test]
fn networks_of_all_kinds_train_as_on_the_cpu() {
    for model in [
        "mlp",
        "lenet5-1998",
        "vgg-11",
        "alexnet",
        "densenet",
        "vit",
        "airbench",
    ] {
        agrees(&format!("model={model}&data=digits&batch=16"), 2, 2e-4);
    }
}

#[test]
fn auxiliary_heads_and_dropout_train_as_on_the_cpu() {
    agrees("model=googlenet&aux=on&data=digits&batch=16", 1, 2e-4);
}

#[test]
fn branches_whose_convolutions_differ_train_as_on_the_cpu() {
    agrees("model=googlenet&reduce=off&data=digits&batch=8", 1, 2e-4);
}

#[test]
fn a_vision_transformer_of_patches_and_a_class_token_trains_as_on_the_cpu() {
    agrees(
        "model=vit&stem=patch&pool=token&depth=1&data=digits&batch=8",
        2,
        2e-4,
    );
}

#[test]
fn every_optimizer_and_augmented_batches_train_as_on_the_cpu() {
    for settings in [
        "opt=adamw&wd=0.01",
        "opt=rmsprop&lr=0.001",
        "opt=sgd&momentum=0.9&nesterov=on&wd=0.001&decay=weights",
        "opt=sgd&momentum=0&clip=0.5&smooth=0.1",
        "opt=sgd&bias_lr=3&head_lr=0.5",
        "opt=adamw&wd=0.01&bias_lr=0&head_lr=2",
        "opt=muon&nesterov=on&wd=0.01&head_lr=0.5",
        "opt=adam&nesterov=on&average=lookahead",
        "opt=sgd&average=ema&ema=0.5",
        "aug=shift",
        "aug=alternate",
    ] {
        agrees(
            &format!("model=lenet5&data=digits&batch=16&{settings}"),
            4,
            1e-4,
        );
    }
}

#[test]
fn networks_with_frozen_layers_train_as_on_the_cpu() {
    for (model, freeze) in [
        ("lenet5", 2),
        // The first trained layer is a batch normalization.
        ("resnet-8&opt=sgd&clip=0.5&wd=0.1&decay=all", 9),
        ("resnet-8&shortcut=project", 14),
        // A part of the attention's parameters is left to burn's path.
        ("vit&depth=1&clip=0.01", 5),
    ] {
        let link = format!("model={model}&data=digits&batch=16&freeze={freeze}");
        agrees(&link, 2, 2e-4);
    }
}

#[test]
fn scores_with_mirror_images_are_those_of_the_cpu() {
    for link in [
        "model=resnet-8&data=digits&batch=16&tta=flip",
        // Answers by a program, trains on burn's path.
        "model=lenet5&data=digits&batch=16&average=ema&tta=flip",
    ] {
        agrees(link, 3, 1e-4);
    }
}
