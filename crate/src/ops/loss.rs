//! Cross-entropy, and how many were right.
//!
//! On the CPU burn makes a loss of some ten operations, each way, for every shard of a batch: with few examples in a shard
//! they cost more around the numbers than with them. Here it is one, which takes burn's sums in burn's order: those of its
//! vectors of four lanes, which it has in WebAssembly.

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
            row.of(logits);
            let log = row.sum.ln();
            // Not the label's term alone: what is no number in another shows too.
            let terms = row.shifted.iter().zip(0..);
            let own = terms.map(|(shifted, class)| (shifted - log) * truth(class, label));
            -own.sum::<f32>()
        })
        .collect()
}

/// Its gradient by the logits, `[batch, classes]`.
///
/// # Shapes
/// As [`cross_entropy`], and
/// - `gradient`: `[batch]`, that of each example's loss
pub fn cross_entropy_gradient(logits: &[f32], labels: &[i32], gradient: &[f32]) -> Vec<f32> {
    let mut row = Softmax::default();
    let mut out = Vec::with_capacity(logits.len());
    assert_shape("gradient", gradient, [labels.len()]);
    for ((logits, label), gradient) in rows(logits, labels).zip(gradient) {
        row.of(logits);
        let all = gradient * (1.0 / row.sum);
        let terms = row.powers.iter().zip(0..);
        out.extend(terms.map(|(power, class)| all * power - gradient * truth(class, label)));
    }
    out
}

/// The sum of all numbers, divided by `by`.
pub fn mean(values: &[f32], by: usize) -> f32 {
    sum(values) / by as f32
}

/// How many examples' largest logit, the first of equal ones, is their label's.
///
/// # Shapes
/// As [`cross_entropy`].
pub fn correct_count(logits: &[f32], labels: &[i32]) -> f32 {
    let hits = rows(logits, labels).filter(|(logits, label)| {
        let mut best = 0;
        for (class, logit) in logits.iter().enumerate() {
            if *logit > logits[best] {
                best = class;
            }
        }
        best as i32 == *label
    });
    hits.count() as f32
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

fn truth(class: i32, label: i32) -> f32 {
    f32::from(class == label)
}

/// The parts of an example's softmax.
#[derive(Default)]
struct Softmax {
    /// The logits less the largest.
    shifted: Vec<f32>,
    /// e to the power of each of those.
    powers: Vec<f32>,
    /// Their sum.
    sum: f32,
}

impl Softmax {
    fn of(&mut self, logits: &[f32]) {
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        self.shifted.clear();
        self.shifted.extend(logits.iter().map(|logit| logit - most));
        self.powers.clear();
        self.powers.extend(self.shifted.iter().map(|x| x.exp()));
        self.sum = sum(&self.powers);
    }
}

/// A sum in the order of burn's on vectors of four lanes.
fn sum(values: &[f32]) -> f32 {
    let mut eight = [f32x4::ZERO; 8];
    let (chunks, rest) = values.as_chunks::<{ 8 * LANES }>();
    for chunk in chunks {
        for (sum, four) in eight.iter_mut().zip(chunk.as_chunks::<LANES>().0) {
            *sum += f32x4::new(*four);
        }
    }
    let [a, b, c, d, e, f, g, h] = eight;
    let mut sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    let (fours, rest) = rest.as_chunks::<LANES>();
    for four in fours {
        sum += f32x4::new(*four);
    }
    let [a, b, c, d] = sum.to_array();
    ((a + c) + (b + d)) + rest.iter().sum::<f32>()
}
