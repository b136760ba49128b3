//! Inspecting a run's network: activations, saliency, gradient statistics. It computes on passes of its own and changes no
//! bit of the run.

use burn::tensor::{Tensor, Transaction};

use super::{Run, eval_batch_size, l2_norm};
use crate::lab::engine::EngineKind;
use crate::lab::error::LabError;
use crate::ops::floats;

/// The activation of a layer for one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// `[channels, rows, columns]` of feature maps, `[1, tokens, features]` of tokens, `[1, 1, features]` of a linear layer,
    /// `[heads, tokens, tokens]` of attention weights.
    pub shape: [usize; 3],
    /// The values, row-major.
    pub values: Vec<f32>,
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
    before: Tensor<1>,
    /// The step's gradient: `[parameters]`.
    gradient: Tensor<1>,
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
        let Some(activation) = self.trainer.eval_model().activation(images, layer) else {
            return Ok(None);
        };
        let [_, shape @ ..] = activation.dims();
        let values = self.read_first(activation).await?;
        Ok(Some(Activation { shape, values }))
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
        let Some(gradient) = self.trainer.eval_model().saliency(images, class) else {
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
        let read = Transaction::default()
            .register(before)
            .register(gradient)
            .register(update)
            .execute_async();
        let read = self.engine.health.guard(read).await;
        let gpu_error = |what| LabError::Gpu { step, what };
        let read = read.map_err(gpu_error)?;
        let vectors: Result<Vec<Vec<f32>>, _> = read.iter().map(|data| data.try_to_vec()).collect();
        let vectors = vectors.map_err(|error| gpu_error(format!("{error:?}")))?;
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
        if pixels.len() != expected || pixels.iter().any(|pixel| !pixel.is_finite()) {
            return Err(LabError::Input(format!(
                "An image for this network has {expected} numbers from 0 to 1 ({channels}×{height}×{width}); these are {}.",
                pixels.len()
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::Arc;

    use futures_lite::future::block_on;

    use super::*;
    use crate::lab::Engine;
    use crate::recipe::{Choice, Model, parse};
    use crate::zoo::Network;

    fn run(link: &str) -> Run {
        let recipe = parse(link).unwrap().recipe;
        let data = Arc::new(crate::data::synthesize(&recipe));
        block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap()
    }

    fn image() -> Vec<f32> {
        (0..784).map(|i| (i * 37 % 101) as f32 / 100.0).collect()
    }

    #[test]
    fn every_layers_activation_has_the_shape_in_the_summary() {
        for (_, name, ..) in Model::ALL {
            let link = format!("model={name}&data=digits&subset=64&batch=16");
            let recipe = parse(&link).unwrap().recipe;
            let layers = Network::summary(&recipe).layers;
            let run = run(&link);
            let is_deep = layers.len() > 40;
            for (number, layer) in layers.iter().enumerate() {
                // Every seventh layer of deep networks, whose blocks are alike.
                if is_deep && number % 7 != 0 && number + 1 != layers.len() {
                    continue;
                }
                let what = format!("{name}, {}", layer.name);
                let activation = block_on(run.activations(&image(), number)).unwrap();
                let activation = activation.unwrap_or_else(|| panic!("{what} has none"));
                let mut shape = activation.shape.to_vec();
                while shape.len() > layer.shape.len() && shape[0] == 1 {
                    shape.remove(0);
                }
                assert_eq!(shape, layer.shape, "{what}");
                assert!(activation.values.iter().all(|x| x.is_finite()), "{what}");
            }
            assert_eq!(
                block_on(run.activations(&image(), layers.len())).unwrap(),
                None
            );
        }
    }

    #[test]
    fn relu_is_captured_before_a_pooling_that_is_computed_first() {
        for model in ["lenet5", "stack", "vgg-11"] {
            let run = run(&format!("model={model}&data=digits&subset=64&batch=16"));
            let layers = Network::summary(run.recipe()).layers;
            let relu = layers
                .iter()
                .position(|layer| layer.kind == "ReLU")
                .unwrap();
            let [before, after] = [relu - 1, relu].map(|number| {
                block_on(run.activations(&image(), number))
                    .unwrap()
                    .unwrap()
            });
            assert_eq!(before.shape, after.shape, "{model}");
            let expected: Vec<f32> = before.values.iter().map(|x| x.max(0.0)).collect();
            assert_eq!(after.values, expected, "{model}");
            assert!(before.values.iter().any(|x| *x < 0.0), "{model}");
        }
    }

    #[test]
    fn attention_weights_add_up_to_one() {
        let run = run("model=vit&data=digits&subset=64&batch=16");
        let layers = Network::summary(run.recipe()).layers;
        let attention = layers.iter().position(|layer| layer.kind == "attention");
        let activation = block_on(run.activations(&image(), attention.unwrap()))
            .unwrap()
            .unwrap();
        let [_, _, tokens] = activation.shape;
        for weights in activation.values.chunks(tokens) {
            assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn saliency_is_the_slope_of_the_logit() {
        let mut run = run("model=lenet5&data=digits&subset=64&batch=16&seed=3");
        block_on(run.step(5)).unwrap();
        let last = Network::summary(run.recipe()).layers.len() - 1;
        let logit = |pixels: &[f32]| {
            block_on(run.activations(pixels, last))
                .unwrap()
                .unwrap()
                .values[4]
        };
        let saliency = block_on(run.saliency(&image(), 4)).unwrap();
        assert_eq!(saliency.len(), 784);
        let mut sensitive = 0;
        for pixel in [200, 300, 406, 407, 500] {
            let [mut brighter, mut darker] = [image(), image()];
            brighter[pixel] += 1e-2;
            darker[pixel] -= 1e-2;
            let slope = (logit(&brighter) - logit(&darker)) / 2e-2;
            let error = (slope - saliency[pixel]).abs();
            assert!(
                error < 0.02 * slope.abs() + 2e-3,
                "{pixel}: {slope} against {}",
                saliency[pixel]
            );
            sensitive += u32::from(slope.abs() > 1e-3);
        }
        assert!(sensitive > 2, "{sensitive} of the pixels change the logit");
        assert!(block_on(run.saliency(&image(), 10)).is_err());
    }

    #[test]
    fn gradient_statistics_are_those_of_the_last_step() {
        let link = "model=lenet5&data=digits&subset=64&batch=16&opt=sgd&momentum=0&schedule=constant&warmup=0&lr=0.25";
        let mut run = run(link);
        block_on(run.step(1)).unwrap();
        assert_eq!(block_on(run.gradient_statistics()).unwrap(), []);
        run.record_gradient_statistics(true);
        block_on(run.step(2)).unwrap();
        let statistics = block_on(run.gradient_statistics()).unwrap();
        assert_eq!(statistics[0].name, "conv1.weight");
        assert_eq!(statistics.len(), 10);
        for GradientStatistics {
            name,
            weight,
            gradient,
            update,
        } in &statistics
        {
            assert!(*weight > 0.0 && *gradient > 0.0, "{name}");
            // Plain gradient descent: the update is the gradient times the learning rate.
            assert!(
                (update / (0.25 * gradient) - 1.0).abs() < 1e-3,
                "{name}: {update}, {gradient}"
            );
        }
        run.record_gradient_statistics(false);
        assert_eq!(block_on(run.gradient_statistics()).unwrap(), []);
    }

    #[test]
    fn inspecting_changes_no_bit() {
        let link = "model=lenet5&data=digits&subset=64&batch=16&aug=shift&epochs=2";
        let mut plain = run(link);
        block_on(plain.step(8)).unwrap();
        let mut inspected = run(link);
        inspected.record_gradient_statistics(true);
        for _ in 0..8 {
            block_on(inspected.step(1)).unwrap();
            block_on(inspected.gradient_statistics()).unwrap();
            block_on(inspected.activations(&image(), 3)).unwrap();
            block_on(inspected.saliency(&image(), 1)).unwrap();
        }
        assert_eq!(inspected.check(), plain.check());
    }

    #[test]
    fn an_image_of_another_size_is_refused() {
        let run = run("model=lenet5&data=digits&subset=64&batch=16");
        let error = block_on(run.activations(&[0.0; 3], 0)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "An image for this network has 784 numbers from 0 to 1 (1×28×28); these are 3."
        );
    }
}
