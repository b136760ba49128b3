use super::*;
use crate::registry;
use crate::zoo::build_graph;

fn grouped_graph(link: &str) -> (Graph, FusedGraph) {
    let graph = build_graph(&registry::parse(link).unwrap().recipe);
    let all = super::super::fusion::Fusion::of(&graph, true);
    (graph, all)
}

fn count(graph: &Graph, all: &FusedGraph, is: fn(&Op) -> bool) -> usize {
    let nodes = all.fused.iter().map(|step| &graph.nodes[step.node].op);
    nodes.filter(|op| is(op)).count()
}

#[test]
fn an_inception_module_is_four_convolutions_and_two_normalizations() {
    let (graph, all) = grouped_graph("model=googlenet");
    let is_conv: fn(&Op) -> bool = |op| matches!(op, Op::Conv { .. });
    let is_norm: fn(&Op) -> bool = |op| matches!(op, Op::BatchNorm { .. });
    assert_eq!(count(&graph, &all, |op| *op == Op::Concat), 0);
    // Nine modules and the three convolutions before them.
    assert_eq!(count(&graph, &all, is_conv), 9 * 4 + 3);
    assert_eq!(count(&graph, &all, is_norm), 9 * 2 + 3);
}

#[test]
fn modules_without_reductions_have_one_normalization() {
    let (graph, all) = grouped_graph("model=googlenet&reduce=off");
    assert_eq!(count(&graph, &all, |op| *op == Op::Concat), 0);
    let is_norm: fn(&Op) -> bool = |op| matches!(op, Op::BatchNorm { .. });
    assert_eq!(count(&graph, &all, is_norm), 9 + 3);
}

#[test]
fn every_node_is_computed_once_and_every_channel_has_a_place() {
    for recipe in registry::default_recipes() {
        let graph = build_graph(&recipe);
        let all = super::super::fusion::Fusion::of(&graph, true);
        let mut nodes = Vec::new();
        for step in &all.fused {
            let own = [vec![step.node], step.others.clone()].concat();
            let of = |node: &usize| graph.nodes[*node].shape.dims()[0];
            let channels: usize = own.iter().map(of).sum();
            if !step.places.is_empty() {
                let placed: usize = step.places.iter().map(|place| place.channels).sum();
                assert_eq!(placed, channels, "{}", recipe.link());
                assert!(step.places.len() <= 2);
            }
            if !step.sources.is_empty() {
                let from: usize = step.sources.iter().map(|source| source.channels).sum();
                assert_eq!(from, channels, "{}", recipe.link());
                assert!(step.sources.len() <= 2);
            }
            nodes.extend(own);
        }
        let count = nodes.len();
        nodes.sort_unstable();
        nodes.dedup();
        assert_eq!(nodes.len(), count, "{}", recipe.link());
    }
}
