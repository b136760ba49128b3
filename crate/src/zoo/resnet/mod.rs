//! Residual networks, and the plain networks that they were measured against.
//!
//! K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2015. Of its two kinds:
//!
//! - Section 4.2, for CIFAR-10: a 3×3 convolution, then three stages of n blocks with 16, 32 and 64 channels, average pooling
//!   over what is left of the image, and a linear layer: 6n + 2 layers with weights. `resnet-20` to `resnet-110` are the
//!   paper's; 8 and 14 are smaller ones of the same make. Their shortcuts have no parameters (option A, `shortcut=pad`), so
//!   that ResNet-20 has 269,722: the paper's 0.27 million, those of batch normalization included.
//! - Section 4.1, for ImageNet: table 1's `resnet-18`, `-34` and `-50`, four stages, shortcuts by 1×1 convolution where
//!   channels or size change (option B, `shortcut=project`). The originals are torchvision's: 11,689,512 parameters for 18
//!   layers, 25,557,032 for 50, whose blocks halve the image in their 3×3 convolution, where the paper's do in the first 1×1.
//!   The small ones have an eighth of the channels, and begin with a 3×3 convolution and without pooling, as is usual for
//!   images of 32×32.
//!
//! With `skip=off` it is the plain network: the same layers without the shortcuts.
//!
//! Where it departs from the paper: other images than CIFAR-10's and ImageNet's are taken too; images are normalized channel by
//! channel, where the paper subtracts the mean of each pixel.

use super::graph::{Conv, Graph, InitScheme, Pooling, Value};
use crate::recipe::{Choice, Input, Model, Recipe, Shortcut, Skip};

const PAPER: &str =
    "K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2015";

/// The layers before the stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stem {
    /// A 3×3 convolution.
    Small,
    /// A 7×7 convolution with stride 2, and max pooling.
    #[cfg_attr(target_family = "wasm", allow(dead_code))]
    Large,
}

/// The configuration.
struct Config {
    input: Input,
    stem: Stem,
    /// Channels of the first stage; each stage has twice those of the one before.
    channels: usize,
    /// Blocks of each stage.
    stages: Vec<usize>,
    /// Whether blocks have three convolutions, 1×1, 3×3 and 1×1, the last with four times the channels.
    bottleneck: bool,
    shortcut: Option<Shortcut>,
}

/// The graph of a recipe's network.
pub(super) fn graph(recipe: &Recipe) -> Graph {
    let (channels, stages, bottleneck) = match recipe.model.depth() {
        // Two layers are outside the blocks, and a block has two.
        Some(depth) => (16, vec![(depth - 2) / 6; 3], false),
        None => {
            let (stages, bottleneck) = table(recipe.model);
            (8, stages, bottleneck)
        }
    };
    let config = Config {
        input: recipe.input(),
        stem: Stem::Small,
        channels,
        stages,
        bottleneck,
        shortcut: (recipe.skip == Skip::On).then_some(recipe.shortcut),
    };
    let label = match recipe.model.depth() {
        Some(_) => recipe.model.label().to_owned(),
        None => format!("{}, small", recipe.model.label()),
    };
    let title = match recipe.skip {
        Skip::On => label,
        Skip::Off => format!("{label} without its shortcuts (a plain network)"),
    };
    build(&title, &config)
}

/// The original of 18, 34 or 50 layers.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original(model: Model) -> Graph {
    let (stages, bottleneck) = table(model);
    let config = Config {
        input: super::originals::IMAGENET,
        stem: Stem::Large,
        channels: 64,
        stages,
        bottleneck,
        shortcut: Some(Shortcut::Project),
    };
    build(model.label(), &config)
}

/// The paper's table 1: blocks of each stage, and whether they are bottlenecks.
fn table(model: Model) -> (Vec<usize>, bool) {
    match model {
        Model::ResNet18 => (vec![2; 4], false),
        Model::ResNet34 => (vec![3, 4, 6, 3], false),
        _ => (vec![3, 4, 6, 3], true),
    }
}

fn build(title: &str, config: &Config) -> Graph {
    let (mut net, image) = Graph::new(title, PAPER, config.input, InitScheme::KaimingNormal);
    let stem = match config.stem {
        Stem::Small => Conv::new(config.channels, 3).padding(1),
        Stem::Large => Conv::new(config.channels, 7).stride(2).padding(3),
    };
    let x = net.conv("conv1", image, stem.without_bias());
    let x = net.batch_norm("bn1", x);
    let mut x = net.relu("relu", x);
    if config.stem == Stem::Large {
        x = net.max_pool("maxpool", x, Pooling::new(3).stride(2).padding(1));
    }
    for (stage, blocks) in config.stages.iter().enumerate() {
        for index in 0..*blocks {
            // In the manner of PyTorch's collection of networks: stages count from 1, blocks from 0.
            let name = format!("layer{}.{index}", stage + 1);
            let stride = if stage > 0 && index == 0 { 2 } else { 1 };
            x = block(&mut net, &name, x, config.channels << stage, stride, config);
        }
    }
    let x = net.global_avg_pool("pool", x);
    // The linear layer as in PyTorch.
    net.set_init(InitScheme::KaimingUniform);
    let logits = net.linear("fc", x, config.input.classes);
    net.output(logits)
}

/// Convolutions, each normalised; what goes in is added to what comes out.
fn block(
    net: &mut Graph,
    name: &str,
    x: Value,
    channels: usize,
    stride: usize,
    config: &Config,
) -> Value {
    let named = |layer: &str| format!("{name}.{layer}");
    let convolutions = match config.bottleneck {
        true => vec![
            Conv::new(channels, 1),
            Conv::new(channels, 3).padding(1).stride(stride),
            Conv::new(4 * channels, 1),
        ],
        false => vec![
            Conv::new(channels, 3).padding(1).stride(stride),
            Conv::new(channels, 3).padding(1),
        ],
    };
    let count = convolutions.len();
    let mut y = x;
    for (number, conv) in (1..).zip(convolutions) {
        y = net.conv(&named(&format!("conv{number}")), y, conv.without_bias());
        y = net.batch_norm(&named(&format!("bn{number}")), y);
        if number < count {
            y = net.relu(&named(&format!("relu{number}")), y);
        }
    }
    let changes = x.shape != y.shape;
    let added = match (config.shortcut, changes) {
        (None, _) => None,
        (Some(_), false) => Some((x, "addition of the block's input")),
        // The paper's option A, which has no parameters: every other row and column, and zeros in the new channels. Half of
        // those come before the others and half behind, as in the usual PyTorch re-implementations of the paper's networks
        // for CIFAR-10; the paper does not say where.
        (Some(Shortcut::Pad), true) => Some((
            net.pad_shortcut(x, y.channels(), stride),
            match stride {
                1 => "addition of the block's input: new channels 0",
                _ => "addition of the block's input: every other pixel, new channels 0",
            },
        )),
        (Some(Shortcut::Project), true) => {
            let conv = Conv::new(y.channels(), 1).stride(stride).without_bias();
            let x = net.conv(&named("downsample.0"), x, conv);
            let x = net.batch_norm(&named("downsample.1"), x);
            Some((x, "addition of the block's input, projected"))
        }
    };
    if let Some((x, kind)) = added {
        y = net.add(&named("add"), kind, y, x);
    }
    net.relu(&named(&format!("relu{count}")), y)
}

#[cfg(test)]
mod tests;
