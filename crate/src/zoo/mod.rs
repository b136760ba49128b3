//! The zoo: a file or folder for each network, and the computation graph that all are built of.
//!
//! A network's file has its options and default recipe, its layers, how they are initialized, and the paper. This module has
//! [`Network`], which the lab trains.
//!
//! - [`registry`]: the list of all networks; [`options`]: options that several have
//! - [`graph`]: the computation graph, and its interpreter
//! - [`summary`]: a network's layers with their shapes, parameters and costs
//! - [`context`]: train or eval mode of a forward pass, and what layers record in it
//! - [`parameters`]: parameters as one flat vector
//! - [`initializer`]: initial values, from the recipe's random streams
//! - [`normalize`]: the normalization of images before the first layer
//! - [`norm`], [`dropout`]: layers that differ between train and eval mode
//! - [`loss`]: the training losses
//! - `originals`: the networks in the size of their papers, natively only

pub mod airbench;
pub mod alexnet;
pub mod context;
pub mod densenet;
pub mod dropout;
pub mod googlenet;
pub mod graph;
pub mod initializer;
pub mod lenet5;
pub mod lenet5_1998;
pub mod loss;
pub mod mlp;
pub mod norm;
pub mod normalize;
pub mod options;
#[cfg(not(target_family = "wasm"))]
pub mod originals;
pub mod parameters;
pub mod registry;
pub mod resnet;
pub mod stack;
pub mod summary;
pub mod vgg;
pub mod vit;

use burn::tensor::{Device, Int, Tensor};

use crate::recipe::Recipe;
pub use context::Context;
pub use graph::{ExportedGraph, Graph, GraphModule, StackText};
pub use initializer::Initializer;
pub use norm::BatchNormLayer;
pub use normalize::Normalize;
pub use registry::build_graph;
pub use summary::{LayerSummary, Summary};

/// A network of the zoo: the module of its graph.
pub type Network = GraphModule;

impl Network {
    /// A recipe's network, all parameters 0, which [`initializer::initialize`] or a checkpoint then sets.
    pub fn init(recipe: &Recipe, device: &Device) -> Self {
        GraphModule::new(build_graph(recipe), device)
    }

    /// A recipe's network, layer by layer, without building it.
    pub fn summary(recipe: &Recipe) -> Summary {
        build_graph(recipe).summary()
    }

    /// Each example's losses in training, with label smoothing: that of the logits, and that with the weighted losses of auxiliary
    /// heads added, which is trained on.
    pub fn training_losses(
        &self,
        logits: Tensor<2>,
        labels: Tensor<1, Int>,
        context: &Context,
    ) -> TrainingLosses {
        let smoothed = |logits: Tensor<2>| {
            let losses = self.losses(logits.clone(), labels.clone());
            loss::smooth_labels(losses, logits, context.label_smoothing())
        };
        let losses = smoothed(logits);
        let auxiliary = context.take_auxiliary();
        let of_logits = (!auxiliary.is_empty()).then(|| losses.clone());
        let total = auxiliary.into_iter().fold(losses, |sum, (logits, weight)| {
            sum + smoothed(logits) * weight
        });
        TrainingLosses { total, of_logits }
    }
}

/// Each example's losses in training, `[batch]`.
#[derive(Clone, Debug)]
pub struct TrainingLosses {
    /// With those of auxiliary heads: what is trained on.
    pub total: Tensor<1>,
    /// Of the logits alone, which is what is reported, where there are auxiliary heads.
    pub of_logits: Option<Tensor<1>>,
}

/// The networks that slow tests go over: of those that differ in their depth only, the smallest.
#[cfg(test)]
pub(crate) fn representatives() -> impl Iterator<Item = Recipe> {
    let deeper = [
        "resnet-14",
        "resnet-20",
        "resnet-32",
        "resnet-44",
        "resnet-56",
        "resnet-110",
        "resnet-34",
        "vgg-13",
        "vgg-16",
        "vgg-19",
    ];
    let recipes = crate::registry::default_recipes();
    recipes.filter(move |recipe| !deeper.contains(&recipe.model.name()))
}

#[cfg(test)]
mod pytorch;
#[cfg(test)]
mod tests;
