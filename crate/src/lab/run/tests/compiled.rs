//! Compiled training steps against the CPU engine and burn's path, on whatever adapter there is.

use super::*;
use crate::lab::engine::tests::gpu;

/// What `steps` steps of a recipe gave: the losses, and the weights after them.
fn trained(engine: &Engine, link: &str, steps: u64, is_compiled: bool) -> (Vec<f32>, Vec<f32>) {
    let recipe = crate::registry::parse(link).unwrap().recipe;
    let data = Arc::new(crate::data::digits::dataset(recipe.seed, 256, 64));
    block_on(async {
        let mut run = Run::start(engine, recipe, data).await.unwrap();
        if !is_compiled {
            run.compiled = None;
        }
        let is_gpu = engine.info.kind == EngineKind::Gpu;
        assert_eq!(run.compiled.is_some(), is_gpu && is_compiled, "{link}");
        let reports = run.step(steps).await.unwrap();
        let weights = run.trainer.weights.to_data_async().await.unwrap();
        let losses = reports.iter().map(|report| report.loss).collect();
        (losses, weights.try_to_vec().unwrap())
    })
}

fn agrees(link: &str, steps: u64, tolerance: f32) {
    let (expected, weights) = trained(&Engine::cpu(), link, steps, false);
    let (found, found_weights) = trained(&gpu(), link, steps, true);
    for (step, (expected, found)) in expected.iter().zip(&found).enumerate() {
        let difference = (expected - found).abs();
        assert!(
            difference < tolerance * expected.abs().max(1.0),
            "{link}, step {}: {found} where the CPU engine has {expected}",
            step + 1
        );
    }
    let largest = weights
        .iter()
        .fold(0f32, |largest, weight| largest.max(weight.abs()));
    let difference = weights
        .iter()
        .zip(&found_weights)
        .map(|(a, b)| (a - b).abs());
    let difference = difference.fold(0f32, f32::max);
    assert!(
        difference < 20.0 * tolerance * largest,
        "{link}: weights differ by {difference}, of {largest} at most"
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
    for model in ["mlp", "lenet5-1998", "vgg-11", "alexnet", "densenet", "vit"] {
        agrees(&format!("model={model}&data=digits&batch=16"), 2, 2e-4);
    }
}

#[test]
fn auxiliary_heads_and_dropout_train_as_on_the_cpu() {
    agrees("model=googlenet&aux=on&data=digits&batch=16", 1, 2e-4);
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
        "aug=shift",
    ] {
        agrees(
            &format!("model=lenet5&data=digits&batch=16&{settings}"),
            4,
            1e-4,
        );
    }
}
