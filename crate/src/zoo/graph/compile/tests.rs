//! Dispatches of a training step: what a card and a page spend their time on, counted without a card.

use super::training::TrainingOptions;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::program::memory::MemoryPlan;
use crate::ops::gpu::program::tables::UpdateRule;
use crate::recipe::OptimizerKind;
use crate::registry;
use crate::zoo::build_graph;

fn options(link: &str) -> (crate::zoo::Graph, TrainingOptions) {
    let recipe = registry::parse(link).unwrap().recipe;
    let mut graph = build_graph(&recipe);
    graph.pool_before_relu();
    let options = TrainingOptions {
        adapter: Adapter::SOFTWARE,
        choice: Vec::new(),
        batch: 64,
        shards: 4,
        examples: Some(1000),
        normalization: recipe.input().normalization(),
        label_smoothing: 0.0,
        rule: UpdateRule {
            kind: OptimizerKind::Sgd,
            momentum: 0.9,
            nesterov: false,
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            weight_decay: 0.0,
            has_rates: false,
            max_norm: None,
        },
        is_decayed: Vec::new(),
        rates: Vec::new(),
    };
    (graph, options)
}

#[test]
fn a_step_takes_few_dispatches() {
    let counts = [
        ("lenet5", 25),
        ("resnet-20", 120),
        ("vit", 150),
        ("googlenet", 194),
    ];
    for (model, most) in counts {
        let (graph, options) = options(&format!("model={model}"));
        let training = graph.compile_training(&options).unwrap();
        let count = training.program.dispatches.len();
        println!(
            "{model}: {count} dispatches, {} MB",
            MemoryPlan::new(&training.program).bytes() / 1_000_000
        );
        assert!(count <= most, "{model}: {count} dispatches");
    }
}

#[test]
fn every_network_is_compiled() {
    for recipe in registry::default_recipes() {
        let link = recipe.link();
        let (graph, options) = options(&link);
        let training = graph.compile_training(&options);
        assert!(training.is_ok(), "{link}: {:?}", training.err());
    }
}

/// Wherever freezing ends, in a block or behind a convolution whose normalization is trained.
#[test]
fn every_network_without_branches_is_compiled_whatever_is_frozen() {
    for recipe in registry::default_recipes() {
        let layers = build_graph(&recipe).layers_with_parameters();
        for freeze in (1..layers).step_by(1 + layers / 16) {
            let link = format!("{}&freeze={freeze}", recipe.link());
            let (graph, options) = options(&link);
            let training = graph.compile_training(&options);
            // Branches are computed as one, and of one a part may be frozen, as of a node's parameters.
            let is_left = recipe.model.name() == "googlenet" || graph.freezes_part_of_a_node();
            assert_eq!(training.is_ok(), !is_left, "{link}: {:?}", training.err());
        }
    }
}
