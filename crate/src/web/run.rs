//! A run, pulled step by step, for JavaScript.

use wasm_bindgen::prelude::*;

use super::boxed;
use super::dataset::Dataset;
use super::engine::info;
use super::error::to_js_error;
use super::types::{
    AugmentedImage, AugmentedView, Departure, Example, GivenScore, Normalization, Plan,
    Predictions, Report, Score, Verdict, to_js,
};
use crate::lab::files::run_file::{RunFile, ScoreRecord};
use crate::lab::{self, LabError};
use crate::recipe::marks_text;
use crate::zoo::build_graph;

/// A run. It computes nothing between calls; await each call before the next.
#[wasm_bindgen]
pub struct Run {
    pub(super) run: lab::Run,
}

impl Run {
    /// Wraps the lab's run.
    pub fn of(run: lab::Run) -> Self {
        Run { run }
    }

    fn score(&self, score: lab::Score) -> Result<JsValue, JsValue> {
        to_js(&Score::of(self.run.steps_done(), score))
    }
}

#[wasm_bindgen]
impl Run {
    /// The run's length, and how much of it is done.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "Plan")]
    pub fn plan(&self) -> Result<JsValue, JsValue> {
        let plan = self.run.plan();
        to_js(&Plan {
            link: self.run.recipe().link(),
            steps: plan.steps as f64,
            done: self.run.steps_done() as f64,
            computed_from: self.run.computed_from() as f64,
            handed_over: self.run.handed_over().map(|step| step as f64),
            epochs: plan.epochs as f64,
            steps_per_epoch: plan.steps_per_epoch as f64,
            validation: plan.validation,
            test: plan.test,
            batch: plan.batch_size,
            shards: plan.shards,
            parameters: self.run.parameters(),
            notices: self.run.notices(),
            tta: plan.tta.of_score(),
            score_steps: plan
                .score_steps()
                .into_iter()
                .map(|step| step as f64)
                .collect(),
        })
    }

    /// The engine that computes it, with the result of the self-test.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "EngineInfo")]
    pub fn engine(&self) -> Result<JsValue, JsValue> {
        info(&self.run.engine().info())
    }

    /// The record of what the adapter has proven for this run, a line: the next time, a shorter self-test will do.
    #[cfg(feature = "gpu")]
    pub fn proof(&self) -> Option<String> {
        self.run.proof()
    }

    /// Up to `count` more steps; fewer at the end, and none when the run is over.
    ///
    /// # Errors
    /// Kinds "nan" and "gpu".
    #[wasm_bindgen(unchecked_return_type = "Report[]")]
    pub async fn step(&mut self, count: f64) -> Result<JsValue, JsValue> {
        let reports = boxed(self.run.step(count as u64))
            .await
            .map_err(to_js_error)?;
        let reports: Vec<_> = reports
            .into_iter()
            .map(|report| Report {
                step: report.step as f64,
                epoch: report.epoch as f64,
                loss: report.loss,
                accuracy: report.accuracy,
                learning_rate: report.learning_rate,
                gradient_norm: report.gradient_norm,
                images_per_second: report.images_per_second,
            })
            .collect();
        to_js(&reports)
    }

    /// The examples of that step, from 1, augmented, as the network gets them. Empty where there is no such step.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "Example[]")]
    pub fn batch(&self, step: f64) -> Result<JsValue, JsValue> {
        let batch = self.run.batch(step as u64).unwrap_or_default();
        let pixels = batch.images.len() / batch.len().max(1);
        let images = batch.images.chunks(pixels.max(1)).zip(&batch.labels);
        let examples: Vec<_> = images
            .map(|(pixels, label)| Example {
                pixels: pixels.to_vec(),
                label: *label,
            })
            .collect();
        to_js(&examples)
    }

    /// Evaluates the network on the test split.
    ///
    /// # Errors
    /// Kind "gpu".
    #[wasm_bindgen(unchecked_return_type = "Score")]
    pub async fn evaluate(&self) -> Result<JsValue, JsValue> {
        self.score(boxed(self.run.evaluate()).await.map_err(to_js_error)?)
    }

    /// The logits of every test example when the network was last evaluated; nothing before.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "Predictions | undefined")]
    pub fn predictions(&self) -> Result<JsValue, JsValue> {
        let Some(predictions) = self.run.predictions() else {
            return Ok(JsValue::UNDEFINED);
        };
        to_js(&Predictions {
            step: predictions.step as f64,
            truth: predictions.labels.as_slice().into(),
            logits: predictions.logits.as_slice().into(),
        })
    }

    /// Evaluates the network on the validation split; nothing where the recipe has none.
    ///
    /// # Errors
    /// Kind "gpu".
    #[wasm_bindgen(unchecked_return_type = "Score | undefined")]
    pub async fn validate(&self) -> Result<JsValue, JsValue> {
        match boxed(self.run.validate()).await.map_err(to_js_error)? {
            Some(score) => self.score(score),
            None => Ok(JsValue::UNDEFINED),
        }
    }

    /// Evaluates the network on another data set's test split.
    ///
    /// # Errors
    /// Kind "run" where its images or classes are others, kind "gpu".
    #[wasm_bindgen(js_name = evaluateOn, unchecked_return_type = "Score")]
    pub async fn evaluate_on(&self, data: &Dataset) -> Result<JsValue, JsValue> {
        let data = data.share();
        self.score(
            boxed(self.run.evaluate_on(&data))
                .await
                .map_err(to_js_error)?,
        )
    }

    /// The first images of the run's first batch, each as its first epochs augment it.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(js_name = firstBatchAugmentations, unchecked_return_type = "AugmentedImage[]")]
    pub fn first_batch_augmentations(&self, count: usize, epochs: u32) -> Result<JsValue, JsValue> {
        augmented(self.run.first_batch_augmentations(count, u64::from(epochs)))
    }

    /// Training images by their indices, each as the run's first epochs augment it.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "AugmentedImage[]")]
    pub fn augmentations(&self, indices: &[u32], epochs: u32) -> Result<JsValue, JsValue> {
        augmented(self.run.augmentations(indices, u64::from(epochs)))
    }

    /// The mean and the standard deviation that pixels from 0 to 1 are normalized by, channel by channel; nothing where the
    /// network scales its input in another way.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "Normalization | undefined")]
    pub fn normalization(&self) -> Result<JsValue, JsValue> {
        if !build_graph(self.run.recipe()).normalizes() {
            return Ok(JsValue::UNDEFINED);
        }
        let normalization = self.run.normalization();
        to_js(&Normalization {
            mean: normalization.mean.clone(),
            std: normalization.std.clone(),
        })
    }

    /// Takes the weights of a file in place of its own.
    ///
    /// # Errors
    /// Kind "file" where they are of another network.
    #[wasm_bindgen(js_name = loadWeights)]
    pub fn load_weights(&mut self, file: &[u8]) -> Result<(), JsValue> {
        self.run.load_weights(file).map_err(to_js_error)
    }

    /// Class probabilities of one image: pixels `[channels, height, width]` from 0 to 1.
    ///
    /// # Errors
    /// Kind "run" where the image does not fit, kind "gpu".
    pub async fn predict(&self, pixels: Vec<f32>) -> Result<Vec<f32>, JsValue> {
        boxed(self.run.predict(&pixels)).await.map_err(to_js_error)
    }

    /// The check of the run so far, over its losses and what they led to: 16 hexadecimal digits.
    ///
    /// # Errors
    /// Kind "gpu", and kind "nan" where the weights are no numbers.
    pub async fn check(&self) -> Result<String, JsValue> {
        boxed(self.run.check()).await.map_err(to_js_error)
    }

    /// The loss of every step so far, those before a checkpoint among them.
    pub fn losses(&self) -> Vec<f32> {
        self.run.trace().losses()
    }

    /// The marks of the trace so far, as a checked link has them.
    pub fn marks(&self) -> String {
        marks_text(&self.run.marks())
    }

    /// The link with the check and the marks of the run; none where `checkedLinkObstacle` says why not.
    ///
    /// # Errors
    /// Those of `check`.
    #[wasm_bindgen(js_name = checkedLink)]
    pub async fn checked_link(&self) -> Result<Option<String>, JsValue> {
        boxed(self.run.checked_link()).await.map_err(to_js_error)
    }

    /// Why the run as it stands has no checked link; nothing where it has one.
    #[wasm_bindgen(
        js_name = checkedLinkObstacle,
        unchecked_return_type = "\"unfinished\" | \"from-file\" | \"handed-over\" | \"engine\" | undefined"
    )]
    pub fn checked_link_obstacle(&self) -> Option<String> {
        self.run.unproven().map(|reason| reason.name().to_owned())
    }

    /// From now on the run is verified against a run file.
    ///
    /// # Errors
    /// Kind "file": the file is damaged, or of another run. Those of `check`.
    #[wasm_bindgen(js_name = verifyFile)]
    pub async fn verify_file(&mut self, text: &str) -> Result<(), JsValue> {
        let file = RunFile::from_json(text).map_err(to_js_error)?;
        boxed(self.run.verify_file(&file))
            .await
            .map_err(to_js_error)
    }

    /// How the run compares with what its link or a run file promises, if anything does.
    ///
    /// # Errors
    /// Only those of the conversion to JavaScript.
    #[wasm_bindgen(unchecked_return_type = "Verdict | undefined")]
    pub fn verdict(&self) -> Result<JsValue, JsValue> {
        let Some(verdict) = self.run.verdict() else {
            return Ok(JsValue::UNDEFINED);
        };
        to_js(&Verdict {
            kind: verdict.kind(),
            text: verdict.to_string(),
            computed_from: self.run.computed_from() as f64,
            departure: verdict.departure().map(|left| Departure {
                after: left.after as f64,
                step: left.step as f64,
                expected: left.expected,
                got: left.got,
            }),
        })
    }

    /// The run as a file, with the scores of its evaluations.
    ///
    /// # Errors
    /// Kind "run" where these are no scores; kind "file" where a score is none of this run, or holds a number that JSON has not; and
    /// those of `check`.
    #[wasm_bindgen(js_name = runFile)]
    pub async fn run_file(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Score[]")] scores: JsValue,
    ) -> Result<String, JsValue> {
        let scores = serde_wasm_bindgen::from_value::<Vec<GivenScore>>(scores)
            .map_err(|error| error.to_string())
            .and_then(|scores| scores.into_iter().map(ScoreRecord::try_from).collect());
        let scores: Vec<ScoreRecord> = scores.map_err(|what: String| {
            to_js_error(LabError::Input(format!("These are no scores ({what}).")))
        })?;
        let file = boxed(self.run.file(&scores)).await;
        file.and_then(|file| file.to_json()).map_err(to_js_error)
    }

    /// The weights as a safetensors file.
    ///
    /// # Errors
    /// Kind "gpu".
    pub async fn weights(&self) -> Result<Vec<u8>, JsValue> {
        boxed(self.run.weights()).await.map_err(to_js_error)
    }

    /// All that it takes to resume the run here, as a safetensors file.
    ///
    /// # Errors
    /// Kind "gpu".
    pub async fn checkpoint(&self) -> Result<Vec<u8>, JsValue> {
        boxed(self.run.checkpoint()).await.map_err(to_js_error)
    }
}

fn augmented(images: Vec<lab::run::augmentations::AugmentedImage>) -> Result<JsValue, JsValue> {
    let images = images.into_iter().map(|image| AugmentedImage {
        label: image.label,
        original: image.original,
        views: image
            .views
            .into_iter()
            .map(|(epoch, pixels)| AugmentedView {
                epoch: epoch as f64,
                pixels,
            })
            .collect(),
    });
    to_js(&images.collect::<Vec<_>>())
}
