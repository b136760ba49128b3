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
pub mod apply;
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

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use crate::ops;
use crate::recipe::{Model, Recipe};
pub use context::Context;
pub use graph::{ExportedGraph, Graph, GraphModule, StackText};
pub use initializer::Initializer;
pub use norm::BatchNormLayer;
pub use normalize::Normalize;
pub use summary::{LayerSummary, Summary};

/// A network with a module of its own.
pub trait Trainable: Module {
    /// The network with all its parameters 0, which [`initializer::initialize`] or a checkpoint then sets.
    fn init(recipe: &Recipe, device: &Device) -> Self;

    /// The network's layers.
    fn summary(recipe: &Recipe) -> Summary;

    /// The network's graph, where it is made of a graph's operations.
    fn graph(_recipe: &Recipe) -> Option<Graph> {
        None
    }

    /// Sets how images are normalized, unless the network has a normalization of its own.
    fn set_normalization(&mut self, _normalize: Normalize) {}

    /// How a parameter's initial values are drawn. `name` is its path (`conv1.weight`), `shape` its dimensions; `fan_in` is
    /// that of its layer, which a bias's own shape does not tell.
    fn initializer(name: &str, shape: &[usize], fan_in: usize) -> Initializer;

    /// Logits.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 (black) to 1 (white)
    /// - output: `[batch, classes]`
    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2>;

    /// Each example's loss.
    ///
    /// # Shapes
    /// - `logits`: `[batch, classes]`
    /// - `labels`: `[batch]`
    /// - output: `[batch]`
    fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        ops::cross_entropy(logits, labels)
    }
}

macro_rules! zoo {
    (
        modules { $( $model:ident => $module:ty, )+ }
        graphs { $( $($built:ident)|+ => $build:path, )+ }
    ) => {
        /// Any network of the zoo.
        #[derive(Module, Debug)]
        #[allow(clippy::large_enum_variant)]
        pub enum Network {
            $( #[doc = "One with a module of its own."] $model($module), )+
            /// One that is a graph.
            Graph(GraphModule),
        }

        /// A network's graph, if it has one.
        fn build_graph(recipe: &Recipe) -> Option<Graph> {
            match recipe.model {
                $( Model::$model => <$module as Trainable>::graph(recipe), )+
                $( $(Model::$built)|+ => Some($build(recipe)), )+
            }
        }

        impl Network {
            /// A recipe's network, its parameters 0.
            pub fn init(recipe: &Recipe, device: &Device) -> Self {
                match recipe.model {
                    $( Model::$model => Self::$model(<$module as Trainable>::init(recipe, device)), )+
                    $( $(Model::$built)|+ => Self::Graph(GraphModule::new($build(recipe), device)), )+
                }
            }

            /// Sets how images are normalized; see [`Trainable::set_normalization`].
            pub fn set_normalization(&mut self, normalize: Normalize) {
                match self {
                    $( Self::$model(network) => network.set_normalization(normalize), )+
                    Self::Graph(module) => module.set_normalization(normalize),
                }
            }

            /// A recipe's network, layer by layer, without building it.
            pub fn summary(recipe: &Recipe) -> Summary {
                match recipe.model {
                    $( Model::$model => <$module as Trainable>::summary(recipe), )+
                    $( $(Model::$built)|+ => $build(recipe).summary(), )+
                }
            }

            /// How a parameter's initial values are drawn; see [`Trainable::initializer`].
            pub fn initializer(&self, name: &str, shape: &[usize], fan_in: usize) -> Initializer {
                match self {
                    $( Self::$model(_) => <$module as Trainable>::initializer(name, shape, fan_in), )+
                    Self::Graph(module) => module.initializer(name),
                }
            }

            /// Logits; see [`Trainable::forward`].
            // It is called from several places, and large.
            #[inline(never)]
            pub fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
                match self {
                    $( Self::$model(network) => network.forward(images, context), )+
                    Self::Graph(module) => module.forward(images, context),
                }
            }

            /// Its batch normalization layers, in the order of their running statistics.
            pub fn batch_norm_layers(&self) -> Vec<BatchNormLayer> {
                match self {
                    $( Self::$model(_) => Vec::new(), )+
                    Self::Graph(module) => module.batch_norm_layers(),
                }
            }

            /// Each example's loss; see [`Trainable::losses`].
            pub fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
                match self {
                    $( Self::$model(network) => network.losses(logits, labels), )+
                    Self::Graph(_) => ops::cross_entropy(logits, labels),
                }
            }
        }
    };
}

impl Network {
    /// A recipe's network as the `layers` of a stack ([`crate::recipe::stack`]), where it is a chain of such layers.
    pub fn stack_text(recipe: &Recipe) -> Option<StackText> {
        build_graph(recipe)?.to_stack_text()
    }

    /// A recipe's network as plain data, where it is a graph.
    pub fn export_graph(recipe: &Recipe) -> Option<ExportedGraph> {
        Some(build_graph(recipe)?.export())
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

// The registry: which models are built by whom. A network is added here, in `recipe::choices`, and as a file.
zoo! {
    modules {
        LeNet5 => lenet5::LeNet5,
        LeNet51998 => lenet5_1998::LeNet5,
    }
    graphs {
        Mlp => mlp::graph,
        AlexNet => alexnet::graph,
        Vgg11 | Vgg13 | Vgg16 | Vgg19 => vgg::graph,
        ResNet8 | ResNet14 | ResNet20 | ResNet32 | ResNet44 | ResNet56 | ResNet110 | ResNet18 | ResNet34 | ResNet50
            => resnet::graph,
        GoogLeNet => googlenet::graph,
        DenseNet => densenet::graph,
        Vit => vit::graph,
        Stack => stack::graph,
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
