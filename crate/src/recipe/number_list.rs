//! Several integers in one field, in order: the widths of layers.

use std::fmt;

/// A list of integers; it may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumberList(Vec<u64>);

impl NumberList {
    /// A list of these numbers.
    pub fn of(numbers: &[u64]) -> Self {
        NumberList(numbers.to_vec())
    }

    /// The numbers, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = u64> + '_ {
        self.0.iter().copied()
    }
}

/// The numbers, with commas between them.
impl fmt::Display for NumberList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join(","))
    }
}
