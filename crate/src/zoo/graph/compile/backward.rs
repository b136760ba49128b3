//! The backward pass: the dispatches of each operation's gradient, with respect to what it reads and to its parameters.

use super::super::op::Op;
use super::fusion::{Fused, activation_of};
use super::values::GradientPart;
use super::{Compiler, Unsupported, parameters_of};
use crate::ops::gpu::elementwise::elementwise_kernel;
use crate::ops::gpu::epilogue::Epilogue;
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::partials::PartialSums;
use crate::ops::gpu::program::View;
use crate::ops::gpu::slice::{Destination, Destinations};

impl Compiler<'_> {
    /// Adds the dispatches of an operation's gradient, from that of what it gives.
    pub(super) fn backward(&mut self, fused: &Fused) -> Result<(), Unsupported> {
        let graph = self.graph;
        // Nothing before the first layer that is trained has a gradient. (What is grouped is never frozen.)
        if graph.frozen > 0 && !self.values.state(fused.output).needs_gradient {
            return Ok(());
        }
        let Some(gradient) = self.values.gradient(fused.output) else {
            // No loss depends on it.
            return Ok(());
        };
        match &graph.nodes[fused.node].op {
            Op::Conv { .. } => self.conv_gradient(fused, gradient)?,
            Op::BatchNorm { .. } => self.batch_norm_gradient(fused, gradient)?,
            Op::LayerNorm => self.layer_norm_gradient(fused, gradient)?,
            Op::LocalResponseNorm => self.response_norm_gradient(fused, gradient),
            Op::Linear => self.linear_gradient(fused, gradient),
            Op::MaxPool(pooling) => self.max_pool_gradient(fused, *pooling, gradient)?,
            Op::AvgPool(pooling) => self.avg_pool_gradient(fused, *pooling, gradient),
            Op::GlobalAvgPool => self.global_avg_pool_gradient(fused, gradient),
            // The gradient is that of its input already.
            op if activation_of(op).is_some() => {
                self.pass_gradient(fused, fused.inputs[0].value, gradient);
            }
            Op::Add => self.add_gradients(fused, gradient),
            Op::Concat => self.concat_gradient(fused, gradient),
            Op::PadShortcut { .. } => {
                if let Some(shortcut) = self.shortcut_of(fused.node) {
                    let value = fused.inputs[0].value;
                    self.shortcut_gradient(fused, shortcut, value, gradient);
                }
            }
            Op::Dropout { number, .. } => self.dropout_gradient(fused, *number, gradient),
            Op::LeNet(op) => self.lenet_gradient(fused, op, gradient)?,
            Op::AuxiliaryHead { .. } => {}
            Op::Token(op) => self.token_gradient(fused, *op, gradient)?,
            other => return Err(Unsupported::of(other)),
        }
        self.residual_gradient(fused, gradient);
        Ok(())
    }

    /// What is added has the sum's gradient.
    fn residual_gradient(&mut self, fused: &Fused, gradient: View) {
        let Some(residual) = fused.residual else {
            return;
        };
        if let Some(shortcut) = fused.shortcut.and_then(|node| self.shortcut_of(node)) {
            self.shortcut_gradient(fused, shortcut, residual, gradient);
            return;
        }
        // A gradient that the operation itself adds to cannot be the one that it reads.
        let is_read = fused
            .inputs
            .iter()
            .any(|input| self.values.name(input.value) == self.values.name(residual));
        match is_read {
            true => self.add_gradient(fused, residual, gradient),
            false => self.pass_gradient(fused, residual, gradient),
        }
    }

    /// Takes an operation's gradient as a part of that of a value, by a dispatch where it must.
    pub(super) fn pass_gradient(&mut self, fused: &Fused, value: usize, gradient: View) {
        if !self.values.share_gradient(fused.output, value) {
            self.add_gradient(fused, value, gradient);
        }
    }

    /// Adds a gradient that is there already to a value's.
    fn add_gradient(&mut self, fused: &Fused, value: usize, gradient: View) {
        if let Some(part) = self.gradient_part(value) {
            let kernel = elementwise_kernel(gradient.len, &part.epilogue);
            self.dispatch_part(fused, "sum of gradients", kernel, vec![gradient], part);
        }
    }

    /// Where the next part of a value's gradient goes.
    pub(super) fn gradient_part(&mut self, value: usize) -> Option<GradientPart> {
        self.values.gradient_part(&mut self.program, value)
    }

    /// Room for a gradient of `len` elements that a kernel gives and nothing needs.
    pub(super) fn unread_gradient(&mut self, len: usize) -> GradientPart {
        GradientPart {
            epilogue: Epilogue::default(),
            output: self.program.temporary(len),
            reads: Vec::new(),
            second: None,
        }
    }

    /// Where the gradient of a normalization's input goes, if that comes from several operations: to the gradients of their outputs.
    pub(super) fn gradient_of_sources(&mut self, fused: &Fused) -> GradientPart {
        let [_, height, width] = fused.inputs[0].dims;
        let pixels = height * width;
        let mut views = Vec::new();
        let mut destinations = Vec::new();
        for source in &fused.sources {
            let len = self.batch * source.slice.channels * pixels;
            // Of outputs that one operation gives, another normalization may have written the others already.
            let known = self.values.state(source.outputs[0].0).gradient;
            let view = known.unwrap_or_else(|| self.program.temporary(len));
            for (output, slice) in &source.outputs {
                let state = self.values.state_mut(*output);
                state.gradient = Some(view);
                state.gradient_slice = Some(*slice);
            }
            views.push(view);
            destinations.push(Destination::new(source.channels, source.slice, pixels));
        }
        GradientPart {
            epilogue: Epilogue {
                destinations: Destinations::of(&destinations),
                ..Epilogue::default()
            },
            output: views[0],
            reads: Vec::new(),
            second: views.get(1).copied(),
        }
    }

    /// Adds the dispatch of partial sums of the gradient of a node's parameters.
    pub(super) fn parameter_gradient(
        &mut self,
        fused: &Fused,
        sums: PartialSums,
        reads: Vec<View>,
    ) {
        let parameters = parameters_of(self.graph, fused).concat();
        self.parameter_gradient_of(fused, parameters, sums, reads);
    }

    /// The same for some of them.
    pub(super) fn parameter_gradient_of(
        &mut self,
        fused: &Fused,
        parameters: impl IntoIterator<Item = usize>,
        sums: PartialSums,
        reads: Vec<View>,
    ) {
        let partials = self.partial_sums_of(parameters, sums.split_k, sums.sums);
        let bindings = reads.into_iter().map(View::read);
        let label = self.label(fused, "by parameters");
        let bindings = bindings.chain([partials.written()]).collect();
        self.program.dispatch(label, sums.kernel, bindings);
    }

    /// Adds a dispatch that writes a part of a gradient.
    pub(super) fn dispatch_part(
        &mut self,
        fused: &Fused,
        what: &str,
        kernel: Kernel,
        reads: Vec<View>,
        part: GradientPart,
    ) {
        let bindings = reads.into_iter().map(View::read);
        let bindings = bindings.chain([part.output.written()]);
        let bindings = bindings.chain(part.reads.into_iter().map(View::read));
        let label = self.label(fused, what);
        self.program.dispatch(label, kernel, bindings.collect());
    }
}
