//! Fusion: which nodes of a graph are computed by one dispatch.
//!
//! An activation is applied where its input is stored, and a sum where the later of its terms is. What only renames a value (a
//! reshape, dropout that drops nothing) is no operation at all.

use std::collections::HashMap;

use super::super::builder::Graph;
use super::super::op::Op;
use super::super::tokens::TokenOp;
use super::super::value::Shape;
use super::grouping::{Place, Source, grouped};
use super::values::ValueSlice;
use crate::ops::gpu::epilogue::Activation;

/// A node of the graph with what is fused to it.
#[derive(Clone, Debug)]
pub(super) struct Fused {
    /// The node, by its index.
    pub node: usize,
    /// What it reads.
    pub inputs: Vec<Input>,
    /// A value that is added to what it gives, before the activation.
    pub residual: Option<usize>,
    /// The node of a shortcut whose images the residual is: its output is what is added.
    pub shortcut: Option<usize>,
    /// The activation.
    pub activation: Option<Activation>,
    /// The value that it gives in the end.
    pub output: usize,
    /// Further nodes of the same kind that the dispatch computes, along channels.
    pub others: Vec<usize>,
    /// Where its channels go instead of to a value of its own.
    pub places: Vec<Place>,
    /// Where the channels come from that it reads, if from several nodes.
    pub sources: Vec<Source>,
}

impl Fused {
    /// The nodes that it computes.
    pub fn nodes(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.node).chain(self.others.iter().copied())
    }
}

/// What is computed of a graph.
#[derive(Clone, Debug)]
pub(super) struct FusedGraph {
    /// The dispatches, in order.
    pub fused: Vec<Fused>,
    /// For each value, the one that it is another name of. After those of the graph come values that only dispatches know.
    pub names: Vec<usize>,
    /// Values that are channels of another.
    pub slices: HashMap<usize, ValueSlice>,
}

/// A value as a node reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Input {
    /// The value.
    pub value: usize,
    /// Its shape for one image, as the node sees it.
    pub dims: [usize; 3],
}

/// What is to be fused.
pub(super) struct Fusion<'a> {
    graph: &'a Graph,
    is_train: bool,
    /// How many nodes read each value.
    uses: Vec<usize>,
    /// The value that each is another name of.
    names: Vec<usize>,
    fused: Vec<Fused>,
}

impl<'a> Fusion<'a> {
    /// What is computed of a graph.
    pub fn of(graph: &'a Graph, is_train: bool) -> FusedGraph {
        let mut fusion = Fusion {
            graph,
            is_train,
            uses: uses(graph, is_train),
            names: (0..=graph.nodes.len()).collect(),
            fused: Vec::new(),
        };
        for index in 0..graph.nodes.len() {
            if is_computed(graph, index, is_train) {
                fusion.add(index);
            }
        }
        let all = FusedGraph {
            fused: fusion.fused,
            names: fusion.names,
            slices: HashMap::new(),
        };
        grouped(graph, all)
    }

    fn add(&mut self, index: usize) {
        let node = &self.graph.nodes[index];
        let output = index + 1;
        let inputs: Vec<Input> = node
            .inputs
            .iter()
            .map(|value| Input {
                value: self.names[*value],
                dims: self.shape(*value).dims(),
            })
            .collect();
        let only = inputs[0].value;
        if self.is_renaming(&node.op) {
            self.names[output] = only;
            // Its readers read the value instead.
            self.uses[only] += self.uses[output];
            self.uses[only] -= 1;
            return;
        }
        if let Some(activation) = activation_of(&node.op)
            && let Some(at) = self.producer(only, can_activate)
        {
            self.fused[at].activation = Some(activation);
            self.rename(at, output);
            return;
        }
        if node.op == Op::Add && inputs.len() == 2 {
            // The later of both, for the other one is there by then.
            let [a, b] = [inputs[0].value, inputs[1].value];
            let producers = [(a, b), (b, a)].map(|(value, other)| {
                let at = self.producer(value, can_add)?;
                Some((at, other))
            });
            if let Some((at, other)) = producers.into_iter().flatten().max() {
                // It is computed now, when both are there: nobody else reads what it gave.
                let mut producer = self.fused.remove(at);
                producer.residual = Some(other);
                if let Some(at) = self.producer(other, |op| matches!(op, Op::PadShortcut { .. })) {
                    let shortcut = self.fused.remove(at);
                    producer.shortcut = Some(shortcut.node);
                    producer.residual = Some(shortcut.inputs[0].value);
                }
                self.fused.push(producer);
                self.rename(self.fused.len() - 1, output);
                return;
            }
        }
        self.fused.push(Fused {
            node: index,
            inputs,
            residual: None,
            shortcut: None,
            activation: None,
            output,
            others: Vec::new(),
            places: Vec::new(),
            sources: Vec::new(),
        });
    }

    /// From now on, a dispatch gives this value.
    fn rename(&mut self, at: usize, output: usize) {
        self.fused[at].output = output;
    }

    fn shape(&self, value: usize) -> Shape {
        match value.checked_sub(1) {
            Some(node) => self.graph.nodes[node].shape,
            None => Shape::FeatureMaps(self.graph.input.shape),
        }
    }

    fn is_renaming(&self, op: &Op) -> bool {
        match op {
            Op::Reshape(_) => true,
            Op::Dropout { probability, .. } => !self.is_train || *probability == 0.0,
            _ => false,
        }
    }

    /// The dispatch that gives a value which nobody else reads, if more can be fused to it.
    fn producer(&self, value: usize, can_fuse: fn(&Op) -> bool) -> Option<usize> {
        let at = self.fused.iter().position(|fused| fused.output == value)?;
        let fused = &self.fused[at];
        let is_free = fused.activation.is_none() && can_fuse(&self.graph.nodes[fused.node].op);
        (is_free && self.uses[value] == 1).then_some(at)
    }
}

/// Whether a node is computed: heads that only help to learn are not, in eval mode.
pub(super) fn is_computed(graph: &Graph, index: usize, is_train: bool) -> bool {
    is_train || graph.nodes[index].needed_in_eval
}

/// How many nodes read each value. The loss reads the logits.
fn uses(graph: &Graph, is_train: bool) -> Vec<usize> {
    let mut uses = vec![0; graph.nodes.len() + 1];
    uses[graph.logits] += 1;
    for (index, node) in graph.nodes.iter().enumerate() {
        if is_computed(graph, index, is_train) {
            for input in &node.inputs {
                uses[*input] += 1;
            }
        }
    }
    uses
}

/// The activation that a node is.
pub(super) fn activation_of(op: &Op) -> Option<Activation> {
    match op {
        Op::Relu => Some(Activation::Relu),
        Op::Tanh => Some(Activation::Tanh),
        Op::Sigmoid => Some(Activation::Sigmoid),
        Op::Gelu => Some(Activation::Gelu),
        _ => None,
    }
}

/// Whether an operation's kernel applies an activation.
fn can_activate(op: &Op) -> bool {
    matches!(
        op,
        Op::Conv { .. }
            | Op::BatchNorm { .. }
            | Op::LocalResponseNorm
            | Op::Linear
            | Op::MaxPool(_)
            | Op::AvgPool(_)
            | Op::Add
    )
}

/// Whether an operation's kernel adds a value.
fn can_add(op: &Op) -> bool {
    matches!(
        op,
        Op::Conv { .. } | Op::BatchNorm { .. } | Op::Linear | Op::Token(TokenOp::Attention { .. })
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;
    use crate::zoo::build_graph;

    fn fused(link: &str) -> (Graph, Vec<Fused>) {
        let graph = build_graph(&registry::parse(link).unwrap().recipe);
        let all = Fusion::of(&graph, true);
        (graph, all.fused)
    }

    #[test]
    fn a_residual_block_is_two_convolutions_and_two_normalizations() {
        let (graph, fused) = fused("model=resnet-8");
        let elementwise = fused.iter().filter(|fused| {
            let op = &graph.nodes[fused.node].op;
            activation_of(op).is_some() || *op == Op::Add
        });
        assert_eq!(elementwise.count(), 0);
        let residuals = fused.iter().filter(|fused| fused.residual.is_some());
        assert_eq!(residuals.count(), 3);
    }

    #[test]
    fn what_is_read_has_been_computed() {
        for recipe in registry::default_recipes() {
            let graph = build_graph(&recipe);
            for is_train in [true, false] {
                let FusedGraph {
                    fused,
                    names,
                    slices,
                } = Fusion::of(&graph, is_train);
                let mut known = vec![0];
                for step in &fused {
                    let read = step.inputs.iter().map(|input| input.value);
                    for value in read.chain(step.residual) {
                        assert!(known.contains(&value), "{}", recipe.link());
                    }
                    known.push(step.output);
                    known.extend(step.places.iter().map(|place| place.value));
                    let parts = slices.iter();
                    let parts = parts.filter(|(_, part)| part.of == step.output);
                    known.extend(parts.map(|(value, _)| *value));
                }
                assert!(known.contains(&names[graph.logits]), "{}", recipe.link());
            }
        }
    }
}
