//! Vectors: splitting, concatenating, Adam's update.

use super::*;
use crate::ops::adam::AdamStep;
use crate::ops::{adam_step, concat, split};

/// Vectors split, concatenated in another order, and updated.
pub(super) fn vector_results(lengths: &[usize], by: &Implementation) -> Results {
    let count = lengths.iter().sum();
    let vector = by.tensor::<1>(1, [count]);
    let parts = match by.ours {
        true => split(vector, lengths.to_vec()),
        false => vector.split_with_sizes(lengths.to_vec(), 0),
    };
    let reversed: Vec<Tensor<1>> = parts.into_iter().rev().collect();
    let concatenated = match by.ours {
        true => concat(reversed),
        false => Tensor::cat(reversed, 0),
    };
    let step = AdamStep {
        beta_1: 0.9,
        beta_2: 0.999,
        step_size: 0.01,
        second_correction: 0.0316,
        epsilon: 1e-8,
    };
    let moments = [by.tensor::<1>(3, [count]), by.tensor::<1>(5, [count]).abs()];
    let (weights, [first, second]) = adam_step(concatenated, by.tensor(2, [count]), moments, step);
    vec![
        ("weights", read(weights)),
        ("first", read(first)),
        ("second", read(second)),
    ]
}

pub const LENGTHS: [&[usize]; 4] = [
    &[5],
    &[1, 2, 3],
    &[150, 6, 2400, 16, 480, 120, 7, 84],
    &[
        3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6,
    ],
];

#[test]
fn vectors_are_split_and_concatenated() {
    for lengths in LENGTHS {
        is_burns(&format!("{lengths:?}"), |by| vector_results(lengths, by));
    }
}
