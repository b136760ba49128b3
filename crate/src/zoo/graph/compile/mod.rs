//! Compiles a graph: a training step, or a forward pass in eval mode, as a [`Program`].
//!
//! - [`fusion`]: which nodes are computed by one dispatch; [`grouping`]: branches of a network as one
//! - [`values`]: the values and their gradients, as parts of buffers
//! - [`forward`], [`backward`]: the two passes; `ops`: the dispatches of each operation and its gradient
//! - [`inference`]: a forward pass in eval mode
//! - `reductions`: what is added up for all layers at once
//! - [`training`]: a whole step: gathering a batch, forward, loss, backward, update

mod backward;
mod forward;
mod fusion;
mod grouping;
pub mod inference;
mod ops;
mod reductions;
#[cfg(test)]
mod tests;
pub mod training;
mod values;

use super::builder::Graph;
use super::op::Op;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::choices::Choices;
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::program::layout::AlignedLayout;
use crate::ops::gpu::program::{Contents, Program, View};
use forward::Output;
use fusion::{Fused, FusedGraph, Fusion};
use training::Training;
use values::Values;

/// An operation that has no kernel yet: its network is computed by burn's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported(pub String);

impl Unsupported {
    fn of(op: &Op) -> Self {
        Unsupported(format!("{op:?}"))
    }
}

/// A graph that is being compiled.
struct Compiler<'a> {
    graph: &'a Graph,
    adapter: Adapter,
    /// Which kernels compute products.
    choices: Choices,
    batch: usize,
    program: Program,
    values: Values,
    /// Where each parameter lies in a vector of all.
    layout: AlignedLayout,
    /// All parameters.
    weights: View,
    /// Where each batch normalization's running means lie, and its variances, `[channels]` each.
    running_layout: AlignedLayout,
    /// The running statistics.
    running: View,
    /// What operations keep for their gradients, by their nodes.
    kept: Vec<(usize, Vec<View>)>,
    /// What training needs besides; nothing in eval mode.
    training: Option<Training>,
}

impl<'a> Compiler<'a> {
    /// Returns what is to be compiled, too.
    fn new(graph: &'a Graph, adapter: Adapter, batch: usize, is_train: bool) -> (Self, Vec<Fused>) {
        let FusedGraph {
            fused,
            names,
            slices,
        } = Fusion::of(graph, is_train);
        let parameters = graph.parameters.iter();
        let lengths = parameters.map(|spec| spec.shape.iter().product()).collect();
        let layout = AlignedLayout::grouped(lengths, &adjacent_parameters(graph, &fused));
        let running_layout =
            AlignedLayout::grouped(running_lengths(graph), &adjacent_statistics(graph, &fused));
        let mut program = Program::default();
        let compiler = Compiler {
            weights: program.buffer(layout.len, Contents::Persistent),
            running: program.buffer(running_layout.len.max(1), Contents::Persistent),
            values: Values::new(names, slices),
            graph,
            adapter,
            choices: Choices::default(),
            batch,
            program,
            layout,
            running_layout,
            kept: Vec::new(),
            training: None,
        };
        (compiler, fused)
    }

    /// A parameter, by its index.
    fn parameter(&self, index: usize) -> View {
        self.adjacent(&[index])
    }

    /// Parameters that lie one after the other.
    fn adjacent(&self, indices: &[usize]) -> View {
        let lengths = indices.iter().map(|index| self.layout.lengths[*index]);
        let start = self.layout.starts[indices[0]];
        self.weights.part(start, lengths.sum())
    }

    /// What a dispatch of a fused operation is called.
    fn label(&self, fused: &Fused, what: &str) -> String {
        format!("{}: {what}", self.graph.nodes[fused.node].name)
    }

    /// Keeps views for an operation's gradient.
    fn keep(&mut self, fused: &Fused, views: Vec<View>) {
        self.kept.push((fused.node, views));
    }

    /// What an operation kept.
    fn kept<const N: usize>(&self, fused: &Fused) -> Result<[View; N], Unsupported> {
        let mut kept = self.kept.iter();
        let views = kept.find(|(node, _)| *node == fused.node);
        views
            .and_then(|(_, views)| views.as_slice().try_into().ok())
            .ok_or_else(|| Unsupported::of(&self.graph.nodes[fused.node].op))
    }

    /// Threads of workgroups that reduce together. A software adapter runs them one after the other to each barrier.
    fn workgroup_size(&self) -> usize {
        match self.adapter.is_software() {
            true => 64,
            false => self.adapter.max_workgroup_size.min(256),
        }
    }

    /// Adds the dispatch that gives an operation's output.
    fn dispatch(
        &mut self,
        fused: &Fused,
        what: &str,
        kernel: Kernel,
        reads: Vec<View>,
        output: Output,
    ) {
        let bindings = reads.into_iter().map(View::read);
        let bindings = bindings.chain([output.view.written()]);
        let label = self.label(fused, what);
        let bindings = bindings.chain(output.bindings).collect();
        self.program.dispatch(label, kernel, bindings);
    }

    /// The running statistics of a batch normalization, `[2 * channels]`.
    fn running_statistics(&self, fused: &Fused) -> View {
        let parts = statistics_of(self.graph, fused);
        let lengths = parts.iter().map(|part| self.running_layout.lengths[*part]);
        let start = self.running_layout.starts[parts[0]];
        self.running.part(start, lengths.sum())
    }
}

/// The parameters of the nodes that a dispatch computes: of each kind those of all nodes.
fn parameters_of(graph: &Graph, fused: &Fused) -> Vec<Vec<usize>> {
    let count = graph.nodes[fused.node].parameters.len();
    let of = |which: usize| {
        let nodes = fused.nodes();
        nodes.map(move |node| graph.nodes[node].parameters.start + which)
    };
    (0..count).map(|which| of(which).collect()).collect()
}

/// Parameters that one dispatch reads as one.
fn adjacent_parameters(graph: &Graph, fused: &[Fused]) -> Vec<Vec<usize>> {
    let several = fused.iter().filter(|fused| !fused.others.is_empty());
    several
        .flat_map(|fused| parameters_of(graph, fused))
        .collect()
}

/// The running statistics of the normalizations that a dispatch computes, by their parts in the layout: all means, then all variances.
fn statistics_of(graph: &Graph, fused: &Fused) -> Vec<usize> {
    let layer = |node: usize| {
        let before = graph.nodes[..node].iter();
        before.filter(|node| is_batch_norm(&node.op)).count()
    };
    let layers: Vec<usize> = fused.nodes().map(layer).collect();
    let means = layers.iter().map(|layer| 2 * layer);
    let variances = layers.iter().map(|layer| 2 * layer + 1);
    means.chain(variances).collect()
}

/// Running statistics that one dispatch reads as one.
fn adjacent_statistics(graph: &Graph, fused: &[Fused]) -> Vec<Vec<usize>> {
    let norms = fused
        .iter()
        .filter(|fused| is_batch_norm(&graph.nodes[fused.node].op));
    norms.map(|fused| statistics_of(graph, fused)).collect()
}

fn is_batch_norm(op: &Op) -> bool {
    matches!(op, Op::BatchNorm { .. })
}

/// The lengths of the running statistics of each batch normalization: its means, then its variances.
fn running_lengths(graph: &Graph) -> Vec<usize> {
    let norms = graph.nodes.iter().filter(|node| is_batch_norm(&node.op));
    let channels = norms.map(|node| &graph.parameters[node.parameters.start].shape);
    channels
        .flat_map(|shape| [shape.iter().product(); 2])
        .collect()
}
