//! A network of one's own, as the link spells it; [`crate::recipe::stack`] reads it and finds its shapes.
//!
//! What the text leaves to this file: a linear layer to the classes closes every stack, after flattening; a linear layer
//! flattens the image before it; a convolution or linear layer right before a normalisation has no bias; weights and
//! biases start as in PyTorch (evenly within 1/√fan-in), normalisations with scale 1 and shift 0. Parameters are named as
//! in PyTorch's `Sequential`: `layers.0.weight` is of the first layer, `layers.6.2.weight` of the third in the block
//! that is the seventh; the closing layer is `classes`.

use super::graph::{Conv, Graph, InitScheme, Pooling, Shape, Value};
use crate::recipe::stack::{Kind, Placed};
use crate::recipe::{Choice, Recipe};

/// What stands where other networks name their paper.
const PAPER: &str = "A network of your own, written in its link";

/// The network of a recipe.
pub(super) fn graph(recipe: &Recipe) -> Graph {
    let input = recipe.input();
    let (mut net, image) = Graph::new(
        recipe.model.label(),
        PAPER,
        input,
        InitScheme::KaimingUniform,
    );
    // What does not fit was refused when the link was read.
    let (plan, _) = recipe.layers.place(input.shape, input.classes);
    let x = draw(&mut net, "layers", &plan, image);
    let x = flat(&mut net, x);
    let logits = net.linear("classes", x, input.classes);
    net.output(logits)
}

/// Layers one after the other.
fn draw(net: &mut Graph, path: &str, plan: &[Placed], mut x: Value) -> Value {
    for (at, placed) in plan.iter().enumerate() {
        x = layer(net, &format!("{path}.{at}"), placed, x);
    }
    x
}

fn layer(net: &mut Graph, name: &str, placed: &Placed, x: Value) -> Value {
    let Placed { layer, inner, .. } = placed;
    match layer.kind {
        Kind::Convolution => {
            let [filters, kernel, padding, stride, groups] = layer.numbers();
            let conv = Conv::new(filters, kernel);
            let conv = conv.padding(padding).stride(stride).groups(groups);
            let biased = if placed.bias {
                conv
            } else {
                conv.without_bias()
            };
            net.conv(name, x, biased)
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
            let x = flat(net, x);
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
            let y = draw(net, name, inner, x);
            net.add(name, "addition of the block's input", x, y)
        }
    }
}

/// What comes in, as units.
fn flat(net: &mut Graph, x: Value) -> Value {
    match x.shape {
        Shape::Features(_) => x,
        _ => net.flatten(x),
    }
}

#[cfg(test)]
mod tests;
