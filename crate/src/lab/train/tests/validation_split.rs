//! The split into training and validation examples.

use std::collections::BTreeSet;

use crate::lab::train::validation_split::TrainValidationSplit;

#[test]
fn an_example_is_trained_on_or_held_out() {
    let split = TrainValidationSplit::new(7, 100, 30);
    let trained = split.training_indices((0..70).collect());
    assert_eq!((trained.len(), split.validation.len()), (70, 30));
    let all: BTreeSet<u32> = trained.iter().chain(&split.validation).copied().collect();
    assert_eq!(all, (0..100).collect());
    assert_ne!(TrainValidationSplit::new(8, 100, 30), split);
}

#[test]
fn without_validation_the_order_stays() {
    let split = TrainValidationSplit::new(7, 100, 0);
    assert_eq!(split.training_indices(vec![3, 1, 2]), [3, 1, 2]);
    assert!(split.validation.is_empty());
}
