//! Convolutions that read channels of wider buffers, and write to such: as they do of buffers of their own.

use super::*;
use crate::ops::gpu::slice::{Destination, Destinations};

const SHAPE: [usize; 7] = [6, 10, 7, 3, 1, 1, 1];

/// Channels `[first, first + count)` of `channels` per image; the others are `other`.
fn wide(values: &[f32], count: usize, slice: ChannelSlice, batch: usize, other: f32) -> Vec<f32> {
    let pixels = values.len() / batch / count;
    let mut all = vec![other; batch * slice.channels * pixels];
    for (image, numbers) in values.chunks(count * pixels).enumerate() {
        let start = (image * slice.channels + slice.first) * pixels;
        all[start..start + numbers.len()].copy_from_slice(numbers);
    }
    all
}

fn choices(pass: Pass, shape: &ConvShape) -> Vec<Choice> {
    candidates(pass, shape, &Adapter::CARD)
}

#[test]
fn channels_of_wider_buffers_are_read_by_every_algorithm() {
    let shape = small(SHAPE);
    let Inputs {
        images,
        weights,
        gradient,
        ..
    } = Inputs::of(&shape);
    let slices = Slices {
        images: Some(ChannelSlice {
            first: 2,
            channels: 9,
        }),
        gradient: Some(ChannelSlice {
            first: 3,
            channels: 14,
        }),
    };
    let wide_images = wide(&images, 6, slices.images.unwrap(), shape.batch, f32::NAN);
    let wide_gradient = wide(
        &gradient,
        10,
        slices.gradient.unwrap(),
        shape.batch,
        f32::NAN,
    );
    for choice in choices(Pass::Forward, &shape) {
        let kernel = forward_kernel(&shape, &slices, choice, false, &Epilogue::default());
        let expected = cpu::forward(&shape, &images, &weights, &[]);
        let bindings = [Read(&wide_images), Read(&weights), Output(expected.len())];
        assert_close("forward", &run(&kernel, &bindings)[0], &expected, TOLERANCE);
    }
    for choice in choices(Pass::Input, &shape) {
        let kernel = input_kernel(&shape, &slices, choice, &Epilogue::default());
        let expected = cpu::input_gradient(&shape, &weights, &gradient);
        let bindings = [Read(&weights), Read(&wide_gradient), Output(expected.len())];
        assert_close("input", &run(&kernel, &bindings)[0], &expected, TOLERANCE);
    }
    for choice in choices(Pass::Weights, &shape) {
        let partials = weight_kernel(&shape, &slices, choice, true);
        let mut expected = cpu::weight_gradient(&shape, &images, &gradient);
        expected.extend(cpu::bias_gradient(&shape, &gradient));
        let len = partials.split_k * partials.sums;
        let bindings = [Read(&wide_images), Read(&wide_gradient), Output(len)];
        let ours = summed(&run(&partials.kernel, &bindings)[0], partials.sums);
        assert_close("weights", &ours, &expected, TOLERANCE);
    }
}

#[test]
fn an_output_goes_to_two_buffers() {
    let shape = small(SHAPE);
    let Inputs {
        images, weights, ..
    } = Inputs::of(&shape);
    let pixels = shape.output_pixels();
    let [first, second] =
        [(1, 6), (2, 8)].map(|(first, channels)| ChannelSlice { first, channels });
    let epilogue = Epilogue {
        destinations: Destinations::of(&[
            Destination::new(4, first, pixels),
            Destination::new(6, second, pixels),
        ]),
        ..Epilogue::default()
    };
    let expected = cpu::forward(&shape, &images, &weights, &[]);
    let part = |from: usize, count: usize, slice: ChannelSlice| {
        let images = expected.chunks(10 * pixels);
        let numbers: Vec<f32> = images
            .flat_map(|image| image[from * pixels..(from + count) * pixels].to_vec())
            .collect();
        wide(&numbers, count, slice, shape.batch, 9.0)
    };
    let before = [first, second].map(|slice| vec![9.0; shape.batch * slice.channels * pixels]);
    for choice in choices(Pass::Forward, &shape) {
        let kernel = forward_kernel(&shape, &Slices::default(), choice, false, &epilogue);
        let bindings = [
            Read(&images),
            Read(&weights),
            Write(&before[0]),
            Write(&before[1]),
        ];
        let ours = run(&kernel, &bindings);
        assert_close("first", &ours[0], &part(0, 4, first), TOLERANCE);
        assert_close("second", &ours[1], &part(4, 6, second), TOLERANCE);
    }
}

#[test]
fn a_part_of_a_gradient_is_added_and_multiplied_where_it_goes() {
    let shape = small(SHAPE);
    let Inputs {
        weights, gradient, ..
    } = Inputs::of(&shape);
    let slice = ChannelSlice {
        first: 1,
        channels: 8,
    };
    let pixels = shape.size[0] * shape.size[1];
    let epilogue = Epilogue {
        accumulate: true,
        derivative: Some(Activation::Relu),
        destinations: Destinations::of(&[Destination::new(6, slice, pixels)]),
        ..Epilogue::default()
    };
    let len = shape.batch * slice.channels * pixels;
    let activated: Vec<f32> = (0..len)
        .map(|at| if at % 3 == 0 { 0.0 } else { 2.0 })
        .collect();
    let before = vec![0.5; len];
    let sums = cpu::input_gradient(&shape, &weights, &gradient);
    let sums = wide(&sums, 6, slice, shape.batch, f32::NAN);
    let each = sums.iter().zip(&activated);
    let expected: Vec<f32> = each
        .map(|(sum, known)| match (sum.is_nan(), *known > 0.0) {
            (true, _) => 0.5,
            (false, true) => sum + 0.5,
            (false, false) => 0.0,
        })
        .collect();
    for choice in choices(Pass::Input, &shape) {
        let kernel = input_kernel(&shape, &Slices::default(), choice, &epilogue);
        let bindings = [
            Read(&weights),
            Read(&gradient),
            Write(&before),
            Read(&activated),
        ];
        assert_close(
            "gradient",
            &run(&kernel, &bindings)[0],
            &expected,
            TOLERANCE,
        );
    }
}
