//! Evaluation of a split in parts, so that whoever pulls the run can do something else in between.

use burn::tensor::Tensor;

use super::score::{Predictions, Score};
use super::{Run, eval_batch_size};
use crate::data::Split;
use crate::lab::error::LabError;
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::train::trainer::EvalModel;

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

/// What evaluation takes of the state after a step. The tensors are shared with the trainer until its next update.
#[derive(Clone, Debug)]
pub(super) struct EvaluatedState {
    pub(super) step: u64,
    pub(super) weights: Tensor<1>,
    pub(super) running_statistics: Option<Tensor<1>>,
}

/// Bytes of all states together that are kept to be evaluated later.
const MAX_DEFERRED_BYTES: usize = 64 << 20;

impl EvaluatedState {
    fn bytes(&self) -> usize {
        let statistics = self.running_statistics.iter();
        let vectors = statistics.chain([&self.weights]);
        vectors
            .map(|vector| vector.dims()[0] * size_of::<f32>())
            .sum()
    }
}

impl Run {
    /// Keeps the present state, so that [`Run::evaluate_part_at`] can evaluate it after later steps. False where it is not kept:
    /// 64 MB of weights are kept at most.
    pub fn defer_evaluation(&mut self) -> bool {
        let state = self.evaluated_state();
        self.forget_deferred(state.step);
        let kept: usize = self.deferred.iter().map(EvaluatedState::bytes).sum();
        let fits = kept + state.bytes() <= MAX_DEFERRED_BYTES;
        if fits {
            self.deferred.push(state);
        }
        fits
    }

    /// The state of a step that was kept is evaluated no more.
    pub fn forget_deferred(&mut self, step: u64) {
        self.deferred.retain(|state| state.step != step);
    }

    /// What is evaluated of the present state.
    pub(super) fn evaluated_state(&self) -> EvaluatedState {
        EvaluatedState {
            step: self.steps_done(),
            weights: self.trainer.scored_weights().clone(),
            running_statistics: self.trainer.running_statistics.clone(),
        }
    }

    /// The network in eval mode, in a state.
    pub(super) fn eval_model(&self, state: &EvaluatedState) -> EvalModel {
        let statistics = state.running_statistics.clone();
        self.trainer.eval_model_of(&state.weights, statistics)
    }

    /// [`Run::evaluate_part_at`] the present step.
    ///
    /// # Errors
    /// The same.
    pub async fn evaluate_part(
        &self,
        split: EvaluationSplit,
        examples: usize,
    ) -> Result<EvaluationPart, LabError> {
        let step = self.steps_done();
        self.evaluate_part_at(step, split, examples).await
    }

    /// Evaluates the next examples of a split, at least `examples` of them where so many are left; after the last ones follows
    /// the score. The examples come in the batches of a whole evaluation, so the score has the same bits. What was evaluated
    /// of another step, or of the other split, is forgotten.
    ///
    /// `step` is the present one, or one whose state was kept ([`Run::defer_evaluation`]).
    ///
    /// # Errors
    /// [`LabError::Input`] where the split is empty, or is not loaded yet, or the step's state was not kept,
    /// [`LabError::NotFiniteOutput`], [`LabError::Gpu`].
    pub async fn evaluate_part_at(
        &self,
        step: u64,
        split: EvaluationSplit,
        examples: usize,
    ) -> Result<EvaluationPart, LabError> {
        let state = self.state_at(step)?;
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
        let (logits, losses) = self.outputs(&state, data, part, on_device).await?;
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
        let mut score = Score::new(
            partial.logits,
            &partial.losses,
            &labels,
            classes,
            self.recipe.tta,
        )
        .ok_or(LabError::NotFiniteOutput { step })?;
        match split {
            EvaluationSplit::Test => {
                self.predictions.replace(Some(Predictions {
                    step,
                    labels,
                    logits: std::mem::take(&mut score.logits),
                }));
            }
            EvaluationSplit::Validation => {
                self.validation.replace(Some(score.record(step)));
            }
        }
        Ok(EvaluationPart {
            done,
            total,
            score: Some(score),
        })
    }

    /// The state of the present step, or of one that was kept.
    fn state_at(&self, step: u64) -> Result<EvaluatedState, LabError> {
        if step == self.steps_done() {
            return Ok(self.evaluated_state());
        }
        let kept = self.deferred.iter().find(|state| state.step == step);
        kept.cloned().ok_or_else(|| {
            let now = self.steps_done();
            let what = format!(
                "The network of step {step} was not kept, so it cannot be scored: the run stands at step {now}."
            );
            LabError::Input(what)
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
                let scored = match self.recipe.test as usize {
                    0 => test.len(),
                    wanted => wanted.min(test.len()),
                };
                (test, (0..scored as u32).collect())
            }
            EvaluationSplit::Validation => (&self.data.train, self.split.validation.clone()),
        };
        if indices.is_empty() {
            let none = "There are no examples to evaluate the network on.";
            return Err(LabError::Input(none.to_owned()));
        }
        let on_device = self
            .device_data
            .as_ref()
            .and_then(|device_data| match split {
                EvaluationSplit::Test => {
                    let uploaded = device_data
                        .test
                        .get_or_init(|| self.uploaded(data, device_data));
                    uploaded.as_ref()
                }
                EvaluationSplit::Validation => device_data.train.as_ref(),
            });
        Ok((data, indices, on_device))
    }
}
