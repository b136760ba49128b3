//! Cross-entropy, and the number of correct predictions.
//!
//! In burn a loss takes some ten operations, each way, for every shard of a batch. With few examples in a shard, their overhead is
//! larger than the arithmetic. Here it is one operation, which takes sums in the order of burn's vectors of four lanes.

use wide::f32x4;

use super::shape::assert_shape;
use super::tile::LANES;

/// The cross-entropy of each example, `[batch]`.
///
/// # Shapes
/// - `logits`: `[batch, classes]`
/// - `labels`: `[batch]`
///
/// # Panics
/// Here as in the functions below, where the logits are not as many for each example, or a gradient not one for each.
pub fn cross_entropy(logits: &[f32], labels: &[i32]) -> Vec<f32> {
    let mut row = Softmax::default();
    rows(logits, labels)
        .map(|(logits, label)| {
            row.compute(logits);
            let log = row.sum.ln();
            // Over all classes, not the label's alone, so that NaN in any logit shows.
            let log_probabilities = row.shifted.iter().map(|shifted| shifted - log).zip(0..);
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
    let mut row = Softmax::default();
    let mut output = Vec::with_capacity(logits.len());
    assert_shape("gradient", gradient, [labels.len()]);
    for ((logits, label), gradient) in rows(logits, labels).zip(gradient) {
        row.compute(logits);
        let factor = gradient * (1.0 / row.sum);
        let terms = row.exponentials.iter().zip(0..);
        output.extend(terms.map(|(e, class)| factor * e - gradient * one_hot(class, label)));
    }
    output
}

/// The sum of all values over `count`.
pub fn mean(values: &[f32], count: usize) -> f32 {
    sum(values) / count as f32
}

/// The number of examples whose largest logit, the first of equal ones, is their label's.
///
/// # Shapes
/// As [`cross_entropy`].
pub fn correct_count(logits: &[f32], labels: &[i32]) -> f32 {
    let correct = rows(logits, labels).filter(|(logits, label)| {
        let mut prediction = 0;
        for (class, logit) in logits.iter().enumerate() {
            if *logit > logits[prediction] {
                prediction = class;
            }
        }
        prediction as i32 == *label
    });
    correct.count() as f32
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

/// The terms of an example's softmax.
#[derive(Default)]
struct Softmax {
    /// The logits less the largest.
    shifted: Vec<f32>,
    /// The exponential of each of those.
    exponentials: Vec<f32>,
    /// The sum of the exponentials.
    sum: f32,
}

impl Softmax {
    fn compute(&mut self, logits: &[f32]) {
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        self.shifted.clear();
        self.shifted
            .extend(logits.iter().map(|logit| logit - largest));
        self.exponentials.clear();
        self.exponentials
            .extend(self.shifted.iter().map(|x| x.exp()));
        self.sum = sum(&self.exponentials);
    }
}

/// The sum of a slice, in burn's order on vectors of four lanes.
fn sum(values: &[f32]) -> f32 {
    let mut sums = [f32x4::ZERO; 8];
    let (chunks, rest) = values.as_chunks::<{ 8 * LANES }>();
    for chunk in chunks {
        for (sum, four) in sums.iter_mut().zip(chunk.as_chunks::<LANES>().0) {
            *sum += f32x4::new(*four);
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let mut sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    let (fours, rest) = rest.as_chunks::<LANES>();
    for four in fours {
        sum += f32x4::new(*four);
    }
    let [a, b, c, d] = sum.to_array();
    ((a + c) + (b + d)) + rest.iter().sum::<f32>()
}
