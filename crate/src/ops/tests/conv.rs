//! Convolution.

use burn::tensor::module;
use burn::tensor::ops::ConvOptions;
use proptest::prelude::*;

use super::*;
use crate::ops::conv2d;

#[derive(Clone, Debug)]
pub struct ConvCase {
    pub batch: usize,
    pub channels: usize,
    pub size: [usize; 2],
    pub filters: usize,
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub padding: [usize; 2],
    pub groups: usize,
}

pub(super) fn conv_results(case: &ConvCase, by: &Implementation) -> Results {
    let ConvCase {
        batch,
        channels,
        size,
        filters,
        kernel,
        stride,
        padding,
        groups,
    } = case.clone();
    let images = by.leaf(1, [batch, channels, size[0], size[1]]);
    let weights = by.leaf(2, [filters, channels / groups, kernel[0], kernel[1]]);
    let bias = by.leaf(3, [filters]);
    let (x, w, b) = (images.clone(), weights.clone(), Some(bias.clone()));
    let output = match by.ours {
        true => conv2d(x, w, b, stride, padding, groups),
        false => {
            let options = ConvOptions::new(stride, padding, [1, 1], groups);
            module::conv2d(x, w, b, options)
        }
    };
    let mut gradients = by.backward(&output);
    vec![
        ("output", read(output)),
        ("input gradient", gradient(&images, &mut gradients)),
        ("weight gradient", gradient(&weights, &mut gradients)),
        ("bias gradient", gradient(&bias, &mut gradients)),
    ]
}

/// The convolutions of LeNet-5 and ResNet, and such as other networks have: pointwise, large and strided, grouped.
pub fn the_networks_convolutions() -> Vec<ConvCase> {
    let all = [
        (1, 28, 6, 5, 1, 2, 1),
        (6, 14, 16, 5, 1, 0, 1),
        (16, 5, 120, 5, 1, 0, 1),
        (3, 32, 16, 3, 1, 1, 1),
        (16, 32, 32, 3, 2, 1, 1),
        (16, 32, 32, 1, 2, 0, 1),
        (64, 8, 64, 3, 1, 1, 1),
        (64, 2, 64, 3, 1, 1, 1),
        (32, 7, 24, 1, 1, 0, 1),
        (3, 35, 8, 11, 4, 2, 1),
        (8, 9, 12, 5, 1, 2, 2),
    ];
    let case = |(channels, size, filters, kernel, stride, padding, groups)| ConvCase {
        batch: 2,
        channels,
        size: [size, size],
        filters,
        kernel: [kernel, kernel],
        stride: [stride, stride],
        padding: [padding, padding],
        groups,
    };
    all.map(case).into()
}

#[test]
fn the_networks_convolutions_are_burns() {
    for case in the_networks_convolutions() {
        is_burns(&format!("{case:?}"), |by| conv_results(&case, by));
    }
}

/// A vector of output pixels that is longer than a row reads more than the row's windows: in the last row, past the image's end.
#[test]
fn convolutions_of_narrow_outputs_are_burns() {
    for width in 1..8 {
        for kernel in 1..=width {
            for stride in 1..3 {
                let case = ConvCase {
                    batch: 1,
                    channels: 2,
                    size: [width, width],
                    filters: 3,
                    kernel: [kernel, kernel],
                    stride: [stride, stride],
                    padding: [0, 0],
                    groups: 1,
                };
                is_burns(&format!("{case:?}"), |by| conv_results(&case, by));
            }
        }
    }
}

pub fn any_conv() -> impl Strategy<Value = ConvCase> {
    let sizes = (1usize..3, 1usize..3, 1usize..5, 1usize..10);
    let [kernel, stride, padding, size] =
        [1usize..6, 1..4, 0..3, 1..14].map(|range| [range.clone(), range]);
    (sizes, kernel, stride, padding, size)
        .prop_map(|(sizes, kernel, stride, padding, size)| {
            let (batch, groups, channels, filters) = sizes;
            ConvCase {
                batch,
                channels: channels * groups,
                size,
                filters: filters * groups,
                kernel,
                stride,
                padding,
                groups,
            }
        })
        .prop_filter("the kernel fits", |case| {
            (0..2).all(|d| {
                case.size[d] + 2 * case.padding[d] >= case.kernel[d]
                    && case.padding[d] < case.kernel[d]
            })
        })
}

/// Convolutions with vertical padding alone whose output rows are whole tiles: no column needs a bounds check, and every
/// row of the padding does.
pub fn any_vertically_padded_conv() -> impl Strategy<Value = ConvCase> {
    let kernel = [2usize..6, 1..6];
    let stride = [1usize..4, 1..4];
    (kernel, stride, 1usize..8, 1usize..3, 1usize..6)
        .prop_flat_map(|(kernel, stride, height, vec4s, filters)| {
            let width = (4 * vec4s - 1) * stride[1] + kernel[1];
            (1..kernel[0]).prop_map(move |padding| ConvCase {
                batch: 2,
                channels: 3,
                size: [height, width],
                filters,
                kernel,
                stride,
                padding: [padding, 0],
                groups: 1,
            })
        })
        .prop_filter("the kernel fits", |case| {
            case.size[0] + 2 * case.padding[0] >= case.kernel[0]
        })
}

/// The smallest of those.
pub(super) fn vertically_padded_conv() -> ConvCase {
    ConvCase {
        batch: 1,
        channels: 1,
        size: [5, 8],
        filters: 1,
        kernel: [3, 1],
        stride: [1, 1],
        padding: [1, 0],
        groups: 1,
    }
}

#[test]
fn a_vertically_padded_convolution_is_burns() {
    let case = vertically_padded_conv();
    is_burns(&format!("{case:?}"), |by| conv_results(&case, by));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_convolution_is_burns(case in any_conv()) {
        is_burns(&format!("{case:?}"), |by| conv_results(&case, by));
    }

    #[test]
    fn any_vertically_padded_convolution_is_burns(case in any_vertically_padded_conv()) {
        is_burns(&format!("{case:?}"), |by| conv_results(&case, by));
    }
}
