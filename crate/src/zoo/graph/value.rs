//! The values that go from node to node, and their shapes.

/// The output of a node, or the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Which value it is: 0 is the image, `i + 1` the output of node `i`.
    pub(super) id: usize,
    /// Its shape, for one image.
    pub shape: Shape,
}

/// The shape of a value, for one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `[channels, height, width]`
    FeatureMaps([usize; 3]),
    /// `[tokens, embedding]`
    Tokens([usize; 2]),
    /// So many features.
    Features(usize),
}

impl Shape {
    /// As the last three dimensions of a tensor: `[channels, height, width]`, `[1, tokens, embedding]`, `[1, 1, features]`.
    pub fn dims(self) -> [usize; 3] {
        match self {
            Shape::FeatureMaps(shape) => shape,
            Shape::Tokens([tokens, embedding]) => [1, tokens, embedding],
            Shape::Features(features) => [1, 1, features],
        }
    }

    /// The number of elements.
    pub fn len(self) -> usize {
        self.dims().iter().product()
    }

    /// Whether there are no elements.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub(super) fn to_vec(self) -> Vec<usize> {
        match self {
            Shape::FeatureMaps(shape) => shape.to_vec(),
            Shape::Tokens(shape) => shape.to_vec(),
            Shape::Features(features) => vec![features],
        }
    }
}

impl Value {
    /// Channels of feature maps, the embedding's dimension of tokens, or the number of features.
    pub fn channels(self) -> usize {
        match self.shape {
            Shape::FeatureMaps([channels, ..]) => channels,
            Shape::Tokens([_, embedding]) => embedding,
            Shape::Features(features) => features,
        }
    }

    /// Height and width of feature maps; number and dimension of tokens.
    pub fn size(self) -> [usize; 2] {
        let [_, height, width] = self.shape.dims();
        [height, width]
    }
}
