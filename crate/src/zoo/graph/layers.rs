//! The layers that a graph is built of.

use super::builder::Graph;
use super::op::{Op, Pooling};
use super::value::{Shape, Value};
use crate::window;
use crate::zoo::initializer::Initializer;

/// A convolution with a square kernel.
#[derive(Clone, Copy, Debug)]
pub struct Conv {
    out_channels: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    groups: usize,
    bias: bool,
}

impl Conv {
    /// With stride 1, without padding, with a bias.
    pub fn new(out_channels: usize, kernel: usize) -> Self {
        Conv {
            out_channels,
            kernel,
            stride: 1,
            padding: 0,
            groups: 1,
            bias: true,
        }
    }

    /// With that stride in both directions.
    pub fn stride(self, stride: usize) -> Self {
        Conv { stride, ..self }
    }

    /// With so many zeros on each side.
    pub fn padding(self, padding: usize) -> Self {
        Conv { padding, ..self }
    }

    /// With its channels in so many groups: an output channel sees its own group's input channels only.
    pub fn groups(self, groups: usize) -> Self {
        Conv { groups, ..self }
    }

    /// Without bias, as before a normalization, which has a shift of its own.
    pub fn without_bias(self) -> Self {
        Conv {
            bias: false,
            ..self
        }
    }
}

/// An operation's description with those of its settings that are not the usual ones: "convolution 3×3, padding 1".
pub(super) fn describe(mut kind: String, settings: &[(usize, usize, &str)]) -> String {
    for (value, usual, name) in settings {
        if value != usual {
            kind = format!("{kind}, {name} {value}");
        }
    }
    kind
}

impl Graph {
    /// A convolution.
    pub fn conv(&mut self, name: &str, x: Value, conv: Conv) -> Value {
        let Conv {
            out_channels,
            kernel,
            stride,
            padding,
            groups,
            bias,
        } = conv;
        let [height, width] =
            window::output_shape(x.size(), [kernel; 2], [stride; 2], [padding; 2]);
        let in_channels = x.channels() / groups;
        let fan_in = in_channels * kernel * kernel;
        let fan_out = out_channels / groups * kernel * kernel;
        let [weight_init, bias_init] = self.init.weight_and_bias(fan_in, fan_out);
        let first = self.parameters.len();
        let weight_shape = [out_channels, in_channels, kernel, kernel];
        self.add_weight(format!("{name}.weight"), &weight_shape, weight_init);
        if bias {
            self.add_parameter(format!("{name}.bias"), &[out_channels], bias_init);
        }
        let settings = [
            (padding, 0, "padding"),
            (stride, 1, "stride"),
            (groups, 1, "groups"),
        ];
        let kind = describe(format!("convolution {kernel}×{kernel}"), &settings);
        let shape = Shape::FeatureMaps([out_channels, height, width]);
        let op = Op::Conv {
            stride,
            padding,
            groups,
        };
        let multiply_adds = [out_channels, fan_in, height, width].map(|n| n as u64);
        let multiply_adds = multiply_adds.iter().product();
        self.add_layer(op, (name, kind), x, first, (multiply_adds, shape))
    }

    /// Batch normalization, with PyTorch's ε.
    pub fn batch_norm(&mut self, name: &str, x: Value) -> Value {
        self.batch_norm_with(name, x, crate::zoo::norm::EPSILON)
    }

    /// Batch normalization with that ε. Its arithmetic is not counted, as is usual: in eval mode it could be folded into the
    /// convolution before it.
    pub fn batch_norm_with(&mut self, name: &str, x: Value, epsilon: f64) -> Value {
        let first = self.add_affine_parameters(name, x.channels());
        let kind = "batch normalization".to_owned();
        let op = Op::BatchNorm {
            epsilon,
            statistics: self.statistics,
        };
        self.statistics += 2 * x.channels();
        self.add_layer(op, (name, kind), x, first, (0, x.shape))
    }

    /// Batch normalization of features (PyTorch's `BatchNorm1d`): each is a channel of 1×1.
    pub fn batch_norm_1d(&mut self, name: &str, x: Value) -> Value {
        let x = self.reshape(x, Shape::FeatureMaps([x.channels(), 1, 1]));
        let x = self.batch_norm(name, x);
        if let Some(layer) = self.layers.last_mut() {
            layer.shape.truncate(1);
        }
        self.flatten(x)
    }

    /// Layer normalization: of each token by itself.
    pub fn layer_norm(&mut self, name: &str, x: Value) -> Value {
        let first = self.add_affine_parameters(name, x.channels());
        let kind = "layer normalization".to_owned();
        self.add_layer(Op::LayerNorm, (name, kind), x, first, (0, x.shape))
    }

    /// Adds scale (initially 1) and shift (0) of a normalization, and returns the first one's index.
    fn add_affine_parameters(&mut self, name: &str, channels: usize) -> usize {
        let first = self.parameters.len();
        let [one, zero] = [1.0, 0.0].map(Initializer::Constant);
        self.add_parameter(format!("{name}.weight"), &[channels], one);
        self.add_parameter(format!("{name}.bias"), &[channels], zero);
        first
    }

    /// A linear layer: of all features, or of each token.
    pub fn linear(&mut self, name: &str, x: Value, out_features: usize) -> Value {
        self.linear_layer(name, x, out_features, true)
    }

    /// A linear layer without bias, as before a normalization, which has a shift of its own.
    pub fn linear_without_bias(&mut self, name: &str, x: Value, out_features: usize) -> Value {
        self.linear_layer(name, x, out_features, false)
    }

    fn linear_layer(&mut self, name: &str, x: Value, out_features: usize, bias: bool) -> Value {
        let first = self.parameters.len();
        let in_features = x.channels();
        let bias = bias.then(|| format!("{name}.bias"));
        self.add_linear_parameters(format!("{name}.weight"), bias, [in_features, out_features]);
        let (shape, rows) = match x.shape {
            Shape::Tokens([tokens, _]) => (Shape::Tokens([tokens, out_features]), tokens),
            _ => (Shape::Features(out_features), 1),
        };
        let multiply_adds = (rows * in_features) as u64 * out_features as u64;
        let described = (name, "linear".to_owned());
        self.add_layer(Op::Linear, described, x, first, (multiply_adds, shape))
    }

    /// ReLU.
    pub fn relu(&mut self, name: &str, x: Value) -> Value {
        self.add_op(Op::Relu, name, "ReLU", &[x], x.shape)
    }

    /// The hyperbolic tangent.
    pub fn tanh(&mut self, name: &str, x: Value) -> Value {
        self.add_op(Op::Tanh, name, "tanh", &[x], x.shape)
    }

    /// The logistic sigmoid, 1 / (1 + e⁻ˣ).
    pub fn sigmoid(&mut self, name: &str, x: Value) -> Value {
        self.add_op(Op::Sigmoid, name, "sigmoid", &[x], x.shape)
    }

    /// Max pooling.
    pub fn max_pool(&mut self, name: &str, x: Value, pooling: Pooling) -> Value {
        let kind = pooling.kind("max pooling");
        let shape = pooled(x, pooling);
        self.add_op(Op::MaxPool(pooling), name, &kind, &[x], shape)
    }

    /// Average pooling, of windows without padding or `ceil_mode`.
    pub fn avg_pool(&mut self, name: &str, x: Value, pooling: Pooling) -> Value {
        let kind = pooling.kind("average pooling");
        let shape = pooled(x, pooling);
        self.add_op(Op::AvgPool(pooling), name, &kind, &[x], shape)
    }

    /// Global average pooling: the mean of each feature map.
    pub fn global_avg_pool(&mut self, name: &str, x: Value) -> Value {
        let [height, width] = x.size();
        let kind = format!("average pooling {height}×{width}");
        let shape = Shape::Features(x.channels());
        self.add_op(Op::GlobalAvgPool, name, &kind, &[x], shape)
    }

    /// All elements as features.
    pub fn flatten(&mut self, x: Value) -> Value {
        self.reshape(x, Shape::Features(x.shape.len()))
    }

    fn reshape(&mut self, x: Value, shape: Shape) -> Value {
        let value = self.add_op(Op::Reshape(shape.dims()), "reshape", "", &[x], shape);
        self.omit_from_summary();
        value
    }

    /// Dropout. With probability 0 it is left out of the summary.
    pub fn dropout(&mut self, name: &str, x: Value, probability: f64) -> Value {
        let op = Op::Dropout {
            probability,
            number: self.dropouts,
        };
        self.dropouts += 1;
        let kind = format!("dropout {probability}");
        let value = self.add_op(op, name, &kind, &[x], x.shape);
        if probability == 0.0 {
            self.omit_from_summary();
        }
        value
    }

    /// Local response normalization over five channels, with the constants of A. Krizhevsky, I. Sutskever, G. Hinton:
    /// ImageNet classification with deep convolutional neural networks, 2012, section 3.3.
    pub fn local_response_norm(&mut self, name: &str, x: Value) -> Value {
        let kind = "local response normalization";
        self.add_op(Op::LocalResponseNorm, name, kind, &[x], x.shape)
    }

    /// The sum of two values of one shape.
    pub fn add(&mut self, name: &str, kind: &str, x: Value, y: Value) -> Value {
        self.add_op(Op::Add, name, kind, &[x, y], x.shape)
    }

    /// The channels of all values, one after the other.
    pub fn concat(&mut self, name: &str, values: &[Value]) -> Value {
        let channels = values.iter().map(|value| value.channels()).sum();
        let [height, width] = values.first().map_or([0, 0], |value| value.size());
        let shape = Shape::FeatureMaps([channels, height, width]);
        let kind = format!("concatenation of {}", values.len());
        self.add_op(Op::Concat, name, &kind, values, shape)
    }

    /// A skip connection's shortcut without parameters (ResNet's option A): every `stride`-th row and column, and new channels
    /// of zeros, half of them before the others and half after.
    pub fn pad_shortcut(&mut self, x: Value, channels: usize, stride: usize) -> Value {
        let [height, width] = x.size().map(|size| size.div_ceil(stride));
        let shape = Shape::FeatureMaps([channels, height, width]);
        let op = Op::PadShortcut { channels, stride };
        let value = self.add_op(op, "shortcut", "", &[x], shape);
        // The summary shows it with the addition that takes it.
        self.omit_from_summary();
        value
    }

    /// Makes a value the logits of an auxiliary head, whose loss is added in training with that weight.
    pub fn auxiliary_head(&mut self, logits: Value, weight: f32) {
        let op = Op::AuxiliaryHead { weight };
        self.add_op(op, "auxiliary", "", &[logits], logits.shape);
        self.omit_from_summary();
    }
}

fn pooled(x: Value, pooling: Pooling) -> Shape {
    let [height, width] = x.size().map(|size| pooling.output_size(size));
    Shape::FeatureMaps([x.channels(), height, width])
}
