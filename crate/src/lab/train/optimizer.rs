//! Optimizers on the flat vector of all parameters.
//!
//! burn's own optimizers update one parameter at a time, and their state can only be read synchronously, which a
//! browser's GPU cannot do. On one flat vector each rule is a few lines and a few kernels, and a checkpoint reads the
//! state in one transfer. The rules are PyTorch's, tested against its numbers.

use burn::tensor::{Device, Tensor};

use crate::ops::adam::AdamStep;
#[cfg(feature = "gpu")]
use crate::ops::gpu::program::tables::{SCALARS, UpdateRule};
use crate::ops::{adam_step, has_kernels, vector};
use crate::recipe::{DecayScope, OptimizerKind, Recipe};
use crate::zoo::parameters::Slot;

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
    /// Updates so far.
    pub steps: u64,
}

/// An optimizer.
#[derive(Clone, Debug)]
pub struct Optimizer {
    rule: OptimizerKind,
    momentum: f64,
    nesterov: bool,
    /// Adam's decay rates of its moments.
    betas: [f64; 2],
    epsilon: f64,
    /// The largest norm of the gradient; 0 for no clipping.
    max_norm: f64,
    /// The weight decay of each parameter; `None` without weight decay.
    weight_decay: Option<Tensor<1>>,
    /// The weight decay of those that are decayed, and which they are.
    #[cfg(feature = "gpu")]
    decay: (f64, DecayScope),
    /// Its state.
    pub state: State,
}

impl Optimizer {
    /// The recipe's optimizer. With `decay=weights`, what is no weight (see [`Slot::is_weight`]) is not decayed.
    pub fn new(recipe: &Recipe, slots: &[Slot], device: &Device) -> Self {
        let weight_decay = (recipe.wd > 0.0).then(|| {
            let decays: Vec<f32> = slots
                .iter()
                .flat_map(|slot| {
                    let is_decayed = is_decayed(slot, recipe.decay);
                    let decay = if is_decayed { recipe.wd as f32 } else { 0.0 };
                    std::iter::repeat_n(decay, slot.len())
                })
                .collect();
            vector(decays, device)
        });
        Optimizer {
            rule: recipe.opt,
            momentum: recipe.momentum,
            nesterov: recipe.nesterov,
            betas: [recipe.beta1, recipe.beta2],
            epsilon: recipe.eps,
            max_norm: recipe.clip,
            weight_decay,
            #[cfg(feature = "gpu")]
            decay: (recipe.wd, recipe.decay),
            state: State::default(),
        }
    }

    /// Which state vectors exist after `steps` updates: the first moment, the second moment.
    pub fn has_moments(&self, steps: u64) -> [bool; 2] {
        let used = match self.rule {
            OptimizerKind::Sgd => [self.momentum != 0.0, false],
            OptimizerKind::Adam | OptimizerKind::AdamW => [true, true],
            OptimizerKind::RmsProp => [false, true],
        };
        used.map(|used| used && steps > 0)
    }

    /// One update of the weights.
    ///
    /// # Shapes
    /// - `weights`, `gradient` and output: `[parameters]`
    pub fn step(&mut self, weights: Tensor<1>, gradient: Tensor<1>, lr: f64) -> Tensor<1> {
        self.state.steps += 1;
        let gradient = self.clip(gradient);
        let decay = self
            .weight_decay
            .as_ref()
            .map(|decay| weights.clone() * decay.clone());
        let (weights, gradient) = match (self.rule, decay) {
            (_, None) => (weights, gradient),
            // Decoupled weight decay (Loshchilov and Hutter, 2019).
            (OptimizerKind::AdamW, Some(decay)) => (weights - by_rate(decay, lr), gradient),
            (_, Some(decay)) => (weights, gradient + decay),
        };
        match self.rule {
            OptimizerKind::Sgd => weights - by_rate(self.sgd(gradient), lr),
            OptimizerKind::RmsProp => weights - by_rate(self.rmsprop(gradient), lr),
            OptimizerKind::Adam | OptimizerKind::AdamW => self.adam(weights, gradient, lr),
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
            max_norm: (self.max_norm != 0.0).then_some(self.max_norm as f32),
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
