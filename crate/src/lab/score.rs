//! The test split.

use std::ops::Range;

use burn::tensor::{Tensor, Transaction};

use super::engine::Engine;
use super::images::Images;
use super::learner::Answerer;
use super::pace::breathe;

/// How a network does on a split.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The mean loss.
    pub loss: f64,
    /// The part that is right, from 0 to 1.
    pub accuracy: f64,
    /// How many examples were looked at.
    pub examples: usize,
    /// `confusion[truth][guess]`
    pub confusion: Vec<Vec<u32>>,
    /// Each example's class scores: `[examples, classes]`.
    pub logits: Vec<f32>,
}

/// What a network made of each example of the test split.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// After which step.
    pub step: u64,
    /// The classes that they are of: `[examples]`.
    pub truth: Vec<u8>,
    /// Class scores: `[examples, classes]`.
    pub logits: Vec<f32>,
}

/// Batches between two turns of the event loop.
const BREATHE_EVERY: usize = 16;

/// Scores a network on the examples `of` a split, in batches of one shape; the last is filled up and its filling not
/// counted.
///
/// # Errors
/// What the device said, where it failed.
pub async fn score(
    engine: &Engine,
    network: &Answerer,
    images: &Images,
    of: &[u32],
    truth: &[u8],
    batch: usize,
) -> Result<Score, String> {
    let batches = of.len().div_ceil(batch);
    let filled = |places: Range<usize>| places.map(|i| of.get(i).copied().unwrap_or(0));
    let (mut logits, mut losses) = (Vec::new(), Vec::new());
    for i in 0..batches {
        let (images, labels) = images.gather(filled(i * batch..(i + 1) * batch));
        let scores = network.forward(images);
        losses.push(network.losses(scores.clone(), labels));
        logits.push(scores);
        if i % BREATHE_EVERY == BREATHE_EVERY - 1 {
            breathe().await;
        }
    }
    let transaction = Transaction::default()
        .register(Tensor::cat(logits, 0))
        .register(Tensor::cat(losses, 0));
    let read = engine.health.guard(transaction.execute_async()).await?;
    let [logits, losses] = read.as_slice() else {
        return Err("it answered with another number of results than was asked for.".to_owned());
    };
    let classes = logits.shape()[1];
    let logits: Vec<f32> = logits.try_to_vec().map_err(|error| format!("{error:?}"))?;
    let losses: Vec<f32> = losses.try_to_vec().map_err(|error| format!("{error:?}"))?;
    Ok(tally(logits, &losses, truth, classes))
}

/// What the logits `[examples, classes]` and losses of a split make.
pub fn tally(mut logits: Vec<f32>, losses: &[f32], truth: &[u8], classes: usize) -> Score {
    let mut confusion = vec![vec![0; classes]; classes];
    let mut right = 0;
    for (scores, label) in logits.chunks_exact(classes).zip(truth) {
        let guess = best(scores);
        right += usize::from(guess == usize::from(*label));
        if let Some(cell) = confusion
            .get_mut(usize::from(*label))
            .and_then(|row| row.get_mut(guess))
        {
            *cell += 1;
        }
    }
    let examples = truth.len();
    logits.truncate(examples * classes);
    let total: f64 = losses
        .iter()
        .take(examples)
        .map(|loss| f64::from(*loss))
        .sum();
    Score {
        loss: total / examples as f64,
        accuracy: right as f64 / examples as f64,
        examples,
        confusion,
        logits,
    }
}

/// The index of the largest score, the first of equals.
fn best(scores: &[f32]) -> usize {
    let mut best = 0;
    for (class, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = class;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_the_last_batch_up_is_not_counted() {
        let logits = vec![0.0, 1.0, 2.0, 1.0, 0.0, 3.0, 9.0, 0.0];
        let score = tally(logits, &[1.0, 2.0, 3.0, 99.0], &[1, 0, 0], 2);
        assert_eq!(score.examples, 3);
        assert_eq!(score.accuracy, 2.0 / 3.0);
        assert_eq!(score.loss, 2.0);
        assert_eq!(score.confusion, [[1, 1], [0, 1]]);
        assert_eq!(score.logits, [0.0, 1.0, 2.0, 1.0, 0.0, 3.0]);
    }
}
