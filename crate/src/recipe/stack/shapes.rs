//! What goes into each layer of a stack, and what comes out.

use super::error::{StackError, Why};
use super::kinds::Kind;
use super::{Layer, Stack};
use crate::window::output_size;

/// The most weights of a layer, and the most numbers that come out of it for one image. Far beyond what a tab can
/// compute with; up to here everything can be counted in 32 bits.
pub const MOST: u64 = 1_000_000_000;

/// The shape of what goes through a network, for one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Channels, rows, columns.
    Image([usize; 3]),
    /// So many numbers in a row.
    Units(usize),
}

impl Shape {
    /// Its sizes: `[channels, rows, columns]` or `[units]`.
    pub fn sizes(&self) -> &[usize] {
        match self {
            Shape::Image(sizes) => sizes,
            Shape::Units(units) => std::slice::from_ref(units),
        }
    }

    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.sizes().iter().product()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is normalised by itself: its channels, or its units.
    pub fn channels(&self) -> usize {
        self.sizes()[0]
    }
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Shape::Image([channels, rows, columns]) => write!(f, "{channels}×{rows}×{columns}"),
            Shape::Units(1) => write!(f, "1 unit"),
            Shape::Units(units) => write!(f, "{units} units"),
        }
    }
}

/// A layer in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its number, from 1 in the order of the text.
    pub number: usize,
    /// The layer; those inside a block are in [`Placed::inner`].
    pub layer: Layer,
    /// What goes in.
    pub from: Shape,
    /// What comes out.
    pub to: Shape,
    /// Whether it has a bias, should it have weights: not right before a normalisation, which has a shift of its own.
    pub bias: bool,
    /// The layers inside a residual block, in their places.
    pub inner: Vec<Placed>,
}

impl Stack {
    /// Every layer in its place, given the data's images and how many classes they have: those up to the first that does
    /// not fit, and why it does not.
    pub fn place(&self, image: [usize; 3], classes: usize) -> (Vec<Placed>, Option<StackError>) {
        let mut count = 0;
        let image = Shape::Image(image);
        let (placed, error) = place(&self.layers, image, &mut count);
        let too_large = || {
            let end = placed.last().map_or(image, |last| last.to);
            let closing = end.len() as u64 * classes as u64;
            let all = placed
                .iter()
                .map(weights)
                .fold(closing, u64::saturating_add);
            let what = "weights";
            (all > MOST).then(|| StackError::new(0, "", Why::TooLarge { what }))
        };
        let error = error.or_else(too_large);
        (placed, error)
    }

    /// Every layer in its place.
    ///
    /// # Errors
    /// [`StackError`] of the first that does not fit.
    pub fn fit(&self, image: [usize; 3], classes: usize) -> Result<Vec<Placed>, StackError> {
        match self.place(image, classes) {
            (placed, None) => Ok(placed),
            (_, Some(error)) => Err(error),
        }
    }
}

/// The fewest numbers of an image that a normalisation takes together, one channel's; nothing where none is there.
pub fn normalised_together(placed: &[Placed]) -> Option<usize> {
    let of = |place: &Placed| {
        let own = (place.layer.kind == Kind::Norm).then(|| place.to.len() / place.to.channels());
        own.into_iter()
            .chain(normalised_together(&place.inner))
            .min()
    };
    placed.iter().filter_map(of).min()
}

impl Placed {
    /// Its own trainable parameters: not those of layers inside.
    pub fn parameters(&self) -> usize {
        let biases = match self.layer.kind {
            Kind::Convolution | Kind::Linear if self.bias => self.to.channels(),
            Kind::Norm => 2 * self.to.channels(),
            _ => 0,
        };
        own_weights(self) + biases
    }
}

/// The weights of a layer and of those inside, biases not counted.
fn weights(placed: &Placed) -> u64 {
    let inner = placed.inner.iter().map(weights);
    inner.fold(own_weights(placed) as u64, u64::saturating_add)
}

fn own_weights(placed: &Placed) -> usize {
    match placed.layer.kind {
        Kind::Convolution => {
            let [filters, kernel, _, _, groups] = placed.layer.numbers();
            // No more than MOST, as it was placed.
            filters * (placed.from.channels() / groups) * kernel * kernel
        }
        Kind::Linear => placed.from.len() * placed.to.len(),
        _ => 0,
    }
}

fn place(
    layers: &[Layer],
    mut shape: Shape,
    count: &mut usize,
) -> (Vec<Placed>, Option<StackError>) {
    let mut all: Vec<Placed> = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        *count += 1;
        let number = *count;
        let wrong = |why| Some(StackError::new(number, &layer.to_string(), why));
        let (inner, error) = place(&layer.inner, shape, count);
        let to = match layer.kind {
            Kind::Residual => Ok(inner.last().map_or(shape, |last| last.to)),
            _ => output(layer, shape),
        };
        let to = match to {
            Ok(to) => to,
            Err(why) => return (all, wrong(why)),
        };
        let next = layers.get(at + 1).map(|next| next.kind);
        all.push(Placed {
            number,
            layer: Layer {
                inner: Vec::new(),
                ..layer.clone()
            },
            from: shape,
            to,
            bias: next != Some(Kind::Norm),
            inner,
        });
        if error.is_some() {
            return (all, error);
        }
        if layer.kind == Kind::Residual && to != shape {
            return (all, wrong(Why::Changes { from: shape, to }));
        }
        shape = to;
    }
    (all, None)
}

/// What comes out of a layer that holds no others.
fn output(layer: &Layer, from: Shape) -> Result<Shape, Why> {
    let image = || match from {
        Shape::Image(image) => Ok(image),
        Shape::Units(_) => Err(Why::NoImage(from)),
    };
    match layer.kind {
        Kind::Convolution => convolved(layer.numbers(), image()?),
        Kind::MaxPooling => {
            let [window, padding, stride] = layer.numbers();
            let [channels, ..] = image()?;
            Ok(windows(channels, image()?, window, padding, stride)?)
        }
        Kind::AveragePooling => {
            let [window, stride] = layer.numbers();
            let [channels, ..] = image()?;
            Ok(windows(channels, image()?, window, 0, stride)?)
        }
        Kind::GlobalAverage => Ok(Shape::Units(image()?[0])),
        Kind::Linear => {
            let [units] = layer.numbers();
            countable("weights", &[from.len(), units])?;
            Ok(Shape::Units(units))
        }
        Kind::Relu | Kind::Tanh | Kind::Sigmoid | Kind::Norm | Kind::Dropout | Kind::Residual => {
            Ok(from)
        }
    }
}

fn convolved(numbers: [usize; 5], image: [usize; 3]) -> Result<Shape, Why> {
    let [filters, kernel, padding, stride, groups] = numbers;
    let [channels, ..] = image;
    for (channels, which) in [(channels, "channels that come in"), (filters, "filters")] {
        if !channels.is_multiple_of(groups) {
            return Err(Why::Groups {
                groups,
                channels,
                which,
            });
        }
    }
    countable("weights", &[filters, channels / groups, kernel, kernel])?;
    windows(filters, image, kernel, padding, stride)
}

/// One number a window, in so many channels.
fn windows(
    channels: usize,
    [from, height, width]: [usize; 3],
    window: usize,
    padding: usize,
    stride: usize,
) -> Result<Shape, Why> {
    let outputs = |size: usize| output_size(size, window, stride, padding);
    let (Some(rows), Some(columns)) = (outputs(height), outputs(width)) else {
        return Err(Why::TooSmall {
            needs: window.saturating_sub(2 * padding).max(1),
            found: Shape::Image([from, height, width]),
            padding,
        });
    };
    countable("what comes out of it", &[channels, rows, columns])?;
    Ok(Shape::Image([channels, rows, columns]))
}

/// Whether a product can be counted everywhere.
fn countable(what: &'static str, sizes: &[usize]) -> Result<(), Why> {
    let product = sizes
        .iter()
        .try_fold(1u64, |product, size| product.checked_mul(*size as u64));
    match product {
        Some(product) if product <= MOST => Ok(()),
        _ => Err(Why::TooLarge { what }),
    }
}
