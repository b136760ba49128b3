//! What drawings become: values, shapes, parameters.

use burn::tensor::{Device, Int, Tensor};

use super::*;
use crate::recipe::{Choice, Input, Model, Recipe, parse};
use crate::zoo::Network;
use crate::zoo::parameters::{slots, unflatten};

const INPUT: Input = Input {
    shape: [2, 4, 4],
    mean: &[0.0, 0.0],
    deviation: &[1.0, 1.0],
    classes: 4,
};

fn sheet() -> (Design, Value) {
    Design::new("A drawing", "no paper", INPUT, Start::FanIn)
}

/// What a drawing gives for one image of 0, 1, 2 and so on.
fn answer(design: Design) -> Vec<f32> {
    let device = Device::flex();
    let image = Tensor::<1, Int>::arange(0..32, &device).float();
    let graph = Graph::of(design, &device);
    let scores = graph.forward(image.reshape([1, 2, 4, 4]), &Context::training(1));
    scores.into_data().try_to_vec().unwrap()
}

#[test]
fn option_a_takes_every_other_pixel_and_adds_channels_of_zeros_on_both_sides() {
    let (mut net, image) = sheet();
    let x = net.shrink(image, 4, 2);
    assert_eq!(x.form, Form::Maps([4, 2, 2]));
    let x = net.flatten(x);
    let expected = [
        [0.0; 4],
        [0.0, 2.0, 8.0, 10.0],
        [16.0, 18.0, 24.0, 26.0],
        [0.0; 4],
    ];
    assert_eq!(answer(net.done(x)), expected.concat());
}

#[test]
fn windows_that_reach_over_the_edge_are_counted() {
    let (mut net, image) = sheet();
    let x = net.max_pool("pool", image, Pooling::of(3).stride(2).over());
    assert_eq!(x.form, Form::Maps([2, 2, 2]));
    let x = net.flatten(x);
    let expected = [10.0, 11.0, 14.0, 15.0, 26.0, 27.0, 30.0, 31.0];
    assert_eq!(answer(net.done(x)), expected);
    // Without reaching over, only the first window is whole.
    assert_eq!(Pooling::of(3).stride(2).output(4), 1);
}

#[test]
fn a_value_may_go_into_several_layers_and_twice_into_one() {
    let (mut net, image) = sheet();
    let x = net.flatten(image);
    let y = net.add("twice", "addition", x, x);
    let z = net.add("thrice", "addition", y, x);
    let expected: Vec<f32> = (0..32).map(|i| 3.0 * i as f32).collect();
    assert_eq!(answer(net.done(z)), expected);
}

/// k = 2, α = 5 · 10⁻⁴ shared by five channels, β = ¾; at the edges fewer channels are summed.
#[test]
fn responses_are_normalised_by_their_neighbours() {
    let (mut net, image) = sheet();
    let x = net.response_norm("lrn", image);
    let x = net.flatten(x);
    let found = answer(net.done(x));
    for pixel in 0..16 {
        let [a, b] = [pixel as f64, (pixel + 16) as f64];
        let divisor = (2.0 + 1e-4 * (a * a + b * b)).powf(0.75);
        for (found, x) in [(found[pixel], a), (found[pixel + 16], b)] {
            assert!((f64::from(found) - x / divisor).abs() < 1e-5, "{found}");
        }
    }
}

/// What only helps to learn is left out of answers, and leaves its scores in training.
#[test]
fn auxiliary_classifiers_are_there_in_training_alone() {
    let device = Device::flex();
    let recipe = parse("model=googlenet&aux=on").unwrap().recipe;
    let network = Network::init(&recipe, &device);
    let network = crate::zoo::initial::fill(network, 1, &device);
    let images = Tensor::<4>::ones([2, 1, 28, 28], &device);
    let context = Context::training(1);
    let logits = network.forward(images.clone(), &context);
    let labels = Tensor::<1, Int>::from_ints([1, 2], &device);
    let own = network.losses(logits.clone(), labels.clone());
    let auxiliary = context.take_auxiliary();
    assert_eq!(auxiliary.len(), 2);
    let expected = auxiliary.iter().fold(own.clone(), |sum, (logits, factor)| {
        assert_eq!((logits.dims(), *factor), ([2, 10], 0.3));
        sum + network.losses(logits.clone(), labels.clone()) * *factor
    });
    let context = Context::training(1);
    let logits = network.forward(images.clone(), &context);
    let losses = network.training_losses(logits, labels, &context);
    assert_eq!(losses.into_data(), expected.into_data());

    // Each normalised layer finds its own averages, whether those before it are passed over or not.
    let normalized = network.normalized();
    let running = crate::zoo::context::fresh_statistics(&normalized, &device);
    let answers = |network: &Network, running: &Tensor<1>| -> Vec<f32> {
        let context = Context::answering(running);
        let logits = network.forward(images.clone(), &context);
        logits.into_data().try_to_vec().unwrap()
    };
    let with = answers(&network, &running);
    let plain = parse("model=googlenet").unwrap().recipe;
    let form = Network::init(&plain, &device);
    let all = slots(&network);
    let parts = slots(&form).into_iter().map(|slot| {
        let own = all.iter().find(|other| other.name == slot.name).unwrap();
        own.start..own.start + own.len()
    });
    let values = crate::zoo::initial::values(&network, 1);
    let values: Vec<f32> = parts.flat_map(|part| values[part].to_vec()).collect();
    let flat = Tensor::<1>::from_floats(values.as_slice(), &device);
    let without = unflatten(form, &flat, false);
    let running = crate::zoo::context::fresh_statistics(&without.normalized(), &device);
    assert_eq!(with, answers(&without, &running));
}

/// Every value's shape is the one that was drawn.
#[test]
fn layers_have_the_shapes_that_were_drawn() {
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
        let design = crate::zoo::design(&recipe).unwrap();
        let graph = Graph::of(design, &device);
        let [channels, height, width] = recipe.input().shape;
        let images = Tensor::<4>::zeros([2, channels, height, width], &device);
        let context = Context::training(1);
        let mut values = vec![images];
        for node in &graph.design.nodes {
            let [first, end] = node.parameters;
            let mut from = node.from.iter().map(|from| values[*from].clone());
            let x = from.next().unwrap();
            let value = node
                .op
                .apply(x, from.collect(), &graph.weights[first..end], &context);
            assert_eq!(value.dims()[1..], node.form.dims(), "{link}: {:?}", node.op);
            values.push(value);
        }
    }
}

/// What goes into the layer of that name, by name.
fn into(link: &str, name: &str) -> Vec<String> {
    let about = Network::about(&parse(link).unwrap().recipe);
    let names = || about.layers.iter().map(|layer| layer.name.as_str());
    let layer = names().position(|of| of == name).unwrap();
    let from = about.inputs(layer).into_iter();
    let named = |number: usize| ["image"].into_iter().chain(names()).nth(number).unwrap();
    from.map(|number| named(number).to_owned()).collect()
}

#[test]
fn a_drawing_says_what_goes_into_each_layer() {
    let resnet = "model=resnet-8&data=cifar10";
    assert_eq!(into(resnet, "conv1"), ["image"]);
    assert_eq!(into(resnet, "bn1"), ["conv1"]);
    // The shortcut without parameters is drawn with the addition.
    assert_eq!(
        into(resnet, "layer2.0.add"),
        ["layer2.0.bn2", "layer1.0.relu2"]
    );
    let project = "model=resnet-8&data=cifar10&shortcut=project";
    assert_eq!(
        into(project, "layer2.0.add"),
        ["layer2.0.bn2", "layer2.0.downsample.1"]
    );
    assert_eq!(into(project, "layer2.0.downsample.0"), ["layer1.0.relu2"]);
    assert_eq!(
        into("model=googlenet", "inception3a").len(),
        4,
        "a branch each"
    );
    // The scores are within the attention, and what is flattened is not drawn.
    assert_eq!(
        into("model=vit", "encoder.layers.encoder_layer_0.self_attention"),
        ["encoder.layers.encoder_layer_0.self_attention.scores"]
    );
    assert_eq!(into("model=vgg-11", "classifier.0").len(), 1);
}

/// Each layer goes into a later one, but for the class scores and the auxiliary classifiers'.
#[test]
fn every_layer_of_a_drawing_leads_to_the_classes() {
    for (model, name, ..) in Model::ALL {
        let about = Network::about(&Recipe::of(*model));
        let mut led = vec![false; about.layers.len() + 1];
        for layer in (0..about.layers.len()).rev() {
            let scores = about.layers[layer].shape == [10];
            assert!(scores || led[layer + 1], "{name}: {layer}");
            for from in about.inputs(layer) {
                assert!(from <= layer, "{name}: {layer}");
                led[from] = true;
            }
        }
        assert!(led[0], "{name}");
    }
    let plain = Network::about(&parse("model=resnet-20&skip=off").unwrap().recipe);
    assert!((0..plain.layers.len()).all(|layer| plain.inputs(layer) == [layer]));
}
