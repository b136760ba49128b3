//! The zoo: a file or folder for each network, and the computation graph that all are built of.
//!
//! A network's file has its configuration, its layers, how they are initialized, and the paper. This module has the registry, and
//! [`Network`], which the lab trains.
//!
//! - [`graph`]: the computation graph, and its interpreter
//! - [`summary`]: a network's layers with their shapes, parameters and costs
//! - [`context`]: train or eval mode of a forward pass, and what layers record in it
//! - [`parameters`]: parameters as one flat vector
//! - [`initializer`]: initial values, from the recipe's random streams
//! - [`normalize`]: the normalization of images before the first layer
//! - [`norm`], [`dropout`]: layers that differ between train and eval mode
//! - [`loss`]: the training losses
//! - [`originals`]: the networks in the size of their papers, natively only

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
#[cfg(not(target_family = "wasm"))]
pub mod originals;
pub mod parameters;
pub mod resnet;
pub mod stack;
pub mod summary;
pub mod vgg;
pub mod vit;

use burn::tensor::{Device, Int, Tensor};

use crate::recipe::{Model, Recipe};
pub use context::Context;
pub use graph::{ExportedGraph, Graph, GraphModule, StackText};
pub use initializer::Initializer;
pub use norm::BatchNormLayer;
pub use normalize::Normalize;
pub use summary::{LayerSummary, Summary};

/// A network of the zoo: the module of its graph.
pub type Network = GraphModule;

/// The graph of a recipe's network. This is the registry: a network is added here, in `recipe::choices`, and as a file.
pub fn build_graph(recipe: &Recipe) -> Graph {
    match recipe.model {
        Model::LeNet5 => lenet5::graph(recipe),
        Model::LeNet51998 => lenet5_1998::graph(recipe),
        Model::Mlp => mlp::graph(recipe),
        Model::AlexNet => alexnet::graph(recipe),
        Model::Vgg11 | Model::Vgg13 | Model::Vgg16 | Model::Vgg19 => vgg::graph(recipe),
        Model::ResNet8
        | Model::ResNet14
        | Model::ResNet20
        | Model::ResNet32
        | Model::ResNet44
        | Model::ResNet56
        | Model::ResNet110
        | Model::ResNet18
        | Model::ResNet34
        | Model::ResNet50 => resnet::graph(recipe),
        Model::GoogLeNet => googlenet::graph(recipe),
        Model::DenseNet => densenet::graph(recipe),
        Model::Vit => vit::graph(recipe),
        Model::Stack => stack::graph(recipe),
    }
}

impl Network {
    /// A recipe's network, all parameters 0, which [`initializer::initialize`] or a checkpoint then sets.
    pub fn init(recipe: &Recipe, device: &Device) -> Self {
        GraphModule::new(build_graph(recipe), device)
    }

    /// A recipe's network, layer by layer, without building it.
    pub fn summary(recipe: &Recipe) -> Summary {
        build_graph(recipe).summary()
    }

    /// Each example's training loss: with label smoothing, and with the losses of auxiliary heads.
    pub fn training_losses(
        &self,
        logits: Tensor<2>,
        labels: Tensor<1, Int>,
        context: &Context,
    ) -> Tensor<1> {
        let smoothed = |logits: Tensor<2>| {
            let losses = self.losses(logits.clone(), labels.clone());
            loss::smooth_labels(losses, logits, context.label_smoothing())
        };
        let losses = smoothed(logits);
        let auxiliary = context.take_auxiliary().into_iter();
        auxiliary.fold(losses, |sum, (logits, weight)| {
            sum + smoothed(logits) * weight
        })
    }
}

/// The networks that slow tests go over: of those that differ in their depth only, the smallest.
#[cfg(test)]
pub(crate) fn representatives() -> impl Iterator<Item = Recipe> {
    use crate::recipe::Choice;
    let is_deeper = |model: Model| {
        let deep = [Model::Vgg13, Model::Vgg16, Model::Vgg19, Model::ResNet34];
        model.depth().is_some_and(|depth| depth > 8) || deep.contains(&model)
    };
    let models = Model::ALL.iter().map(|entry| entry.0);
    models
        .filter(move |model| !is_deeper(*model))
        .map(Recipe::of)
}

#[cfg(test)]
mod pytorch;
#[cfg(test)]
mod tests;
