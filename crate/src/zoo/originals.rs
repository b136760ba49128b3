//! The networks in the size of their papers: for ImageNet's images, and too large for a tab. They are built by the code that
//! builds the small ones, and tested against torchvision's.

use super::graph::Graph;
use super::{alexnet, densenet, googlenet, resnet, vgg, vit};
use crate::recipe::Input;

/// ImageNet's images as torchvision normalizes them, 224×224 pixels of 1,000 classes.
pub const IMAGENET: Input = Input {
    shape: [3, 224, 224],
    mean: &[0.485, 0.456, 0.406],
    std: &[0.229, 0.224, 0.225],
    classes: 1000,
};

/// Every original, with its published number of parameters.
pub fn all() -> Vec<(&'static str, Graph, usize)> {
    vec![
        ("alexnet", alexnet::original(false), 61_100_840),
        ("alexnet, the paper's", alexnet::original(true), 60_965_224),
        ("vgg11", vgg::original(11), 132_863_336),
        ("vgg13", vgg::original(13), 133_047_848),
        ("vgg16", vgg::original(16), 138_357_544),
        ("vgg19", vgg::original(19), 143_667_240),
        ("resnet18", resnet::original(18), 11_689_512),
        ("resnet34", resnet::original(34), 21_797_672),
        ("resnet50", resnet::original(50), 25_557_032),
        ("googlenet", googlenet::original(false), 6_624_904),
        (
            "googlenet, auxiliary",
            googlenet::original(true),
            13_004_888,
        ),
        ("densenet121", densenet::original(), 7_978_856),
        ("vit_b_16", vit::original(), 86_567_656),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_the_published_ones() {
        for (name, graph, parameters) in all() {
            assert_eq!(graph.summary().parameters(), parameters, "{name}");
            assert_eq!(
                graph.summary().layers.last().unwrap().shape,
                [1000],
                "{name}"
            );
        }
    }
}
