//! A field that holds several whole numbers, in order: the widths of layers.

use super::fields::{Kind, whole};

/// Some whole numbers; there may be none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberList(Vec<u64>);

impl NumberList {
    /// Those.
    pub fn of(widths: &[u64]) -> Self {
        NumberList(widths.to_vec())
    }

    /// The numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().copied()
    }

    /// Reads numbers with commas between them; an empty text is none. Nothing where one is no whole number that the field
    /// allows, or there are too many.
    pub(super) fn parse(text: &str, kind: &Kind) -> Option<Self> {
        let Kind::IntegerList { min, max, max_len } = kind else {
            return None;
        };
        if text.is_empty() {
            return Some(NumberList::default());
        }
        let number = |text: &str| {
            let number = whole(text)?;
            (*min..=*max).contains(&number).then_some(number)
        };
        let numbers: Vec<u64> = text.split(',').map(number).collect::<Option<_>>()?;
        (numbers.len() <= *max_len).then_some(NumberList(numbers))
    }

    /// The numbers, with commas between them.
    pub(super) fn text(&self) -> String {
        let numbers: Vec<_> = self.0.iter().map(u64::to_string).collect();
        numbers.join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind = Kind::IntegerList {
        min: 1,
        max: 100,
        max_len: 3,
    };

    #[test]
    fn numbers_are_read_and_written() {
        for text in ["", "7", "100,1,7"] {
            assert_eq!(NumberList::parse(text, &KIND).unwrap().text(), text);
        }
        // Another spelling of the same numbers is another link, but the same recipe.
        assert_eq!(NumberList::parse("07", &KIND), Some(NumberList::of(&[7])));
        for text in [
            "0", "101", "1,2,3,4", "1,", ",", "+1", "1 2", "x", "-1", "1.5",
        ] {
            assert_eq!(NumberList::parse(text, &KIND), None, "{text}");
        }
    }
}
