//! Fully connected networks: what LeNet-5 was compared with.
//!
//! LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE
//! 86(11), 1998, section III.C.3 and 4: all pixels, one or two hidden layers, ten outputs; 300 and 100 hidden units are one
//! of the paper's. Where it departs from the paper, because later practice did: ReLU (or tanh, unscaled), and softmax with
//! cross-entropy.

use super::graph::{Graph, InitScheme};
use super::lenet5::PAPER;
use super::options::{ACT, Activation, DROPOUT};
use super::registry::Family;
use crate::recipe::{FieldType, ModelOption, ModelSpec, NamedRecipe, NumberList, Recipe, options};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        options: &ModelOption::all([&WIDTHS.field, &ACT.field, &DROPOUT.field]),
        recipes: &[NamedRecipe::tiny(
            "Three epochs of 10,000 synthetic digits, for a lesson.",
            "subset=10000&lr=0.003&schedule=one-cycle&batch=32&epochs=3",
        )],
        ..ModelSpec::new(
            [
                "mlp",
                "Multilayer perceptron",
                "Linear layers alone, every unit seeing all pixels: what LeNet-5 was compared with.",
            ],
            "digits",
        )
    }],
    graph,
};

options! {
    Network;
    /// Units of the hidden layers, with commas between them; with none it is a linear classifier. Few: it learns little. Many: it overfits sooner.
    WIDTHS: NumberList = "widths", "300,100", "Hidden units", FieldType::IntegerList { min: 1, max: 8192, max_len: 8 };
}

/// The graph of a recipe's network.
fn graph(recipe: &Recipe) -> Graph {
    let input = recipe.input();
    let (mut net, image) = Graph::new(
        "Multilayer perceptron",
        PAPER,
        input,
        InitScheme::KaimingUniform,
    );
    let mut x = net.flatten(image);
    let widths = recipe.get(&WIDTHS);
    for (index, width) in widths.iter().enumerate() {
        let number = index + 1;
        x = net.linear(&format!("fc{number}"), x, width as usize);
        x = match recipe.get(&ACT) {
            Activation::Relu => net.relu(&format!("relu{number}"), x),
            Activation::Tanh => net.tanh(&format!("tanh{number}"), x),
        };
        x = net.dropout(&format!("drop{number}"), x, recipe.get(&DROPOUT));
    }
    let last = format!("fc{}", widths.iter().len() + 1);
    let logits = net.linear(&last, x, input.classes);
    net.output(logits)
}

#[cfg(test)]
mod tests {
    use crate::registry::parse;
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
