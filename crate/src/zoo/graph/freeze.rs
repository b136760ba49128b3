//! Layers that training leaves as they are.
//!
//! They are the first ones, so that no frozen layer stands behind a trained one: nothing of them needs a gradient, and batch normalization
//! among them is computed as in eval mode.

use super::builder::{Graph, Node};
use super::op::Op;

impl Graph {
    /// Leaves the first `count` layers with parameters out of training: their parameters stay, and their batch normalization uses its
    /// running statistics and keeps them, as in eval mode.
    pub fn freeze_first(&mut self, count: usize) {
        let ends = self.ends_of_layers();
        let last = count.min(ends.len());
        self.frozen = last.checked_sub(1).map_or(0, |last| ends[last]);
        for parameter in &mut self.parameters[..self.frozen] {
            parameter.is_frozen = true;
        }
    }

    /// How many layers there are with parameters: modules, in PyTorch's words, that own some. `conv1` and `bn1` are two.
    pub fn layers_with_parameters(&self) -> usize {
        self.ends_of_layers().len()
    }

    /// How many of the first parameters [`Graph::freeze_first`] leaves out of training.
    pub fn frozen_parameters(&self) -> usize {
        self.frozen
    }

    /// The length of the running statistics that it keeps: the first ones of all.
    pub fn frozen_statistics(&self) -> usize {
        let frozen = self.nodes.iter().filter(|node| self.is_frozen_node(node));
        let norms = frozen.filter(|node| matches!(node.op, Op::BatchNorm { .. }));
        let channels = norms.map(|node| self.parameters[node.parameters.start].shape[0]);
        channels.map(|channels| 2 * channels).sum()
    }

    /// Whether [`Graph::freeze_first`] leaves all parameters of a node out of training, of which it has some.
    pub(super) fn is_frozen_node(&self, node: &Node) -> bool {
        !node.parameters.is_empty() && node.parameters.end <= self.frozen
    }

    /// Whether of one node's parameters some are frozen and others not, as of attention's input and output projections.
    #[cfg(feature = "gpu")]
    pub(crate) fn freezes_part_of_a_node(&self) -> bool {
        let mut parameters = self.nodes.iter().map(|node| &node.parameters);
        parameters.any(|range| range.start < self.frozen && self.frozen < range.end)
    }

    /// Behind which parameter each layer ends.
    fn ends_of_layers(&self) -> Vec<usize> {
        let layers: Vec<&str> = self
            .parameters
            .iter()
            .map(|parameter| layer_of(&parameter.name))
            .collect();
        let is_last = |index: &usize| layers.get(index + 1) != layers.get(*index);
        (0..layers.len())
            .filter(is_last)
            .map(|index| index + 1)
            .collect()
    }
}

/// The layer of a parameter: `fc3` of `fc3.weight`.
pub(crate) fn layer_of(parameter: &str) -> &str {
    parameter
        .rsplit_once('.')
        .map_or(parameter, |(layer, _)| layer)
}
