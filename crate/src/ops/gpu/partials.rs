//! The second stage of a reduction in two stages: summing the partial sums that the threads of the first made.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Kernel, OutputSpec, elements};

/// A kernel that computes partial sums, `[split_k, sums]`.
#[derive(Clone, Debug)]
pub struct PartialSums {
    /// The kernel. The partial sums are its only output.
    pub kernel: Kernel,
    /// How many partial sums each number has.
    pub split_k: usize,
    /// How many numbers there are.
    pub sums: usize,
}

/// The sums of `count` partial sums each, `[count, numbers]`, as one output or as two: the second has the numbers after the first's.
pub fn sum_partials<const N: usize>(
    partials: &CubeTensor,
    count: usize,
    outputs: [OutputSpec; N],
) -> [CubeTensor; N] {
    let size = |which: usize| outputs.get(which).map_or(0, OutputSpec::elements);
    let constants = vec![
        ("PARTIALS", elements(partials)),
        ("COUNT", count as u32),
        ("FIRST", size(0) as u32),
        ("SECOND", size(1) as u32),
    ];
    let threads = size(0) + size(1);
    let kernel = Kernel::new(include_str!("sum_partials.wgsl"), threads, constants);
    kernel.launch(&[partials], outputs)
}
