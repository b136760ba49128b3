//! AlexNet: five convolutions and three linear layers.
//!
//! A. Krizhevsky, I. Sutskever, G. Hinton: ImageNet classification with deep convolutional neural networks, 2012, figure 2.
//! There are two originals here. The paper's has 60,965,224 parameters: the channels of the second, fourth and fifth
//! convolution are in two groups, one for each of the two GPUs that it was trained on, and the first two are followed by
//! local response normalization. Torchvision's has 61,100,840: that of A. Krizhevsky, One weird trick for parallelizing
//! convolutional neural networks, 2014, for one GPU. The small network is torchvision's with a quarter of its channels and a
//! sixteenth of its hidden features, its first convolution 5×5 with stride 1; its options make it the paper's.
//!
//! Where it departs from the paper: weights are initialized by Kaiming normal (He et al., 2015), where the paper draws all from one
//! distribution and sets some biases to 1; images are normalized channel by channel; the original takes 224×224
//! pixels padded by 2, as torchvision does, where the paper's figure says 224 and its arithmetic needs 227.

use super::graph::{Conv, Graph, InitScheme, Pooling, Value};
use super::options::{ACT, Activation, DROPOUT};
use super::registry::Family;
use crate::recipe::{
    FieldType, Input, ModelOption, ModelSpec, NamedRecipe, Recipe, SWITCH, options,
};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        options: &ModelOption::all([&ACT.field, &GROUPS.field, &LRN.field, &DROPOUT.field]),
        // The paper drops half of the hidden units; the small network has few.
        defaults: |recipe| recipe.set(&DROPOUT, 0.25),
        recipes: &[
            NamedRecipe::paper(
                "The paper's layers and its 90 epochs of SGD, on CIFAR-10 where the paper had ImageNet. The rate falls twice, where the paper lowered it three times by hand; colours are not jittered.",
                "groups=2&lrn=on&dropout=0.5&data=cifar10&aug=crop,flip&opt=sgd&lr=0.01&wd=0.0005&decay=all&schedule=step&warmup=0&batch=128&epochs=90",
            ),
            NamedRecipe::tiny(
                "Two epochs of 4,000 synthetic digits, for a lesson.",
                "subset=4000&schedule=one-cycle&batch=32&epochs=2",
            ),
        ],
        ..ModelSpec::new(
            [
                "alexnet",
                "AlexNet",
                "Five convolutions, dropout before two hidden layers: what began it all in 2012, made small.",
            ],
            "digits",
        )
    }],
    graph,
};

options! {
    Network;
    /// Into how many groups the channels of some convolutions are split: the original was split between two GPUs.
    GROUPS: u64 = "groups", "1", "Groups", FieldType::Integer { min: 1, max: 2 };
    /// Local response normalization after the first two convolutions, as the paper has it.
    LRN: bool = "lrn", "off", "Response normalization", SWITCH;
}

const PAPER: &str = "A. Krizhevsky, I. Sutskever, G. Hinton: ImageNet classification with deep convolutional neural networks, 2012";

/// The configuration.
struct Config {
    input: Input,
    first: Conv,
    /// Output channels of the other four convolutions.
    channels: [usize; 4],
    /// Features of the two hidden layers.
    hidden: usize,
    groups: usize,
    dropout: f64,
    act: Activation,
    local_response_norm: bool,
}

/// The graph of a recipe's network.
fn graph(recipe: &Recipe) -> Graph {
    let config = Config {
        input: recipe.input(),
        first: Conv::new(16, 5).padding(2),
        channels: [48, 96, 64, 64],
        hidden: 256,
        groups: recipe.get(&GROUPS) as usize,
        dropout: recipe.get(&DROPOUT),
        act: recipe.get(&ACT),
        local_response_norm: recipe.get(&LRN),
    };
    build("AlexNet, small", &config)
}

/// The original: torchvision's, or the paper's.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original(as_in_paper: bool) -> Graph {
    let (first, channels, groups) = match as_in_paper {
        true => (96, [256, 384, 384, 256], 2),
        false => (64, [192, 384, 256, 256], 1),
    };
    let config = Config {
        input: super::originals::IMAGENET,
        first: Conv::new(first, 11).stride(4).padding(2),
        channels,
        hidden: 4096,
        groups,
        dropout: 0.5,
        act: Activation::Relu,
        local_response_norm: as_in_paper,
    };
    build("AlexNet", &config)
}

fn build(title: &str, config: &Config) -> Graph {
    let (mut net, image) = Graph::new(title, PAPER, config.input, InitScheme::KaimingNormal);
    let act = |net: &mut Graph, number: usize, x: Value| match config.act {
        Activation::Relu => net.relu(&format!("relu{number}"), x),
        Activation::Tanh => net.tanh(&format!("tanh{number}"), x),
    };
    let pooling = Pooling::new(3).stride(2);
    let [second, third, fourth, fifth] = config.channels;
    let grouped = |conv: Conv| conv.groups(config.groups);
    let convolutions = [
        (0, config.first),
        (3, grouped(Conv::new(second, 5).padding(2))),
        (6, Conv::new(third, 3).padding(1)),
        (8, grouped(Conv::new(fourth, 3).padding(1))),
        (10, grouped(Conv::new(fifth, 3).padding(1))),
    ];
    let mut x = image;
    for (number, (index, conv)) in (1..).zip(convolutions) {
        x = net.conv(&format!("features.{index}"), x, conv);
        x = act(&mut net, number, x);
        if config.local_response_norm && number <= 2 {
            x = net.local_response_norm(&format!("lrn{number}"), x);
        }
        if [1, 2, 5].contains(&number) {
            x = net.max_pool(&format!("pool{number}"), x, pooling);
        }
    }
    x = net.flatten(x);
    for (number, index) in [(6, 1), (7, 4)] {
        x = net.dropout(&format!("drop{number}"), x, config.dropout);
        x = net.linear(&format!("classifier.{index}"), x, config.hidden);
        x = act(&mut net, number, x);
    }
    let logits = net.linear("classifier.6", x, config.input.classes);
    net.output(logits)
}
