//! A split that may come later: training does not wait for the images that it is only scored on.

use std::ops::Deref;
use std::sync::OnceLock;

use super::Split;

/// A split, once it is there; before, none of its examples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LateSplit(OnceLock<Split>);

impl LateSplit {
    /// Brings the split, once and for all: a second one changes nothing.
    pub fn bring(&self, split: Split) {
        self.0.get_or_init(|| split);
    }

    /// Whether it is there.
    pub fn is_there(&self) -> bool {
        self.0.get().is_some()
    }
}

impl From<Split> for LateSplit {
    fn from(split: Split) -> Self {
        LateSplit(OnceLock::from(split))
    }
}

impl Deref for LateSplit {
    type Target = Split;

    fn deref(&self) -> &Split {
        const NONE: &Split = &Split {
            images: Vec::new(),
            labels: Vec::new(),
        };
        self.0.get().unwrap_or(NONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_once() {
        let late = LateSplit::default();
        assert!(!late.is_there() && late.is_empty());
        let split = |label| Split {
            images: vec![label],
            labels: vec![label],
        };
        late.bring(split(1));
        late.bring(split(2));
        assert!(late.is_there());
        assert_eq!((late.len(), late.labels[0]), (1, 1));
        assert_eq!(late, LateSplit::from(split(1)));
    }
}
