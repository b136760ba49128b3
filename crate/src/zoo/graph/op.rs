//! The operations of a graph's nodes. Every value is a tensor of four dimensions, whatever its shape.

use burn::tensor::Tensor;
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::{AvgPoolOptions, PadMode};

use super::layers::describe;
use super::lenet::LeNetOp;
use super::parameter::Parameter;
use super::tokens::TokenOp;
use crate::ops;
use crate::ops::response_norm::{ALPHA_OVER_N, K, RADIUS};
use crate::window;
use crate::zoo::context::Context;
use crate::zoo::dropout::dropout;
use crate::zoo::norm::{LAYER_NORM_EPSILON, batch_norm, layer_norm};

/// An operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// A convolution.
    Conv {
        /// In both directions.
        stride: usize,
        /// Zeros on each side.
        padding: usize,
        /// Groups of channels.
        groups: usize,
    },
    /// Batch normalization.
    BatchNorm {
        /// Added to the variance.
        epsilon: f64,
        /// Where its running statistics start in the vector of all.
        statistics: usize,
    },
    /// Layer normalization, of each row.
    LayerNorm,
    /// A linear layer, of each row.
    Linear,
    /// ReLU.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// Max pooling.
    MaxPool(Pooling),
    /// Average pooling.
    AvgPool(Pooling),
    /// The mean of each feature map.
    GlobalAvgPool,
    /// The same elements in another shape.
    Reshape([usize; 3]),
    /// Dropout.
    Dropout {
        /// The probability that an element is dropped.
        probability: f64,
        /// Its number among the dropout layers, which names its random streams.
        number: u64,
    },
    /// Local response normalization, across neighbouring channels.
    LocalResponseNorm,
    /// The sum of the inputs.
    Add,
    /// The inputs' channels, one after the other.
    Concat,
    /// A shortcut without parameters: fewer rows and columns, and new channels of zeros.
    PadShortcut {
        /// Channels of the output.
        channels: usize,
        /// Every so many-th row and column stays.
        stride: usize,
    },
    /// GELU.
    Gelu,
    /// An operation on tokens.
    Token(TokenOp),
    /// An operation of LeNet-5 (1998).
    LeNet(LeNetOp),
    /// Logits of an auxiliary head.
    AuxiliaryHead {
        /// The weight of their loss in the training loss.
        weight: f32,
    },
}

/// The windows of a pooling layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooling {
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
    pub(super) ceil_mode: bool,
}

impl Pooling {
    /// Square windows that do not overlap.
    pub fn new(kernel: usize) -> Self {
        Pooling {
            kernel,
            stride: kernel,
            padding: 0,
            ceil_mode: false,
        }
    }

    /// With that stride in both directions.
    pub fn stride(self, stride: usize) -> Self {
        Pooling { stride, ..self }
    }

    /// With padding on each side, which no maximum is taken of.
    pub fn padding(self, padding: usize) -> Self {
        Pooling { padding, ..self }
    }

    /// Rounds the number of windows up (PyTorch's `ceil_mode`): one may reach over the last row and column. What is pooled must
    /// not be negative: a GPU reads zeros there.
    pub fn ceil_mode(self) -> Self {
        Pooling {
            ceil_mode: true,
            ..self
        }
    }

    /// How many rows below and columns on the right windows reach over beyond the padding, in ceil mode.
    pub fn reach(self, size: [usize; 2]) -> [usize; 2] {
        size.map(|size| {
            let reach = (self.output_size(size) - 1) * self.stride + self.kernel;
            reach.saturating_sub(size + 2 * self.padding)
        })
    }

    /// The number of windows along a side of that size.
    ///
    /// # Panics
    /// Where a window is larger than the padded side.
    pub fn output_size(self, size: usize) -> usize {
        let Pooling {
            kernel,
            stride,
            padding,
            ceil_mode,
        } = self;
        let output = match ceil_mode {
            true => window::output_size_ceil(size, kernel, stride, padding),
            false => window::output_size(size, kernel, stride, padding),
        };
        assert!(output.is_some(), "{self:?} of {size} rows or columns");
        output.unwrap_or_default()
    }

    /// Kernel, stride, padding, and 1 for `ceil_mode`.
    pub(super) fn numbers(self) -> [usize; 4] {
        [
            self.kernel,
            self.stride,
            self.padding,
            usize::from(self.ceil_mode),
        ]
    }

    /// A layer's description: "max pooling 3×3, stride 2".
    pub fn kind(self, name: &str) -> String {
        let Pooling {
            kernel,
            stride,
            padding,
            ..
        } = self;
        let settings = [(padding, 0, "padding"), (stride, kernel, "stride")];
        describe(format!("{name} {kernel}×{kernel}"), &settings)
    }
}

impl Op {
    /// Computes the operation on `x`, its first input, and the `others`. `layer` is the node's number in the summary.
    ///
    /// # Shapes
    /// - `x`, `others`, output: `[batch, channels, height, width]`; tokens are `[batch, 1, tokens, embedding]`, features
    ///   `[batch, 1, 1, features]`
    pub fn apply(
        &self,
        x: Tensor<4>,
        others: Vec<Tensor<4>>,
        parameters: &[Parameter],
        context: &Context,
        layer: usize,
    ) -> Tensor<4> {
        match *self {
            Op::Conv {
                stride,
                padding,
                groups,
            } => {
                let (stride, padding) = ([stride; 2], [padding; 2]);
                let weight = parameters[0].rank4();
                let bias = parameters.get(1).map(Parameter::rank1);
                ops::conv2d(x, weight, bias, stride, padding, groups)
            }
            Op::BatchNorm {
                epsilon,
                statistics,
            } => {
                let (weight, bias) = (parameters[0].rank1(), parameters[1].rank1());
                batch_norm(x, weight, bias, epsilon, statistics, context)
            }
            Op::LayerNorm => {
                let (weight, bias) = (parameters[0].rank1(), parameters[1].rank1());
                layer_norm(x, weight, bias, LAYER_NORM_EPSILON)
            }
            Op::Linear => linear(x, &parameters[0], parameters.get(1)),
            Op::Relu => ops::relu(x),
            Op::Tanh => ops::tanh(x),
            Op::Sigmoid => ops::sigmoid(x),
            Op::MaxPool(pooling) => {
                let [.., height, width] = x.dims();
                let reach = pooling.reach([height, width]);
                let Pooling {
                    kernel,
                    stride,
                    padding,
                    ..
                } = pooling;
                ops::max_pool2d(x, [kernel; 2], [stride; 2], [padding; 2], reach)
            }
            Op::AvgPool(Pooling { kernel, stride, .. }) => {
                let mut options = AvgPoolOptions::new([kernel; 2]);
                options.stride = [stride; 2];
                avg_pool2d(x, options)
            }
            Op::GlobalAvgPool => {
                let [batch, channels, height, width] = x.dims();
                let means = x.reshape([batch, channels, height * width]).mean_dim(2);
                means.reshape([batch, 1, 1, channels])
            }
            Op::Reshape([channels, height, width]) => {
                let [batch, ..] = x.dims();
                x.reshape([batch, channels, height, width])
            }
            Op::Dropout {
                probability,
                number,
            } => dropout(x, probability, number, context),
            Op::LocalResponseNorm => local_response_norm(x),
            Op::Add => others.into_iter().fold(x, |sum, other| sum + other),
            Op::Concat => Tensor::cat([vec![x], others].concat(), 1),
            Op::PadShortcut { channels, stride } => pad_shortcut(x, channels, stride),
            Op::Gelu => ops::gelu(x),
            Op::Token(op) => op.apply(x, parameters, context, layer),
            Op::LeNet(ref op) => op.apply(x, parameters),
            Op::AuxiliaryHead { weight } => {
                let [batch, .., classes] = x.dims();
                context.push_auxiliary(x.clone().reshape([batch, classes]), weight);
                x
            }
        }
    }
}

/// A linear layer of each row.
///
/// # Shapes
/// - `x`: `[batch, channels, rows, in]`
/// - `weight`: `[in, out]`; `bias`: `[out]`
/// - output: `[batch, channels, rows, out]`
pub(super) fn linear(x: Tensor<4>, weight: &Parameter, bias: Option<&Parameter>) -> Tensor<4> {
    let [batch, channels, rows, in_features] = x.dims();
    let weight = weight.rank2();
    let [_, out_features] = weight.dims();
    let zeros = || Tensor::zeros([out_features], &x.device());
    let bias = bias.map_or_else(zeros, Parameter::rank1);
    let x = x.reshape([batch * channels * rows, in_features]);
    ops::linear(x, weight, bias).reshape([batch, channels, rows, out_features])
}

/// Every `stride`-th row and column, and new channels of zeros before and after the others.
fn pad_shortcut(x: Tensor<4>, channels: usize, stride: usize) -> Tensor<4> {
    let [_, in_channels, ..] = x.dims();
    let x = match stride {
        1 => x,
        _ => ops::max_pool2d(x, [1, 1], [stride; 2], [0, 0], [0, 0]),
    };
    let new_channels = channels - in_channels;
    match new_channels {
        0 => x,
        _ => {
            let around = (new_channels / 2, new_channels.div_ceil(2));
            x.pad([around, (0, 0), (0, 0)], PadMode::Constant(0.0))
        }
    }
}

/// Local response normalization as PyTorch has it: x / (k + α/n · Σ x²)^¾ over the n neighbouring channels, with the
/// paper's k = 2, n = 5 and α = n · 10⁻⁴, because the paper does not divide by n.
fn local_response_norm(x: Tensor<4>) -> Tensor<4> {
    let [_, channels, ..] = x.dims();
    // The sum over neighbouring channels is a 1×1 convolution with a band matrix.
    let mut band = vec![0.0; channels * channels];
    for to in 0..channels {
        for from in to.saturating_sub(RADIUS)..(to + RADIUS + 1).min(channels) {
            band[to * channels + from] = ALPHA_OVER_N;
        }
    }
    let band = ops::floats(band, [channels, channels, 1, 1], &x.device());
    let sums = ops::conv2d(x.clone() * x.clone(), band, None, [1; 2], [0; 2], 1);
    // y^¾ = √y · √√y: unlike a power, roots are rounded alike everywhere.
    let root = (sums + K).sqrt();
    x / (root.clone() * root.sqrt())
}
