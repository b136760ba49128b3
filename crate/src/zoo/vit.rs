//! Vision transformers: an image as a sequence of tokens that attend to each other.
//!
//! A. Dosovitskiy and others: An image is worth 16x16 words, 2020, figure 1: patches of the image become tokens by one linear
//! map (`stem=patch`), learned position embeddings are added, each block is self-attention and a multilayer perceptron, each
//! after layer normalization and with a skip connection; a class token's last state is classified (`pool=token`). The original is ViT-B/16: 86,567,656 parameters, as in torchvision.
//!
//! A plain one needs far more images than fit into a tab. The small network therefore begins as A. Hassani and others: Escaping
//! the big data paradigm with compact transformers, 2021 (a CCT): two 3×3 convolutions with max pooling make the tokens
//! (`stem=conv`), and what is classified is their mean, weighted by a learned score of each (`pool=seq`).
//!
//! Where it departs from the papers: no dropout and no stochastic depth; the small perceptrons' hidden layer has twice the
//! embedding's dimension, as the CCT's, where the ViT's has four times; weights are initialized by Xavier uniform (Glorot and
//! Bengio, 2010), class token and position embeddings normally with standard deviation 0.02.

use super::graph::{Conv, Graph, InitScheme, Pooling, Value};
use crate::recipe::{Input, Pool, Recipe, Stem};

const VIT: &str = "A. Dosovitskiy and others: An image is worth 16x16 words: transformers for image recognition at scale, 2020";
const CCT: &str =
    "A. Hassani and others: Escaping the big data paradigm with compact transformers, 2021";

/// The configuration.
struct Config {
    input: Input,
    patch: usize,
    /// The embedding's dimension.
    dim: usize,
    depth: usize,
    heads: usize,
    /// The perceptrons' hidden features, as a multiple of `dim`.
    mlp_ratio: usize,
    stem: Stem,
    pool: Pool,
}

/// The graph of a recipe's network.
pub(super) fn graph(recipe: &Recipe) -> Graph {
    let config = Config {
        input: recipe.input(),
        patch: recipe.patch as usize,
        dim: recipe.dim as usize,
        depth: recipe.depth as usize,
        heads: recipe.heads as usize,
        mlp_ratio: 2,
        stem: recipe.stem,
        pool: recipe.pool,
    };
    match (config.stem, config.pool) {
        (Stem::Conv, Pool::Seq) => build("Compact convolutional transformer", CCT, &config),
        _ => build("Vision transformer, small", VIT, &config),
    }
}

/// The original: ViT-B/16.
#[cfg(not(target_family = "wasm"))]
pub(super) fn original() -> Graph {
    let config = Config {
        input: super::originals::IMAGENET,
        patch: 16,
        dim: 768,
        depth: 12,
        heads: 12,
        mlp_ratio: 4,
        stem: Stem::Patch,
        pool: Pool::Token,
    };
    build("ViT-B/16", VIT, &config)
}

fn build(title: &str, paper: &'static str, config: &Config) -> Graph {
    let (mut net, image) = Graph::new(title, paper, config.input, InitScheme::KaimingNormal);
    let x = match config.stem {
        Stem::Patch => {
            net.set_init(InitScheme::XavierUniform);
            let patches = Conv::new(config.dim, config.patch).stride(config.patch);
            net.conv("conv_proj", image, patches)
        }
        Stem::Conv => {
            let mut x = image;
            for (number, channels) in [(1, config.dim / 2), (2, config.dim)] {
                let conv = Conv::new(channels, 3).padding(1).without_bias();
                x = net.conv(&format!("stem.conv{number}"), x, conv);
                x = net.relu(&format!("stem.relu{number}"), x);
                let pooling = Pooling::new(3).stride(2).padding(1);
                x = net.max_pool(&format!("stem.pool{number}"), x, pooling);
            }
            x
        }
    };
    net.set_init(InitScheme::XavierUniform);
    let mut x = net.tokens("tokens", x);
    if config.pool == Pool::Token {
        x = net.class_token("class_token", x);
    }
    x = net.position_embedding("encoder.pos_embedding", x);
    for index in 0..config.depth {
        let name = format!("encoder.layers.encoder_layer_{index}");
        x = block(&mut net, &name, x, config);
    }
    let x = net.layer_norm("encoder.ln", x);
    let x = match config.pool {
        Pool::Token => net.first_token("first", x),
        Pool::Mean => net.mean_token("mean", x),
        Pool::Seq => net.sequence_pool("attention_pool", x),
    };
    let logits = net.linear("heads.head", x, config.input.classes);
    net.output(logits)
}

/// A transformer block.
fn block(net: &mut Graph, name: &str, x: Value, config: &Config) -> Value {
    let named = |layer: &str| format!("{name}.{layer}");
    let kind = "addition of what went in";
    let y = net.layer_norm(&named("ln_1"), x);
    let y = net.attention(&named("self_attention"), y, config.heads);
    let x = net.add(&named("add1"), kind, x, y);
    let y = net.layer_norm(&named("ln_2"), x);
    let y = net.linear(&named("mlp.0"), y, config.mlp_ratio * config.dim);
    let y = net.gelu(&named("mlp.1"), y);
    let y = net.linear(&named("mlp.3"), y, config.dim);
    net.add(&named("add2"), kind, x, y)
}
