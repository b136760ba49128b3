//! Optimizers on the flat vector of all parameters.
//!
//! burn's own optimizers go parameter by parameter and give their state out only by a synchronous read, which a
//! browser's GPU does not have; on one flat vector each rule is a few lines, one set of kernels, and a state that
//! a checkpoint reads in one transfer. The rules are PyTorch's, tested against its numbers.

use burn::tensor::{Device, Tensor};

use crate::ops::adam::AdamStep;
use crate::ops::{adam_step, has_kernels, vector};
use crate::recipe::{DecayScope, OptimizerKind, Recipe, Switch};
use crate::zoo::parameters::Slot;

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// The share of the past in RMSprop's mean square.
const ALPHA: f64 = 0.99;
/// Added to a gradient's norm where it is clipped, as in PyTorch.
const NORM_EPSILON: f64 = 1e-6;

/// What an optimizer carries from step to step, each `[parameters]`.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// SGD's velocity, Adam's first moment.
    pub first: Option<Tensor<1>>,
    /// Adam's second moment, RMSprop's mean square.
    pub second: Option<Tensor<1>>,
    /// Steps so far.
    pub time: u64,
}

/// An optimizer.
#[derive(Clone, Debug)]
pub struct Optimizer {
    rule: OptimizerKind,
    momentum: f64,
    nesterov: bool,
    /// The longest gradient; 0 is any.
    clip: f64,
    /// The weight decay of each parameter; nothing where there is none at all.
    decay: Option<Tensor<1>>,
    /// What it carries from step to step.
    pub state: State,
}

impl Optimizer {
    /// The recipe's optimizer. Where weight decay pulls weights alone, it leaves parameters of one dimension as they are.
    pub fn of(recipe: &Recipe, slots: &[Slot], device: &Device) -> Self {
        let decay = (recipe.wd > 0.0).then(|| {
            let each: Vec<f32> = slots
                .iter()
                .flat_map(|slot| {
                    let pulled = recipe.decay == DecayScope::All || slot.shape.len() > 1;
                    let decay = if pulled { recipe.wd as f32 } else { 0.0 };
                    std::iter::repeat_n(decay, slot.len())
                })
                .collect();
            vector(each, device)
        });
        Optimizer {
            rule: recipe.opt,
            momentum: recipe.momentum,
            nesterov: recipe.nesterov == Switch::On,
            clip: recipe.clip,
            decay,
            state: State::default(),
        }
    }

    /// Which of its vectors there are after so many steps: the first, the second.
    pub fn carries(&self, steps: u64) -> [bool; 2] {
        let carried = match self.rule {
            OptimizerKind::Sgd => [self.momentum != 0.0, false],
            OptimizerKind::Adam | OptimizerKind::AdamW => [true, true],
            OptimizerKind::RmsProp => [false, true],
        };
        carried.map(|carried| carried && steps > 0)
    }

    /// Moves the weights once.
    ///
    /// # Shapes
    /// - `weights`, `gradient` and output: `[parameters]`
    pub fn step(&mut self, weights: Tensor<1>, gradient: Tensor<1>, lr: f64) -> Tensor<1> {
        self.state.time += 1;
        let gradient = self.clipped(gradient);
        let pull = self
            .decay
            .as_ref()
            .map(|decay| weights.clone() * decay.clone());
        match (self.rule, pull) {
            (OptimizerKind::Sgd, None) => weights - by_rate(self.sgd(gradient), lr),
            (OptimizerKind::Sgd, Some(pull)) => weights - by_rate(self.sgd(gradient + pull), lr),
            (OptimizerKind::Adam, None) | (OptimizerKind::AdamW, None) => {
                self.adam(weights, gradient, lr)
            }
            (OptimizerKind::Adam, Some(pull)) => self.adam(weights, gradient + pull, lr),
            (OptimizerKind::RmsProp, None) => weights - by_rate(self.rmsprop(gradient), lr),
            (OptimizerKind::RmsProp, Some(pull)) => {
                weights - by_rate(self.rmsprop(gradient + pull), lr)
            }
            (OptimizerKind::AdamW, Some(pull)) => {
                self.adam(weights - by_rate(pull, lr), gradient, lr)
            }
        }
    }

    /// The gradient, no longer than it may be (Pascanu et al., 2013). Nothing is read back.
    fn clipped(&self, gradient: Tensor<1>) -> Tensor<1> {
        if self.clip == 0.0 {
            return gradient;
        }
        let norm = (gradient.clone() * gradient.clone()).sum().sqrt();
        let factor = ((norm + NORM_EPSILON).recip() * self.clip).clamp_max(1.0);
        gradient * factor
    }

    /// The direction of SGD with momentum: v ← μ v + g; with Nesterov's, g + μ v.
    fn sgd(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        if self.momentum == 0.0 {
            return gradient;
        }
        let velocity = match self.state.first.take() {
            Some(velocity) => velocity * self.momentum + gradient.clone(),
            None => gradient.clone(),
        };
        self.state.first = Some(velocity.clone());
        match self.nesterov {
            true => gradient + velocity * self.momentum,
            false => velocity,
        }
    }

    /// The direction of RMSprop: s ← α s + (1 − α) g², g / (√s + ε).
    fn rmsprop(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        let square = gradient.clone() * gradient.clone() * (1.0 - ALPHA);
        let mean = match self.state.second.take() {
            Some(mean) => mean * ALPHA + square,
            None => square,
        };
        self.state.second = Some(mean.clone());
        gradient / (mean.sqrt() + EPSILON)
    }

    /// Adam's update (Kingma and Ba, 2015, algorithm 1).
    fn adam(&mut self, weights: Tensor<1>, gradient: Tensor<1>, lr: f64) -> Tensor<1> {
        // libm's power, so that the same bits come out on every platform.
        let time = self.state.time as f64;
        let step = AdamStep {
            beta_1: BETA_1 as f32,
            beta_2: BETA_2 as f32,
            rate: (lr / (1.0 - libm::pow(BETA_1, time))) as f32,
            unbias: libm::sqrt(1.0 - libm::pow(BETA_2, time)) as f32,
            epsilon: EPSILON as f32,
        };
        let State { first, second, .. } = &mut self.state;
        let moments = [first.take(), second.take()];
        let moments = moments.map(|moment| moment.unwrap_or_else(|| weights.zeros_like()));
        let (weights, [first, second]) = adam_step(weights, gradient, moments, step);
        self.state.first = Some(first);
        self.state.second = Some(second);
        weights
    }
}

/// A vector times the learning rate, which a schedule changes from step to step. On a GPU it is uploaded: burn keeps
/// every scalar that a kernel ever had in a buffer of its own, for a while.
fn by_rate(values: Tensor<1>, lr: f64) -> Tensor<1> {
    let device = values.device();
    match has_kernels(&device) {
        true => values * vector(vec![lr as f32], &device),
        false => values * lr,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::recipe::{Model, Recipe};
    use crate::references::numbers;

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
        let text = include_str!("../../../tests/references/optimizers.json");
        let reference: Reference = serde_json::from_str(text).unwrap();
        assert_eq!(reference.values.len(), 11);
        let device = Device::flex();
        for case in reference.values {
            let name = case.name.as_str();
            let (opt, lr, momentum, wd) = match name {
                "sgd" => (OptimizerKind::Sgd, 0.05, 0.0, 0.0),
                "momentum" => (OptimizerKind::Sgd, 0.02, 0.9, 0.0),
                "sgd-wd" => (OptimizerKind::Sgd, 0.05, 0.5, 0.1),
                "adam" => (OptimizerKind::Adam, 0.05, 0.9, 0.0),
                "adam-wd" => (OptimizerKind::Adam, 0.05, 0.9, 0.1),
                "adamw" | "decay-all" => (OptimizerKind::AdamW, 0.05, 0.9, 0.1),
                "nesterov" => (OptimizerKind::Sgd, 0.02, 0.9, 0.0),
                "rmsprop" => (OptimizerKind::RmsProp, 0.01, 0.0, 0.0),
                "rmsprop-wd" => (OptimizerKind::RmsProp, 0.01, 0.0, 0.1),
                "clip" => (OptimizerKind::Sgd, 0.05, 0.9, 0.0),
                other => panic!("{other}"),
            };
            let recipe = Recipe {
                opt,
                lr,
                momentum,
                wd,
                nesterov: [Switch::Off, Switch::On][usize::from(name == "nesterov")],
                clip: if name == "clip" { 0.5 } else { 0.0 },
                decay: [DecayScope::Weights, DecayScope::All][usize::from(name == "decay-all")],
                ..Recipe::of(Model::LeNet5)
            };
            let slot = |name: &str, shape: &[usize], start| Slot {
                name: name.to_owned(),
                shape: shape.to_vec(),
                start,
                linear: false,
            };
            let slots = [slot("weight", &[2, 3], 0), slot("bias", &[3], 6)];
            let mut optimizer = Optimizer::of(&recipe, &slots, &device);
            let start: Vec<f32> = numbers(0, 6)
                .chain(numbers(1, 3))
                .map(|w| w * 2.0)
                .collect();
            let target: Vec<f32> = numbers(2, 6).chain(numbers(3, 3)).collect();
            let target = Tensor::<1>::from_floats(target.as_slice(), &device);
            let mut weights = Tensor::<1>::from_floats(start.as_slice(), &device);
            for _ in 0..20 {
                let apart = weights.clone() - target.clone();
                let gradient = apart.clone() + apart.clone() * apart.clone() * apart;
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
}
