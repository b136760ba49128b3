//! Which branches there are, and which of them can be joined.

use super::super::super::op::Op;
use super::super::fusion::Input;
use super::Grouping;
use crate::ops::gpu::epilogue::Activation;

/// A convolution, and the normalization that alone reads it, by their places in the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    pub(super) conv: usize,
    pub(super) norm: usize,
}

/// What convolutions must share to be one.
#[derive(Clone, Debug, PartialEq)]
struct Reads {
    input: Input,
    op: Op,
    kernel: Vec<usize>,
    parameters: usize,
}

impl Grouping<'_> {
    /// What a normalization is, besides its channels: what is added to variances, and the activation.
    pub(super) fn normalization(&self, branch: &Branch) -> (Option<f64>, Option<Activation>) {
        let epsilon = match self.op(branch.norm) {
            Op::BatchNorm { epsilon, .. } => Some(*epsilon),
            _ => None,
        };
        (epsilon, self.old[branch.norm].activation)
    }

    /// The branch that a normalization ends, if its convolution can write to another's value.
    fn branch(&self, norm: usize) -> Option<Branch> {
        let step = &self.old[norm];
        let is_norm = matches!(self.op(norm), Op::BatchNorm { .. }) && step.residual.is_none();
        let value = step.inputs[0].value;
        let conv = self.old.iter().position(|step| step.output == value)?;
        let producer = &self.old[conv];
        let is_conv = matches!(self.op(conv), Op::Conv { .. })
            && producer.residual.is_none()
            && producer.activation.is_none()
            && self.readers[value] == [norm];
        // The derivative of GELU follows from what nobody else keeps.
        (is_norm && is_conv && step.activation != Some(Activation::Gelu))
            .then_some(Branch { conv, norm })
    }

    /// The branches that a concatenation puts together, if one normalization can give it.
    pub(super) fn concatenated(&self, at: usize) -> Option<Vec<Branch>> {
        let step = &self.old[at];
        if *self.op(at) != Op::Concat || step.activation.is_some() || step.residual.is_some() {
            return None;
        }
        let branch = |input: &Input| {
            let norm = self
                .old
                .iter()
                .position(|step| step.output == input.value)?;
            (self.readers[input.value] == [at]).then(|| self.branch(norm))?
        };
        let branches: Option<Vec<Branch>> = step.inputs.iter().map(branch).collect();
        branches.filter(|branches| self.are_alike(branches))
    }

    /// Whether one normalization can do for all.
    pub(super) fn are_alike(&self, branches: &[Branch]) -> bool {
        let first = branches.first().map(|branch| self.normalization(branch));
        let mut branches = branches.iter();
        branches.all(|branch| Some(self.normalization(branch)) == first)
    }

    /// Branches whose convolutions can be one.
    pub(super) fn siblings(&self) -> Vec<Vec<Branch>> {
        let mut all: Vec<(Reads, Vec<Branch>)> = Vec::new();
        for branch in (0..self.old.len()).filter_map(|norm| self.branch(norm)) {
            let node = &self.graph.nodes[self.old[branch.conv].node];
            if !matches!(node.op, Op::Conv { groups: 1, .. }) {
                continue;
            }
            let reads = Reads {
                input: self.old[branch.conv].inputs[0],
                op: node.op.clone(),
                kernel: self.graph.parameters[node.parameters.start].shape[2..].to_vec(),
                parameters: node.parameters.len(),
            };
            match all.iter_mut().find(|(other, _)| *other == reads) {
                Some((_, branches)) => branches.push(branch),
                None => all.push((reads, vec![branch])),
            }
        }
        let all = all.into_iter().map(|(_, branches)| branches);
        all.filter(|branches| branches.len() > 1).collect()
    }
}
