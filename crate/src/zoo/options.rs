//! Options that several networks have.

use crate::recipe::{Choice, FieldType, Group, OptionField, choice};

choice! {
    /// The activation function.
    Activation {
        Relu = "relu", "ReLU", "max(0, x).";
        Tanh = "tanh", "Tanh", "The hyperbolic tangent, which was usual before.";
    }
}

/// The activation function of hidden layers.
pub static ACT: OptionField<Activation> = OptionField::new(
    ["act", "Activation", "What comes after each layer's sums."],
    Group::Network,
    FieldType::Choice(Activation::CHOICES),
    "relu",
);

/// The number of layers or blocks.
pub static DEPTH: OptionField<u64> = OptionField::new(
    [
        "depth",
        "Depth",
        "Layers with weights of a DenseNet, 6n + 4; blocks of a transformer.",
    ],
    Group::Network,
    FieldType::Integer { min: 1, max: 100 },
    "16",
);

/// The probability of dropout.
pub static DROPOUT: OptionField<f64> = OptionField::new(
    [
        "dropout",
        "Dropout",
        "How likely a hidden unit is left out of a training step.",
    ],
    Group::Network,
    FieldType::Real {
        min: 0.0,
        max: 0.9,
        log: false,
    },
    "0",
);
