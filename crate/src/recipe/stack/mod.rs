//! A stack: a network that is written layer by layer in the link: `layers=conv6x5p2,relu,max2,fc84,relu`.
//!
//! - [`layer_kinds`]: every kind of layer, declared once: name, arguments and their ranges, help
//! - [`parser`]: from text; printing is here
//! - [`shapes`]: shape inference: what goes into each layer and comes out, or why it does not fit
//! - [`error`]: what can be wrong, as sentences
//!
//! The grammar, which docs/stack.md explains:
//!
//! ```text
//! layers = [ layer { "," layer } ]
//! layer  = name [ number ] { letter number } | "res(" layers ")"
//! ```
//!
//! This is pure data. The zoo's network `stack` builds a graph of it.

pub mod error;
pub mod layer_kinds;
pub mod parser;
pub mod shapes;

use std::fmt;

pub use error::{StackError, StackErrorKind};
pub use layer_kinds::{Argument, ArgumentDefault, LAYER_KINDS, LayerKind, LayerSpec};
pub use shapes::{Shape, ShapedLayer};

/// The most layers that a stack may have, those in residual blocks included.
pub const MAX_LAYERS: usize = 200;

/// The most characters of its text: with all else that a link may hold, it stays a link.
pub const MAX_TEXT: usize = 1_400;

/// How deep residual blocks may be nested.
pub const MAX_DEPTH: usize = 8;

/// A sequence of layers. The linear layer to the classes, which ends every stack, is not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// The layers.
    pub layers: Vec<Layer>,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its kind.
    pub kind: LayerKind,
    /// The values of its kind's arguments; decimal ones in thousandths.
    arguments: Vec<u32>,
    /// The layers inside a residual block.
    pub inner: Vec<Layer>,
}

impl Stack {
    /// The number of layers, those in residual blocks included.
    pub fn len(&self) -> usize {
        count(&self.layers)
    }

    /// Whether there are none: what is left is the linear layer to the classes.
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }
}

/// The number of layers, those inside included.
fn count(layers: &[Layer]) -> usize {
    layers.iter().map(|layer| 1 + count(&layer.inner)).sum()
}

impl Layer {
    /// The values of its arguments, in the order of its kind's declaration. `N` is how many the kind has.
    pub fn arguments<const N: usize>(&self) -> [usize; N] {
        std::array::from_fn(|index| self.argument(index) as usize)
    }

    /// The value of the argument of that index; 0 where the kind has no such argument.
    pub fn argument(&self, index: usize) -> u32 {
        self.arguments.get(index).copied().unwrap_or_default()
    }

    /// Its text without the layers inside: `conv6x5`, `res`.
    pub fn head(&self) -> String {
        let mut text = self.kind.spec().name.to_owned();
        for (index, argument) in self.kind.spec().arguments.iter().enumerate() {
            let value = self.argument(index);
            let default = argument
                .default
                .map(|default| default.value(&self.arguments));
            if default != Some(value) {
                text.push_str(argument.letter);
                text.push_str(&argument.text(value));
            }
        }
        text
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.head())?;
        if self.kind.spec().is_block {
            f.write_str("(")?;
            write_all(&self.inner, f)?;
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write_all(&self.layers, f)
    }
}

fn write_all(layers: &[Layer], f: &mut fmt::Formatter) -> fmt::Result {
    for (index, layer) in layers.iter().enumerate() {
        if index > 0 {
            f.write_str(",")?;
        }
        write!(f, "{layer}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
