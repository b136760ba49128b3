//! A network that learns: its weights, its optimizer, and one training step.

use burn::tensor::{Device, Int, Tensor};

use super::optimizer::Optimizer;
use crate::recipe::Recipe;
use crate::zoo::parameters::{Slot, flat_gradients, slots, unflatten};
use crate::zoo::{Network, initial};

/// A network that learns.
#[derive(Clone, Debug)]
pub struct Learner {
    /// The network's form; its weights are those of `weights`.
    form: Network,
    /// Where each parameter stands in `weights`.
    pub slots: Vec<Slot>,
    /// All parameters: `[parameters]`.
    pub weights: Tensor<1>,
    /// How the weights move.
    pub optimizer: Optimizer,
}

/// What one pass over a batch gives.
#[derive(Clone, Debug)]
pub struct Pass {
    /// `[batch, classes]`
    pub logits: Tensor<2>,
    /// The batch's mean loss: `[1]`.
    pub loss: Tensor<1>,
    /// The gradient of that loss: `[parameters]`.
    pub gradient: Tensor<1>,
}

impl Learner {
    /// The recipe's network with its initial weights.
    pub fn of(recipe: &Recipe, device: &Device) -> Self {
        let form = Network::init(recipe.model, device);
        let slots = slots(&form);
        let weights = initial::values(&form, recipe.seed);
        Learner {
            optimizer: Optimizer::of(recipe, &slots, device),
            weights: Tensor::from_floats(weights.as_slice(), device),
            form,
            slots,
        }
    }

    /// Forward and backward.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 to 1
    /// - `labels`: `[batch]`
    pub fn pass(&self, images: Tensor<4>, labels: Tensor<1, Int>) -> Pass {
        let network = unflatten(self.form.clone(), &self.weights, true);
        let logits = network.forward(images);
        let loss = network.losses(logits.clone(), labels).mean();
        let gradient = flat_gradients(&network, &mut loss.backward());
        Pass {
            logits: logits.without_autodiff(),
            loss: loss.without_autodiff(),
            gradient,
        }
    }

    /// One training step. Nothing is read back.
    ///
    /// # Shapes
    /// - as [`Learner::pass`]
    /// - output: `[2]`, the mean loss and how many examples were right
    pub fn step(&mut self, images: Tensor<4>, labels: Tensor<1, Int>, lr: f64) -> Tensor<1> {
        let pass = self.pass(images, labels.clone());
        self.weights = self.optimizer.step(self.weights.clone(), pass.gradient, lr);
        let [batch] = labels.dims();
        let right = pass
            .logits
            .argmax(1)
            .reshape([batch])
            .cast(labels.dtype())
            .equal(labels)
            .float()
            .sum();
        Tensor::cat(vec![pass.loss, right], 0)
    }

    /// The network for answering: no gradient is recorded.
    pub fn network(&self) -> Network {
        unflatten(self.form.clone(), &self.weights, false)
    }
}
