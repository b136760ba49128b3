//! Vectors on the GPU: splitting, concatenating, and Adam's update.

use std::fmt::Write;

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, elements, floats, uploaded};
use crate::ops::adam::AdamStep;

/// The inputs of a kernel beside one output: WebGPU guarantees eight storage buffers.
pub const MAX_INPUTS: usize = 7;

const LENGTHS: [&str; MAX_INPUTS] = [
    "LENGTH_0", "LENGTH_1", "LENGTH_2", "LENGTH_3", "LENGTH_4", "LENGTH_5", "LENGTH_6",
];

/// Splits a vector into consecutive vectors of these lengths: views of one new buffer, in which each starts where the device's
/// alignment allows a binding.
pub fn split(vector: &CubeTensor, lengths: &[usize]) -> Vec<CubeTensor> {
    let size = size_of::<f32>();
    let alignment = (vector.client.properties().memory.alignment as usize).div_ceil(size);
    let (mut shifts, mut shift) = (String::new(), 0);
    let (mut starts, mut end) = (Vec::new(), 0usize);
    for length in lengths {
        let start = end.next_multiple_of(alignment);
        shift += start - end;
        // Writing to a string cannot fail.
        let _ = writeln!(
            shifts,
            "    shift = select(shift, {shift}u, thread >= {start}u);"
        );
        starts.push(start);
        end = start + length;
    }
    let constants = vec![("COUNT", elements(vector))];
    let source = include_str!("split.wgsl");
    let kernel = Kernel::new(source, end, constants).with_lines("//:shifts", shifts);
    let [aligned] = kernel.launch(&[vector], [floats([end])]);
    let parts = starts.into_iter().zip(lengths).map(|(start, length)| {
        let after = end - start - length;
        let handle = aligned.handle.clone();
        let handle = handle.offset_start((start * size) as u64);
        let handle = handle.offset_end((after * size) as u64);
        let (client, device) = (aligned.client.clone(), aligned.device.clone());
        CubeTensor::new_contiguous(client, device, [*length].into(), handle, aligned.dtype)
    });
    parts.collect()
}

/// Writes at most [`MAX_INPUTS`] vectors consecutively into a longer one, from an offset on.
pub fn concat(output: CubeTensor, parts: &[&CubeTensor], offset: usize) -> CubeTensor {
    let lengths = parts.iter().map(|part| elements(part));
    let mut constants = vec![
        ("PARTS", parts.len() as u32),
        ("COUNT", elements(&output)),
        ("OFFSET", offset as u32),
    ];
    constants.extend(LENGTHS.into_iter().zip(lengths.clone()));
    let threads = lengths.sum::<u32>() as usize;
    let kernel = Kernel::new(include_str!("concat.wgsl"), threads, constants);
    kernel.launch_into(parts, &output);
    output
}

/// Adam's update from weights, gradient, first and second moment: the new weights and moments.
pub fn adam(vectors: [&CubeTensor; 4], step: &AdamStep) -> [CubeTensor; 3] {
    let parameters = elements(vectors[0]);
    let constants = vec![("PARAMETERS", parameters)];
    let source = include_str!("adam.wgsl");
    let kernel = Kernel::new(source, parameters as usize, constants);
    let scalars = [
        step.beta_1,
        step.beta_2,
        step.step_size,
        step.second_correction,
        step.epsilon,
    ];
    let [weights, gradient, first, second] = vectors;
    let scalars = uploaded(&scalars, weights);
    let inputs = [weights, gradient, first, second, &scalars];
    let output = || floats([parameters as usize]);
    kernel.launch(&inputs, [output(), output(), output()])
}
