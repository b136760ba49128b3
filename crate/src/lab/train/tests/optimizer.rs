//! Every optimizer against PyTorch's.

use burn::tensor::{Device, Tensor};
use serde::Deserialize;

use crate::lab::train::optimizer::Optimizer;
use crate::recipe::{DecayScope, OptimizerKind};
use crate::references::numbers;
use crate::registry::default_recipe;
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
    assert_eq!(reference.values.len(), 13);
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
            other => panic!("{other}"),
        };
        let mut recipe = default_recipe("lenet5").unwrap();
        (recipe.opt, recipe.lr) = (opt, lr);
        (recipe.momentum, recipe.wd) = (momentum, wd);
        recipe.nesterov = name == "nesterov";
        recipe.clip = if name == "clip" { 0.5 } else { 0.0 };
        match name {
            "adam-betas" => (recipe.beta1, recipe.beta2, recipe.eps) = (0.8, 0.95, 1e-3),
            "rmsprop-eps" => recipe.eps = 1e-2,
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
        let after: Vec<f32> = weights.into_data().try_to_vec().unwrap();
        for (ours, theirs) in after.iter().zip(&case.after) {
            assert!(
                (ours - theirs).abs() < 1e-4,
                "{}: {ours} against {theirs}",
                case.name
            );
        }
    }
}
