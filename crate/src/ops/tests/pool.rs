//! Max pooling.

use burn::tensor::module;
use burn::tensor::ops::MaxPoolOptions;
use proptest::prelude::*;

use super::*;
use crate::ops::max_pool2d;

#[derive(Clone, Debug)]
pub struct PoolCase {
    planes: [usize; 2],
    size: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
}

pub(super) fn pool_results(case: &PoolCase, by: &Implementation) -> Results {
    let PoolCase {
        planes,
        size,
        kernel,
        stride,
        padding,
    } = case.clone();
    let images = by.leaf(1, [planes[0], planes[1], size[0], size[1]]);
    let x = images.clone();
    let output = match by.ours {
        true => max_pool2d(x, kernel, stride, padding, [0, 0]),
        false => {
            let options = MaxPoolOptions::new(kernel)
                .with_stride(stride)
                .with_padding(padding);
            module::max_pool2d(x, options)
        }
    };
    let mut gradients = by.backward(&output);
    let by_images = images.grad_remove(&mut gradients).unwrap();
    vec![
        ("output", read(output)),
        ("input gradient", read(by_images)),
    ]
}

pub(super) fn any_pooling() -> impl Strategy<Value = PoolCase> {
    let planes = [1usize..3, 1..4];
    let [kernel, stride] = [1usize..4, 1..4].map(|range| [range.clone(), range]);
    let size = [3usize..12, 3..12];
    (planes, kernel, stride, size, any::<bool>()).prop_map(
        |(planes, kernel, stride, size, padded)| PoolCase {
            planes,
            size,
            kernel,
            stride,
            padding: kernel.map(|k| if padded { k / 2 } else { 0 }),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_pooling_is_burns(case in any_pooling()) {
        is_burns(&format!("{case:?}"), |by| pool_results(&case, by));
    }
}

/// A NaN must show in the loss: pooling must not lose it.
pub(super) fn pooling_keeps_nan_on(device: &Device) {
    for at in 0..4 {
        let mut values = [1.0, 2.0, 3.0, 4.0];
        values[at] = f32::NAN;
        let images = Tensor::<1>::from_floats(values, device).reshape([1, 1, 2, 2]);
        let out = read(max_pool2d(images, [2, 2], [2, 2], [0, 0], [0, 0]));
        assert!(out[0].is_nan());
    }
}

#[test]
fn pooling_keeps_nan() {
    pooling_keeps_nan_on(&Device::flex());
}
