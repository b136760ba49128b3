//! LeNet-5 as the paper has it: 60,000 trainable parameters.
//!
//! LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", Proceedings of
//! the IEEE 86(11), 1998, section II.B and figure 2: C1 to F6 with the scaled tanh `1.7159 tanh(2a/3)`, trainable
//! subsampling, the connection table of C3, and an output layer of radial basis functions whose centres are
//! fixed bitmaps of the characters. It is trained with the paper's MAP criterion (equation 9).
//!
//! Where it departs from the paper: the drawings of the ten bitmaps are our own (the paper shows its own in
//! figure 3, for all of ASCII); the optimizer is the recipe's, where the paper used a stochastic diagonal
//! Levenberg-Marquardt method; and the constant j of the criterion, of which the paper says only that it is
//! positive, is 0.1.

use super::graph::{Conv, Graph, InitScheme, Value};
use super::lenet5::PAPER;
use super::loss::Loss;
use super::registry::Family;
use crate::recipe::{Input, ModelSpec, NamedRecipe, Recipe};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        // As many epochs as the paper's training had.
        defaults: |recipe| {
            recipe.lr = 0.005;
            recipe.epochs = 20;
        },
        recipes: &[
            NamedRecipe::paper(
                "MNIST one image at a time for 20 epochs, as the paper has it; by plain gradient descent, where the paper scaled each weight's rate by its curvature.",
                "data=mnist&opt=sgd&momentum=0&warmup=0&batch=1",
            ),
            NamedRecipe::tiny(
                "Two epochs of 6,000 synthetic digits, for a lesson.",
                "subset=6000&schedule=one-cycle&batch=32&epochs=2",
            ),
        ],
        cross_entropy: false,
        ..ModelSpec::new(
            [
                "lenet5-1998",
                "LeNet-5 (1998)",
                "As the paper has it: 32×32 input, scaled tanh, trainable subsampling, RBF output.",
            ],
            "digits",
        )
    }],
    graph,
};

/// The images that it takes, whatever the recipe's data: there is a centre for each of ten digits.
const INPUT: Input = Input {
    shape: [1, 28, 28],
    mean: &[0.0],
    std: &[1.0],
    classes: 10,
};

/// Which of the six maps of S2 each of the sixteen maps of C3 sees (the paper's table I).
const C3_INPUTS: [&[usize]; 16] = [
    &[0, 1, 2],
    &[1, 2, 3],
    &[2, 3, 4],
    &[3, 4, 5],
    &[0, 4, 5],
    &[0, 1, 5],
    &[0, 1, 2, 3],
    &[1, 2, 3, 4],
    &[2, 3, 4, 5],
    &[0, 3, 4, 5],
    &[0, 1, 4, 5],
    &[0, 1, 2, 5],
    &[0, 1, 3, 4],
    &[1, 2, 4, 5],
    &[0, 2, 3, 5],
    &[0, 1, 2, 3, 4, 5],
];

/// The characters that the output units stand for: 7 wide, 12 high.
const BITMAPS: [[&str; 12]; 10] = [
    [
        "..###..", ".#...#.", "#.....#", "#.....#", "#.....#", "#.....#", "#.....#", "#.....#",
        "#.....#", "#.....#", ".#...#.", "..###..",
    ],
    [
        "...#...", "..##...", ".#.#...", "...#...", "...#...", "...#...", "...#...", "...#...",
        "...#...", "...#...", "...#...", ".#####.",
    ],
    [
        ".#####.", "#.....#", "......#", "......#", ".....#.", "....#..", "...#...", "..#....",
        ".#.....", "#......", "#......", "#######",
    ],
    [
        "#######", ".....#.", "....#..", "...#...", "..####.", "......#", "......#", "......#",
        "......#", "......#", "#.....#", ".#####.",
    ],
    [
        "#....#.", "#....#.", "#....#.", "#....#.", "#....#.", "#....#.", "#######", ".....#.",
        ".....#.", ".....#.", ".....#.", ".....#.",
    ],
    [
        "#######", "#......", "#......", "#......", "#.####.", "##....#", "......#", "......#",
        "......#", "......#", "#.....#", ".#####.",
    ],
    [
        "...###.", "..#....", ".#.....", "#......", "#......", "#.###..", "##...#.", "#.....#",
        "#.....#", "#.....#", ".#...#.", "..###..",
    ],
    [
        "#######", "#.....#", "......#", ".....#.", ".....#.", "....#..", "....#..", "...#...",
        "...#...", "..#....", "..#....", "..#....",
    ],
    [
        ".#####.", "#.....#", "#.....#", "#.....#", "#.....#", ".#####.", "#.....#", "#.....#",
        "#.....#", "#.....#", "#.....#", ".#####.",
    ],
    [
        "..###..", ".#...#.", "#.....#", "#.....#", "#.....#", ".#...##", "..###.#", "......#",
        "......#", ".....#.", "....#..", ".###...",
    ],
];

/// The constant j of the MAP criterion.
const J: f32 = 0.1;

/// The graph of a recipe's network.
fn graph(_: &Recipe) -> Graph {
    let (mut net, image) = Graph::new("LeNet-5 (1998)", PAPER, INPUT, InitScheme::LeCun);
    net.without_normalization();
    // The paper's grey levels: −0.1 for the background, 1.175 for the ink.
    let x = net.scale_and_pad("input", image, 1.275, 2, -0.1);
    let x = net.conv("c1", x, Conv::new(6, 5));
    let x = squashed(&mut net, "C1", x);
    let x = net.subsampling("s2", x);
    let x = squashed(&mut net, "S2", x);
    // Output channels see 3, 4 or 6 input channels, so their fan-in is 75, 100 or 150.
    let x = net.partial_conv("c3", x, &C3_INPUTS, 5, 100);
    let x = squashed(&mut net, "C3", x);
    let x = net.subsampling("s4", x);
    let x = squashed(&mut net, "S4", x);
    let x = net.conv("c5", x, Conv::new(120, 5));
    let x = squashed(&mut net, "C5", x);
    let x = net.flatten(x);
    let x = net.linear("f6", x, 84);
    let x = squashed(&mut net, "F6", x);
    let logits = net.rbf("output", x, centres());
    net.set_loss(Loss::MapCriterion { j: J });
    net.output(logits)
}

/// The scaled tanh after a layer, which gets the paper's name in the summary.
fn squashed(net: &mut Graph, name: &str, x: Value) -> Value {
    net.show_last_as(name);
    net.scaled_tanh(&format!("f({name})"), x)
}

/// The bitmaps as −1 and 1: `[10, 84]`.
fn centres() -> Vec<f32> {
    let rows = BITMAPS.iter().flatten();
    rows.flat_map(|row| row.bytes())
        .map(|pixel| if pixel == b'#' { 1.0 } else { -1.0 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::default_recipe;
    use crate::zoo::Network;

    #[test]
    fn parameters_layer_by_layer() {
        let summary = Network::summary(&default_recipe("lenet5-1998").unwrap());
        let counts: Vec<_> = summary
            .layers
            .iter()
            .filter(|layer| layer.parameters > 0)
            .map(|layer| (layer.name.as_str(), layer.parameters))
            .collect();
        assert_eq!(
            counts,
            [
                ("C1", 156),
                ("S2", 12),
                ("C3", 1_516),
                ("S4", 32),
                ("C5", 48_120),
                ("F6", 10_164)
            ]
        );
        assert_eq!(summary.parameters(), 60_000);
    }

    #[test]
    fn the_table_has_sixty_connections_and_every_map_of_s2_ten() {
        let connections: usize = C3_INPUTS.iter().map(|maps| maps.len()).sum();
        assert_eq!(connections, 60);
        for map in 0..6 {
            let used = C3_INPUTS.iter().filter(|maps| maps.contains(&map));
            assert_eq!(used.count(), 10);
        }
    }

    #[test]
    fn every_bitmap_is_7_by_12_and_unlike_the_others() {
        for (digit, rows) in BITMAPS.iter().enumerate() {
            assert!(rows.iter().all(|row| row.len() == 7), "{digit}");
            for other in &BITMAPS[digit + 1..] {
                assert_ne!(rows, other);
            }
        }
    }
}
