//! LeNet-5 as courses teach it today.
//!
//! After LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
//! Proceedings of the IEEE 86(11), 1998, figure 2. Where it departs from the paper, because later practice did:
//! a 28×28 image is padded by 2 instead of being drawn into 32×32 (one of 32×32 is taken as it is, in colour too),
//! activations are ReLU, subsampling is max
//! pooling, every channel of the second convolution sees every one of the first, and the output layer is linear
//! with softmax and cross-entropy. [`super::lenet5_1998`] is the paper's own.

use burn::module::Module;
use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};

use super::apply::{connected, conv, convolve, linear};
use super::graph::{Conv, Graph, InitScheme, Pooling};
use super::summary::Summary;
use super::{Context, Initializer, Normalize, Trainable};
use crate::ops::{max_pool2d, relu};
use crate::recipe::Recipe;

/// The paper of both LeNet-5s.
pub(super) const PAPER: &str = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, 1998";

/// The network: 61,706 parameters; 62,006 for colour images.
#[derive(Module, Debug)]
pub struct LeNet5 {
    conv1: Conv2d,
    conv2: Conv2d,
    fc1: Linear,
    fc2: Linear,
    fc3: Linear,
    #[module(skip)]
    normalize: Normalize,
}

/// What the first convolution pads an image by, to get 28×28 maps.
fn padding(rows: usize) -> usize {
    if rows < 32 { 2 } else { 0 }
}

impl Trainable for LeNet5 {
    fn init(recipe: &Recipe, device: &Device) -> Self {
        let input = recipe.input();
        let [channels, rows, _] = input.shape;
        LeNet5 {
            conv1: conv([channels, 6], 5, padding(rows), device),
            conv2: conv([6, 16], 5, 0, device),
            fc1: connected([16 * 5 * 5, 120], device),
            fc2: connected([120, 84], device),
            fc3: connected([84, input.classes], device),
            normalize: Normalize::new(input.scale(), device),
        }
    }

    fn summary(recipe: &Recipe) -> Summary {
        build(recipe).summary()
    }

    fn graph(recipe: &Recipe) -> Option<Graph> {
        Some(build(recipe))
    }

    fn set_normalization(&mut self, normalize: Normalize) {
        self.normalize = normalize;
    }

    fn initializer(_: &str, _: &[usize], fan_in: usize) -> Initializer {
        Initializer::kaiming_uniform(fan_in)
    }

    fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
        let x = self.normalize.forward(images);
        let x = block(&self.conv1, x, context, 0);
        let x = block(&self.conv2, x, context, 3);
        let x = rectified(linear(&self.fc1, x.flatten(1, 3)), context, 6);
        let x = rectified(linear(&self.fc2, x), context, 8);
        let x = linear(&self.fc3, x);
        context.capture(10, &as_maps(&x));
        x
    }
}

/// Convolution, ReLU and max pooling; `layer` is the number of the first.
#[inline(never)]
fn block(layer: &Conv2d, x: Tensor<4>, context: &Context, number: usize) -> Tensor<4> {
    let x = convolve(layer, x);
    if context.captures() {
        context.capture(number, &x);
        context.capture(number + 1, &relu(x.clone()));
    }
    // ReLU and max pooling commute; pooled first, ReLU has a quarter of the work.
    let x = relu(pool(x));
    context.capture(number + 2, &x);
    x
}

/// ReLU of units; `number` is that of the linear layer before it.
#[inline(never)]
fn rectified(x: Tensor<2>, context: &Context, number: usize) -> Tensor<2> {
    if context.captures() {
        context.capture(number, &as_maps(&x));
    }
    let x = relu(x);
    if context.captures() {
        context.capture(number + 1, &as_maps(&x));
    }
    x
}

/// Units as [`Context::capture`] takes them: `[batch, 1, 1, units]`.
#[inline(never)]
fn as_maps(x: &Tensor<2>) -> Tensor<4> {
    let [batch, units] = x.dims();
    x.clone().reshape([batch, 1, 1, units])
}

/// What it is, layer by layer.
fn build(recipe: &Recipe) -> Graph {
    let input = recipe.input();
    let [_, rows, _] = input.shape;
    let (mut net, image) = Graph::new("LeNet-5", PAPER, input, InitScheme::KaimingUniform);
    let x = net.conv("conv1", image, Conv::new(6, 5).padding(padding(rows)));
    let x = net.relu("relu1", x);
    let x = net.max_pool("pool1", x, Pooling::new(2));
    let x = net.conv("conv2", x, Conv::new(16, 5));
    let x = net.relu("relu2", x);
    let x = net.max_pool("pool2", x, Pooling::new(2));
    let x = net.flatten(x);
    let x = net.linear("fc1", x, 120);
    let x = net.relu("relu3", x);
    let x = net.linear("fc2", x, 84);
    let x = net.relu("relu4", x);
    let logits = net.linear("fc3", x, input.classes);
    net.output(logits)
}

fn pool(x: Tensor<4>) -> Tensor<4> {
    max_pool2d(x, [2, 2], [2, 2], [0, 0])
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::recipe::Model;
    use crate::references::{TensorSummary, all_close, close, numbers, tensors_close};
    use crate::zoo::Network;
    use crate::zoo::parameters::{flat_gradients, slots, unflatten};

    #[test]
    fn parameters_layer_by_layer() {
        let summary = LeNet5::summary(&Recipe::of(Model::LeNet5));
        let counts: Vec<_> = summary
            .layers
            .iter()
            .map(|layer| layer.parameters)
            .filter(|count| *count > 0)
            .collect();
        assert_eq!(counts, [156, 2_416, 48_120, 10_164, 850]);
        assert_eq!(summary.parameters(), 61_706);
        // 28·28·25·6 + 10·10·150·16 + 400·120 + 120·84 + 84·10
        assert_eq!(
            summary.multiply_adds(),
            117_600 + 240_000 + 48_000 + 10_080 + 840
        );
    }

    #[derive(Deserialize)]
    struct Reference {
        values: Values,
    }

    #[derive(Deserialize)]
    struct Values {
        logits: Vec<f32>,
        loss: f32,
        gradients: Vec<TensorSummary>,
    }

    /// Logits to 1e-4, gradients to 1e-3, as PyTorch has them from the same weights and images.
    #[test]
    fn forward_and_backward_are_pytorchs() {
        let text = include_str!("../../../tests/references/lenet5.json");
        let reference: Reference = serde_json::from_str(text).unwrap();
        let device = Device::flex();
        let template = Network::init(&Recipe::of(Model::LeNet5), &device);
        let slots = slots(&template);
        let fan_in = [25, 25, 150, 150, 400, 400, 120, 120, 84, 84];
        let weights: Vec<f32> = slots
            .iter()
            .enumerate()
            .flat_map(|(t, slot)| {
                let scale = 2.0 / (fan_in[t] as f32).sqrt();
                numbers(t, slot.len()).map(move |number| number * scale)
            })
            .collect();
        let flat = Tensor::<1>::from_floats(weights.as_slice(), &device);
        let network = unflatten(template, &flat, true);
        let images: Vec<f32> = numbers(100, 2 * 784).map(|number| number + 0.5).collect();
        let images = Tensor::<1>::from_floats(images.as_slice(), &device).reshape([2, 1, 28, 28]);
        let logits = network.forward(images, &Context::train(1));
        let losses = network.losses(logits.clone(), Tensor::from_ints([3, 8], &device));
        let loss = losses.mean();
        let gradient = flat_gradients(&network, &mut loss.backward());

        let logits: Vec<f32> = logits.into_data().try_to_vec().unwrap();
        all_close(&logits, &reference.values.logits, 1e-4, "logits");
        close(loss.into_scalar(), reference.values.loss, 1e-4, "loss");
        let gradient: Vec<f32> = gradient.into_data().try_to_vec().unwrap();
        let theirs = &reference.values.gradients;
        tensors_close(&slots, &gradient, theirs, 1e-3, "gradients");
    }
}
