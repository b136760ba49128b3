//! A network as it is drawn, layer by layer, before any of it is built.
//!
//! A network's file says in [`Design`]'s terms what is done to the image, one line a layer, as a forward pass is written.
//! All the rest follows: shapes, parameters and their names, multiply-adds, the drawing, the module.

use super::op::{Op, Pooling};
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
    /// Whether it pools what the drawing puts through ReLU here.
    pub(super) early: bool,
}

/// How weights start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Normally with variance 2/fan-in, biases at 0; see [`Initial::rectified`].
    Rectified,
    /// Evenly within 1/√fan-in, biases too; see [`Initial::fan_in`].
    FanIn,
    /// Evenly within √(6 / (fan-in + fan-out)), biases at 0 (X. Glorot, Y. Bengio: Understanding the difficulty of training
    /// deep feedforward neural networks, 2010): what keeps the scale where there is no ReLU.
    Glorot,
}

/// A convolution.
#[derive(Clone, Copy, Debug)]
pub struct Conv {
    to: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    groups: usize,
    bias: bool,
}

impl Conv {
    /// To so many channels, with a square kernel.
    pub fn new(to: usize, kernel: usize) -> Self {
        Conv {
            to,
            kernel,
            stride: 1,
            padding: 0,
            groups: 1,
            bias: true,
        }
    }

    /// At every so many-th place.
    pub fn stride(self, stride: usize) -> Self {
        Conv { stride, ..self }
    }

    /// With so many zeros around the image.
    pub fn padding(self, padding: usize) -> Self {
        Conv { padding, ..self }
    }

    /// Channels in so many groups, each of which sees only its own.
    pub fn groups(self, groups: usize) -> Self {
        Conv { groups, ..self }
    }

    /// Without bias: what comes after it has a shift of its own.
    pub fn without_bias(self) -> Self {
        Conv {
            bias: false,
            ..self
        }
    }
}

/// A network, drawn.
#[derive(Clone, Debug)]
pub struct Design {
    title: String,
    paper: &'static str,
    pub(super) input: Input,
    start: Start,
    pub(super) nodes: Vec<Node>,
    pub(super) parameters: Vec<Parameter>,
    /// Whose value the class scores are.
    pub(super) logits: usize,
    layers: Vec<Layer>,
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
    fn push(&mut self, op: Op, from: &[Value], first: usize, layer: Layer, form: Form) -> Value {
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
            early: false,
        });
        self.layers.push(layer);
        let at = self.nodes.len();
        Value { at, form }
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

    /// A convolution.
    pub fn conv(&mut self, name: &str, x: Value, conv: Conv) -> Value {
        let Conv {
            to,
            kernel,
            stride,
            padding,
            groups,
            bias,
        } = conv;
        let size = x
            .size()
            .map(|size| (size + 2 * padding - kernel) / stride + 1);
        let from = x.width() / groups;
        let fan_in = from * kernel * kernel;
        let first = self.parameters.len();
        let [of_weight, of_bias] = self.start.of(fan_in, to / groups * kernel * kernel);
        let shape = [to, from, kernel, kernel];
        self.parameter(format!("{name}.weight"), &shape, of_weight);
        if bias {
            self.parameter(format!("{name}.bias"), &[to], of_bias);
        }
        let mut kind = format!("convolution {kernel}×{kernel}");
        let told = [
            (padding, 0, "padding"),
            (stride, 1, "stride"),
            (groups, 1, "groups"),
        ];
        for (value, usual, what) in told {
            if value != usual {
                kind = format!("{kind}, {what} {value}");
            }
        }
        let form = Form::Maps([to, size[0], size[1]]);
        let op = Op::Conv {
            stride,
            padding,
            groups,
        };
        let multiply_adds = [to, fan_in, size[0], size[1]].map(|n| n as u64);
        let multiply_adds = multiply_adds.iter().product();
        self.trained(op, (name, kind), x, first, (multiply_adds, form))
    }

    /// Batch normalisation, with PyTorch's ε.
    pub fn norm(&mut self, name: &str, x: Value) -> Value {
        self.norm_by(name, x, crate::zoo::norm::EPSILON)
    }

    /// Batch normalisation. Its arithmetic is not counted, as is usual: for answers it could be folded into the convolution
    /// before it.
    pub fn norm_by(&mut self, name: &str, x: Value, epsilon: f64) -> Value {
        let first = self.scale_and_shift(name, x.width());
        let kind = "batch normalisation".to_owned();
        let op = Op::BatchNorm { epsilon };
        self.trained(op, (name, kind), x, first, (0, x.form))
    }

    /// Batch normalisation of units: each is a channel of one number.
    pub fn norm_units(&mut self, name: &str, x: Value) -> Value {
        let x = self.reshape(x, Form::Maps([x.width(), 1, 1]));
        let x = self.norm(name, x);
        if let Some(layer) = self.layers.last_mut() {
            layer.shape.truncate(1);
        }
        self.flatten(x)
    }

    /// Layer normalisation: of each token by itself.
    pub fn layer_norm(&mut self, name: &str, x: Value) -> Value {
        let first = self.scale_and_shift(name, x.width());
        let kind = "layer normalisation".to_owned();
        self.trained(Op::LayerNorm, (name, kind), x, first, (0, x.form))
    }

    fn scale_and_shift(&mut self, name: &str, width: usize) -> usize {
        let first = self.parameters.len();
        self.parameter(format!("{name}.weight"), &[width], Initial::Constant(1.0));
        self.parameter(format!("{name}.bias"), &[width], Initial::Constant(0.0));
        first
    }

    /// A linear layer: of all units, or of each token.
    pub fn linear(&mut self, name: &str, x: Value, to: usize) -> Value {
        self.linear_by(name, x, to, true)
    }

    /// A linear layer without bias: what comes after it has a shift of its own.
    pub fn linear_without_bias(&mut self, name: &str, x: Value, to: usize) -> Value {
        self.linear_by(name, x, to, false)
    }

    fn linear_by(&mut self, name: &str, x: Value, to: usize, bias: bool) -> Value {
        let first = self.parameters.len();
        let from = x.width();
        let bias = bias.then(|| format!("{name}.bias"));
        self.matrix(format!("{name}.weight"), bias, [from, to]);
        let (form, rows) = match x.form {
            Form::Tokens([tokens, _]) => (Form::Tokens([tokens, to]), tokens),
            _ => (Form::Units(to), 1),
        };
        let counted = ((rows * from) as u64 * to as u64, form);
        self.trained(Op::Linear, (name, "linear".to_owned()), x, first, counted)
    }

    /// ReLU.
    pub fn relu(&mut self, name: &str, x: Value) -> Value {
        self.plain(Op::Relu, name, "ReLU", &[x], x.form)
    }

    /// The hyperbolic tangent.
    pub fn tanh(&mut self, name: &str, x: Value) -> Value {
        self.plain(Op::Tanh, name, "tanh", &[x], x.form)
    }

    /// The logistic function, 1 / (1 + e⁻ˣ).
    pub fn sigmoid(&mut self, name: &str, x: Value) -> Value {
        self.plain(Op::Sigmoid, name, "sigmoid", &[x], x.form)
    }

    /// Max pooling.
    pub fn max_pool(&mut self, name: &str, x: Value, pooling: Pooling) -> Value {
        let kind = pooling.kind("max pooling");
        let form = pooled(x, pooling);
        self.plain(Op::MaxPool(pooling), name, &kind, &[x], form)
    }

    /// Average pooling.
    pub fn avg_pool(&mut self, name: &str, x: Value, pooling: Pooling) -> Value {
        let kind = pooling.kind("average pooling");
        let form = pooled(x, pooling);
        self.plain(Op::AvgPool(pooling), name, &kind, &[x], form)
    }

    /// The mean of each map.
    pub fn mean(&mut self, name: &str, x: Value) -> Value {
        let [rows, columns] = x.size();
        let kind = format!("average pooling {rows}×{columns}");
        self.plain(Op::Mean, name, &kind, &[x], Form::Units(x.width()))
    }

    /// All numbers in one row.
    pub fn flatten(&mut self, x: Value) -> Value {
        self.reshape(x, Form::Units(x.form.len()))
    }

    fn reshape(&mut self, x: Value, form: Form) -> Value {
        // Nothing is computed, so nothing is drawn.
        let value = self.plain(Op::Reshape(form.dims()), "reshape", "", &[x], form);
        self.layers.pop();
        value
    }

    /// Dropout. It is drawn only where there is any.
    pub fn dropout(&mut self, name: &str, x: Value, probability: f64) -> Value {
        let op = Op::Dropout { probability };
        let kind = format!("dropout {probability}");
        let value = self.plain(op, name, &kind, &[x], x.form);
        if probability == 0.0 {
            self.layers.pop();
        }
        value
    }

    /// Local response normalisation over five channels, with the constants of A. Krizhevsky, I. Sutskever, G. Hinton:
    /// ImageNet classification with deep convolutional neural networks, 2012, section 3.3.
    pub fn response_norm(&mut self, name: &str, x: Value) -> Value {
        let kind = "local response normalisation";
        self.plain(Op::ResponseNorm, name, kind, &[x], x.form)
    }

    /// The sum of two.
    pub fn add(&mut self, name: &str, kind: &str, x: Value, y: Value) -> Value {
        self.plain(Op::Add, name, kind, &[x, y], x.form)
    }

    /// All channels of several.
    pub fn concat(&mut self, name: &str, parts: &[Value]) -> Value {
        let width = parts.iter().map(|part| part.width()).sum();
        let [rows, columns] = parts.first().map_or([0, 0], |part| part.size());
        let form = Form::Maps([width, rows, columns]);
        let kind = format!("concatenation of {}", parts.len());
        self.plain(Op::Concat, name, &kind, parts, form)
    }

    /// A shortcut without parameters: every `stride`-th row and column, and channels of zeros on both sides.
    pub fn shrink(&mut self, x: Value, to: usize, stride: usize) -> Value {
        let [rows, columns] = x.size().map(|size| size.div_ceil(stride));
        let form = Form::Maps([to, rows, columns]);
        // It is drawn with the addition that it goes into.
        let value = self.plain(Op::Shrink { to, stride }, "shortcut", "", &[x], form);
        self.layers.pop();
        value
    }

    /// An auxiliary classifier's scores, whose loss counts by that factor in training.
    pub fn auxiliary(&mut self, logits: Value, factor: f32) {
        self.plain(
            Op::Auxiliary { factor },
            "auxiliary",
            "",
            &[logits],
            logits.form,
        );
        self.layers.pop();
    }
}

fn pooled(x: Value, pooling: Pooling) -> Form {
    let [rows, columns] = x.size().map(|size| pooling.output(size));
    Form::Maps([x.width(), rows, columns])
}

impl Start {
    /// How weight and bias start.
    fn of(self, fan_in: usize, fan_out: usize) -> [Initial; 2] {
        match self {
            Start::Rectified => [Initial::rectified(fan_in), Initial::Constant(0.0)],
            Start::FanIn => [Initial::fan_in(fan_in); 2],
            Start::Glorot => {
                let bound = (6.0 / (fan_in + fan_out) as f32).sqrt();
                [Initial::Uniform { bound }, Initial::Constant(0.0)]
            }
        }
    }
}
