//! The second stage of every long sum: adding up what the threads of the first have made.

use burn_cubecl::tensor::CubeTensor;

use super::kernel::{Form, Kernel, count};

/// The sums over `parts` partial ones, as one tensor or two, the second's numbers standing behind the first's.
pub fn sum_parts<const N: usize>(
    partial: &CubeTensor,
    parts: usize,
    outputs: [Form; N],
) -> [CubeTensor; N] {
    let size = |which: usize| outputs.get(which).map_or(0, Form::count);
    let constants = vec![
        ("PARTIAL", count(partial)),
        ("PARTS", parts as u32),
        ("FIRST", size(0) as u32),
        ("SECOND", size(1) as u32),
    ];
    let threads = size(0) + size(1);
    let kernel = Kernel::new(include_str!("sum_parts.wgsl"), threads, constants);
    kernel.launch(&[partial], outputs)
}
