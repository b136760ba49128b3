//! Stacks: networks that a link describes layer by layer. [`crate::recipe::stack`] parses the text and infers the shapes.
//!
//! What the text does not say is decided here: a linear layer to the classes ends every stack, after flattening; a linear layer
//! flattens the image before it; a convolution or linear layer right before a normalization has no bias; weights and biases are
//! initialized as in PyTorch (uniform within 1/√fan-in), normalizations with scale 1 and shift 0. Parameters are named as in
//! PyTorch's `Sequential`: `layers.0.weight` is the first layer's, `layers.6.2.weight` that of the third layer in the residual
//! block that is the seventh; the last layer is `classes`.

use super::graph::{Conv, Graph, InitScheme, Pooling, Shape, Value};
use super::registry::Family;
use crate::recipe::stack::{LayerKind, ShapedLayer, StackError};
use crate::recipe::{
    FieldType, Input, ModelOption, ModelSpec, NamedRecipe, Recipe, RecipeError, Stack, options,
};

/// The network.
pub(super) static FAMILY: Family = Family {
    models: &[ModelSpec {
        options: &ModelOption::all([&LAYERS.field]),
        // A stack starts as LeNet-5, trained as LeNet-5, so that a change is one of the network alone.
        defaults: super::lenet5::defaults,
        recipes: RECIPES,
        check,
        ..ModelSpec::new(
            [
                "stack",
                "Stack of your own",
                "Your own network, layer by layer: it starts as LeNet-5 and becomes what you make of it.",
            ],
            "digits",
        )
    }],
    graph,
};

options! {
    Network;
    /// The layers of a network of one's own, from the image on; a linear layer to the classes closes it.
    LAYERS: Stack = "layers", LENET5, "Layers", FieldType::Layers;
}

/// LeNet-5 as the text of a stack.
const LENET5: &str = "conv6x5p2,relu,max2,conv16x5,relu,max2,fc120,relu,fc84,relu";

/// Two normalized convolutions and a normalized hidden layer: of the stacks that were tried, the one that needs the fewest seconds to
/// 99 % of MNIST. Chosen by the last 10,000 of the training images (`val=10000`), never by test images; what was tried is in
/// docs/accuracy.md.
macro_rules! quick_stack {
    ($changes:literal) => {
        concat!(
            "layers=conv16x5,norm,relu,max2,conv32x3,norm,relu,max2,fc64,norm,relu&",
            $changes
        )
    };
}

const RECIPES: &[NamedRecipe] = &[
    NamedRecipe::quick(
        "Two normalized convolutions: 99 % of MNIST's test images in one epoch, which takes two cores 6 seconds.",
        quick_stack!("data=mnist&lr=0.02&schedule=one-cycle&smooth=0.05&epochs=1&score=468"),
    ),
    NamedRecipe::quick_to(
        [
            "quick-99.3",
            "Quick, 99.3 %",
            "The same network for four epochs: 99.3 % of MNIST's test images.",
        ],
        quick_stack!("data=mnist&lr=0.02&schedule=one-cycle&smooth=0.05&score=468"),
    ),
    NamedRecipe::quick_to(
        [
            "quick-fashion",
            "Quick, fashion",
            "The same network on Fashion-MNIST: 91 % of its test images.",
        ],
        quick_stack!("data=fashion&lr=0.02&schedule=one-cycle&smooth=0.05&epochs=5&score=468"),
    ),
    NamedRecipe::tiny(
        "Two epochs of 8,000 synthetic digits, for a lesson.",
        "subset=8000&schedule=one-cycle&batch=16&epochs=2",
    ),
];

/// Checks that the layers fit the images.
fn check(recipe: &Recipe) -> Result<(), RecipeError> {
    let Input { shape, classes, .. } = recipe.input();
    let shapes = recipe.get(&LAYERS).try_infer_shapes(shape, classes);
    let misfit = |error: StackError| RecipeError::Misfit {
        key: LAYERS.field.key,
        data: recipe.data.label(),
        error: Box::new(error),
    };
    shapes.map(|_| ()).map_err(misfit)
}

/// In the place of a paper.
const PAPER: &str = "A network of your own, written in its link";

/// The graph of a recipe's network.
fn graph(recipe: &Recipe) -> Graph {
    let input = recipe.input();
    let (mut net, image) = Graph::new(
        recipe.model.label(),
        PAPER,
        input,
        InitScheme::KaimingUniform,
    );
    // Layers that do not fit were refused when the link was parsed.
    let (layers, _) = recipe.get(&LAYERS).infer_shapes(input.shape, input.classes);
    let x = add_layers(&mut net, "layers", &layers, image);
    let x = flatten(&mut net, x);
    let logits = net.linear("classes", x, input.classes);
    net.output(logits)
}

/// Adds layers one after the other.
fn add_layers(net: &mut Graph, path: &str, layers: &[ShapedLayer], mut x: Value) -> Value {
    for (index, layer) in layers.iter().enumerate() {
        x = add_layer(net, &format!("{path}.{index}"), layer, x);
    }
    x
}

fn add_layer(net: &mut Graph, name: &str, shaped: &ShapedLayer, x: Value) -> Value {
    let ShapedLayer { layer, inner, .. } = shaped;
    match layer.kind {
        LayerKind::Convolution => {
            let [filters, kernel, padding, stride, groups] = layer.arguments();
            let conv = Conv::new(filters, kernel);
            let conv = conv.padding(padding).stride(stride).groups(groups);
            let conv = match shaped.bias {
                true => conv,
                false => conv.without_bias(),
            };
            net.conv(name, x, conv)
        }
        LayerKind::MaxPooling => {
            let [window, padding, stride] = layer.arguments();
            let pooling = Pooling::new(window).padding(padding).stride(stride);
            net.max_pool(name, x, pooling)
        }
        LayerKind::AveragePooling => {
            let [window, stride] = layer.arguments();
            net.avg_pool(name, x, Pooling::new(window).stride(stride))
        }
        LayerKind::GlobalAverage => net.global_avg_pool(name, x),
        LayerKind::Linear => {
            let [features] = layer.arguments();
            let x = flatten(net, x);
            match shaped.bias {
                true => net.linear(name, x, features),
                false => net.linear_without_bias(name, x, features),
            }
        }
        LayerKind::Relu => net.relu(name, x),
        LayerKind::Tanh => net.tanh(name, x),
        LayerKind::Sigmoid => net.sigmoid(name, x),
        LayerKind::Norm => match x.shape {
            Shape::Features(_) => net.batch_norm_1d(name, x),
            _ => net.batch_norm(name, x),
        },
        LayerKind::Dropout => {
            let [thousandths]: [usize; 1] = layer.arguments();
            net.dropout(name, x, thousandths as f64 / 1000.0)
        }
        LayerKind::Residual => {
            let y = add_layers(net, name, inner, x);
            net.add(name, "addition of the block's input", x, y)
        }
    }
}

/// The value as features.
fn flatten(net: &mut Graph, x: Value) -> Value {
    match x.shape {
        Shape::Features(_) => x,
        _ => net.flatten(x),
    }
}

#[cfg(test)]
mod tests;
