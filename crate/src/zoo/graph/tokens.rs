//! Layers of transformers: what goes through them is tokens.

use burn::tensor::Tensor;
use burn::tensor::activation::softmax;

use super::design::Design;
use super::op::{Op, rows};
use super::value::{Form, Value};
use super::weight::Weight;
use crate::zoo::Layer;
use crate::zoo::context::Context;
use crate::zoo::initial::Initial;

/// How tokens and positions start.
const SMALL: Initial = Initial::Normal { deviation: 0.02 };

/// What is done to tokens, which are `[batch, 1, tokens, numbers]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Each place of feature maps becomes a token.
    OfMaps,
    /// One more before the others, the same for every image.
    Prepend,
    /// What is learned of each place is added.
    Positions,
    /// Each looks at all, in so many heads.
    Attention(usize),
    /// The first alone.
    First,
    /// The mean of all.
    Mean,
    /// The mean of all, weighted by a score of each.
    SequencePool,
}

impl Step {
    /// Does it.
    pub fn apply(self, x: Tensor<4>, weights: &[Weight], context: &Context) -> Tensor<4> {
        let [batch, channels, tokens, numbers] = x.dims();
        match self {
            Step::OfMaps => {
                let places = tokens * numbers;
                x.reshape([batch, 1, channels, places]).swap_dims(2, 3)
            }
            Step::Prepend => {
                let token = weights[0].four().expand([batch, 1, 1, numbers]);
                Tensor::cat(vec![token, x], 2)
            }
            Step::Positions => x + weights[0].four(),
            Step::Attention(heads) => attention(x, weights, heads, context),
            Step::First => x.slice([0..batch, 0..1, 0..1, 0..numbers]),
            Step::Mean => x.mean_dim(2),
            Step::SequencePool => {
                let scores = rows(x.clone(), &weights[0], weights.get(1));
                softmax(scores, 2).swap_dims(2, 3).matmul(x)
            }
        }
    }
}

/// Self-attention in several heads (A. Vaswani and others: Attention is all you need, 2017, section 3.2): one linear layer
/// makes queries, keys and values of all heads, one more puts the heads' answers together.
fn attention(x: Tensor<4>, weights: &[Weight], heads: usize, context: &Context) -> Tensor<4> {
    let [batch, _, tokens, numbers] = x.dims();
    let each = numbers / heads;
    let all = rows(x, &weights[0], weights.get(1));
    // Queries of all heads, then keys, then values: [batch, 3 · heads, tokens, each].
    let all = all
        .reshape([batch, tokens, 3 * heads, each])
        .swap_dims(1, 2);
    let [queries, keys, values] = [0, 1, 2].map(|part| {
        let part = part * heads..(part + 1) * heads;
        all.clone().slice([0..batch, part, 0..tokens, 0..each])
    });
    let scale = 1.0 / (each as f32).sqrt();
    let scores = (queries * scale).matmul(keys.swap_dims(2, 3));
    let shares = softmax(scores, 3);
    context.show_before(&shares);
    let answers = shares.matmul(values).swap_dims(1, 2);
    let answers = answers.reshape([batch, 1, tokens, numbers]);
    rows(answers, &weights[2], weights.get(3))
}

impl Design {
    /// Each place of feature maps becomes a token.
    pub fn tokens(&mut self, name: &str, x: Value) -> Value {
        let [rows, columns] = x.size();
        let form = Form::Tokens([rows * columns, x.width()]);
        self.plain(
            Op::Tokens(Step::OfMaps),
            name,
            "a token each place",
            &[x],
            form,
        )
    }

    /// A token that is the same for every image, before the others.
    pub fn class_token(&mut self, name: &str, x: Value) -> Value {
        let [tokens, numbers] = x.size();
        let first = self.added(name, &[1, 1, numbers]);
        let form = Form::Tokens([tokens + 1, numbers]);
        let kind = "class token".to_owned();
        self.trained(Op::Tokens(Step::Prepend), (name, kind), x, first, (0, form))
    }

    /// What is learned of each place.
    pub fn positions(&mut self, name: &str, x: Value) -> Value {
        let [tokens, numbers] = x.size();
        let first = self.added(name, &[1, tokens, numbers]);
        let kind = "addition of positions".to_owned();
        self.trained(
            Op::Tokens(Step::Positions),
            (name, kind),
            x,
            first,
            (0, x.form),
        )
    }

    fn added(&mut self, name: &str, shape: &[usize]) -> usize {
        let first = self.parameters.len();
        self.parameter(name.to_owned(), shape, SMALL);
        first
    }

    /// Self-attention in so many heads.
    pub fn attention(&mut self, name: &str, x: Value, heads: usize) -> Value {
        let [tokens, numbers] = x.size();
        let first = self.parameters.len();
        let named = |what: &str| format!("{name}.{what}");
        let into = [numbers, 3 * numbers];
        let bias = Some(named("in_proj_bias"));
        self.matrix(named("in_proj_weight"), bias, into);
        let out = [numbers, numbers];
        let bias = Some(named("out_proj.bias"));
        self.matrix(named("out_proj.weight"), bias, out);
        let kind = format!("self-attention, heads {heads}");
        let each = 4 * numbers + 2 * tokens;
        let counted = ((tokens * numbers) as u64 * each as u64, x.form);
        // Of each token to each, in each head: most of what is kept for the way back.
        let scores = [heads, tokens, tokens];
        self.within(Layer::plain(&named("scores"), "attention", &scores));
        self.trained(
            Op::Tokens(Step::Attention(heads)),
            (name, kind),
            x,
            first,
            counted,
        )
    }

    /// The Gaussian error linear unit.
    pub fn gelu(&mut self, name: &str, x: Value) -> Value {
        self.plain(Op::Gelu, name, "GELU", &[x], x.form)
    }

    /// The first token.
    pub fn first_token(&mut self, name: &str, x: Value) -> Value {
        let form = Form::Units(x.width());
        self.plain(Op::Tokens(Step::First), name, "the first token", &[x], form)
    }

    /// The mean of all tokens.
    pub fn mean_token(&mut self, name: &str, x: Value) -> Value {
        let form = Form::Units(x.width());
        self.plain(
            Op::Tokens(Step::Mean),
            name,
            "mean of the tokens",
            &[x],
            form,
        )
    }

    /// The mean of all tokens, weighted by a learned score of each.
    pub fn sequence_pool(&mut self, name: &str, x: Value) -> Value {
        let [tokens, numbers] = x.size();
        let first = self.parameters.len();
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        self.matrix(weight, Some(bias), [numbers, 1]);
        let kind = "weighted mean of the tokens".to_owned();
        let counted = ((2 * tokens * numbers) as u64, Form::Units(numbers));
        self.trained(
            Op::Tokens(Step::SequencePool),
            (name, kind),
            x,
            first,
            counted,
        )
    }
}
