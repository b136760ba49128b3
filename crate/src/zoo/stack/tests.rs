//! Stacks: their size, their names, and the one that is LeNet-5.

use burn::tensor::{Device, Tensor};
use serde::Deserialize;

use super::*;
use crate::references::{TensorSummary, all_close, close, numbers, tensors_close};
use crate::registry::{default_recipe, parse};
use crate::zoo::norm::{MOMENTUM, initial_running_statistics, running_statistics_slots};
use crate::zoo::parameters::{flat_gradients, unflatten};
use crate::zoo::{Context, Network, Summary, initializer};

fn refusal(link: &str) -> String {
    parse(link).unwrap_err().to_string()
}

fn recipe(layers: &str) -> Recipe {
    let link = format!("model=stack&layers={layers}");
    parse(&link).unwrap().recipe
}

/// Every kind of layer, inside a block and outside.
const ALL: &str = "conv8x3p1s2,norm,relu,max3p1s1,res(conv8x3p1g2,norm,tanh,res(conv8x1,sigmoid),drop0.25),avg2,fc20,norm,relu,drop0.5";

#[test]
fn the_stack_of_lenet5_is_lenet5() {
    let device = Device::flex();
    let default = default_recipe("stack").unwrap();
    assert_eq!(default.get(&LAYERS).to_string(), LENET5);
    for data in ["digits", "mnist"] {
        let recipe = |model: &str| parse(&format!("model={model}&data={data}")).unwrap().recipe;
        let (stack, lenet) = (recipe("stack"), recipe("lenet5"));
        let (stack_summary, lenet_summary) = (Network::summary(&stack), Network::summary(&lenet));
        assert_eq!(stack_summary.parameters(), 61_706);
        assert_eq!(stack_summary.multiply_adds(), lenet_summary.multiply_adds());
        let kinds = |summary: &Summary| -> Vec<_> {
            let layers = summary.layers.iter();
            layers
                .map(|layer| (layer.kind.clone(), layer.shape.clone(), layer.parameters))
                .collect()
        };
        assert_eq!(kinds(&stack_summary), kinds(&lenet_summary));
        let bits = |recipe: &Recipe| -> Vec<u32> {
            let values = initializer::initial_values(&Network::init(recipe, &device), 7);
            values.iter().map(|value| value.to_bits()).collect()
        };
        assert_eq!(bits(&stack), bits(&lenet));
    }
}

#[test]
fn parameters_are_named_as_in_a_sequential() {
    let network = Network::init(&recipe(ALL), &Device::flex());
    let names: Vec<_> = network.slots().into_iter().map(|slot| slot.name).collect();
    assert_eq!(
        names,
        [
            "layers.0.weight",
            "layers.1.weight",
            "layers.1.bias",
            "layers.4.0.weight",
            "layers.4.1.weight",
            "layers.4.1.bias",
            "layers.4.3.0.weight",
            "layers.4.3.0.bias",
            "layers.6.weight",
            "layers.7.weight",
            "layers.7.bias",
            "classes.weight",
            "classes.bias",
        ]
    );
    let linear = network.slots().into_iter().filter(|slot| slot.linear);
    assert_eq!(
        linear.map(|slot| slot.name).collect::<Vec<_>>(),
        ["layers.6.weight", "classes.weight", "classes.bias"]
    );
    let norms = network.batch_norm_layers().into_iter();
    let norms: Vec<_> = norms.map(|layer| (layer.name, layer.channels)).collect();
    let expected = [("layers.1", 8), ("layers.4.1", 8), ("layers.7", 20)];
    assert_eq!(norms, expected.map(|(name, n)| (name.to_owned(), n)));
}

#[test]
fn parameters_and_costs_are_those_of_the_layers() {
    let summary = Network::summary(&recipe(ALL));
    // 8·9 + 16, 8·4·9 + 16, 8·8 + 8, 8·7·7·20 + 40, 20·10 + 10
    let expected = 88 + (288 + 16) + 72 + (7_840 + 40) + 210;
    assert_eq!(summary.parameters(), expected);
    let (layers, _) = recipe(ALL).get(&LAYERS).infer_shapes([1, 28, 28], 10);
    let inferred: usize = flatten_layers(&layers).map(ShapedLayer::parameters).sum();
    assert_eq!(inferred + 210, expected);
    let network = Network::init(&recipe(ALL), &Device::flex());
    let held: usize = network.slots().iter().map(|slot| slot.len()).sum();
    assert_eq!(held, expected);
    // 14·14 places: 8·9, 8·4·9, 8·8
    let images = 196 * (72 + 288 + 64);
    assert_eq!(summary.multiply_adds(), images + 7_840 + 200);
    let layers = summary.layers.iter();
    let described: Vec<_> = layers
        .map(|layer| (layer.name.as_str(), layer.kind.as_str()))
        .collect();
    assert_eq!(
        described,
        [
            ("layers.0", "convolution 3×3, padding 1, stride 2"),
            ("layers.1", "batch normalization"),
            ("layers.2", "ReLU"),
            ("layers.3", "max pooling 3×3, padding 1, stride 1"),
            ("layers.4.0", "convolution 3×3, padding 1, groups 2"),
            ("layers.4.1", "batch normalization"),
            ("layers.4.2", "tanh"),
            ("layers.4.3.0", "convolution 1×1"),
            ("layers.4.3.1", "sigmoid"),
            ("layers.4.3", "addition of the block's input"),
            ("layers.4.4", "dropout 0.25"),
            ("layers.4", "addition of the block's input"),
            ("layers.5", "average pooling 2×2"),
            ("layers.6", "linear"),
            ("layers.7", "batch normalization"),
            ("layers.8", "ReLU"),
            ("layers.9", "dropout 0.5"),
            ("classes", "linear"),
        ]
    );
}

/// The layers, each before those inside it.
fn flatten_layers(layers: &[ShapedLayer]) -> Box<dyn Iterator<Item = &ShapedLayer> + '_> {
    let nested = layers
        .iter()
        .flat_map(|layer| std::iter::once(layer).chain(flatten_layers(&layer.inner)));
    Box::new(nested)
}

#[test]
fn norms_are_initialized_to_1_and_0_and_the_others_within_their_fan_in() {
    let network = Network::init(&recipe("conv4x1,relu,norm,fc5,norm,fc3"), &Device::flex());
    let values = initializer::initial_values(&network, 3);
    let values_of = |name: &str| -> Vec<f32> {
        let slots = network.slots();
        let slot = slots.iter().find(|slot| slot.name == name).unwrap();
        values[slot.start..slot.start + slot.len()].to_vec()
    };
    for norm in ["layers.2", "layers.4"] {
        assert!(
            values_of(&format!("{norm}.weight"))
                .iter()
                .all(|value| *value == 1.0)
        );
        assert!(
            values_of(&format!("{norm}.bias"))
                .iter()
                .all(|value| *value == 0.0)
        );
    }
    for (name, fan_in) in [
        // A fan-in of 1 is still one.
        ("layers.0.bias", 1.0f32),
        ("layers.3.weight", 4.0 * 784.0),
        ("layers.5.bias", 5.0),
        ("classes.weight", 3.0),
    ] {
        let largest = values_of(name)
            .iter()
            .fold(0f32, |most, value| most.max(value.abs()));
        let bound = 1.0 / fan_in.sqrt();
        assert!(
            largest > 0.0 && largest <= bound,
            "{name}: {largest} in {bound}"
        );
    }
}

#[test]
fn a_stack_without_layers_is_a_linear_classifier() {
    let device = Device::flex();
    let recipe = recipe("");
    assert_eq!(Network::summary(&recipe).parameters(), 7_850);
    let network = initializer::initialize(Network::init(&recipe, &device), 1, &device);
    let images = Tensor::zeros([2, 1, 28, 28], &device);
    assert_eq!(network.forward(images, &Context::train(1)).dims(), [2, 10]);
}

#[test]
fn a_block_adds_its_layers_output_to_its_input() {
    let device = Device::flex();
    let forward = |layers: &str| -> Vec<f32> {
        let network = Network::init(&recipe(layers), &device);
        let mut values = initializer::initial_values(&network, 5);
        // The convolution is 0, where there is one.
        for slot in network.slots() {
            if slot.name.starts_with("layers") {
                values[slot.start..slot.start + slot.len()].fill(0.0);
            } else {
                values[slot.start..slot.start + slot.len()].fill(0.01);
            }
        }
        let flat = Tensor::from_floats(values.as_slice(), &device);
        let network = unflatten(network, &flat, false);
        let images = Tensor::ones([1, 1, 28, 28], &device);
        let logits = network.forward(images, &Context::train(1));
        logits.into_data().try_to_vec().unwrap()
    };
    assert_eq!(forward("res(conv1x3p1)"), forward(""));
    assert_ne!(forward("conv1x3p1"), forward(""));
}

#[derive(Deserialize)]
struct Reference {
    values: Values,
}

#[derive(Deserialize)]
struct Values {
    layers: String,
    logits: Vec<f32>,
    loss: f32,
    gradients: Vec<TensorSummary>,
    statistics: Vec<TensorSummary>,
    eval_logits: Vec<f32>,
}

/// Logits to 1e-4, gradients to 1e-3, as PyTorch has them from the same weights and images, of every kind of layer.
#[test]
fn every_kind_of_layer_is_pytorchs() {
    let text = include_str!("../../../../tests/references/stack.json");
    let Reference { values: theirs } = serde_json::from_str(text).unwrap();
    let device = Device::flex();
    let recipe = recipe(&theirs.layers);
    for spec in crate::recipe::stack::LAYER_KINDS {
        assert!(theirs.layers.contains(spec.name), "{}", spec.name);
    }
    let template = Network::init(&recipe, &device);
    let slots = template.slots();
    let mut fan_in = 0;
    let mut weights = Vec::new();
    for (t, slot) in slots.iter().enumerate() {
        let weight = slot.name.ends_with(".weight");
        if weight {
            // A normalization has none.
            fan_in = match slot.shape.len() {
                1 => 0,
                _ => initializer::fan_in(&slot.shape),
            };
        }
        let (scale, shift) = match (fan_in, weight) {
            (0, true) => (1.0, 1.0),
            (0, false) => (1.0, 0.0),
            _ => (2.0 / (fan_in as f32).sqrt(), 0.0),
        };
        weights.extend(numbers(t, slot.len()).map(|number| number * scale + shift));
    }
    let flat = Tensor::<1>::from_floats(weights.as_slice(), &device);
    let network = unflatten(template.clone(), &flat, true);
    let images: Vec<f32> = numbers(100, 4 * 784).map(|number| number + 0.5).collect();
    let images = Tensor::<1>::from_floats(images.as_slice(), &device).reshape([4, 1, 28, 28]);
    let context = Context::train(1);
    let logits = network.forward(images.clone(), &context);
    let labels = Tensor::from_ints([3, 8, 0, 5], &device);
    let loss = network.losses(logits.clone(), labels).mean();
    let gradient = flat_gradients(&network, &mut loss.backward());

    let logits: Vec<f32> = logits.into_data().try_to_vec().unwrap();
    all_close(&logits, &theirs.logits, 1e-4, "logits");
    close(loss.into_scalar(), theirs.loss, 1e-4, "loss");
    let gradient: Vec<f32> = gradient.into_data().try_to_vec().unwrap();
    tensors_close(&slots, &gradient, &theirs.gradients, 1e-3, "gradients");

    let norms = network.batch_norm_layers();
    let fresh = initial_running_statistics(&norms, &device);
    let running = fresh * (1.0 - MOMENTUM)
        + context.into_batch_statistics().unwrap().without_autodiff() * MOMENTUM;
    let running_values: Vec<f32> = running.clone().into_data().try_to_vec().unwrap();
    let running_slots = running_statistics_slots(&norms);
    tensors_close(
        &running_slots,
        &running_values,
        &theirs.statistics,
        1e-4,
        "statistics",
    );
    let network = unflatten(template, &flat, false);
    let eval_logits = network.forward(images, &Context::eval(Some(&running)));
    let eval_logits: Vec<f32> = eval_logits.into_data().try_to_vec().unwrap();
    all_close(&eval_logits, &theirs.eval_logits, 1e-4, "eval logits");
}

#[test]
fn a_stack_is_readable_in_its_link() {
    let text = "model=stack&layers=conv8x3p1,res(norm,relu,conv8x3p1),gap,drop0.5&v=1";
    let link = parse(text).unwrap();
    assert_eq!(link.recipe.link(), text);
    assert!(link.notices.is_empty());
    let escaped = "model=stack&layers=conv8x3p1%2Cres%28norm%2Crelu%2Cconv8x3p1%29%2Cgap%2Cdrop0.5";
    assert_eq!(parse(escaped).unwrap().recipe, link.recipe);
    // It starts as LeNet-5, and no layers at all is another network.
    let start = parse("model=stack").unwrap().recipe;
    assert_eq!(start.get(&LAYERS).to_string(), LENET5);
    assert_eq!(
        parse("model=stack&layers=").unwrap().recipe.link(),
        "model=stack&layers=&v=1"
    );
    assert_eq!(
        refusal("model=stack&layers=conv6x5,rleu"),
        "The layers cannot be read. Layer 2, rleu, is no layer that is known here: there are conv, max, avg, gap, fc, relu, tanh, sigmoid, norm, drop, res."
    );
    assert_eq!(
        parse("model=lenet5&layers=relu").unwrap().notices,
        ["layers means nothing in this recipe and was left out."]
    );
}

#[test]
fn a_stack_that_does_not_fit_its_images_is_refused() {
    let layers = "max2,max2,max2,conv16x4";
    assert_eq!(
        refusal(&format!("model=stack&layers={layers}")),
        "The layers do not fit the images of Synthetic digits. Layer 4, conv16x4, needs at least 4×4 pixels, but gets 1×3×3."
    );
    assert!(parse(&format!("model=stack&data=cifar10&layers={layers}")).is_ok());
    // Of another network's link, layers are let go.
    assert!(parse(&format!("model=lenet5&layers={layers}")).is_ok());
}

#[test]
fn ten_thousand_layers_are_refused_unread() {
    let link = format!("model=stack&layers={}", ["relu"; 10_000].join(","));
    assert_eq!(
        refusal(&link),
        "This link has 50018 characters, but a link has at most 2000. It was not read."
    );
}

/// The longest stack, with its check, its marks and every other field given.
#[test]
fn the_longest_stack_fits_into_a_checked_link() {
    let layers = format!("conv10x11p5,{}", ["conv10x11p5g10"; 91].join(","));
    assert!((1_370..=crate::recipe::stack::MAX_TEXT).contains(&layers.len()));
    let rest = "data=own&own=0123456789abcdef&classes=256&size=28&channels=grey&subset=999999&aug=crop,flip&opt=sgd&lr=0.0012345678901234567&momentum=0.12345678901234567\
        &wd=0.0012345678901234567&schedule=constant&warmup=0.12345678901234567&batch=1023&shards=63&steps=999999&seed=9007199254740990";
    let recipe = parse(&format!("model=stack&layers={layers}&{rest}"))
        .unwrap()
        .recipe;
    let marks = vec![u32::MAX; crate::recipe::MAX_MARKS];
    let link = recipe.checked_link("0123456789abcdef", &marks);
    assert!(link.len() <= crate::recipe::MAX_LINK, "{}", link.len());
    assert!(link.len() > 1_800, "{}", link.len());
}
