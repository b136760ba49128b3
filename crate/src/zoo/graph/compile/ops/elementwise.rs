//! Activations that are fused to nothing, sums and dropout.

use super::super::Compiler;
use super::super::fusion::{Fused, activation_of};
use super::super::training::MaskSpec;
use crate::ops::gpu::elementwise::{elementwise_kernel, multiply_kernel};
use crate::ops::gpu::program::{Contents, View};

impl Compiler<'_> {
    /// An activation: it is applied as a number is stored.
    pub fn activation(&mut self, fused: &Fused) {
        let activation = activation_of(&self.graph.nodes[fused.node].op);
        let fused = Fused {
            activation,
            ..fused.clone()
        };
        let output = self.output(&fused);
        let kernel = elementwise_kernel(output.view.len, &output.epilogue);
        let reads = vec![self.input(&fused)];
        self.dispatch(&fused, "activation", kernel, reads, output);
    }

    /// A sum, two terms at a time.
    pub fn add(&mut self, fused: &Fused) {
        let mut output = self.output(fused);
        let mut sum = self.input(fused);
        let mut terms = fused.inputs[1..].iter().peekable();
        while let Some(term) = terms.next() {
            let term = self.values.view(term.value);
            let is_last = terms.peek().is_none();
            let to = match is_last {
                true => output.view,
                false => self.program.temporary(output.view.len),
            };
            let mut epilogue = output.epilogue;
            epilogue.residual = true;
            let mut bindings = vec![sum.read(), to.written(), term.read()];
            if is_last {
                bindings.append(&mut output.bindings);
            } else {
                epilogue.activation = None;
                epilogue.keep = false;
            }
            let kernel = elementwise_kernel(to.len, &epilogue);
            let label = self.label(fused, "sum");
            self.program.dispatch(label, kernel, bindings);
            sum = to;
        }
    }

    pub fn add_gradients(&mut self, fused: &Fused, gradient: View) {
        for input in &fused.inputs {
            self.pass_gradient(fused, input.value, gradient);
        }
    }

    pub fn dropout(&mut self, fused: &Fused, number: u64, probability: f64) {
        let output = self.output(fused);
        let view = self.program.buffer(output.view.len, Contents::Persistent);
        let reads = vec![self.input(fused), view];
        let kernel = multiply_kernel(output.view.len, &output.epilogue);
        let len = output.view.len / self.batch;
        self.dispatch(fused, "dropout", kernel, reads, output);
        if let Some(training) = &mut self.training {
            training.masks.push(MaskSpec {
                view,
                number,
                probability,
                len,
            });
        }
    }

    pub fn dropout_gradient(&mut self, fused: &Fused, number: u64, gradient: View) {
        let masks = self.training.iter().flat_map(|training| &training.masks);
        let mask = masks.into_iter().find(|mask| mask.number == number);
        let Some(mask) = mask.map(|mask| mask.view) else {
            return;
        };
        if let Some(part) = self.gradient_part(fused.inputs[0].value) {
            let kernel = multiply_kernel(gradient.len, &part.epilogue);
            self.dispatch_part(
                fused,
                "dropout by inputs",
                kernel,
                vec![gradient, mask],
                part,
            );
        }
    }
}
