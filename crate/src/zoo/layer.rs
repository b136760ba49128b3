//! What a layer is: for the drawing of a network, its parameter count and its cost.

/// One layer of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name, as the paper has it or as its parameters are named.
    pub name: String,
    /// What it does: "convolution 5×5, padding 2".
    pub kind: String,
    /// What goes into it, by number: 0 is the image, 1 the first layer's output. Nothing is written where that is the output
    /// of the layer before it; see [`super::About::inputs`].
    pub from: Vec<usize>,
    /// The shape of its output for one image: `[channels, height, width]` or `[units]`.
    pub shape: Vec<usize>,
    /// Trainable parameters.
    pub parameters: usize,
    /// Multiply-adds for one image.
    pub multiply_adds: u64,
}

impl Layer {
    /// A layer without parameters whose arithmetic is not counted: an activation, a pooling.
    pub fn plain(name: &str, kind: &str, shape: &[usize]) -> Self {
        Layer {
            name: name.to_owned(),
            kind: kind.to_owned(),
            from: Vec::new(),
            shape: shape.to_vec(),
            parameters: 0,
            multiply_adds: 0,
        }
    }

    /// A convolution with bias. `connections` is how many pairs of input and output channels are connected:
    /// their product, unless the network leaves some out.
    pub fn convolution(
        name: &str,
        kernel: usize,
        padding: usize,
        connections: usize,
        shape: [usize; 3],
    ) -> Self {
        let [channels, height, width] = shape;
        let weights = connections * kernel * kernel;
        let kind = match padding {
            0 => format!("convolution {kernel}×{kernel}"),
            _ => format!("convolution {kernel}×{kernel}, padding {padding}"),
        };
        Layer {
            name: name.to_owned(),
            kind,
            from: Vec::new(),
            shape: shape.to_vec(),
            parameters: weights + channels,
            multiply_adds: (weights * height * width) as u64,
        }
    }

    /// The convolution without its bias.
    pub fn without_bias(mut self) -> Self {
        self.parameters -= self.shape[0];
        self
    }

    /// The convolution at every so many-th place. Its shape is that of its output already.
    pub fn strided(mut self, stride: usize) -> Self {
        if stride > 1 {
            self.kind = format!("{}, stride {stride}", self.kind);
        }
        self
    }

    /// Batch normalisation, with a scale and a shift a channel. Its arithmetic is not counted, as is usual:
    /// for answers it could be folded into the convolution before it.
    pub fn normalisation(name: &str, shape: [usize; 3]) -> Self {
        Layer {
            parameters: 2 * shape[0],
            ..Layer::plain(name, "batch normalisation", &shape)
        }
    }

    /// A linear layer with bias.
    pub fn linear(name: &str, from: usize, to: usize) -> Self {
        Layer {
            name: name.to_owned(),
            kind: "linear".to_owned(),
            from: Vec::new(),
            shape: vec![to],
            parameters: from * to + to,
            multiply_adds: (from * to) as u64,
        }
    }
}
