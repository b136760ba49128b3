//! Attention and layer normalization.

use burn::tensor::activation;
use proptest::prelude::*;

use super::*;
use crate::ops::{attention, layer_norm};

/// Attention in burn's differentiable operations.
fn attend_plainly(projected: Tensor<3>, heads: usize) -> (Tensor<3>, Tensor<4>) {
    let [batch, tokens, width] = projected.dims();
    let (embedding, head_dim) = (width / 3, width / 3 / heads);
    let by_head = projected.reshape([batch, tokens, 3 * heads, head_dim]);
    let parts = by_head.swap_dims(1, 2).chunk(3, 1);
    let [queries, keys, values] = parts.try_into().unwrap();
    let scores = queries.matmul(keys.swap_dims(2, 3)) / (head_dim as f32).sqrt();
    let probabilities = activation::softmax(scores, 3);
    let output = probabilities.clone().matmul(values).swap_dims(1, 2);
    (output.reshape([batch, tokens, embedding]), probabilities)
}

pub(super) fn attention_results(
    [batch, tokens, heads, head_dim]: [usize; 4],
    by: &Implementation,
) -> Results {
    let leaf = by.leaf(1, [batch, tokens, 3 * heads * head_dim]);
    let projected = leaf.clone() * 3.0;
    let (output, probabilities) = match by.ours {
        true => attention(projected, heads),
        false => attend_plainly(projected, heads),
    };
    let mut gradients = by.backward(&output);
    vec![
        ("output", read(output)),
        ("probabilities", read(probabilities)),
        ("gradient", gradient(&leaf, &mut gradients)),
    ]
}

/// Layer normalization in burn's differentiable operations.
fn normalize_plainly(x: Tensor<2>, weight: Tensor<1>, bias: Tensor<1>, epsilon: f64) -> Tensor<2> {
    let [_, embedding] = x.dims();
    let centered = x.clone() - x.mean_dim(1);
    let variance = centered.clone().powi_scalar(2).mean_dim(1);
    let normalized = centered / (variance + epsilon).sqrt();
    normalized * weight.reshape([1, embedding]) + bias.reshape([1, embedding])
}

pub(super) fn layer_norm_results([rows, embedding]: [usize; 2], by: &Implementation) -> Results {
    let leaf = by.leaf(1, [rows, embedding]);
    let x = leaf.clone() * 3.0 + 0.5;
    let (weight, bias) = (by.leaf(2, [embedding]), by.leaf(3, [embedding]));
    let normalize = match by.ours {
        true => layer_norm,
        false => normalize_plainly,
    };
    let output = normalize(x, weight.clone(), bias.clone(), 1e-2);
    let mut gradients = by.backward(&output);
    vec![
        ("output", read(output)),
        ("gradient", gradient(&leaf, &mut gradients)),
        ("weight gradient", gradient(&weight, &mut gradients)),
        ("bias gradient", gradient(&bias, &mut gradients)),
    ]
}

/// The small network's, and sizes that fill no tile.
pub(super) const ATTENTIONS: [[usize; 4]; 3] = [[8, 49, 4, 12], [2, 17, 3, 5], [1, 1, 1, 1]];

/// Those of the small network, and of rows that fill no vector.
pub(super) const LAYER_NORMS: [[usize; 2]; 3] = [[392, 48], [5, 7], [3, 33]];

#[test]
fn the_small_networks_attention_is_burns() {
    for sizes in ATTENTIONS {
        is_burns(&format!("{sizes:?}"), |by| attention_results(sizes, by));
    }
}

#[test]
fn layer_normalization_is_burns() {
    for sizes in LAYER_NORMS {
        is_burns(&format!("{sizes:?}"), |by| layer_norm_results(sizes, by));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_attention_is_burns(sizes in [1usize..4, 1..40, 1..5, 1..20]) {
        is_burns(&format!("{sizes:?}"), |by| attention_results(sizes, by));
    }

    #[test]
    fn any_layer_normalization_is_burns(sizes in [1usize..20, 2..70]) {
        is_burns(&format!("{sizes:?}"), |by| layer_norm_results(sizes, by));
    }
}
