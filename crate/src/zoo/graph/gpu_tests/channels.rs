//! What goes across channels: concatenation, shortcuts, and local response normalization.

use super::*;
use crate::ops::gpu::channels::{ConcatShape, PartGradient};
use crate::ops::gpu::elementwise::elementwise_kernel;
use crate::ops::gpu::response_norm::{response_norm_gradient_kernel, response_norm_kernel};
use crate::ops::gpu::shortcut::PadShortcut;

#[test]
fn concatenation() {
    let channels = vec![2, 5, 1, 4];
    let shapes: Vec<[usize; 4]> = channels.iter().map(|c| [3, *c, 2, 3]).collect();
    let reference = Reference::of(&Op::Concat, &shapes, &[]);
    let shape = ConcatShape {
        batch: 3,
        channels,
        pixels: 6,
    };
    let reads: Vec<Binding> = reference.inputs.iter().map(|x| Read(x)).collect();
    reference.assert_output("concatenation", &reads, |epilogue| {
        shape.concat_kernel(0..4, epilogue)
    });
    let gradient = Read(&reference.gradient);
    for part in 0..4 {
        let what = format!("concatenation, part {part}");
        reference.assert_gradient(&what, part, &[gradient], |epilogue| {
            shape.slice_kernel(part, epilogue)
        });
    }
    let kernel = shape.split_kernel(0..4, &[PartGradient::default(); 4]);
    let outputs = reference.by_inputs.iter().map(|part| Output(part.len()));
    let bindings: Vec<Binding> = [gradient].into_iter().chain(outputs).collect();
    assert_eq!(run(&kernel, &bindings), reference.by_inputs);
}

#[test]
fn shortcuts() {
    for (shape, channels, stride) in [
        ([2, 3, 6, 8], 6, 2),
        ([2, 2, 5, 7], 5, 2),
        ([1, 3, 4, 4], 3, 2),
        ([2, 2, 3, 3], 4, 1),
    ] {
        let op = Op::PadShortcut { channels, stride };
        let what = format!("{op:?} of {shape:?}");
        let reference = Reference::of(&op, &[shape], &[]);
        let shortcut = PadShortcut {
            batch: shape[0],
            channels: shape[1],
            size: [shape[2], shape[3]],
            out_channels: channels,
            stride,
        };
        let images = Read(&reference.inputs[0]);
        reference.assert_output(&what, &[images], |epilogue| shortcut.kernel(epilogue));
        reference.assert_gradient(&what, 0, &[Read(&reference.gradient)], |epilogue| {
            shortcut.gradient_kernel(epilogue)
        });
        // Added to something where that is stored, without a dispatch.
        let len = reference.output.len();
        let branch: Vec<f32> = numbers(34, len).collect();
        let epilogue = Epilogue {
            residual: true,
            shortcut: Some(shortcut),
            ..Epilogue::default()
        };
        let sum = launch(
            &elementwise_kernel(len, &epilogue),
            &[Read(&branch)],
            len,
            &[images],
        );
        let terms = branch.iter().zip(&reference.output);
        let expected: Vec<f32> = terms.map(|(a, b)| a + b).collect();
        assert_close(&format!("{what}, added"), &sum, &expected, 0.0);
    }
}

#[test]
fn local_response_normalization() {
    // Fewer channels than neighbours, and more.
    for [batch, channels, height, width] in [[1, 1, 1, 3], [2, 3, 2, 2], [2, 11, 3, 5]] {
        let shape = [batch, channels, height, width];
        let what = format!("local response normalization of {shape:?}");
        let len = shape.iter().product();
        // Large enough that the neighbours count.
        let images: Vec<f32> = numbers(1, len).map(|x| 300.0 * x).collect();
        let reference = Reference::of_inputs(&Op::LocalResponseNorm, &[shape], vec![images], &[]);
        let dims = [batch, channels, height * width];
        let images = Read(&reference.inputs[0]);
        reference.assert_output(&what, &[images], |epilogue| {
            response_norm_kernel(dims, epilogue)
        });
        let reads = [images, Read(&reference.gradient)];
        reference.assert_gradient(&what, 0, &reads, |epilogue| {
            response_norm_gradient_kernel(dims, epilogue)
        });
    }
}
