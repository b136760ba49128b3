//! Fully connected networks: what LeNet-5 was compared with.
//!
//! LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE
//! 86(11), 1998, section III.C.3 and 4: all pixels, one or two hidden layers, ten outputs; 300 and 100 hidden units are one
//! of the paper's. Where it departs from the paper, because later practice did: ReLU (or tanh, unscaled), and softmax with
//! cross-entropy.

use super::graph::{Graph, InitScheme};
use super::lenet5::PAPER;
use crate::recipe::{Activation, Recipe};

/// The graph of a recipe's network.
pub(super) fn graph(recipe: &Recipe) -> Graph {
    let input = recipe.input();
    let (mut net, image) = Graph::new(
        "Multilayer perceptron",
        PAPER,
        input,
        InitScheme::KaimingUniform,
    );
    let mut x = net.flatten(image);
    for (index, width) in recipe.widths.iter().enumerate() {
        let number = index + 1;
        x = net.linear(&format!("fc{number}"), x, width as usize);
        x = match recipe.act {
            Activation::Relu => net.relu(&format!("relu{number}"), x),
            Activation::Tanh => net.tanh(&format!("tanh{number}"), x),
        };
        x = net.dropout(&format!("drop{number}"), x, recipe.dropout);
    }
    let last = format!("fc{}", recipe.widths.iter().count() + 1);
    let logits = net.linear(&last, x, input.classes);
    net.output(logits)
}

#[cfg(test)]
mod tests {
    use crate::recipe::parse;
    use crate::zoo::Network;

    #[test]
    fn parameters_of_the_papers_networks() {
        // 784-300-10 and 784-300-100-10.
        for (widths, parameters) in [("300", 238_510), ("300,100", 266_610), ("1000", 795_010)] {
            let recipe = parse(&format!("model=mlp&widths={widths}")).unwrap().recipe;
            assert_eq!(
                Network::summary(&recipe).parameters(),
                parameters,
                "{widths}"
            );
        }
    }
}
