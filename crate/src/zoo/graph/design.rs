//! A network as it is drawn, layer by layer, before any of it is built.
//!
//! A network's file says in [`Design`]'s terms what is done to the image, one line a layer, as a forward pass is written.
//! All the rest follows: shapes, parameters and their names, multiply-adds, the drawing, the module.

use super::op::Op;
use super::start::Start;
use super::value::{Form, Value};
use crate::recipe::Input;
use crate::zoo::initial::Initial;
use crate::zoo::{About, Layer};

/// A parameter, before there is a number in it.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name: `conv1.weight`.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Whether it is part of a linear layer.
    pub linear: bool,
    /// How it starts.
    pub initial: Initial,
}

/// A layer, and what goes into it.
#[derive(Clone, Debug)]
pub struct Node {
    pub(super) name: String,
    pub(super) op: Op,
    pub(super) from: Vec<usize>,
    /// Where its parameters start, and how many it has.
    pub(super) parameters: [usize; 2],
    /// Whether nothing else needs what goes into it any more.
    pub(super) last: Vec<bool>,
    /// What its value looks like.
    #[cfg(test)]
    pub(super) form: Form,
    /// Whether it is needed to answer; what only helps to learn is not.
    pub(super) answers: bool,
    /// Which of the drawing's layers it is.
    pub(super) layer: usize,
    /// The number of the layer that its value is drawn as.
    number: usize,
    /// Whether it pools what the drawing puts through ReLU here.
    pub(super) early: bool,
}

/// A network, drawn.
#[derive(Clone, Debug)]
pub struct Design {
    title: String,
    paper: &'static str,
    pub(super) input: Input,
    pub(super) start: Start,
    pub(super) nodes: Vec<Node>,
    pub(super) parameters: Vec<Parameter>,
    /// Whose value the class scores are.
    pub(super) logits: usize,
    pub(super) layers: Vec<Layer>,
    /// Whether the last of them is within the layer that comes next.
    inner: bool,
}

impl Design {
    /// An empty sheet, and the image.
    pub fn new(title: &str, paper: &'static str, input: Input, start: Start) -> (Self, Value) {
        let design = Design {
            title: title.to_owned(),
            paper,
            input,
            start,
            nodes: Vec::new(),
            parameters: Vec::new(),
            logits: 0,
            layers: Vec::new(),
            inner: false,
        };
        let form = Form::Maps(input.shape);
        (design, Value { at: 0, form })
    }

    /// How the weights of the layers from here on start.
    pub fn starts(&mut self, start: Start) {
        self.start = start;
    }

    /// The drawing, done: `logits` is the last layer's value.
    ///
    /// What no answer needs, auxiliary classifiers, is marked so, and where a value is needed for the last time.
    pub fn done(mut self, logits: Value) -> Self {
        self.logits = logits.at;
        let mut needed = vec![false; self.nodes.len() + 1];
        needed[logits.at] = true;
        let mut later = vec![false; self.nodes.len() + 1];
        later[logits.at] = true;
        for (index, node) in self.nodes.iter_mut().enumerate().rev() {
            node.answers = needed[index + 1];
            for from in &node.from {
                needed[*from] |= node.answers;
            }
            // Twice into one layer: the second is the last.
            for at in (0..node.from.len()).rev() {
                let from = node.from[at];
                node.last[at] = !later[from];
                later[from] = true;
            }
        }
        self
    }

    /// ReLU and max pooling commute; pooled first, ReLU has less work.
    pub(super) fn pool_before_relu(&mut self) {
        for at in 1..self.nodes.len() {
            let (before, rest) = self.nodes.split_at_mut(at);
            let (Some(first), Some(second)) = (before.last_mut(), rest.first_mut()) else {
                continue;
            };
            let Op::MaxPool(pooling) = second.op else {
                continue;
            };
            // What is between them goes nowhere else.
            let chain = second.from == [at] && second.last == [true] && self.logits != at;
            if first.op == Op::Relu && chain && !pooling.over {
                std::mem::swap(&mut first.op, &mut second.op);
                first.early = true;
                #[cfg(test)]
                {
                    first.form = second.form;
                }
            }
        }
    }

    /// What the network is.
    pub fn about(&self) -> About {
        About {
            title: self.title.clone(),
            paper: self.paper,
            input: self.input.shape,
            layers: self.layers.clone(),
        }
    }

    /// Adds a layer, whose parameters are those that were added since `first`.
    fn push(
        &mut self,
        op: Op,
        from: &[Value],
        first: usize,
        mut layer: Layer,
        form: Form,
    ) -> Value {
        let into: Vec<usize> = from.iter().map(|value| self.number(value.at)).collect();
        // Behind what is drawn within it, the layer follows upon that.
        if !self.inner && into != [self.layers.len()] {
            layer.from = into;
        }
        self.inner = false;
        self.nodes.push(Node {
            name: layer.name.clone(),
            op,
            from: from.iter().map(|value| value.at).collect(),
            parameters: [first, self.parameters.len()],
            last: vec![false; from.len()],
            #[cfg(test)]
            form,
            answers: true,
            layer: self.layers.len(),
            number: self.layers.len() + 1,
            early: false,
        });
        self.layers.push(layer);
        let at = self.nodes.len();
        Value { at, form }
    }

    /// The number of the layer that a value is drawn as; 0 for the image.
    fn number(&self, at: usize) -> usize {
        let node = at.checked_sub(1).and_then(|node| self.nodes.get(node));
        node.map_or(0, |node| node.number)
    }

    /// Leaves the last layer out of the drawing: its value is drawn as what went into it.
    pub(super) fn hide(&mut self) {
        self.layers.pop();
        let from = self.nodes.last().and_then(|node| node.from.first());
        let number = from.map_or(0, |from| self.number(*from));
        if let Some(node) = self.nodes.last_mut() {
            node.number = number;
        }
    }

    /// Adds a layer without parameters whose arithmetic is not counted.
    pub(super) fn plain(
        &mut self,
        op: Op,
        name: &str,
        kind: &str,
        from: &[Value],
        form: Form,
    ) -> Value {
        let layer = Layer::plain(name, kind, &form.shape());
        self.push(op, from, self.parameters.len(), layer, form)
    }

    /// Adds a layer of the parameters that were added since `first`.
    pub(super) fn trained(
        &mut self,
        op: Op,
        (name, kind): (&str, String),
        x: Value,
        first: usize,
        (multiply_adds, form): (u64, Form),
    ) -> Value {
        let parameters = self.parameters[first..].iter();
        let layer = Layer {
            name: name.to_owned(),
            kind,
            from: Vec::new(),
            shape: form.shape(),
            parameters: parameters
                .map(|parameter| parameter.shape.iter().product::<usize>())
                .sum(),
            multiply_adds,
        };
        self.push(op, &[x], first, layer, form)
    }

    /// Draws what is computed within a layer on the way.
    pub(super) fn within(&mut self, layer: Layer) {
        self.inner = true;
        self.layers.push(layer);
    }

    /// Adds a parameter.
    pub(super) fn parameter(&mut self, name: String, shape: &[usize], initial: Initial) {
        self.parameters.push(Parameter {
            name,
            shape: shape.to_vec(),
            linear: false,
            initial,
        });
    }

    /// Adds weight and bias of a linear layer: `[from, to]`, `[to]`.
    pub(super) fn matrix(&mut self, weight: String, bias: Option<String>, [from, to]: [usize; 2]) {
        let first = self.parameters.len();
        let [of_weight, of_bias] = self.start.of(from, to);
        self.parameter(weight, &[from, to], of_weight);
        if let Some(bias) = bias {
            self.parameter(bias, &[to], of_bias);
        }
        for parameter in &mut self.parameters[first..] {
            parameter.linear = true;
        }
    }
}
