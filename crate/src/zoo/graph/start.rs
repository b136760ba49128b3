//! How weights start.

use crate::zoo::initial::Initial;

/// How weights start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Normally with variance 2/fan-in, biases at 0; see [`Initial::rectified`].
    Rectified,
    /// Evenly within 1/√fan-in, biases too; see [`Initial::fan_in`].
    FanIn,
    /// Evenly within √(6 / (fan-in + fan-out)), biases at 0 (X. Glorot, Y. Bengio: Understanding the difficulty of training
    /// deep feedforward neural networks, 2010): what keeps the scale where there is no ReLU.
    Glorot,
}

impl Start {
    /// How weight and bias start.
    pub(super) fn of(self, fan_in: usize, fan_out: usize) -> [Initial; 2] {
        match self {
            Start::Rectified => [Initial::rectified(fan_in), Initial::Constant(0.0)],
            Start::FanIn => [Initial::fan_in(fan_in); 2],
            Start::Glorot => {
                let bound = (6.0 / (fan_in + fan_out) as f32).sqrt();
                [Initial::Uniform { bound }, Initial::Constant(0.0)]
            }
        }
    }
}
