//! Evaluation on a split, and the class probabilities of one image.

use super::score::{Predictions, Score, score};
use super::{Run, eval_batch_size};
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
        let test = test_split(&self.data)?;
        let on_device = self.device_data.as_ref().map(|data| {
            let (shape, device) = (self.data.info.shape(), &self.engine.device);
            let upload = || DeviceSplit::upload(test, test.len(), shape, device);
            data.test.get_or_init(upload)
        });
        let mut score = self.score(test, &all_indices(test), on_device).await?;
        self.predictions.replace(Some(Predictions {
            step: self.steps_done(),
            labels: test.labels.clone(),
            logits: std::mem::take(&mut score.logits),
        }));
        Ok(score)
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
        let validation = &self.split.validation;
        if validation.is_empty() {
            return Ok(None);
        }
        let on_device = self.device_data.as_ref().map(|data| &data.train);
        let score = self.score(&self.data.train, validation, on_device);
        score.await.map(Some)
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
        let on_device = self.device_data.is_some().then(|| {
            let device = &self.engine.device;
            DeviceSplit::upload(test, test.len(), theirs.shape(), device)
        });
        self.score(test, &all_indices(test), on_device.as_ref())
            .await
    }

    /// The score on the examples of a split at these indices. `on_device` is the split in the engine's own memory, if it has any.
    async fn score(
        &self,
        split: &Split,
        indices: &[u32],
        on_device: Option<&DeviceSplit>,
    ) -> Result<Score, LabError> {
        let step = self.steps_done();
        let model = self.trainer.eval_model();
        let labels = labels_of(split, indices);
        let batch_size = eval_batch_size(self.plan.batch_size);
        if let Some(on_device) = on_device {
            let score = score(
                &self.engine,
                &model,
                on_device,
                indices,
                &labels,
                batch_size,
            );
            let score = score.await.map_err(|what| LabError::Gpu { step, what })?;
            return score.ok_or(LabError::NotFiniteOutput { step });
        }
        let header = &self.task_header;
        let weights = || to_host(self.trainer.weights.clone());
        let running_statistics = || {
            let statistics = self.trainer.running_statistics.clone();
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
        let classes = logits.len() / indices.len().max(1);
        let score = Score::new(logits, &losses, &labels, classes);
        score.ok_or(LabError::NotFiniteOutput { step })
    }

    /// The probability of each class for one image.
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
        let probabilities = softmax(self.trainer.eval_model().forward(images));
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

/// The indices of all examples of a split.
fn all_indices(split: &Split) -> Vec<u32> {
    (0..split.len() as u32).collect()
}

/// The labels of the examples of a split at these indices.
fn labels_of(split: &Split, indices: &[u32]) -> Vec<u8> {
    indices
        .iter()
        .map(|index| split.labels[*index as usize])
        .collect()
}
