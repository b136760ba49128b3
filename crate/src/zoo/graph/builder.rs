//! The graph of a network, and how it is built.
//!
//! A network's file calls [`Graph`]'s methods one layer a line, as a PyTorch `forward` is written. Shapes, parameters and their
//! names, multiply-adds, the summary and the module follow from the calls.

use std::ops::Range;

use super::init_scheme::InitScheme;
use super::op::Op;
use super::value::{Shape, Value};
use crate::recipe::Input;
use crate::zoo::initializer::Initializer;
use crate::zoo::loss::Loss;
use crate::zoo::summary::{LayerSummary, Summary};

/// A parameter's description: it holds no numbers yet.
#[derive(Clone, Debug)]
pub struct ParameterSpec {
    /// Its name: `conv1.weight`.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Whether it is weight or bias of a linear layer.
    pub linear: bool,
    /// How its initial values are drawn.
    pub initializer: Initializer,
    /// Whether it is a weight, which multiplies. What is added (biases, position embeddings, class tokens), and what scales and
    /// shifts a normalized channel, is none.
    pub is_weight: bool,
    /// Whether training leaves it as it is.
    pub is_frozen: bool,
}

/// One operation of the graph, and the values that it takes.
#[derive(Clone, Debug)]
pub struct Node {
    pub(super) name: String,
    pub(super) op: Op,
    /// The values that it takes: 0 is the image, `i + 1` the output of node `i`.
    pub(super) inputs: Vec<usize>,
    /// Its parameters, by their index in [`Graph::parameters`].
    pub(super) parameters: Range<usize>,
    /// For each input, whether no later node needs that value (liveness).
    pub(super) last_use: Vec<bool>,
    /// The shape of its output.
    pub(super) shape: Shape,
    /// Whether the logits depend on it. Auxiliary heads are computed in training only.
    pub(super) needed_in_eval: bool,
    /// The index of its layer in the summary.
    pub(super) layer: usize,
    /// The value of the summary that its output is shown as: see [`LayerSummary::inputs`].
    summary_value: usize,
    /// Whether it is the max pooling that [`Graph::pool_before_relu`] moved before the ReLU of its place.
    pub(super) reordered: bool,
}

/// A network as a graph of operations, in the order in which they are computed.
#[derive(Clone, Debug)]
pub struct Graph {
    title: String,
    paper: &'static str,
    pub(super) input: Input,
    pub(super) init: InitScheme,
    /// Whether images are normalized before the first node.
    pub(super) normalizes: bool,
    pub(super) loss: Loss,
    pub(super) nodes: Vec<Node>,
    pub(super) parameters: Vec<ParameterSpec>,
    /// The value that the logits are.
    pub(super) logits: usize,
    pub(super) layers: Vec<LayerSummary>,
    /// The length of all running statistics so far.
    pub(super) statistics: usize,
    /// How many of the first parameters [`Graph::freeze_first`] leaves out of training.
    pub(super) frozen: usize,
    /// Dropout layers so far.
    pub(super) dropouts: u64,
    /// Whether the summary's last layer is computed inside the node that comes next.
    inner_layer: bool,
}

impl Graph {
    /// A graph without nodes, and the image as its first value.
    pub fn new(title: &str, paper: &'static str, input: Input, init: InitScheme) -> (Self, Value) {
        let graph = Graph {
            title: title.to_owned(),
            paper,
            input,
            init,
            normalizes: true,
            loss: Loss::CrossEntropy,
            nodes: Vec::new(),
            parameters: Vec::new(),
            logits: 0,
            layers: Vec::new(),
            statistics: 0,
            frozen: 0,
            dropouts: 0,
            inner_layer: false,
        };
        let shape = Shape::FeatureMaps(input.shape);
        (graph, Value { id: 0, shape })
    }

    /// Sets how weights of the layers from here on are initialized.
    pub fn set_init(&mut self, init: InitScheme) {
        self.init = init;
    }

    /// Gives the first node pixels from 0 to 1 as they are: the network scales them by itself.
    pub fn without_normalization(&mut self) {
        self.normalizes = false;
    }

    /// Whether images are normalized before the first node, by mean and standard deviation of the training images.
    pub fn normalizes(&self) -> bool {
        self.normalizes
    }

    /// Sets the loss that the network is trained with, which is cross-entropy otherwise.
    pub fn set_loss(&mut self, loss: Loss) {
        self.loss = loss;
    }

    /// Gives the last layer another name in the summary than its parameters have.
    pub fn show_last_as(&mut self, name: &str) {
        if let Some(layer) = self.layers.last_mut() {
            name.clone_into(&mut layer.name);
        }
    }

    /// Completes the graph: `logits` is its output.
    ///
    /// Marks the nodes that the logits depend on, and each value's last use, after which its memory can be freed.
    pub fn output(mut self, logits: Value) -> Self {
        self.logits = logits.id;
        let mut needed = vec![false; self.nodes.len() + 1];
        needed[logits.id] = true;
        let mut used_later = vec![false; self.nodes.len() + 1];
        used_later[logits.id] = true;
        for (index, node) in self.nodes.iter_mut().enumerate().rev() {
            node.needed_in_eval = needed[index + 1];
            for input in &node.inputs {
                needed[*input] |= node.needed_in_eval;
            }
            // A node that takes one value twice uses it last in the second place.
            for position in (0..node.inputs.len()).rev() {
                let input = node.inputs[position];
                node.last_use[position] = !used_later[input];
                used_later[input] = true;
            }
        }
        self
    }

    /// The name of the first batch normalization that has a single value a channel to take the mean of, where it is given
    /// `examples` images at once. Such a value always becomes 0.
    pub fn single_value_norm(&self, examples: usize) -> Option<&str> {
        let mut nodes = self.nodes.iter();
        let node = nodes.find(|node| {
            let values = || self.layers[node.layer].shape[1..].iter().product::<usize>();
            let is_measured = matches!(node.op, Op::BatchNorm { .. }) && !self.is_frozen_node(node);
            is_measured && values() * examples < 2
        });
        node.map(|node| node.name.as_str())
    }

    /// Channels and pixels of each batch normalization.
    #[cfg(feature = "gpu")]
    pub fn norms(&self) -> impl Iterator<Item = [usize; 2]> {
        let nodes = self.nodes.iter();
        let norms = nodes.filter(|node| matches!(node.op, Op::BatchNorm { .. }));
        norms.map(|node| {
            let shape = &self.layers[node.layer].shape;
            [shape[0], shape[1..].iter().product()]
        })
    }

    /// Pixels of an image, those of all channels.
    pub fn pixels(&self) -> usize {
        self.input.shape.iter().product()
    }

    /// The loss that the network is trained with.
    pub fn loss(&self) -> &Loss {
        &self.loss
    }

    /// Exchanges each ReLU with the max pooling right after it. The two commute, and ReLU then has less work.
    pub(super) fn pool_before_relu(&mut self) {
        for index in 1..self.nodes.len() {
            let (before, after) = self.nodes.split_at_mut(index);
            let (Some(first), Some(second)) = (before.last_mut(), after.first_mut()) else {
                continue;
            };
            let Op::MaxPool(pooling) = second.op else {
                continue;
            };
            // No other node may need the value between them.
            let only_user =
                second.inputs == [index] && second.last_use == [true] && self.logits != index;
            if first.op == Op::Relu && only_user && !pooling.ceil_mode {
                std::mem::swap(&mut first.op, &mut second.op);
                first.reordered = true;
                first.shape = second.shape;
            }
        }
    }

    /// The network's title, paper and layers.
    pub fn summary(&self) -> Summary {
        Summary {
            title: self.title.clone(),
            paper: self.paper,
            input: self.input.shape,
            layers: self.layers.clone(),
        }
    }

    /// Adds a node, whose parameters are those added since `first_parameter`.
    fn add_node(
        &mut self,
        op: Op,
        inputs: &[Value],
        first_parameter: usize,
        mut layer: LayerSummary,
        shape: Shape,
    ) -> Value {
        let shown: Vec<usize> = inputs
            .iter()
            .map(|value| self.summary_value(value.id))
            .collect();
        // After an inner layer, the summary shows this one as taking that.
        if !self.inner_layer && shown != [self.layers.len()] {
            layer.inputs = shown;
        }
        self.inner_layer = false;
        self.nodes.push(Node {
            name: layer.name.clone(),
            op,
            inputs: inputs.iter().map(|value| value.id).collect(),
            parameters: first_parameter..self.parameters.len(),
            last_use: vec![false; inputs.len()],
            shape,
            needed_in_eval: true,
            layer: self.layers.len(),
            summary_value: self.layers.len() + 1,
            reordered: false,
        });
        self.layers.push(layer);
        let id = self.nodes.len();
        Value { id, shape }
    }

    /// The value of the summary that the graph's value `id` is shown as; 0 is the image.
    fn summary_value(&self, id: usize) -> usize {
        let node = id.checked_sub(1).and_then(|index| self.nodes.get(index));
        node.map_or(0, |node| node.summary_value)
    }

    /// Leaves the last node out of the summary, which shows its input in its place.
    pub(super) fn omit_from_summary(&mut self) {
        self.layers.pop();
        let input = self.nodes.last().and_then(|node| node.inputs.first());
        let shown = input.map_or(0, |input| self.summary_value(*input));
        if let Some(node) = self.nodes.last_mut() {
            node.summary_value = shown;
        }
    }

    /// Adds an operation without parameters, whose arithmetic is not counted.
    pub(super) fn add_op(
        &mut self,
        op: Op,
        name: &str,
        kind: &str,
        inputs: &[Value],
        shape: Shape,
    ) -> Value {
        let layer = LayerSummary::without_parameters(name, kind, &shape.to_vec());
        self.add_node(op, inputs, self.parameters.len(), layer, shape)
    }

    /// Adds a layer, whose parameters are those added since `first_parameter`.
    pub(super) fn add_layer(
        &mut self,
        op: Op,
        (name, kind): (&str, String),
        x: Value,
        first_parameter: usize,
        (multiply_adds, shape): (u64, Shape),
    ) -> Value {
        let parameters = self.parameters[first_parameter..].iter();
        let layer = LayerSummary {
            name: name.to_owned(),
            kind,
            inputs: Vec::new(),
            shape: shape.to_vec(),
            parameters: parameters
                .map(|parameter| parameter.shape.iter().product::<usize>())
                .sum(),
            multiply_adds,
        };
        self.add_node(op, &[x], first_parameter, layer, shape)
    }

    /// Adds to the summary a layer that is computed inside the node that comes next.
    pub(super) fn add_inner_layer(&mut self, layer: LayerSummary) {
        self.inner_layer = true;
        self.layers.push(layer);
    }

    /// Adds a parameter that is no weight: see [`ParameterSpec::is_weight`].
    pub(super) fn add_parameter(
        &mut self,
        name: String,
        shape: &[usize],
        initializer: Initializer,
    ) {
        self.parameters.push(ParameterSpec {
            name,
            shape: shape.to_vec(),
            linear: false,
            initializer,
            is_weight: false,
            is_frozen: false,
        });
    }

    /// Adds a weight.
    pub(super) fn add_weight(&mut self, name: String, shape: &[usize], initializer: Initializer) {
        self.add_parameter(name, shape, initializer);
        if let Some(weight) = self.parameters.last_mut() {
            weight.is_weight = true;
        }
    }

    /// Gives a parameter that was added before another initializer.
    pub fn initialize(&mut self, name: &str, initializer: Initializer) {
        for parameter in self.named(name) {
            parameter.initializer = initializer;
        }
    }

    /// Leaves a parameter that was added before out of training.
    pub fn freeze(&mut self, name: &str) {
        for parameter in self.named(name) {
            parameter.is_frozen = true;
        }
    }

    fn named(&mut self, name: &str) -> impl Iterator<Item = &mut ParameterSpec> {
        let parameters = self.parameters.iter_mut();
        parameters.filter(move |parameter| parameter.name == name)
    }

    /// Adds weight `[inputs, outputs]` and bias `[outputs]` of a linear layer.
    pub(super) fn add_linear_parameters(
        &mut self,
        weight: String,
        bias: Option<String>,
        [inputs, outputs]: [usize; 2],
    ) {
        let first = self.parameters.len();
        let [weight_init, bias_init] = self.init.weight_and_bias(inputs, outputs);
        self.add_weight(weight, &[inputs, outputs], weight_init);
        if let Some(bias) = bias {
            self.add_parameter(bias, &[outputs], bias_init);
        }
        for parameter in &mut self.parameters[first..] {
            parameter.linear = true;
        }
    }
}
