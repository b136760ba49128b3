//! Concatenation along channels, and shortcuts without parameters.

use super::super::super::op::Op;
use super::super::super::value::Shape;
use super::super::Compiler;
use super::super::fusion::Fused;
use crate::ops::gpu::channels::{ConcatShape, MAX_PARTS};
use crate::ops::gpu::program::View;
use crate::ops::gpu::shortcut::PadShortcut;

impl Compiler<'_> {
    fn concat_shape(&self, fused: &Fused) -> ConcatShape {
        let [_, height, width] = fused.inputs[0].dims;
        ConcatShape {
            batch: self.batch,
            channels: fused.inputs.iter().map(|input| input.dims[0]).collect(),
            pixels: height * width,
        }
    }

    pub fn concat(&mut self, fused: &Fused) {
        let shape = self.concat_shape(fused);
        let output = self.output(fused);
        for first in (0..fused.inputs.len()).step_by(MAX_PARTS) {
            let parts = first..fused.inputs.len().min(first + MAX_PARTS);
            let inputs = fused.inputs[parts.clone()].iter();
            let reads = inputs.map(|input| self.values.view(input.value).read());
            let bindings = reads.chain([output.view.written()]).collect();
            let kernel = shape.concat_kernel(parts, &output.epilogue);
            let label = self.label(fused, "concatenation");
            self.program.dispatch(label, kernel, bindings);
        }
    }

    pub fn concat_gradient(&mut self, fused: &Fused, gradient: View) {
        let shape = self.concat_shape(fused);
        for (index, input) in fused.inputs.iter().enumerate() {
            if let Some(part) = self.gradient_part(input.value) {
                let kernel = shape.slice_kernel(index, &part.epilogue);
                let what = "concatenation by inputs";
                self.dispatch_part(fused, what, kernel, vec![gradient], part);
            }
        }
    }

    /// The shortcut that a node is.
    pub fn shortcut_of(&self, node: usize) -> Option<PadShortcut> {
        let node = &self.graph.nodes[node];
        let Op::PadShortcut { channels, stride } = node.op else {
            return None;
        };
        let input = node.inputs[0].checked_sub(1);
        let shape = match input {
            Some(input) => self.graph.nodes[input].shape,
            None => Shape::FeatureMaps(self.graph.input.shape),
        };
        let [in_channels, height, width] = shape.dims();
        Some(PadShortcut {
            batch: self.batch,
            channels: in_channels,
            size: [height, width],
            out_channels: channels,
            stride,
        })
    }

    pub fn shortcut(&mut self, fused: &Fused, shortcut: PadShortcut) {
        let output = self.output(fused);
        let kernel = shortcut.kernel(&output.epilogue);
        let reads = vec![self.input(fused)];
        self.dispatch(fused, "shortcut", kernel, reads, output);
    }

    /// The gradient of a shortcut's images, a part of that of `value`.
    pub fn shortcut_gradient(
        &mut self,
        fused: &Fused,
        shortcut: PadShortcut,
        value: usize,
        gradient: View,
    ) {
        if let Some(part) = self.gradient_part(value) {
            let kernel = shortcut.gradient_kernel(&part.epilogue);
            self.dispatch_part(fused, "shortcut by inputs", kernel, vec![gradient], part);
        }
    }
}
