//! Cross-entropy, and the number of correct predictions.
//!
//! In burn a loss takes some ten operations, each way, for every shard of a batch. With few examples in a shard, their overhead is
//! larger than the arithmetic. Here it is one operation.

use super::shape::assert_shape;
use super::softmax::{exponentials, sum};

/// The cross-entropy of each example, `[batch]`.
///
/// # Shapes
/// - `logits`: `[batch, classes]`
/// - `labels`: `[batch]`
///
/// # Panics
/// Here as in the functions below, unless all examples have equally many logits, and one gradient each.
pub fn cross_entropy(logits: &[f32], labels: &[i32]) -> Vec<f32> {
    let mut e = Vec::new();
    rows(logits, labels)
        .map(|(logits, label)| {
            e.resize(logits.len(), 0.0);
            let (largest, sum) = exponentials(logits, &mut e);
            let log = libm::logf(sum);
            // Over all classes, not the label's alone, so that NaN in any logit shows.
            let log_probabilities = logits.iter().map(|logit| (logit - largest) - log).zip(0..);
            let terms = log_probabilities.map(|(value, class)| value * one_hot(class, label));
            -terms.sum::<f32>()
        })
        .collect()
}

/// Its gradient with respect to the logits, `[batch, classes]`.
///
/// # Shapes
/// As [`cross_entropy`], and
/// - `gradient`: `[batch]`, the gradient of each example's loss
pub fn cross_entropy_gradient(logits: &[f32], labels: &[i32], gradient: &[f32]) -> Vec<f32> {
    let mut e = Vec::new();
    let mut output = Vec::with_capacity(logits.len());
    assert_shape("gradient", gradient, [labels.len()]);
    for ((logits, label), gradient) in rows(logits, labels).zip(gradient) {
        e.resize(logits.len(), 0.0);
        let (_, sum) = exponentials(logits, &mut e);
        let factor = gradient * (1.0 / sum);
        let terms = e.iter().zip(0..);
        output.extend(terms.map(|(e, class)| factor * e - gradient * one_hot(class, label)));
    }
    output
}

/// The sum of all values, divided by `count`.
pub fn mean(values: &[f32], count: usize) -> f32 {
    sum(values) / count as f32
}

/// The number of examples whose largest logit, the first of equal ones, is their label's.
///
/// # Shapes
/// As [`cross_entropy`].
pub fn correct_count(logits: &[f32], labels: &[i32]) -> f32 {
    let is_correct = |(logits, label): &(&[f32], i32)| {
        argmax(logits).is_some_and(|class| class as i32 == *label)
    };
    let correct = rows(logits, labels).filter(is_correct);
    correct.count() as f32
}

/// The index of the largest number, the first of equal ones: the prediction of an example's logits. `None` where one of them is
/// NaN, for then there is no prediction.
pub fn argmax(values: &[f32]) -> Option<usize> {
    let mut largest = 0;
    for (index, value) in values.iter().enumerate() {
        if value.is_nan() {
            return None;
        }
        if *value > values[largest] {
            largest = index;
        }
    }
    (!values.is_empty()).then_some(largest)
}

/// Each example's logits and label.
fn rows<'a>(logits: &'a [f32], labels: &'a [i32]) -> impl Iterator<Item = (&'a [f32], i32)> {
    assert!(
        logits.len().is_multiple_of(labels.len()),
        "{} logits of {} examples",
        logits.len(),
        labels.len()
    );
    let classes = (logits.len() / labels.len().max(1)).max(1);
    logits.chunks_exact(classes).zip(labels.iter().copied())
}

fn one_hot(class: i32, label: i32) -> f32 {
    f32::from(class == label)
}
