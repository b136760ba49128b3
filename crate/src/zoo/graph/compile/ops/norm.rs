//! Normalization.

use super::super::super::op::Op;
use super::super::fusion::Fused;
use super::super::{Compiler, Unsupported};
use crate::ops::gpu::program::View;
use crate::ops::gpu::response_norm::{response_norm_gradient_kernel, response_norm_kernel};
use crate::ops::gpu::{batch_norm, layer_norm};
use crate::ops::layer_norm::LayerNormShape;
use crate::ops::norm::NormShape;
use crate::zoo::norm::LAYER_NORM_EPSILON;

/// Fewer channels of shards than that keep a card waiting for each.
const FEW_CHANNELS: usize = 48;

impl Compiler<'_> {
    fn norm_shape(&self, fused: &Fused) -> Result<NormShape, Unsupported> {
        let op = &self.graph.nodes[fused.node].op;
        let Op::BatchNorm { epsilon, .. } = *op else {
            return Err(Unsupported::of(op));
        };
        let [channels, height, width] = fused.inputs[0].dims;
        Ok(NormShape {
            batch: self.batch,
            channels,
            pixels: height * width,
            shards: self.training.as_ref().map_or(1, |training| training.shards),
            epsilon: epsilon as f32,
        })
    }

    /// In how many parts a channel is measured: several only where a workgroup for each channel would leave most of a card idle, for a
    /// second dispatch costs about what a channel of some ten thousand numbers takes.
    fn norm_parts(&self, shape: &NormShape) -> usize {
        match shape.shards * shape.channels < FEW_CHANNELS {
            true => batch_norm::suitable_parts(shape, self.workgroup_size(), &self.adapter),
            false => 1,
        }
    }

    pub fn batch_norm(&mut self, fused: &Fused) -> Result<(), Unsupported> {
        let shape = self.norm_shape(fused)?;
        let mut output = self.output(fused);
        let parameters = self.parameters(fused);
        let x = self.input(fused);
        let is_frozen = self.graph.is_frozen_node(&self.graph.nodes[fused.node]);
        let measured = match is_frozen {
            true => None,
            false => self.statistics(fused, &shape),
        };
        let (kernel, reads) = match measured {
            Some(statistics) => {
                output.bindings.insert(0, statistics.written());
                let size = self.workgroup_size();
                match self.norm_parts(&shape) {
                    1 => {
                        let kernel = batch_norm::forward_kernel(&shape, &output.epilogue, size);
                        (kernel, vec![x])
                    }
                    parts => {
                        let stages =
                            batch_norm::forward_kernels(&shape, &output.epilogue, size, parts);
                        let partials = self.program.temporary(stages.partials);
                        let label = self.label(fused, "statistics");
                        let bindings = vec![x.read(), partials.written()];
                        self.program.dispatch(label, stages.first, bindings);
                        (stages.second, vec![x, partials])
                    }
                }
            }
            None => {
                let kernel = batch_norm::eval_kernel(&shape, &output.epilogue);
                (kernel, vec![x, self.running_statistics(fused)])
            }
        };
        let reads = [reads, parameters].concat();
        self.dispatch(fused, "batch normalization", kernel, reads, output);
        Ok(())
    }

    pub fn batch_norm_gradient(
        &mut self,
        fused: &Fused,
        gradient: View,
    ) -> Result<(), Unsupported> {
        let shape = self.norm_shape(fused)?;
        let parameters = self.parameters(fused);
        let x = self.input(fused);
        let size = self.workgroup_size();
        let part = match fused.sources.is_empty() {
            true => match self.gradient_part(fused.inputs[0].value) {
                Some(part) => part,
                // It reads the image, or what frozen layers give: its kernel writes that gradient all the same.
                None => self.unread_gradient(x.len),
            },
            false => self.gradient_of_sources(fused),
        };
        let Some(statistics) = self.statistics(fused, &shape) else {
            return Err(Unsupported("a normalization without statistics".to_owned()));
        };
        let partials = self.partial_sums(fused, shape.shards, 2 * shape.channels);
        let (kernel, bindings) = match self.norm_parts(&shape) {
            1 => {
                let kernel = batch_norm::gradient_kernel(&shape, &part.epilogue, size);
                (kernel, vec![x, statistics, parameters[0], gradient])
            }
            parts => {
                let stages = batch_norm::gradient_kernels(&shape, &part.epilogue, size, parts);
                let sums = self.program.temporary(stages.partials);
                let label = self.label(fused, "sums of the gradient");
                let bindings = [x, statistics, gradient].map(View::read).into_iter();
                let bindings = bindings.chain([sums.written()]).collect();
                self.program.dispatch(label, stages.first, bindings);
                (
                    stages.second,
                    vec![x, statistics, sums, parameters[0], gradient],
                )
            }
        };
        let bindings = bindings.into_iter().map(View::read);
        let written = [part.output, partials].map(View::written);
        let reads = part.reads.into_iter().map(View::read);
        let second = part.second.map(View::written);
        let bindings = bindings.chain(written).chain(reads).chain(second);
        let label = self.label(fused, "batch normalization by inputs");
        self.program.dispatch(label, kernel, bindings.collect());
        Ok(())
    }

    fn layer_norm_shape(&self, fused: &Fused) -> LayerNormShape {
        let [channels, rows, embedding] = fused.inputs[0].dims;
        LayerNormShape {
            rows: self.batch * channels * rows,
            embedding,
            epsilon: LAYER_NORM_EPSILON as f32,
        }
    }

    pub fn layer_norm(&mut self, fused: &Fused) {
        let shape = self.layer_norm_shape(fused);
        let mut output = self.output(fused);
        let statistics = self.program.temporary(2 * shape.rows);
        output.bindings.insert(0, statistics.written());
        let kernel = layer_norm::forward_kernel(&shape, &output.epilogue, &self.adapter);
        let reads = [vec![self.input(fused)], self.parameters(fused)].concat();
        self.keep(fused, vec![statistics]);
        self.dispatch(fused, "layer normalization", kernel, reads, output);
    }

    pub fn layer_norm_gradient(
        &mut self,
        fused: &Fused,
        gradient: View,
    ) -> Result<(), Unsupported> {
        let shape = self.layer_norm_shape(fused);
        let weight = self.parameters(fused)[0];
        let x = self.input(fused);
        let [statistics] = self.kept(fused)?;
        let sums = layer_norm::parameter_kernel(&shape);
        self.parameter_gradient(fused, sums, vec![x, statistics, gradient]);
        if let Some(part) = self.gradient_part(fused.inputs[0].value) {
            let kernel = layer_norm::gradient_kernel(&shape, &part.epilogue, &self.adapter);
            let reads = vec![x, statistics, weight, gradient];
            self.dispatch_part(fused, "layer normalization by inputs", kernel, reads, part);
        }
        Ok(())
    }

    pub fn response_norm(&mut self, fused: &Fused) {
        let shape = self.planes(fused);
        let output = self.output(fused);
        let kernel = response_norm_kernel(shape, &output.epilogue);
        let reads = vec![self.input(fused)];
        self.dispatch(fused, "response normalization", kernel, reads, output);
    }

    pub fn response_norm_gradient(&mut self, fused: &Fused, gradient: View) {
        let reads = vec![self.input(fused), gradient];
        if let Some(part) = self.gradient_part(fused.inputs[0].value) {
            let kernel = response_norm_gradient_kernel(self.planes(fused), &part.epilogue);
            self.dispatch_part(
                fused,
                "response normalization by inputs",
                kernel,
                reads,
                part,
            );
        }
    }

    /// `[batch, channels, pixels]` of what a node reads.
    fn planes(&self, fused: &Fused) -> [usize; 3] {
        let [channels, height, width] = fused.inputs[0].dims;
        [self.batch, channels, height * width]
    }
}
