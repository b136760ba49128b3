//! Compiles a graph: a training step, or a forward pass in eval mode, as a [`Program`].
//!
//! - [`fusion`]: which nodes are computed by one dispatch
//! - [`values`]: the values and their gradients, as parts of buffers
//! - [`forward`], [`backward`]: the two passes; `ops`: the dispatches of each operation and its gradient
//! - [`inference`]: a forward pass in eval mode
//! - `reductions`: what is added up for all layers at once
//! - [`training`]: a whole step: gathering a batch, forward, loss, backward, update

mod backward;
mod forward;
mod fusion;
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
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::program::layout::AlignedLayout;
use crate::ops::gpu::program::{Contents, Program, View};
use forward::Output;
use fusion::Fused;
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
    batch: usize,
    program: Program,
    values: Values,
    /// Where each parameter lies in a vector of all.
    layout: AlignedLayout,
    /// All parameters.
    weights: View,
    /// Where each batch normalization's running statistics lie, `[2 * channels]`.
    running_layout: AlignedLayout,
    /// The running statistics.
    running: View,
    /// What operations keep for their gradients, by their nodes.
    kept: Vec<(usize, Vec<View>)>,
    /// What training needs besides; nothing in eval mode.
    training: Option<Training>,
}

impl<'a> Compiler<'a> {
    fn new(graph: &'a Graph, adapter: Adapter, batch: usize, names: Vec<usize>) -> Self {
        let parameters = graph.parameters.iter();
        let layout =
            AlignedLayout::new(parameters.map(|spec| spec.shape.iter().product()).collect());
        let running_layout = AlignedLayout::new(running_lengths(graph));
        let mut program = Program::default();
        Compiler {
            weights: program.buffer(layout.len, Contents::Persistent),
            running: program.buffer(running_layout.len.max(1), Contents::Persistent),
            values: Values::new(names),
            graph,
            adapter,
            batch,
            program,
            layout,
            running_layout,
            kept: Vec::new(),
            training: None,
        }
    }

    /// A parameter, by its index.
    fn parameter(&self, index: usize) -> View {
        let (start, len) = (self.layout.starts[index], self.layout.lengths[index]);
        self.weights.part(start, len)
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
        let before = self.graph.nodes[..fused.node].iter();
        let layer = before.filter(|node| is_batch_norm(&node.op)).count();
        let (start, len) = (
            self.running_layout.starts[layer],
            self.running_layout.lengths[layer],
        );
        self.running.part(start, len)
    }
}

fn is_batch_norm(op: &Op) -> bool {
    matches!(op, Op::BatchNorm { .. })
}

/// The lengths of the running statistics of each batch normalization.
fn running_lengths(graph: &Graph) -> Vec<usize> {
    let norms = graph.nodes.iter().filter(|node| is_batch_norm(&node.op));
    let channels = norms.map(|node| &graph.parameters[node.parameters.start].shape);
    channels
        .map(|shape| 2 * shape.iter().product::<usize>())
        .collect()
}
