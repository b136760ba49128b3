//! Losses and the number of correct predictions.

use burn::tensor::activation::{self, log_softmax};
use proptest::prelude::*;

use super::*;
use crate::ops::{correct_count, cross_entropy, mean, relu};

/// Cross-entropy in burn's operations: with one-hot labels instead of a gather, which has no gradient on some engines.
pub(super) fn burns_cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let [batch, classes] = logits.dims();
    let classes_row =
        Tensor::<1, Int>::arange(0..classes as i64, &labels.device()).cast(labels.dtype());
    let classes_row = classes_row.reshape([1, classes]).expand([batch, classes]);
    let labels = labels.reshape([batch, 1]).expand([batch, classes]);
    let terms = log_softmax(logits, 1) * labels.equal(classes_row).float();
    terms.sum_dim(1).neg().reshape([batch])
}

/// A step's loss and number of correct predictions, in our operations or in burn's.
pub(super) fn step_results(batch: usize, classes: usize, by: &Implementation) -> Results {
    let logits = by.leaf(1, [batch, classes]);
    let labels: Vec<i32> = (0..batch).map(|i| (i * 7 % classes) as i32).collect();
    let labels = by.integers(labels);
    let x = (logits.clone() * 5.0).reshape([batch, classes]);
    let loss = match by.ours {
        true => mean(cross_entropy(relu(x.clone()), labels.clone()), 3),
        false => {
            let x = activation::relu(x.clone());
            burns_cross_entropy(x, labels.clone()).sum() / 3.0
        }
    };
    let count = match by.ours {
        true => correct_count(x.without_autodiff(), labels),
        false => {
            let predictions = x.without_autodiff().argmax(1).reshape([batch]);
            let predictions = predictions.cast(DType::I32);
            predictions.equal(labels).float().sum()
        }
    };
    let mut gradients = loss.backward();
    vec![
        ("loss", read(loss)),
        ("correct", read(count)),
        ("logit gradient", gradient(&logits, &mut gradients)),
    ]
}

proptest! {
    #[test]
    fn losses_and_counts_are_burns(batch in 1usize..200, classes in 2usize..90) {
        is_burns(&format!("{batch}, {classes}"), |by| step_results(batch, classes, by));
    }
}

#[test]
fn a_nan_logit_shows_in_the_loss() {
    let device = Device::flex();
    for at in 0..6 {
        let mut logits = [0.5f32, -1.0, 2.0, 0.0, 1.0, 3.0];
        logits[at] = f32::NAN;
        let logits = Tensor::<1>::from_floats(logits, &device).reshape([2, 3]);
        let losses = read(cross_entropy(logits, ours().integers(vec![1, 2])));
        let is_nan: Vec<bool> = losses.iter().map(|loss| loss.is_nan()).collect();
        assert_eq!(is_nan, [at < 3, at >= 3], "{at}");
    }
}
