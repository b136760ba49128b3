//! The split of the training examples into those that are trained on and those that are held out for validation.

use crate::random::{Purpose, stream};

/// The training and the validation examples of a run, as indices into the data set's training split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainValidationSplit {
    /// Those that are trained on; `None` if all are.
    train: Option<Vec<u32>>,
    /// Those that are held out.
    pub validation: Vec<u32>,
}

impl TrainValidationSplit {
    /// Holds out `validation` of the first `examples`, drawn by the seed.
    pub fn new(seed: u64, examples: usize, validation: usize) -> Self {
        if validation == 0 {
            return TrainValidationSplit {
                train: None,
                validation: Vec::new(),
            };
        }
        let mut order = stream(seed, Purpose::Split, 0).permutation(examples as u32);
        let train = order.split_off(validation.min(examples));
        TrainValidationSplit {
            train: Some(train),
            validation: order,
        }
    }

    /// Turns an order of the examples that are trained on, counted from 0 without the held-out ones, into indices of the
    /// training split.
    pub fn training_indices(&self, mut order: Vec<u32>) -> Vec<u32> {
        if let Some(train) = &self.train {
            order
                .iter_mut()
                .for_each(|index| *index = train[*index as usize]);
        }
        order
    }
}
