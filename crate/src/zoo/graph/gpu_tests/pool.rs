//! Pooling.

use super::*;
use crate::ops::gpu::avg_pool::{
    avg_pool_gradient_kernel, avg_pool_kernel, plane_means_gradient_kernel, plane_means_kernel,
};
use crate::ops::gpu::pool::{max_pool_gradient_kernel, max_pool_kernel, reads_argmax};
use crate::ops::pool::PoolShape;
use crate::zoo::graph::op::Pooling;

fn pool_shape([batch, channels, height, width]: [usize; 4], pooling: Pooling) -> PoolShape {
    let [kernel, stride, padding, _] = pooling.numbers();
    PoolShape {
        planes: batch * channels,
        size: [height, width],
        kernel: [kernel; 2],
        stride: [stride; 2],
        padding: [padding; 2],
        reach: pooling.reach([height, width]),
    }
}

/// What the gradient of max pooling compares with a pixel's place: each window's argmax, or the images.
fn compared(shape: &PoolShape, images: &[f32]) -> Vec<f32> {
    if !reads_argmax(shape) {
        return images.to_vec();
    }
    let kernel = max_pool_kernel(shape, true, &Epilogue::default());
    let len = shape.output_shape().iter().product();
    let mut written = run(&kernel, &[Read(images), Output(len), Output(len)]);
    written.remove(1)
}

#[test]
fn average_pooling() {
    let poolings = [
        Pooling::new(2),
        Pooling::new(3).stride(2),
        Pooling::new(5).stride(3),
        Pooling::new(2).stride(3),
        Pooling::new(1),
    ];
    for pooling in poolings {
        for shape in [[2, 3, 8, 9], [1, 2, 7, 5]] {
            let op = Op::AvgPool(pooling);
            let what = format!("{op:?} of {shape:?}");
            let reference = Reference::of(&op, &[shape], &[]);
            let pool = pool_shape(shape, pooling);
            reference.assert_output(&what, &[Read(&reference.inputs[0])], |epilogue| {
                avg_pool_kernel(&pool, epilogue)
            });
            reference.assert_gradient(&what, 0, &[Read(&reference.gradient)], |epilogue| {
                avg_pool_gradient_kernel(&pool, epilogue)
            });
        }
    }
}

#[test]
fn global_average_pooling() {
    let shapes = [
        [1, 1, 1, 1],
        [3, 5, 1, 2],
        [2, 67, 4, 4],
        [2, 5, 8, 8],
        [3, 3, 13, 11],
    ];
    for shape in shapes {
        let what = format!("global average pooling of {shape:?}");
        let reference = Reference::of(&Op::GlobalAvgPool, &[shape], &[]);
        let [batch, channels, height, width] = shape;
        let (planes, pixels) = (batch * channels, height * width);
        reference.assert_output(&what, &[Read(&reference.inputs[0])], |epilogue| {
            plane_means_kernel(planes, pixels, epilogue)
        });
        reference.assert_gradient(&what, 0, &[Read(&reference.gradient)], |epilogue| {
            plane_means_gradient_kernel(planes, pixels, epilogue)
        });
    }
}

/// Of large and of negative numbers, many of which are equal: what windows reach over is less than any.
#[test]
fn max_pooling_whose_windows_reach_over_the_edge() {
    let poolings = [
        Pooling::new(3).stride(2).ceil_mode(),
        Pooling::new(3).stride(2).padding(1).ceil_mode(),
        Pooling::new(2).ceil_mode(),
        Pooling::new(3).stride(1).padding(1),
        Pooling::new(2).stride(1),
        Pooling::new(4).stride(3).ceil_mode(),
        Pooling::new(5).stride(1).padding(2),
    ];
    for pooling in poolings {
        for shape in [[2, 3, 8, 9], [1, 2, 7, 6]] {
            let op = Op::MaxPool(pooling);
            let what = format!("{op:?} of {shape:?}");
            let len = shape.iter().product();
            let images = numbers(1, len).map(|x| (4.0 * x).round() - 2.0);
            let reference = Reference::of_inputs(&op, &[shape], vec![images.collect()], &[]);
            let images = Read(&reference.inputs[0]);
            let pool = pool_shape(shape, pooling);
            reference.assert_output(&what, &[images], |epilogue| {
                max_pool_kernel(&pool, false, epilogue)
            });
            let compared = compared(&pool, &reference.inputs[0]);
            let reads = [Read(&compared), Read(&reference.gradient)];
            reference.assert_gradient(&what, 0, &reads, |epilogue| {
                max_pool_gradient_kernel(&pool, epilogue)
            });
        }
    }
}

#[test]
fn a_windows_gradient_goes_to_its_nan() {
    for pooling in [
        Pooling::new(3).stride(2).padding(1),
        Pooling::new(5).stride(2),
        Pooling::new(2),
    ] {
        let op = Op::MaxPool(pooling);
        let mut images: Vec<f32> = numbers(1, 64).collect();
        for at in [9, 10, 27, 36, 63] {
            images[at] = f32::NAN;
        }
        let reference = Reference::of_inputs(&op, &[[1, 1, 8, 8]], vec![images], &[]);
        let pool = pool_shape([1, 1, 8, 8], pooling);
        let compared = compared(&pool, &reference.inputs[0]);
        let reads = [Read(&compared), Read(&reference.gradient)];
        reference.assert_gradient(&format!("{op:?} of NaN"), 0, &reads, |epilogue| {
            max_pool_gradient_kernel(&pool, epilogue)
        });
    }
}
