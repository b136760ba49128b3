//! Batch normalization.

use super::*;
use crate::ops::{batch_statistics, normalize};

/// Batch normalization in burn's differentiable operations, shard by shard.
pub(super) fn normalize_plainly(
    x: Tensor<4>,
    weight: Tensor<1>,
    bias: Tensor<1>,
    shards: usize,
) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let by_channel = |tensor: Tensor<1>| tensor.reshape([1, channels, 1, 1]);
    let shards = x.chunk(shards, 0).into_iter().map(|shard| {
        let mean = shard.clone().mean_dim(0).mean_dim(2).mean_dim(3);
        let centered = shard - mean;
        let variance = centered
            .clone()
            .powi_scalar(2)
            .mean_dim(0)
            .mean_dim(2)
            .mean_dim(3);
        centered / (variance + 1e-5).sqrt()
    });
    let normalized = Tensor::cat(shards.collect(), 0).reshape([batch, channels, height, width]);
    normalized * by_channel(weight) + by_channel(bias)
}

/// `shift` is added to all images.
pub(super) fn norm_results(
    shape: [usize; 4],
    shards: usize,
    shift: f32,
    by: &Implementation,
) -> Results {
    let x = (by.tensor(1, shape) * 3.0 + shift)
        .autodiff()
        .require_grad();
    let weight = by.leaf(2, [shape[1]]);
    let bias = by.leaf(3, [shape[1]]);
    let output = match by.ours {
        true => {
            let statistics = batch_statistics(x.clone(), shards).autodiff();
            normalize(x.clone(), statistics, weight.clone(), bias.clone(), 1e-5)
        }
        false => normalize_plainly(x.clone(), weight.clone(), bias.clone(), shards),
    };
    let mut gradients = by.backward(&output);
    vec![
        ("output", read(output)),
        ("input gradient", gradient(&x, &mut gradients)),
        ("weight gradient", gradient(&weight, &mut gradients)),
        ("bias gradient", gradient(&bias, &mut gradients)),
    ]
}

pub const NORMS: [([usize; 4], usize); 4] = [
    ([4, 3, 5, 5], 1),
    ([4, 3, 4, 4], 2),
    ([6, 2, 3, 7], 3),
    ([12, 2, 1, 1], 2),
];

#[test]
fn normalization_and_its_gradients_are_right() {
    for (shape, shards) in NORMS {
        is_burns(&format!("{shape:?}, {shards}"), |by| {
            norm_results(shape, shards, 0.5, by)
        });
    }
}
