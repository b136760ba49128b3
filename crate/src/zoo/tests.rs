//! What holds for every network.

use super::stack::LAYERS;
use super::*;
use crate::registry::{REGISTRY, default_recipe, default_recipes, parse};

/// Every network on the data of every shape that it takes.
fn pairs() -> impl Iterator<Item = (Recipe, String)> {
    let pairs = default_recipes().flat_map(|default| {
        ["mnist", "cifar10"].map(|data| {
            let mut recipe = default.clone();
            recipe.data = REGISTRY.dataset(data).unwrap();
            let name = format!("{} on {data}", recipe.model.name());
            (recipe, name)
        })
    });
    pairs.filter(|(recipe, _)| Network::summary(recipe).input == recipe.input().shape)
}

#[test]
fn layers_account_for_every_parameter() {
    for (recipe, name) in pairs() {
        let network = Network::init(&recipe, &Device::flex());
        let held: usize = network.slots().iter().map(|slot| slot.len()).sum();
        assert_eq!(Network::summary(&recipe).parameters(), held, "{name}");
    }
}

/// An exported graph has the network's parameters, by name, shape and order.
#[test]
fn an_exported_graph_has_the_networks_parameters() {
    for (recipe, name) in pairs() {
        let Some(graph) = build_graph(&recipe).export() else {
            assert_eq!(recipe.model.name(), "lenet5-1998", "{name}");
            continue;
        };
        let exported: Vec<_> = graph
            .layers
            .into_iter()
            .flat_map(|layer| layer.parameters)
            .map(|(name, shape, _)| (name, shape))
            .collect();
        let slots = Network::init(&recipe, &Device::flex()).slots();
        let held: Vec<_> = slots.into_iter().map(|s| (s.name, s.shape)).collect();
        assert_eq!(exported, held, "{name}");
    }
}

/// A network's stack text gives the same network: the same weights in the same order, as many multiply-adds.
#[test]
fn a_stack_text_is_of_the_same_network() {
    let mut chains = Vec::new();
    for (recipe, name) in pairs() {
        let Some(StackText { layers, without }) = build_graph(&recipe).to_stack_text() else {
            continue;
        };
        let mut stack = default_recipe("stack").unwrap();
        stack.data = recipe.data;
        stack.set(&LAYERS, crate::recipe::Stack::parse(&layers).unwrap());
        assert_eq!(stack.get(&LAYERS).to_string(), layers, "{name}");
        let tensors = |recipe: &Recipe| -> Vec<_> {
            let slots = Network::init(recipe, &Device::flex()).slots();
            let shapes = slots.into_iter().map(|slot| slot.shape);
            // Where biases are left out, the text lists that.
            shapes
                .filter(|shape| without.is_empty() || shape.len() > 1)
                .collect()
        };
        assert_eq!(tensors(&stack), tensors(&recipe), "{name}");
        let (of_stack, of_network) = (Network::summary(&stack), Network::summary(&recipe));
        assert_eq!(
            of_stack.multiply_adds(),
            of_network.multiply_adds(),
            "{name}"
        );
        chains.push(recipe.model.name());
    }
    for model in ["lenet5", "mlp", "alexnet", "vgg-11", "vgg-19"] {
        assert!(chains.contains(&model), "{model}");
    }
    for model in ["lenet5-1998", "resnet-8", "googlenet", "vit"] {
        assert!(!chains.contains(&model), "{model}");
    }
}

#[test]
fn a_stack_text_lists_what_a_stack_cannot_express() {
    let text = |link: &str| {
        let recipe = parse(link).unwrap().recipe;
        build_graph(&recipe).to_stack_text().unwrap()
    };
    let StackText { layers, without } = text("model=alexnet&lrn=on&groups=2&dropout=0.5");
    assert_eq!(without, ["local response normalization"]);
    assert!(
        layers.starts_with("conv16x5p2,relu,max3s2,conv48x5p2g2,relu,max3s2,"),
        "{layers}"
    );
    assert!(
        layers.ends_with(",drop0.5,fc256,relu,drop0.5,fc256,relu"),
        "{layers}"
    );
    assert_eq!(
        text("model=mlp&widths=300,100").layers,
        "fc300,relu,fc100,relu"
    );
    assert!(text("model=vgg-11&norm=off&head=gap").without.is_empty());
    assert!(
        text("model=vgg-11&norm=off&head=gap")
            .layers
            .ends_with(",relu,gap")
    );
}

#[test]
fn there_is_a_logit_for_each_class() {
    for (recipe, name) in pairs() {
        let device = Device::flex();
        let network = initializer::initialize(Network::init(&recipe, &device), 1, &device);
        let Summary { input, layers, .. } = Network::summary(&recipe);
        let [channels, height, width] = input;
        let images = Tensor::zeros([3, channels, height, width], &device);
        let logits = network.forward(images, &Context::train(1));
        assert_eq!(logits.dims(), [3, 10], "{name}");
        assert_eq!(layers.last().unwrap().shape, [10], "{name}");
    }
}

/// A citation that ended otherwise would leave its network without a year on the page.
#[test]
fn every_paper_has_its_year() {
    for (recipe, name) in pairs() {
        let Summary { paper, .. } = Network::summary(&recipe);
        let year = Network::summary(&recipe).year();
        match recipe.model.name() {
            "stack" => assert_eq!(year, None, "{name}"),
            _ => assert!(matches!(year, Some(1958..2100)), "{name}: {paper}"),
        }
    }
}
