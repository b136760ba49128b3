//! Evaluation in parts, for JavaScript.

use wasm_bindgen::prelude::*;

use super::boxed;
use super::error::to_js_error;
use super::run::Run;
use super::types::{EvaluationPart, Score, to_js};
use crate::lab::run::evaluation::EvaluationSplit;

#[wasm_bindgen]
impl Run {
    /// Evaluates the next examples of a split: see `evaluatePart` of the package.
    ///
    /// # Errors
    /// Kind "run" where the split is not loaded yet or has no examples, or the step was not kept, and "gpu".
    #[wasm_bindgen(js_name = evaluatePart, unchecked_return_type = "EvaluationPart")]
    pub async fn evaluate_part(
        &self,
        validation: bool,
        examples: u32,
        step: Option<f64>,
    ) -> Result<JsValue, JsValue> {
        let split = if validation {
            EvaluationSplit::Validation
        } else {
            EvaluationSplit::Test
        };
        let step = step.map_or(self.run.steps_done(), |step| step as u64);
        let part = boxed(self.run.evaluate_part_at(step, split, examples as usize))
            .await
            .map_err(to_js_error)?;
        to_js(&EvaluationPart {
            done: part.done,
            total: part.total,
            score: part.score.map(|score| Score::of(step, score)),
        })
    }

    /// Keeps the network as it is now to be evaluated later: see `deferEvaluation` of the package.
    #[wasm_bindgen(js_name = deferEvaluation)]
    pub fn defer_evaluation(&mut self) -> bool {
        self.run.defer_evaluation()
    }

    /// The network of a step that was kept is evaluated no more.
    #[wasm_bindgen(js_name = forgetDeferred)]
    pub fn forget_deferred(&mut self, step: f64) {
        self.run.forget_deferred(step as u64);
    }
}
