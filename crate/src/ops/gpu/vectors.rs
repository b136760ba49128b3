//! Vectors: cutting one into parts and joining parts into one, as many at once as a kernel has buffers for; and Adam's
//! update.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, count, floats};
use super::template::Constants;
use crate::ops::adam::AdamStep;

/// Buffers of a kernel that every adapter has, less the whole vector's.
pub const AT_ONCE: usize = 7;

const LENGTHS: [&str; AT_ONCE] = [
    "LENGTH_0", "LENGTH_1", "LENGTH_2", "LENGTH_3", "LENGTH_4", "LENGTH_5", "LENGTH_6",
];

fn constants(lengths: &[usize]) -> Constants {
    let mut all = vec![("PARTS", lengths.len() as u32)];
    let named = LENGTHS.into_iter().zip(lengths);
    all.extend(named.map(|(name, length)| (name, *length as u32)));
    all
}

/// Vectors of those lengths, which stand one behind the other in `whole`.
pub fn cut(whole: &CubeTensor, lengths: &[usize]) -> Vec<CubeTensor> {
    let mut start = 0;
    let mut parts = Vec::new();
    for lengths in lengths.chunks(AT_ONCE) {
        let mut constants = constants(lengths);
        constants.extend([("COUNT", count(whole)), ("START", start as u32)]);
        let threads = lengths.iter().sum();
        let kernel = Kernel::new(include_str!("cut.wgsl"), threads, constants);
        let outputs = lengths.iter().map(|length| floats([*length]));
        parts.extend(kernel.launch_all(&[whole], outputs.collect()));
        start += threads;
    }
    parts
}

/// At most [`AT_ONCE`] vectors, one behind the other.
pub fn join(parts: &[&CubeTensor]) -> CubeTensor {
    let lengths: Vec<usize> = parts.iter().map(|part| count(part) as usize).collect();
    let threads = lengths.iter().sum();
    let kernel = Kernel::new(include_str!("join.wgsl"), threads, constants(&lengths));
    let [whole] = kernel.launch(parts, [floats([threads])], &[]);
    whole
}

/// Adam's update of weights, by gradient, first and second moment: weights and moments after it.
pub fn adam(vectors: [&CubeTensor; 4], step: &AdamStep) -> [CubeTensor; 3] {
    let parameters = count(vectors[0]);
    let constants = vec![("PARAMETERS", parameters)];
    let source = include_str!("adam.wgsl");
    let kernel = Kernel::new(source, parameters as usize, constants);
    let numbers = [
        step.beta_1,
        step.beta_2,
        step.rate,
        step.unbias,
        step.epsilon,
    ];
    let output = || floats([parameters as usize]);
    kernel.launch(&vectors, [output(), output(), output()], &numbers)
}
