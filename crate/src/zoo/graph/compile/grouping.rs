//! Branches: convolutions that read the same, and normalizations whose outputs are concatenated, are one dispatch each, along channels.
//!
//! - A concatenation of normalized convolutions is no dispatch: the convolutions write their channels into one value, and one
//!   normalization of all of them gives the concatenation.
//! - Convolutions with the same input and windows are one with the filters of all. Normalizations that only follow these are one, too;
//!   the convolutions that read them read channels of its output.
//!
//! The gradients go the same ways back: a normalization's goes to one buffer for what was one convolution, and to another for the
//! others, each of which reads its channels.

mod branches;

use std::collections::HashMap;

use super::super::builder::Graph;
use super::super::op::Op;
use super::fusion::{Fused, FusedGraph, Input};
use super::values::ValueSlice;
use crate::ops::gpu::slice::ChannelSlice;
use branches::Branch;

/// Where some channels of a convolution's output go: the next ones after those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The value whose channels they are.
    pub value: usize,
    /// Which.
    pub slice: ChannelSlice,
    /// How many.
    pub channels: usize,
}

/// Where some channels of a normalization come from: the next ones after those before. Their gradient goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// Which channels of the gradient's buffer.
    pub slice: ChannelSlice,
    /// How many.
    pub channels: usize,
    /// The outputs of convolutions, and which channels of the buffer their gradients are.
    pub outputs: Vec<(usize, ChannelSlice)>,
}

struct Grouping<'a> {
    graph: &'a Graph,
    old: Vec<Fused>,
    /// What stands in the place of each now.
    new: Vec<Option<Fused>>,
    names: Vec<usize>,
    slices: HashMap<usize, ValueSlice>,
    /// Who reads each value.
    readers: Vec<Vec<usize>>,
}

/// Makes one dispatch of what can be.
pub(super) fn grouped(graph: &Graph, all: FusedGraph) -> FusedGraph {
    let FusedGraph {
        fused,
        names,
        slices,
    } = all;
    let mut readers = vec![Vec::new(); names.len()];
    // The loss is a reader of its own.
    readers[names[graph.logits]].push(fused.len());
    for (at, step) in fused.iter().enumerate() {
        let read = step.inputs.iter().map(|input| input.value);
        for value in read.chain(step.residual) {
            readers[names[value]].push(at);
        }
    }
    let mut grouping = Grouping {
        graph,
        new: fused.iter().cloned().map(Some).collect(),
        old: fused,
        names,
        slices,
        readers,
    };
    grouping.group();
    FusedGraph {
        fused: grouping.new.into_iter().flatten().collect(),
        names: grouping.names,
        slices: grouping.slices,
    }
}

impl Grouping<'_> {
    fn group(&mut self) {
        let concats: Vec<(usize, Vec<Branch>)> = (0..self.old.len())
            .filter_map(|at| Some((at, self.concatenated(at)?)))
            .collect();
        let mut siblings = self.siblings();
        for (concat, branches) in concats {
            let common = siblings.iter().position(|convs| {
                let mut convs = convs.iter();
                convs.any(|sibling| branches.iter().any(|branch| branch.conv == sibling.conv))
            });
            let convs = common.map(|at| siblings.remove(at)).unwrap_or_default();
            self.join(Some((concat, &branches)), &convs);
        }
        for convs in siblings {
            self.join(None, &convs);
        }
    }

    fn op(&self, at: usize) -> &Op {
        &self.graph.nodes[self.old[at].node].op
    }

    fn channels(&self, at: usize) -> usize {
        self.graph.nodes[self.old[at].node].shape.dims()[0]
    }

    fn all_channels(&self, branches: &[Branch]) -> usize {
        branches
            .iter()
            .map(|branch| self.channels(branch.conv))
            .sum()
    }

    /// A new value.
    fn value(&mut self) -> usize {
        self.names.push(self.names.len());
        self.names.len() - 1
    }

    /// Joins a concatenation's branches, and branches whose convolutions can be one.
    fn join(&mut self, concat: Option<(usize, &[Branch])>, siblings: &[Branch]) {
        let branches = concat.map_or(&[][..], |(_, branches)| branches);
        let is_sibling = |branch: &Branch| siblings.iter().any(|other| other.conv == branch.conv);
        let is_inside = |branch: &Branch| branches.iter().any(|other| other.conv == branch.conv);
        // A kernel's output goes to two buffers at most: the siblings stand together, at one end of the concatenation.
        let count = branches.iter().filter(|branch| is_sibling(branch)).count();
        let begins = branches.iter().take(count).all(is_sibling);
        let ends = branches.iter().rev().take(count).all(is_sibling);
        let inside: Vec<Branch> = match begins || ends {
            true => branches.iter().copied().filter(is_sibling).collect(),
            false => Vec::new(),
        };
        let outside = siblings.iter().copied().filter(|branch| !is_inside(branch));
        let mut outside: Vec<Branch> = outside.collect();
        let is_conv = |reader: &usize| {
            self.old.get(*reader).is_some_and(|step| {
                let value = step.inputs[0].value;
                matches!(self.op(*reader), Op::Conv { .. }) && step.residual != Some(value)
            })
        };
        let is_read_by_convolutions = |branch: &Branch| {
            let readers = &self.readers[self.old[branch.norm].output];
            !readers.is_empty() && readers.iter().all(is_conv)
        };
        if !self.are_alike(&outside) || !outside.iter().all(is_read_by_convolutions) {
            outside.clear();
        }
        let joined = [inside.clone(), outside.clone()].concat();
        let (inside, outside) = match joined.len() > 1 {
            true => (inside, outside),
            false => (Vec::new(), Vec::new()),
        };
        let mut places = Vec::new();
        let conv_channels = self.all_channels(&inside) + self.all_channels(&outside);
        if let Some((at, branches)) = concat {
            places.extend(self.join_concatenation(at, branches, &inside, conv_channels));
        }
        if !outside.is_empty() {
            let first = self.all_channels(&inside);
            let first_conv = [inside.as_slice(), &outside].concat()[0].conv;
            let slice = ChannelSlice {
                first,
                channels: conv_channels,
            };
            places.push(self.join_norms(&outside, first_conv, slice));
        }
        if !places.is_empty() && conv_channels > 0 {
            self.join_convs(&[inside, outside].concat(), places);
        }
    }

    /// One normalization gives the concatenation. Returns where the channels of those convolutions go that become one.
    fn join_concatenation(
        &mut self,
        at: usize,
        branches: &[Branch],
        joined: &[Branch],
        conv_channels: usize,
    ) -> Option<Place> {
        let value = self.value();
        let channels = self.all_channels(branches);
        let is_joined = |branch: &Branch| joined.iter().any(|other| other.conv == branch.conv);
        let alone = branches.iter().copied().filter(|branch| !is_joined(branch));
        let alone: Vec<Branch> = alone.collect();
        let alone_channels = self.all_channels(&alone);
        let mut place = None;
        let (mut first, mut first_alone) = (0, 0);
        let mut own = Vec::new();
        for branch in branches {
            let slice = ChannelSlice { first, channels };
            let count = self.channels(branch.conv);
            if is_joined(branch) {
                place.get_or_insert(Place {
                    value,
                    slice,
                    channels: self.all_channels(joined),
                });
            } else {
                let place = Place {
                    value,
                    slice,
                    channels: count,
                };
                let gradient = ChannelSlice {
                    first: first_alone,
                    channels: alone_channels,
                };
                own.push((self.old[branch.conv].output, gradient));
                first_alone += count;
                if let Some(conv) = &mut self.new[branch.conv] {
                    conv.places = vec![place];
                }
            }
            first += count;
        }
        let mut sources = Vec::new();
        if !alone.is_empty() {
            sources.push(Source {
                slice: ChannelSlice::all(alone_channels),
                channels: alone_channels,
                outputs: own,
            });
        }
        if let Some(first) = joined.first() {
            let source = Source {
                slice: ChannelSlice::all(conv_channels),
                channels: self.all_channels(joined),
                outputs: vec![(
                    self.old[first.conv].output,
                    ChannelSlice::all(conv_channels),
                )],
            };
            let is_first = branches[0].conv == first.conv;
            sources.insert(if is_first { 0 } else { sources.len() }, source);
        }
        let output = self.old[at].output;
        self.new[at] = Some(self.joined_norm(branches, value, output, sources));
        place
    }

    /// One normalization of several convolutions that are one, from channel `slice` of its output on. Returns where they go.
    fn join_norms(&mut self, branches: &[Branch], conv: usize, slice: ChannelSlice) -> Place {
        let [value, output] = [self.value(), self.value()];
        let channels = self.all_channels(branches);
        let mut first = 0;
        for branch in branches {
            let [count, height, width] = self.graph.nodes[self.old[branch.norm].node].shape.dims();
            let part = ValueSlice {
                of: output,
                slice: ChannelSlice { first, channels },
                channels: count,
                pixels: height * width,
            };
            self.slices.insert(self.old[branch.norm].output, part);
            first += count;
        }
        let outputs = vec![(self.old[conv].output, ChannelSlice::all(slice.channels))];
        let source = Source {
            slice,
            channels,
            outputs,
        };
        let at = branches[0].norm;
        let norm = self.joined_norm(branches, value, output, vec![source]);
        self.new[at] = Some(norm);
        Place {
            value,
            slice: ChannelSlice::all(channels),
            channels,
        }
    }

    /// The normalization of all branches: theirs are no dispatches any more.
    fn joined_norm(
        &mut self,
        branches: &[Branch],
        value: usize,
        output: usize,
        sources: Vec<Source>,
    ) -> Fused {
        let mut norm = self.old[branches[0].norm].clone();
        let mut dims = norm.inputs[0].dims;
        dims[0] = self.all_channels(branches);
        norm.inputs = vec![Input { value, dims }];
        norm.output = output;
        norm.sources = sources;
        norm.others = self.other_nodes(branches, |branch| branch.norm);
        for branch in branches {
            self.new[branch.norm] = None;
        }
        norm
    }

    fn join_convs(&mut self, branches: &[Branch], places: Vec<Place>) {
        let mut conv = self.old[branches[0].conv].clone();
        conv.others = self.other_nodes(branches, |branch| branch.conv);
        conv.places = places;
        for branch in branches {
            self.new[branch.conv] = None;
        }
        let earliest = branches.iter().map(|branch| branch.conv).min();
        if let Some(at) = earliest {
            self.new[at] = Some(conv);
        }
    }

    fn other_nodes(&self, branches: &[Branch], at: fn(&Branch) -> usize) -> Vec<usize> {
        let others = branches[1..].iter();
        others.map(|branch| self.old[at(branch)].node).collect()
    }
}

#[cfg(test)]
mod tests;
