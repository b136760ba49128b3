//! What a recipe's `freeze` keeps of the flat vector of all parameters: its first elements.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::ops::concat;
use crate::recipe::Recipe;
use crate::zoo::parameters::Slot;

/// The first elements of the flat vector, which stay as they are bit for bit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frozen {
    elements: usize,
    parameters: usize,
}

impl Frozen {
    /// Those of a recipe. What a network freezes by itself is none of them: it has a rate of 0.
    pub fn new(recipe: &Recipe, slots: &[Slot]) -> Self {
        if recipe.freeze == 0 {
            return Frozen::default();
        }
        let frozen = slots.iter().take_while(|slot| slot.is_frozen);
        Frozen {
            elements: frozen.clone().map(Slot::len).sum(),
            parameters: frozen.count(),
        }
    }

    /// Whether there are none.
    pub fn is_none(self) -> bool {
        self.elements == 0
    }

    /// Which parameters they are.
    pub fn parameters(self) -> Range<usize> {
        0..self.parameters
    }

    /// `vector` with these elements of `before`: arithmetic would round them.
    ///
    /// # Shapes
    /// - `before`, `vector`, output: `[parameters]`
    pub fn keep(self, before: Option<&Tensor<1>>, vector: Tensor<1>) -> Tensor<1> {
        let Some(before) = before.filter(|_| !self.is_none()) else {
            return vector;
        };
        let [end] = vector.dims();
        let (kept, trained) = (0..self.elements, self.elements..end);
        concat(vec![before.clone().slice([kept]), vector.slice([trained])])
    }
}
