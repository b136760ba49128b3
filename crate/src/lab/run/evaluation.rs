//! Evaluation of a split in parts, so that whoever pulls the run can do something else in between.

use super::score::{Predictions, Score};
use super::{Run, eval_batch_size};
use crate::data::Split;
use crate::lab::error::LabError;
use crate::lab::train::device_split::DeviceSplit;

/// A split that a run is evaluated on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationSplit {
    /// The data set's test split.
    Test,
    /// The training examples that the recipe holds out.
    Validation,
}

/// How far an evaluation is.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluationPart {
    /// Examples that were evaluated.
    pub done: usize,
    /// All examples of the split.
    pub total: usize,
    /// The score, after the last part.
    pub score: Option<Score>,
}

/// An evaluation that is under way.
#[derive(Debug)]
pub(super) struct PartialEvaluation {
    step: u64,
    split: EvaluationSplit,
    /// Of the examples that were evaluated: `[examples, classes]`.
    logits: Vec<f32>,
    /// Of each of them: `[examples]`.
    losses: Vec<f32>,
}

impl Run {
    /// Evaluates the next examples of a split, at least `examples` of them where so many are left; after the last ones follows
    /// the score. The examples come in the batches of a whole evaluation, so the score has the same bits. What was evaluated
    /// before a training step, or of the other split, is forgotten.
    ///
    /// # Errors
    /// [`LabError::Input`] where the split is empty, or is not loaded yet, [`LabError::NotFiniteOutput`], [`LabError::Gpu`].
    pub async fn evaluate_part(
        &self,
        split: EvaluationSplit,
        examples: usize,
    ) -> Result<EvaluationPart, LabError> {
        let step = self.steps_done();
        let (data, indices, on_device) = self.evaluated(split)?;
        let total = indices.len();
        let under_way = self.evaluation.take();
        let mut partial = under_way
            .filter(|partial| (partial.step, partial.split) == (step, split))
            .unwrap_or_else(|| PartialEvaluation {
                step,
                split,
                logits: Vec::new(),
                losses: Vec::new(),
            });
        let batch_size = eval_batch_size(self.plan.batch_size);
        let begin = partial.losses.len();
        let count = examples.clamp(1, total).next_multiple_of(batch_size);
        let done = total.min(begin + count);
        let part = &indices[begin..done];
        let (logits, losses) = self.outputs(data, part, on_device).await?;
        let classes = self.data.info.classes.len();
        partial
            .logits
            .extend(logits.into_iter().take(part.len() * classes));
        partial.losses.extend(losses.into_iter().take(part.len()));
        if done < total {
            self.evaluation.replace(Some(partial));
            return Ok(EvaluationPart {
                done,
                total,
                score: None,
            });
        }
        let labels: Vec<u8> = indices
            .iter()
            .map(|index| data.labels[*index as usize])
            .collect();
        let mut score = Score::new(partial.logits, &partial.losses, &labels, classes)
            .ok_or(LabError::NotFiniteOutput { step })?;
        if split == EvaluationSplit::Test {
            self.predictions.replace(Some(Predictions {
                step,
                labels,
                logits: std::mem::take(&mut score.logits),
            }));
        }
        Ok(EvaluationPart {
            done,
            total,
            score: Some(score),
        })
    }

    /// The data of a split, which of its examples are evaluated, and the split in the engine's own memory, if it has any.
    fn evaluated(
        &self,
        split: EvaluationSplit,
    ) -> Result<(&Split, Vec<u32>, Option<&DeviceSplit>), LabError> {
        let (data, indices) = match split {
            EvaluationSplit::Test => {
                let test = self.test_split()?;
                (test, (0..test.len() as u32).collect())
            }
            EvaluationSplit::Validation => (&self.data.train, self.split.validation.clone()),
        };
        if indices.is_empty() {
            let none = "There are no examples to evaluate the network on.";
            return Err(LabError::Input(none.to_owned()));
        }
        let on_device = self.device_data.as_ref().map(|device_data| match split {
            EvaluationSplit::Test => device_data.test.get_or_init(|| {
                let shape = self.data.info.shape();
                DeviceSplit::upload(data, data.len(), shape, &self.engine.device)
            }),
            EvaluationSplit::Validation => &device_data.train,
        });
        Ok((data, indices, on_device))
    }
}
