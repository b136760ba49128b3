//! A graph as plain data: operations, their inputs and parameters. Show as code writes it in other languages.

use super::builder::{Graph, Node};
use super::op::Op;
use super::tokens::TokenOp;
use crate::recipe::Input;
use crate::zoo::Initializer;

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
    /// Its attributes, in an order of the operation: stride, padding, …
    pub attributes: Vec<f64>,
    /// The values that it takes: 0 is the image, `i + 1` the output of layer `i`.
    pub inputs: Vec<usize>,
    /// Names and shapes of its parameters, and how their initial values are drawn. A linear layer's weight is `[in, out]`.
    pub parameters: Vec<(String, Vec<usize>, Initializer)>,
    /// Which of them training leaves as they are.
    pub frozen: Vec<String>,
}

impl Graph {
    /// The graph as plain data; nothing where it has operations of LeNet-5 (1998), which Show as code writes by hand.
    pub fn export(&self) -> Option<ExportedGraph> {
        let layers = self.nodes.iter().map(|node| self.export_node(node));
        Some(ExportedGraph {
            input: self.input,
            layers: layers.collect::<Option<_>>()?,
            logits: self.logits,
        })
    }

    fn export_node(&self, node: &Node) -> Option<ExportedLayer> {
        let parameters = self.parameters[node.parameters.clone()].iter();
        let frozen = parameters.clone().filter(|parameter| parameter.is_frozen);
        let (op, attributes) = node.op.name_and_attributes()?;
        Some(ExportedLayer {
            name: node.name.clone(),
            op,
            attributes,
            inputs: node.inputs.clone(),
            frozen: frozen.map(|parameter| parameter.name.clone()).collect(),
            parameters: parameters
                .map(|parameter| {
                    let (name, shape) = (parameter.name.clone(), parameter.shape.clone());
                    (name, shape, parameter.initializer)
                })
                .collect(),
        })
    }
}

impl Op {
    /// The operation's name and attributes in exported graphs.
    fn name_and_attributes(&self) -> Option<(&'static str, Vec<f64>)> {
        let integers = |numbers: &[usize]| numbers.iter().map(|n| *n as f64).collect();
        Some(match *self {
            Op::LeNet(_) => return None,
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
        })
    }
}
