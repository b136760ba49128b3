//! Slices of wrong lengths are refused: nothing that was not written is ever read or returned.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::ops::adam::{AdamStep, adam};
use crate::ops::attention::{self, AttentionShape};
use crate::ops::conv::{self, ConvShape};
use crate::ops::layer_norm::{self, LayerNormShape};
use crate::ops::linear::{self, LinearShape};
use crate::ops::norm::{self, NormShape};
use crate::ops::pool::{self, PoolShape};
use crate::ops::{activation, loss, softmax};

/// Calls an operation with inputs of the right lengths, then with each of them one number shorter and one longer.
fn only_right_lengths<const N: usize>(
    name: &str,
    lengths: [usize; N],
    call: impl Fn([&[f32]; N]) -> Vec<f32>,
) {
    let run = |lengths: [usize; N]| {
        let inputs = lengths.map(|length| vec![0.5f32; length]);
        catch_unwind(AssertUnwindSafe(|| {
            call(inputs.each_ref().map(Vec::as_slice))
        }))
    };
    assert!(run(lengths).is_ok(), "{name}");
    for which in 0..N {
        for length in [lengths[which] - 1, lengths[which] + 1] {
            let mut wrong = lengths;
            wrong[which] = length;
            assert!(run(wrong).is_err(), "{name}: input {which} of {length}");
        }
    }
}

#[test]
fn a_convolution_takes_no_other_lengths() {
    for (kernel, stride, padding) in [
        ([3, 3], [1, 1], [1, 1]),
        ([1, 1], [1, 1], [0, 0]),
        ([2, 2], [3, 2], [0, 0]),
    ] {
        let shape = ConvShape {
            batch: 2,
            channels: 4,
            size: [6, 7],
            filters: 6,
            kernel,
            stride,
            padding,
            groups: 2,
        };
        let [images, weights, output] = [
            shape.image_shape(),
            shape.weight_shape(),
            shape.output_shape(),
        ]
        .map(|sizes| sizes.into_iter().product::<usize>());
        only_right_lengths("forward", [images, weights, 6], |[x, w, b]| {
            conv::forward(&shape, x, w, b)
        });
        only_right_lengths("input gradient", [weights, output], |[w, g]| {
            conv::input_gradient(&shape, w, g)
        });
        only_right_lengths("weight gradient", [images, output], |[x, g]| {
            conv::weight_gradient(&shape, x, g)
        });
        only_right_lengths("bias gradient", [output], |[g]| {
            conv::bias_gradient(&shape, g)
        });
    }
}

#[test]
fn groups_that_do_not_divide_the_channels_are_refused() {
    let shape = ConvShape {
        batch: 1,
        channels: 3,
        size: [4, 4],
        filters: 2,
        kernel: [1, 1],
        stride: [1, 1],
        padding: [0, 0],
        groups: 2,
    };
    let call = || conv::forward(&shape, &[0.5; 48], &[0.5; 2], &[]);
    assert!(catch_unwind(call).is_err());
}

#[test]
fn pooling_takes_no_other_lengths() {
    for (kernel, stride) in [([2, 2], [2, 2]), ([3, 3], [2, 2])] {
        let shape = PoolShape {
            planes: 2,
            size: [4, 8],
            kernel,
            stride,
            padding: [0, 0],
            reach: [0, 0],
        };
        let [input, output] = [shape.input_shape(), shape.output_shape()]
            .map(|sizes| sizes.into_iter().product::<usize>());
        only_right_lengths("forward", [input], |[x]| pool::max_pool(&shape, x));
        only_right_lengths("gradient", [input, output], |[x, g]| {
            pool::max_pool_gradient(&shape, x, g)
        });
    }
}

#[test]
fn normalization_takes_no_other_lengths() {
    let shape = NormShape {
        batch: 4,
        channels: 3,
        pixels: 5,
        shards: 2,
        epsilon: 1e-5,
    };
    only_right_lengths("statistics", [60], |[x]| norm::statistics(&shape, x));
    only_right_lengths("normalize", [60, 12, 3, 3], |[x, s, w, b]| {
        norm::normalize(&shape, x, s, w, b)
    });
    only_right_lengths("sums", [60, 12, 60], |[x, s, g]| {
        norm::gradient_sums(&shape, x, s, g)
    });
    only_right_lengths(
        "input gradient",
        [60, 12, 12, 3, 60],
        |[x, s, sums, w, g]| norm::input_gradient(&shape, x, s, sums, w, g),
    );
    let uneven = NormShape { shards: 3, ..shape };
    assert!(catch_unwind(|| norm::statistics(&uneven, &[0.5; 60])).is_err());
}

#[test]
fn a_linear_layer_takes_no_other_lengths() {
    let shape = LinearShape {
        batch: 3,
        inputs: 5,
        outputs: 9,
    };
    only_right_lengths("forward", [15, 45, 9], |[x, w, b]| {
        linear::forward(&shape, x, w, b)
    });
    only_right_lengths("input gradient", [45, 27], |[w, g]| {
        linear::input_gradient(&shape, w, g)
    });
    only_right_lengths("weight gradient", [15, 27], |[x, g]| {
        linear::weight_gradient(&shape, x, g)
    });
    only_right_lengths("bias gradient", [27], |[g]| {
        linear::bias_gradient(&shape, g)
    });
}

#[test]
fn losses_activations_and_updates_take_no_other_lengths() {
    let labels = [0, 2, 1];
    only_right_lengths("cross-entropy", [9], |[x]| loss::cross_entropy(x, &labels));
    only_right_lengths("its gradient", [9, 3], |[x, g]| {
        loss::cross_entropy_gradient(x, &labels, g)
    });
    only_right_lengths("ReLU's gradient", [9, 9], |[y, g]| {
        activation::relu_gradient(y, g)
    });
    only_right_lengths("GELU's gradient", [9, 9], |[x, g]| {
        activation::gelu_gradient(x, g)
    });
    only_right_lengths("softmax", [9], |[x]| softmax::softmax(x, 3));
    only_right_lengths("softmax's gradient", [9, 9], |[y, g]| {
        softmax::softmax_gradient(y, g, 3)
    });
    only_right_lengths("log-softmax's gradient", [9, 9], |[y, g]| {
        softmax::log_softmax_gradient(y, g, 3)
    });
    let step = AdamStep {
        beta_1: 0.9,
        beta_2: 0.999,
        step_size: 0.01,
        second_correction: 0.03,
        epsilon: 1e-8,
    };
    only_right_lengths("Adam", [9, 9, 9, 9], |[w, g, first, second]| {
        let [mut w, mut first, mut second] = [w, first, second].map(<[f32]>::to_vec);
        adam(&step, &mut w, g, &mut first, &mut second);
        w
    });
}

#[test]
fn attention_takes_no_other_lengths() {
    let shape = AttentionShape {
        batch: 2,
        tokens: 5,
        heads: 3,
        head_dim: 4,
    };
    only_right_lengths("forward", [360], |[projected]| {
        attention::forward(&shape, projected).0
    });
    only_right_lengths("gradient", [360, 150, 120], |[projected, p, g]| {
        attention::gradient(&shape, projected, p, g)
    });
}

#[test]
fn layer_normalization_takes_no_other_lengths() {
    let shape = LayerNormShape {
        rows: 3,
        embedding: 7,
        epsilon: 1e-6,
    };
    only_right_lengths("forward", [21, 7, 7], |[x, weight, bias]| {
        layer_norm::forward(&shape, x, weight, bias)
    });
    only_right_lengths("gradient", [21, 7, 21], |[x, weight, g]| {
        layer_norm::gradient(&shape, x, weight, g).0
    });
}
