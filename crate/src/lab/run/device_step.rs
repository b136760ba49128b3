//! Training steps on an engine with memory of its own: by a compiled program, or where there is none by burn's path.

use std::ops::Range;

use burn::tensor::Tensor;

#[cfg(feature = "gpu")]
use super::inspect::RecordedStep;
use super::step::{Divergence, StepResult};
use super::{DeviceData, Run};
use crate::lab::error::LabError;
#[cfg(feature = "gpu")]
use crate::lab::train::compiled::{CompiledTraining, StepExamples};
use crate::lab::train::schedule::learning_rate;
use crate::lab::train::trainer::{self, MicroBatch};
use crate::ops::concat;

impl Run {
    /// Steps on an engine with memory of its own, which count from 0. The result is the first one that is not finite.
    pub(super) async fn steps_on_device(
        &mut self,
        data: &DeviceData,
        steps: Range<u64>,
        results: &mut Vec<StepResult>,
    ) -> Result<Result<(), Divergence>, LabError> {
        let before = self.trainer.state();
        let outputs = self.launch_steps(data, steps.clone())?;
        let outputs = concat(vec![outputs, self.trainer.state_sum()]).into_data_async();
        let outputs = self.read_back(steps.end, outputs).await?;
        if outputs.iter().all(|output| output.is_finite()) {
            results.extend(outputs.chunks_exact(2).map(StepResult::of_device));
            return Ok(Ok(()));
        }
        // Again, one by one, as far as they are finite. (All may be, for a sum can be infinite though its terms are not.)
        self.restore(before);
        for step in steps {
            let before = self.trainer.state();
            let outputs = self.launch_steps(data, step..step + 1)?;
            let outputs = concat(vec![outputs, self.trainer.finiteness()]).into_data_async();
            let outputs = self.read_back(step + 1, outputs).await?;
            let result = StepResult::of_device(&outputs);
            let is_finite = outputs.iter().all(|output| output.is_finite());
            if !is_finite {
                self.restore(before);
                self.recorded_step = None;
                return Ok(Err(Divergence::of(step + 1, result.loss)));
            }
            results.push(result);
        }
        Ok(Ok(()))
    }

    fn restore(&mut self, state: trainer::TrainerState) {
        self.trainer.restore(state);
        #[cfg(feature = "gpu")]
        {
            self.is_loaded = false;
        }
    }

    /// Steps whose outputs are not read yet: `[2 * steps]`, each one's loss and number of correct examples.
    fn launch_steps(
        &mut self,
        data: &DeviceData,
        steps: Range<u64>,
    ) -> Result<Tensor<1>, LabError> {
        #[cfg(feature = "gpu")]
        if let Some(compiled) = self.compiled.take() {
            let step = steps.start + 1;
            let outputs = self.replay_steps(&compiled, steps);
            self.compiled = Some(compiled);
            return outputs.map_err(|what| LabError::Gpu { step, what });
        }
        let outputs = steps.map(|step| self.step_on_device(data, step)).collect();
        Ok(concat(outputs))
    }

    /// Replays a compiled step for each.
    #[cfg(feature = "gpu")]
    fn replay_steps(
        &mut self,
        compiled: &CompiledTraining,
        steps: Range<u64>,
    ) -> Result<Tensor<1>, String> {
        if !self.is_loaded {
            compiled.load(&self.trainer)?;
            self.is_loaded = true;
        }
        let (outputs, buffer) = compiled.outputs((steps.end - steps.start) as usize)?;
        for (index, step) in steps.clone().enumerate() {
            let first = step * self.plan.batch_size as u64;
            let rate = learning_rate(&self.recipe, step, self.plan.steps);
            let is_recorded = self.records_steps && step + 1 == steps.end;
            let before = match is_recorded {
                true => Some(compiled.weights()?),
                false => None,
            };
            let place = (&buffer, index);
            match compiled.gathers() {
                true => {
                    let indices = self.indices_of(step).to_vec();
                    let examples = StepExamples::Indices(&indices);
                    let optimizer = &mut self.trainer.optimizer;
                    compiled.step(optimizer, &examples, first, rate, place)?;
                }
                false => {
                    let shape = self.data.info.shape();
                    let batch = self.host_batch(step).augmented(&self.recipe, shape);
                    let examples = StepExamples::Batch(&batch);
                    let optimizer = &mut self.trainer.optimizer;
                    compiled.step(optimizer, &examples, first, rate, place)?;
                }
            }
            self.recorded_step = match before {
                Some(before) => Some(RecordedStep {
                    before,
                    gradient: compiled.gradient()?,
                }),
                None => None,
            };
        }
        compiled.store(&mut self.trainer)?;
        Ok(outputs)
    }

    /// One step by burn's path: `[2]`, the loss and the number of correct examples, not read yet.
    fn step_on_device(&mut self, data: &DeviceData, step: u64) -> Tensor<1> {
        let (images, labels) = match &data.train {
            Some(train) => train.gather(self.indices_of(step).iter().copied()),
            // Augmentation runs on the host, in the same way for every engine.
            None => {
                let shape = self.data.info.shape();
                let batch = self.host_batch(step).augmented(&self.recipe, shape);
                batch.upload(shape, &self.engine.device)
            }
        };
        let (shards, batch_size) = (self.plan.shards, self.plan.batch_size);
        let micro_batch =
            MicroBatch::new(&self.recipe, shards, batch_size, step * batch_size as u64);
        let model = self.trainer.training_model();
        let output = trainer::forward_backward(&model, images, labels, micro_batch);
        self.record_step(&output.gradient);
        let rate = learning_rate(&self.recipe, step, self.plan.steps);
        self.trainer
            .update(output.gradient, output.batch_statistics, rate);
        concat(vec![output.loss, output.correct])
    }
}
