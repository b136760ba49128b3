//! Which training examples are trained on, and which are kept apart to choose settings by.

use crate::random::{Purpose, stream};

/// The indices of a run's training examples, by what they are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Those that are trained on; nothing where all are, in their order.
    train: Option<Vec<u32>>,
    /// Those that are kept apart.
    pub validation: Vec<u32>,
}

impl Roles {
    /// Keeps `validation` of the first `all` training examples apart, drawn by the seed.
    pub fn of(seed: u64, all: usize, validation: usize) -> Self {
        if validation == 0 {
            return Roles {
                train: None,
                validation: Vec::new(),
            };
        }
        let mut order = stream(seed, Purpose::Split, 0).permutation(all as u32);
        let train = order.split_off(validation.min(all));
        Roles {
            train: Some(train),
            validation: order,
        }
    }

    /// The training examples in an order of their places.
    pub fn trained(&self, mut order: Vec<u32>) -> Vec<u32> {
        if let Some(train) = &self.train {
            order
                .iter_mut()
                .for_each(|place| *place = train[*place as usize]);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_example_is_trained_on_or_kept_apart() {
        let roles = Roles::of(7, 100, 30);
        let trained = roles.trained((0..70).collect());
        assert_eq!((trained.len(), roles.validation.len()), (70, 30));
        let all: BTreeSet<u32> = trained.iter().chain(&roles.validation).copied().collect();
        assert_eq!(all, (0..100).collect());
        assert_ne!(Roles::of(8, 100, 30), roles);
    }

    #[test]
    fn without_validation_nothing_moves() {
        let roles = Roles::of(7, 100, 0);
        assert_eq!(roles.trained(vec![3, 1, 2]), [3, 1, 2]);
        assert!(roles.validation.is_empty());
    }
}
