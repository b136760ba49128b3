//! What goes through a network: what it looks like, and whose it is.

/// What a layer gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Which layer's it is: 0 is the image, 1 the first layer's.
    pub(super) at: usize,
    /// What it looks like, for one image.
    pub form: Form,
}

/// What goes through a network, for one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Feature maps: channels, rows, columns.
    Maps([usize; 3]),
    /// So many tokens of so many numbers.
    Tokens([usize; 2]),
    /// So many numbers.
    Units(usize),
}

impl Form {
    /// As the last three dimensions of a tensor: `[channels, rows, columns]`, `[1, tokens, numbers]`, `[1, 1, units]`.
    pub fn dims(self) -> [usize; 3] {
        match self {
            Form::Maps(shape) => shape,
            Form::Tokens([tokens, numbers]) => [1, tokens, numbers],
            Form::Units(units) => [1, 1, units],
        }
    }

    /// How many numbers there are.
    pub fn len(self) -> usize {
        self.dims().iter().product()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub(super) fn shape(self) -> Vec<usize> {
        match self {
            Form::Maps(shape) => shape.to_vec(),
            Form::Tokens(shape) => shape.to_vec(),
            Form::Units(units) => vec![units],
        }
    }
}

impl Value {
    /// Channels of feature maps, numbers of a token, or units.
    pub fn width(self) -> usize {
        match self.form {
            Form::Maps([channels, ..]) => channels,
            Form::Tokens([_, numbers]) => numbers,
            Form::Units(units) => units,
        }
    }

    /// Rows and columns of feature maps.
    pub fn size(self) -> [usize; 2] {
        let [_, rows, columns] = self.form.dims();
        [rows, columns]
    }
}
