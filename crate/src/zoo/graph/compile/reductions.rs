//! What is measured of a batch in parts, and added up for all layers at once: statistics, and gradients of parameters.

use super::fusion::Fused;
use super::training::Partials;
use super::{Compiler, parameters_of, statistics_of};
use crate::ops::gpu::program::tables::{Running, Sum, running_kernel, sum_kernel};
use crate::ops::gpu::program::{ALIGNMENT, Contents, View};
use crate::ops::norm::NormShape;
use crate::zoo::norm::MOMENTUM;

/// Numbers of partial sums after which they are added up, so that a deep network does not keep them all: 64 MB.
const MAX_PARTIALS: usize = 16 << 20;

impl Compiler<'_> {
    /// Where the statistics of a batch normalization lie, `[shards, 2, channels]`; nothing in eval mode.
    pub(super) fn statistics(&mut self, fused: &Fused, shape: &NormShape) -> Option<View> {
        let training = self.training.as_mut()?;
        let mut parts = training.statistics_parts.iter();
        if let Some((_, part)) = parts.find(|(node, _)| *node == fused.node) {
            return Some(*part);
        }
        let stride = 2 * shape.channels;
        let part = View {
            buffer: training.statistics,
            start: training.statistics_len,
            len: shape.shards * stride,
        };
        training.statistics_len = (part.start + part.len).next_multiple_of(ALIGNMENT);
        self.program.grow(part.buffer, part.start + part.len);
        training.statistics_parts.push((fused.node, part));
        let count = (shape.batch / shape.shards * shape.pixels) as f64;
        let correction = (count / (count - 1.0).max(1.0)) as f32;
        let mut from = part.start;
        for (index, statistics) in statistics_of(self.graph, fused).into_iter().enumerate() {
            let (start, len) = (
                self.running_layout.starts[statistics],
                self.running_layout.lengths[statistics],
            );
            let is_variance = index > fused.others.len();
            training
                .running
                .extend((0..len).step_by(ALIGNMENT).map(|offset| {
                    let len = ALIGNMENT.min(len - offset);
                    Running {
                        sum: Sum {
                            to: start + offset,
                            len,
                            from: from + offset,
                            count: shape.shards,
                            stride,
                        },
                        variances_from: if is_variance { 0 } else { len },
                        correction,
                    }
                }));
            from += len;
        }
        Some(part)
    }

    /// Room for partial sums of the gradient of a node's parameters, `[split_k, numbers]`: those of its first parameter first.
    pub(super) fn partial_sums(&mut self, fused: &Fused, split_k: usize, numbers: usize) -> View {
        let parameters = parameters_of(self.graph, fused).concat();
        self.partial_sums_of(parameters, split_k, numbers)
    }

    /// The same for some of a node's parameters.
    pub(super) fn partial_sums_of(
        &mut self,
        parameters: impl IntoIterator<Item = usize>,
        split_k: usize,
        numbers: usize,
    ) -> View {
        if self.training.as_ref().is_some_and(|training| {
            let len = training.partials.len;
            len > 0 && len + split_k * numbers > MAX_PARTIALS
        }) {
            self.sum_partials();
        }
        let Some(training) = &mut self.training else {
            return View::EMPTY;
        };
        let program = &mut self.program;
        let partials = &mut training.partials;
        let buffer = *partials
            .buffer
            .get_or_insert_with(|| program.temporary(0).buffer);
        let view = View {
            buffer,
            start: partials.len,
            len: split_k * numbers,
        };
        partials.len = (view.start + view.len).next_multiple_of(ALIGNMENT);
        program.grow(buffer, view.start + view.len);
        let mut first = 0;
        for parameter in parameters {
            let (start, len) = (
                self.layout.starts[parameter],
                self.layout.lengths[parameter],
            );
            partials
                .sums
                .extend((0..len).step_by(ALIGNMENT).map(|offset| Sum {
                    to: start + offset,
                    len: ALIGNMENT.min(len - offset),
                    from: view.start + first + offset,
                    count: split_k,
                    stride: numbers,
                }));
            first += len;
        }
        view
    }

    /// Adds up the partial sums that there are.
    pub(super) fn sum_partials(&mut self) {
        let Some(training) = &mut self.training else {
            return;
        };
        let Partials { buffer, sums, .. } = std::mem::take(&mut training.partials);
        let Some(buffer) = buffer else {
            return;
        };
        let gradient = training.gradient;
        let partials = View {
            buffer,
            start: 0,
            len: self.program.spec(buffer).len,
        };
        let (table, kernel) = sum_kernel(&sums, partials.len, gradient.len);
        let table = self.program.buffer(table.len(), Contents::Constant(table));
        let bindings = vec![table.read(), partials.read(), gradient.written()];
        self.program.dispatch("sums of gradients", kernel, bindings);
    }

    pub(super) fn update_running_statistics(&mut self) {
        let Some(training) = &self.training else {
            return;
        };
        if training.running.is_empty() {
            return;
        }
        let statistics = View {
            buffer: training.statistics,
            start: 0,
            len: self.program.spec(training.statistics).len,
        };
        let running = &training.running;
        let momentum = MOMENTUM as f32;
        let (table, kernel) = running_kernel(running, momentum, statistics.len, self.running.len);
        let table = self.program.buffer(table.len(), Contents::Constant(table));
        let bindings = vec![table.read(), statistics.read(), self.running.written()];
        self.program
            .dispatch("running statistics", kernel, bindings);
    }
}
