//! Evaluation on a split, and the class probabilities of one image.

use burn::tensor::Tensor;

use super::evaluation::{EvaluatedState, EvaluationSplit};
use super::score::{Predictions, Score, outputs, outputs_in_pieces};
use super::{DeviceData, Run, eval_batch_size};
use crate::data::{Dataset, Split};
use crate::lab::error::LabError;
use crate::lab::train::batch::Batch;
use crate::lab::train::device_split::DeviceSplit;
use crate::lab::worker_pool::worker::{evaluate_batch, to_host};
use crate::ops::softmax;

impl Run {
    /// Scores the network on the whole test split; [`Run::predictions`] are then those of this evaluation.
    ///
    /// # Errors
    /// [`LabError::Input`] where the test split is not loaded yet, [`LabError::NotFiniteOutput`], [`LabError::Gpu`].
    pub async fn evaluate(&self) -> Result<Score, LabError> {
        self.evaluate_split(EvaluationSplit::Test).await
    }

    /// The predictions of the last [`Run::evaluate`]; `None` before the first one.
    pub fn predictions(&self) -> Option<Predictions> {
        self.predictions.borrow().clone()
    }

    /// Scores the network on the training examples that the recipe holds out; `None` if it holds out none.
    ///
    /// # Errors
    /// [`LabError::NotFiniteOutput`], [`LabError::Gpu`].
    pub async fn validate(&self) -> Result<Option<Score>, LabError> {
        if self.split.validation.is_empty() {
            return Ok(None);
        }
        let score = self.evaluate_split(EvaluationSplit::Validation).await?;
        Ok(Some(score))
    }

    async fn evaluate_split(&self, split: EvaluationSplit) -> Result<Score, LabError> {
        loop {
            let part = self.evaluate_part(split, usize::MAX).await?;
            if let Some(score) = part.score {
                return Ok(score);
            }
        }
    }

    /// Scores the network on the test split of another data set, which must have the same image shape and number of classes.
    ///
    /// # Errors
    /// [`LabError::Input`] where the shape or the number of classes differs or the split is not loaded yet,
    /// [`LabError::NotFiniteOutput`], [`LabError::Gpu`].
    pub async fn evaluate_on(&self, other: &Dataset) -> Result<Score, LabError> {
        let (ours, theirs) = (&self.data.info, &other.info);
        if ours.shape() != theirs.shape() || ours.classes.len() != theirs.classes.len() {
            return Err(LabError::Input(format!(
                "{} has other images or classes than {}, so this network cannot be scored on it.",
                theirs.title, ours.title
            )));
        }
        let test = test_split(other)?;
        let device_data = self.device_data.as_ref();
        let on_device = device_data.and_then(|device_data| self.uploaded(test, device_data));
        let indices: Vec<u32> = (0..test.len() as u32).collect();
        let state = self.evaluated_state();
        let outputs = self.outputs(&state, test, &indices, on_device.as_ref());
        let (logits, losses) = outputs.await?;
        let classes = theirs.classes.len();
        let score = Score::new(logits, &losses, &test.labels, classes, self.recipe.tta);
        let step = state.step;
        score.ok_or(LabError::NotFiniteOutput { step })
    }

    /// A split of the data's shape in the device's memory, if there is a buffer for it.
    pub(super) fn uploaded(&self, split: &Split, data: &DeviceData) -> Option<DeviceSplit> {
        let shape = self.data.info.shape();
        let device = &self.engine.device;
        DeviceData::upload(data.largest, split, split.len(), shape, device)
    }

    /// The logits `[examples, classes]` and the losses `[examples]` that a state gives for the examples of a split at these indices. Both may be
    /// longer, for batches are padded. `on_device` is the split in the engine's own memory, if it has any.
    pub(super) async fn outputs(
        &self,
        state: &EvaluatedState,
        split: &Split,
        indices: &[u32],
        on_device: Option<&DeviceSplit>,
    ) -> Result<(Vec<f32>, Vec<f32>), LabError> {
        let model = self.eval_model(state);
        let batch_size = eval_batch_size(self.plan.batch_size);
        if self.device_data.is_some() {
            let engine = &self.engine;
            let computed = match on_device {
                Some(split) => outputs(engine, &model, split, indices, batch_size).await,
                None => {
                    let shape = self.data.info.shape();
                    outputs_in_pieces(engine, &model, (split, shape), indices, batch_size).await
                }
            };
            let step = self.steps_done();
            return computed.map_err(|what| LabError::Gpu { step, what });
        }
        let header = &self.task_header;
        let weights = || to_host(state.weights.clone());
        let running_statistics = || {
            let statistics = state.running_statistics.clone();
            statistics.map(to_host).unwrap_or_default()
        };
        let batches = indices
            .chunks(batch_size)
            .map(|indices| Batch::gather(split, indices, 0))
            .collect();
        let local = |batch: &Batch| evaluate_batch(header, &model, batch);
        let pool = &self.engine.worker_pool;
        let predictions = pool
            .evaluate(header, weights, running_statistics, batches, local)
            .await;
        let (mut logits, mut losses) = (Vec::new(), Vec::new());
        for batch in predictions {
            logits.extend(batch.logits);
            losses.extend(batch.losses);
        }
        Ok((logits, losses))
    }

    /// The test split, which may be loaded after training has started.
    pub(super) fn test_split(&self) -> Result<&Split, LabError> {
        test_split(&self.data)
    }

    /// The probability of each class for one image, by itself: test-time augmentation is of scores alone.
    ///
    /// # Shapes
    /// - `pixels`: `[channels × height × width]`, from 0 to 1
    /// - output: `[classes]`
    ///
    /// # Errors
    /// [`LabError::Input`] where the number of pixels is wrong or one is no number from 0 to 1, [`LabError::NotFiniteOutput`],
    /// [`LabError::Gpu`].
    pub async fn predict(&self, pixels: &[f32]) -> Result<Vec<f32>, LabError> {
        let images = self.single_image_batch(pixels)?;
        let logits = self.trainer.eval_model().forward(images);
        self.read_probabilities(logits).await
    }

    /// The probability of each class for a batch's first image, of its logits `[batch, classes]`.
    ///
    /// # Errors
    /// [`LabError::NotFiniteOutput`], [`LabError::Gpu`].
    pub(super) async fn read_probabilities(&self, logits: Tensor<2>) -> Result<Vec<f32>, LabError> {
        let probabilities = softmax(logits);
        let [_, classes] = probabilities.dims();
        let read = probabilities.into_data_async();
        let mut probabilities = self.read_back(self.steps_done(), read).await?;
        probabilities.truncate(classes);
        self.check_finite(&probabilities)?;
        Ok(probabilities)
    }

    /// Checks what the network gave for an image.
    ///
    /// # Errors
    /// [`LabError::NotFiniteOutput`].
    pub(super) fn check_finite(&self, outputs: &[f32]) -> Result<(), LabError> {
        match outputs.iter().all(|output| output.is_finite()) {
            true => Ok(()),
            false => Err(LabError::NotFiniteOutput {
                step: self.steps_done(),
            }),
        }
    }
}

/// A data set's test split, which may be loaded after training has started.
fn test_split(data: &Dataset) -> Result<&Split, LabError> {
    if data.test.is_loaded() {
        return Ok(&data.test);
    }
    Err(LabError::Input(format!(
        "The test images of {} are not there yet: wait for them, then score again.",
        data.info.title
    )))
}
