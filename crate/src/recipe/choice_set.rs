//! Several values of a choice in one field.

use super::choice::Choice;

/// A set of values of a choice, kept in the order of the choice, so that two recipes that mean the same are equal however
/// their links order the values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceSet<T>(Vec<T>);

impl<T: Choice> ChoiceSet<T> {
    /// The set of these values.
    pub fn of(values: &[T]) -> Self {
        let all = T::VARIANTS.iter().copied();
        ChoiceSet(all.filter(|value| values.contains(value)).collect())
    }

    /// The empty set.
    pub fn none() -> Self {
        ChoiceSet(Vec::new())
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it has that value.
    pub fn contains(&self, value: T) -> bool {
        self.0.contains(&value)
    }

    /// The values, in the choice's order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Augmentation::{Crop, Flip};
    use super::*;

    #[test]
    fn order_and_repetition_do_not_matter() {
        let both = ChoiceSet::of(&[Flip, Crop, Flip]);
        assert_eq!(both.iter().collect::<Vec<_>>(), [Crop, Flip]);
        assert_eq!(both, ChoiceSet::of(&[Crop, Flip]));
        assert!(both.contains(Flip) && !ChoiceSet::of(&[Crop]).contains(Flip));
    }
}
