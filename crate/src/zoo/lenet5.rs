//! LeNet-5 as courses teach it today.
//!
//! After LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
//! Proceedings of the IEEE 86(11), 1998, figure 2: 61,706 parameters; 62,006 for colour images. Where it departs from the paper,
//! because later practice did: an image of 28×28 is padded by 2 instead of being drawn into 32×32 (one of 32×32 is taken as it
//! is, in colour too), activations are ReLU, subsampling is max pooling, every channel of the second convolution sees every one
//! of the first, and the output layer is linear with softmax and cross-entropy. [`super::lenet5_1998`] is the paper's own.

use super::graph::{Conv, Graph, InitScheme, Pooling};
use super::registry::Family;
use crate::recipe::{ModelSpec, NamedRecipe, Recipe};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        defaults,
        recipes: &[
            // Chosen by the last 10,000 of the training images, as docs/accuracy.md tells.
            NamedRecipe::quick(
                "98.5 % of MNIST's test images in two epochs, by a rate that rises and falls.",
                "data=mnist&schedule=one-cycle&batch=64&epochs=2&score=937",
            ),
            NamedRecipe::tiny(
                "Two epochs of 8,000 synthetic digits, for a lesson.",
                "subset=8000&schedule=one-cycle&batch=16&epochs=2",
            ),
        ],
        ..ModelSpec::new(
            [
                "lenet5",
                "LeNet-5",
                "As courses teach it today: two convolutions, ReLU, max pooling, three linear layers.",
            ],
            "digits",
        )
    }],
    graph,
};

/// Of batches of 64, 128 and 256 and rates from 0.002 to 0.01, these reached the most after four epochs on the last 10,000 of
/// MNIST's training images.
pub(super) fn defaults(recipe: &mut Recipe) {
    recipe.lr = 0.006;
    recipe.batch = 128;
    recipe.epochs = 4;
}

/// The paper of both LeNet-5s.
pub(super) const PAPER: &str = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, 1998";

/// The graph of a recipe's network.
fn graph(recipe: &Recipe) -> Graph {
    let input = recipe.input();
    let [_, height, _] = input.shape;
    let (mut net, image) = Graph::new("LeNet-5", PAPER, input, InitScheme::KaimingUniform);
    // The first convolution's output is 28×28.
    let padding = if height < 32 { 2 } else { 0 };
    let x = net.conv("conv1", image, Conv::new(6, 5).padding(padding));
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

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use serde::Deserialize;

    use crate::references::{TensorSummary, all_close, close, numbers, tensors_close};
    use crate::registry::default_recipe;
    use crate::zoo::parameters::{flat_gradients, unflatten};
    use crate::zoo::{Context, Network};

    #[test]
    fn parameters_layer_by_layer() {
        let summary = Network::summary(&default_recipe("lenet5").unwrap());
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
        let template = Network::init(&default_recipe("lenet5").unwrap(), &device);
        let slots = template.slots();
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
