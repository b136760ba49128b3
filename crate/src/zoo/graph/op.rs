//! What is done to what goes through a network. Every value is a tensor of four dimensions, whatever it is.

use burn::tensor::Tensor;
use burn::tensor::activation::{gelu, sigmoid};
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::{AvgPoolOptions, PadMode};

use super::tokens::Step;
use super::weight::Weight;
use crate::ops;
use crate::zoo::context::Context;
use crate::zoo::dropout::dropout;
use crate::zoo::norm::{batch_norm, layer_norm};

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// A convolution.
    Conv {
        /// At every so many-th place.
        stride: usize,
        /// Zeros on each side.
        padding: usize,
        /// Groups of channels.
        groups: usize,
    },
    /// Normalised channel by channel.
    BatchNorm {
        /// What is added to a variance.
        epsilon: f64,
    },
    /// Normalised row by row.
    LayerNorm,
    /// A linear layer of each row.
    Linear,
    /// ReLU.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// The largest of each window.
    MaxPool(Pooling),
    /// The mean of each window.
    AvgPool(Pooling),
    /// The mean of each map.
    Mean,
    /// The same numbers in another shape.
    Reshape([usize; 3]),
    /// Numbers left out at random.
    Dropout {
        /// How likely each is.
        probability: f64,
    },
    /// Normalised by neighbouring channels.
    ResponseNorm,
    /// A sum.
    Add,
    /// One behind the other, channel by channel.
    Concat,
    /// Fewer pixels and more channels, without parameters.
    Shrink {
        /// Channels.
        to: usize,
        /// Every so many-th row and column.
        stride: usize,
    },
    /// GELU.
    Gelu,
    /// What is done to tokens.
    Tokens(Step),
    /// An auxiliary classifier's scores.
    Auxiliary {
        /// How much their loss counts.
        factor: f32,
    },
}

/// Windows of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pooling {
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
    /// Whether windows may reach over the last row and column.
    pub(super) over: bool,
}

impl Pooling {
    /// Square windows, one beside the other.
    pub fn of(kernel: usize) -> Self {
        Pooling {
            kernel,
            stride: kernel,
            padding: 0,
            over: false,
        }
    }

    /// At every so many-th place.
    pub fn stride(self, stride: usize) -> Self {
        Pooling { stride, ..self }
    }

    /// With a margin that no maximum is in.
    pub fn padding(self, padding: usize) -> Self {
        Pooling { padding, ..self }
    }

    /// Windows that begin within the image may reach over its last row and column, as GoogLeNet's do. There must be no
    /// negative numbers in it.
    pub fn over(self) -> Self {
        Pooling { over: true, ..self }
    }

    /// With rows and columns of 0 below and on the right, where windows reach over.
    fn filled(self, x: Tensor<4>) -> Tensor<4> {
        let [.., rows, columns] = x.dims();
        let [down, right] = [rows, columns].map(|size| {
            let reach = (self.output(size) - 1) * self.stride + self.kernel;
            reach.saturating_sub(size + 2 * self.padding)
        });
        match [down, right] {
            [0, 0] => x,
            _ => x.pad([(0, down), (0, right)], PadMode::Constant(0.0)),
        }
    }

    /// Rows of so many.
    pub fn output(self, size: usize) -> usize {
        let room = size + 2 * self.padding - self.kernel;
        match self.over {
            true => room.div_ceil(self.stride) + 1,
            false => room / self.stride + 1,
        }
    }

    /// Kernel, stride, padding, and 1 where windows may reach over.
    pub(super) fn numbers(self) -> [usize; 4] {
        [
            self.kernel,
            self.stride,
            self.padding,
            usize::from(self.over),
        ]
    }

    /// What it is called.
    pub fn kind(self, what: &str) -> String {
        let Pooling {
            kernel,
            stride,
            padding,
            ..
        } = self;
        let mut kind = format!("{what} {kernel}×{kernel}");
        for (value, usual, what) in [(padding, 0, "padding"), (stride, kernel, "stride")] {
            if value != usual {
                kind = format!("{kind}, {what} {value}");
            }
        }
        kind
    }
}

impl Op {
    /// Does it to `x`, and to what else goes into it.
    ///
    /// # Shapes
    /// - `x`, `more`, output: `[batch, channels, rows, columns]`
    pub fn apply(
        &self,
        x: Tensor<4>,
        more: Vec<Tensor<4>>,
        weights: &[Weight],
        context: &Context,
    ) -> Tensor<4> {
        let vector = |at: usize| weights.get(at).map(Weight::vector);
        match *self {
            Op::Conv {
                stride,
                padding,
                groups,
            } => {
                let (stride, padding) = ([stride; 2], [padding; 2]);
                let kernel = weights[0].four();
                ops::conv2d(x, kernel, vector(1), stride, padding, groups)
            }
            Op::BatchNorm { epsilon } => {
                let (scale, shift) = (weights[0].vector(), weights[1].vector());
                batch_norm(x, scale, shift, epsilon, context)
            }
            Op::LayerNorm => layer_norm(x, weights[0].vector(), weights[1].vector(), 1e-6),
            Op::Linear => rows(x, &weights[0], weights.get(1)),
            Op::Relu => ops::relu(x),
            Op::Tanh => x.tanh(),
            Op::Sigmoid => sigmoid(x),
            Op::MaxPool(pooling) => {
                let x = pooling.filled(x);
                let Pooling {
                    kernel,
                    stride,
                    padding,
                    ..
                } = pooling;
                ops::max_pool2d(x, [kernel; 2], [stride; 2], [padding; 2])
            }
            Op::AvgPool(Pooling { kernel, stride, .. }) => {
                let mut options = AvgPoolOptions::new([kernel; 2]);
                options.stride = [stride; 2];
                avg_pool2d(x, options)
            }
            Op::Mean => {
                let [batch, channels, height, width] = x.dims();
                let means = x.reshape([batch, channels, height * width]).mean_dim(2);
                means.reshape([batch, 1, 1, channels])
            }
            Op::Reshape([channels, height, width]) => {
                let [batch, ..] = x.dims();
                x.reshape([batch, channels, height, width])
            }
            Op::Dropout { probability } => dropout(x, probability, context),
            Op::ResponseNorm => response_norm(x),
            Op::Add => more.into_iter().fold(x, |sum, next| sum + next),
            Op::Concat => Tensor::cat([vec![x], more].concat(), 1),
            Op::Shrink { to, stride } => {
                let [_, from, ..] = x.dims();
                let x = match stride {
                    1 => x,
                    _ => ops::max_pool2d(x, [1, 1], [stride; 2], [0, 0]),
                };
                let new = ((to - from) / 2, (to - from).div_ceil(2));
                match to == from {
                    true => x,
                    false => x.pad([new, (0, 0), (0, 0)], PadMode::Constant(0.0)),
                }
            }
            Op::Gelu => gelu(x),
            Op::Tokens(step) => step.apply(x, weights, context),
            Op::Auxiliary { factor } => {
                if let Context::Training(training) = context {
                    let [batch, .., classes] = x.dims();
                    training.leave_auxiliary(x.clone().reshape([batch, classes]), factor);
                }
                x
            }
        }
    }

    /// Goes past it, where its value is not needed to answer.
    pub fn pass_over(&self, weights: &[Weight], context: &Context) {
        if let (Op::BatchNorm { .. }, Context::Answering(answering)) = (self, context) {
            // Its running averages are passed over with it.
            answering.next(2 * weights[0].shape()[0]);
        }
    }
}

/// A linear layer of each row.
pub(super) fn rows(x: Tensor<4>, weight: &Weight, bias: Option<&Weight>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let matrix = weight.two();
    let [_, to] = matrix.dims();
    let none = || Tensor::zeros([to], &x.device());
    let bias = bias.map_or_else(none, Weight::vector);
    let y = ops::linear(x.reshape([batch * channels * height, width]), matrix, bias);
    y.reshape([batch, channels, height, to])
}

/// Local response normalisation, as PyTorch has it: x / (k + α/n · Σ x²)^¾ over the n neighbouring channels, with the
/// paper's k = 2, n = 5 and α = n · 10⁻⁴, for the paper does not divide by n.
fn response_norm(x: Tensor<4>) -> Tensor<4> {
    const REACH: usize = 2;
    const PART: f32 = 1e-4;
    let [_, channels, ..] = x.dims();
    // The sum over neighbouring channels is a 1×1 convolution with a band of ones.
    let mut band = vec![0.0; channels * channels];
    for to in 0..channels {
        for from in to.saturating_sub(REACH)..(to + REACH + 1).min(channels) {
            band[to * channels + from] = PART;
        }
    }
    let band = ops::floats(band, [channels, channels, 1, 1], &x.device());
    let sums = ops::conv2d(x.clone() * x.clone(), band, None, [1; 2], [0; 2], 1);
    // A power of ¾ is two roots, which round alike everywhere.
    let root = (sums + 2.0).sqrt();
    x / (root.clone() * root.sqrt())
}
