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

mod recipes;

use super::graph::{Conv, Graph, InitScheme, Pooling, Value};
use super::registry::{Family, layers_in_name};
use crate::recipe::{
    Augmentation, Choice, ChoiceSet, FieldType, Input, ModelOption, ModelSpec, NamedRecipe,
    OptimizerKind, Recipe, choice, options,
};
use recipes::{LARGE, PAPER_CIFAR10, PAPER_WARMED_UP};

/// The networks.
pub(crate) static FAMILY: Family = Family {
    models: &[
        small(
            [
                "resnet-8",
                "ResNet-8",
                "A residual network for small images: 75,290 parameters on colour images; smaller than any of the paper's.",
            ],
            &[
                PAPER_CIFAR10,
                NamedRecipe::tiny(
                    "Two epochs of 3,000 synthetic digits, for a lesson.",
                    "data=digits&subset=3000&aug=&schedule=one-cycle&batch=32&epochs=2&test=500",
                ),
            ],
        ),
        small(
            [
                "resnet-14",
                "ResNet-14",
                "A residual network for small images: 172,506 parameters on colour images; smaller than any of the paper's.",
            ],
            &[
                PAPER_CIFAR10,
                NamedRecipe::tiny(
                    "Two epochs of 1,500 synthetic digits, for a lesson.",
                    "data=digits&subset=1500&aug=&schedule=one-cycle&batch=16&epochs=2&test=500",
                ),
            ],
        ),
        small(
            [
                "resnet-20",
                "ResNet-20",
                "The paper's smallest residual network for small images: 269,722 parameters on colour images.",
            ],
            &[
                PAPER_CIFAR10,
                NamedRecipe::tiny(
                    "Four epochs of 500 synthetic digits, for a lesson; with Adam, which is quicker here.",
                    "data=digits&subset=500&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=16&shards=2&epochs=4&test=500",
                ),
            ],
        ),
        small(
            [
                "resnet-32",
                "ResNet-32",
                "The paper's residual network of 32 layers: 464,154 parameters on colour images.",
            ],
            &[
                PAPER_CIFAR10,
                NamedRecipe::tiny(
                    "Four epochs of 350 synthetic digits, for a lesson; with Adam, which is quicker here.",
                    "data=digits&subset=350&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=16&shards=2&epochs=4&test=200",
                ),
            ],
        ),
        small(
            [
                "resnet-44",
                "ResNet-44",
                "The paper's residual network of 44 layers: 658,586 parameters on colour images.",
            ],
            &[
                PAPER_CIFAR10,
                NamedRecipe::tiny(
                    "Four epochs of 250 synthetic digits, for a lesson; with Adam, which is quicker here.",
                    "data=digits&subset=250&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=16&shards=2&epochs=4&test=200",
                ),
            ],
        ),
        small(
            [
                "resnet-56",
                "ResNet-56",
                "The paper's residual network of 56 layers: 853,018 parameters on colour images.",
            ],
            &[
                PAPER_CIFAR10,
                NamedRecipe::tiny(
                    "Four epochs of 200 synthetic digits, for a lesson; with Adam, which is quicker here.",
                    "data=digits&subset=200&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=16&shards=2&epochs=4&test=200",
                ),
            ],
        ),
        small(
            [
                "resnet-110",
                "ResNet-110",
                "The paper's residual network of 110 layers: 1,727,962 parameters on colour images.",
            ],
            &[
                PAPER_WARMED_UP,
                NamedRecipe::tiny(
                    "Two epochs of 200 synthetic digits, for a lesson; with Adam, which is quicker here.",
                    "data=digits&subset=200&aug=&opt=adam&lr=0.005&schedule=one-cycle&batch=8&shards=2&epochs=2&test=100",
                ),
            ],
        ),
        large([
            "resnet-18",
            "ResNet-18",
            "The paper's residual network of 18 layers for ImageNet, with an eighth of its channels.",
        ]),
        large([
            "resnet-34",
            "ResNet-34",
            "The paper's residual network of 34 layers for ImageNet, with an eighth of its channels.",
        ]),
        large([
            "resnet-50",
            "ResNet-50",
            "The paper's residual network of 50 layers for ImageNet, of bottlenecks, with an eighth of its channels.",
        ]),
    ],
    graph,
};

const OPTIONS: &[ModelOption] = &[
    ModelOption::new(&SKIP),
    ModelOption::new(&SHORTCUT).only_if(|recipe| recipe.get(&SKIP) == Skip::On),
];

/// The data set of the networks for small images.
const CIFAR10: &str = "cifar10";

/// A network for small images.
const fn small(names: [&'static str; 3], recipes: &'static [NamedRecipe]) -> ModelSpec {
    ModelSpec {
        recipes,
        options: OPTIONS,
        // The paper's rule of learning, with a schedule of our own.
        defaults: |recipe| {
            recipe.opt = OptimizerKind::Sgd;
            recipe.lr = 0.1;
            recipe.momentum = 0.9;
            recipe.wd = 1e-4;
            recipe.aug = ChoiceSet::of(&[Augmentation::Crop, Augmentation::Flip]);
            recipe.epochs = 20;
        },
        ..ModelSpec::new(names, CIFAR10)
    }
}

/// A network for ImageNet.
const fn large(names: [&'static str; 3]) -> ModelSpec {
    ModelSpec {
        options: OPTIONS,
        defaults: |recipe| recipe.set(&SHORTCUT, Shortcut::Project),
        recipes: LARGE,
        ..ModelSpec::new(names, "digits")
    }
}

options! {
    Network;
    /// Whether a block's input is added to its output. On: ResNet. Off: the plain network of that depth, which is hard to train where it is deep.
    SKIP: Skip = "skip", "on", "Skip connections", FieldType::Choice(Skip::CHOICES);
    /// How a skip connection goes around a block whose width grows.
    SHORTCUT: Shortcut = "shortcut", "pad", "Shortcut where the width grows", FieldType::Choice(Shortcut::CHOICES);
}

choice! {
    /// Whether there are shortcuts.
    Skip {
        On = "on", "On", "ResNet: around every two convolutions goes a skip connection that their output is added to.";
        Off = "off", "Off", "The plain network: the same layers, one after the other, with nothing around them.";
    }
}

choice! {
    /// The shortcut around a block that changes the shape.
    Shortcut {
        Pad = "pad", "Zero padding", "Every other pixel, and zeros in the new channels: no parameters (the paper's option A).";
        Project = "project", "1×1 convolution", "A projection, normalized (the paper's option B).";
    }
}

/// Why no network has that name: the depths of networks for small images are 6n + 2.
pub(super) fn why_no_model(name: &str) -> Option<String> {
    let depth: u64 = name.strip_prefix("resnet-")?.parse().ok()?;
    let is_depth = depth >= 8 && depth % 6 == 2;
    (!is_depth).then(|| {
        format!(
            ". A residual network for small images has 6n + 2 layers, and {depth} is not 6n + 2 with n of at least 1"
        )
    })
}

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
fn graph(recipe: &Recipe) -> Graph {
    let depth = layers_in_name(recipe.model);
    let is_small = recipe.model.data == CIFAR10;
    let (channels, stages, bottleneck) = match is_small {
        // Two layers are outside the blocks, and a block has two.
        true => (16, vec![depth.saturating_sub(2) / 6; 3], false),
        false => {
            let (stages, bottleneck) = table(depth);
            (8, stages, bottleneck)
        }
    };
    let skip = recipe.get(&SKIP);
    let config = Config {
        input: recipe.input(),
        stem: Stem::Small,
        channels,
        stages,
        bottleneck,
        shortcut: (skip == Skip::On).then(|| recipe.get(&SHORTCUT)),
    };
    let label = match is_small {
        true => recipe.model.label().to_owned(),
        false => format!("{}, small", recipe.model.label()),
    };
    let title = match skip {
        Skip::On => label,
        Skip::Off => format!("{label} without its shortcuts (a plain network)"),
    };
    build(&title, &config)
}

/// The original of 18, 34 or 50 layers.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original(depth: usize) -> Graph {
    let (stages, bottleneck) = table(depth);
    let config = Config {
        input: super::originals::IMAGENET,
        stem: Stem::Large,
        channels: 64,
        stages,
        bottleneck,
        shortcut: Some(Shortcut::Project),
    };
    build(&format!("ResNet-{depth}"), &config)
}

/// The paper's table 1: blocks of each stage, and whether they are bottlenecks.
fn table(depth: usize) -> (Vec<usize>, bool) {
    match depth {
        18 => (vec![2; 4], false),
        34 => (vec![3, 4, 6, 3], false),
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

/// Convolutions, each normalized; what goes in is added to what comes out.
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
