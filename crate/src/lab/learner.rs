//! A network that learns: its weights, its optimizer, and what one pass over a batch gives.

use burn::tensor::{Device, Int, Tensor};

use super::optimizer::Optimizer;
use crate::ops;
use crate::recipe::{Recipe, Scale};
use crate::zoo::context::StreamPosition;
use crate::zoo::norm::{MOMENTUM, initial_running_statistics, running_statistics_slots};
use crate::zoo::parameters::{Slot, flat_gradients, slots, unflatten};
use crate::zoo::{Context, Network, Normalize, initializer};

/// A network that learns.
#[derive(Clone, Debug)]
pub struct Learner {
    /// The network's form; its weights are those of `weights`.
    form: Network,
    /// Where each parameter stands in `weights`.
    pub slots: Vec<Slot>,
    /// All parameters: `[parameters]`.
    pub weights: Tensor<1>,
    /// Running averages of what is normalised by batches, `[statistics]`; nothing where nothing is.
    pub statistics: Option<Tensor<1>>,
    /// How the weights move.
    pub optimizer: Optimizer,
}

/// Which part of a batch is gone through.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The parts of it that are normalised by themselves.
    pub shards: usize,
    /// The size of the whole batch, of which these examples are all or some.
    pub batch: usize,
    /// Where they stand in the run.
    pub position: StreamPosition,
    /// Which part of the truth goes to all classes alike.
    pub smooth: f32,
}

impl Part {
    /// A part of one of the recipe's batches. `first` is the place of its first example among all that the run sees.
    pub fn of(recipe: &Recipe, shards: usize, batch: usize, first: u64) -> Self {
        Part {
            shards,
            batch,
            position: StreamPosition {
                seed: recipe.seed,
                first,
            },
            smooth: recipe.smooth as f32,
        }
    }
}

/// What one pass over a batch, or over one shard of it, gives.
#[derive(Clone, Debug)]
pub struct Pass {
    /// `[examples, classes]`
    pub logits: Tensor<2>,
    /// The sum of the examples' losses over the size of the whole batch: `[1]`. Shards' add up to the mean loss.
    pub loss: Tensor<1>,
    /// How many examples were right: `[1]`.
    pub right: Tensor<1>,
    /// The gradient of that loss: `[parameters]`.
    pub gradient: Tensor<1>,
    /// What normalising layers measured: `[statistics]`.
    pub statistics: Option<Tensor<1>>,
}

impl Learner {
    /// The recipe's network with its initial weights, for images that are scaled as the recipe's data set says.
    pub fn of(recipe: &Recipe, device: &Device) -> Self {
        Learner::on(recipe, recipe.input().scale(), device)
    }

    /// The same, for images that are scaled so.
    pub fn on(recipe: &Recipe, scale: Scale, device: &Device) -> Self {
        let mut form = Network::init(recipe, device);
        form.set_normalization(Normalize::new(scale, device));
        let slots = slots(&form);
        let weights = initializer::initial_values(&form, recipe.seed);
        let norms = form.batch_norm_layers();
        Learner {
            optimizer: Optimizer::of(recipe, &slots, device),
            weights: ops::vector(weights, device),
            statistics: (!norms.is_empty()).then(|| initial_running_statistics(&norms, device)),
            form,
            slots,
        }
    }

    /// Trainable parameters.
    pub fn parameters(&self) -> usize {
        self.slots.iter().map(Slot::len).sum()
    }

    /// Where each running average stands in `statistics`.
    pub fn statistics_slots(&self) -> Vec<Slot> {
        running_statistics_slots(&self.form.batch_norm_layers())
    }

    /// The network as it stands, to be gone through forward and backward.
    pub fn student(&self) -> Network {
        unflatten(self.form.clone(), &self.weights, true)
    }

    /// The network for answering: no gradient is recorded.
    pub fn network(&self) -> Answerer {
        Answerer {
            network: unflatten(self.form.clone(), &self.weights, false),
            statistics: self.statistics.clone(),
        }
    }

    /// Moves the weights once, and the running averages with them. Nothing is read back.
    ///
    /// # Shapes
    /// - `gradient`: `[parameters]`
    /// - `statistics`: `[statistics]`, the mean of the shards'
    pub fn learn(&mut self, gradient: Tensor<1>, statistics: Option<Tensor<1>>, lr: f64) {
        self.weights = self.optimizer.step(self.weights.clone(), gradient, lr);
        if let (Some(running), Some(now)) = (self.statistics.take(), statistics) {
            self.statistics = Some(running * (1.0 - MOMENTUM) + now * MOMENTUM);
        }
    }
}

/// Forward and backward through a [`Learner::student`].
///
/// # Shapes
/// - `images`: `[examples, channels, height, width]`, from 0 to 1
/// - `labels`: `[examples]`
pub fn pass(student: &Network, images: Tensor<4>, labels: Tensor<1, Int>, part: Part) -> Pass {
    let Part {
        shards,
        batch,
        position,
        smooth,
    } = part;
    let context = Context::train_at(shards, position).with_label_smoothing(smooth);
    let logits = student.forward(images, &context);
    let losses = student.training_losses(logits.clone(), labels.clone(), &context);
    let loss = ops::mean(losses, batch);
    let gradient = flat_gradients(student, &mut loss.backward());
    let logits = logits.without_autodiff();
    Pass {
        right: ops::correct_count(logits.clone(), labels),
        logits,
        loss: loss.without_autodiff(),
        gradient,
        statistics: context.into_batch_statistics(),
    }
}

/// A network that answers.
#[derive(Clone, Debug)]
pub struct Answerer {
    network: Network,
    statistics: Option<Tensor<1>>,
}

impl Answerer {
    /// Class scores.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 to 1
    /// - output: logits, `[batch, classes]`
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let context = Context::eval(self.statistics.as_ref());
        self.network.forward(images, &context)
    }

    /// What layer number `layer` gives on the way to an answer: `[batch, channels, rows, columns]`; tokens are `[batch, 1, tokens,
    /// numbers]`, units `[batch, 1, 1, units]`, attention `[batch, heads, tokens, tokens]`. Nothing where no answer needs that layer.
    pub fn look(&self, images: Tensor<4>, layer: usize) -> Option<Tensor<4>> {
        let context = Context::eval(self.statistics.as_ref()).with_hook(layer);
        self.network.forward(images, &context);
        context.into_captured()
    }

    /// How each pixel would move the score of one class: the gradient of that logit by the image, `[batch, channels, height, width]`
    /// (K. Simonyan, A. Vedaldi, A. Zisserman: Deep inside convolutional networks, 2013).
    pub fn evidence(&self, images: Tensor<4>, class: usize) -> Option<Tensor<4>> {
        let images = images.autodiff().require_grad();
        let logits = self.forward(images.clone());
        let [batch, _] = logits.dims();
        let score = logits.slice([0..batch, class..class + 1]).sum();
        images.grad_remove(&mut score.backward())
    }

    /// Each example's loss; see [`Network::losses`].
    pub fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        self.network.losses(logits, labels)
    }
}

#[cfg(test)]
mod tests;
