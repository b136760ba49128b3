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
    /// The nonlinearity after each layer. Tanh is flat far from 0, so the gradient of deep networks vanishes; a ReLU may die, and stay at 0.
    ACT: Activation = "act", "relu", "Activation", FieldType::Choice(Activation::CHOICES);
    /// How deep it is: the layers with weights of a DenseNet, 6n + 4, or the blocks of a transformer. Too few: it learns little. Many: slow.
    DEPTH: u64 = "depth", "16", "Depth", FieldType::Integer { min: 1, max: 100 };
    /// How likely a hidden unit is left out of a training step, against overfitting. Too little: no effect. Too much: it learns little.
    DROPOUT: f64 = "dropout", "0", "Dropout", FieldType::Real { min: 0.0, max: 0.9, log: false };
}
