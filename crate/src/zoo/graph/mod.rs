//! Networks as computation graphs.
//!
//! A [`Graph`] is a small intermediate representation: nodes in topological order, each an operation with its input values and
//! parameters. [`GraphModule`] is an eager interpreter of it: a burn module that holds the parameters and computes node by node.
//! The two are to each other as torch.fx's `Graph` and `GraphModule`, but a graph is written by hand in a network's file, not
//! traced, and nothing is compiled from it.
//!
//! Shapes, parameters, multiply-adds, the page's diagram, what can be skipped in eval mode, the memory that can be freed early and
//! Show as code all follow from the graph. One interpreter is also a fraction of the code of a module for each network.
//!
//! - [`builder`]: the graph, and how it is built
//! - `layers`, `tokens`, `lenet`: the layers that it is built of; `tokens` are those of transformers, `lenet` those of LeNet-5
//!   (1998)
//! - [`op`]: the operations, and how each is computed
//! - `value`: the values between nodes, and their shapes
//! - `parameter`: a parameter of any number of dimensions
//! - `init_scheme`: how weights and biases are initialized
//! - `compile`: a graph as a program for the GPU
//! - `ends`: the first layer, and those that give classes; `freeze`: layers that training leaves as they are
//! - `export`: a graph as plain data, for Show as code
//! - `stack_text`: a graph as the `layers` of a stack recipe

pub mod builder;
#[cfg(feature = "gpu")]
pub(crate) mod compile;
mod ends;
mod export;
pub(crate) mod freeze;
mod init_scheme;
mod layers;
mod lenet;
pub mod op;
mod parameter;
mod stack_text;
mod tokens;
mod value;

use std::sync::Arc;

use burn::module::{
    Content, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
};
use burn::tensor::{Device, Int, Tensor};

use super::context::Context;
use super::initializer::Initializer;
use super::norm::BatchNormLayer;
use super::normalize::Normalize;
use super::parameters::Slot;
use crate::ops;
pub use builder::Graph;
pub use export::{ExportedGraph, ExportedLayer};
pub use init_scheme::InitScheme;
pub use layers::Conv;
pub use op::{Op, Pooling};
use parameter::Parameter;
pub use stack_text::StackText;
pub use value::{Shape, Value};

/// A network: a graph with its parameters.
#[derive(Clone, Debug)]
pub struct GraphModule {
    graph: Arc<Graph>,
    /// Nothing where the network scales images by itself.
    normalize: Option<Normalize>,
    parameters: Vec<Parameter>,
    /// The running statistics of the layers that are frozen, in train mode.
    frozen_statistics: Option<Tensor<1>>,
}

impl GraphModule {
    /// The network of a graph, all parameters 0.
    pub fn new(mut graph: Graph, device: &Device) -> Self {
        graph.pool_before_relu();
        let specs = graph.parameters.iter();
        GraphModule {
            normalize: graph
                .normalizes
                .then(|| Normalize::new(graph.input.normalization(), device)),
            parameters: specs
                .map(|spec| Parameter::zeros(&spec.shape, device))
                .collect(),
            frozen_statistics: None,
            graph: Arc::new(graph),
        }
    }

    /// Sets the running statistics by which frozen batch normalization normalizes in train mode: the first ones of all.
    pub fn with_frozen_statistics(mut self, statistics: Option<Tensor<1>>) -> Self {
        self.frozen_statistics = statistics;
        self
    }

    /// Those statistics, `[frozen statistics]`; nothing where no such layer is frozen.
    pub fn frozen_statistics(&self) -> Option<&Tensor<1>> {
        self.frozen_statistics.as_ref()
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Sets how images are normalized from now on, unless the network scales them by itself.
    pub fn set_normalization(&mut self, normalize: Normalize) {
        if self.graph.normalizes {
            self.normalize = Some(normalize);
        }
    }

    /// Each parameter's number of elements and initializer, in order.
    pub fn initializers(&self) -> impl Iterator<Item = (usize, Initializer)> + '_ {
        let specs = self.graph.parameters.iter();
        specs.map(|spec| (spec.shape.iter().product(), spec.initializer))
    }

    /// Each parameter's slot in the flat vector of all, in order; see [`super::parameters`].
    pub fn slots(&self) -> Vec<Slot> {
        let mut start = 0;
        let specs = self.graph.parameters.iter();
        let slots = specs.map(|spec| {
            let slot = Slot {
                name: spec.name.clone(),
                shape: spec.shape.clone(),
                start,
                linear: spec.linear,
                is_weight: spec.is_weight,
                is_frozen: spec.is_frozen,
            };
            start += slot.len();
            slot
        });
        slots.collect()
    }

    /// Each example's loss, without label smoothing and auxiliary heads.
    ///
    /// # Shapes
    /// - `logits`: `[batch, classes]`
    /// - `labels`, output: `[batch]`
    pub fn losses(&self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        self.graph.loss.losses(logits, labels)
    }

    /// Logits.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, from 0 to 1
    /// - output: `[batch, classes]`
    // It is called from several places, and large.
    #[inline(never)]
    pub fn forward(&self, images: Tensor<4>, context: &Context) -> Tensor<2> {
        let image = match &self.normalize {
            Some(normalize) => normalize.forward(images),
            None => images,
        };
        // A value that no node needs any more, or that is skipped, is replaced by the image, which takes no memory of its own.
        let mut values = vec![image.clone()];
        for node in &self.graph.nodes {
            if !context.is_train() && !node.needed_in_eval {
                values.push(image.clone());
                continue;
            }
            let mut inputs = node
                .inputs
                .iter()
                .zip(&node.last_use)
                .map(|(input, last_use)| match last_use {
                    true => std::mem::replace(&mut values[*input], image.clone()),
                    false => values[*input].clone(),
                });
            let x = inputs.next().unwrap_or_else(|| image.clone());
            let others = inputs.collect();
            // The summary still has the ReLU here, so that is what a hook captures.
            let before_pooling =
                (node.reordered && context.captures()).then(|| ops::relu(x.clone()));
            let parameters = &self.parameters[node.parameters.clone()];
            let value = node.op.apply(x, others, parameters, context, node.layer);
            context.capture(node.layer, before_pooling.as_ref().unwrap_or(&value));
            values.push(value);
        }
        let logits = values.swap_remove(self.graph.logits);
        let [batch, .., classes] = logits.dims();
        logits.reshape([batch, classes])
    }

    /// Its batch normalization layers, in the order of their running statistics.
    pub fn batch_norm_layers(&self) -> Vec<BatchNormLayer> {
        let nodes = self.graph.nodes.iter();
        let norms = nodes.filter(|node| matches!(node.op, Op::BatchNorm { .. }));
        norms
            .filter_map(|node| {
                let weight = self.graph.parameters.get(node.parameters.start)?;
                Some(BatchNormLayer {
                    name: weight.name.strip_suffix(".weight")?.to_owned(),
                    channels: weight.shape.iter().product(),
                })
            })
            .collect()
    }

    fn map_parameters(self, change: impl FnMut(Parameter) -> Parameter) -> Self {
        let GraphModule {
            graph,
            normalize,
            parameters,
            frozen_statistics,
        } = self;
        GraphModule {
            graph,
            normalize,
            frozen_statistics,
            parameters: parameters.into_iter().map(change).collect(),
        }
    }
}

/// What burn's visitors are told that a parameter's module is.
const CONTAINER: &str = "Struct:GraphModule";

/// By hand, because the parameters' names are the graph's.
impl Module for GraphModule {
    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        for (spec, parameter) in self.graph.parameters.iter().zip(&self.parameters) {
            visitor.enter_module(&spec.name, CONTAINER);
            parameter.visit_param(visitor);
            visitor.exit_module(&spec.name, CONTAINER);
        }
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        let graph = Arc::clone(&self.graph);
        let mut specs = graph.parameters.iter();
        self.map_parameters(|parameter| {
            let name = specs.next().map_or("", |spec| &spec.name);
            mapper.enter_module(name, CONTAINER);
            let parameter = parameter.map_param(mapper);
            mapper.exit_module(name, CONTAINER);
            parameter
        })
    }

    fn collect_devices(&self, devices: Vec<Device>) -> Vec<Device> {
        let parameters = self.parameters.iter();
        parameters.fold(devices, |devices, parameter| {
            parameter.collect_devices(devices)
        })
    }

    fn fork(self, device: &Device) -> Self {
        self.map_parameters(|parameter| parameter.fork(device))
    }

    fn to_device(self, device: &Device) -> Self {
        self.map_parameters(|parameter| parameter.to_device(device))
    }

    fn train(self) -> Self {
        self.map_parameters(Parameter::train)
    }

    fn valid(&self) -> Self {
        self.clone().map_parameters(|parameter| parameter.valid())
    }

    fn materialize(self) -> Self {
        self.map_parameters(Parameter::materialize)
    }
}

impl ModuleDisplayDefault for GraphModule {
    fn content(&self, content: Content) -> Option<Content> {
        Some(content)
    }
}

impl ModuleDisplay for GraphModule {}

#[cfg(all(test, feature = "gpu"))]
mod gpu_tests;
#[cfg(test)]
mod tests;
