//! The operations of LeNet-5 (1998).

use super::*;
use crate::ops::conv::ConvShape;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::conv::{self, Pass, choose};
use crate::ops::gpu::elementwise::elementwise_kernel;
use crate::ops::gpu::lenet::{PartialConv, Rbf, ScaleAndPad, Subsampling};
use crate::ops::gpu::partials::PartialSums;
use crate::zoo::graph::lenet::LeNetOp;

#[test]
fn scaling_and_padding() {
    let op = Op::LeNet(LeNetOp::ScaleAndPad {
        scale: 1.275,
        padding: 2,
        shift: -0.1,
    });
    let reference = Reference::of(&op, &[[3, 2, 5, 4]], &[]);
    let shape = ScaleAndPad {
        planes: 6,
        size: [5, 4],
        scale: 1.275,
        padding: 2,
        shift: -0.1,
    };
    let reads = [Read(&reference.inputs[0])];
    reference.assert_output("scaling and padding", &reads, |epilogue| {
        shape.kernel(epilogue)
    });
}

#[test]
fn the_scaled_tanh_is_an_activation() {
    let reference = Reference::of(&Op::LeNet(LeNetOp::ScaledTanh), &[[2, 3, 4, 5]], &[]);
    let len = reference.output.len();
    let epilogue = Epilogue {
        activation: Some(Activation::ScaledTanh),
        ..Epilogue::default()
    };
    let kernel = elementwise_kernel(len, &epilogue);
    let output = launch(&kernel, &[Read(&reference.inputs[0])], len, &[]);
    assert_close("output", &output, &reference.output, TOLERANCE);
    let epilogue = Epilogue {
        derivative: Some(Activation::ScaledTanh),
        ..Epilogue::default()
    };
    let kernel = elementwise_kernel(len, &epilogue);
    let activated = Read(&reference.output);
    let gradient = launch(&kernel, &[Read(&reference.gradient)], len, &[activated]);
    assert_close("gradient", &gradient, &reference.by_inputs[0], TOLERANCE);
}

/// The sums of partial sums.
fn summed(partials: &PartialSums, reads: &[Binding]) -> Vec<f32> {
    let PartialSums {
        kernel,
        split_k,
        sums,
    } = partials;
    let parts = launch(kernel, reads, split_k * sums, &[]);
    let column = |at: usize| parts.iter().skip(at).step_by(*sums).sum();
    (0..*sums).map(column).collect()
}

#[test]
fn subsampling() {
    let op = Op::LeNet(LeNetOp::Subsampling);
    // The last one is summed in parts, the first one has a row and a column in no window.
    for shape in [[2, 3, 5, 7], [1, 1, 2, 2], [70, 2, 10, 8]] {
        let [batch, channels, height, width] = shape;
        let what = format!("subsampling of {shape:?}");
        let reference = Reference::of(&op, &[shape], &[&[channels], &[channels]]);
        let subsampling = Subsampling {
            batch,
            channels,
            size: [height, width],
        };
        let [images, gradient] = [Read(&reference.inputs[0]), Read(&reference.gradient)];
        let [coefficients, biases] = [0, 1].map(|at| Read(&reference.parameters[at]));
        reference.assert_output(&what, &[images, coefficients, biases], |epilogue| {
            subsampling.kernel(epilogue)
        });
        reference.assert_gradient(&what, 0, &[coefficients, gradient], |epilogue| {
            subsampling.input_kernel(epilogue)
        });
        let partials = subsampling.parameter_kernel();
        assert_eq!(partials.split_k > 1, batch > 2, "{what}");
        let ours = summed(&partials, &[images, gradient]);
        assert_close(&what, &ours, &reference.by_parameters.concat(), TOLERANCE);
    }
}

#[test]
fn partially_connected_convolution() {
    const CONNECTIONS: &[&[usize]] = &[&[0, 2], &[1], &[2, 1, 0], &[0]];
    let op = Op::LeNet(LeNetOp::PartialConv {
        connections: CONNECTIONS,
        kernel: 3,
    });
    let shape = [40, 3, 9, 8];
    let reference = Reference::of(&op, &[shape], &[&[7, 9], &[4]]);
    let conv = PartialConv {
        shape: ConvShape {
            batch: 40,
            channels: 3,
            size: [9, 8],
            filters: 4,
            kernel: [3, 3],
            stride: [1, 1],
            padding: [0, 0],
            groups: 1,
        },
        connections: CONNECTIONS,
    };
    let choice = |pass| choose(pass, &conv.shape, &Adapter::default());
    let [images, gradient] = [Read(&reference.inputs[0]), Read(&reference.gradient)];
    let [kernels, biases] = [0, 1].map(|at| Read(&reference.parameters[at]));
    let weight = launch(&conv.weight_kernel(), &[kernels], 4 * 3 * 9, &[]);
    let weight = Read(&weight);
    let what = "partially connected convolution";
    reference.assert_output(what, &[images, weight, biases], |epilogue| {
        conv::forward_kernel(
            &conv.shape,
            &conv::Slices::default(),
            choice(Pass::Forward),
            true,
            epilogue,
        )
    });
    reference.assert_gradient(what, 0, &[weight, gradient], |epilogue| {
        conv::input_kernel(
            &conv.shape,
            &conv::Slices::default(),
            choice(Pass::Input),
            epilogue,
        )
    });
    let full = conv::weight_kernel(
        &conv.shape,
        &conv::Slices::default(),
        choice(Pass::Weights),
        true,
    );
    assert!(full.split_k > 1, "{}", full.split_k);
    let parts = launch(
        &full.kernel,
        &[images, gradient],
        full.split_k * full.sums,
        &[],
    );
    let ours = summed(&conv.parameter_kernel(full.split_k), &[Read(&parts)]);
    assert_close(what, &ours, &reference.by_parameters.concat(), TOLERANCE);
}

#[test]
fn radial_basis_functions() {
    let centres: Vec<f32> = numbers(5, 4 * 7).collect();
    let op = Op::LeNet(LeNetOp::Rbf {
        centres: centres.clone().into(),
    });
    let reference = Reference::of(&op, &[[3, 1, 1, 7]], &[]);
    let rbf = Rbf {
        batch: 3,
        features: 7,
        classes: 4,
    };
    let reads = [Read(&reference.inputs[0]), Read(&centres)];
    reference.assert_output("radial basis functions", &reads, |epilogue| {
        rbf.kernel(epilogue)
    });
    let reads = [reads[0], reads[1], Read(&reference.gradient)];
    reference.assert_gradient("radial basis functions", 0, &reads, |epilogue| {
        rbf.gradient_kernel(epilogue)
    });
}
