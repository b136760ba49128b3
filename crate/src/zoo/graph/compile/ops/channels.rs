//! Concatenation along channels, and shortcuts without parameters.

use std::ops::Range;

use super::super::super::op::Op;
use super::super::super::value::Shape;
use super::super::Compiler;
use super::super::fusion::{Fused, Input};
use crate::ops::gpu::channels::{ConcatShape, MAX_PARTS, PartGradient};
use crate::ops::gpu::epilogue::Activation;
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
        for first in (0..fused.inputs.len()).step_by(MAX_PARTS) {
            let parts = first..fused.inputs.len().min(first + MAX_PARTS);
            if self.can_split(&fused.inputs[parts.clone()]) {
                self.split_gradient(fused, &shape, parts, gradient);
                continue;
            }
            for index in parts {
                if let Some(part) = self.gradient_part(fused.inputs[index].value) {
                    let kernel = shape.slice_kernel(index, &part.epilogue);
                    let what = "concatenation by inputs";
                    self.dispatch_part(fused, what, kernel, vec![gradient], part);
                }
            }
        }
    }

    /// Whether one dispatch gives the gradients of these values: each needs one, of its own, and no derivative follows from anything but
    /// the concatenation's output.
    fn can_split(&self, inputs: &[Input]) -> bool {
        inputs.iter().enumerate().all(|(index, input)| {
            let state = self.values.state(input.value);
            let is_repeated = inputs[..index]
                .iter()
                .any(|other| other.value == input.value);
            state.needs_gradient && !is_repeated && state.activation != Some(Activation::Gelu)
        })
    }

    fn split_gradient(
        &mut self,
        fused: &Fused,
        shape: &ConcatShape,
        parts: Range<usize>,
        gradient: View,
    ) {
        let inputs = fused.inputs[parts.clone()].iter();
        let stored: Vec<_> = inputs
            .filter_map(|input| self.gradient_part(input.value))
            .collect();
        let stores: Vec<PartGradient> = stored
            .iter()
            .map(|part| PartGradient {
                accumulate: part.epilogue.accumulate,
                derivative: part.epilogue.derivative,
            })
            .collect();
        let has_derivative = stores.iter().any(|store| store.derivative.is_some());
        let outputs = stored.iter().map(|part| part.output.written());
        let activated = has_derivative.then(|| self.values.view(fused.output).read());
        let bindings = [gradient.read()].into_iter().chain(outputs);
        let bindings = bindings.chain(activated).collect();
        let label = self.label(fused, "concatenation by inputs");
        let kernel = shape.split_kernel(parts, &stores);
        self.program.dispatch(label, kernel, bindings);
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
