//! Every optimizer against PyTorch's.

use burn::tensor::{Device, Tensor};
use serde::Deserialize;

use crate::lab::train::muon;
use crate::lab::train::optimizer::{Optimizer, rate_factors};
use crate::recipe::{Averaging, DecayScope, OptimizerKind};
use crate::references::numbers;
use crate::registry::{default_recipe, default_recipes};
use crate::zoo::Network;
use crate::zoo::parameters::Slot;

#[derive(Deserialize)]
struct Reference {
    values: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    after: Vec<f32>,
}

/// Twenty steps on Σ (w − t)²/2 + (w − t)⁴/4, against PyTorch's.
#[test]
fn every_rule_is_pytorchs() {
    let text = include_str!("../../../../../tests/references/optimizers.json");
    let reference: Reference = serde_json::from_str(text).unwrap();
    assert_eq!(reference.values.len(), 21);
    let device = Device::flex();
    for case in reference.values {
        let name = case.name.as_str();
        let (opt, lr, momentum, wd) = match name {
            "sgd" => (OptimizerKind::Sgd, 0.05, 0.0, 0.0),
            "momentum" => (OptimizerKind::Sgd, 0.02, 0.9, 0.0),
            "sgd-wd" => (OptimizerKind::Sgd, 0.05, 0.5, 0.1),
            "adam" | "adam-betas" => (OptimizerKind::Adam, 0.05, 0.9, 0.0),
            "adam-wd" => (OptimizerKind::Adam, 0.05, 0.9, 0.1),
            "adamw" | "decay-all" => (OptimizerKind::AdamW, 0.05, 0.9, 0.1),
            "nesterov" => (OptimizerKind::Sgd, 0.02, 0.9, 0.0),
            "rmsprop" | "rmsprop-eps" => (OptimizerKind::RmsProp, 0.01, 0.0, 0.0),
            "rmsprop-wd" => (OptimizerKind::RmsProp, 0.01, 0.0, 0.1),
            "clip" => (OptimizerKind::Sgd, 0.05, 0.9, 0.0),
            "rates" | "ema" | "lookahead" => (OptimizerKind::Sgd, 0.02, 0.9, 0.0),
            "rates-adamw" => (OptimizerKind::AdamW, 0.05, 0.9, 0.1),
            "muon" => (OptimizerKind::Muon, 0.05, 0.9, 0.1),
            "muon-nesterov" => (OptimizerKind::Muon, 0.05, 0.9, 0.0),
            "nadam" => (OptimizerKind::Adam, 0.05, 0.9, 0.0),
            "nadamw" => (OptimizerKind::AdamW, 0.05, 0.9, 0.1),
            other => panic!("{other}"),
        };
        let mut recipe = default_recipe("lenet5").unwrap();
        (recipe.opt, recipe.lr) = (opt, lr);
        (recipe.momentum, recipe.wd) = (momentum, wd);
        recipe.nesterov = matches!(name, "nesterov" | "muon-nesterov" | "nadam" | "nadamw");
        recipe.clip = if name == "clip" { 0.5 } else { 0.0 };
        match name {
            "adam-betas" => (recipe.beta1, recipe.beta2, recipe.eps) = (0.8, 0.95, 1e-3),
            "rmsprop-eps" => recipe.eps = 1e-2,
            // The bias is the last layer too.
            "rates" | "rates-adamw" => (recipe.bias_lr, recipe.head_lr) = (2.0, 0.25),
            "ema" => (recipe.average, recipe.ema) = (Averaging::Ema, 0.8),
            "lookahead" => recipe.average = Averaging::Lookahead,
            _ => {}
        }
        if name == "decay-all" {
            recipe.decay = DecayScope::All;
        }
        let slot = |name: &str, shape: &[usize], start| Slot {
            name: name.to_owned(),
            shape: shape.to_vec(),
            start,
            linear: false,
            is_weight: name == "weight",
            is_frozen: false,
        };
        let slots = [slot("weight", &[2, 3], 0), slot("bias", &[3], 6)];
        let mut optimizer = Optimizer::new(&recipe, &slots, &device);
        let start: Vec<f32> = numbers(0, 6)
            .chain(numbers(1, 3))
            .map(|w| w * 2.0)
            .collect();
        let target: Vec<f32> = numbers(2, 6).chain(numbers(3, 3)).collect();
        let target = Tensor::<1>::from_floats(target.as_slice(), &device);
        let mut weights = Tensor::<1>::from_floats(start.as_slice(), &device);
        for _ in 0..20 {
            let error = weights.clone() - target.clone();
            let gradient = error.clone() + error.clone() * error.clone() * error;
            weights = optimizer.step(weights, gradient, lr);
        }
        let after = optimizer.state.average.unwrap_or(weights);
        let after: Vec<f32> = after.into_data().try_to_vec().unwrap();
        for (ours, theirs) in after.iter().zip(&case.after) {
            assert!(
                (ours - theirs).abs() < 1e-4,
                "{}: {ours} against {theirs}",
                case.name
            );
        }
    }
}

#[test]
fn rates_are_those_of_biases_and_of_the_head() {
    let mut recipe = default_recipe("lenet5").unwrap();
    (recipe.bias_lr, recipe.head_lr) = (2.0, 0.25);
    let mut slots = Network::init(&recipe, &Device::flex()).slots();
    let factors = |slots: &[Slot]| {
        let factors = rate_factors(&recipe, slots).into_iter();
        let named = slots.iter().map(|slot| slot.name.clone()).zip(factors);
        named.collect::<std::collections::HashMap<_, _>>()
    };
    let rates = factors(&slots);
    for (name, rate) in [
        ("conv1.weight", 1.0),
        ("conv1.bias", 2.0),
        ("fc3.weight", 0.25),
        ("fc3.bias", 0.5),
    ] {
        assert_eq!(rates[name], rate, "{name}");
    }
    slots[0].is_frozen = true;
    assert_eq!(factors(&slots)["conv1.weight"], 0.0);
}

#[test]
fn the_head_of_every_network_is_its_last_layer_with_parameters() {
    for recipe in default_recipes() {
        let slots = Network::init(&recipe, &Device::flex()).slots();
        let last = slots.last().unwrap();
        // The codes that LeNet-5 (1998) compares with are no parameters.
        let outputs = match recipe.model.name() {
            "lenet5-1998" => 84,
            _ => recipe.input().classes,
        };
        assert!(last.shape.contains(&outputs), "{recipe:?}: {last:?}");
    }
}

/// Muon's step of a matrix has singular values about 1, whichever way the matrix lies.
#[test]
fn muon_makes_hidden_matrices_orthogonal() {
    let device = Device::flex();
    for shape in [[6, 20], [20, 6]] {
        let slot = Slot {
            name: "hidden.weight".to_owned(),
            shape: shape.to_vec(),
            start: 0,
            linear: true,
            is_weight: true,
            is_frozen: false,
        };
        let parts = muon::parts(&[slot], "head");
        let step: Vec<f32> = numbers(7, 120).collect();
        let step = Tensor::<1>::from_floats(step.as_slice(), &device);
        let [inputs, outputs] = shape;
        let scale = (outputs as f32 / inputs as f32).max(1.0).sqrt();
        let made = muon::orthogonalized(step, &parts).reshape(shape) / scale;
        let made = if shape[0] > shape[1] {
            made.transpose()
        } else {
            made
        };
        let gram = made.clone().matmul(made.transpose());
        let gram: Vec<f32> = gram.into_data().try_to_vec().unwrap();
        for (index, value) in gram.iter().enumerate() {
            let expected = if index % 7 == 0 { 1.0 } else { 0.0 };
            assert!((value - expected).abs() < 0.5, "{shape:?}: {gram:?}");
        }
        let trace: f32 = (0..6).map(|i| gram[7 * i]).sum();
        assert!((4.0..8.0).contains(&trace), "{shape:?}: {trace}");
    }
}
