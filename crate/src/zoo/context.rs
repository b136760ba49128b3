//! What a forward pass is for: training on a batch, or evaluation; and what its layers record on the way.

use std::cell::RefCell;

use burn::tensor::{Device, Tensor};

use crate::ops::concat;

/// The context of one forward pass. Layers that compute other things in training than in evaluation ask it, and record in it what
/// they give besides their output.
#[derive(Debug)]
pub struct Context {
    pub(super) mode: Mode,
}

/// Train or eval mode, as in PyTorch.
#[derive(Debug)]
// There is one a pass, and it is never moved.
#[allow(clippy::large_enum_variant)]
pub(super) enum Mode {
    /// Training: batch statistics, dropout, auxiliary heads.
    Train(Train),
    /// Evaluation: running statistics.
    Eval(Eval),
}

/// The state of a pass in train mode.
#[derive(Debug)]
pub(super) struct Train {
    /// Shards of the batch, one after the other in it, each of which batch normalization normalizes by itself.
    pub shards: usize,
    /// What the examples' random streams are named by.
    pub position: StreamPosition,
    label_smoothing: f32,
    /// The running statistics of frozen layers: `[frozen statistics]`, the first ones of all.
    frozen_statistics: Option<Tensor<1>>,
    /// What batch normalization layers measured, in their order: `[2 · channels]` each.
    pub batch_statistics: RefCell<Vec<Tensor<1>>>,
    /// Logits of auxiliary heads, and the weight of each one's loss.
    auxiliary: RefCell<Vec<(Tensor<2>, f32)>>,
}

/// The state of a pass in eval mode.
#[derive(Debug)]
pub(super) struct Eval {
    /// Mean and variance of every batch normalization's channels; see [`super::norm`].
    running: Option<Tensor<1>>,
    /// The activation hooks: each layer's number, and what it gave.
    hooks: Vec<(usize, RefCell<Option<Tensor<4>>>)>,
}

/// The position of a batch in the run, which names the random streams of its examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamPosition {
    /// The run's seed.
    pub seed: u64,
    /// The position of the batch's first example among all that the run trains on.
    pub first: u64,
}

impl Context {
    /// Train mode, for a batch of so many shards.
    pub fn train(shards: usize) -> Self {
        Self::train_at(shards, StreamPosition::default())
    }

    /// Train mode, for a batch of so many shards at that position of a run.
    pub fn train_at(shards: usize, position: StreamPosition) -> Self {
        Context {
            mode: Mode::Train(Train {
                shards,
                position,
                label_smoothing: 0.0,
                frozen_statistics: None,
                batch_statistics: RefCell::default(),
                auxiliary: RefCell::default(),
            }),
        }
    }

    /// Eval mode, with the running statistics of the training so far: `[statistics]`. Without, they are the initial ones: means
    /// of 0, variances of 1.
    pub fn eval(running: Option<&Tensor<1>>) -> Self {
        Context {
            mode: Mode::Eval(Eval {
                running: running.cloned(),
                hooks: Vec::new(),
            }),
        }
    }

    /// Smooths the labels of the training loss by that much; nothing in eval mode.
    pub fn with_label_smoothing(mut self, smoothing: f32) -> Self {
        if let Mode::Train(train) = &mut self.mode {
            train.label_smoothing = smoothing;
        }
        self
    }

    /// Sets the running statistics by which frozen batch normalization normalizes in training; nothing in eval mode.
    pub fn with_frozen_statistics(mut self, statistics: Option<&Tensor<1>>) -> Self {
        if let Mode::Train(train) = &mut self.mode {
            train.frozen_statistics = statistics.cloned();
        }
        self
    }

    /// Hooks layers, by their indices in [`super::Summary::layers`], so that their outputs are captured; nothing in train mode.
    pub fn with_hooks(mut self, layers: &[usize]) -> Self {
        if let Mode::Eval(eval) = &mut self.mode {
            let hook = |layer: &usize| (*layer, RefCell::default());
            eval.hooks = layers.iter().map(hook).collect();
        }
        self
    }

    /// Whether it is train mode.
    pub fn is_train(&self) -> bool {
        matches!(self.mode, Mode::Train(_))
    }

    /// How much of each label's probability is spread over all classes: 0 in eval mode.
    pub fn label_smoothing(&self) -> f32 {
        match &self.mode {
            Mode::Train(train) => train.label_smoothing,
            Mode::Eval(_) => 0.0,
        }
    }

    /// Records the logits of an auxiliary head and the weight of its loss, in train mode.
    pub fn push_auxiliary(&self, logits: Tensor<2>, weight: f32) {
        if let Mode::Train(train) = &self.mode {
            train.auxiliary.borrow_mut().push((logits, weight));
        }
    }

    /// Takes the logits of the auxiliary heads, with the weight of each one's loss.
    pub fn take_auxiliary(&self) -> Vec<(Tensor<2>, f32)> {
        match &self.mode {
            Mode::Train(train) => train.auxiliary.take(),
            Mode::Eval(_) => Vec::new(),
        }
    }

    /// Whether any layer is hooked. Where two layers are computed in another order than the summary has them, the network then
    /// computes what the summary has, too.
    pub fn captures(&self) -> bool {
        matches!(&self.mode, Mode::Eval(eval) if !eval.hooks.is_empty())
    }

    /// Captures the output of layer number `layer`, `[batch, channels, height, width]`, if that one is hooked.
    // Called for every node: inlined, it would be the module's largest part.
    #[inline(never)]
    pub fn capture(&self, layer: usize, value: &Tensor<4>) {
        if let Mode::Eval(eval) = &self.mode {
            for (_, captured) in eval.hooks.iter().filter(|(hooked, _)| *hooked == layer) {
                captured.replace(Some(value.clone()));
            }
        }
    }

    /// The outputs of the hooked layers, in the order they were hooked in; `None` where the network has no such layer, or skips it
    /// in eval mode.
    pub fn into_captured(self) -> Vec<Option<Tensor<4>>> {
        match self.mode {
            Mode::Eval(eval) => eval
                .hooks
                .into_iter()
                .map(|hook| hook.1.into_inner())
                .collect(),
            Mode::Train(_) => Vec::new(),
        }
    }

    /// What the batch normalization layers measured, in their order, those of frozen ones not among them: `[statistics]`; nothing without
    /// such layers, or in eval mode.
    pub fn into_batch_statistics(self) -> Option<Tensor<1>> {
        match self.mode {
            Mode::Train(train) => {
                let statistics = train.batch_statistics.into_inner();
                (!statistics.is_empty()).then(|| concat(statistics))
            }
            Mode::Eval(_) => None,
        }
    }
}

impl Train {
    /// Running means and variances, `[channels]` each, of the layer whose statistics start there, where it is frozen.
    pub fn frozen_statistics(&self, start: usize, channels: usize) -> Option<[Tensor<1>; 2]> {
        let frozen = self.frozen_statistics.as_ref()?;
        let [length] = frozen.dims();
        (start < length).then(|| means_and_variances(frozen, start, channels))
    }
}

impl Eval {
    /// Running means and variances, `[channels]` each, of the layer whose statistics start there.
    pub fn running_statistics(
        &self,
        start: usize,
        channels: usize,
        device: &Device,
    ) -> [Tensor<1>; 2] {
        match &self.running {
            Some(running) => means_and_variances(running, start, channels),
            None => [
                Tensor::zeros([channels], device),
                Tensor::ones([channels], device),
            ],
        }
    }
}

fn means_and_variances(running: &Tensor<1>, start: usize, channels: usize) -> [Tensor<1>; 2] {
    [start, start + channels].map(|start| running.clone().slice([start..start + channels]))
}
