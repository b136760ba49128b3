//! Batch normalization of a compiled step. Forward and backward are one kernel each, in which a workgroup has a shard's channel for
//! itself, or two kernels: of those the first has partial sums of the channel's parts as its output, which fills an adapter where there
//! are few channels and many pixels.

use super::adapter::Adapter;
use super::epilogue::Epilogue;
use super::kernel::Kernel;
use super::norm::{constants, normalize_kernel};
use super::template::to_constants;
use crate::ops::norm::NormShape;

#[cfg(test)]
mod tests;

/// The fewest numbers that a thread sums, where a channel is in parts: fewer cost more to combine than they gain.
const MIN_LOOP: usize = 8;

/// How many neighbouring threads read neighbouring numbers: as many as a software adapter computes at once, or a card.
fn stride(workgroup_size: usize) -> usize {
    if workgroup_size <= 128 { 8 } else { 32 }
}

/// A normalization in two stages.
#[derive(Clone, Debug)]
pub struct TwoStages {
    /// How many partial sums the first stage writes and the second reads.
    pub partials: usize,
    /// The first stage.
    pub first: Kernel,
    /// The second.
    pub second: Kernel,
}

/// A shard's channels in parts, one for each workgroup.
struct Parts<'a> {
    shape: &'a NormShape,
    /// How many parts a channel has, and the numbers of each but the last.
    parts: usize,
    part: usize,
    workgroup_size: usize,
}

impl<'a> Parts<'a> {
    /// About so many parts: all have equally many numbers, but for the last.
    fn new(shape: &'a NormShape, parts: usize, workgroup_size: usize) -> Self {
        let count = count(shape);
        let part = count.div_ceil(parts);
        Parts {
            shape,
            parts: count.div_ceil(part),
            part,
            workgroup_size,
        }
    }

    fn workgroups(&self) -> usize {
        self.shape.shards * self.shape.channels * self.parts
    }

    /// A mean and a sum, or two sums, of each part.
    fn partials(&self) -> usize {
        2 * self.workgroups()
    }

    /// A kernel of `partials` partial sums, or of none.
    fn kernel(&self, source: &'static str, partials: usize) -> Kernel {
        let count = count(self.shape);
        // One image's channel, or all images of the only channel, stand in one piece.
        let is_plane = count == self.shape.pixels || self.shape.channels == 1;
        let mut constants = constants(self.shape);
        constants.extend(to_constants([
            ("COUNT", count),
            ("PARTS", self.parts),
            ("PART", self.part),
            ("STRIDE", stride(self.workgroup_size)),
            ("PARTIALS", partials),
            ("IS_PLANE", usize::from(is_plane)),
        ]));
        Kernel::of_workgroups(source, self.workgroups(), self.workgroup_size, constants)
    }
}

/// The numbers of a shard's channel.
fn count(shape: &NormShape) -> usize {
    shape.batch / shape.shards * shape.pixels
}

fn images(shape: &NormShape) -> usize {
    shape.batch * shape.channels * shape.pixels
}

/// In how many parts a channel suits an adapter: 1 where its channels alone keep it busy, so that two stages gain nothing.
pub fn suitable_parts(shape: &NormShape, workgroup_size: usize, adapter: &Adapter) -> usize {
    let threads = shape.shards * shape.channels * workgroup_size;
    let most = count(shape) / (MIN_LOOP * workgroup_size);
    adapter.wanted_threads.div_ceil(threads).min(most).max(1)
}

/// The kernel of batch normalization in train mode. A workgroup has a multiple of 32 threads; on a software adapter 64 are fastest. It
/// binds images, weight and bias; the output, and the statistics `[shards, 2, channels]`: for each shard the means, then the biased
/// variances.
pub fn forward_kernel(shape: &NormShape, epilogue: &Epilogue, workgroup_size: usize) -> Kernel {
    let source = concat!(
        include_str!("workgroup_sum.wgsl"),
        include_str!("shard_channel.wgsl"),
        include_str!("batch_norm_measure.wgsl"),
        include_str!("batch_norm.wgsl")
    );
    let kernel = Parts::new(shape, 1, workgroup_size).kernel(source, 0);
    kernel.with_epilogue(epilogue, 5, images(shape))
}

/// The same in two stages, with each channel in `parts` parts or a few less. The first binds images, and the partial sums. The second
/// binds images, partial sums, weight and bias; the output and the statistics.
pub fn forward_kernels(
    shape: &NormShape,
    epilogue: &Epilogue,
    workgroup_size: usize,
    parts: usize,
) -> TwoStages {
    let parts = Parts::new(shape, parts, workgroup_size);
    let partials = parts.partials();
    let measure = concat!(
        include_str!("workgroup_sum.wgsl"),
        include_str!("shard_channel.wgsl"),
        include_str!("batch_norm_measure.wgsl"),
        include_str!("batch_norm_parts.wgsl")
    );
    let normalize = concat!(
        include_str!("workgroup_sum.wgsl"),
        include_str!("shard_channel.wgsl"),
        include_str!("batch_norm.wgsl")
    );
    let second = parts.kernel(normalize, partials);
    TwoStages {
        partials,
        first: parts.kernel(measure, partials),
        second: second.with_epilogue(epilogue, 6, images(shape)),
    }
}

/// The kernel of the gradients. It binds images, statistics, weight and the output's gradient; the images' gradient, and the
/// parameters' gradients as partial sums `[shards, 2 * channels]`: for each shard those of the weight, then those of the bias.
pub fn gradient_kernel(shape: &NormShape, epilogue: &Epilogue, workgroup_size: usize) -> Kernel {
    let source = concat!(
        include_str!("workgroup_sum.wgsl"),
        include_str!("shard_channel.wgsl"),
        include_str!("batch_norm_sums.wgsl"),
        include_str!("batch_norm_gradient.wgsl")
    );
    let kernel = Parts::new(shape, 1, workgroup_size).kernel(source, 0);
    kernel.with_epilogue(epilogue, 6, images(shape))
}

/// The same in two stages, with each channel in `parts` parts or a few less. The first binds images, statistics and the output's
/// gradient; and the partial sums. The second binds images, statistics, partial sums, weight and the output's gradient; the images'
/// gradient and the parameters'. That leaves its epilogue one buffer.
pub fn gradient_kernels(
    shape: &NormShape,
    epilogue: &Epilogue,
    workgroup_size: usize,
    parts: usize,
) -> TwoStages {
    let parts = Parts::new(shape, parts, workgroup_size);
    let partials = parts.partials();
    let sums = concat!(
        include_str!("workgroup_sum.wgsl"),
        include_str!("shard_channel.wgsl"),
        include_str!("batch_norm_sums.wgsl"),
        include_str!("batch_norm_gradient_parts.wgsl")
    );
    let gradient = concat!(
        include_str!("workgroup_sum.wgsl"),
        include_str!("shard_channel.wgsl"),
        include_str!("batch_norm_gradient.wgsl")
    );
    let second = parts.kernel(gradient, partials);
    TwoStages {
        partials,
        first: parts.kernel(sums, partials),
        second: second.with_epilogue(epilogue, 7, images(shape)),
    }
}

/// The kernel of batch normalization in eval mode. It binds images, the running statistics `[2 * channels]`, means before variances,
/// weight and bias; and the output. Shards do not matter.
pub fn eval_kernel(shape: &NormShape, epilogue: &Epilogue) -> Kernel {
    let shape = NormShape {
        shards: 1,
        ..*shape
    };
    normalize_kernel(&shape, epilogue)
}
