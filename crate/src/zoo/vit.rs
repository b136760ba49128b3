//! Vision transformers: an image as a sequence of tokens that attend to each other.
//!
//! A. Dosovitskiy and others: An image is worth 16x16 words, 2020, figure 1: patches of the image become tokens by one linear
//! map (`stem=patch`), learned position embeddings are added, each block is self-attention and a multilayer perceptron, each
//! after layer normalization and with a skip connection; a class token's last state is classified (`pool=token`). The original is
//! ViT-B/16: 86,567,656 parameters, as in torchvision.
//!
//! A plain one needs far more images than fit into a tab. The small network therefore begins as A. Hassani and others: Escaping
//! the big data paradigm with compact transformers, 2021 (a CCT): two 3×3 convolutions with max pooling make the tokens
//! (`stem=conv`), and what is classified is their mean, weighted by a learned score of each (`pool=seq`).
//!
//! Where it departs from the papers: no dropout and no stochastic depth; the small perceptrons' hidden layer has twice the
//! embedding's dimension, as the CCT's, where the ViT's has four times; weights are initialized by Xavier uniform (Glorot and
//! Bengio, 2010), class token and position embeddings normally with standard deviation 0.02.

use super::graph::{Conv, Graph, InitScheme, Pooling, Value};
use super::options::DEPTH;
use super::registry::Family;
use crate::recipe::{
    Choice, FieldType, Input, ModelOption, ModelSpec, NamedRecipe, Recipe, RecipeError, choice,
    options,
};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        options: &[
            ModelOption::new(&DEPTH),
            ModelOption::new(&STEM),
            ModelOption::new(&PATCH).only_if(|recipe| recipe.get(&STEM) == Stem::Patch),
            ModelOption::new(&DIM),
            ModelOption::new(&HEADS),
            ModelOption::new(&POOL),
        ],
        defaults: |recipe| {
            recipe.set(&DEPTH, 4);
            recipe.lr = 0.001;
        },
        recipes: &[
            NamedRecipe::paper(
                "Patches alone as tokens and a class token, 300 epochs with strong weight decay and a short gradient, on CIFAR-10 where the paper had ImageNet. The batch is 1,024 where the paper had 4,096, and the network is a small one without dropout.",
                "stem=patch&pool=token&data=cifar10&aug=crop,flip&opt=adamw&lr=0.003&wd=0.3&clip=1&batch=1024&epochs=300",
            ),
            NamedRecipe::tiny(
                "Two epochs of 4,000 synthetic digits, for a lesson.",
                "subset=4000&lr=0.002&schedule=one-cycle&batch=32&epochs=2&test=1000",
            ),
        ],
        check,
        ..ModelSpec::new(
            [
                "vit",
                "Vision transformer",
                "An image as tokens that look at each other; it starts as a compact convolutional transformer.",
            ],
            "digits",
        )
    }],
    graph,
};

options! {
    Network;
    /// What makes tokens of the image.
    STEM: Stem = "stem", "conv", "Tokens from", FieldType::Choice(Stem::CHOICES);
    /// Rows and columns of a patch. Small: many tokens, which is slow. Large: details are lost. It has to divide the image.
    PATCH: u64 = "patch", "4", "Patch size", FieldType::Integer { min: 1, max: 32 };
    /// How many numbers a token has. Too few: it learns little. Many: slow.
    DIM: u64 = "dim", "48", "Token width", FieldType::Integer { min: 2, max: 1024 };
    /// In how many ways tokens look at each other in each block. They share the token width, which they have to divide.
    HEADS: u64 = "heads", "4", "Attention heads", FieldType::Integer { min: 1, max: 64 };
    /// What is classified of the tokens.
    POOL: Pool = "pool", "seq", "Classified", FieldType::Choice(Pool::CHOICES);
}

choice! {
    /// What makes tokens of the image.
    Stem {
        Conv = "conv", "Convolutions", "Two 3×3 convolutions with max pooling: a token is what is left at one place.";
        Patch = "patch", "Patches", "Each square of the image becomes a token by one linear map.";
    }
}

choice! {
    /// What the classifier takes of the tokens.
    Pool {
        Token = "token", "Class token", "One more token, which belongs to no place.";
        Mean = "mean", "Mean", "The mean of all tokens.";
        Seq = "seq", "Weighted mean", "The mean of all tokens, weighted by a learned score of each.";
    }
}

/// The numbers up to the largest that divide another one: "1, 2, 4".
fn divisors(of: u64, largest: u64) -> String {
    let all = (1..=largest.min(of)).filter(|number| of.is_multiple_of(*number));
    let texts: Vec<_> = all.map(|number| number.to_string()).collect();
    texts.join(", ")
}

/// Checks that heads divide the embedding, and patches the image.
fn check(recipe: &Recipe) -> Result<(), RecipeError> {
    let (dim, heads, patch) = (recipe.get(&DIM), recipe.get(&HEADS), recipe.get(&PATCH));
    if !dim.is_multiple_of(heads) {
        let allowed = format!(
            "one of {}, which divide the token width, {dim}",
            divisors(dim, 64)
        );
        return Err(RecipeError::bad_value(
            "heads",
            &heads.to_string(),
            &allowed,
        ));
    }
    let [_, height, width] = recipe.input().shape;
    let divides = |size: usize| (size as u64).is_multiple_of(patch);
    if recipe.get(&STEM) == Stem::Patch && !(divides(height) && divides(width)) {
        let common = (1..=height.min(width))
            .rev()
            .find(|side| height.is_multiple_of(*side) && width.is_multiple_of(*side));
        let allowed = format!(
            "one of {}, which divide the images' {height}×{width} pixels",
            divisors(common.unwrap_or(1) as u64, 32)
        );
        return Err(RecipeError::bad_value(
            "patch",
            &patch.to_string(),
            &allowed,
        ));
    }
    Ok(())
}

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
fn graph(recipe: &Recipe) -> Graph {
    let config = Config {
        input: recipe.input(),
        patch: recipe.get(&PATCH) as usize,
        dim: recipe.get(&DIM) as usize,
        depth: recipe.get(&DEPTH) as usize,
        heads: recipe.get(&HEADS) as usize,
        mlp_ratio: 2,
        stem: recipe.get(&STEM),
        pool: recipe.get(&POOL),
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

#[cfg(test)]
mod tests {
    use crate::registry::parse;

    fn error(link: &str) -> String {
        parse(link).unwrap_err().to_string()
    }

    #[test]
    fn heads_divide_the_embedding() {
        assert_eq!(
            error("model=vit&dim=64&heads=3"),
            "heads=3 is not allowed: heads is one of 1, 2, 4, 8, 16, 32, 64, which divide the token width, 64."
        );
        assert!(parse("model=vit&dim=66&heads=3").is_ok());
    }

    #[test]
    fn patches_divide_the_image() {
        assert_eq!(
            error("model=vit&stem=patch&patch=5"),
            "patch=5 is not allowed: patch is one of 1, 2, 4, 7, 14, 28, which divide the images' 28×28 pixels."
        );
        assert_eq!(
            error("model=vit&stem=patch&patch=7&data=cifar10"),
            "patch=7 is not allowed: patch is one of 1, 2, 4, 8, 16, 32, which divide the images' 32×32 pixels."
        );
        assert!(parse("model=vit&stem=patch&patch=7&data=mnist").is_ok());
        // Convolutions make the tokens: the patch size does not apply.
        assert_eq!(
            parse("model=vit&patch=5").unwrap().notices,
            ["patch means nothing in this recipe and was left out."]
        );
    }
}
