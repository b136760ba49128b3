//! Linear layers.

use std::ops::Range;

use super::super::Compiler;
use super::super::forward::Output;
use super::super::fusion::Fused;
use super::super::values::GradientPart;
use crate::ops::gpu::conv::Pass;
use crate::ops::gpu::linear;
use crate::ops::gpu::program::View;
use crate::ops::linear::LinearShape;

impl Compiler<'_> {
    fn linear_shape(&self, fused: &Fused) -> LinearShape {
        let node = &self.graph.nodes[fused.node];
        let [channels, rows, inputs] = fused.inputs[0].dims;
        let [_, _, outputs] = node.shape.dims();
        LinearShape {
            batch: self.batch * channels * rows,
            inputs,
            outputs,
        }
    }

    pub fn linear(&mut self, fused: &Fused) {
        let shape = self.linear_shape(fused);
        let output = self.output(fused);
        let parameters = self.graph.nodes[fused.node].parameters.clone();
        let x = self.input(fused);
        self.linear_of(fused, shape, parameters, x, output);
    }

    /// A linear layer by some of a node's parameters.
    pub fn linear_of(
        &mut self,
        fused: &Fused,
        shape: LinearShape,
        parameters: Range<usize>,
        x: View,
        output: Output,
    ) {
        let has_bias = parameters.len() > 1;
        let choice = self.choices.linear(Pass::Forward, &shape, &self.adapter);
        let kernel = linear::forward_kernel(&shape, choice, has_bias, &output.epilogue);
        let mut reads = vec![x];
        reads.extend(parameters.map(|index| self.parameter(index)));
        self.dispatch(fused, "linear layer", kernel, reads, output);
    }

    pub fn linear_gradient(&mut self, fused: &Fused, gradient: View) {
        let shape = self.linear_shape(fused);
        let parameters = self.graph.nodes[fused.node].parameters.clone();
        let x = self.input(fused);
        let part = self.gradient_part(fused.inputs[0].value);
        self.linear_gradient_of(fused, shape, parameters, [x, gradient], part);
    }

    /// Its gradients: with respect to some of a node's parameters, and to `x`, where that is needed.
    pub fn linear_gradient_of(
        &mut self,
        fused: &Fused,
        shape: LinearShape,
        parameters: Range<usize>,
        [x, gradient]: [View; 2],
        part: Option<GradientPart>,
    ) {
        let weight = self.parameter(parameters.start);
        let choice = self.choices.linear(Pass::Weights, &shape, &self.adapter);
        let sums = linear::weight_kernel(&shape, choice, parameters.len() > 1);
        self.parameter_gradient_of(fused, parameters, sums, vec![x, gradient]);
        if let Some(part) = part {
            let choice = self.choices.linear(Pass::Input, &shape, &self.adapter);
            let kernel = linear::input_kernel(&shape, choice, &part.epilogue);
            let reads = vec![gradient, weight];
            self.dispatch_part(fused, "linear layer by inputs", kernel, reads, part);
        }
    }
}
