//! What a run's network answers: scores on a test split, and one image's probabilities.

use burn::tensor::activation::softmax;

use super::{Run, answer_batch};
use crate::data::{Dataset, Split};
use crate::lab::batch::Batch;
use crate::lab::crew::assistant::{self, numbers};
use crate::lab::error::LabError;
use crate::lab::images::Images;
use crate::lab::score::{Answers, Score, score, tally};

impl Run {
    /// Scores the network on the whole test split; its class scores are then those of [`Run::answers`].
    ///
    /// # Errors
    /// [`LabError::Input`] where it is not there yet, [`LabError::Gpu`].
    pub async fn evaluate(&self) -> Result<Score, LabError> {
        let test = there(&self.data)?;
        let images = self.resident.as_ref().map(|resident| {
            let (shape, device) = (self.data.info.shape(), &self.engine.device);
            let upload = || Images::upload(test, test.len(), shape, device);
            resident.test.get_or_init(upload)
        });
        let mut score = self.scored(test, &every(test), images).await?;
        self.answers.replace(Some(Answers {
            step: self.steps_done(),
            truth: test.labels.clone(),
            logits: std::mem::take(&mut score.logits),
        }));
        Ok(score)
    }

    /// What the network made of each test example when [`Run::evaluate`] last scored it; nothing before that.
    pub fn answers(&self) -> Option<Answers> {
        self.answers.borrow().clone()
    }

    /// Scores the network on the training examples that the recipe keeps apart; nothing where it keeps none.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn validate(&self) -> Result<Option<Score>, LabError> {
        let apart = &self.roles.validation;
        if apart.is_empty() {
            return Ok(None);
        }
        let images = self.resident.as_ref().map(|resident| &resident.train);
        let score = self.scored(&self.data.train, apart, images);
        score.await.map(Some)
    }

    /// Scores the network on another data set's test split: one of the same image shape and classes.
    ///
    /// # Errors
    /// [`LabError::Input`] where its shape is another one or the split is not there yet, [`LabError::Gpu`].
    pub async fn evaluate_on(&self, other: &Dataset) -> Result<Score, LabError> {
        let (ours, theirs) = (&self.data.info, &other.info);
        if ours.shape() != theirs.shape() || ours.classes.len() != theirs.classes.len() {
            return Err(LabError::Input(format!(
                "{} has other images or classes than {}, so this network cannot be scored on it.",
                theirs.title, ours.title
            )));
        }
        let test = there(other)?;
        let images = self.resident.is_some().then(|| {
            let device = &self.engine.device;
            Images::upload(test, test.len(), theirs.shape(), device)
        });
        self.scored(test, &every(test), images.as_ref()).await
    }

    /// The score on some examples of a split, which lies in the engine's own memory where it has any.
    async fn scored(
        &self,
        split: &Split,
        of: &[u32],
        images: Option<&Images>,
    ) -> Result<Score, LabError> {
        let Some(images) = images else {
            return Ok(self.score_here(split, of).await);
        };
        let network = self.learner.network();
        let batch = answer_batch(self.plan.batch);
        score(&self.engine, &network, images, of, &truth(split, of), batch)
            .await
            .map_err(|what| self.gpu_error(self.steps_done(), what))
    }

    /// On the CPU engine, shared with the crew.
    async fn score_here(&self, split: &Split, of: &[u32]) -> Score {
        let about = &self.about;
        let network = self.learner.network();
        let weights = || numbers(self.learner.weights.clone());
        let statistics = || {
            let statistics = self.learner.statistics.clone();
            statistics.map(numbers).unwrap_or_default()
        };
        let batches = of.chunks(answer_batch(self.plan.batch));
        let batches = batches.map(|of| Batch::gather(split, of, 0)).collect();
        let own = |batch: &Batch| assistant::score(about, &network, batch);
        let crew = &self.engine.crew;
        let scores = crew.score(about, weights, statistics, batches, own).await;
        let (mut logits, mut losses) = (Vec::new(), Vec::new());
        for score in scores {
            logits.extend(score.logits);
            losses.extend(score.losses);
        }
        let classes = logits.len() / of.len().max(1);
        tally(logits, &losses, &truth(split, of), classes)
    }

    /// The probability of each class for one image.
    ///
    /// # Shapes
    /// - `pixels`: `[channels × height × width]`, from 0 to 1
    /// - output: `[classes]`
    ///
    /// # Errors
    /// [`LabError::Input`] where there are more or fewer pixels, or one is no number; [`LabError::Gpu`].
    pub async fn predict(&self, pixels: &[f32]) -> Result<Vec<f32>, LabError> {
        let images = self.filled(pixels)?;
        let probabilities = softmax(self.learner.network().forward(images), 1);
        let [_, classes] = probabilities.dims();
        let read = probabilities.into_data_async();
        let mut answers = self.read(self.steps_done(), read).await?;
        answers.truncate(classes);
        Ok(answers)
    }
}

/// A data set's test split.
fn there(data: &Dataset) -> Result<&Split, LabError> {
    if data.test.is_loaded() {
        return Ok(&data.test);
    }
    Err(LabError::Input(format!(
        "The test images of {} are not there yet: wait for them, then score again.",
        data.info.title
    )))
}

/// The indices of all examples of a split.
fn every(split: &Split) -> Vec<u32> {
    (0..split.len() as u32).collect()
}

/// The labels of some examples of a split.
fn truth(split: &Split, of: &[u32]) -> Vec<u8> {
    of.iter()
        .map(|index| split.labels[*index as usize])
        .collect()
}
