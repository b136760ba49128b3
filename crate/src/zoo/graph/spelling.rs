//! A drawing as a stack spells it.

use super::design::{Design, Node};
use super::op::Op;

/// A network as `layers` of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spelling {
    /// The layers, without the linear one to the classes.
    pub layers: String,
    /// What it has and a stack cannot say, each once: "local response normalisation".
    pub without: Vec<&'static str>,
}

impl Spelling {
    fn lacks(&mut self, what: &'static str) {
        if !self.without.contains(&what) {
            self.without.push(what);
        }
    }
}

impl Design {
    /// The network as a stack, where it is a chain of layers that a stack has, or nearly.
    pub fn spelling(&self) -> Option<Spelling> {
        let (last, chain) = self.nodes.split_last()?;
        let in_order = self.nodes.iter().enumerate();
        let in_order = in_order.clone().all(|(at, node)| node.from == [at]);
        let closed = last.op == Op::Linear && self.count(last) == 2;
        if !in_order || !closed || self.logits != self.nodes.len() {
            return None;
        }
        let mut spelling = Spelling::default();
        let mut layers = Vec::new();
        for (at, node) in chain.iter().enumerate() {
            let mut after = self.nodes[at + 1..].iter();
            let next = after.find(|node| !matches!(node.op, Op::Reshape(_)))?;
            let normalised = matches!(next.op, Op::BatchNorm { .. });
            layers.extend(self.spell(node, normalised, &mut spelling)?);
        }
        spelling.layers = layers.join(",");
        Some(spelling)
    }

    /// One layer's text: none where it computes nothing, and no spelling at all where a stack has no such layer.
    fn spell(
        &self,
        node: &Node,
        normalised: bool,
        spelling: &mut Spelling,
    ) -> Option<Option<String>> {
        let shape = || Some(self.parameters.get(node.parameters[0])?.shape.as_slice());
        let suffix = |letter: &str, value: usize, usual: usize| match value == usual {
            true => String::new(),
            false => format!("{letter}{value}"),
        };
        // Right before a normalisation a stack has no bias, and everywhere else it has one.
        if matches!(node.op, Op::Conv { .. } | Op::Linear) {
            match (self.count(node) == 2, normalised) {
                (true, true) => {
                    spelling.lacks("biases before normalisations, which change nothing")
                }
                (false, false) => return None,
                _ => {}
            }
        }
        let text = match node.op {
            Op::Conv {
                stride,
                padding,
                groups,
            } => {
                let [filters, _, kernel, _] = shape()? else {
                    return None;
                };
                let padding = suffix("p", padding, 0);
                let stride = suffix("s", stride, 1);
                let groups = suffix("g", groups, 1);
                format!("conv{filters}x{kernel}{padding}{stride}{groups}")
            }
            Op::Linear => {
                let [_, units] = shape()? else {
                    return None;
                };
                format!("fc{units}")
            }
            Op::MaxPool(pooling) if !pooling.over => {
                let padding = suffix("p", pooling.padding, 0);
                let stride = suffix("s", pooling.stride, pooling.kernel);
                format!("max{}{padding}{stride}", pooling.kernel)
            }
            Op::AvgPool(pooling) if !pooling.over && pooling.padding == 0 => {
                let stride = suffix("s", pooling.stride, pooling.kernel);
                format!("avg{}{stride}", pooling.kernel)
            }
            Op::BatchNorm { .. } => "norm".to_owned(),
            Op::Relu => "relu".to_owned(),
            Op::Tanh => "tanh".to_owned(),
            Op::Sigmoid => "sigmoid".to_owned(),
            Op::Mean => "gap".to_owned(),
            Op::Dropout { probability } => {
                let thousandths = (probability * 1000.0).round();
                if thousandths == 0.0 {
                    return Some(None);
                }
                format!("drop{}", thousandths / 1000.0)
            }
            Op::Reshape(_) => return Some(None),
            Op::ResponseNorm => {
                spelling.lacks("local response normalisation");
                return Some(None);
            }
            _ => return None,
        };
        Some(Some(text))
    }

    /// Parameters of a layer.
    fn count(&self, node: &Node) -> usize {
        node.parameters[1] - node.parameters[0]
    }
}
