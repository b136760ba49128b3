//! DenseNet: every layer of a block takes the outputs of all layers before it.
//!
//! G. Huang, Z. Liu, L. van der Maaten, K. Weinberger: Densely connected convolutional networks, 2016. The original is
//! DenseNet-121 (table 1; 7,978,856 parameters, as in torchvision). The small network is the paper's DenseNet-BC for CIFAR
//! (section 3, "implementation details"): a 3×3 convolution to twice the growth rate, then three blocks of n layers, each a
//! 1×1 convolution to four times the growth rate and a 3×3 to the growth rate, with half of the channels and of the image's
//! size between the blocks: 6n + 4 layers with weights.

use super::graph::{Conv, Graph, InitScheme, Pooling, Value};
use super::options::DEPTH;
use super::registry::Family;
use crate::recipe::{
    FieldType, Input, ModelOption, ModelSpec, NamedRecipe, Recipe, RecipeError, options,
};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        options: &ModelOption::all([&GROWTH.field, &DEPTH.field]),
        defaults: |recipe| recipe.lr = 0.01,
        recipes: &[
            NamedRecipe::paper(
                "The paper's smallest network on CIFAR-10, 40 layers and 12 new channels each, by its rule for mirrored and shifted images: 300 epochs of SGD with Nesterov momentum. A batch is normalized in 4 parts, where the paper normalized all of it.",
                "depth=40&data=cifar10&aug=crop,flip&opt=sgd&lr=0.1&nesterov=on&wd=0.0001&schedule=step&warmup=0&epochs=300",
            ),
            NamedRecipe::tiny(
                "Two epochs of 1,500 synthetic digits, for a lesson.",
                "subset=1500&schedule=one-cycle&batch=32&epochs=2&test=500",
            ),
        ],
        check,
        ..ModelSpec::new(
            [
                "densenet",
                "DenseNet",
                "Every layer of a block sees what all layers before it gave.",
            ],
            "digits",
        )
    }],
    graph,
};

options! {
    Network;
    /// How many channels each layer adds to what later ones see. Too few: it learns little. Many: slow.
    GROWTH: u64 = "growth", "12", "Growth rate", FieldType::Integer { min: 1, max: 48 };
}

fn check(recipe: &Recipe) -> Result<(), RecipeError> {
    let depth = recipe.get(&DEPTH);
    if depth % 6 == 4 {
        return Ok(());
    }
    Err(RecipeError::bad_value(
        "depth",
        &depth.to_string(),
        "6n + 4 for a DenseNet: three blocks of n layers with two convolutions each, and four layers outside them, \
         so 10, 16, 22, 28 and so on",
    ))
}

const PAPER: &str = "G. Huang, Z. Liu, L. van der Maaten, K. Weinberger: Densely connected convolutional networks, 2016";

/// The configuration.
struct Config {
    input: Input,
    /// Whether images are large: the first convolution then is 7×7 with stride 2, and max pooling follows.
    large_images: bool,
    /// The growth rate: output channels of each layer of a block.
    growth: usize,
    /// Layers of each block.
    blocks: Vec<usize>,
}

/// The graph of a recipe's network.
fn graph(recipe: &Recipe) -> Graph {
    let depth = recipe.get(&DEPTH);
    let layers = (depth as usize).saturating_sub(4) / 6;
    let config = Config {
        input: recipe.input(),
        large_images: false,
        growth: recipe.get(&GROWTH) as usize,
        blocks: vec![layers; 3],
    };
    build(&format!("DenseNet-BC of {depth} layers"), &config)
}

/// The original of 121 layers.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original() -> Graph {
    let config = Config {
        input: super::originals::IMAGENET,
        large_images: true,
        growth: 32,
        blocks: vec![6, 12, 24, 16],
    };
    build("DenseNet-121", &config)
}

fn build(title: &str, config: &Config) -> Graph {
    let (mut net, image) = Graph::new(title, PAPER, config.input, InitScheme::KaimingNormal);
    let growth = config.growth;
    let mut x = match config.large_images {
        false => net.conv(
            "features.conv0",
            image,
            Conv::new(2 * growth, 3).padding(1).without_bias(),
        ),
        true => {
            let conv = Conv::new(2 * growth, 7).stride(2).padding(3).without_bias();
            let x = net.conv("features.conv0", image, conv);
            let x = net.batch_norm("features.norm0", x);
            let x = net.relu("features.relu0", x);
            net.max_pool("features.pool0", x, Pooling::new(3).stride(2).padding(1))
        }
    };
    let count = config.blocks.len();
    for (number, layers) in (1..).zip(&config.blocks) {
        let mut features = vec![x];
        for layer in 1..=*layers {
            let name = format!("features.denseblock{number}.denselayer{layer}");
            let inputs = concat(&mut net, &name, &features);
            features.push(dense_layer(&mut net, &name, inputs, growth));
        }
        x = concat(&mut net, &format!("features.denseblock{number}"), &features);
        if number < count {
            x = transition(&mut net, &format!("features.transition{number}"), x);
        }
    }
    // It is number 5 because the original has four blocks.
    let x = net.batch_norm("features.norm5", x);
    let x = net.relu("relu", x);
    let x = net.global_avg_pool("pool", x);
    net.set_init(InitScheme::KaimingUniform);
    let logits = net.linear("classifier", x, config.input.classes);
    net.output(logits)
}

/// The outputs of a block's layers so far, concatenated.
fn concat(net: &mut Graph, name: &str, features: &[Value]) -> Value {
    match features {
        [first] => *first,
        several => net.concat(&format!("{name}.concat"), several),
    }
}

/// A layer of a block: batch normalization and ReLU come before each convolution.
fn dense_layer(net: &mut Graph, name: &str, x: Value, growth: usize) -> Value {
    let named = |layer: &str| format!("{name}.{layer}");
    let x = net.batch_norm(&named("norm1"), x);
    let x = net.relu(&named("relu1"), x);
    let x = net.conv(&named("conv1"), x, Conv::new(4 * growth, 1).without_bias());
    let x = net.batch_norm(&named("norm2"), x);
    let x = net.relu(&named("relu2"), x);
    let conv = Conv::new(growth, 3).padding(1).without_bias();
    net.conv(&named("conv2"), x, conv)
}

/// Halves the channels, the height and the width.
fn transition(net: &mut Graph, name: &str, x: Value) -> Value {
    let named = |layer: &str| format!("{name}.{layer}");
    let half = x.channels() / 2;
    let x = net.batch_norm(&named("norm"), x);
    let x = net.relu(&named("relu"), x);
    let x = net.conv(&named("conv"), x, Conv::new(half, 1).without_bias());
    net.avg_pool(&named("pool"), x, Pooling::new(2))
}

#[cfg(test)]
mod tests {
    use crate::registry::parse;

    #[test]
    fn depths_are_those_of_the_paper() {
        let error = |link: &str| parse(link).unwrap_err().to_string();
        assert_eq!(
            error("model=densenet&depth=20"),
            "depth=20 is not allowed: depth is 6n + 4 for a DenseNet: three blocks of n layers with two convolutions each, \
             and four layers outside them, so 10, 16, 22, 28 and so on."
        );
        assert!(parse("model=densenet&depth=10").is_ok());
        assert!(error("model=densenet&depth=9").contains("6n + 4"));
    }
}
