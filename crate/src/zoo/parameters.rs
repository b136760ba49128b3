//! A network's parameters as one flat vector.
//!
//! The optimizer then works on one tensor instead of on one a parameter, gradients can be summed as one, and a
//! checkpoint is a few vectors. The order is that in which burn visits the module: the order of its fields.

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};

use crate::ops::{concat, split};

/// Where a parameter stands in the flat vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its path in the module: `conv1.weight`.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Where it starts.
    pub start: usize,
    /// Whether it is part of a linear layer, whose weight is `[in, out]` here.
    pub linear: bool,
}

impl Slot {
    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Every parameter's place, in order.
pub fn slots<M: Module>(network: &M) -> Vec<Slot> {
    #[derive(Default)]
    struct Names {
        path: Vec<String>,
        /// Whether what was entered last is a linear layer's.
        linear: bool,
        slots: Vec<Slot>,
        start: usize,
    }
    impl ModuleVisitor for Names {
        fn enter_module(&mut self, name: &str, container: &str) {
            self.path.push(name.to_owned());
            self.linear = container == "Struct:Linear";
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            // The first name is the variant of `Network`, which is no part of the parameter's own name.
            let slot = Slot {
                name: self.path.get(1..).unwrap_or_default().join("."),
                shape: param.lazy_shape().to_vec(),
                start: self.start,
                linear: self.linear,
            };
            self.start += slot.len();
            self.slots.push(slot);
        }
    }
    let mut names = Names::default();
    network.visit(&mut names);
    names.slots
}

/// The network with its parameters split from the flat vector.
///
/// With `tracked`, each parameter is a leaf that keeps its gradient; without, nothing is recorded.
///
/// # Shapes
/// - `flat`: `[parameters]`, in the order of [`slots`]
pub fn unflatten<M: Module>(network: M, flat: &Tensor<1>, tracked: bool) -> M {
    struct Cut {
        parts: std::vec::IntoIter<Tensor<1>>,
        tracked: bool,
    }
    impl ModuleMapper for Cut {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            // There is a part for every parameter: both are counted by going through the module.
            let Some(part) = self.parts.next() else {
                return param;
            };
            let value = part.reshape(param.lazy_shape());
            let value = if self.tracked {
                value.autodiff().require_grad()
            } else {
                value
            };
            param.map(|_| value)
        }
    }
    let lengths = slots(&network).iter().map(Slot::len).collect();
    let parts = split(flat.clone(), lengths).into_iter();
    network.map(&mut Cut { parts, tracked })
}

/// The gradients of all parameters as one flat vector, `[parameters]`; 0 where a parameter had no part in the loss.
pub fn flat_gradients<M: Module>(network: &M, gradients: &mut Gradients) -> Tensor<1> {
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
    use crate::recipe::{Choice, Model, Recipe};
    use crate::zoo::{Context, Network};

    #[test]
    fn flat_and_back() {
        let device = Device::flex();
        let network = Network::init(&Recipe::of(Model::LeNet5), &device);
        let slots = slots(&network);
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

    /// Backpropagation against central differences, in every parameter tensor of the networks that have a module of their own,
    /// and of two that are drawn: the others' gradients are held against PyTorch's, for their many layers of ReLU have too many
    /// corners for differences.
    #[test]
    fn gradients_match_finite_differences() {
        let models = [Model::LeNet5, Model::LeNet51998, Model::Mlp, Model::ResNet8];
        for recipe in models.map(Recipe::of) {
            let name = recipe.model.name();
            let device = Device::flex();
            let network = Network::init(&recipe, &device);
            let [channels, height, width] = Network::summary(&recipe).input;
            let slots = slots(&network);
            let start = crate::zoo::initializer::initial_values(&network, 5);
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
            let (tracked, value) = loss(&start, true);
            let gradient: Vec<f32> = flat_gradients(&tracked, &mut value.backward())
                .into_data()
                .try_to_vec()
                .unwrap();
            for slot in &slots {
                // Along the gradient's own direction within the tensor, the difference quotient is well conditioned.
                let part = slot.start..slot.start + slot.len();
                let norm = gradient[part.clone()]
                    .iter()
                    .map(|g| g * g)
                    .sum::<f32>()
                    .sqrt();
                assert!(norm > 0.0, "{name} {}: no gradient", slot.name);
                // Large losses have coarse roundings, and need larger steps.
                let step = 2e-4
                    * value.clone().into_scalar::<f32>()
                    * start[part.clone()]
                        .iter()
                        .map(|w| w * w)
                        .sum::<f32>()
                        .sqrt()
                        .max(0.5);
                let at = |sign: f32| {
                    let mut values = start.clone();
                    for index in part.clone() {
                        values[index] += sign * step * gradient[index] / norm;
                    }
                    loss(&values, false).1.into_scalar::<f32>()
                };
                let slope = (at(1.0) - at(-1.0)) / (2.0 * step);
                assert!(
                    (slope - norm).abs() < 0.04 * norm + 1e-3,
                    "{name} {}: {slope} against {norm}",
                    slot.name
                );
            }
        }
    }
}
