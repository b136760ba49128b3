//! The GPU engine's kernels against the CPU engine's operations, on whatever adapter there is.

use proptest::prelude::*;

use super::activation::{ACTIVATIONS, activation_results, relu_keeps_nan_on};
use super::attention::{ATTENTIONS, LAYER_NORMS, attention_results, layer_norm_results};
use super::conv::*;
use super::linear::linear_results;
use super::loss::step_results;
use super::norm::{NORMS, norm_results};
use super::pool::{any_pooling, pool_results, pooling_keeps_nan_on};
use super::vectors::{LENGTHS, vector_results};
use super::*;
use crate::lab::train::device_split::DeviceSplit;
use crate::ops::gpu::testing::{DEVICE, cases};
use crate::ops::{batch_statistics, group_mean, relu};

/// Larger than the CPU engine's: adapters compute exponentials and divisions with errors of their own.
const GPU_TOLERANCE: f32 = 1e-4;

fn agree(what: &str, results: impl Fn(&Implementation) -> Results) {
    let device = DEVICE.clone();
    let gpu = Implementation { ours: true, device };
    assert_close(what, &results(&gpu), &results(&ours()), GPU_TOLERANCE);
}

#[test]
fn the_networks_convolutions_agree() {
    for case in the_networks_convolutions() {
        agree(&format!("{case:?}"), |by| conv_results(&case, by));
    }
}

#[test]
fn a_vertically_padded_convolution_agrees() {
    let case = vertically_padded_conv();
    agree(&format!("{case:?}"), |by| conv_results(&case, by));
}

/// As many images as a step has, so that the weight gradient is split over K.
#[test]
fn a_batch_of_convolutions_agrees() {
    let all = the_networks_convolutions();
    for case in [&all[0], &all[1], &all[4]] {
        let case = ConvCase {
            batch: 33,
            ..case.clone()
        };
        agree(&format!("{case:?}"), |by| conv_results(&case, by));
    }
}

#[test]
fn nan_is_kept() {
    let device = DEVICE.clone();
    pooling_keeps_nan_on(&device);
    relu_keeps_nan_on(&Implementation { ours: true, device });
}

#[test]
fn activations_agree() {
    for (name, ours, theirs) in ACTIVATIONS {
        for len in [1, 10, 50] {
            agree(&format!("{name} of {len}"), |by| {
                activation_results([ours, theirs], len, by)
            });
        }
    }
}

#[test]
fn group_means_agree() {
    for shards in [1, 3] {
        agree(&format!("{shards}"), |by| {
            let statistics = by.tensor::<3>(1, [shards, 2, 5]);
            vec![("statistics", read(group_mean(statistics, 1.25)))]
        });
    }
}

#[test]
fn normalization_agrees() {
    let large = [([32, 16, 32, 32], 1), ([6, 5, 17, 19], 2)];
    for (shape, shards) in NORMS.into_iter().chain(large) {
        let what = format!("{shape:?}, {shards}");
        agree(&what, |by| norm_results(shape, shards, 0.5, by));
    }
}

/// A variance that is small beside the mean's square is right all the same.
#[test]
fn a_large_mean_takes_nothing_from_the_variance() {
    agree("statistics", |by| {
        let x = by.tensor::<4>(1, [8, 2, 9, 9]) + 1000.0;
        let statistics = read(batch_statistics(x, 1));
        vec![
            ("means", statistics[..2].into()),
            ("variances", statistics[2..].into()),
        ]
    });
}

#[test]
fn attention_agrees() {
    for sizes in ATTENTIONS {
        agree(&format!("{sizes:?}"), |by| attention_results(sizes, by));
    }
}

#[test]
fn layer_normalization_agrees() {
    for sizes in LAYER_NORMS {
        agree(&format!("{sizes:?}"), |by| layer_norm_results(sizes, by));
    }
}

#[test]
fn long_sums_of_linear_layers_agree() {
    for sizes in [[3, 2500, 5], [1300, 6, 7], [2, 5, 1100], [64, 400, 120]] {
        agree(&format!("{sizes:?}"), |by| linear_results(sizes, by));
    }
}

#[test]
fn losses_and_counts_agree() {
    for (batch, classes) in [(1, 2), (5, 10), (64, 10), (200, 7)] {
        let what = format!("{batch}, {classes}");
        agree(&what, |by| step_results(batch, classes, by));
    }
}

#[test]
fn vectors_agree() {
    for lengths in LENGTHS {
        agree(&format!("{lengths:?}"), |by| vector_results(lengths, by));
    }
}

/// More threads than one dimension of a launch has workgroups for.
#[test]
fn a_long_vector_is_done_to_its_end() {
    let count = 4 * 64 * 65_535 + 77;
    let device = DEVICE.clone();
    let ones = Tensor::<1>::ones([count], &device);
    let all = read(relu(ones));
    assert_eq!(all.len(), count);
    assert_eq!(all.iter().position(|value| *value != 1.0), None);
}

#[test]
fn unpacked_examples_agree() {
    for shape in [[1, 4, 4], [3, 3, 3]] {
        let pixels: usize = shape.iter().product();
        let split = crate::data::Split {
            images: (0..5 * pixels).map(|i| (i * 37 % 256) as u8).collect(),
            labels: vec![4, 3, 2, 1, 0],
        };
        agree(&format!("{shape:?}"), |by| {
            let images = DeviceSplit::upload(&split, 5, shape, &by.device);
            let (images, labels) = images.gather([3, 0, 3]);
            vec![("images", read(images)), ("labels", read(labels.float()))]
        });
    }
}

proptest! {
    // Each case has shaders of its own to compile.
    #![proptest_config(cases(24))]

    #[test]
    fn any_convolution_agrees(case in any_conv()) {
        agree(&format!("{case:?}"), |by| conv_results(&case, by));
    }

    #[test]
    fn any_vertically_padded_convolution_agrees(case in any_vertically_padded_conv()) {
        agree(&format!("{case:?}"), |by| conv_results(&case, by));
    }

    #[test]
    fn any_pooling_agrees(case in any_pooling()) {
        agree(&format!("{case:?}"), |by| pool_results(&case, by));
    }

    #[test]
    fn any_linear_layer_agrees(sizes in [1usize..9, 1..40, 1..40]) {
        agree(&format!("{sizes:?}"), |by| linear_results(sizes, by));
    }
}
