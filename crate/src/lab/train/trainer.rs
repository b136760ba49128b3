//! One training step: forward, backward and update.
//!
//! A [`Trainer`] holds the parameters as one flat vector, the running statistics and the optimizer. The modules that
//! compute are made of these for each step: a training model, through which [`forward_backward`] records gradients, and
//! an [`EvalModel`] for predictions.

use std::cell::OnceCell;
#[cfg(feature = "gpu")]
use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor};

#[cfg(feature = "gpu")]
use super::compiled_inference::CompiledInference;
use super::optimizer::{self, Optimizer};
use crate::ops::{self, concat};
use crate::recipe::{Normalization, Recipe, TestTimeAugmentation};
use crate::zoo::context::StreamPosition;
use crate::zoo::norm::{MOMENTUM, initial_running_statistics, running_statistics_slots};
use crate::zoo::parameters::{Slot, flat_gradients, unflatten};
use crate::zoo::{Context, Graph, Initializer, Network, Normalize, initializer};

/// The train state: a network's parameters, its running statistics and its optimizer.
#[derive(Clone, Debug)]
pub struct Trainer {
    /// The module. Its own parameters are placeholders: `weights` holds their values.
    module: Network,
    /// Where each parameter lies in `weights`.
    pub slots: Vec<Slot>,
    /// All parameters: `[parameters]`.
    pub weights: Tensor<1>,
    /// The running statistics of batch normalization, `[statistics]`; `None` for a network without it.
    pub running_statistics: Option<Tensor<1>>,
    /// Updates the weights.
    pub optimizer: Optimizer,
    /// What of an image is scored.
    tta: TestTimeAugmentation,
    /// Answers by a compiled program, on a GPU that has one.
    #[cfg(feature = "gpu")]
    pub(crate) inference: Option<Arc<CompiledInference>>,
}

/// All that a step changes in a [`Trainer`]. The tensors are shared with the trainer until its next update.
#[derive(Clone, Debug)]
pub struct TrainerState {
    weights: Tensor<1>,
    running_statistics: Option<Tensor<1>>,
    optimizer: optimizer::State,
}

/// What a forward and backward pass has to know of its examples beside their pixels and labels.
#[derive(Clone, Copy, Debug)]
pub struct MicroBatch {
    /// Equal parts of these examples whose batch statistics are taken separately (ghost batches).
    pub shards: usize,
    /// The size of the whole batch, of which these examples are all or some. The loss is divided by it.
    pub batch_size: usize,
    /// The position of the first example in the run, which names the random streams.
    pub position: StreamPosition,
    /// Label smoothing: the share of the target that goes to all classes alike, from 0 to 1.
    pub label_smoothing: f32,
}

impl MicroBatch {
    /// Examples of one of the recipe's batches. `first` is the index of the first one among all examples that the run
    /// trains on, over all epochs.
    pub fn new(recipe: &Recipe, shards: usize, batch_size: usize, first: u64) -> Self {
        MicroBatch {
            shards,
            batch_size,
            position: StreamPosition {
                seed: recipe.seed,
                first,
            },
            label_smoothing: recipe.smooth as f32,
        }
    }
}

/// What one forward and backward pass over a batch, or over one shard of it, gives.
#[derive(Clone, Debug)]
pub struct StepOutput {
    /// `[examples, classes]`
    pub logits: Tensor<2>,
    /// The sum of the examples' losses, divided by the size of the whole batch: `[1]`. The losses of all shards add up to
    /// the batch's mean loss: with label smoothing, without auxiliary heads.
    pub loss: Tensor<1>,
    /// How many examples were classified correctly: `[1]`.
    pub correct: Tensor<1>,
    /// The same with those of auxiliary heads added, which is what is trained on: `[1]`.
    pub total_loss: Tensor<1>,
    /// The gradient of that: `[parameters]`.
    pub gradient: Tensor<1>,
    /// The batch statistics of batch normalization: `[statistics]`.
    pub batch_statistics: Option<Tensor<1>>,
}

impl Trainer {
    /// The recipe's network with its initial weights, for images that are normalized as the recipe's data set says.
    pub fn new(recipe: &Recipe, device: &Device) -> Self {
        Trainer::with_normalization(recipe, recipe.input().normalization(), device)
    }

    /// The same, with another normalization of the images.
    pub fn with_normalization(
        recipe: &Recipe,
        normalization: Normalization,
        device: &Device,
    ) -> Self {
        let mut module = Network::init(recipe, device);
        module.set_normalization(Normalize::new(normalization, device));
        let slots = module.slots();
        let weights = initializer::initial_values(&module, recipe.seed);
        let norms = module.batch_norm_layers();
        Trainer {
            optimizer: Optimizer::new(recipe, &slots, device),
            tta: recipe.tta,
            weights: ops::vector(weights, device),
            running_statistics: (!norms.is_empty())
                .then(|| initial_running_statistics(&norms, device)),
            module,
            slots,
            #[cfg(feature = "gpu")]
            inference: None,
        }
    }

    /// The network's graph.
    pub fn graph(&self) -> &Graph {
        self.module.graph()
    }

    /// How each parameter is initialized.
    pub fn initializers(&self) -> Vec<Initializer> {
        let initializers = self.module.initializers();
        initializers.map(|(_, initializer)| initializer).collect()
    }

    /// The number of trainable parameters.
    pub fn parameters(&self) -> usize {
        self.slots.iter().map(Slot::len).sum()
    }

    /// Where each running mean and variance lies in `running_statistics`.
    pub fn statistics_slots(&self) -> Vec<Slot> {
        running_statistics_slots(&self.module.batch_norm_layers())
    }

    /// The network in train mode with the present weights: gradients are recorded.
    pub fn training_model(&self) -> Network {
        unflatten(self.module.clone(), &self.weights, true)
            .with_frozen_statistics(self.frozen_statistics())
    }

    /// The running statistics of layers that are frozen, which stay as they are: `[frozen statistics]`; nothing where there are none.
    pub fn frozen_statistics(&self) -> Option<Tensor<1>> {
        let running = self.running_statistics.as_ref()?;
        let frozen = self.graph().frozen_statistics();
        (frozen > 0).then(|| running.clone().slice([0..frozen]))
    }

    /// The weights that the network is scored with, `[parameters]`: their average, where the recipe keeps one.
    pub fn scored_weights(&self) -> &Tensor<1> {
        self.optimizer
            .state
            .average
            .as_ref()
            .unwrap_or(&self.weights)
    }

    /// The network in eval mode with the scored weights and running statistics: no gradient is recorded.
    pub fn eval_model(&self) -> EvalModel {
        self.eval_model_of(self.scored_weights(), self.running_statistics.clone())
    }

    /// The same with other weights `[parameters]` and running statistics `[statistics]`: those of another step.
    pub fn eval_model_of(
        &self,
        weights: &Tensor<1>,
        running_statistics: Option<Tensor<1>>,
    ) -> EvalModel {
        EvalModel {
            module: self.module.clone(),
            weights: weights.clone(),
            network: OnceCell::new(),
            running_statistics,
            tta: self.tta,
            #[cfg(feature = "gpu")]
            inference: self.inference.clone(),
        }
    }

    /// Updates the weights and the running statistics. Nothing is read back from the device.
    ///
    /// # Shapes
    /// - `gradient`: `[parameters]`
    /// - `batch_statistics`: `[statistics]` without those of frozen layers, the mean over the shards
    pub fn update(&mut self, gradient: Tensor<1>, batch_statistics: Option<Tensor<1>>, lr: f64) {
        self.weights = self.optimizer.step(self.weights.clone(), gradient, lr);
        let Some(batch) = batch_statistics else {
            return;
        };
        let frozen = self.frozen_statistics();
        let Some(running) = self.running_statistics.take() else {
            return;
        };
        let updated = |running: Tensor<1>| running * (1.0 - MOMENTUM) + batch * MOMENTUM;
        self.running_statistics = Some(match frozen {
            Some(frozen) => {
                let ([start], [end]) = (frozen.dims(), running.dims());
                concat(vec![frozen, updated(running.slice([start..end]))])
            }
            None => updated(running),
        });
    }

    /// The state as it is now, to go back to.
    pub fn state(&self) -> TrainerState {
        TrainerState {
            weights: self.weights.clone(),
            running_statistics: self.running_statistics.clone(),
            optimizer: self.optimizer.state.clone(),
        }
    }

    /// Goes back to a state.
    pub fn restore(&mut self, state: TrainerState) {
        self.weights = state.weights;
        self.running_statistics = state.running_statistics;
        self.optimizer.state = state.optimizer;
    }

    /// The sum of all weights, running statistics and moments: `[1]`. It is finite only if all of them are; those of numbers near
    /// the largest may not be. Nothing is read back from the device.
    pub fn state_sum(&self) -> Tensor<1> {
        self.sum_of(|vector| vector)
    }

    /// 0 if all weights, running statistics and moments are finite, else NaN: `[1]`. It takes a copy of each.
    pub fn finiteness(&self) -> Tensor<1> {
        // 0 times a number is 0, and NaN for what is no number and for the infinite.
        self.sum_of(|vector| vector * 0.0)
    }

    fn sum_of(&self, map: impl Fn(Tensor<1>) -> Tensor<1>) -> Tensor<1> {
        let state = &self.optimizer.state;
        let rest = [
            &self.running_statistics,
            &state.first_moment,
            &state.second_moment,
            &state.average,
        ];
        let sum = |vector: &Tensor<1>| ops::mean(map(vector.clone()), 1);
        let rest = rest.into_iter().flatten().map(sum);
        rest.fold(sum(&self.weights), |total, sum| total + sum)
    }
}

/// Forward and backward through a [`Trainer::training_model`].
///
/// # Shapes
/// - `images`: `[examples, channels, height, width]`, from 0 to 1
/// - `labels`: `[examples]`
pub fn forward_backward(
    model: &Network,
    images: Tensor<4>,
    labels: Tensor<1, Int>,
    micro_batch: MicroBatch,
) -> StepOutput {
    let MicroBatch {
        shards,
        batch_size,
        position,
        label_smoothing,
    } = micro_batch;
    let context = Context::train_at(shards, position)
        .with_label_smoothing(label_smoothing)
        .with_frozen_statistics(model.frozen_statistics());
    let logits = model.forward(images, &context);
    let losses = model.training_losses(logits.clone(), labels.clone(), &context);
    let total_loss = ops::mean(losses.total, batch_size);
    let gradient = flat_gradients(model, &mut total_loss.backward());
    let total_loss = total_loss.without_autodiff();
    let loss = match losses.of_logits {
        Some(losses) => ops::mean(losses.without_autodiff(), batch_size),
        None => total_loss.clone(),
    };
    let logits = logits.without_autodiff();
    StepOutput {
        correct: ops::correct_count(logits.clone(), labels),
        logits,
        loss,
        total_loss,
        gradient,
        batch_statistics: context.into_batch_statistics(),
    }
}

/// A network in eval mode: running statistics instead of batch statistics, no dropout, no auxiliary heads.
#[derive(Clone, Debug)]
pub struct EvalModel {
    /// The module, whose parameters are placeholders.
    module: Network,
    weights: Tensor<1>,
    /// The module with its parameters: made when burn's path is asked.
    network: OnceCell<Network>,
    running_statistics: Option<Tensor<1>>,
    tta: TestTimeAugmentation,
    #[cfg(feature = "gpu")]
    inference: Option<Arc<CompiledInference>>,
}

impl EvalModel {
    fn network(&self) -> &Network {
        let network = || unflatten(self.module.clone(), &self.weights, false);
        self.network.get_or_init(network)
    }

    /// Class scores.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 to 1
    /// - output: logits, `[batch, classes]`
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        #[cfg(feature = "gpu")]
        if let Some(inference) = &self.inference
            && images.dims()[0] == inference.batch()
        {
            let statistics = self.running_statistics.as_ref();
            match inference.forward(&self.weights, statistics, &images) {
                Ok(logits) => return logits,
                // A device that failed says so to whoever reads what burn's path computes there.
                Err(why) => log::warn!("burn's path answers: {why}."),
            }
        }
        self.forward_by_burn(images)
    }

    /// The class scores that a score counts: with test-time augmentation, the mean of the logits of each image and of its mirror image
    /// (K. Jordan: 94% on CIFAR-10 in 3.29 seconds on a single GPU, 2024, section 3.6).
    ///
    /// # Shapes
    /// Those of [`EvalModel::forward`].
    pub fn scored_logits(&self, images: Tensor<4>) -> Tensor<2> {
        match self.tta {
            TestTimeAugmentation::Off => self.forward(images),
            TestTimeAugmentation::Flip => {
                let mirrored = images.clone().flip([3]);
                (self.forward(images) + self.forward(mirrored)) * 0.5
            }
        }
    }

    /// The same as [`EvalModel::forward`] by burn's path.
    fn forward_by_burn(&self, images: Tensor<4>) -> Tensor<2> {
        let context = Context::eval(self.running_statistics.as_ref());
        self.network().forward(images, &context)
    }

    /// The logits, `[batch, classes]`, and the activations of these layers, by their numbers: each `[batch, channels, rows, columns]` of feature maps, `[batch, 1, tokens, features]` of
    /// tokens, `[batch, 1, 1, features]` of a linear layer, `[batch, heads, tokens, tokens]` of attention weights. `None` for a layer
    /// that eval mode skips.
    pub fn forward_with_activations(
        &self,
        images: Tensor<4>,
        layers: &[usize],
    ) -> (Tensor<2>, Vec<Option<Tensor<4>>>) {
        let context = Context::eval(self.running_statistics.as_ref()).with_hooks(layers);
        let logits = self.network().forward(images, &context);
        (logits, context.into_captured())
    }

    /// The saliency of each pixel for one class: the gradient of that logit with respect to the image, `[batch, channels, height,
    /// width]` (K. Simonyan, A. Vedaldi, A. Zisserman: Deep inside convolutional networks, 2013); `None` where the logit depends on
    /// no pixel. With it come all logits, `[batch, classes]`: the gradient of logits that are NaN may be zeros.
    pub fn saliency(&self, images: Tensor<4>, class: usize) -> (Option<Tensor<4>>, Tensor<2>) {
        let images = images.autodiff().require_grad();
        let logits = self.forward_by_burn(images.clone());
        let [batch, _] = logits.dims();
        let score = logits.clone().slice([0..batch, class..class + 1]).sum();
        let gradient = images.grad_remove(&mut score.backward());
        (gradient, logits.without_autodiff())
    }

    /// Each example's loss; see [`Network::losses`].
    pub fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        self.module.losses(logits, labels)
    }
}
