//! Networks that are drawn layer by layer.
//!
//! - [`design`]: the drawing, from which shapes, parameters, costs and the network itself follow
//! - `layers`: what is written in a drawing, layer by layer
//! - [`op`]: what is done at each layer
//! - `spelling`: a drawing as a stack, for taking it apart
//! - `start`: how weights start
//! - `structure`: a drawing as plain data, for saying it in other languages
//! - `tokens`: what is done in a transformer
//! - `value`: what goes from layer to layer
//! - `weight`: a parameter
//!
//! One module for all of them is a fraction of the code of a module each, and a new network is its drawing alone.

pub mod design;
mod layers;
pub mod op;
mod spelling;
mod start;
mod structure;
mod tokens;
mod value;
mod weight;

use std::sync::Arc;

use burn::module::{
    Content, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
};
use burn::tensor::{Device, Tensor};

use super::Scaling;
use super::context::{Context, Normalized};
use super::initial::Initial;
use crate::ops;
pub use design::Design;
pub use layers::Conv;
pub use op::{Op, Pooling};
pub use spelling::Spelling;
pub use start::Start;
pub use structure::{Part, Structure};
pub use value::{Form, Value};
use weight::Weight;

/// A network that was drawn.
#[derive(Clone, Debug)]
pub struct Graph {
    design: Arc<Design>,
    scaling: Scaling,
    weights: Vec<Weight>,
}

impl Graph {
    /// The network of a drawing, its parameters 0.
    pub fn of(mut design: Design, device: &Device) -> Self {
        design.pool_before_relu();
        let parameters = design.parameters.iter();
        Graph {
            scaling: Scaling::of(design.input.scale(), device),
            weights: parameters
                .map(|parameter| Weight::zeros(&parameter.shape, device))
                .collect(),
            design: Arc::new(design),
        }
    }

    /// Takes images that are scaled so from now on.
    pub fn rescale(&mut self, scaling: Scaling) {
        self.scaling = scaling;
    }

    /// How a parameter starts.
    pub fn initial(&self, name: &str) -> Initial {
        let mut parameters = self.design.parameters.iter();
        parameters
            .find(|parameter| parameter.name == name)
            .map_or(Initial::Constant(0.0), |parameter| parameter.initial)
    }

    /// Class scores; see [`super::Trainable::forward`].
    pub fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
        let answering = matches!(context, Context::Answering(_));
        let image = self.scaling.forward(images);
        // What nothing needs any more, or ever, gives its place to the image, which takes no room of its own.
        let mut values = vec![image.clone()];
        for node in &self.design.nodes {
            let [first, end] = node.parameters;
            let weights = &self.weights[first..end];
            if answering && !node.answers {
                node.op.pass_over(weights, context);
                values.push(image.clone());
                continue;
            }
            let mut from = node
                .from
                .iter()
                .zip(&node.last)
                .map(|(from, last)| match last {
                    true => std::mem::replace(&mut values[*from], image.clone()),
                    false => values[*from].clone(),
                });
            let x = from.next().unwrap_or_else(|| image.clone());
            let more = from.collect();
            let early = (node.early && context.looks()).then(|| ops::relu(x.clone()));
            context.enter(node.layer);
            let value = node.op.apply(x, more, weights, context);
            context.show(node.layer, early.as_ref().unwrap_or(&value));
            values.push(value);
        }
        let logits = values.swap_remove(self.design.logits);
        let [batch, .., classes] = logits.dims();
        logits.reshape([batch, classes])
    }

    /// The layers that are normalised by their batch.
    pub fn normalized(&self) -> Vec<Normalized> {
        let nodes = self.design.nodes.iter();
        let normalized = nodes.filter(|node| matches!(node.op, Op::BatchNorm { .. }));
        normalized
            .filter_map(|node| {
                let weight = self.design.parameters.get(node.parameters[0])?;
                Some(Normalized {
                    name: weight.name.strip_suffix(".weight")?.to_owned(),
                    channels: weight.shape.iter().product(),
                })
            })
            .collect()
    }

    fn each(self, change: impl FnMut(Weight) -> Weight) -> Self {
        let Graph {
            design,
            scaling,
            weights,
        } = self;
        Graph {
            design,
            scaling,
            weights: weights.into_iter().map(change).collect(),
        }
    }
}

/// By hand, for the parameters' names are the drawing's.
impl Module for Graph {
    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        for (parameter, weight) in self.design.parameters.iter().zip(&self.weights) {
            let container = match parameter.linear {
                true => "Struct:Linear",
                false => "Struct:Graph",
            };
            visitor.enter_module(&parameter.name, container);
            weight.visited(visitor);
            visitor.exit_module(&parameter.name, container);
        }
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        let design = Arc::clone(&self.design);
        let mut parameters = design.parameters.iter();
        self.each(|weight| {
            let name = parameters.next().map_or("", |parameter| &parameter.name);
            mapper.enter_module(name, "Struct:Graph");
            let weight = weight.mapped(mapper);
            mapper.exit_module(name, "Struct:Graph");
            weight
        })
    }

    fn collect_devices(&self, devices: Vec<Device>) -> Vec<Device> {
        let weights = self.weights.iter();
        weights.fold(devices, |devices, weight| weight.collect_devices(devices))
    }

    fn fork(self, device: &Device) -> Self {
        self.each(|weight| weight.fork(device))
    }

    fn to_device(self, device: &Device) -> Self {
        self.each(|weight| weight.to_device(device))
    }

    fn train(self) -> Self {
        self.each(Weight::train)
    }

    fn valid(&self) -> Self {
        self.clone().each(|weight| weight.valid())
    }

    fn materialize(self) -> Self {
        self.each(Weight::materialize)
    }
}

impl ModuleDisplayDefault for Graph {
    fn content(&self, content: Content) -> Option<Content> {
        Some(content)
    }
}

impl ModuleDisplay for Graph {}

#[cfg(test)]
mod tests;
