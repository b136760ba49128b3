//! What goes on inside a run's network. Looking computes by itself and changes nothing of the run.

use burn::tensor::{Tensor, Transaction};

use super::{Run, answer_batch, length};
use crate::lab::engine::EngineKind;
use crate::lab::error::LabError;
use crate::ops::floats;

/// What a layer gave for one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Activation {
    /// Channels, rows and columns of feature maps; 1, tokens and numbers of tokens; 1, 1 and units; heads, tokens and tokens of
    /// attention.
    pub shape: [usize; 3],
    /// As many numbers, row-major.
    pub values: Vec<f32>,
}

/// A parameter's sizes at the last step, each the root of the sum of squares.
#[derive(Clone, Debug, PartialEq)]
pub struct Norms {
    /// The parameter.
    pub name: String,
    /// Of the parameter itself, before the step.
    pub weight: f32,
    /// Of the gradient.
    pub gradient: f32,
    /// Of what the step added to it.
    pub update: f32,
}

/// A step that was watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The weights before it: `[parameters]`.
    before: Tensor<1>,
    /// Its gradient: `[parameters]`.
    gradient: Tensor<1>,
}

impl Run {
    /// What layer number `layer` of [`crate::zoo::Summary::layers`] gives for one image; nothing where no answer needs that layer.
    ///
    /// # Shapes
    /// - `pixels`: `[channels × height × width]`, from 0 to 1
    ///
    /// # Errors
    /// Those of [`Run::predict`].
    pub async fn look(&self, pixels: &[f32], layer: usize) -> Result<Option<Activation>, LabError> {
        let images = self.filled(pixels)?;
        let Some(seen) = self.learner.network().look(images, layer) else {
            return Ok(None);
        };
        let [_, shape @ ..] = seen.dims();
        let values = self.first(seen).await?;
        Ok(Some(Activation { shape, values }))
    }

    /// How each pixel of an image would move the score of a class: `[channels × height × width]`.
    ///
    /// # Errors
    /// Those of [`Run::predict`], and [`LabError::Input`] where there is no such class.
    pub async fn evidence(&self, pixels: &[f32], class: usize) -> Result<Vec<f32>, LabError> {
        let classes = self.data.info.classes.len();
        if class >= classes {
            return Err(LabError::Input(format!(
                "There is no class {class} among {classes}."
            )));
        }
        let images = self.filled(pixels)?;
        let Some(gradient) = self.learner.network().evidence(images, class) else {
            return Ok(vec![0.0; pixels.len()]);
        };
        self.first(gradient).await
    }

    /// The numbers of a batch's first image.
    async fn first(&self, batch: Tensor<4>) -> Result<Vec<f32>, LabError> {
        let [_, channels, rows, columns] = batch.dims();
        let read = batch.into_data_async();
        let mut numbers = self.read(self.steps_done(), read).await?;
        numbers.truncate(channels * rows * columns);
        Ok(numbers)
    }

    /// Whether steps are watched from now on, for [`Run::norms`]: their gradients and the weights before them are then kept.
    pub fn watch(&mut self, watches: bool) {
        self.watches = watches;
        if !watches {
            self.watched = None;
        }
    }

    /// Keeps what a step is made of, if steps are watched.
    pub(super) fn witness(&mut self, gradient: &Tensor<1>) {
        self.watched = self.watches.then(|| Watched {
            before: self.learner.weights.clone(),
            gradient: gradient.clone(),
        });
    }

    /// The sizes of each parameter, its gradient and its update at the last step; nothing where no step was watched yet.
    ///
    /// # Errors
    /// [`LabError::Gpu`].
    pub async fn norms(&self) -> Result<Vec<Norms>, LabError> {
        let Some(Watched { before, gradient }) = self.watched.clone() else {
            return Ok(Vec::new());
        };
        let update = self.learner.weights.clone() - before.clone();
        let step = self.steps_done();
        let read = Transaction::default()
            .register(before)
            .register(gradient)
            .register(update)
            .execute_async();
        let read = self.engine.health.guard(read).await;
        let read = read.map_err(|what| self.gpu_error(step, what))?;
        let vectors: Result<Vec<Vec<f32>>, _> = read.iter().map(|data| data.try_to_vec()).collect();
        let vectors = vectors.map_err(|error| self.gpu_error(step, format!("{error:?}")))?;
        let slots = self.learner.slots.iter();
        Ok(slots
            .map(|slot| {
                let of =
                    |vector: usize| length(&vectors[vector][slot.start..slot.start + slot.len()]);
                Norms {
                    name: slot.name.clone(),
                    weight: of(0),
                    gradient: of(1),
                    update: of(2),
                }
            })
            .collect())
    }

    /// One image, in a batch of its own. A GPU gets one of the size that it has proved itself with, the rest of it empty.
    pub(super) fn filled(&self, pixels: &[f32]) -> Result<Tensor<4>, LabError> {
        let [channels, height, width] = self.data.info.shape();
        let wanted = channels * height * width;
        if pixels.len() != wanted || pixels.iter().any(|pixel| !pixel.is_finite()) {
            return Err(LabError::Input(format!(
                "An image for this network has {wanted} numbers from 0 to 1 ({channels}×{height}×{width}); these are {}.",
                pixels.len()
            )));
        }
        let batch = match self.engine.info.kind {
            EngineKind::Cpu => 1,
            EngineKind::Gpu => answer_batch(self.plan.batch),
        };
        let mut filled = vec![0.0; batch * wanted];
        filled[..wanted].copy_from_slice(pixels);
        let shape = [batch, channels, height, width];
        Ok(floats(filled, shape, &self.engine.device))
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

    /// What only helps to learn is passed over in answers.
    #[test]
    fn every_layer_of_every_network_gives_what_its_drawing_says() {
        for (_, name, ..) in Model::ALL {
            let link = format!("model={name}&data=digits&subset=64&batch=16");
            let recipe = parse(&link).unwrap().recipe;
            let layers = Network::summary(&recipe).layers;
            let run = run(&link);
            let many = layers.len() > 40;
            for (number, layer) in layers.iter().enumerate() {
                // Of the deep ones some: they are alike.
                if many && number % 7 != 0 && number + 1 != layers.len() {
                    continue;
                }
                let what = format!("{name}, {}", layer.name);
                let seen = block_on(run.look(&image(), number)).unwrap();
                let seen = seen.unwrap_or_else(|| panic!("{what} gave nothing"));
                let mut shape = seen.shape.to_vec();
                while shape.len() > layer.shape.len() && shape[0] == 1 {
                    shape.remove(0);
                }
                assert_eq!(shape, layer.shape, "{what}");
                assert!(seen.values.iter().all(|value| value.is_finite()), "{what}");
            }
            assert_eq!(block_on(run.look(&image(), layers.len())).unwrap(), None);
        }
    }

    #[test]
    fn relu_is_shown_before_the_pooling_that_is_done_first() {
        for model in ["lenet5", "stack", "vgg-11"] {
            let run = run(&format!("model={model}&data=digits&subset=64&batch=16"));
            let layers = Network::summary(run.recipe()).layers;
            let relu = layers
                .iter()
                .position(|layer| layer.kind == "ReLU")
                .unwrap();
            let [before, rectified] = [relu - 1, relu]
                .map(|number| block_on(run.look(&image(), number)).unwrap().unwrap());
            assert_eq!(before.shape, rectified.shape, "{model}");
            let expected: Vec<f32> = before.values.iter().map(|x| x.max(0.0)).collect();
            assert_eq!(rectified.values, expected, "{model}");
            assert!(before.values.iter().any(|x| *x < 0.0), "{model}");
        }
    }

    #[test]
    fn attention_is_shares_that_add_up_to_one() {
        let run = run("model=vit&data=digits&subset=64&batch=16");
        let layers = Network::summary(run.recipe()).layers;
        let attention = layers.iter().position(|layer| layer.kind == "attention");
        let seen = block_on(run.look(&image(), attention.unwrap()))
            .unwrap()
            .unwrap();
        let [_, _, tokens] = seen.shape;
        for shares in seen.values.chunks(tokens) {
            assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }

    #[test]
    fn evidence_is_how_the_score_moves_with_each_pixel() {
        let mut run = run("model=lenet5&data=digits&subset=64&batch=16&seed=3");
        block_on(run.step(5)).unwrap();
        let last = Network::summary(run.recipe()).layers.len() - 1;
        let score = |pixels: &[f32]| block_on(run.look(pixels, last)).unwrap().unwrap().values[4];
        let evidence = block_on(run.evidence(&image(), 4)).unwrap();
        assert_eq!(evidence.len(), 784);
        let mut moved = 0;
        for pixel in [200, 300, 406, 407, 500] {
            let [mut more, mut less] = [image(), image()];
            more[pixel] += 1e-2;
            less[pixel] -= 1e-2;
            let slope = (score(&more) - score(&less)) / 2e-2;
            let apart = (slope - evidence[pixel]).abs();
            assert!(
                apart < 0.02 * slope.abs() + 2e-3,
                "{pixel}: {slope} against {}",
                evidence[pixel]
            );
            moved += u32::from(slope.abs() > 1e-3);
        }
        assert!(moved > 2, "{moved} of the pixels move the score");
        assert!(block_on(run.evidence(&image(), 10)).is_err());
    }

    #[test]
    fn norms_are_those_of_the_last_step() {
        let link = "model=lenet5&data=digits&subset=64&batch=16&opt=sgd&momentum=0&schedule=constant&warmup=0&lr=0.25";
        let mut run = run(link);
        block_on(run.step(1)).unwrap();
        assert_eq!(block_on(run.norms()).unwrap(), []);
        run.watch(true);
        block_on(run.step(2)).unwrap();
        let norms = block_on(run.norms()).unwrap();
        assert_eq!(norms[0].name, "conv1.weight");
        assert_eq!(norms.len(), 10);
        for Norms {
            name,
            weight,
            gradient,
            update,
        } in &norms
        {
            assert!(*weight > 0.0 && *gradient > 0.0, "{name}");
            // Gradient descent, plain: the update is the gradient times the rate.
            assert!(
                (update / (0.25 * gradient) - 1.0).abs() < 1e-3,
                "{name}: {update}, {gradient}"
            );
        }
        run.watch(false);
        assert_eq!(block_on(run.norms()).unwrap(), []);
    }

    #[test]
    fn looking_changes_nothing() {
        let link = "model=lenet5&data=digits&subset=64&batch=16&aug=shift&epochs=2";
        let mut plain = run(link);
        block_on(plain.step(8)).unwrap();
        let mut looked = run(link);
        looked.watch(true);
        for _ in 0..8 {
            block_on(looked.step(1)).unwrap();
            block_on(looked.norms()).unwrap();
            block_on(looked.look(&image(), 3)).unwrap();
            block_on(looked.evidence(&image(), 1)).unwrap();
        }
        assert_eq!(looked.check(), plain.check());
    }

    #[test]
    fn an_image_that_is_none_is_refused() {
        let run = run("model=lenet5&data=digits&subset=64&batch=16");
        let error = block_on(run.look(&[0.0; 3], 0)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "An image for this network has 784 numbers from 0 to 1 (1×28×28); these are 3."
        );
    }
}
