//! A split that is loaded later: training does not wait for the images that it is only scored on.

use std::ops::Deref;
use std::sync::OnceLock;

use super::Split;

/// A split that is empty until it is set, and does not change afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeferredSplit(OnceLock<Split>);

impl DeferredSplit {
    /// Sets the split. Only the first call has an effect.
    pub fn set(&self, split: Split) {
        self.0.get_or_init(|| split);
    }

    /// Whether it has been set.
    pub fn is_loaded(&self) -> bool {
        self.0.get().is_some()
    }
}

impl From<Split> for DeferredSplit {
    fn from(split: Split) -> Self {
        DeferredSplit(OnceLock::from(split))
    }
}

impl Deref for DeferredSplit {
    type Target = Split;

    fn deref(&self) -> &Split {
        const EMPTY: &Split = &Split {
            images: Vec::new(),
            labels: Vec::new(),
        };
        self.0.get().unwrap_or(EMPTY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_split_is_kept() {
        let deferred = DeferredSplit::default();
        assert!(!deferred.is_loaded() && deferred.is_empty());
        let split = |label| Split {
            images: vec![label],
            labels: vec![label],
        };
        deferred.set(split(1));
        deferred.set(split(2));
        assert!(deferred.is_loaded());
        assert_eq!((deferred.len(), deferred.labels[0]), (1, 1));
        assert_eq!(deferred, DeferredSplit::from(split(1)));
    }
}
