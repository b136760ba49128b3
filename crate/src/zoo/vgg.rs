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
use crate::recipe::{Choice, Head, Input, Model, Norm, Recipe};

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
fn stages(model: Model) -> [usize; 5] {
    match model {
        Model::Vgg13 => [2, 2, 2, 2, 2],
        Model::Vgg16 => [2, 2, 3, 3, 3],
        Model::Vgg19 => [2, 2, 4, 4, 4],
        _ => [1, 1, 2, 2, 2],
    }
}

/// The graph of a recipe's network.
pub(super) fn graph(recipe: &Recipe) -> Graph {
    let config = Config {
        input: recipe.input(),
        stages: stages(recipe.model),
        channel_divisor: 8,
        hidden: 256,
        head: recipe.head,
        norm: recipe.norm,
        dropout: recipe.dropout,
    };
    build(&format!("{}, small", recipe.model.label()), &config)
}

/// The original of a depth.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original(model: Model) -> Graph {
    let config = Config {
        input: super::originals::IMAGENET,
        stages: stages(model),
        channel_divisor: 1,
        hidden: 4096,
        head: Head::Fc,
        norm: Norm::Off,
        dropout: 0.5,
    };
    build(model.label(), &config)
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
