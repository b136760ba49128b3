//! Graphs: their values, shapes, summaries, and what is skipped in eval mode.

use burn::tensor::{Device, Int, Tensor};

use super::*;
use crate::recipe::{Input, Recipe};
use crate::references::numbers;
use crate::registry::{default_recipes, parse};
use crate::zoo::norm::running_statistics_slots;
use crate::zoo::parameters::{Slot, unflatten};
use crate::zoo::{Network, initializer};

const INPUT: Input = Input {
    shape: [2, 4, 4],
    mean: &[0.0, 0.0],
    std: &[1.0, 1.0],
    classes: 4,
};

fn empty_graph() -> (Graph, Value) {
    Graph::new("A test", "no paper", INPUT, InitScheme::KaimingUniform)
}

/// The output for one image of 0, 1, 2 and so on.
fn output(graph: Graph) -> Vec<f32> {
    let device = Device::flex();
    let image = Tensor::<1, Int>::arange(0..32, &device).float();
    let module = GraphModule::new(graph, &device);
    let output = module.forward(image.reshape([1, 2, 4, 4]), &Context::train(1));
    output.into_data().try_to_vec().unwrap()
}

#[test]
fn option_a_takes_every_other_pixel_and_adds_channels_of_zeros_on_both_sides() {
    let (mut net, image) = empty_graph();
    let x = net.pad_shortcut(image, 4, 2);
    assert_eq!(x.shape, Shape::FeatureMaps([4, 2, 2]));
    let x = net.flatten(x);
    let expected = [
        [0.0; 4],
        [0.0, 2.0, 8.0, 10.0],
        [16.0, 18.0, 24.0, 26.0],
        [0.0; 4],
    ];
    assert_eq!(output(net.output(x)), expected.concat());
}

#[test]
fn ceil_mode_counts_windows_that_reach_over_the_edge() {
    let (mut net, image) = empty_graph();
    let x = net.max_pool("pool", image, Pooling::new(3).stride(2).ceil_mode());
    assert_eq!(x.shape, Shape::FeatureMaps([2, 2, 2]));
    let x = net.flatten(x);
    let expected = [10.0, 11.0, 14.0, 15.0, 26.0, 27.0, 30.0, 31.0];
    assert_eq!(output(net.output(x)), expected);
    // Without it, only the first window fits.
    assert_eq!(Pooling::new(3).stride(2).output_size(4), 1);
}

#[test]
fn a_value_may_go_into_several_layers_and_twice_into_one() {
    let (mut net, image) = empty_graph();
    let x = net.flatten(image);
    let y = net.add("twice", "addition", x, x);
    let z = net.add("thrice", "addition", y, x);
    let expected: Vec<f32> = (0..32).map(|i| 3.0 * i as f32).collect();
    assert_eq!(output(net.output(z)), expected);
}

/// k = 2, α = 5 · 10⁻⁴ shared by five channels, β = ¾; at the edges fewer channels are summed.
#[test]
fn local_response_normalization_is_over_neighbouring_channels() {
    let (mut net, image) = empty_graph();
    let x = net.local_response_norm("lrn", image);
    let x = net.flatten(x);
    let found = output(net.output(x));
    for pixel in 0..16 {
        let [a, b] = [pixel as f64, (pixel + 16) as f64];
        let divisor = (2.0 + 1e-4 * (a * a + b * b)).powf(0.75);
        for (found, x) in [(found[pixel], a), (found[pixel + 16], b)] {
            assert!((f64::from(found) - x / divisor).abs() < 1e-5, "{found}");
        }
    }
}

/// Auxiliary heads record their logits in train mode, and are skipped in eval mode.
#[test]
fn auxiliary_heads_are_computed_in_train_mode_only() {
    let device = Device::flex();
    let recipe = parse("model=googlenet&aux=on").unwrap().recipe;
    let network = Network::init(&recipe, &device);
    let network = initializer::initialize(network, 1, &device);
    let images = Tensor::<4>::ones([2, 1, 28, 28], &device);
    let context = Context::train(1);
    let logits = network.forward(images.clone(), &context);
    let labels = Tensor::<1, Int>::from_ints([1, 2], &device);
    let plain = network.losses(logits.clone(), labels.clone());
    let auxiliary = context.take_auxiliary();
    assert_eq!(auxiliary.len(), 2);
    let expected = auxiliary
        .iter()
        .fold(plain.clone(), |sum, (logits, weight)| {
            assert_eq!((logits.dims(), *weight), ([2, 10], 0.3));
            sum + network.losses(logits.clone(), labels.clone()) * *weight
        });
    let context = Context::train(1);
    let logits = network.forward(images.clone(), &context);
    let losses = network.training_losses(logits, labels, &context);
    assert_eq!(losses.total.into_data(), expected.into_data());
    assert_eq!(losses.of_logits.unwrap().into_data(), plain.into_data());
}

/// Each batch normalization finds its own running statistics, whether layers before it are skipped or not.
#[test]
fn running_statistics_belong_to_their_layers() {
    let device = Device::flex();
    let images = Tensor::<4>::ones([2, 1, 28, 28], &device);
    // Parameters and running statistics that depend on their names and nothing else.
    let named_values = |slots: &[Slot]| -> Tensor<1> {
        let values = slots.iter().flat_map(|slot| {
            let seed = slot.name.bytes().map(usize::from).sum();
            numbers(seed, slot.len()).map(|number| number + 0.6)
        });
        Tensor::from_floats(values.collect::<Vec<f32>>().as_slice(), &device)
    };
    let logits = |link: &str| -> Vec<f32> {
        let network = Network::init(&parse(link).unwrap().recipe, &device);
        let parameters = named_values(&network.slots());
        let network = unflatten(network, &parameters, false);
        let running = named_values(&running_statistics_slots(&network.batch_norm_layers()));
        let logits = network.forward(images.clone(), &Context::eval(Some(&running)));
        logits.into_data().try_to_vec().unwrap()
    };
    let with_heads = logits("model=googlenet&aux=on");
    assert!(with_heads.iter().all(|logit| logit.is_finite()));
    assert_eq!(with_heads, logits("model=googlenet"));
}

/// Every node's output has the shape that the graph says.
#[test]
fn nodes_give_the_shapes_of_the_graph() {
    let device = Device::flex();
    for link in [
        "model=mlp",
        "model=alexnet&lrn=on&groups=2",
        "model=vgg-11",
        "model=vgg-19&data=cifar10&head=gap",
        "model=resnet-8&shortcut=project",
        "model=resnet-18&shortcut=pad",
        "model=resnet-50",
        "model=googlenet&aux=on",
        "model=googlenet&reduce=off&data=cifar10",
        "model=densenet",
        "model=vit",
        "model=vit&stem=patch&pool=token&data=cifar10",
        "model=vit&pool=mean",
    ] {
        let recipe: Recipe = parse(link).unwrap().recipe;
        let graph = crate::zoo::build_graph(&recipe);
        let module = GraphModule::new(graph, &device);
        let [channels, height, width] = recipe.input().shape;
        let images = Tensor::<4>::zeros([2, channels, height, width], &device);
        let context = Context::train(1);
        let mut values = vec![images];
        for node in &module.graph.nodes {
            let mut inputs = node.inputs.iter().map(|input| values[*input].clone());
            let x = inputs.next().unwrap();
            let parameters = &module.parameters[node.parameters.clone()];
            let value = node
                .op
                .apply(x, inputs.collect(), parameters, &context, node.layer);
            assert_eq!(
                value.dims()[1..],
                node.shape.dims(),
                "{link}: {:?}",
                node.op
            );
            values.push(value);
        }
    }
}

/// The inputs of the layer of that name, by name.
fn inputs(link: &str, name: &str) -> Vec<String> {
    let summary = Network::summary(&parse(link).unwrap().recipe);
    let names = || summary.layers.iter().map(|layer| layer.name.as_str());
    let layer = names().position(|layer| layer == name).unwrap();
    let inputs = summary.inputs(layer).into_iter();
    let named = |number: usize| ["image"].into_iter().chain(names()).nth(number).unwrap();
    inputs.map(|number| named(number).to_owned()).collect()
}

#[test]
fn a_summary_lists_the_inputs_of_each_layer() {
    let resnet = "model=resnet-8&data=cifar10";
    assert_eq!(inputs(resnet, "conv1"), ["image"]);
    assert_eq!(inputs(resnet, "bn1"), ["conv1"]);
    // The shortcut without parameters is shown with the addition.
    assert_eq!(
        inputs(resnet, "layer2.0.add"),
        ["layer2.0.bn2", "layer1.0.relu2"]
    );
    let project = "model=resnet-8&data=cifar10&shortcut=project";
    assert_eq!(
        inputs(project, "layer2.0.add"),
        ["layer2.0.bn2", "layer2.0.downsample.1"]
    );
    assert_eq!(inputs(project, "layer2.0.downsample.0"), ["layer1.0.relu2"]);
    assert_eq!(
        inputs("model=googlenet", "inception3a").len(),
        4,
        "a branch each"
    );
    // The scores are inside the attention, and flattening is left out.
    assert_eq!(
        inputs("model=vit", "encoder.layers.encoder_layer_0.self_attention"),
        ["encoder.layers.encoder_layer_0.self_attention.scores"]
    );
    assert_eq!(inputs("model=vgg-11", "classifier.0").len(), 1);
}

/// Each layer is an input of a later one, except for logits, those of auxiliary heads included.
#[test]
fn every_layer_of_a_summary_leads_to_the_logits() {
    for recipe in default_recipes() {
        let (summary, name) = (Network::summary(&recipe), recipe.model.name());
        let mut used = vec![false; summary.layers.len() + 1];
        for layer in (0..summary.layers.len()).rev() {
            let is_logits = summary.layers[layer].shape == [10];
            assert!(is_logits || used[layer + 1], "{name}: {layer}");
            for input in summary.inputs(layer) {
                assert!(input <= layer, "{name}: {layer}");
                used[input] = true;
            }
        }
        assert!(used[0], "{name}");
    }
    let plain = Network::summary(&parse("model=resnet-20&skip=off").unwrap().recipe);
    assert!((0..plain.layers.len()).all(|layer| plain.inputs(layer) == [layer]));
}

/// Weight decay spares what is added and what normalizes: a parameter's kind decides, not the number of its dimensions.
#[test]
fn weights_are_what_multiplies() {
    let slots = |link: &str| Network::init(&parse(link).unwrap().recipe, &Device::flex()).slots();
    for slot in slots("model=vit&pool=token&depth=1") {
        let is_added = ["class_token", "encoder.pos_embedding"].contains(&slot.name.as_str());
        assert_eq!(is_added, slot.shape.len() == 3, "{}", slot.name);
        assert_eq!(
            slot.is_weight,
            slot.shape.len() > 1 && !is_added,
            "{}",
            slot.name
        );
    }
    for link in [
        "model=resnet-8",
        "model=vgg-11",
        "model=googlenet&aux=on",
        "model=densenet",
    ] {
        for slot in slots(link) {
            assert_eq!(
                slot.is_weight,
                slot.shape.len() > 1,
                "{link}, {}",
                slot.name
            );
        }
    }
    // Its coefficients multiply what is pooled, one a map.
    for slot in slots("model=lenet5-1998") {
        let is_coefficient = slot.name.ends_with("coefficient");
        assert_eq!(
            slot.is_weight,
            is_coefficient || slot.shape.len() > 1,
            "{}",
            slot.name
        );
    }
}
