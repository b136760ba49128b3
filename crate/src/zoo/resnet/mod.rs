//! Residual networks for small images, and the plain networks that they were measured against.
//!
//! K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2015, section 4.2: a 3×3 convolution,
//! then three stages of n blocks with 16, 32 and 64 channels, average pooling over what is left of the image, and a
//! linear layer: 6n + 2 layers with weights. `resnet-20` to `resnet-56` are the paper's; 8 and 14 are smaller ones of
//! the same make. With `skip=off` it is the paper's plain network: the same layers without the shortcuts.
//!
//! Where it departs from the paper: other images than CIFAR-10's are taken too; the image is centred and scaled channel by channel, where the paper subtracts the
//! mean of each pixel.

mod block;

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};

use super::apply::{convolve, linear};
use super::context::Normalized;
use super::norm::BatchNorm;
use super::{About, Context, Initial, Layer, Scaling, Trainable};
use crate::ops::relu;
use crate::recipe::{Choice, Recipe, Skip};
use block::{Block, conv3x3};

const PAPER: &str =
    "K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2015";

/// The network, of any depth.
#[derive(Module, Debug)]
pub struct ResNet {
    conv1: Conv2d,
    bn1: BatchNorm,
    layer1: Vec<Block>,
    layer2: Vec<Block>,
    layer3: Vec<Block>,
    fc: Linear,
    #[module(skip)]
    scaling: Scaling,
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
        let input = recipe.input();
        ResNet {
            conv1: conv3x3(input.shape[0], 16, 1, device),
            bn1: BatchNorm::init(16, device),
            layer1,
            layer2,
            layer3,
            fc: LinearConfig::new(64, input.classes)
                .with_initializer(Initializer::Zeros)
                .init(device),
            scaling: Scaling::of(input, device),
        }
    }

    fn about(recipe: &Recipe) -> About {
        let input = recipe.input();
        let [channels, rows, columns] = input.shape;
        let shape = [16, rows, columns];
        let mut layers = vec![
            Layer::convolution("conv1", 3, 1, channels * 16, shape).without_bias(),
            Layer::normalisation("bn1", shape),
            Layer::plain("relu", "ReLU", &shape),
        ];
        for (stage, blocks) in plan(recipe).into_iter().enumerate() {
            for (index, [from, to]) in blocks.into_iter().enumerate() {
                let name = block_name(stage, index);
                let halved = |size: usize| size.div_ceil(1 << stage);
                let shape = [to, halved(rows), halved(columns)];
                layers.extend(block::layers(&name, from, shape, recipe.skip));
            }
        }
        let last = [rows, columns].map(|size| size.div_ceil(4));
        let pooling = format!("average pooling {}×{}", last[0], last[1]);
        layers.push(Layer::plain("pool", &pooling, &[64]));
        layers.push(Layer::linear("fc", 64, input.classes));
        let label = recipe.model.label();
        About {
            title: match recipe.skip {
                Skip::On => label.to_owned(),
                Skip::Off => format!("{label} without its shortcuts (a plain network)"),
            },
            paper: PAPER,
            input: input.shape,
            layers,
        }
    }

    /// Convolutions as in the paper's reference 13; scales 1 and shifts 0; the linear layer as in PyTorch.
    fn initial(name: &str, shape: &[usize], fan_in: usize) -> Initial {
        match (name, shape) {
            ("fc.weight" | "fc.bias", _) => Initial::fan_in(fan_in),
            (_, [_, _, _, _]) => Initial::rectified(fan_in),
            (name, _) if name.ends_with(".weight") => Initial::Constant(1.0),
            _ => Initial::Constant(0.0),
        }
    }

    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
        let x = self.scaling.forward(images);
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
