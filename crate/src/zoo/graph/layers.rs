//! The layers that a network is drawn of.

use super::design::Design;
use super::op::{Op, Pooling};
use super::value::{Form, Value};
use crate::zoo::initial::Initial;

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

impl Design {
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
        self.hide();
        value
    }

    /// Dropout. It is drawn only where there is any.
    pub fn dropout(&mut self, name: &str, x: Value, probability: f64) -> Value {
        let op = Op::Dropout { probability };
        let kind = format!("dropout {probability}");
        let value = self.plain(op, name, &kind, &[x], x.form);
        if probability == 0.0 {
            self.hide();
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
        self.hide();
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
        self.hide();
    }
}

fn pooled(x: Value, pooling: Pooling) -> Form {
    let [rows, columns] = x.size().map(|size| pooling.output(size));
    Form::Maps([x.width(), rows, columns])
}
