//! Shape inference: what goes into each layer of a stack, and what comes out.

use super::error::{StackError, StackErrorKind};
use super::layer_kinds::LayerKind;
use super::{Layer, Stack};
use crate::window::output_size;

/// The most weights of a layer, and the most elements of its output for one image. Far beyond what a tab can compute with; up
/// to here everything can be counted in 32 bits.
pub const MAX_NUMBERS: u64 = 1_000_000_000;

/// The shape of an activation, for one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Feature maps: `[channels, height, width]`.
    FeatureMaps([usize; 3]),
    /// The features of linear layers.
    Features(usize),
}

impl Shape {
    /// Its sizes: `[channels, height, width]` or `[features]`.
    pub fn sizes(&self) -> &[usize] {
        match self {
            Shape::FeatureMaps(sizes) => sizes,
            Shape::Features(features) => std::slice::from_ref(features),
        }
    }

    /// The number of its elements.
    pub fn len(&self) -> usize {
        self.sizes().iter().product()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is normalized separately: its channels, or its features.
    pub fn channels(&self) -> usize {
        self.sizes()[0]
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Shape::FeatureMaps([channels, height, width]) => {
                write!(f, "{channels}×{height}×{width}")
            }
            Shape::Features(1) => write!(f, "1 unit"),
            Shape::Features(features) => write!(f, "{features} units"),
        }
    }
}

/// A layer with the shapes of its input and output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapedLayer {
    /// Its number, from 1 in the order of the text.
    pub number: usize,
    /// The layer; those inside a block are in [`ShapedLayer::inner`].
    pub layer: Layer,
    /// The input's shape.
    pub input: Shape,
    /// The output's shape.
    pub output: Shape,
    /// Whether it has a bias, if it has weights: not right before a normalization, whose shift takes the bias's place.
    pub bias: bool,
    /// The layers inside a residual block.
    pub inner: Vec<ShapedLayer>,
}

impl Stack {
    /// The shapes of the layers, given the shape of an image and the number of classes: of those up to the first that does not
    /// fit, and why it does not.
    pub fn infer_shapes(
        &self,
        image: [usize; 3],
        classes: usize,
    ) -> (Vec<ShapedLayer>, Option<StackError>) {
        let mut count = 0;
        let image = Shape::FeatureMaps(image);
        let (layers, error) = infer(&self.layers, image, &mut count);
        let too_large = || {
            let features = layers.last().map_or(image, |last| last.output).len();
            let classifier = features as u64 * classes as u64;
            let total = layers.iter().map(total_weights);
            let total = total.fold(classifier, u64::saturating_add);
            let what = "weights";
            let error = || StackError::new(0, "", StackErrorKind::TooLarge { what });
            (total > MAX_NUMBERS).then(error)
        };
        let error = error.or_else(too_large);
        (layers, error)
    }

    /// The shapes of all layers.
    ///
    /// # Errors
    /// [`StackError`] of the first layer that does not fit.
    pub fn try_infer_shapes(
        &self,
        image: [usize; 3],
        classes: usize,
    ) -> Result<Vec<ShapedLayer>, StackError> {
        match self.infer_shapes(image, classes) {
            (layers, None) => Ok(layers),
            (_, Some(error)) => Err(error),
        }
    }
}

impl ShapedLayer {
    /// Its own trainable parameters, without those of layers inside.
    pub fn parameters(&self) -> usize {
        let biases = match self.layer.kind {
            LayerKind::Convolution | LayerKind::Linear if self.bias => self.output.channels(),
            LayerKind::Norm => 2 * self.output.channels(),
            _ => 0,
        };
        self.weights() + biases
    }

    /// Its own weights, without biases.
    fn weights(&self) -> usize {
        match self.layer.kind {
            LayerKind::Convolution => {
                let [filters, kernel, _, _, groups] = self.layer.arguments();
                // No more than MAX_NUMBERS, which inference checked.
                filters * (self.input.channels() / groups) * kernel * kernel
            }
            LayerKind::Linear => self.input.len() * self.output.len(),
            _ => 0,
        }
    }
}

/// The weights of a layer and of those inside, without biases.
fn total_weights(layer: &ShapedLayer) -> u64 {
    let inner = layer.inner.iter().map(total_weights);
    inner.fold(layer.weights() as u64, u64::saturating_add)
}

/// Infers the shapes of a sequence of layers. `count` is the number of the layer before it.
fn infer(
    layers: &[Layer],
    mut shape: Shape,
    count: &mut usize,
) -> (Vec<ShapedLayer>, Option<StackError>) {
    let mut shaped: Vec<ShapedLayer> = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        *count += 1;
        let number = *count;
        let error = |kind| Some(StackError::new(number, &layer.to_string(), kind));
        let (inner, inner_error) = infer(&layer.inner, shape, count);
        let output = match layer.kind {
            LayerKind::Residual => Ok(inner.last().map_or(shape, |last| last.output)),
            _ => output(layer, shape),
        };
        let output = match output {
            Ok(output) => output,
            Err(kind) => return (shaped, error(kind)),
        };
        let next = layers.get(index + 1).map(|next| next.kind);
        shaped.push(ShapedLayer {
            number,
            layer: Layer {
                inner: Vec::new(),
                ..layer.clone()
            },
            input: shape,
            output,
            bias: next != Some(LayerKind::Norm),
            inner,
        });
        if inner_error.is_some() {
            return (shaped, inner_error);
        }
        if layer.kind == LayerKind::Residual && output != shape {
            let changed = StackErrorKind::ShapeChanged {
                from: shape,
                to: output,
            };
            return (shaped, error(changed));
        }
        shape = output;
    }
    (shaped, None)
}

/// The output's shape of a layer that is no block.
fn output(layer: &Layer, input: Shape) -> Result<Shape, StackErrorKind> {
    let maps = || match input {
        Shape::FeatureMaps(maps) => Ok(maps),
        Shape::Features(_) => Err(StackErrorKind::NotFeatureMaps(input)),
    };
    match layer.kind {
        LayerKind::Convolution => convolution(layer.arguments(), maps()?),
        LayerKind::MaxPooling => {
            let [window, padding, stride] = layer.arguments();
            let [channels, ..] = maps()?;
            sliding_window(channels, maps()?, window, padding, stride)
        }
        LayerKind::AveragePooling => {
            let [window, stride] = layer.arguments();
            let [channels, ..] = maps()?;
            sliding_window(channels, maps()?, window, 0, stride)
        }
        LayerKind::GlobalAverage => Ok(Shape::Features(maps()?[0])),
        LayerKind::Linear => {
            let [features] = layer.arguments();
            check_size("weights", &[input.len(), features])?;
            Ok(Shape::Features(features))
        }
        LayerKind::Relu
        | LayerKind::Tanh
        | LayerKind::Sigmoid
        | LayerKind::Norm
        | LayerKind::Dropout
        | LayerKind::Residual => Ok(input),
    }
}

fn convolution(arguments: [usize; 5], maps: [usize; 3]) -> Result<Shape, StackErrorKind> {
    let [filters, kernel, padding, stride, groups] = arguments;
    let [channels, ..] = maps;
    for (channels, which) in [(channels, "channels that come in"), (filters, "filters")] {
        if !channels.is_multiple_of(groups) {
            return Err(StackErrorKind::Indivisible {
                groups,
                channels,
                which,
            });
        }
    }
    check_size("weights", &[filters, channels / groups, kernel, kernel])?;
    sliding_window(filters, maps, kernel, padding, stride)
}

/// The output's shape of a square window that slides over feature maps, with that many output channels.
fn sliding_window(
    channels: usize,
    maps: [usize; 3],
    window: usize,
    padding: usize,
    stride: usize,
) -> Result<Shape, StackErrorKind> {
    let [_, height, width] = maps;
    let outputs = |size: usize| output_size(size, window, stride, padding);
    let (Some(height), Some(width)) = (outputs(height), outputs(width)) else {
        return Err(StackErrorKind::TooSmall {
            needs: window.saturating_sub(2 * padding).max(1),
            found: Shape::FeatureMaps(maps),
            padding,
        });
    };
    check_size("what comes out of it", &[channels, height, width])?;
    Ok(Shape::FeatureMaps([channels, height, width]))
}

/// Refuses what has more than [`MAX_NUMBERS`] elements.
fn check_size(what: &'static str, sizes: &[usize]) -> Result<(), StackErrorKind> {
    let multiply = |product: u64, size: &usize| product.checked_mul(*size as u64);
    match sizes.iter().try_fold(1, multiply) {
        Some(product) if product <= MAX_NUMBERS => Ok(()),
        _ => Err(StackErrorKind::TooLarge { what }),
    }
}
