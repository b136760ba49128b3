//! Initial values of parameters, from the recipe's random streams: the same numbers on every engine.

use burn::tensor::Device;

use super::Network;
use super::parameters::unflatten;
use crate::ops::vector;
use crate::random::{Purpose, stream};

/// How a parameter's initial values are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initializer {
    /// All the same.
    Constant(f32),
    /// Uniform between `-bound` and `bound`.
    Uniform {
        /// The bound.
        bound: f32,
    },
    /// Normal with mean 0.
    Normal {
        /// The standard deviation.
        std: f32,
    },
    /// Of a convolution's filters, as many as there are input channels pass one of them on: 1 in the middle of it, and 0 elsewhere. The
    /// others are uniform between `-bound` and `bound`.
    Dirac {
        /// Input channels.
        inputs: usize,
        /// Rows and columns of a filter.
        kernel: usize,
        /// The bound of the other filters.
        bound: f32,
    },
    /// 0, until the filters are computed from training images: see [`crate::lab::train::whitening`].
    Whitening,
}

impl Initializer {
    /// Uniform within 1/√fan-in: PyTorch's default for weights and biases of linear layers and convolutions (Kaiming uniform
    /// with a = √5; K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers, 2015).
    pub fn kaiming_uniform(fan_in: usize) -> Self {
        Initializer::Uniform {
            bound: 1.0 / (fan_in as f32).sqrt(),
        }
    }

    /// Normal with variance 2/fan-in, which keeps the variance of activations through layers with ReLU (the same paper,
    /// equation 10).
    pub fn kaiming_normal(fan_in: usize) -> Self {
        Initializer::Normal {
            std: (2.0 / fan_in as f32).sqrt(),
        }
    }

    /// Filters that pass input channels on, and others as [`Initializer::kaiming_uniform`] draws them.
    pub fn dirac(inputs: usize, kernel: usize) -> Self {
        Initializer::Dirac {
            inputs,
            kernel,
            bound: 1.0 / ((inputs * kernel * kernel) as f32).sqrt(),
        }
    }

    /// Uniform within 2.4 / fan-in (Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
    /// recognition, 1998, appendix A).
    pub fn lecun_1998(fan_in: usize) -> Self {
        Initializer::Uniform {
            bound: 2.4 / fan_in as f32,
        }
    }
}

/// The network's initial parameters as one flat vector: parameter number i is drawn from stream i of the seed's weights.
pub fn initial_values(network: &Network, seed: u64) -> Vec<f32> {
    let mut values = Vec::new();
    for (index, (len, initializer)) in network.initializers().enumerate() {
        let mut stream = stream(seed, Purpose::Weights, index as u64);
        values.extend((0..len).map(|position| match initializer {
            Initializer::Constant(value) => value,
            Initializer::Uniform { bound } => stream.uniform_in(-bound, bound),
            Initializer::Normal { std } => stream.normal() * std,
            Initializer::Dirac {
                inputs,
                kernel,
                bound,
            } => {
                let drawn = stream.uniform_in(-bound, bound);
                let pixels = kernel * kernel;
                let filter = position / (inputs * pixels);
                let middle = filter * pixels + pixels / 2;
                match filter < inputs {
                    true if position % (inputs * pixels) == middle => 1.0,
                    true => 0.0,
                    false => drawn,
                }
            }
            Initializer::Whitening => 0.0,
        }));
    }
    values
}

/// The network with its initial parameters.
pub fn initialize(network: Network, seed: u64, device: &Device) -> Network {
    let flat = vector(initial_values(&network, seed), device);
    unflatten(network, &flat, false)
}

/// The fan-in of a convolution's weight `[out, in, height, width]`, or of a linear layer's `[in, out]`; 1 of other shapes.
pub fn fan_in(shape: &[usize]) -> usize {
    match shape {
        [_, in_channels, height, width] => in_channels * height * width,
        [in_features, _] => *in_features,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::default_recipe;

    #[test]
    fn fan_in_of_both_kinds_of_weight() {
        assert_eq!(fan_in(&[16, 6, 5, 5]), 150);
        assert_eq!(fan_in(&[400, 120]), 400);
    }

    #[test]
    fn the_seed_alone_decides() {
        let network = Network::init(&default_recipe("lenet5").unwrap(), &Device::flex());
        let bits = |seed| -> Vec<u32> {
            initial_values(&network, seed)
                .iter()
                .map(|value| value.to_bits())
                .collect()
        };
        assert_eq!(bits(7), bits(7));
        assert_ne!(bits(7), bits(8));
    }
}
