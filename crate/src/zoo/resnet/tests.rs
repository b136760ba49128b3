//! Residual networks: their size and their initial values.

use burn::tensor::{Device, Tensor};

use super::*;
use crate::registry::{default_recipe, parse};
use crate::zoo::context::{Context, Mode};
use crate::zoo::norm::BatchNormLayer;
use crate::zoo::{Network, initializer};

fn recipe(link: &str) -> Recipe {
    parse(link).unwrap().recipe
}

/// The paper's table 6 has 0.27, 0.46, 0.66 and 0.85 million for 20, 32, 44 and 56 layers.
#[test]
fn parameters_of_every_depth() {
    for (depth, parameters) in [
        (8, 75_290),
        (14, 172_506),
        (20, 269_722),
        (32, 464_154),
        (44, 658_586),
        (56, 853_018),
        (110, 1_727_962),
    ] {
        // The shortcuts have none.
        for skip in ["on", "off"] {
            let recipe = recipe(&format!("model=resnet-{depth}&skip={skip}"));
            let summary = Network::summary(&recipe);
            assert_eq!(summary.parameters(), parameters, "{depth}, {skip}");
            // A block adds 2 layers with weights; n blocks in 3 stages, and the first and the last layer.
            let weights = summary
                .layers
                .iter()
                .filter(|layer| layer.multiply_adds > 0);
            assert_eq!(weights.count(), depth);
        }
    }
}

#[test]
fn depths_of_networks_for_small_images_are_those_of_the_paper() {
    let error = |link: &str| parse(link).unwrap_err().to_string();
    let refusal = error("model=resnet-21");
    assert!(
        refusal.starts_with("model=resnet-21 is not allowed: model is one of lenet5, "),
        "{refusal}"
    );
    assert!(
        refusal.ends_with(
            ". A residual network for small images has 6n + 2 layers, and 21 is not 6n + 2 with n of at least 1."
        ),
        "{refusal}"
    );
    assert!(!error("model=resnet-26").contains("6n + 2"));
}

#[test]
fn multiply_adds_are_those_of_convolutions_and_the_linear_layer() {
    let count = |link: &str| Network::summary(&recipe(link)).multiply_adds();
    // 32·32·16·9·(3 + 6·16) + 16·16·32·9·(16 + 5·32) + 8·8·64·9·(32 + 5·64) + 640
    assert_eq!(count("model=resnet-20"), 40_551_040);
    assert_eq!(count("model=resnet-56"), 125_485_696);
}

#[test]
fn the_summary_describes_each_layer() {
    let summary = Network::summary(&recipe("model=resnet-8"));
    assert_eq!(summary.title, "ResNet-8");
    let described: Vec<_> = summary
        .layers
        .iter()
        .filter(|layer| layer.name.starts_with("layer2"))
        .map(|layer| (layer.name.as_str(), layer.kind.as_str()))
        .collect();
    assert_eq!(
        described,
        [
            ("layer2.0.conv1", "convolution 3×3, padding 1, stride 2"),
            ("layer2.0.bn1", "batch normalization"),
            ("layer2.0.relu1", "ReLU"),
            ("layer2.0.conv2", "convolution 3×3, padding 1"),
            ("layer2.0.bn2", "batch normalization"),
            (
                "layer2.0.add",
                "addition of the block's input: every other pixel, new channels 0"
            ),
            ("layer2.0.relu2", "ReLU"),
        ]
    );
    let plain = Network::summary(&recipe("model=resnet-8&skip=off"));
    assert_eq!(
        plain.title,
        "ResNet-8 without its shortcuts (a plain network)"
    );
    assert!(
        plain
            .layers
            .iter()
            .all(|layer| !layer.name.ends_with("add"))
    );
}

#[test]
fn a_deeper_network_has_more_blocks_and_no_other_names() {
    let network = Network::init(&recipe("model=resnet-14"), &Device::flex());
    let names: Vec<_> = network.slots().into_iter().map(|slot| slot.name).collect();
    assert_eq!(names[..3], ["conv1.weight", "bn1.weight", "bn1.bias"]);
    assert!(names.contains(&"layer3.1.conv2.weight".to_owned()));
    assert!(!names.contains(&"layer3.2.conv1.weight".to_owned()));
    assert_eq!(names[names.len() - 2..], ["fc.weight", "fc.bias"]);
}

#[test]
fn initial_values_are_the_papers() {
    let network = Network::init(&recipe("model=resnet-8"), &Device::flex());
    let values = initializer::initial_values(&network, 1);
    for slot in network.slots() {
        let part = &values[slot.start..slot.start + slot.len()];
        let bound = part.iter().fold(0f32, |most, value| most.max(value.abs()));
        match slot.name.as_str() {
            name if name.contains("conv") => {
                let square = part.iter().map(|value| value * value).sum::<f32>();
                let std = (square / part.len() as f32).sqrt();
                let expected = (2.0 / initializer::fan_in(&slot.shape) as f32).sqrt();
                // The standard error of the standard deviation of n values is 1/√(2n) of it; n is at least 432.
                assert!((std / expected - 1.0).abs() < 0.1, "{name}");
                assert!(bound > 2.0 * expected, "{name} is not normal");
            }
            name if name.starts_with("fc") => assert!(bound <= 0.125 && bound > 0.05, "{name}"),
            name if name.ends_with("weight") => assert!(part.iter().all(|v| *v == 1.0), "{name}"),
            name => assert!(part.iter().all(|v| *v == 0.0), "{name}"),
        }
    }
}

/// Batch statistics are recorded in the order of the layers' names, which is that of the parameters.
#[test]
fn batch_norm_layers_are_in_the_order_of_the_forward_pass() {
    let device = Device::flex();
    for skip in ["on", "off"] {
        let recipe = recipe(&format!("model=resnet-14&skip={skip}"));
        let network = Network::init(&recipe, &device);
        let network = initializer::initialize(network, 1, &device);
        let norms = network.batch_norm_layers();
        let scales = network.slots().into_iter().filter_map(|slot| {
            let name = slot.name.strip_suffix(".weight")?.to_owned();
            (slot.shape.len() == 1).then(|| BatchNormLayer {
                name,
                channels: slot.shape[0],
            })
        });
        assert_eq!(norms, scales.collect::<Vec<_>>());

        let context = Context::train(1);
        network.forward(Tensor::zeros([2, 3, 32, 32], &device), &context);
        let Mode::Train(train) = &context.mode else {
            panic!("{context:?}");
        };
        // Means and variances of each layer, in one tensor.
        let recorded = train.batch_statistics.borrow();
        let recorded: Vec<_> = recorded.iter().map(|tensor| tensor.dims()[0]).collect();
        let expected = norms.iter().map(|layer| 2 * layer.channels);
        assert_eq!(recorded, expected.collect::<Vec<_>>());
    }
}

#[test]
fn shortcuts_are_an_option_of_residual_networks() {
    let default = |model| default_recipe(model).unwrap();
    let link = parse("model=resnet-20&skip=off").unwrap();
    assert_eq!(link.recipe.get(&SKIP), Skip::Off);
    assert_eq!(link.recipe.link(), "model=resnet-20&skip=off&v=1");
    assert!(link.notices.is_empty());
    let on = parse("model=resnet-20&skip=on").unwrap().recipe;
    assert_eq!(on, default("resnet-20"));
    assert_eq!(
        parse("model=resnet-20&skip=no").unwrap_err().to_string(),
        "skip=no is not allowed: skip is one of on, off."
    );
    let link = parse("model=lenet5&skip=off").unwrap();
    assert_eq!(
        link.notices,
        ["skip means nothing in this recipe and was left out."]
    );
    assert_eq!(link.recipe, default("lenet5"));
}
