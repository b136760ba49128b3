//! A network of one's own, as the link spells it; [`crate::recipe::stack`] reads it and finds its shapes.
//!
//! What the text leaves to this file: a linear layer to the classes closes every stack, after flattening; a linear layer
//! flattens the image before it; a convolution or linear layer right before a normalisation has no bias; weights and
//! biases start as in PyTorch (evenly within 1/√fan-in), normalisations with scale 1 and shift 0. Parameters are named as
//! in PyTorch's `Sequential`: `layers.0.weight` is of the first layer, `layers.6.2.weight` of the third in the block
//! that is the seventh; the closing layer is `classes`.

mod describe;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::AvgPool2dConfig;
use burn::nn::{Initializer, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};

use super::apply::{convolve, linear};
use super::context::Normalized;
use super::norm::BatchNorm;
use super::{About, Context, Initial, Scaling, Trainable};
use crate::ops::{max_pool2d, relu};
use crate::recipe::Recipe;
use crate::recipe::stack::{Kind, Placed};

/// The network.
#[derive(Module, Debug)]
pub struct Stack {
    /// One for each layer of the plan; nothing where it has no weights.
    layers: Vec<Option<Part>>,
    /// The linear layer that closes it.
    classes: Linear,
    #[module(skip)]
    plan: Vec<Placed>,
    #[module(skip)]
    scaling: Scaling,
}

/// What of a layer has weights.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant)]
enum Part {
    Convolution(Conv2d),
    Linear(Linear),
    Norm(BatchNorm),
    Block(Vec<Option<Part>>),
}

/// The weights of layers in their places, all 0.
fn parts(plan: &[Placed], device: &Device) -> Vec<Option<Part>> {
    plan.iter().map(|placed| part(placed, device)).collect()
}

fn part(placed: &Placed, device: &Device) -> Option<Part> {
    match placed.layer.kind {
        Kind::Convolution => {
            let [filters, kernel, padding, stride, groups] = placed.layer.numbers();
            let config = Conv2dConfig::new([placed.from.channels(), filters], [kernel; 2])
                .with_padding(PaddingConfig2d::Explicit(
                    padding, padding, padding, padding,
                ))
                .with_stride([stride; 2])
                .with_groups(groups)
                .with_bias(placed.bias)
                .with_initializer(Initializer::Zeros);
            Some(Part::Convolution(config.init(device)))
        }
        Kind::Linear => {
            let [units] = placed.layer.numbers();
            let layer = fully_connected(placed.from.len(), units, placed.bias, device);
            Some(Part::Linear(layer))
        }
        Kind::Norm => Some(Part::Norm(BatchNorm::init(placed.to.channels(), device))),
        Kind::Residual => Some(Part::Block(parts(&placed.inner, device))),
        _ => None,
    }
}

fn fully_connected(from: usize, to: usize, bias: bool, device: &Device) -> Linear {
    LinearConfig::new(from, to)
        .with_bias(bias)
        .with_initializer(Initializer::Zeros)
        .init(device)
}

impl Trainable for Stack {
    fn init(recipe: &Recipe, device: &Device) -> Self {
        let input = recipe.input();
        // What does not fit was refused when the link was read.
        let (plan, _) = recipe.layers.place(input.shape, input.classes);
        let last = describe::end(&plan, input).len();
        Stack {
            layers: parts(&plan, device),
            classes: fully_connected(last, input.classes, true, device),
            scaling: Scaling::of(input, device),
            plan,
        }
    }

    fn about(recipe: &Recipe) -> About {
        describe::about(recipe)
    }

    fn initial(name: &str, shape: &[usize], fan_in: usize) -> Initial {
        match (fan_in, shape) {
            // A normalisation's.
            (0, _) if name.ends_with(".weight") => Initial::Constant(1.0),
            (0, _) => Initial::Constant(0.0),
            _ => Initial::fan_in(fan_in),
        }
    }

    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
        let x = self.scaling.forward(images);
        let x = forward(&self.plan, &self.layers, x, context);
        linear(&self.classes, x.flatten(1, 3))
    }

    fn normalized(&self) -> Vec<Normalized> {
        let mut all = Vec::new();
        normalized("layers", &self.layers, &mut all);
        all
    }
}

/// Through layers one after the other.
///
/// # Shapes
/// - `x`, output: `[batch, channels, height, width]`, or `[batch, units, 1, 1]`
fn forward(
    plan: &[Placed],
    parts: &[Option<Part>],
    mut x: Tensor<4>,
    context: &Context,
) -> Tensor<4> {
    let mut at = 0;
    while let (Some(placed), Some(part)) = (plan.get(at), parts.get(at)) {
        let next = plan.get(at + 1);
        x = match next {
            // ReLU and max pooling commute; pooled first, ReLU has less work.
            Some(pooling)
                if (placed.layer.kind, pooling.layer.kind) == (Kind::Relu, Kind::MaxPooling) =>
            {
                at += 1;
                relu(max_pool(pooling, x))
            }
            _ => apply(placed, part.as_ref(), x, context),
        };
        at += 1;
    }
    x
}

fn apply(placed: &Placed, part: Option<&Part>, x: Tensor<4>, context: &Context) -> Tensor<4> {
    match (placed.layer.kind, part) {
        (_, Some(Part::Convolution(layer))) => convolve(layer, x),
        (_, Some(Part::Linear(layer))) => {
            let y = linear(layer, x.flatten(1, 3));
            let [batch, units] = y.dims();
            y.reshape([batch, units, 1, 1])
        }
        (_, Some(Part::Norm(layer))) => layer.forward(x, context),
        (_, Some(Part::Block(inner))) => {
            let y = forward(&placed.inner, inner, x.clone(), context);
            x + y
        }
        (Kind::MaxPooling, _) => max_pool(placed, x),
        (Kind::AveragePooling, _) => {
            let [window, stride] = placed.layer.numbers();
            let pooling = AvgPool2dConfig::new([window; 2]).with_strides([stride; 2]);
            pooling.init().forward(x)
        }
        (Kind::GlobalAverage, _) => {
            let [batch, channels, height, width] = x.dims();
            let means = x.reshape([batch, channels, height * width]).mean_dim(2);
            means.reshape([batch, channels, 1, 1])
        }
        (Kind::Relu, _) => relu(x),
        (Kind::Tanh, _) => x.tanh(),
        (Kind::Sigmoid, _) => sigmoid(x),
        (Kind::Dropout, _) => x,
        // Those that have weights are above.
        (Kind::Convolution | Kind::Linear | Kind::Norm | Kind::Residual, None) => x,
    }
}

fn max_pool(placed: &Placed, x: Tensor<4>) -> Tensor<4> {
    let [window, padding, stride] = placed.layer.numbers();
    max_pool2d(x, [window; 2], [stride; 2], [padding; 2])
}

/// The normalised layers below a path, in the order of the forward pass.
fn normalized(path: &str, parts: &[Option<Part>], all: &mut Vec<Normalized>) {
    for (at, part) in parts.iter().enumerate() {
        let path = format!("{path}.{at}");
        match part {
            Some(Part::Norm(layer)) => all.push(Normalized::of(&path, layer)),
            Some(Part::Block(inner)) => normalized(&path, inner, all),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
