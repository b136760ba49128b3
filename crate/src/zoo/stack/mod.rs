//! Stacks: networks that a link describes layer by layer. [`crate::recipe::stack`] parses the text and infers the shapes.
//!
//! What the text does not say is decided here: a linear layer to the classes ends every stack, after flattening; a linear layer
//! flattens the image before it; a convolution or linear layer right before a normalization has no bias; weights and biases are
//! initialized as in PyTorch (uniform within 1/√fan-in), normalizations with scale 1 and shift 0. Parameters are named as in
//! PyTorch's `Sequential`: `layers.0.weight` is the first layer's, `layers.6.2.weight` that of the third layer in the residual
//! block that is the seventh; the last layer is `classes`.

use super::graph::{Conv, Graph, InitScheme, Pooling, Shape, Value};
use crate::recipe::stack::{Kind, Placed};
use crate::recipe::{Choice, Recipe};

/// In the place of a paper.
const PAPER: &str = "A network of your own, written in its link";

/// The graph of a recipe's network.
pub(super) fn graph(recipe: &Recipe) -> Graph {
    let input = recipe.input();
    let (mut net, image) = Graph::new(
        recipe.model.label(),
        PAPER,
        input,
        InitScheme::KaimingUniform,
    );
    // Layers that do not fit were refused when the link was parsed.
    let (placed, _) = recipe.layers.place(input.shape, input.classes);
    let x = add_layers(&mut net, "layers", &placed, image);
    let x = flatten(&mut net, x);
    let logits = net.linear("classes", x, input.classes);
    net.output(logits)
}

/// Adds layers one after the other.
fn add_layers(net: &mut Graph, path: &str, layers: &[Placed], mut x: Value) -> Value {
    for (index, placed) in layers.iter().enumerate() {
        x = add_layer(net, &format!("{path}.{index}"), placed, x);
    }
    x
}

fn add_layer(net: &mut Graph, name: &str, placed: &Placed, x: Value) -> Value {
    let Placed { layer, inner, .. } = placed;
    match layer.kind {
        Kind::Convolution => {
            let [filters, kernel, padding, stride, groups] = layer.numbers();
            let conv = Conv::new(filters, kernel);
            let conv = conv.padding(padding).stride(stride).groups(groups);
            let conv = match placed.bias {
                true => conv,
                false => conv.without_bias(),
            };
            net.conv(name, x, conv)
        }
        Kind::MaxPooling => {
            let [window, padding, stride] = layer.numbers();
            let pooling = Pooling::new(window).padding(padding).stride(stride);
            net.max_pool(name, x, pooling)
        }
        Kind::AveragePooling => {
            let [window, stride] = layer.numbers();
            net.avg_pool(name, x, Pooling::new(window).stride(stride))
        }
        Kind::GlobalAverage => net.global_avg_pool(name, x),
        Kind::Linear => {
            let [units] = layer.numbers();
            let x = flatten(net, x);
            match placed.bias {
                true => net.linear(name, x, units),
                false => net.linear_without_bias(name, x, units),
            }
        }
        Kind::Relu => net.relu(name, x),
        Kind::Tanh => net.tanh(name, x),
        Kind::Sigmoid => net.sigmoid(name, x),
        Kind::Norm => match x.shape {
            Shape::Features(_) => net.batch_norm_1d(name, x),
            _ => net.batch_norm(name, x),
        },
        Kind::Dropout => {
            let [thousandths]: [usize; 1] = layer.numbers();
            net.dropout(name, x, thousandths as f64 / 1000.0)
        }
        Kind::Residual => {
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
