//! Optimizers on the flat vector of all parameters.
//!
//! burn's own optimizers update one parameter at a time, and their state can only be read synchronously, which a
//! browser's GPU cannot do. On one flat vector each rule is a few lines and a few kernels, and a checkpoint reads the
//! state in one transfer. The rules are PyTorch's, tested against its numbers.

use burn::tensor::{Device, Tensor};

use super::frozen::Frozen;
use super::muon::{self, Part};
use crate::ops::adam::AdamStep;
#[cfg(feature = "gpu")]
use crate::ops::gpu::program::tables::{SCALARS, UpdateRule};
use crate::ops::{adam_step, has_kernels, vector};
use crate::recipe::{Averaging, DecayScope, OptimizerKind, Recipe};
use crate::zoo::graph::freeze::layer_of;
use crate::zoo::parameters::Slot;

/// How fast NAdam's momentum grows, as in PyTorch.
const MOMENTUM_DECAY: f64 = 4e-3;
/// After how many steps lookahead's slow weights move, and by which part of the way (M. Zhang, J. Lucas, G. Hinton, J. Ba: Lookahead optimizer,
/// 2019).
const LOOKAHEAD_STEPS: u64 = 5;
const LOOKAHEAD_PART: f64 = 0.5;
/// RMSprop's smoothing constant.
const ALPHA: f64 = 0.99;
/// Added to the gradient's norm before it is clipped, as in PyTorch.
const CLIP_EPSILON: f64 = 1e-6;

/// An optimizer's state, each vector `[parameters]`.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// SGD's momentum buffer, Adam's first moment.
    pub first_moment: Option<Tensor<1>>,
    /// Adam's second moment, RMSprop's mean square.
    pub second_moment: Option<Tensor<1>>,
    /// The average of the weights that the run is scored with.
    pub average: Option<Tensor<1>>,
    /// Updates so far.
    pub steps: u64,
}

/// An optimizer.
#[derive(Clone, Debug)]
pub struct Optimizer {
    rule: OptimizerKind,
    momentum: f64,
    nesterov: bool,
    /// The product of NAdam's momentum of each step, and up to which step it goes.
    momentum_product: (u64, f64),
    /// Adam's decay rates of its moments.
    betas: [f64; 2],
    epsilon: f64,
    /// The largest norm of the gradient; 0 for no clipping.
    max_norm: f64,
    /// The weight decay of each parameter; `None` without weight decay.
    weight_decay: Option<Tensor<1>>,
    /// How many times the learning rate each parameter is trained with; `None` where all are with once.
    rates: Option<Tensor<1>>,
    /// What stays as it is.
    frozen: Frozen,
    /// What Muon makes orthogonal.
    hidden: Vec<Part>,
    averaging: Averaging,
    /// The decay rate of the moving average.
    ema: f64,
    /// The weight decay of those that are decayed, and which they are.
    #[cfg(feature = "gpu")]
    decay: (f64, DecayScope),
    /// Its state.
    pub state: State,
}

impl Optimizer {
    /// The recipe's optimizer. With `decay=weights`, what is no weight (see [`Slot::is_weight`]) is not decayed.
    pub fn new(recipe: &Recipe, slots: &[Slot], device: &Device) -> Self {
        let of_each = |values: Vec<f32>| {
            let values = slots.iter().zip(values);
            let values = values.flat_map(|(slot, value)| std::iter::repeat_n(value, slot.len()));
            vector(values.collect(), device)
        };
        let weight_decay = (recipe.wd > 0.0).then(|| {
            let decay = |slot| match is_decayed(slot, recipe.decay) {
                true => recipe.wd as f32,
                false => 0.0,
            };
            of_each(slots.iter().map(decay).collect())
        });
        let factors = rate_factors(recipe, slots);
        let frozen = Frozen::new(recipe, slots);
        let mut trained = factors.iter().skip(frozen.parameters().len());
        let is_one = trained.all(|factor| *factor == 1.0);
        Optimizer {
            rule: recipe.opt,
            momentum: recipe.momentum,
            nesterov: recipe.nesterov,
            momentum_product: (0, 1.0),
            betas: [recipe.beta1, recipe.beta2],
            epsilon: recipe.eps,
            max_norm: recipe.clip,
            weight_decay,
            rates: (!is_one).then(|| of_each(factors)),
            frozen,
            hidden: match recipe.opt {
                OptimizerKind::Muon => muon::parts(slots, head(slots)),
                _ => Vec::new(),
            },
            averaging: recipe.average,
            ema: recipe.ema,
            #[cfg(feature = "gpu")]
            decay: (recipe.wd, recipe.decay),
            state: State::default(),
        }
    }

    /// Which state vectors exist after `steps` updates: the first moment, the second moment, the average of the weights.
    pub fn has_vectors(&self, steps: u64) -> [bool; 3] {
        let [first, second] = match self.rule {
            OptimizerKind::Sgd | OptimizerKind::Muon => [self.momentum != 0.0, false],
            OptimizerKind::Adam | OptimizerKind::AdamW => [true, true],
            OptimizerKind::RmsProp => [false, true],
        };
        let used = [first, second, self.averaging != Averaging::Off];
        used.map(|used| used && steps > 0)
    }

    /// One update of the weights.
    ///
    /// # Shapes
    /// - `weights`, `gradient` and output: `[parameters]`
    pub fn step(&mut self, weights: Tensor<1>, gradient: Tensor<1>, lr: f64) -> Tensor<1> {
        self.state.steps += 1;
        let needs_before = self.rates.is_some()
            || self.averaging == Averaging::Lookahead
            || !self.frozen.is_none();
        let before = needs_before.then(|| weights.clone());
        let updated = self.updated(weights, gradient, lr);
        let updated = match (&before, &self.rates) {
            (Some(before), Some(rates)) => {
                before.clone() + (updated - before.clone()) * rates.clone()
            }
            _ => updated,
        };
        let updated = self.averaged(before.as_ref(), updated);
        let average = self.state.average.take();
        self.state.average = average.map(|average| self.frozen.keep(before.as_ref(), average));
        self.frozen.keep(before.as_ref(), updated)
    }

    /// The weights after an update of which every parameter has the same learning rate.
    fn updated(&mut self, weights: Tensor<1>, gradient: Tensor<1>, lr: f64) -> Tensor<1> {
        let gradient = self.clip(gradient);
        let decay = self
            .weight_decay
            .as_ref()
            .map(|decay| weights.clone() * decay.clone());
        let (weights, gradient) = match (self.rule, decay) {
            (_, None) => (weights, gradient),
            // Decoupled weight decay (Loshchilov and Hutter, 2019).
            (OptimizerKind::AdamW | OptimizerKind::Muon, Some(decay)) => {
                (weights - by_rate(decay, lr), gradient)
            }
            (_, Some(decay)) => (weights, gradient + decay),
        };
        match self.rule {
            OptimizerKind::Sgd => weights - by_rate(self.sgd(gradient), lr),
            OptimizerKind::Muon => {
                let direction = muon::orthogonalized(self.sgd(gradient), &self.hidden);
                weights - by_rate(direction, lr)
            }
            OptimizerKind::RmsProp => weights - by_rate(self.rmsprop(gradient), lr),
            OptimizerKind::Adam | OptimizerKind::AdamW => match self.nesterov {
                true => weights - by_rate(self.nadam(gradient), lr),
                false => self.adam(weights, gradient, lr),
            },
        }
    }

    /// Moves the average of the weights, and gives those that training goes on from. `before` are those before the update, where they are needed.
    fn averaged(&mut self, before: Option<&Tensor<1>>, weights: Tensor<1>) -> Tensor<1> {
        let average = self.state.average.take();
        match self.averaging {
            Averaging::Off => weights,
            Averaging::Ema => {
                self.state.average = Some(match average {
                    Some(average) => average * self.ema + weights.clone() * (1.0 - self.ema),
                    None => weights.clone(),
                });
                weights
            }
            Averaging::Lookahead => {
                let slow = average
                    .or_else(|| before.cloned())
                    .unwrap_or_else(|| weights.clone());
                let is_due = self.state.steps.is_multiple_of(LOOKAHEAD_STEPS);
                let slow = match is_due {
                    true => slow.clone() + (weights.clone() - slow) * LOOKAHEAD_PART,
                    false => slow,
                };
                self.state.average = Some(slow.clone());
                if is_due { slow } else { weights }
            }
        }
    }

    /// The gradient, clipped by its norm (Pascanu et al., 2013). Nothing is read back from the device.
    fn clip(&self, gradient: Tensor<1>) -> Tensor<1> {
        if self.max_norm == 0.0 {
            return gradient;
        }
        let norm = (gradient.clone() * gradient.clone()).sum().sqrt();
        let factor = ((norm + CLIP_EPSILON).recip() * self.max_norm).clamp_max(1.0);
        gradient * factor
    }

    /// SGD with momentum: v ← μ v + g; with Nesterov's momentum, g + μ v.
    fn sgd(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        if self.momentum == 0.0 {
            return gradient;
        }
        let velocity = match self.state.first_moment.take() {
            Some(velocity) => velocity * self.momentum + gradient.clone(),
            None => gradient.clone(),
        };
        self.state.first_moment = Some(velocity.clone());
        match self.nesterov {
            true => gradient + velocity * self.momentum,
            false => velocity,
        }
    }

    /// RMSprop: s ← α s + (1 − α) g², g / (√s + ε).
    fn rmsprop(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        let square = gradient.clone() * gradient.clone() * (1.0 - ALPHA);
        let mean_square = match self.state.second_moment.take() {
            Some(mean_square) => mean_square * ALPHA + square,
            None => square,
        };
        self.state.second_moment = Some(mean_square.clone());
        gradient / (mean_square.sqrt() + self.epsilon)
    }

    /// Adam with Nesterov's momentum (T. Dozat: Incorporating Nesterov momentum into Adam, 2016), with the momentum's schedule and the constants of
    /// PyTorch's NAdam.
    fn nadam(&mut self, gradient: Tensor<1>) -> Tensor<1> {
        let steps = self.state.steps;
        let [beta_1, beta_2] = self.betas;
        let momentum =
            |step: u64| beta_1 * (1.0 - 0.5 * libm::pow(0.96, step as f64 * MOMENTUM_DECAY));
        let (now, next) = (momentum(steps), momentum(steps + 1));
        let product = match self.momentum_product {
            (before, product) if before + 1 == steps => product * now,
            // The run was resumed, or went back.
            _ => (1..=steps).map(momentum).product(),
        };
        self.momentum_product = (steps, product);
        let square = gradient.clone() * gradient.clone() * (1.0 - beta_2);
        let second = match self.state.second_moment.take() {
            Some(second) => second * beta_2 + square,
            None => square,
        };
        let part = gradient.clone() * (1.0 - beta_1);
        let first = match self.state.first_moment.take() {
            Some(first) => first * beta_1 + part,
            None => part,
        };
        self.state.first_moment = Some(first.clone());
        self.state.second_moment = Some(second.clone());
        let correction = 1.0 - libm::pow(beta_2, steps as f64);
        let root = by_rate(second, 1.0 / correction).sqrt() + self.epsilon;
        let direction = by_rate(gradient, (1.0 - now) / (1.0 - product))
            + by_rate(first, next / (1.0 - product * next));
        direction / root
    }

    /// The scalars of Adam's present step.
    fn adam_step(&self, lr: f64) -> AdamStep {
        // libm's power gives the same bits on every platform.
        let steps = self.state.steps as f64;
        let [beta_1, beta_2] = self.betas;
        AdamStep {
            beta_1: beta_1 as f32,
            beta_2: beta_2 as f32,
            step_size: (lr / (1.0 - libm::pow(beta_1, steps))) as f32,
            second_correction: libm::sqrt(1.0 - libm::pow(beta_2, steps)) as f32,
            epsilon: self.epsilon as f32,
        }
    }

    /// Adam (Kingma and Ba, 2015, algorithm 1).
    fn adam(&mut self, weights: Tensor<1>, gradient: Tensor<1>, lr: f64) -> Tensor<1> {
        let step = self.adam_step(lr);
        let state = &mut self.state;
        let moments = [state.first_moment.take(), state.second_moment.take()];
        let moments = moments.map(|moment| moment.unwrap_or_else(|| weights.zeros_like()));
        let (weights, [first, second]) = adam_step(weights, gradient, moments, step);
        self.state.first_moment = Some(first);
        self.state.second_moment = Some(second);
        weights
    }
}

/// What a compiled program needs of an optimizer.
#[cfg(feature = "gpu")]
impl Optimizer {
    /// What does not change from step to step.
    pub fn update_rule(&self) -> UpdateRule {
        let (weight_decay, _) = self.decay;
        UpdateRule {
            kind: self.rule,
            momentum: self.momentum as f32,
            nesterov: self.nesterov,
            betas: match self.rule {
                OptimizerKind::RmsProp => [0.0, ALPHA as f32],
                _ => self.betas.map(|beta| beta as f32),
            },
            epsilon: self.epsilon as f32,
            weight_decay: weight_decay as f32,
            has_rates: self.rates.is_some() || !self.frozen.is_none(),
            max_norm: (self.max_norm != 0.0).then_some(self.max_norm as f32),
        }
    }

    /// What no kernel of a compiled program does, if the recipe asks for such a thing: burn's path does it.
    pub fn without_kernel(&self) -> Option<&'static str> {
        let is_adam = matches!(self.rule, OptimizerKind::Adam | OptimizerKind::AdamW);
        match self.averaging {
            _ if self.rule == OptimizerKind::Muon => Some("Muon"),
            _ if is_adam && self.nesterov => Some("NAdam"),
            Averaging::Ema | Averaging::Lookahead => Some("the average of the weights"),
            Averaging::Off => None,
        }
    }

    /// For each parameter, whether weight decay is for it.
    pub fn is_decayed(&self, slots: &[Slot]) -> Vec<bool> {
        let (_, scope) = self.decay;
        slots.iter().map(|slot| is_decayed(slot, scope)).collect()
    }

    /// Begins the next update, and gives what changes with it: see `SCALARS`.
    pub fn next_scalars(&mut self, lr: f64) -> [f32; SCALARS] {
        self.state.steps += 1;
        let step = self.adam_step(lr);
        [lr as f32, step.step_size, step.second_correction]
    }
}

/// How many times the learning rate each parameter is trained with.
pub fn rate_factors(recipe: &Recipe, slots: &[Slot]) -> Vec<f32> {
    let head = head(slots);
    let factor = |slot: &Slot| match slot {
        Slot {
            is_frozen: true, ..
        } => 0.0,
        _ => {
            let of_head = if layer_of(&slot.name) == head {
                recipe.head_lr
            } else {
                1.0
            };
            let of_bias = if slot.is_weight { 1.0 } else { recipe.bias_lr };
            (of_head * of_bias) as f32
        }
    };
    slots.iter().map(factor).collect()
}

/// The layer that gives the logits: the last one with parameters.
fn head(slots: &[Slot]) -> &str {
    slots.last().map_or("", |slot| layer_of(&slot.name))
}

/// Whether weight decay is for a parameter: with `decay=weights`, not for what is no weight (see [`Slot::is_weight`]).
fn is_decayed(slot: &Slot, scope: DecayScope) -> bool {
    scope == DecayScope::All || slot.is_weight
}

/// A vector times the learning rate. On a GPU the rate is uploaded as a tensor: a schedule changes it with every step, and
/// burn keeps each new scalar of a kernel in a buffer of its own for a while.
fn by_rate(values: Tensor<1>, lr: f64) -> Tensor<1> {
    let device = values.device();
    match has_kernels(&device) {
        true => values * vector(vec![lr as f32], &device),
        false => values * lr,
    }
}
