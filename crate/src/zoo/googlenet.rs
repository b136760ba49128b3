//! GoogLeNet: nine Inception modules, each of four branches whose outputs are concatenated.
//!
//! C. Szegedy and others: Going deeper with convolutions, 2014, table 1. The original here is torchvision's: it has batch
//! normalization after each convolution, and 3×3 convolutions where the paper's third branch has 5×5 (6,624,904 parameters;
//! 13,004,888 with the auxiliary heads). The paper, without normalization and counting weights alone, has about
//! 6.8 million. The small network has an eighth of the channels and the paper's 5×5; its first convolution is 3×3 at every
//! pixel.
//!
//! With `aux=on` the middle of the network has two auxiliary heads in training, whose losses are added with a weight of 0.3 each.
//! They pool as the paper's do, 5×5 with stride 3 (torchvision pools adaptively). With `reduce=off` the 3×3
//! and 5×5 convolutions see all channels, without 1×1 convolutions that reduce them before (the paper's figure 2a, except for
//! the fourth branch, which keeps its own, because pooling alone would let the channels add up).

use super::graph::{Conv, Graph, InitScheme, Pooling, Value};
use super::options::DROPOUT;
use super::registry::Family;
use crate::recipe::{Input, ModelOption, ModelSpec, NamedRecipe, Recipe, SWITCH, options};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        options: &ModelOption::all([&AUX.field, &REDUCE.field, &DROPOUT.field]),
        defaults: |recipe| recipe.set(&DROPOUT, 0.2),
        recipes: &[
            NamedRecipe::paper(
                "Auxiliary classifiers, much dropout and SGD with momentum, on CIFAR-10 where the paper had ImageNet. The paper tells neither rate nor batch; here the rate falls along a line, where the paper's fell by 4 % every 8 epochs.",
                "aux=on&dropout=0.4&data=cifar10&aug=crop,flip&opt=sgd&lr=0.01&schedule=linear&warmup=0&epochs=60",
            ),
            NamedRecipe::tiny(
                "Two epochs of 3,000 synthetic digits, for a lesson.",
                "subset=3000&lr=0.005&schedule=one-cycle&batch=32&epochs=2&test=1000",
            ),
        ],
        ..ModelSpec::new(
            [
                "googlenet",
                "GoogLeNet",
                "Nine Inception modules, four views each of what comes in, with an eighth of the channels.",
            ],
            "digits",
        )
    }],
    graph,
};

options! {
    Network;
    /// Two more classifiers in the middle of the network, which bring the gradient to the first layers while it trains.
    AUX: bool = "aux", "off", "Auxiliary classifiers", SWITCH;
    /// 1×1 convolutions that make channels fewer before the wide ones. Without them it has more parameters, and is slower.
    REDUCE: bool = "reduce", "on", "1×1 reductions", SWITCH;
}

const PAPER: &str = "C. Szegedy and others: Going deeper with convolutions, 2014";

/// Batch normalization's ε, as in torchvision.
const EPSILON: f64 = 0.001;

/// The configuration.
struct Config {
    input: Input,
    /// Whether images are large: the first convolution then is 7×7 with stride 2, and there is one more pooling.
    large_images: bool,
    /// What the paper's channels are divided by.
    channel_divisor: usize,
    /// The kernel of the third branch's convolution.
    branch3_kernel: usize,
    aux: bool,
    reduce: bool,
    dropout: f64,
    aux_dropout: f64,
}

/// Channels of a module's branches: 1×1; reduced and 3×3; reduced and 5×5; after pooling. The paper's table 1.
const MODULES: [(&str, [usize; 6]); 9] = [
    ("inception3a", [64, 96, 128, 16, 32, 32]),
    ("inception3b", [128, 128, 192, 32, 96, 64]),
    ("inception4a", [192, 96, 208, 16, 48, 64]),
    ("inception4b", [160, 112, 224, 24, 64, 64]),
    ("inception4c", [128, 128, 256, 24, 64, 64]),
    ("inception4d", [112, 144, 288, 32, 64, 64]),
    ("inception4e", [256, 160, 320, 32, 128, 128]),
    ("inception5a", [256, 160, 320, 32, 128, 128]),
    ("inception5b", [384, 192, 384, 48, 128, 128]),
];

/// The graph of a recipe's network.
fn graph(recipe: &Recipe) -> Graph {
    let config = Config {
        input: recipe.input(),
        large_images: false,
        channel_divisor: 8,
        branch3_kernel: 5,
        aux: recipe.get(&AUX),
        reduce: recipe.get(&REDUCE),
        dropout: recipe.get(&DROPOUT),
        aux_dropout: recipe.get(&DROPOUT),
    };
    build("GoogLeNet, small", &config)
}

/// The original.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original(aux: bool) -> Graph {
    let config = Config {
        input: super::originals::IMAGENET,
        large_images: true,
        channel_divisor: 1,
        branch3_kernel: 3,
        aux,
        reduce: true,
        dropout: 0.2,
        aux_dropout: 0.7,
    };
    build("GoogLeNet", &config)
}

fn build(title: &str, config: &Config) -> Graph {
    let (mut net, image) = Graph::new(title, PAPER, config.input, InitScheme::KaimingNormal);
    let scaled = |channels: usize| channels / config.channel_divisor;
    let halving = Pooling::new(3).stride(2).ceil_mode();
    let first = match config.large_images {
        true => Conv::new(scaled(64), 7).stride(2).padding(3),
        false => Conv::new(scaled(64), 3).padding(1),
    };
    let x = conv(&mut net, "conv1", image, first);
    let x = net.max_pool("maxpool1", x, halving);
    let x = conv(&mut net, "conv2", x, Conv::new(scaled(64), 1));
    let mut x = conv(&mut net, "conv3", x, Conv::new(scaled(192), 3).padding(1));
    if config.large_images {
        x = net.max_pool("maxpool2", x, halving);
    }
    let mut auxiliary_inputs = Vec::new();
    for (name, channels) in MODULES {
        x = match name {
            "inception4a" => net.max_pool("maxpool3", x, halving),
            "inception5a" => net.max_pool("maxpool4", x, Pooling::new(2).ceil_mode()),
            _ => x,
        };
        x = inception(&mut net, name, x, channels.map(scaled), config);
        if ["inception4a", "inception4d"].contains(&name) {
            auxiliary_inputs.push(x);
        }
    }
    if config.aux {
        for (number, x) in (1..).zip(auxiliary_inputs) {
            auxiliary_head(&mut net, &format!("aux{number}"), x, config);
        }
    }
    let x = net.global_avg_pool("avgpool", x);
    let x = net.dropout("dropout", x, config.dropout);
    net.set_init(InitScheme::KaimingUniform);
    let logits = net.linear("fc", x, config.input.classes);
    net.output(logits)
}

/// A convolution, batch normalization, and ReLU.
fn conv(net: &mut Graph, name: &str, x: Value, conv: Conv) -> Value {
    let x = net.conv(&format!("{name}.conv"), x, conv.without_bias());
    let x = net.batch_norm_with(&format!("{name}.bn"), x, EPSILON);
    net.relu(&format!("{name}.relu"), x)
}

fn inception(
    net: &mut Graph,
    name: &str,
    x: Value,
    channels: [usize; 6],
    config: &Config,
) -> Value {
    let [branch1, reduced2, branch2, reduced3, branch3, branch4] = channels;
    let first = conv(net, &format!("{name}.branch1"), x, Conv::new(branch1, 1));
    let mut branches = vec![first];
    for (branch, reduced, out_channels, kernel) in [
        (2, reduced2, branch2, 3),
        (3, reduced3, branch3, config.branch3_kernel),
    ] {
        let name = format!("{name}.branch{branch}");
        let full = Conv::new(out_channels, kernel).padding(kernel / 2);
        branches.push(match config.reduce {
            true => {
                let x = conv(net, &format!("{name}.0"), x, Conv::new(reduced, 1));
                conv(net, &format!("{name}.1"), x, full)
            }
            false => conv(net, &name, x, full),
        });
    }
    let pooling = Pooling::new(3).stride(1).padding(1);
    let pooled = net.max_pool(&format!("{name}.branch4.0"), x, pooling);
    branches.push(conv(
        net,
        &format!("{name}.branch4.1"),
        pooled,
        Conv::new(branch4, 1),
    ));
    net.concat(name, &branches)
}

/// A classifier of its own, for training only.
fn auxiliary_head(net: &mut Graph, name: &str, x: Value, config: &Config) {
    let named = |layer: &str| format!("{name}.{layer}");
    let window = if config.large_images { 5 } else { 4 };
    let x = net.avg_pool(&named("pool"), x, Pooling::new(window).stride(3));
    let x = conv(
        net,
        &named("conv"),
        x,
        Conv::new(128 / config.channel_divisor, 1),
    );
    let x = net.flatten(x);
    let x = net.linear(&named("fc1"), x, 1024 / config.channel_divisor);
    let x = net.relu(&named("relu"), x);
    let x = net.dropout(&named("dropout"), x, config.aux_dropout);
    let x = net.linear(&named("fc2"), x, config.input.classes);
    net.auxiliary_head(x, 0.3);
}
