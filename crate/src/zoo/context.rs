//! How a network is gone through: to learn from a batch, or to answer.

use std::cell::{Cell, RefCell};

use burn::tensor::{Device, Tensor};

use super::norm::BatchNorm;
use super::parameters::Slot;
use crate::ops::{join, vector};

/// How a network is gone through. Layers that behave differently in training ask it; what they measured of a batch,
/// they leave with it.
#[derive(Debug)]
// There is one a pass, and it is never moved about.
#[allow(clippy::large_enum_variant)]
pub enum Context {
    /// A batch to learn from.
    Training(Training),
    /// Images to answer for.
    Answering(Answering),
}

/// A batch to learn from.
#[derive(Debug)]
pub struct Training {
    /// Parts of the batch that are normalised by themselves, one after the other in the batch.
    pub shards: usize,
    /// The run's seed.
    pub seed: u64,
    /// The place of the batch's first example among all that the run sees.
    pub first: u64,
    /// Which part of the truth goes to all classes alike.
    smooth: f32,
    /// How many layers have dropped something out so far.
    drops: Cell<u64>,
    pub(super) statistics: RefCell<Vec<Tensor<1>>>,
    /// Class scores of auxiliary classifiers, and how much their loss counts.
    auxiliary: RefCell<Vec<(Tensor<2>, f32)>>,
}

/// Where examples stand in a run: what their random numbers are named by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The run's seed.
    pub seed: u64,
    /// The place of the first of them among all that the run sees.
    pub first: u64,
}

/// Images to answer for.
#[derive(Debug)]
pub struct Answering {
    /// Mean and variance of every normalised channel, over the training so far; see [`crate::zoo::norm`].
    running: Tensor<1>,
    at: Cell<usize>,
    /// The layer that is gone through.
    layer: Cell<usize>,
    /// The layer that is looked at, and what it gave.
    looked: Option<(usize, RefCell<Option<Tensor<4>>>)>,
}

impl Context {
    /// To learn from a batch of so many shards.
    pub fn training(shards: usize) -> Self {
        Self::training_at(shards, Place::default())
    }

    /// To learn from a batch of so many shards, at that place of a run.
    pub fn training_at(shards: usize, Place { seed, first }: Place) -> Self {
        Context::Training(Training {
            shards,
            seed,
            first,
            smooth: 0.0,
            drops: Cell::new(0),
            statistics: RefCell::default(),
            auxiliary: RefCell::default(),
        })
    }

    /// With a part of the truth spread over all classes, in training.
    pub fn smoothed(mut self, part: f32) -> Self {
        if let Context::Training(training) = &mut self {
            training.smooth = part;
        }
        self
    }

    /// Which part of the truth goes to all classes alike.
    pub fn smoothing(&self) -> f32 {
        match self {
            Context::Training(training) => training.smooth,
            Context::Answering(_) => 0.0,
        }
    }

    /// The class scores that auxiliary classifiers left, and how much the loss of each counts.
    pub fn take_auxiliary(&self) -> Vec<(Tensor<2>, f32)> {
        match self {
            Context::Training(training) => training.auxiliary.take(),
            Context::Answering(_) => Vec::new(),
        }
    }

    /// To answer, with the statistics of the training so far: `[statistics]`.
    pub fn answering(running: &Tensor<1>) -> Self {
        Context::Answering(Answering {
            running: running.clone(),
            at: Cell::new(0),
            layer: Cell::default(),
            looked: None,
        })
    }

    /// To answer, and to look at what a layer gives: that number of [`super::About::layers`].
    pub fn looking(running: &Tensor<1>, layer: usize) -> Self {
        Context::Answering(Answering {
            running: running.clone(),
            at: Cell::new(0),
            layer: Cell::default(),
            looked: Some((layer, RefCell::default())),
        })
    }

    /// Whether some layer is looked at: networks that do two layers at once then do one after the other.
    pub fn looks(&self) -> bool {
        matches!(self, Context::Answering(answering) if answering.looked.is_some())
    }

    /// Shows what layer number `layer` gave, `[batch, channels, rows, columns]`; it is kept if that one is looked at.
    // Called at every layer: inlined, it would be the module's largest part.
    #[inline(never)]
    pub fn show(&self, layer: usize, value: &Tensor<4>) {
        if let Context::Answering(Answering {
            looked: Some((wanted, seen)),
            ..
        }) = self
            && *wanted == layer
        {
            seen.replace(Some(value.clone()));
        }
    }

    /// Shows what a layer computes on the way, which the drawing has as a layer of its own before it.
    #[inline(never)]
    pub fn show_before(&self, value: &Tensor<4>) {
        if let Context::Answering(answering) = self {
            self.show(answering.layer.get().wrapping_sub(1), value);
        }
    }

    /// Goes on to layer number `layer`.
    pub fn enter(&self, layer: usize) {
        if let Context::Answering(answering) = self {
            answering.layer.set(layer);
        }
    }

    /// What the layer gave that was looked at; nothing where the network has no such layer, or never goes through it to answer.
    pub fn seen(self) -> Option<Tensor<4>> {
        match self {
            Context::Answering(answering) => answering.looked?.1.into_inner(),
            Context::Training(_) => None,
        }
    }

    /// What the normalising layers measured, one after the other: `[statistics]`; nothing where there are none.
    pub fn statistics(self) -> Option<Tensor<1>> {
        match self {
            Context::Training(training) => {
                let parts = training.statistics.into_inner();
                (!parts.is_empty()).then(|| join(parts))
            }
            Context::Answering(_) => None,
        }
    }
}

impl Training {
    /// Leaves what a layer measured.
    pub fn leave(&self, statistics: Tensor<1>) {
        self.statistics.borrow_mut().push(statistics);
    }

    /// Leaves the class scores of an auxiliary classifier, whose loss counts by that factor.
    pub fn leave_auxiliary(&self, logits: Tensor<2>, factor: f32) {
        self.auxiliary.borrow_mut().push((logits, factor));
    }

    /// The number of the next layer that drops something out, from 0.
    pub fn next_drop(&self) -> u64 {
        self.drops.replace(self.drops.get() + 1)
    }
}

impl Answering {
    /// The next `count` statistics: layers are gone through in one order.
    pub fn next(&self, count: usize) -> Tensor<1> {
        let from = self.at.get();
        self.at.set(from + count);
        self.running.clone().slice([from..from + count])
    }
}

/// A layer that is normalised by its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalized {
    /// Its path in the module: `layer1.0.bn1`.
    pub name: String,
    /// Its channels.
    pub channels: usize,
}

impl Normalized {
    /// The layer of that path.
    pub fn of(name: &str, layer: &BatchNorm) -> Self {
        Normalized {
            name: name.to_owned(),
            channels: layer.channels(),
        }
    }
}

/// Where each running average stands among the statistics, under PyTorch's names: `bn1.running_mean`,
/// `bn1.running_var`.
pub fn statistics_slots(layers: &[Normalized]) -> Vec<Slot> {
    let mut start = 0;
    let mut slots = Vec::new();
    for Normalized { name, channels } in layers {
        for what in ["running_mean", "running_var"] {
            slots.push(Slot {
                name: format!("{name}.{what}"),
                shape: vec![*channels],
                start,
                linear: false,
            });
            start += channels;
        }
    }
    slots
}

/// The statistics before any training: for each normalised layer's channels, means of 0 and then variances of 1.
pub fn fresh_statistics(layers: &[Normalized], device: &Device) -> Tensor<1> {
    let each = layers.iter().flat_map(|layer| {
        let (means, variances) = (vec![0.0; layer.channels], vec![1.0; layer.channels]);
        means.into_iter().chain(variances)
    });
    let values = each.collect();
    vector(values, device)
}
