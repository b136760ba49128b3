//! Initial weights, from the recipe's streams: the same numbers on every engine.

use burn::tensor::Device;

use super::Network;
use super::parameters::{slots, unflatten};
use crate::ops::vector;
use crate::random::{Purpose, stream};

/// How a parameter's numbers are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initial {
    /// All the same.
    Constant(f32),
    /// Evenly from `-bound` to `bound`.
    Uniform {
        /// The bound.
        bound: f32,
    },
    /// Normally around 0.
    Normal {
        /// The standard deviation.
        deviation: f32,
    },
}

impl Initial {
    /// Evenly within 1/√fan-in: what PyTorch gives weights and biases of linear layers and convolutions
    /// (Kaiming uniform with a = √5; He et al., 2015).
    pub fn fan_in(fan_in: usize) -> Self {
        Initial::Uniform {
            bound: 1.0 / (fan_in as f32).sqrt(),
        }
    }

    /// Normally with variance 2/fan-in, which keeps the scale of what goes through layers with ReLU (K. He, X. Zhang,
    /// S. Ren, J. Sun: Delving deep into rectifiers, 2015, equation 10).
    pub fn rectified(fan_in: usize) -> Self {
        Initial::Normal {
            deviation: (2.0 / fan_in as f32).sqrt(),
        }
    }
}

/// The network's initial numbers, flat: parameter number i draws from stream i of the seed's weights.
pub fn values(network: &Network, seed: u64) -> Vec<f32> {
    let mut values = Vec::new();
    let mut of_weight = 1;
    for (index, slot) in slots(network).iter().enumerate() {
        // A bias follows its layer's weight.
        if !slot.name.ends_with(".bias") {
            of_weight = fan_in(&slot.shape);
        }
        let mut stream = stream(seed, Purpose::Weights, index as u64);
        let initial = network.initial(&slot.name, &slot.shape, of_weight);
        values.extend((0..slot.len()).map(|_| match initial {
            Initial::Constant(value) => value,
            Initial::Uniform { bound } => stream.uniform_in(-bound, bound),
            Initial::Normal { deviation } => stream.normal() * deviation,
        }));
    }
    values
}

/// The network with its initial weights.
pub fn fill(network: Network, seed: u64, device: &Device) -> Network {
    let flat = vector(values(&network, seed), device);
    unflatten(network, &flat, false)
}

/// The fan-in of a convolution's weight `[out, in, height, width]`, and of a linear layer's `[in, out]`.
pub fn fan_in(shape: &[usize]) -> usize {
    match shape {
        [_, rest @ .., _] if rest.len() >= 2 => shape[1..].iter().product(),
        [from, _] => *from,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Model, Recipe};

    #[test]
    fn fan_in_of_both_kinds_of_weight() {
        assert_eq!(fan_in(&[16, 6, 5, 5]), 150);
        assert_eq!(fan_in(&[400, 120]), 400);
    }

    #[test]
    fn the_seed_alone_decides() {
        let network = Network::init(&Recipe::of(Model::LeNet5), &Device::flex());
        let bits = |seed| -> Vec<u32> {
            values(&network, seed)
                .iter()
                .map(|value| value.to_bits())
                .collect()
        };
        assert_eq!(bits(7), bits(7));
        assert_ne!(bits(7), bits(8));
    }
}
