//! The zoo: one file a network.
//!
//! A network's file gives its configuration, its module on burn, its layers with their shapes and costs, and the
//! distribution of its initial weights. Here is what they share: the registry, and the enum that the lab trains.
//!
//! - [`layer`]: what a layer is, for a drawing of the network
//! - [`parameters`]: a network's parameters as one flat vector, and back
//! - [`initial`]: the initial weights, from the recipe's streams
//! - [`objective`]: the losses
//! - [`context`]: how a network is gone through: in training, or to answer
//! - [`apply`], [`norm`]: layers on our own operations

pub mod apply;
pub mod context;
pub mod initial;
pub mod layer;
pub mod lenet5;
pub mod lenet5_1998;
pub mod norm;
pub mod objective;
pub mod parameters;

use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use crate::recipe::Model;
pub use context::Context;
pub use initial::Initial;
pub use layer::Layer;

/// What a network is, before any of it is built.
#[derive(Clone, Debug)]
pub struct About {
    /// Its name in full.
    pub title: &'static str,
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

    /// Multiply-adds of one image's forward pass.
    pub fn multiply_adds(&self) -> u64 {
        self.layers.iter().map(|layer| layer.multiply_adds).sum()
    }
}

/// What every network of the zoo can do. Implemented in its own file.
pub trait Trainable: Module {
    /// The network with all its parameters 0, which [`initial::fill`] or a checkpoint then sets.
    fn init(device: &Device) -> Self;

    /// What the network is.
    fn about() -> About;

    /// How a parameter starts. `name` is its path (`conv1.weight`), `shape` its dimensions.
    fn initial(name: &str, shape: &[usize]) -> Initial;

    /// Class scores.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 (black) to 1 (white)
    /// - output: logits, `[batch, classes]`
    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2>;

    /// The channels of each layer that is normalised by its batch, in the order in which they are gone through.
    fn normalized(&self) -> Vec<usize> {
        Vec::new()
    }

    /// Each example's loss.
    ///
    /// # Shapes
    /// - `logits`: `[batch, classes]`
    /// - `labels`: `[batch]`
    /// - output: `[batch]`
    fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        objective::cross_entropy(logits, labels)
    }
}

macro_rules! zoo {
    ($( $variant:ident => $module:ty, )+) => {
        /// Any network of the zoo.
        #[derive(Module, Debug)]
        #[allow(clippy::large_enum_variant)]
        pub enum Network { $( #[doc = "One of the zoo."] $variant($module), )+ }

        impl Network {
            /// The network that a recipe names, its parameters 0.
            pub fn init(model: Model, device: &Device) -> Self {
                match model { $( Model::$variant => Self::$variant(<$module as Trainable>::init(device)), )+ }
            }

            /// What the network is.
            pub fn about(model: Model) -> About {
                match model { $( Model::$variant => <$module as Trainable>::about(), )+ }
            }

            /// How a parameter starts; see [`Trainable::initial`].
            pub fn initial(&self, name: &str, shape: &[usize]) -> Initial {
                match self { $( Self::$variant(_) => <$module as Trainable>::initial(name, shape), )+ }
            }

            /// Class scores; see [`Trainable::forward`].
            pub fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
                match self { $( Self::$variant(network) => network.forward(images, context), )+ }
            }

            /// The channels of its normalised layers; see [`Trainable::normalized`].
            pub fn normalized(&self) -> Vec<usize> {
                match self { $( Self::$variant(network) => network.normalized(), )+ }
            }

            /// Each example's loss; see [`Trainable::losses`].
            pub fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
                match self { $( Self::$variant(network) => network.losses(logits, labels), )+ }
            }
        }
    };
}

// The registry: a network is added here, in `recipe::choices`, and as a file.
zoo! {
    LeNet5 => lenet5::LeNet5,
    LeNet51998 => lenet5_1998::LeNet5,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Choice;

    #[test]
    fn layers_account_for_every_parameter() {
        for (model, name, ..) in Model::ALL {
            let network = Network::init(*model, &Device::flex());
            let held: usize = parameters::slots(&network)
                .iter()
                .map(|slot| slot.len())
                .sum();
            assert_eq!(Network::about(*model).parameters(), held, "{name}");
        }
    }

    #[test]
    fn one_score_a_class() {
        for (model, name, ..) in Model::ALL {
            let device = Device::flex();
            let network = initial::fill(Network::init(*model, &device), 1, &device);
            let About { input, layers, .. } = Network::about(*model);
            let [channels, height, width] = input;
            let images = Tensor::zeros([3, channels, height, width], &device);
            let logits = network.forward(images, &Context::training(1));
            assert_eq!(logits.dims(), [3, 10], "{name}");
            assert_eq!(layers.last().unwrap().shape, [10], "{name}");
        }
    }
}
