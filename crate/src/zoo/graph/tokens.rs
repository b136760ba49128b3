//! Layers of transformers, which work on tokens.

use burn::tensor::Tensor;

use super::builder::Graph;
use super::op::{Op, linear};
use super::parameter::Parameter;
use super::value::{Shape, Value};
use crate::ops::{self, softmax};
use crate::zoo::context::Context;
use crate::zoo::initializer::Initializer;
use crate::zoo::summary::LayerSummary;

/// The initializer of class token and position embeddings.
const EMBEDDING_INIT: Initializer = Initializer::Normal { std: 0.02 };

/// An operation on tokens, which are `[batch, 1, tokens, embedding]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenOp {
    /// Each position of feature maps becomes a token.
    FromFeatureMaps,
    /// A learned token, the same for every image, before the others.
    PrependClassToken,
    /// A learned embedding of each position is added.
    AddPositions,
    /// Self-attention.
    Attention {
        /// Heads, which the embedding is divided among.
        heads: usize,
    },
    /// The first token alone.
    First,
    /// The mean of all tokens.
    Mean,
    /// The mean of all tokens, weighted by the softmax of a learned score of each.
    SequencePool,
}

impl TokenOp {
    /// Computes it. `layer` is its number in the summary.
    pub fn apply(
        self,
        x: Tensor<4>,
        parameters: &[Parameter],
        context: &Context,
        layer: usize,
    ) -> Tensor<4> {
        let [batch, channels, tokens, embedding] = x.dims();
        match self {
            TokenOp::FromFeatureMaps => {
                let positions = tokens * embedding;
                x.reshape([batch, 1, channels, positions]).swap_dims(2, 3)
            }
            TokenOp::PrependClassToken => {
                let token = parameters[0].rank4().expand([batch, 1, 1, embedding]);
                Tensor::cat(vec![token, x], 2)
            }
            TokenOp::AddPositions => x + parameters[0].rank4(),
            TokenOp::Attention { heads } => {
                let (x, probabilities) = attention(x, parameters, heads);
                // The summary lists them as a layer of their own, before this one.
                context.capture(layer.wrapping_sub(1), &probabilities);
                x
            }
            TokenOp::First => x.slice([0..batch, 0..1, 0..1, 0..embedding]),
            TokenOp::Mean => x.mean_dim(2),
            TokenOp::SequencePool => {
                let scores = linear(x.clone(), &parameters[0], parameters.get(1));
                // A sum, as a product of matrices would bring those of all kinds of numbers into the module.
                (softmax(scores.swap_dims(2, 3)).swap_dims(2, 3) * x).sum_dim(2)
            }
        }
    }
}

/// Multi-head self-attention (A. Vaswani and others: Attention is all you need, 2017, section 3.2): one linear layer
/// computes queries, keys and values of all heads, another combines the heads' outputs.
///
/// # Shapes
/// - `x`: `[batch, 1, tokens, embedding]`
/// - output: the same; and the attention probabilities, `[batch, heads, tokens, tokens]`
fn attention(x: Tensor<4>, parameters: &[Parameter], heads: usize) -> (Tensor<4>, Tensor<4>) {
    let [batch, _, tokens, embedding] = x.dims();
    let projected = linear(x, &parameters[0], parameters.get(1));
    let projected = projected.reshape([batch, tokens, 3 * embedding]);
    let (attended, probabilities) = ops::attention(projected, heads);
    let attended = attended.reshape([batch, 1, tokens, embedding]);
    let output = linear(attended, &parameters[2], parameters.get(3));
    (output, probabilities)
}

impl Graph {
    /// Makes each position of feature maps a token.
    pub fn tokens(&mut self, name: &str, x: Value) -> Value {
        let [height, width] = x.size();
        let shape = Shape::Tokens([height * width, x.channels()]);
        let op = Op::Token(TokenOp::FromFeatureMaps);
        self.add_op(op, name, "a token each place", &[x], shape)
    }

    /// Puts a learned class token before the others.
    pub fn class_token(&mut self, name: &str, x: Value) -> Value {
        let [tokens, embedding] = x.size();
        let first = self.add_embedding(name, &[1, 1, embedding]);
        let shape = Shape::Tokens([tokens + 1, embedding]);
        let kind = "class token".to_owned();
        let op = Op::Token(TokenOp::PrependClassToken);
        self.add_layer(op, (name, kind), x, first, (0, shape))
    }

    /// Adds learned position embeddings.
    pub fn position_embedding(&mut self, name: &str, x: Value) -> Value {
        let [tokens, embedding] = x.size();
        let first = self.add_embedding(name, &[1, tokens, embedding]);
        let kind = "addition of positions".to_owned();
        let op = Op::Token(TokenOp::AddPositions);
        self.add_layer(op, (name, kind), x, first, (0, x.shape))
    }

    fn add_embedding(&mut self, name: &str, shape: &[usize]) -> usize {
        let first = self.parameters.len();
        self.add_parameter(name.to_owned(), shape, EMBEDDING_INIT);
        first
    }

    /// Multi-head self-attention.
    pub fn attention(&mut self, name: &str, x: Value, heads: usize) -> Value {
        let [tokens, embedding] = x.size();
        let first = self.parameters.len();
        let named = |suffix: &str| format!("{name}.{suffix}");
        let bias = Some(named("in_proj_bias"));
        self.add_linear_parameters(named("in_proj_weight"), bias, [embedding, 3 * embedding]);
        let bias = Some(named("out_proj.bias"));
        self.add_linear_parameters(named("out_proj.weight"), bias, [embedding, embedding]);
        let kind = format!("self-attention, heads {heads}");
        let per_element = 4 * embedding + 2 * tokens;
        let multiply_adds = (tokens * embedding) as u64 * per_element as u64;
        // The probabilities are most of what is kept for the backward pass.
        let probabilities = [heads, tokens, tokens];
        self.add_inner_layer(LayerSummary::without_parameters(
            &named("scores"),
            "attention",
            &probabilities,
        ));
        let op = Op::Token(TokenOp::Attention { heads });
        self.add_layer(op, (name, kind), x, first, (multiply_adds, x.shape))
    }

    /// The Gaussian error linear unit.
    pub fn gelu(&mut self, name: &str, x: Value) -> Value {
        self.add_op(Op::Gelu, name, "GELU", &[x], x.shape)
    }

    /// The first token alone.
    pub fn first_token(&mut self, name: &str, x: Value) -> Value {
        let shape = Shape::Features(x.channels());
        let op = Op::Token(TokenOp::First);
        self.add_op(op, name, "the first token", &[x], shape)
    }

    /// The mean of all tokens.
    pub fn mean_token(&mut self, name: &str, x: Value) -> Value {
        let shape = Shape::Features(x.channels());
        let op = Op::Token(TokenOp::Mean);
        self.add_op(op, name, "mean of the tokens", &[x], shape)
    }

    /// Sequence pooling: the mean of all tokens, weighted by the softmax of a learned score of each.
    pub fn sequence_pool(&mut self, name: &str, x: Value) -> Value {
        let [tokens, embedding] = x.size();
        let first = self.parameters.len();
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        self.add_linear_parameters(weight, Some(bias), [embedding, 1]);
        let kind = "weighted mean of the tokens".to_owned();
        let multiply_adds = (2 * tokens * embedding) as u64;
        let shape = Shape::Features(embedding);
        let op = Op::Token(TokenOp::SequencePool);
        self.add_layer(op, (name, kind), x, first, (multiply_adds, shape))
    }
}
