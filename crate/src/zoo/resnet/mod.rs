//! Residual networks for 32×32 colour images, and the plain networks that they were measured against.
//!
//! K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2015, section 4.2: a 3×3 convolution,
//! then three stages of n blocks with 16, 32 and 64 channels, average pooling over what is left of the image, and a
//! linear layer: 6n + 2 layers with weights. `resnet-20` to `resnet-56` are the paper's; 8 and 14 are smaller ones of
//! the same make. With `skip=off` it is the paper's plain network: the same layers without the shortcuts.
//!
//! Where it departs from the paper: the image is centred and scaled channel by channel, where the paper subtracts the
//! mean of each pixel.

mod block;

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use super::apply::{convolve, linear};
use super::context::Normalized;
use super::norm::BatchNorm;
use super::{About, Context, Initial, Layer, Trainable, initial};
use crate::ops::relu;
use crate::recipe::{Choice, Recipe, Skip};
use block::{Block, conv3x3};

const PAPER: &str =
    "K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2015";

/// Mean of CIFAR-10's red, green and blue over the training images, from 0 to 1: of the first 10,000 of them, as a test
/// holds.
const MEAN: [f32; 3] = [0.4935, 0.4834, 0.4472];

/// Their standard deviation.
const DEVIATION: [f32; 3] = [0.2476, 0.2446, 0.2626];

/// Classes.
const CLASSES: usize = 10;

/// The network, of any depth.
#[derive(Module, Debug)]
pub struct ResNet {
    conv1: Conv2d,
    bn1: BatchNorm,
    layer1: Vec<Block>,
    layer2: Vec<Block>,
    layer3: Vec<Block>,
    fc: Linear,
    /// [`MEAN`]: `[1, 3, 1, 1]`.
    #[module(skip)]
    mean: Tensor<4>,
    /// [`DEVIATION`]: `[1, 3, 1, 1]`.
    #[module(skip)]
    deviation: Tensor<4>,
}

/// Channels into and out of each block, stage by stage.
fn plan(recipe: &Recipe) -> [Vec<[usize; 2]>; 3] {
    // Two layers are outside the blocks, and a block has two.
    let blocks = recipe.model.depth().map_or(1, |depth| (depth - 2) / 6);
    [[16, 16], [16, 32], [32, 64]].map(|[from, to]| {
        let later = std::iter::repeat_n([to, to], blocks - 1);
        std::iter::once([from, to]).chain(later).collect()
    })
}

/// The name of a block, in the manner of PyTorch's collection of networks: stages count from 1, blocks from 0.
fn block_name(stage: usize, index: usize) -> String {
    format!("layer{}.{index}", stage + 1)
}

impl ResNet {
    fn stages(&self) -> [&[Block]; 3] {
        [&self.layer1, &self.layer2, &self.layer3]
    }
}

impl Trainable for ResNet {
    fn init(recipe: &Recipe, device: &Device) -> Self {
        let skip = recipe.skip == Skip::On;
        let [layer1, layer2, layer3] = plan(recipe).map(|stage| {
            let blocks = stage.into_iter();
            blocks
                .map(|[from, to]| Block::init(from, to, skip, device))
                .collect()
        });
        let each =
            |values: [f32; 3]| Tensor::<1>::from_floats(values, device).reshape([1, 3, 1, 1]);
        ResNet {
            conv1: conv3x3(3, 16, 1, device),
            bn1: BatchNorm::init(16, device),
            layer1,
            layer2,
            layer3,
            fc: LinearConfig::new(64, CLASSES)
                .with_initializer(Initializer::Zeros)
                .init(device),
            mean: each(MEAN),
            deviation: each(DEVIATION),
        }
    }

    fn about(recipe: &Recipe) -> About {
        let shape = [16, 32, 32];
        let mut layers = vec![
            Layer::convolution("conv1", 3, 1, 3 * 16, shape).without_bias(),
            Layer::normalisation("bn1", shape),
            Layer::plain("relu", "ReLU", &shape),
        ];
        for (stage, blocks) in plan(recipe).into_iter().enumerate() {
            for (index, [from, to]) in blocks.into_iter().enumerate() {
                let name = block_name(stage, index);
                let size = 32 >> stage;
                layers.extend(block::layers(&name, from, [to, size, size], recipe.skip));
            }
        }
        layers.push(Layer::plain("pool", "average pooling 8×8", &[64]));
        layers.push(Layer::linear("fc", 64, CLASSES));
        let label = recipe.model.label();
        About {
            title: match recipe.skip {
                Skip::On => label.to_owned(),
                Skip::Off => format!("{label} without its shortcuts (a plain network)"),
            },
            paper: PAPER,
            input: [3, 32, 32],
            layers,
        }
    }

    /// Convolutions as in the paper's reference 13; scales 1 and shifts 0; the linear layer as in PyTorch.
    fn initial(name: &str, shape: &[usize]) -> Initial {
        match (name, shape) {
            ("fc.weight" | "fc.bias", _) => Initial::fan_in(64),
            (_, [_, _, _, _]) => Initial::rectified(initial::fan_in(shape)),
            (name, _) if name.ends_with(".weight") => Initial::Constant(1.0),
            _ => Initial::Constant(0.0),
        }
    }

    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
        let x = (images - self.mean.clone()) / self.deviation.clone();
        let x = relu(self.bn1.forward(convolve(&self.conv1, x), context));
        let blocks = self.stages().into_iter().flatten();
        let x = blocks.fold(x, |x, block| block.forward(x, context));
        let [batch, channels, height, width] = x.dims();
        let means = x.reshape([batch, channels, height * width]).mean_dim(2);
        linear(&self.fc, means.reshape([batch, channels]))
    }

    fn normalized(&self) -> Vec<Normalized> {
        let mut all = vec![Normalized::of("bn1", &self.bn1)];
        for (stage, blocks) in self.stages().into_iter().enumerate() {
            for (index, block) in blocks.iter().enumerate() {
                all.extend(block.normalized(&block_name(stage, index)));
            }
        }
        all
    }
}

#[cfg(test)]
mod tests;
