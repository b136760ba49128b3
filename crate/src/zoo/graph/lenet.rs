//! Layers that only LeNet-5 of 1998 has: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document
//! recognition, 1998, section II.B and appendix A.

use std::sync::Arc;

use burn::tensor::Tensor;
use burn::tensor::module::avg_pool2d;
use burn::tensor::ops::{AvgPoolOptions, PadMode};

use super::builder::Graph;
use super::op::Op;
use super::parameter::Parameter;
use super::value::{Shape, Value};
use crate::ops;
use crate::zoo::initializer::Initializer;

/// For each output channel of a partially connected convolution, the input channels that it sees.
pub type Connections = &'static [&'static [usize]];

/// An operation of LeNet-5 (1998).
#[derive(Clone, Debug, PartialEq)]
pub enum LeNetOp {
    /// The image times `scale`, padded with zeros, plus `shift`.
    ScaleAndPad {
        /// What pixels are multiplied by.
        scale: f64,
        /// Zeros on each side.
        padding: usize,
        /// What is added, to the padding too.
        shift: f64,
    },
    /// 1.7159 · tanh(2x/3).
    ScaledTanh,
    /// Trainable subsampling: the sum of each 2×2 window times a coefficient, plus a bias, one of each for a channel.
    Subsampling,
    /// A convolution whose output channels see some of the input channels. It has a kernel for each pair that is connected:
    /// `[connections, kernel · kernel]`.
    PartialConv {
        /// Which channels are connected.
        connections: Connections,
        /// The kernel's side.
        kernel: usize,
    },
    /// Minus the squared Euclidean distances from fixed centres (radial basis functions).
    Rbf {
        /// The centres, one after the other.
        centres: Arc<[f32]>,
    },
}

impl LeNetOp {
    /// Computes it.
    ///
    /// # Shapes
    /// - `x`, output: `[batch, channels, height, width]`
    pub fn apply(&self, x: Tensor<4>, parameters: &[Parameter]) -> Tensor<4> {
        match self {
            LeNetOp::ScaleAndPad {
                scale,
                padding,
                shift,
            } => {
                let sides = (*padding, *padding);
                (x * *scale).pad([sides, sides], PadMode::Constant(0.0)) + *shift
            }
            LeNetOp::ScaledTanh => scaled_tanh(x),
            LeNetOp::Subsampling => {
                let [_, channels, _, _] = x.dims();
                let per_channel = |at: usize| parameters[at].rank1().reshape([1, channels, 1, 1]);
                let means = avg_pool2d(x, AvgPoolOptions::new([2, 2]).with_stride([2, 2]));
                // The mean of four is a quarter of their sum.
                means * (per_channel(0) * 4.0) + per_channel(1)
            }
            LeNetOp::PartialConv {
                connections,
                kernel,
            } => {
                let [_, in_channels, ..] = x.dims();
                let weight = full_weight(&parameters[0], connections, in_channels, *kernel);
                let bias = Some(parameters[1].rank1());
                ops::conv2d(x, weight, bias, [1; 2], [0; 2], 1)
            }
            LeNetOp::Rbf { centres } => {
                let [batch, .., features] = x.dims();
                let classes = centres.len() / features;
                let shape = [1, classes, features];
                let centres = ops::floats(centres.to_vec(), shape, &x.device());
                let differences = x.reshape([batch, 1, features]) - centres;
                let distances = (differences.clone() * differences).sum_dim(2);
                distances.neg().reshape([batch, 1, 1, classes])
            }
        }
    }
}

/// The paper's squashing function, which maps ±1 to ±1.
fn scaled_tanh(x: Tensor<4>) -> Tensor<4> {
    ops::tanh(x * (2.0 / 3.0)) * 1.7159
}

/// The weight of a full convolution, `[out, in, kernel, kernel]`: 0 where channels are not connected.
fn full_weight(
    kernels: &Parameter,
    connections: Connections,
    in_channels: usize,
    kernel: usize,
) -> Tensor<4> {
    let kernels = kernels.rank2();
    let [count, _] = kernels.dims();
    let out_channels = connections.len();
    // A matrix of ones and zeros puts each kernel in the place of its pair of channels.
    let mut placement = vec![0.0f32; out_channels * in_channels * count];
    let pairs = connections
        .iter()
        .enumerate()
        .flat_map(|(to, inputs)| inputs.iter().map(move |from| to * in_channels + from));
    for (connection, pair) in pairs.enumerate() {
        placement[pair * count + connection] = 1.0;
    }
    let shape = [out_channels * in_channels, count];
    let placement = ops::floats(placement, shape, &kernels.device());
    let bias = Tensor::zeros([kernel * kernel], &kernels.device());
    // By the kernel of linear layers: burn's products of matrices would bring those of all kinds of numbers into the module.
    let weight = ops::linear(placement, kernels, bias);
    weight.reshape([out_channels, in_channels, kernel, kernel])
}

impl Graph {
    fn add_lenet_op(
        &mut self,
        op: LeNetOp,
        name: &str,
        kind: &str,
        x: Value,
        shape: Shape,
    ) -> Value {
        self.add_op(Op::LeNet(op), name, kind, &[x], shape)
    }

    /// Multiplies by `scale`, pads with so many zeros on each side, and adds `shift`.
    pub fn scale_and_pad(
        &mut self,
        name: &str,
        x: Value,
        scale: f64,
        padding: usize,
        shift: f64,
    ) -> Value {
        let [height, width] = x.size().map(|size| size + 2 * padding);
        let shape = Shape::FeatureMaps([x.channels(), height, width]);
        let op = LeNetOp::ScaleAndPad {
            scale,
            padding,
            shift,
        };
        self.add_lenet_op(op, name, &format!("padding to {height}×{width}"), x, shape)
    }

    /// The scaled hyperbolic tangent.
    pub fn scaled_tanh(&mut self, name: &str, x: Value) -> Value {
        self.add_lenet_op(LeNetOp::ScaledTanh, name, "scaled tanh", x, x.shape)
    }

    /// Trainable subsampling of 2×2 windows.
    pub fn subsampling(&mut self, name: &str, x: Value) -> Value {
        let channels = x.channels();
        let first = self.parameters.len();
        // Each output is made of four inputs.
        let init = Initializer::lecun_1998(4);
        self.add_weight(format!("{name}.coefficient"), &[channels], init);
        self.add_parameter(format!("{name}.bias"), &[channels], init);
        let [height, width] = x.size().map(|size| size / 2);
        let shape = Shape::FeatureMaps([channels, height, width]);
        let kind = "subsampling 2×2, trainable".to_owned();
        let op = Op::LeNet(LeNetOp::Subsampling);
        self.add_layer(op, (name, kind), x, first, (shape.len() as u64, shape))
    }

    /// A convolution whose output channels see some of the input channels. `fan_in` decides the initial values: it is not the same
    /// for every output channel.
    pub fn partial_conv(
        &mut self,
        name: &str,
        x: Value,
        connections: Connections,
        kernel: usize,
        fan_in: usize,
    ) -> Value {
        let first = self.parameters.len();
        let count: usize = connections.iter().map(|inputs| inputs.len()).sum();
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        let init = Initializer::lecun_1998(fan_in);
        self.add_weight(weight, &[count, kernel * kernel], init);
        self.add_parameter(bias, &[connections.len()], init);
        let [height, width] = x.size().map(|size| size - kernel + 1);
        let shape = Shape::FeatureMaps([connections.len(), height, width]);
        let kind = format!("convolution {kernel}×{kernel}");
        let multiply_adds = (count * kernel * kernel * height * width) as u64;
        let op = Op::LeNet(LeNetOp::PartialConv {
            connections,
            kernel,
        });
        self.add_layer(op, (name, kind), x, first, (multiply_adds, shape))
    }

    /// Radial basis functions with fixed centres, one for each class: minus the squared distances of the features from them.
    pub fn rbf(&mut self, name: &str, x: Value, centres: Vec<f32>) -> Value {
        let classes = centres.len() / x.channels();
        let multiply_adds = centres.len() as u64;
        let op = Op::LeNet(LeNetOp::Rbf {
            centres: centres.into(),
        });
        let kind = "radial basis functions, fixed centres".to_owned();
        let first = self.parameters.len();
        let shape = Shape::Features(classes);
        self.add_layer(op, (name, kind), x, first, (multiply_adds, shape))
    }
}

#[cfg(test)]
mod tests {
    use burn::module::Param;
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn channels_that_are_not_connected_change_nothing() {
        const CONNECTIONS: Connections = &[&[0, 1], &[1, 2], &[0, 2]];
        let device = Device::flex();
        // Only input channel 2 is not zero: output channels that see it are 4, the others 0.
        let x = Tensor::<4>::zeros([1, 3, 2, 2], &device).slice_assign(
            [0..1, 2..3, 0..2, 0..2],
            Tensor::ones([1, 1, 2, 2], &device),
        );
        let op = LeNetOp::PartialConv {
            connections: CONNECTIONS,
            kernel: 2,
        };
        let weight = Parameter::Rank2(Param::from_tensor(Tensor::ones([6, 4], &device)));
        let bias = Parameter::zeros(&[3], &device);
        let y = op.apply(x, &[weight, bias]);
        let y: Vec<f32> = y.into_data().try_to_vec().unwrap();
        assert_eq!(y, [0.0, 4.0, 4.0]);
    }

    #[test]
    fn scaled_tanh_maps_one_to_one() {
        let x = Tensor::<1>::from_floats([-1.0, 0.0, 1.0], &Device::flex());
        let y: Vec<f32> = scaled_tanh(x.reshape([1, 1, 1, 3]))
            .into_data()
            .try_to_vec()
            .unwrap();
        for (y, expected) in y.iter().zip([-1.0, 0.0, 1.0]) {
            assert!((y - expected).abs() < 1e-4);
        }
    }
}
