//! A network's parameters as one flat vector.
//!
//! The optimizer then works on one tensor instead of one for each parameter, gradients can be summed as one, and a checkpoint is a
//! few vectors. The order is the graph's.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};

use super::Network;
use crate::ops::{concat, split};

/// A parameter's range in the flat vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its path in the module: `conv1.weight`.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its first element's index.
    pub start: usize,
    /// Whether it belongs to a linear layer, whose weight is `[in, out]` here and `[out, in]` in PyTorch.
    pub linear: bool,
    /// Whether it is a weight, which multiplies: see [`ParameterSpec::is_weight`](super::graph::builder::ParameterSpec::is_weight).
    pub is_weight: bool,
    /// Whether training leaves it as it is.
    pub is_frozen: bool,
}

impl Slot {
    /// Its number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The network with its parameters split from the flat vector.
///
/// With `tracked`, each parameter but those of layers that are frozen is a leaf of the autodiff graph and gets a gradient; without, nothing is
/// recorded.
///
/// # Shapes
/// - `flat`: `[parameters]`, in the order of [`Network::slots`]
pub fn unflatten(network: Network, flat: &Tensor<1>, tracked: bool) -> Network {
    struct Split {
        parts: std::vec::IntoIter<Tensor<1>>,
        tracked: bool,
        /// How many parameters before the first that gets a gradient.
        frozen: usize,
    }
    impl ModuleMapper for Split {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            // There are as many parts as parameters: both are counted by visiting the module.
            let Some(part) = self.parts.next() else {
                return param;
            };
            let value = part.reshape(param.lazy_shape());
            let is_frozen = self.frozen > 0;
            self.frozen = self.frozen.saturating_sub(1);
            let value = match (self.tracked, is_frozen) {
                (true, false) => value.autodiff().require_grad(),
                (true, true) => value.autodiff(),
                (false, _) => value,
            };
            param.map(|_| value)
        }
    }
    let lengths = network.slots().iter().map(Slot::len).collect();
    let parts = split(flat.clone(), lengths).into_iter();
    let frozen = network.graph().frozen_parameters();
    network.map(&mut Split {
        parts,
        tracked,
        frozen,
    })
}

/// The gradients of all parameters as one flat vector, `[parameters]`; 0 where the loss does not depend on a parameter, and for those that are
/// frozen.
pub fn flat_gradients(network: &Network, gradients: &mut Gradients) -> Tensor<1> {
    struct Collect<'a> {
        gradients: &'a mut Gradients,
        parts: Vec<Tensor<1>>,
    }
    impl ModuleVisitor for Collect<'_> {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            let value = param.val();
            let part = match value.grad_remove(self.gradients) {
                Some(gradient) => gradient,
                None => value.without_autodiff().zeros_like(),
            };
            let len = part.shape().num_elements();
            self.parts.push(part.reshape([len]));
        }
    }
    let mut collect = Collect {
        gradients,
        parts: Vec::new(),
    };
    network.visit(&mut collect);
    concat(collect.parts)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::registry::default_recipe;
    use crate::zoo::Context;

    #[test]
    fn flat_and_back() {
        let device = Device::flex();
        let network = Network::init(&default_recipe("lenet5").unwrap(), &device);
        let slots = network.slots();
        assert_eq!(slots[0].name, "conv1.weight");
        assert_eq!(slots[0].shape, [6, 1, 5, 5]);
        assert_eq!(slots[1].name, "conv1.bias");
        let linear = slots.iter().filter(|slot| slot.linear);
        let linear: Vec<_> = linear.map(|slot| slot.name.as_str()).collect();
        assert_eq!(linear[..2], ["fc1.weight", "fc1.bias"]);
        assert_eq!(linear.len(), 6);
        let count: usize = slots.iter().map(Slot::len).sum();
        let flat = Tensor::<1, burn::tensor::Int>::arange(0..count as i64, &device)
            .float()
            .div_scalar(1e5);
        let network = unflatten(network, &flat, true);

        // The gradient of the sum of all logits has every parameter's part in its own place.
        let logits = network.forward(Tensor::ones([2, 1, 28, 28], &device), &Context::train(1));
        let mut gradients = logits.sum().backward();
        let gradient = flat_gradients(&network, &mut gradients);
        assert_eq!(gradient.dims(), [count]);
        let last_bias: Vec<f32> = gradient
            .slice([count - 10..count])
            .into_data()
            .try_to_vec()
            .unwrap();
        assert_eq!(last_bias, [2.0; 10]);
    }

    /// Backpropagation against central differences, in every parameter of four networks. The others' gradients are tested against
    /// PyTorch's, because their many ReLUs have too many kinks for differences.
    #[test]
    fn gradients_match_finite_differences() {
        let models = ["lenet5", "lenet5-1998", "mlp", "resnet-8"];
        for name in models {
            let recipe = default_recipe(name).unwrap();
            let device = Device::flex();
            let network = Network::init(&recipe, &device);
            let [channels, height, width] = Network::summary(&recipe).input;
            let slots = network.slots();
            let initial = crate::zoo::initializer::initial_values(&network, 5);
            let images: Vec<f32> = {
                let mut stream = crate::random::stream(3, crate::random::Purpose::Augmentation, 0);
                let pixels = channels * height * width;
                (0..4 * pixels).map(|_| stream.uniform()).collect()
            };
            let images = Tensor::<1>::from_floats(images.as_slice(), &device)
                .reshape([4, channels, height, width]);
            let labels = Tensor::from_ints([3, 1, 4, 1], &device);
            let loss = |values: &[f32], tracked: bool| {
                let flat = Tensor::<1>::from_floats(values, &device);
                let network = unflatten(network.clone(), &flat, tracked);
                let logits = network.forward(images.clone(), &Context::train(1));
                let loss = network.losses(logits, labels.clone()).mean();
                (network, loss)
            };
            let (tracked, value) = loss(&initial, true);
            let gradient: Vec<f32> = flat_gradients(&tracked, &mut value.backward())
                .into_data()
                .try_to_vec()
                .unwrap();
            for slot in &slots {
                // Along the gradient's direction within the tensor, the difference quotient is well conditioned.
                let range = slot.start..slot.start + slot.len();
                let norm = gradient[range.clone()]
                    .iter()
                    .map(|g| g * g)
                    .sum::<f32>()
                    .sqrt();
                assert!(norm > 0.0, "{name} {}: no gradient", slot.name);
                // Larger losses have larger rounding errors, and need larger steps.
                let step = 2e-4
                    * value.clone().into_scalar::<f32>()
                    * initial[range.clone()]
                        .iter()
                        .map(|w| w * w)
                        .sum::<f32>()
                        .sqrt()
                        .max(0.5);
                let loss_at = |sign: f32| {
                    let mut values = initial.clone();
                    for index in range.clone() {
                        values[index] += sign * step * gradient[index] / norm;
                    }
                    loss(&values, false).1.into_scalar::<f32>()
                };
                let slope = (loss_at(1.0) - loss_at(-1.0)) / (2.0 * step);
                assert!(
                    (slope - norm).abs() < 0.04 * norm + 1e-3,
                    "{name} {}: {slope} against {norm}",
                    slot.name
                );
            }
        }
    }
}
