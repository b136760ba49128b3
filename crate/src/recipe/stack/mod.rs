//! A network of one's own, written in the link: `layers=conv6x5p2,relu,max2,fc84,relu`.
//!
//! - [`kinds`]: every kind of layer, declared once: name, numbers, their ranges, help
//! - [`read`]: from text; writing is here
//! - [`shapes`]: what goes into each layer of a stack and what comes out, or why it does not fit
//! - [`error`]: what can be wrong, as sentences
//!
//! The grammar, which docs/stack.md explains:
//!
//! ```text
//! layers = [ layer { "," layer } ]
//! layer  = name [ number ] { letter number } | "res(" layers ")"
//! ```
//!
//! Nothing here computes, or knows what will.

pub mod error;
pub mod kinds;
pub mod read;
pub mod shapes;

use std::fmt;

pub use error::{StackError, Why};
pub use kinds::{KINDS, Kind, Number};
pub use shapes::{Placed, Shape, normalised_together};

/// The most layers that a stack may have, those in residual blocks counted too.
pub const MAX_LAYERS: usize = 200;

/// The most characters of its text: with all else that a link may hold, it stays a link.
pub const MAX_TEXT: usize = 1_400;

/// How deep residual blocks may stand in each other.
pub const MAX_DEPTH: usize = 8;

/// LeNet-5, as [`crate::zoo::lenet5`] has it: what a stack starts from.
pub const LENET5: &str = "conv6x5p2,relu,max2,conv16x5,relu,max2,fc120,relu,fc84,relu";

/// Layers one after the other. The linear layer to the classes, which closes every stack, is not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stack {
    /// The layers.
    pub layers: Vec<Layer>,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What it does.
    pub kind: Kind,
    /// Its numbers, one for each that the kind has; decimal ones in thousandths.
    numbers: Vec<u32>,
    /// The layers inside a residual block.
    pub inner: Vec<Layer>,
}

impl Stack {
    /// [`LENET5`], read.
    pub fn lenet5() -> Self {
        // A test holds that it can be read.
        Stack::parse(LENET5).unwrap_or_default()
    }

    /// Layers in all.
    pub fn len(&self) -> usize {
        count(&self.layers)
    }

    /// Whether there are none: what is left is the linear layer to the classes.
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }
}

/// Layers, with those inside.
fn count(layers: &[Layer]) -> usize {
    layers.iter().map(|layer| 1 + count(&layer.inner)).sum()
}

impl Layer {
    /// Its numbers in the order in which its kind declares them, and as many as the kind has.
    pub fn numbers<const N: usize>(&self) -> [usize; N] {
        std::array::from_fn(|at| self.number(at) as usize)
    }

    /// Its number so many; 0 where the kind has no such number.
    pub fn number(&self, at: usize) -> u32 {
        self.numbers.get(at).copied().unwrap_or_default()
    }

    /// Its text without the layers inside: `conv6x5`, `res`.
    pub fn head(&self) -> String {
        let mut text = self.kind.spec().name.to_owned();
        for (at, number) in self.kind.spec().numbers.iter().enumerate() {
            let value = self.number(at);
            if number.default.map(|default| default.of(&self.numbers)) != Some(value) {
                text.push_str(number.letter);
                text.push_str(&number.text(value));
            }
        }
        text
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.head())?;
        if self.kind.spec().holds_layers {
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
    for (at, layer) in layers.iter().enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        write!(f, "{layer}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
