//! VGG: nothing but 3×3 convolutions, in five stages with max pooling between them.
//!
//! K. Simonyan, A. Zisserman: Very deep convolutional networks for large-scale image recognition, 2014, table 1,
//! configurations A, B, D and E: 11, 13, 16 and 19 layers with weights. The original VGG-16 has 138,357,544 parameters, as in
//! torchvision. The small ones have an eighth of the channels and a sixteenth of the hidden units, and pool as often as the
//! image allows.
//!
//! Options that the paper does not have: `norm=batch` adds batch normalization after each convolution (the small ones' default, as
//! such networks are trained today; `norm=off` is the paper's), and `head=gap` replaces the hidden layers by global average
//! pooling (M. Lin, Q. Chen, S. Yan: Network in network, 2013). Weights are initialized by Kaiming normal (He et al., 2015).

use super::graph::{Conv, Graph, InitScheme, Pooling};
use super::options::DROPOUT;
use super::registry::{Family, layers_in_name};
use crate::recipe::{
    Choice, FieldType, Input, ModelOption, ModelSpec, NamedRecipe, Recipe, choice, options,
};

/// The networks.
pub(super) static FAMILY: Family = Family {
    models: &[
        model([
            "vgg-11",
            "VGG-11",
            "Nothing but 3×3 convolutions: 11 layers, with an eighth of the channels.",
        ]),
        model([
            "vgg-13",
            "VGG-13",
            "Nothing but 3×3 convolutions: 13 layers, with an eighth of the channels.",
        ]),
        model([
            "vgg-16",
            "VGG-16",
            "Nothing but 3×3 convolutions: 16 layers, with an eighth of the channels.",
        ]),
        model([
            "vgg-19",
            "VGG-19",
            "Nothing but 3×3 convolutions: 19 layers, with an eighth of the channels.",
        ]),
    ],
    graph,
};

const OPTIONS: &[ModelOption] = &[
    ModelOption::new(&NORM),
    ModelOption::new(&HEAD),
    ModelOption::new(&DROPOUT).only_if(|recipe| recipe.get(&HEAD) == Head::Fc),
];

const RECIPES: &[NamedRecipe] = &[
    NamedRecipe::paper(
        "No normalization and 74 epochs of SGD in batches of 256, on CIFAR-10 where the paper had ImageNet. The rate falls twice, where the paper lowered it three times by hand, and deep networks start at random, not from a shallow one.",
        "norm=off&dropout=0.5&data=cifar10&aug=crop,flip&opt=sgd&lr=0.01&wd=0.0005&schedule=step&warmup=0&batch=256&epochs=74",
    ),
    NamedRecipe::tiny(
        "Three epochs of 4,000 synthetic digits, for a lesson.",
        "subset=4000&lr=0.005&schedule=one-cycle&batch=32&epochs=3",
    ),
];

const fn model(names: [&'static str; 3]) -> ModelSpec {
    ModelSpec {
        options: OPTIONS,
        // The paper drops half of the hidden units; the small networks have few.
        defaults: |recipe| recipe.set(&DROPOUT, 0.25),
        recipes: RECIPES,
        ..ModelSpec::new(names, "digits")
    }
}

choice! {
    /// The normalization after each convolution.
    Norm {
        Off = "off", "Off", "Not at all, as the paper has it.";
        Batch = "batch", "Batch", "Channel by channel, by its part of the batch (Ioffe and Szegedy, 2015).";
    }
}

options! {
    Network;
    /// How convolutions are normalized. Without it, a deep network needs a smaller learning rate, or does not learn.
    NORM: Norm = "norm", "batch", "Normalization", FieldType::Choice(Norm::CHOICES);
    /// What makes class scores of the last feature maps.
    HEAD: Head = "head", "fc", "Head", FieldType::Choice(Head::CHOICES);
}

choice! {
    /// The layers after the convolutions.
    Head {
        Fc = "fc", "Linear layers", "Two hidden layers, as the paper has it.";
        Gap = "gap", "Average pooling", "The mean of each channel, and one linear layer.";
    }
}

const PAPER: &str = "K. Simonyan, A. Zisserman: Very deep convolutional networks for large-scale image recognition, 2014";

/// Channels of the stages.
const CHANNELS: [usize; 5] = [64, 128, 256, 512, 512];

/// The configuration.
struct Config {
    input: Input,
    /// Convolutions of each stage.
    stages: [usize; 5],
    /// What the paper's channels are divided by.
    channel_divisor: usize,
    /// Features of the hidden layers.
    hidden: usize,
    head: Head,
    norm: Norm,
    dropout: f64,
}

/// Convolutions of each stage: the paper's table 1.
fn stages(layers: usize) -> [usize; 5] {
    match layers {
        13 => [2, 2, 2, 2, 2],
        16 => [2, 2, 3, 3, 3],
        19 => [2, 2, 4, 4, 4],
        _ => [1, 1, 2, 2, 2],
    }
}

/// The graph of a recipe's network.
fn graph(recipe: &Recipe) -> Graph {
    let config = Config {
        input: recipe.input(),
        stages: stages(layers_in_name(recipe.model)),
        channel_divisor: 8,
        hidden: 256,
        head: recipe.get(&HEAD),
        norm: recipe.get(&NORM),
        dropout: recipe.get(&DROPOUT),
    };
    build(&format!("{}, small", recipe.model.label()), &config)
}

/// The original of that many layers.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original(layers: usize) -> Graph {
    let config = Config {
        input: super::originals::IMAGENET,
        stages: stages(layers),
        channel_divisor: 1,
        hidden: 4096,
        head: Head::Fc,
        norm: Norm::Off,
        dropout: 0.5,
    };
    build(&format!("VGG-{layers}"), &config)
}

fn build(title: &str, config: &Config) -> Graph {
    let (mut net, mut x) = Graph::new(title, PAPER, config.input, InitScheme::KaimingNormal);
    // The indices of torchvision's `Sequential`.
    let mut index = 0;
    for (stage, (convolutions, channels)) in (1..).zip(config.stages.into_iter().zip(CHANNELS)) {
        for number in 1..=convolutions {
            let conv = Conv::new(channels / config.channel_divisor, 3).padding(1);
            x = net.conv(&format!("features.{index}"), x, conv);
            if config.norm == Norm::Batch {
                index += 1;
                x = net.batch_norm(&format!("features.{index}"), x);
            }
            x = net.relu(&format!("relu{stage}_{number}"), x);
            index += 2;
        }
        let [rows, columns] = x.size();
        if rows.min(columns) > 1 {
            x = net.max_pool(&format!("pool{stage}"), x, Pooling::new(2));
        }
        index += 1;
    }
    let logits = match config.head {
        Head::Gap => {
            let x = net.global_avg_pool("pool", x);
            net.linear("classifier", x, config.input.classes)
        }
        Head::Fc => {
            let mut x = net.flatten(x);
            for (number, index) in [(6, 0), (7, 3)] {
                x = net.linear(&format!("classifier.{index}"), x, config.hidden);
                x = net.relu(&format!("relu{number}"), x);
                x = net.dropout(&format!("drop{number}"), x, config.dropout);
            }
            net.linear("classifier.6", x, config.input.classes)
        }
    };
    net.output(logits)
}
