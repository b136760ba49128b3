//! A graph as plain data: operations, their inputs and parameters. Show as code writes it in other languages.

use super::builder::{Graph, Node};
use super::op::Op;
use super::tokens::TokenOp;
use crate::recipe::Input;

/// A network's graph, auxiliary heads included.
#[derive(Clone, Debug)]
pub struct ExportedGraph {
    /// The images that it takes.
    pub input: Input,
    /// Its operations in a topological order.
    pub layers: Vec<ExportedLayer>,
    /// The value that the logits are; see [`ExportedLayer::inputs`].
    pub logits: usize,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct ExportedLayer {
    /// Its name. Layers of one block share what is before the last dot.
    pub name: String,
    /// The operation: "conv".
    pub op: &'static str,
    /// Its numbers; which these are depends on the operation.
    pub numbers: Vec<f64>,
    /// The values that it takes: 0 is the image, `i + 1` the output of layer `i`.
    pub inputs: Vec<usize>,
    /// Names and shapes of its parameters. A linear layer's weight is `[in, out]`.
    pub parameters: Vec<(String, Vec<usize>)>,
}

impl Graph {
    /// The graph as plain data.
    pub fn export(&self) -> ExportedGraph {
        ExportedGraph {
            input: self.input,
            layers: self
                .nodes
                .iter()
                .map(|node| self.export_node(node))
                .collect(),
            logits: self.logits,
        }
    }

    fn export_node(&self, node: &Node) -> ExportedLayer {
        let parameters = self.parameters[node.parameters.clone()].iter();
        let (op, numbers) = node.op.name_and_numbers();
        ExportedLayer {
            name: node.name.clone(),
            op,
            numbers,
            inputs: node.inputs.clone(),
            parameters: parameters
                .map(|parameter| (parameter.name.clone(), parameter.shape.clone()))
                .collect(),
        }
    }
}

impl Op {
    /// The operation's name and numbers in exported graphs.
    fn name_and_numbers(&self) -> (&'static str, Vec<f64>) {
        let integers = |numbers: &[usize]| numbers.iter().map(|n| *n as f64).collect();
        match *self {
            Op::Conv {
                stride,
                padding,
                groups,
            } => ("conv", integers(&[stride, padding, groups])),
            Op::BatchNorm { epsilon, .. } => ("batchNorm", vec![epsilon]),
            Op::LayerNorm => ("layerNorm", vec![]),
            Op::Linear => ("linear", vec![]),
            Op::Relu => ("relu", vec![]),
            Op::Tanh => ("tanh", vec![]),
            Op::Sigmoid => ("sigmoid", vec![]),
            Op::MaxPool(pooling) => ("maxPool", integers(&pooling.numbers())),
            Op::AvgPool(pooling) => ("avgPool", integers(&pooling.numbers())),
            Op::GlobalAvgPool => ("mean", vec![]),
            Op::Reshape(shape) => ("reshape", integers(&shape)),
            Op::Dropout { probability, .. } => ("dropout", vec![probability]),
            Op::LocalResponseNorm => ("responseNorm", vec![]),
            Op::Add => ("add", vec![]),
            Op::Concat => ("concat", vec![]),
            Op::PadShortcut { channels, stride } => ("shrink", integers(&[channels, stride])),
            Op::Gelu => ("gelu", vec![]),
            Op::AuxiliaryHead { weight } => ("auxiliary", vec![f64::from(weight)]),
            Op::Token(op) => match op {
                TokenOp::FromFeatureMaps => ("tokens", vec![]),
                TokenOp::PrependClassToken => ("classToken", vec![]),
                TokenOp::AddPositions => ("positions", vec![]),
                TokenOp::Attention { heads } => ("attention", integers(&[heads])),
                TokenOp::First => ("firstToken", vec![]),
                TokenOp::Mean => ("meanToken", vec![]),
                TokenOp::SequencePool => ("sequencePool", vec![]),
            },
        }
    }
}
