//! A stack's layers, for its drawing, its parameter count and its cost.

use crate::recipe::stack::{Kind, Placed, Shape};
use crate::recipe::{Choice, Input, Recipe};
use crate::zoo::{About, Layer};

/// What stands where other networks name their paper.
const PAPER: &str = "A network of your own, written in its link";

/// What the network is.
pub fn about(recipe: &Recipe) -> About {
    let input = recipe.input();
    let (plan, _) = recipe.layers.place(input.shape, input.classes);
    let mut layers = Vec::new();
    describe("layers", &plan, &mut layers);
    let last = end(&plan, input).len();
    layers.push(Layer::linear("classes", last, input.classes));
    About {
        title: recipe.model.label().to_owned(),
        paper: PAPER,
        input: input.shape,
        layers,
    }
}

/// What comes out of the last layer before the classes.
pub fn end(plan: &[Placed], input: Input) -> Shape {
    plan.last()
        .map_or(Shape::Image(input.shape), |last| last.to)
}

fn describe(path: &str, plan: &[Placed], layers: &mut Vec<Layer>) {
    for (at, placed) in plan.iter().enumerate() {
        let name = format!("{path}.{at}");
        describe(&name, &placed.inner, layers);
        layers.push(layer(&name, placed));
    }
}

fn layer(name: &str, placed: &Placed) -> Layer {
    let Placed {
        layer, from, to, ..
    } = placed;
    let plain = |kind: &str| Layer::plain(name, kind, to.sizes());
    let pooling = |what: &str, window: usize, padding: usize, stride: usize| {
        let padding = match padding {
            0 => String::new(),
            _ => format!(", padding {padding}"),
        };
        let stride = match stride == window {
            true => String::new(),
            false => format!(", stride {stride}"),
        };
        plain(&format!(
            "{what} pooling {window}×{window}{padding}{stride}"
        ))
    };
    match layer.kind {
        Kind::Convolution => {
            let [filters, kernel, padding, stride, groups] = layer.numbers();
            let connections = from.channels() / groups * filters;
            let Shape::Image(shape) = *to else {
                return plain("convolution");
            };
            let layer = Layer::convolution(name, kernel, padding, connections, shape);
            let layer = layer.strided(stride).grouped(groups);
            if placed.bias {
                layer
            } else {
                layer.without_bias()
            }
        }
        Kind::Linear => {
            let layer = Layer::linear(name, from.len(), to.len());
            if placed.bias {
                layer
            } else {
                layer.without_bias()
            }
        }
        Kind::Norm => Layer {
            parameters: 2 * to.channels(),
            ..plain("batch normalisation")
        },
        Kind::MaxPooling => {
            let [window, padding, stride] = layer.numbers();
            pooling("max", window, padding, stride)
        }
        Kind::AveragePooling => {
            let [window, stride] = layer.numbers();
            pooling("average", window, 0, stride)
        }
        Kind::GlobalAverage => plain("mean of each channel"),
        Kind::Relu => plain("ReLU"),
        Kind::Tanh => plain("tanh"),
        Kind::Sigmoid => plain("sigmoid"),
        Kind::Dropout => plain(&format!("dropout {}", layer.head().replace("drop", ""))),
        Kind::Residual => plain("addition of the block's input"),
    }
}
