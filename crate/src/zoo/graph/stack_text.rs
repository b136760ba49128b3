//! A graph as the `layers` of a stack recipe.

use super::builder::{Graph, Node};
use super::op::Op;

/// A network as the `layers` of a stack recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackText {
    /// The layers, without the final linear one to the classes.
    pub layers: String,
    /// What the network has and a stack cannot express, each once: "local response normalization".
    pub without: Vec<&'static str>,
}

impl StackText {
    fn leave_out(&mut self, feature: &'static str) {
        if !self.without.contains(&feature) {
            self.without.push(feature);
        }
    }
}

impl Graph {
    /// The network as a stack; nothing where it is not a chain of layers that a stack has, or nearly.
    pub fn to_stack_text(&self) -> Option<StackText> {
        let (last, chain) = self.nodes.split_last()?;
        let mut nodes = self.nodes.iter().enumerate();
        let is_chain = nodes.all(|(index, node)| node.inputs == [index]);
        let ends_linear = last.op == Op::Linear && last.parameters.len() == 2;
        if !is_chain || !ends_linear || self.logits != self.nodes.len() {
            return None;
        }
        let mut text = StackText::default();
        let mut layers = Vec::new();
        for (index, node) in chain.iter().enumerate() {
            let mut after = self.nodes[index + 1..].iter();
            let next = after.find(|node| !matches!(node.op, Op::Reshape(_)))?;
            let before_norm = matches!(next.op, Op::BatchNorm { .. });
            layers.extend(self.layer_text(node, before_norm, &mut text)?);
        }
        text.layers = layers.join(",");
        Some(text)
    }

    /// One layer's text: `Some(None)` where it computes nothing, `None` where a stack has no such layer.
    fn layer_text(
        &self,
        node: &Node,
        before_norm: bool,
        text: &mut StackText,
    ) -> Option<Option<String>> {
        let weight = || Some(self.parameters.get(node.parameters.start)?.shape.as_slice());
        let suffix = |letter: &str, value: usize, usual: usize| match value == usual {
            true => String::new(),
            false => format!("{letter}{value}"),
        };
        // A stack's layers have a bias, except right before a normalization.
        if matches!(node.op, Op::Conv { .. } | Op::Linear) {
            match (node.parameters.len() == 2, before_norm) {
                (true, true) => {
                    text.leave_out("biases before normalizations, which change nothing")
                }
                (false, false) => return None,
                _ => {}
            }
        }
        let layer = match node.op {
            Op::Conv {
                stride,
                padding,
                groups,
            } => {
                let [filters, _, kernel, _] = weight()? else {
                    return None;
                };
                let padding = suffix("p", padding, 0);
                let stride = suffix("s", stride, 1);
                let groups = suffix("g", groups, 1);
                format!("conv{filters}x{kernel}{padding}{stride}{groups}")
            }
            Op::Linear => {
                let [_, units] = weight()? else {
                    return None;
                };
                format!("fc{units}")
            }
            Op::MaxPool(pooling) if !pooling.ceil_mode => {
                let padding = suffix("p", pooling.padding, 0);
                let stride = suffix("s", pooling.stride, pooling.kernel);
                format!("max{}{padding}{stride}", pooling.kernel)
            }
            Op::AvgPool(pooling) if !pooling.ceil_mode && pooling.padding == 0 => {
                let stride = suffix("s", pooling.stride, pooling.kernel);
                format!("avg{}{stride}", pooling.kernel)
            }
            Op::BatchNorm { .. } => "norm".to_owned(),
            Op::Relu => "relu".to_owned(),
            Op::Tanh => "tanh".to_owned(),
            Op::Sigmoid => "sigmoid".to_owned(),
            Op::GlobalAvgPool => "gap".to_owned(),
            Op::Dropout { probability, .. } => {
                let thousandths = (probability * 1000.0).round();
                if thousandths == 0.0 {
                    return Some(None);
                }
                format!("drop{}", thousandths / 1000.0)
            }
            Op::Reshape(_) => return Some(None),
            Op::LocalResponseNorm => {
                text.leave_out("local response normalization");
                return Some(None);
            }
            _ => return None,
        };
        Some(Some(layer))
    }
}
