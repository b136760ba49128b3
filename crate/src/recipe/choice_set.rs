//! A field that holds several values of a choice.

use super::choices::Choice;

/// Some values of a choice, each at most once, in the order in which the choice lists them. However a link orders them,
/// two recipes that mean the same are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceSet<T>(Vec<T>);

impl<T: Choice> ChoiceSet<T> {
    /// Those values: repeated ones count once, and their order does not matter.
    pub fn of(values: &[T]) -> Self {
        let all = T::ALL.iter().map(|entry| entry.0);
        ChoiceSet(all.filter(|value| values.contains(value)).collect())
    }

    /// None of them.
    pub fn none() -> Self {
        ChoiceSet(Vec::new())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether that one is among them.
    pub fn contains(&self, value: T) -> bool {
        self.0.contains(&value)
    }

    /// The values, in the choice's order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.0.iter().copied()
    }

    /// Reads names with commas between them; an empty text is none. Nothing where a name is not known or stands there
    /// twice.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(ChoiceSet::none());
        }
        let values: Vec<T> = text.split(',').map(T::named).collect::<Option<_>>()?;
        let several = ChoiceSet::of(&values);
        (several.0.len() == values.len()).then_some(several)
    }

    /// The names, with commas between them.
    pub(super) fn names(&self) -> String {
        let names: Vec<_> = self.iter().map(T::name).collect();
        names.join(",")
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

    #[test]
    fn names_are_read_and_written() {
        for (text, canonical) in [("flip,crop", "crop,flip"), ("flip", "flip"), ("", "")] {
            let several = ChoiceSet::<super::super::Augmentation>::parse(text).unwrap();
            assert_eq!(several.names(), canonical);
            assert_eq!(several.is_empty(), text.is_empty());
        }
        for text in ["crop,crop", "crop,", ",", " crop", "crop flip", "none"] {
            assert_eq!(
                ChoiceSet::<super::super::Augmentation>::parse(text),
                None,
                "{text}"
            );
        }
    }
}
