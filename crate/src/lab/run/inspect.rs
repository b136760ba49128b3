//! Inspecting a run's network: activations, saliency, gradient statistics. Its forward and backward passes are
//! separate from training and change no bit of the run.

use std::ops::RangeInclusive;

use burn::tensor::{Tensor, Transaction};

use super::{Run, eval_batch_size, l2_norm};
use crate::lab::engine::EngineKind;
use crate::lab::error::LabError;
use crate::ops::floats;

/// Pixels that are taken: from 0 to 1, with room for what rounding and small changes of an image add.
const PIXEL_RANGE: RangeInclusive<f32> = -0.1..=1.1;

/// The activation of a layer for one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// `[channels, rows, columns]` of feature maps, `[1, tokens, features]` of tokens, `[1, 1, features]` of a linear layer,
    /// `[heads, tokens, tokens]` of attention weights.
    pub shape: [usize; 3],
    /// The values, row-major.
    pub values: Vec<f32>,
}

/// What one forward pass gave for one image.
#[derive(Clone, Debug, PartialEq)]
pub struct ForwardPass {
    /// The probability of each class: `[classes]`.
    pub probabilities: Vec<f32>,
    /// The activations of the layers that were asked for, in that order; `None` for a layer that eval mode skips.
    pub activations: Vec<Option<Activation>>,
}

/// The Euclidean norms of a parameter, its gradient and its update at the last step.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientStatistics {
    /// The parameter's name.
    pub name: String,
    /// Of the parameter itself, before the step.
    pub weight: f32,
    /// Of the gradient.
    pub gradient: f32,
    /// Of the change that the step made to it.
    pub update: f32,
}

/// What a step's gradient statistics are computed from.
#[derive(Clone, Debug)]
pub struct RecordedStep {
    /// The weights before the step: `[parameters]`.
    pub(super) before: Tensor<1>,
    /// The step's gradient: `[parameters]`.
    pub(super) gradient: Tensor<1>,
}

impl Run {
    /// The activation of layer number `layer` of [`crate::zoo::Summary::layers`] for one image; `None` for a layer that eval mode
    /// skips.
    ///
    /// # Shapes
    /// - `pixels`: `[channels × height × width]`, from 0 to 1
    ///
    /// # Errors
    /// Those of [`Run::predict`].
    pub async fn activations(
        &self,
        pixels: &[f32],
        layer: usize,
    ) -> Result<Option<Activation>, LabError> {
        let images = self.single_image_batch(pixels)?;
        let model = self.trainer.eval_model();
        let (_, mut captured) = model.forward_with_activations(images, &[layer]);
        match captured.pop().flatten() {
            Some(activation) => Ok(Some(self.read_activation(activation).await?)),
            None => Ok(None),
        }
    }

    /// The class probabilities and the activations of several layers, by their numbers in [`crate::zoo::Summary::layers`], in one
    /// forward pass in eval mode.
    ///
    /// # Shapes
    /// - `pixels`: `[channels × height × width]`, from 0 to 1
    ///
    /// # Errors
    /// Those of [`Run::predict`].
    pub async fn forward(&self, pixels: &[f32], layers: &[usize]) -> Result<ForwardPass, LabError> {
        let images = self.single_image_batch(pixels)?;
        let model = self.trainer.eval_model();
        let (logits, captured) = model.forward_with_activations(images, layers);
        let mut activations = Vec::with_capacity(captured.len());
        for activation in captured {
            activations.push(match activation {
                Some(activation) => Some(self.read_activation(activation).await?),
                None => None,
            });
        }
        let probabilities = self.read_probabilities(logits).await?;
        Ok(ForwardPass {
            probabilities,
            activations,
        })
    }

    /// Reads the activation of a batch's first image.
    async fn read_activation(&self, activation: Tensor<4>) -> Result<Activation, LabError> {
        let [_, shape @ ..] = activation.dims();
        let values = self.read_first(activation).await?;
        Ok(Activation { shape, values })
    }

    /// The saliency of each pixel for a class, the gradient of its logit with respect to the image: `[channels × height × width]`.
    ///
    /// # Errors
    /// Those of [`Run::predict`], and [`LabError::Input`] where there is no such class.
    pub async fn saliency(&self, pixels: &[f32], class: usize) -> Result<Vec<f32>, LabError> {
        let classes = self.data.info.classes.len();
        if class >= classes {
            return Err(LabError::Input(format!(
                "There is no class {class} among {classes}."
            )));
        }
        let images = self.single_image_batch(pixels)?;
        let (gradient, logits) = self.trainer.eval_model().saliency(images, class);
        let read = logits.into_data_async();
        let logits = self.read_back(self.steps_done(), read).await?;
        self.check_finite(&logits[..classes])?;
        let Some(gradient) = gradient else {
            return Ok(vec![0.0; pixels.len()]);
        };
        self.read_first(gradient).await
    }

    /// Reads the values of a batch's first image.
    async fn read_first(&self, batch: Tensor<4>) -> Result<Vec<f32>, LabError> {
        let [_, channels, rows, columns] = batch.dims();
        let read = batch.into_data_async();
        let mut values = self.read_back(self.steps_done(), read).await?;
        values.truncate(channels * rows * columns);
        self.check_finite(&values)?;
        Ok(values)
    }

    /// Whether steps are recorded from now on, for [`Run::gradient_statistics`]: the gradient of the last step and the weights
    /// before it are then kept.
    pub fn record_gradient_statistics(&mut self, record: bool) {
        self.records_steps = record;
        if !record {
            self.recorded_step = None;
        }
    }

    /// Records a step before its update, if steps are recorded.
    pub(super) fn record_step(&mut self, gradient: &Tensor<1>) {
        self.recorded_step = self.records_steps.then(|| RecordedStep {
            before: self.trainer.weights.clone(),
            gradient: gradient.clone(),
        });
    }

    /// The norms of each parameter, its gradient and its update at the last step; empty if no step was recorded yet.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn gradient_statistics(&self) -> Result<Vec<GradientStatistics>, LabError> {
        let Some(RecordedStep { before, gradient }) = self.recorded_step.clone() else {
            return Ok(Vec::new());
        };
        let update = self.trainer.weights.clone() - before.clone();
        let step = self.steps_done();
        let transaction = Transaction::default()
            .register(before)
            .register(gradient)
            .register(update);
        let read = self.engine.read(transaction).await;
        let vectors = read.map_err(|what| LabError::Gpu { step, what })?;
        let slots = self.trainer.slots.iter();
        Ok(slots
            .map(|slot| {
                let norm =
                    |vector: usize| l2_norm(&vectors[vector][slot.start..slot.start + slot.len()]);
                GradientStatistics {
                    name: slot.name.clone(),
                    weight: norm(0),
                    gradient: norm(1),
                    update: norm(2),
                }
            })
            .collect())
    }

    /// A batch with one image. On a GPU it has the size of evaluation, which the self-test covers, and is padded with zeros.
    pub(super) fn single_image_batch(&self, pixels: &[f32]) -> Result<Tensor<4>, LabError> {
        let [channels, height, width] = self.data.info.shape();
        let expected = channels * height * width;
        let outside = pixels.iter().find(|pixel| !PIXEL_RANGE.contains(*pixel));
        let wrong = match outside {
            _ if pixels.len() != expected => format!("these are {}", pixels.len()),
            Some(pixel) => format!("{pixel} is among these"),
            None => String::new(),
        };
        if !wrong.is_empty() {
            return Err(LabError::Input(format!(
                "An image for this network has {expected} numbers from 0 to 1 ({channels}×{height}×{width}); {wrong}."
            )));
        }
        let batch_size = match self.engine.info.kind {
            EngineKind::Cpu => 1,
            EngineKind::Gpu => eval_batch_size(self.plan.batch_size),
        };
        let mut padded = vec![0.0; batch_size * expected];
        padded[..expected].copy_from_slice(pixels);
        let shape = [batch_size, channels, height, width];
        Ok(floats(padded, shape, &self.engine.device))
    }
}
