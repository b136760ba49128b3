//! Scores: how a network does on a split.

use std::ops::Range;

use burn::tensor::{Tensor, Transaction};

use crate::data::Split;
use crate::lab::engine::Engine;
use crate::lab::event_loop::yield_to_event_loop;
use crate::lab::files::run_file::ScoreRecord;
use crate::lab::train::batch::Batch;
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::train::trainer::EvalModel;
use crate::ops::loss::argmax;
use crate::recipe::TestTimeAugmentation;

/// How a network does on a split.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The mean loss.
    pub loss: f64,
    /// The share of examples that are classified correctly, from 0 to 1.
    pub accuracy: f64,
    /// The number of examples.
    pub examples: usize,
    /// The confusion matrix: `confusion[label][prediction]`.
    pub confusion: Vec<Vec<u32>>,
    /// Each example's logits: `[examples, classes]`.
    pub logits: Vec<f32>,
    /// What of each image was scored.
    pub tta: TestTimeAugmentation,
}

/// The predictions of a network for each example of the test split.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// The step after which they were made.
    pub step: u64,
    /// The examples' classes: `[examples]`.
    pub labels: Vec<u8>,
    /// `[examples, classes]`
    pub logits: Vec<f32>,
}

/// Batches between two yields to the event loop.
const YIELD_EVERY: usize = 16;

/// The logits `[examples, classes]` and the losses `[examples]` of a network for the examples of a split at `indices`. All
/// batches have one size: the last one is padded, so there may be more of both.
///
/// # Errors
/// What the device reported, where it failed.
pub async fn outputs(
    engine: &Engine,
    model: &EvalModel,
    split: &DeviceSplit,
    indices: &[u32],
    batch_size: usize,
) -> Result<(Vec<f32>, Vec<f32>), String> {
    let batches = indices.len().div_ceil(batch_size);
    let padded = |range: Range<usize>| range.map(|i| indices.get(i).copied().unwrap_or(0));
    let (mut logits, mut losses) = (Vec::new(), Vec::new());
    for i in 0..batches {
        let (images, batch_labels) = split.gather(padded(i * batch_size..(i + 1) * batch_size));
        let batch_logits = model.scored_logits(images);
        losses.push(model.losses(batch_logits.clone(), batch_labels));
        logits.push(batch_logits);
        if i % YIELD_EVERY == YIELD_EVERY - 1 {
            yield_to_event_loop().await;
        }
    }
    let transaction = Transaction::default()
        .register(Tensor::cat(logits, 0))
        .register(Tensor::cat(losses, 0));
    let read: Result<[Vec<f32>; 2], _> = engine.read(transaction).await?.try_into();
    let [logits, losses] = read
        .map_err(|_| "it answered with another number of results than was asked for.".to_owned())?;
    Ok((logits, losses))
}

/// Examples that are brought to a device at once where it does not hold their split.
const PIECE: usize = 4_096;

/// [`outputs`] of a split that is on the host, with the shape of its images: it is brought to the device piece by piece.
///
/// # Errors
/// What the device reported, where it failed.
pub async fn outputs_in_pieces(
    engine: &Engine,
    model: &EvalModel,
    (split, shape): (&Split, [usize; 3]),
    indices: &[u32],
    batch_size: usize,
) -> Result<(Vec<f32>, Vec<f32>), String> {
    let (mut logits, mut losses) = (Vec::new(), Vec::new());
    // Whole batches: only the last one is padded.
    let piece = PIECE.next_multiple_of(batch_size);
    for indices in indices.chunks(piece) {
        let Batch { images, labels, .. } = Batch::gather(split, indices, 0);
        let gathered = Split { images, labels };
        let count = gathered.len();
        let on_device = DeviceSplit::upload(&gathered, count, shape, &engine.device);
        let all: Vec<u32> = (0..count as u32).collect();
        let (some_logits, some_losses) =
            outputs(engine, model, &on_device, &all, batch_size).await?;
        logits.extend(some_logits);
        losses.extend(some_losses);
    }
    Ok((logits, losses))
}

impl Score {
    /// What a run file says of it. `step` is the one after which the network was scored.
    pub fn record(&self, step: u64) -> ScoreRecord {
        ScoreRecord {
            step,
            loss: self.loss,
            accuracy: self.accuracy,
            examples: self.examples as u64,
            tta: self.tta,
        }
    }

    /// The score of these logits `[examples, classes]` and losses `[examples]`. Both may be longer than `labels`: padding is
    /// not counted. `None` where a logit or the mean loss is not finite: such a network predicts nothing.
    pub fn new(
        mut logits: Vec<f32>,
        losses: &[f32],
        labels: &[u8],
        classes: usize,
        tta: TestTimeAugmentation,
    ) -> Option<Self> {
        let examples = labels.len();
        logits.truncate(examples * classes);
        let is_finite = logits.iter().all(|logit| logit.is_finite());
        let mut confusion = vec![vec![0; classes]; classes];
        let mut correct = 0;
        for (logits, label) in logits.chunks_exact(classes).zip(labels) {
            let prediction = argmax(logits)?;
            correct += usize::from(prediction == usize::from(*label));
            if let Some(cell) = confusion
                .get_mut(usize::from(*label))
                .and_then(|row| row.get_mut(prediction))
            {
                *cell += 1;
            }
        }
        let total_loss: f64 = losses
            .iter()
            .take(examples)
            .map(|loss| f64::from(*loss))
            .sum();
        let loss = total_loss / examples as f64;
        (is_finite && loss.is_finite()).then(|| Score {
            loss,
            accuracy: correct as f64 / examples as f64,
            examples,
            confusion,
            logits,
            tta,
        })
    }
}
