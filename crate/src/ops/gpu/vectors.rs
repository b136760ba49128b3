//! Vectors: cutting one into parts and joining parts into one, as many at once as a kernel has buffers for; and Adam's
//! update.

use std::fmt::Write;

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, count, floats, numbers};
use crate::ops::adam::AdamStep;

/// Buffers of a kernel that every adapter has, less the whole vector's.
pub const AT_ONCE: usize = 7;

const LENGTHS: [&str; AT_ONCE] = [
    "LENGTH_0", "LENGTH_1", "LENGTH_2", "LENGTH_3", "LENGTH_4", "LENGTH_5", "LENGTH_6",
];

/// Vectors of those lengths, which stand one behind the other in `whole`: moved apart within one buffer to where parts
/// of it may be bound, and given out as such parts.
pub fn split(whole: &CubeTensor, lengths: &[usize]) -> Vec<CubeTensor> {
    let size = size_of::<f32>();
    let step = (whole.client.properties().memory.alignment as usize).div_ceil(size);
    let (mut moves, mut moved) = (String::new(), 0);
    let (mut starts, mut end) = (Vec::new(), 0usize);
    for length in lengths {
        let start = end.next_multiple_of(step);
        moved += start - end;
        // Writing to a string cannot fail.
        let _ = writeln!(
            moves,
            "    moved = select(moved, {moved}u, thread >= {start}u);"
        );
        starts.push(start);
        end = start + length;
    }
    let constants = vec![("COUNT", count(whole))];
    let kernel = Kernel::new(include_str!("split.wgsl"), end, constants).with("//:moves", moves);
    let [apart] = kernel.launch(&[whole], [floats([end])]);
    let parts = starts.into_iter().zip(lengths).map(|(start, length)| {
        let behind = end - start - length;
        let handle = apart.handle.clone();
        let handle = handle.offset_start((start * size) as u64);
        let handle = handle.offset_end((behind * size) as u64);
        let (client, device) = (apart.client.clone(), apart.device.clone());
        CubeTensor::new_contiguous(client, device, [*length].into(), handle, apart.dtype)
    });
    parts.collect()
}

/// Writes at most [`AT_ONCE`] vectors one behind the other into a longer one, from `start` on.
pub fn concat(whole: CubeTensor, parts: &[&CubeTensor], start: usize) -> CubeTensor {
    let lengths = parts.iter().map(|part| count(part));
    let mut constants = vec![
        ("PARTS", parts.len() as u32),
        ("COUNT", count(&whole)),
        ("START", start as u32),
    ];
    constants.extend(LENGTHS.into_iter().zip(lengths.clone()));
    let threads = lengths.sum::<u32>() as usize;
    let kernel = Kernel::new(include_str!("concat.wgsl"), threads, constants);
    kernel.launch_into(parts, &whole);
    whole
}

/// Adam's update of weights, by gradient, first and second moment: weights and moments after it.
pub fn adam(vectors: [&CubeTensor; 4], step: &AdamStep) -> [CubeTensor; 3] {
    let parameters = count(vectors[0]);
    let constants = vec![("PARAMETERS", parameters)];
    let source = include_str!("adam.wgsl");
    let kernel = Kernel::new(source, parameters as usize, constants);
    let changing = [
        step.beta_1,
        step.beta_2,
        step.rate,
        step.unbias,
        step.epsilon,
    ];
    let [weights, gradient, first, second] = vectors;
    let inputs = [
        weights,
        gradient,
        first,
        second,
        &numbers(&changing, weights),
    ];
    let output = || floats([parameters as usize]);
    kernel.launch(&inputs, [output(), output(), output()])
}
