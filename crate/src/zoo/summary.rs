//! The summary of a network, layer by layer, as torchinfo prints it: for the page's diagram, the number of parameters and the cost.

/// What a network is, without building it.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Its name in full.
    pub title: String,
    /// The paper: authors, title, year.
    pub paper: &'static str,
    /// The images that it takes: channels, height, width.
    pub input: [usize; 3],
    /// Its layers, from the image to the logits.
    pub layers: Vec<LayerSummary>,
}

impl Summary {
    /// Trainable parameters.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters).sum()
    }

    /// Multiply-adds of one image's forward pass.
    pub fn multiply_adds(&self) -> u64 {
        self.layers.iter().map(|layer| layer.multiply_adds).sum()
    }

    /// The year of the paper, with which the citation ends; none for a custom network.
    pub fn year(&self) -> Option<u16> {
        self.paper.rsplit(", ").next()?.parse().ok()
    }

    /// The inputs of the layer of that index: 0 is the image, `i + 1` the output of layer `i`.
    pub fn inputs(&self, layer: usize) -> Vec<usize> {
        match self.layers.get(layer).map(|layer| layer.inputs.as_slice()) {
            None | Some([]) => vec![layer],
            Some(inputs) => inputs.to_vec(),
        }
    }
}

/// One layer of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerSummary {
    /// Its name, from the paper or from its parameters' names.
    pub name: String,
    /// What it computes: "convolution 5×5, padding 2".
    pub kind: String,
    /// Its inputs: 0 is the image, `i + 1` the output of layer `i`. Empty where it is the output of the layer before it; see
    /// [`Summary::inputs`].
    pub inputs: Vec<usize>,
    /// The shape of its output for one image: `[channels, height, width]`, `[tokens, embedding]` or `[features]`.
    pub shape: Vec<usize>,
    /// Trainable parameters.
    pub parameters: usize,
    /// Multiply-adds for one image.
    pub multiply_adds: u64,
}

impl LayerSummary {
    /// A layer without parameters, whose arithmetic is not counted: an activation, a pooling.
    pub fn without_parameters(name: &str, kind: &str, shape: &[usize]) -> Self {
        LayerSummary {
            name: name.to_owned(),
            kind: kind.to_owned(),
            inputs: Vec::new(),
            shape: shape.to_vec(),
            parameters: 0,
            multiply_adds: 0,
        }
    }
}
