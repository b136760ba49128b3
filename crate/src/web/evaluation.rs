//! Evaluation in parts, for JavaScript.

use wasm_bindgen::prelude::*;

use super::boxed;
use super::error::to_js_error;
use super::run::Run;
use super::types::{EvaluationPart, to_js};
use crate::lab::run::evaluation::EvaluationSplit;

#[wasm_bindgen]
impl Run {
    /// Evaluates the next examples of a split: see `evaluatePart` of the package.
    ///
    /// # Errors
    /// Kind "run" where the split is not loaded yet or has no examples, and "gpu".
    #[wasm_bindgen(js_name = evaluatePart, unchecked_return_type = "EvaluationPart")]
    pub async fn evaluate_part(&self, validation: bool, examples: u32) -> Result<JsValue, JsValue> {
        let split = if validation {
            EvaluationSplit::Validation
        } else {
            EvaluationSplit::Test
        };
        let part = boxed(self.run.evaluate_part(split, examples as usize))
            .await
            .map_err(to_js_error)?;
        to_js(&EvaluationPart {
            done: part.done,
            total: part.total,
            score: part.score.map(|score| self.score_of(score)),
        })
    }
}
