//! Options that several networks have.

use crate::recipe::{Choice, FieldType, choice, options};

choice! {
    /// The activation function.
    Activation {
        Relu = "relu", "ReLU", "max(0, x).";
        Tanh = "tanh", "Tanh", "The hyperbolic tangent, which was usual before.";
    }
}

options! {
    Network;
    /// What comes after each layer's sums.
    ACT: Activation = "act", "relu", "Activation", FieldType::Choice(Activation::CHOICES);
    /// Layers with weights of a DenseNet, 6n + 4; blocks of a transformer.
    DEPTH: u64 = "depth", "16", "Depth", FieldType::Integer { min: 1, max: 100 };
    /// How likely a hidden unit is left out of a training step.
    DROPOUT: f64 = "dropout", "0", "Dropout", FieldType::Real { min: 0.0, max: 0.9, log: false };
}
