//! What a residual network is made of: two convolutions, and a shortcut around them.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Initializer, PaddingConfig2d};
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor};

use crate::ops::{max_pool2d, relu};
use crate::recipe::Skip;
use crate::zoo::apply::convolve;
use crate::zoo::context::Normalized;
use crate::zoo::norm::BatchNorm;
use crate::zoo::{Context, Layer};

/// Two 3×3 convolutions, each normalised; what goes in is added to what comes out. Where there are more channels than
/// before, rows and columns are halved.
#[derive(Module, Debug)]
pub struct Block {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
    /// Whether there is a shortcut.
    #[module(skip)]
    skip: bool,
}

/// A 3×3 convolution without bias, padded by 1: what comes after it has a shift of its own.
pub fn conv3x3(from: usize, to: usize, stride: usize, device: &Device) -> Conv2d {
    Conv2dConfig::new([from, to], [3, 3])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .with_bias(false)
        .with_initializer(Initializer::Zeros)
        .init(device)
}

fn stride(from: usize, to: usize) -> usize {
    if from == to { 1 } else { 2 }
}

impl Block {
    /// From so many channels to as many, or to more.
    pub fn init(from: usize, to: usize, skip: bool, device: &Device) -> Self {
        Block {
            conv1: conv3x3(from, to, stride(from, to), device),
            bn1: BatchNorm::init(to, device),
            conv2: conv3x3(to, to, 1, device),
            bn2: BatchNorm::init(to, device),
            skip,
        }
    }

    /// # Shapes
    /// - `x`: `[batch, from, height, width]`
    /// - output: `[batch, to, height, width]`, halved where there are more channels than before
    pub fn forward(&self, x: Tensor<4>, context: &Context) -> Tensor<4> {
        let y = relu(self.bn1.forward(convolve(&self.conv1, x.clone()), context));
        let y = self.bn2.forward(convolve(&self.conv2, y), context);
        if self.skip {
            let [_, channels, ..] = y.dims();
            relu(y + shortcut(x, channels))
        } else {
            relu(y)
        }
    }

    /// Its normalised layers, in order. `name` is the block's own.
    pub fn normalized(&self, name: &str) -> [Normalized; 2] {
        [
            Normalized::of(&format!("{name}.bn1"), &self.bn1),
            Normalized::of(&format!("{name}.bn2"), &self.bn2),
        ]
    }
}

/// What goes in, as it is added to what comes out: itself, or, where the channels become more, the paper's option A,
/// which has no parameters: every other row and column, and zeros in the new channels. Half of those come before the
/// others and half behind, as in the usual PyTorch re-implementations of the paper's networks for CIFAR-10; the
/// paper does not say where.
fn shortcut(x: Tensor<4>, channels: usize) -> Tensor<4> {
    let [_, from, ..] = x.dims();
    if from == channels {
        return x;
    }
    let more = channels - from;
    let halved = max_pool2d(x, [1, 1], [2, 2], [0, 0]);
    let new = (more / 2, more - more / 2);
    halved.pad([new, (0, 0), (0, 0)], PadMode::Constant(0.0))
}

/// A block's layers. `shape` is that of its output.
pub fn layers(name: &str, from: usize, shape: [usize; 3], skip: Skip) -> Vec<Layer> {
    let [to, ..] = shape;
    let named = |layer: &str| format!("{name}.{layer}");
    let convolution = |layer: &str, from: usize| {
        Layer::convolution(&named(layer), 3, 1, from * to, shape).without_bias()
    };
    let mut layers = vec![
        convolution("conv1", from).strided(stride(from, to)),
        Layer::normalisation(&named("bn1"), shape),
        Layer::plain(&named("relu1"), "ReLU", &shape),
        convolution("conv2", to),
        Layer::normalisation(&named("bn2"), shape),
    ];
    if skip == Skip::On {
        let kind = match from == to {
            true => "addition of the block's input",
            false => "addition of the block's input: every other pixel, new channels 0",
        };
        layers.push(Layer::plain(&named("add"), kind, &shape));
    }
    layers.push(Layer::plain(&named("relu2"), "ReLU", &shape));
    layers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn option_a_takes_every_other_pixel_and_adds_channels_of_zeros_on_both_sides() {
        let device = Device::flex();
        let x = Tensor::<1, burn::tensor::Int>::arange(0..32, &device)
            .float()
            .reshape([1, 2, 4, 4]);
        let same = shortcut(x.clone(), 2);
        assert_eq!(same.into_data(), x.clone().into_data());
        let y = shortcut(x, 4);
        assert_eq!(y.dims(), [1, 4, 2, 2]);
        let y: Vec<f32> = y.into_data().try_to_vec().unwrap();
        let expected = [
            [0.0; 4],
            [0.0, 2.0, 8.0, 10.0],
            [16.0, 18.0, 24.0, 26.0],
            [0.0; 4],
        ];
        assert_eq!(y, expected.concat());
    }

    /// With every scale 0, nothing comes through the convolutions: what is left is the shortcut.
    #[test]
    fn only_a_residual_block_lets_its_input_through() {
        let device = Device::flex();
        let x = Tensor::<4>::ones([2, 4, 4, 4], &device);
        for (skip, expected) in [(true, 1.0), (false, 0.0)] {
            let block = Block::init(4, 4, skip, &device);
            let y = block.forward(x.clone(), &Context::training(1));
            let y: Vec<f32> = y.into_data().try_to_vec().unwrap();
            assert_eq!(y, [expected; 128], "{skip}");
        }
    }
}
