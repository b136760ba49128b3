//! How a network's weights and biases are initialized, layer by layer.

use crate::zoo::initializer::Initializer;

/// Which initializers weights and biases of convolutions and linear layers get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitScheme {
    /// Weights: normal with variance 2/fan-in; biases: 0. See [`Initializer::kaiming_normal`].
    KaimingNormal,
    /// Weights and biases: uniform within 1/√fan-in, PyTorch's default. See [`Initializer::kaiming_uniform`].
    KaimingUniform,
    /// Weights: uniform within √(6 / (fan-in + fan-out)); biases: 0 (X. Glorot, Y. Bengio: Understanding the difficulty of
    /// training deep feedforward neural networks, 2010). It keeps the variance where there is no ReLU.
    XavierUniform,
    /// Weights and biases: uniform within 2.4 / fan-in. See [`Initializer::lecun_1998`].
    LeCun,
}

impl InitScheme {
    /// The initializers of a layer's weight and bias.
    pub(super) fn weight_and_bias(self, fan_in: usize, fan_out: usize) -> [Initializer; 2] {
        match self {
            InitScheme::KaimingNormal => [
                Initializer::kaiming_normal(fan_in),
                Initializer::Constant(0.0),
            ],
            InitScheme::KaimingUniform => [Initializer::kaiming_uniform(fan_in); 2],
            InitScheme::LeCun => [Initializer::lecun_1998(fan_in); 2],
            InitScheme::XavierUniform => {
                let bound = (6.0 / (fan_in + fan_out) as f32).sqrt();
                [Initializer::Uniform { bound }, Initializer::Constant(0.0)]
            }
        }
    }
}
