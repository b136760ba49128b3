//! Convolutions.

use super::super::super::op::Op;
use super::super::fusion::Fused;
use super::super::{Compiler, Unsupported};
use crate::ops::conv::ConvShape;
use crate::ops::gpu::conv::{self, Pass, Slices};
use crate::ops::gpu::program::View;

impl Compiler<'_> {
    fn conv_shape(&self, fused: &Fused) -> Result<ConvShape, Unsupported> {
        let node = &self.graph.nodes[fused.node];
        let Op::Conv {
            stride,
            padding,
            groups,
        } = node.op
        else {
            return Err(Unsupported::of(&node.op));
        };
        let [channels, height, width] = fused.inputs[0].dims;
        let weight = &self.graph.parameters[node.parameters.start].shape;
        let filters = fused.nodes().map(|node| {
            let weight = self.graph.nodes[node].parameters.start;
            self.graph.parameters[weight].shape[0]
        });
        Ok(ConvShape {
            batch: self.batch,
            channels,
            size: [height, width],
            filters: filters.sum(),
            kernel: [weight[2], weight[3]],
            stride: [stride; 2],
            padding: [padding; 2],
            groups,
        })
    }

    /// Which channels of what it reads are its own.
    fn slices(&self, fused: &Fused) -> Slices {
        Slices {
            images: self.values.slice(fused.inputs[0].value),
            gradient: self.values.state(fused.output).gradient_slice,
        }
    }

    pub fn conv(&mut self, fused: &Fused) -> Result<(), Unsupported> {
        let shape = self.conv_shape(fused)?;
        let output = match fused.places.is_empty() {
            true => self.output(fused),
            false => self.placed_output(fused),
        };
        let slices = self.slices(fused);
        let parameters = self.parameters(fused);
        let choice = self.choices.conv(Pass::Forward, &shape, &self.adapter);
        let has_bias = parameters.len() > 1;
        let kernel = conv::forward_kernel(&shape, &slices, choice, has_bias, &output.epilogue);
        let x = self.input(fused);
        let reads = [vec![x], parameters].concat();
        self.dispatch(fused, "convolution", kernel, reads, output);
        Ok(())
    }

    pub fn conv_gradient(&mut self, fused: &Fused, gradient: View) -> Result<(), Unsupported> {
        let shape = self.conv_shape(fused)?;
        let parameters = self.parameters(fused);
        let x = self.input(fused);
        let slices = self.slices(fused);
        let choice = self.choices.conv(Pass::Weights, &shape, &self.adapter);
        let sums = conv::weight_kernel(&shape, &slices, choice, parameters.len() > 1);
        self.parameter_gradient(fused, sums, vec![x, gradient]);
        if let Some(part) = self.gradient_part(fused.inputs[0].value) {
            let choice = self.choices.conv(Pass::Input, &shape, &self.adapter);
            let kernel = conv::input_kernel(&shape, &slices, choice, &part.epilogue);
            let reads = vec![parameters[0], gradient];
            self.dispatch_part(fused, "convolution by inputs", kernel, reads, part);
        }
        Ok(())
    }
}
