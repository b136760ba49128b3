//! Kernels that go over the parameters of all layers at once. A table says of each block of a vector ([`AlignedLayout`]) where what it
//! is computed from lies, so that one kernel serves every network.

use super::layout::AlignedLayout;
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::template::{Constants, to_constants};
use crate::recipe::OptimizerKind;

/// Numbers of an entry of each table: see `table_sum.wgsl` and `table_running.wgsl`.
const ENTRY: usize = 6;

/// Where the partial sums of a block of the gradient lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// The block's first number in the gradient.
    pub to: usize,
    /// Its numbers: at most [`ALIGNMENT`](super::ALIGNMENT).
    pub len: usize,
    /// The first partial sum of its first number.
    pub from: usize,
    /// How many partial sums each number has.
    pub count: usize,
    /// How far they are apart.
    pub stride: usize,
}

/// Where what was measured for a block of the running statistics lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Running {
    /// The block's statistics, those of the first shard.
    pub sum: Sum,
    /// The first of its numbers that is a variance.
    pub variances_from: usize,
    /// Bessel's correction of the variances.
    pub correction: f32,
}

/// The table of sums, and the kernel that adds up partial sums. It binds the table, the partial sums, and the vector of sums.
pub fn sum_kernel(sums: &[Sum], partials: usize, len: usize) -> (Vec<u32>, Kernel) {
    let entry = |sum: &Sum| [sum.to, sum.len, sum.from, sum.count, sum.stride, 0];
    let table = sums.iter().flat_map(entry).map(|value| value as u32);
    let source = include_str!("table_sum.wgsl");
    (table.collect(), kernel(source, sums.len(), partials, len))
}

/// The table of running statistics, and the kernel that moves them towards what was measured. It binds the table, the measured
/// statistics of all layers, and the running ones.
pub fn running_kernel(
    blocks: &[Running],
    momentum: f32,
    statistics: usize,
    len: usize,
) -> (Vec<u32>, Kernel) {
    let mut table = Vec::new();
    for block in blocks {
        let Sum {
            to,
            len,
            from,
            count,
            stride,
        } = block.sum;
        let numbers = [to, len, from, stride, block.variances_from].map(|value| value as u32);
        table.extend(numbers);
        table.push(block.correction.to_bits());
        debug_assert!(count == blocks[0].sum.count);
    }
    let mut kernel = kernel(
        include_str!("table_running.wgsl"),
        blocks.len(),
        statistics,
        len,
    );
    kernel.add_constants(vec![
        (
            "SHARDS",
            blocks.first().map_or(1, |block| block.sum.count) as u32,
        ),
        ("MOMENTUM", momentum.to_bits()),
    ]);
    (table, kernel)
}

/// A workgroup for each entry of a table.
fn kernel(source: &'static str, entries: usize, inputs: usize, outputs: usize) -> Kernel {
    let constants = to_constants([
        ("TABLE", entries * ENTRY),
        ("INPUTS", inputs),
        ("OUTPUTS", outputs),
    ]);
    Kernel::of_workgroups(source, entries, super::ALIGNMENT, constants)
}

/// The table of a layout's blocks, for [`pack_kernel`] and [`unpack_kernel`].
pub fn pack_table(layout: &AlignedLayout) -> Vec<u32> {
    let blocks = layout.blocks().into_iter();
    let entry = |block: super::layout::Block| [block.aligned, block.packed, block.len];
    blocks.flat_map(entry).map(|value| value as u32).collect()
}

/// How many numbers that table has.
pub fn pack_table_len(layout: &AlignedLayout) -> usize {
    3 * layout.blocks().len()
}

/// The kernel that takes the gaps out of a vector. It binds the table, the aligned vector, and the one without gaps.
pub fn pack_kernel(layout: &AlignedLayout) -> Kernel {
    pack(include_str!("table_pack.wgsl"), layout)
}

/// The reverse. It binds the table, the vector without gaps, and the aligned one.
pub fn unpack_kernel(layout: &AlignedLayout) -> Kernel {
    pack(include_str!("table_unpack.wgsl"), layout)
}

fn pack(source: &'static str, layout: &AlignedLayout) -> Kernel {
    let blocks = layout.blocks().len();
    let constants = to_constants([
        ("TABLE", pack_table_len(layout)),
        ("ALIGNED", layout.len),
        ("PACKED", layout.packed_len()),
    ]);
    Kernel::of_workgroups(source, blocks, super::ALIGNMENT, constants)
}

/// An optimizer's rule, as the kernel of its update has it: what does not change from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UpdateRule {
    /// Which.
    pub kind: OptimizerKind,
    /// SGD's momentum.
    pub momentum: f32,
    /// Whether it is Nesterov's.
    pub nesterov: bool,
    /// The decay rates: Adam's β₁ and β₂, or RMSprop's α in the second place.
    pub betas: [f32; 2],
    /// Added to a root before it divides.
    pub epsilon: f32,
    /// Weight decay of the parameters that are decayed.
    pub weight_decay: f32,
    /// Whether parameters differ in their learning rate.
    pub has_rates: bool,
    /// The largest norm of the gradient, if it is clipped.
    pub max_norm: Option<f32>,
}

/// What changes from step to step: the learning rate, Adam's step size and its second correction, see
/// [`AdamStep`](crate::ops::adam::AdamStep).
pub const SCALARS: usize = 3;

/// Partial sums of the gradient's squares.
pub const NORM_PARTIALS: usize = 64;

impl UpdateRule {
    /// The kernel of the update of `len` weights. It binds the gradient, the scalars, two numbers for each block, 1 where it is
    /// decayed and how many times the learning rate it is trained with, where the gradient is clipped the partial sums of its squares; weights, first and second moment.
    pub fn kernel(&self, len: usize) -> Kernel {
        let flag = |value: bool| u32::from(value);
        let is = |kind: OptimizerKind| flag(self.kind == kind);
        let constants: Constants = vec![
            ("COUNT", len as u32),
            ("BLOCKS", len.div_ceil(super::ALIGNMENT) as u32),
            ("BLOCK", super::ALIGNMENT as u32),
            ("SCALARS", SCALARS as u32),
            ("NORM_PARTIALS", NORM_PARTIALS as u32),
            ("SGD", is(OptimizerKind::Sgd)),
            ("RMSPROP", is(OptimizerKind::RmsProp)),
            ("DECOUPLED", is(OptimizerKind::AdamW)),
            ("HAS_MOMENTUM", flag(self.momentum != 0.0)),
            ("NESTEROV", flag(self.nesterov)),
            ("MOMENTUM", self.momentum.to_bits()),
            ("BETA_1", self.betas[0].to_bits()),
            ("BETA_2", self.betas[1].to_bits()),
            ("EPSILON", self.epsilon.to_bits()),
            ("RATES", flag(self.has_rates)),
            ("DECAYS", flag(self.weight_decay != 0.0)),
            ("WEIGHT_DECAY", self.weight_decay.to_bits()),
            ("CLIPS", flag(self.max_norm.is_some())),
            ("MAX_NORM", self.max_norm.unwrap_or_default().to_bits()),
        ];
        Kernel::new(include_str!("update.wgsl"), len, constants)
    }

    /// The kernel of the partial sums of the gradient's squares. It binds the gradient and [`NORM_PARTIALS`] sums.
    pub fn norm_kernel(len: usize) -> Kernel {
        let constants = to_constants([("COUNT", len), ("NORM_PARTIALS", NORM_PARTIALS)]);
        Kernel::of_workgroups(
            include_str!("gradient_norm.wgsl"),
            NORM_PARTIALS,
            super::ALIGNMENT,
            constants,
        )
    }
}
