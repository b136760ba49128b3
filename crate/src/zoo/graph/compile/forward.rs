//! The forward pass: the dispatches of each operation.

use super::super::op::Op;
use super::fusion::Fused;
use super::{Compiler, Unsupported, parameters_of};
use crate::ops::gpu::epilogue::{Activation, Epilogue};
use crate::ops::gpu::program::{Binding, View};
use crate::ops::gpu::slice::{Destination, Destinations};

/// Where an operation's output goes, and what is done to it before.
pub(super) struct Output {
    /// What is done.
    pub epilogue: Epilogue,
    /// Where.
    pub view: View,
    /// What the epilogue reads, and then writes.
    pub bindings: Vec<Binding>,
}

impl Output {
    /// Numbers as they are.
    pub fn plain(view: View) -> Self {
        Output {
            epilogue: Epilogue::default(),
            view,
            bindings: Vec::new(),
        }
    }
}

impl Compiler<'_> {
    /// Adds the dispatches of an operation.
    pub(super) fn forward(&mut self, fused: &Fused) -> Result<(), Unsupported> {
        let graph = self.graph;
        match &graph.nodes[fused.node].op {
            Op::Conv { .. } => self.conv(fused)?,
            Op::BatchNorm { .. } => self.batch_norm(fused)?,
            Op::LayerNorm => self.layer_norm(fused),
            Op::LocalResponseNorm => self.response_norm(fused),
            Op::Linear => self.linear(fused),
            Op::MaxPool(pooling) => self.max_pool(fused, *pooling),
            Op::AvgPool(pooling) => self.avg_pool(fused, *pooling),
            Op::GlobalAvgPool => self.global_avg_pool(fused),
            Op::Relu | Op::Tanh | Op::Sigmoid | Op::Gelu => self.activation(fused),
            Op::Add => self.add(fused),
            Op::Concat => self.concat(fused),
            Op::PadShortcut { .. } => {
                if let Some(shortcut) = self.shortcut_of(fused.node) {
                    self.shortcut(fused, shortcut);
                }
            }
            Op::Dropout {
                probability,
                number,
            } => self.dropout(fused, *number, *probability),
            Op::LeNet(op) => self.lenet(fused, op)?,
            Op::AuxiliaryHead { weight } => self.auxiliary_head(fused, *weight),
            Op::Token(op) => self.token(fused, *op)?,
            Op::Reshape(_) => return Err(Unsupported::of(&graph.nodes[fused.node].op)),
        }
        Ok(())
    }

    /// Makes room for what an operation gives.
    pub(super) fn output(&mut self, fused: &Fused) -> Output {
        let node = &self.graph.nodes[fused.node];
        let shapes = fused.nodes().map(|node| self.graph.nodes[node].shape);
        let len = self.batch * shapes.map(|shape| shape.len()).sum::<usize>();
        let view = self.program.temporary(len);
        let keeps_input = self.training.is_some() && fused.activation == Some(Activation::Gelu);
        let before_activation = keeps_input.then(|| self.program.temporary(len));
        let residual = fused.residual.map(|value| self.values.view(value).read());
        let read = fused.inputs.iter().map(|input| input.value);
        let is_trained = !node.parameters.is_empty() && !self.graph.is_frozen_node(node);
        let needs_gradient = is_trained
            || read
                .chain(fused.residual)
                .any(|value| self.values.state(value).needs_gradient);
        let state = self.values.state_mut(fused.output);
        state.view = Some(view);
        state.activation = fused.activation;
        state.before_activation = before_activation;
        state.needs_gradient = needs_gradient;
        self.values.slice_as(fused.output);
        let shortcut = fused.shortcut.and_then(|node| self.shortcut_of(node));
        Output {
            epilogue: Epilogue {
                residual: residual.is_some(),
                shortcut,
                activation: fused.activation,
                keep: before_activation.is_some(),
                ..Epilogue::default()
            },
            view,
            bindings: residual
                .into_iter()
                .chain(before_activation.map(View::written))
                .collect(),
        }
    }

    /// Where a convolution's channels go that are others' too.
    pub(super) fn placed_output(&mut self, fused: &Fused) -> Output {
        let [_, height, width] = self.graph.nodes[fused.node].shape.dims();
        let pixels = height * width;
        let mut views = Vec::new();
        let mut destinations = Vec::new();
        for place in &fused.places {
            let len = self.batch * place.slice.channels * pixels;
            let values = &mut self.values;
            views.push(values.shared_view(&mut self.program, place.value, len));
            destinations.push(Destination::new(place.channels, place.slice, pixels));
        }
        Output {
            epilogue: Epilogue {
                destinations: Destinations::of(&destinations),
                ..Epilogue::default()
            },
            view: views[0],
            bindings: views[1..].iter().map(|view| view.written()).collect(),
        }
    }

    /// What an operation reads first.
    pub(super) fn input(&self, fused: &Fused) -> View {
        self.values.view(fused.inputs[0].value)
    }

    /// Logits of an auxiliary head: its loss is added where all others are.
    fn auxiliary_head(&mut self, fused: &Fused, weight: f32) {
        if let Some(training) = &mut self.training {
            training.auxiliary.push((fused.inputs[0].value, weight));
        }
    }

    /// The views of a node's parameters.
    pub(super) fn parameters(&self, fused: &Fused) -> Vec<View> {
        let parameters = parameters_of(self.graph, fused);
        let parameters = parameters.iter();
        parameters.map(|indices| self.adjacent(indices)).collect()
    }
}
