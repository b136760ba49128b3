//! The zoo: one file or folder a network.
//!
//! A network's file gives its configuration, its module on burn, its layers with their shapes and costs, and the
//! distribution of its initial weights. Here is what they share: the registry, and the enum that the lab trains.
//!
//! - [`layer`]: what a layer is, for a drawing of the network
//! - [`parameters`]: a network's parameters as one flat vector, and back
//! - [`initial`]: the initial weights, from the recipe's streams
//! - [`objective`]: the losses
//! - [`context`]: how a network is gone through: in training, or to answer
//! - [`originals`]: the networks in their papers' size, natively only
//! - [`scaling`]: what happens to an image before the first layer
//! - [`graph`]: networks that are drawn layer by layer, and how they are gone through
//! - [`apply`], [`norm`], [`dropout`]: layers on our own operations

pub mod alexnet;
pub mod apply;
pub mod context;
pub mod densenet;
pub mod dropout;
pub mod googlenet;
pub mod graph;
pub mod initial;
pub mod layer;
pub mod lenet5;
pub mod lenet5_1998;
pub mod mlp;
pub mod norm;
pub mod objective;
#[cfg(not(target_family = "wasm"))]
pub mod originals;
pub mod parameters;
pub mod resnet;
pub mod scaling;
pub mod stack;
pub mod vgg;
pub mod vit;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use crate::ops;
use crate::recipe::{Model, Recipe};
pub use context::{Context, Normalized};
pub use graph::{Design, Graph, Spelling, Structure};
pub use initial::Initial;
pub use layer::Layer;
pub use scaling::Scaling;

/// What a network is, before any of it is built.
#[derive(Clone, Debug)]
pub struct About {
    /// Its name in full.
    pub title: String,
    /// The paper: authors, title, year.
    pub paper: &'static str,
    /// The images that it takes: channels, rows, columns.
    pub input: [usize; 3],
    /// Its layers, from the image to the class scores.
    pub layers: Vec<Layer>,
}

impl About {
    /// Trainable parameters.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters).sum()
    }

    /// What goes into the layer of that index, by number: 0 is the image, 1 the first layer's output.
    pub fn inputs(&self, layer: usize) -> Vec<usize> {
        match self.layers.get(layer).map(|layer| layer.from.as_slice()) {
            None | Some([]) => vec![layer],
            Some(from) => from.to_vec(),
        }
    }

    /// Multiply-adds of one image's forward pass.
    pub fn multiply_adds(&self) -> u64 {
        self.layers.iter().map(|layer| layer.multiply_adds).sum()
    }
}

/// What every network of the zoo can do. Implemented in its own file.
pub trait Trainable: Module {
    /// The network with all its parameters 0, which [`initial::fill`] or a checkpoint then sets.
    fn init(recipe: &Recipe, device: &Device) -> Self;

    /// What the network is.
    fn about(recipe: &Recipe) -> About;

    /// The network layer by layer, where it is made of layers that a drawing has.
    fn drawing(_recipe: &Recipe) -> Option<Design> {
        None
    }

    /// Takes images that are scaled otherwise than the recipe's data set says; not where a network scales them as its paper
    /// has it.
    fn rescale(&mut self, _scaling: Scaling) {}

    /// How a parameter starts. `name` is its path (`conv1.weight`), `shape` its dimensions; `fan_in` is how many inputs
    /// each output of its layer is a sum of, which a bias's own shape does not say.
    fn initial(name: &str, shape: &[usize], fan_in: usize) -> Initial;

    /// Class scores.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 (black) to 1 (white)
    /// - output: logits, `[batch, classes]`
    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2>;

    /// The layers that are normalised by their batch, in the order in which they are gone through.
    fn normalized(&self) -> Vec<Normalized> {
        Vec::new()
    }

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
        drawn { $( $($drawn:ident)|+ => $design:path, )+ }
    ) => {
        /// Any network of the zoo.
        #[derive(Module, Debug)]
        #[allow(clippy::large_enum_variant)]
        pub enum Network {
            $( #[doc = "One with a module of its own."] $model($module), )+
            /// One that was drawn layer by layer.
            Drawn(Graph),
        }

        /// A network's drawing, if it has one.
        fn design(recipe: &Recipe) -> Option<Design> {
            match recipe.model {
                $( Model::$model => <$module as Trainable>::drawing(recipe), )+
                $( $(Model::$drawn)|+ => Some($design(recipe)), )+
            }
        }

        impl Network {
            /// The network that a recipe names, its parameters 0.
            pub fn init(recipe: &Recipe, device: &Device) -> Self {
                match recipe.model {
                    $( Model::$model => Self::$model(<$module as Trainable>::init(recipe, device)), )+
                    $( $(Model::$drawn)|+ => Self::Drawn(Graph::of($design(recipe), device)), )+
                }
            }

            /// Takes images that are scaled so; see [`Trainable::rescale`].
            pub fn rescale(&mut self, scaling: Scaling) {
                match self {
                    $( Self::$model(network) => network.rescale(scaling), )+
                    Self::Drawn(graph) => graph.rescale(scaling),
                }
            }

            /// What the network is that a recipe names.
            pub fn about(recipe: &Recipe) -> About {
                match recipe.model {
                    $( Model::$model => <$module as Trainable>::about(recipe), )+
                    $( $(Model::$drawn)|+ => $design(recipe).about(), )+
                }
            }

            /// How a parameter starts; see [`Trainable::initial`].
            pub fn initial(&self, name: &str, shape: &[usize], fan_in: usize) -> Initial {
                match self {
                    $( Self::$model(_) => <$module as Trainable>::initial(name, shape, fan_in), )+
                    Self::Drawn(graph) => graph.initial(name),
                }
            }

            /// Class scores; see [`Trainable::forward`].
            // It is called from several places, and large.
            #[inline(never)]
            pub fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
                match self {
                    $( Self::$model(network) => network.forward(images, context), )+
                    Self::Drawn(graph) => graph.forward(images, context),
                }
            }

            /// Its normalised layers; see [`Trainable::normalized`].
            pub fn normalized(&self) -> Vec<Normalized> {
                match self {
                    $( Self::$model(network) => network.normalized(), )+
                    Self::Drawn(graph) => graph.normalized(),
                }
            }

            /// Each example's loss; see [`Trainable::losses`].
            pub fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
                match self {
                    $( Self::$model(network) => network.losses(logits, labels), )+
                    Self::Drawn(_) => ops::cross_entropy(logits, labels),
                }
            }
        }
    };
}

impl Network {
    /// What it is as `layers` of a stack ([`crate::recipe::stack`]), where it is a chain of such layers.
    pub fn spelling(recipe: &Recipe) -> Option<Spelling> {
        design(recipe)?.spelling()
    }

    /// What it is as plain data, where it is made of layers that a drawing has.
    pub fn structure(recipe: &Recipe) -> Option<Structure> {
        Some(design(recipe)?.structure())
    }

    /// Each example's loss in training: with that of auxiliary classifiers, where there are some.
    pub fn training_losses(
        &self,
        logits: Tensor<2>,
        labels: Tensor<1, Int>,
        context: &Context,
    ) -> Tensor<1> {
        let one = |logits: Tensor<2>| {
            let losses = self.losses(logits.clone(), labels.clone());
            objective::smoothed(losses, logits, context.smoothing())
        };
        let own = one(logits);
        let others = context.take_auxiliary().into_iter();
        others.fold(own, |sum, (logits, factor)| sum + one(logits) * factor)
    }
}

// The registry: which network is of which module, or drawn by whom. A network is added here, in `recipe::choices`, and as a
// file.
zoo! {
    modules {
        LeNet5 => lenet5::LeNet5,
        LeNet51998 => lenet5_1998::LeNet5,
    }
    drawn {
        Mlp => mlp::design,
        AlexNet => alexnet::design,
        Vgg11 | Vgg13 | Vgg16 | Vgg19 => vgg::design,
        ResNet8 | ResNet14 | ResNet20 | ResNet32 | ResNet44 | ResNet56 | ResNet110 | ResNet18 | ResNet34 | ResNet50
            => resnet::design,
        GoogLeNet => googlenet::design,
        DenseNet => densenet::design,
        Vit => vit::design,
        Stack => stack::design,
    }
}

/// The networks that slow tests go over: of those that differ in nothing but their depth, the smallest.
#[cfg(test)]
pub(crate) fn representatives() -> impl Iterator<Item = Recipe> {
    use crate::recipe::Choice;
    let deeper = |model: Model| {
        let others = [Model::Vgg13, Model::Vgg16, Model::Vgg19, Model::ResNet34];
        model.depth().is_some_and(|depth| depth > 8) || others.contains(&model)
    };
    let models = Model::ALL.iter().map(|entry| entry.0);
    models.filter(move |model| !deeper(*model)).map(Recipe::of)
}

#[cfg(test)]
mod pytorch;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Choice, Data};

    /// Every network on the data of every shape that it takes.
    fn pairs() -> impl Iterator<Item = (Recipe, String)> {
        let models = Model::ALL.iter().flat_map(|(model, name, ..)| {
            [Data::Mnist, Data::Cifar10].map(|data| {
                let mut recipe = Recipe::of(*model);
                recipe.data = data;
                (recipe, format!("{name} on {}", data.name()))
            })
        });
        models.filter(|(recipe, _)| Network::about(recipe).input == recipe.input().shape)
    }

    #[test]
    fn layers_account_for_every_parameter() {
        for (recipe, name) in pairs() {
            let network = Network::init(&recipe, &Device::flex());
            let held: usize = parameters::slots(&network)
                .iter()
                .map(|slot| slot.len())
                .sum();
            assert_eq!(Network::about(&recipe).parameters(), held, "{name}");
        }
    }

    /// What is said of a network in another language has its parameters, by name, shape and order.
    #[test]
    fn a_structure_has_the_networks_parameters() {
        for (recipe, name) in pairs() {
            let Some(structure) = Network::structure(&recipe) else {
                assert_eq!(recipe.model, Model::LeNet51998, "{name}");
                continue;
            };
            let told: Vec<_> = structure
                .parts
                .into_iter()
                .flat_map(|part| part.parameters)
                .collect();
            let slots = parameters::slots(&Network::init(&recipe, &Device::flex()));
            let held: Vec<_> = slots.into_iter().map(|s| (s.name, s.shape)).collect();
            assert_eq!(told, held, "{name}");
        }
    }

    /// Taken apart, it is still the same network: the same weights in the same order, as many multiply-adds.
    #[test]
    fn what_can_be_spelt_is_spelt_right() {
        let mut spelt = Vec::new();
        for (recipe, name) in pairs() {
            let Some(Spelling { layers, without }) = Network::spelling(&recipe) else {
                continue;
            };
            let mut stack = Recipe::of(Model::Stack);
            stack.data = recipe.data;
            stack.layers = crate::recipe::Stack::parse(&layers).unwrap();
            assert_eq!(stack.layers.to_string(), layers, "{name}");
            let tensors = |recipe: &Recipe| -> Vec<_> {
                let slots = parameters::slots(&Network::init(recipe, &Device::flex()));
                let shapes = slots.into_iter().map(|slot| slot.shape);
                // Biases may have been left out, if that was said.
                shapes
                    .filter(|shape| without.is_empty() || shape.len() > 1)
                    .collect()
            };
            assert_eq!(tensors(&stack), tensors(&recipe), "{name}");
            let (mine, theirs) = (Network::about(&stack), Network::about(&recipe));
            assert_eq!(mine.multiply_adds(), theirs.multiply_adds(), "{name}");
            spelt.push(recipe.model);
        }
        let chains = [
            Model::LeNet5,
            Model::Mlp,
            Model::AlexNet,
            Model::Vgg11,
            Model::Vgg19,
        ];
        for model in chains {
            assert!(spelt.contains(&model), "{}", model.name());
        }
        for model in [
            Model::LeNet51998,
            Model::ResNet8,
            Model::GoogLeNet,
            Model::Vit,
        ] {
            assert!(!spelt.contains(&model), "{}", model.name());
        }
    }

    #[test]
    fn what_a_stack_cannot_say_is_told() {
        let spelling = |link: &str| {
            let recipe = crate::recipe::parse(link).unwrap().recipe;
            Network::spelling(&recipe).unwrap()
        };
        let Spelling { layers, without } = spelling("model=alexnet&lrn=on&groups=2&dropout=0.5");
        assert_eq!(without, ["local response normalisation"]);
        assert!(
            layers.starts_with("conv16x5p2,relu,max3s2,conv48x5p2g2,relu,max3s2,"),
            "{layers}"
        );
        assert!(
            layers.ends_with(",drop0.5,fc256,relu,drop0.5,fc256,relu"),
            "{layers}"
        );
        assert_eq!(
            spelling("model=mlp&widths=300,100").layers,
            "fc300,relu,fc100,relu"
        );
        assert!(
            spelling("model=vgg-11&norm=off&head=gap")
                .without
                .is_empty()
        );
        assert!(
            spelling("model=vgg-11&norm=off&head=gap")
                .layers
                .ends_with(",relu,gap")
        );
    }

    #[test]
    fn one_score_a_class() {
        for (recipe, name) in pairs() {
            let device = Device::flex();
            let network = initial::fill(Network::init(&recipe, &device), 1, &device);
            let About { input, layers, .. } = Network::about(&recipe);
            let [channels, height, width] = input;
            let images = Tensor::zeros([3, channels, height, width], &device);
            let logits = network.forward(images, &Context::training(1));
            assert_eq!(logits.dims(), [3, 10], "{name}");
            assert_eq!(layers.last().unwrap().shape, [10], "{name}");
        }
    }
}
