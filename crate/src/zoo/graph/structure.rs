//! A drawing as plain data: what is done, to what, with which parameters. Whoever says a network in another language reads it.

use super::design::{Design, Node};
use super::op::Op;
use super::tokens::Step;
use crate::recipe::Input;

/// A network, layer by layer, the ones that only help to learn included.
#[derive(Clone, Debug)]
pub struct Structure {
    /// What goes into it.
    pub input: Input,
    /// What is done, in an order in which everything is there when it is needed.
    pub parts: Vec<Part>,
    /// Whose value the class scores are; see [`Part::from`].
    pub logits: usize,
}

/// A layer.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name. Layers of one block have what is before the last dot in common.
    pub name: String,
    /// What it does: "conv".
    pub op: &'static str,
    /// With which numbers; which these are follows from what it does.
    pub numbers: Vec<f64>,
    /// What goes into it: 0 is the image, 1 the first layer's value.
    pub from: Vec<usize>,
    /// Names and shapes of its parameters. A linear layer's weight is `[in, out]`.
    pub parameters: Vec<(String, Vec<usize>)>,
}

impl Design {
    /// The network as plain data.
    pub fn structure(&self) -> Structure {
        Structure {
            input: self.input,
            parts: self.nodes.iter().map(|node| self.part(node)).collect(),
            logits: self.logits,
        }
    }

    fn part(&self, node: &Node) -> Part {
        let [first, end] = node.parameters;
        let parameters = self.parameters[first..end].iter();
        let (op, numbers) = node.op.said();
        Part {
            name: node.name.clone(),
            op,
            numbers,
            from: node.from.clone(),
            parameters: parameters
                .map(|parameter| (parameter.name.clone(), parameter.shape.clone()))
                .collect(),
        }
    }
}

impl Op {
    /// What it is called, and its numbers.
    fn said(&self) -> (&'static str, Vec<f64>) {
        let whole = |numbers: &[usize]| numbers.iter().map(|n| *n as f64).collect();
        match *self {
            Op::Conv {
                stride,
                padding,
                groups,
            } => ("conv", whole(&[stride, padding, groups])),
            Op::BatchNorm { epsilon } => ("batchNorm", vec![epsilon]),
            Op::LayerNorm => ("layerNorm", vec![]),
            Op::Linear => ("linear", vec![]),
            Op::Relu => ("relu", vec![]),
            Op::Tanh => ("tanh", vec![]),
            Op::Sigmoid => ("sigmoid", vec![]),
            Op::MaxPool(windows) => ("maxPool", whole(&windows.numbers())),
            Op::AvgPool(windows) => ("avgPool", whole(&windows.numbers())),
            Op::Mean => ("mean", vec![]),
            Op::Reshape(shape) => ("reshape", whole(&shape)),
            Op::Dropout { probability } => ("dropout", vec![probability]),
            Op::ResponseNorm => ("responseNorm", vec![]),
            Op::Add => ("add", vec![]),
            Op::Concat => ("concat", vec![]),
            Op::Shrink { to, stride } => ("shrink", whole(&[to, stride])),
            Op::Gelu => ("gelu", vec![]),
            Op::Auxiliary { factor } => ("auxiliary", vec![f64::from(factor)]),
            Op::Tokens(step) => match step {
                Step::OfMaps => ("tokens", vec![]),
                Step::Prepend => ("classToken", vec![]),
                Step::Positions => ("positions", vec![]),
                Step::Attention(heads) => ("attention", whole(&[heads])),
                Step::First => ("firstToken", vec![]),
                Step::Mean => ("meanToken", vec![]),
                Step::SequencePool => ("sequencePool", vec![]),
            },
        }
    }
}
