//! Training steps on a GPU as a compiled program: see `ops/gpu/program`.
//!
//! The train state is in the program's buffers while it steps, and in the [`Trainer`]'s tensors otherwise: it is copied there after the
//! last step of a pull, so that checkpoints, evaluation and all that looks inside find it where burn's path leaves it.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::device_split::{DeviceSplit, pack_images};
use super::optimizer::{Optimizer, rate_factors};
use super::packing::{PackedVector, Packing};
use super::trainer::Trainer;
use crate::lab::engine::Engine;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::program::executable::{Executable, ExternalBuffer, Gpu};
use crate::ops::gpu::program::tables::SCALARS;
use crate::ops::gpu::program::tensors::{float_buffer, integer_buffer, new_tensor};
use crate::ops::gpu::program::{Program, View};
use crate::recipe::{Normalization, Recipe};
use crate::zoo::context::StreamPosition;
use crate::zoo::dropout;
use crate::zoo::graph::compile::training::{MaskSpec, TrainingOptions, TrainingProgram};

/// What a step trains on.
#[derive(Debug)]
pub enum StepExamples<'a> {
    /// Examples of the split in the device's memory, by their indices.
    Indices(&'a [u32]),
    /// Images from the host, which were augmented.
    Batch(&'a Batch),
}

/// A training step on a GPU, compiled for one recipe.
#[derive(Debug)]
pub struct CompiledTraining {
    gpu: Gpu,
    device: Device,
    training: TrainingProgram,
    step: Executable,
    state: Vec<(StateKind, PackedVector)>,
    /// The split that batches are gathered from, so that its memory stays.
    split: Option<DeviceSplit>,
    seed: u64,
    /// Pixels of an image.
    pixels: usize,
}

/// Parts of the train state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StateKind {
    Weights,
    FirstMoment,
    SecondMoment,
    RunningStatistics,
    /// That of the last step: it is only read.
    Gradient,
}

/// What a program is compiled for.
#[derive(Debug)]
pub struct CompiledFor<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// The normalization of its images.
    pub normalization: &'a Normalization,
    /// Examples of a batch, and its shards.
    pub batch_size: usize,
    /// Shards of a batch.
    pub shards: usize,
    /// The split in the device's memory; nothing where batches come from the host.
    pub split: Option<&'a DeviceSplit>,
}

impl CompiledTraining {
    /// A recipe's step as a program, before it is on the device: with that choice of kernels, or by rules of thumb where it is empty.
    ///
    /// # Errors
    /// Why it cannot be compiled: then burn's path computes it.
    pub fn compile(
        engine: &Engine,
        trainer: &Trainer,
        target: &CompiledFor,
        choice: Vec<usize>,
    ) -> Result<TrainingProgram, String> {
        let gpu = engine.gpu.as_ref().ok_or("the engine has no GPU")?;
        if let Some(what) = trainer.optimizer.without_kernel() {
            return Err(format!("{what} has no kernel"));
        }
        let options = TrainingOptions {
            adapter: adapter(engine, gpu),
            choice,
            batch: target.batch_size,
            shards: target.shards,
            examples: target.split.map(DeviceSplit::len),
            normalization: target.normalization.clone(),
            label_smoothing: target.recipe.smooth as f32,
            rule: trainer.optimizer.update_rule(),
            is_decayed: trainer.optimizer.is_decayed(&trainer.slots),
            rates: rate_factors(target.recipe, &trainer.slots),
        };
        trainer
            .graph()
            .compile_training(&options)
            .map_err(|unsupported| format!("{} has no kernel", unsupported.0))
    }

    /// Puts a recipe's step on the device.
    ///
    /// # Errors
    /// Why the device does not hold it.
    pub fn new(
        engine: &Engine,
        trainer: &Trainer,
        target: &CompiledFor,
        training: TrainingProgram,
    ) -> Result<Self, String> {
        let gpu = engine.gpu.clone().ok_or("the engine has no GPU")?;
        let mut external = HashMap::new();
        if let Some(split) = target.split {
            external.insert(training.packed.buffer, integer_buffer(split.packed())?);
            external.insert(training.labels.buffer, integer_buffer(split.labels())?);
        }
        let step = Executable::new(&gpu, &training.program, &external)?;
        let parameters = Packing::new(&gpu, &training.layout);
        let mut state = Vec::new();
        for (kind, view) in [
            (StateKind::Weights, training.weights),
            (StateKind::FirstMoment, training.first_moment),
            (StateKind::SecondMoment, training.second_moment),
            (StateKind::Gradient, training.gradient),
        ] {
            let vector = parameters.vector(&gpu, &step.external(view)?)?;
            state.push((kind, vector));
        }
        if trainer.running_statistics.is_some() {
            let packing = Packing::new(&gpu, &training.running_layout);
            let vector = packing.vector(&gpu, &step.external(training.running)?)?;
            state.push((StateKind::RunningStatistics, vector));
        }
        Ok(CompiledTraining {
            state,
            gpu,
            device: engine.device.clone(),
            step,
            split: target.split.cloned(),
            seed: target.recipe.seed,
            pixels: trainer.graph().pixels(),
            training,
        })
    }

    /// Whether batches are gathered on the device; else they come from the host.
    pub fn gathers(&self) -> bool {
        self.split.is_some()
    }

    /// Dispatches of a step.
    pub fn dispatches(&self) -> usize {
        self.step.dispatches()
    }

    /// The program of a step.
    pub fn program(&self) -> &Program {
        &self.training.program
    }

    /// Runs another program on the device, once: what is in one of its buffers then.
    ///
    /// # Errors
    /// What the device reported.
    pub async fn run(&self, program: &Program, result: View) -> Result<Tensor<1>, String> {
        self.gpu.prepare(&[program]).await;
        let executable = Executable::new(&self.gpu, program, &HashMap::new())?;
        let (tensor, to) = new_tensor(result.len, &self.device)?;
        let mut encoder = self.gpu.encoder();
        executable.encode(&mut encoder);
        Executable::copy(&mut encoder, &executable.external(result)?, &to, result.len);
        self.gpu.submit(encoder);
        Ok(tensor)
    }

    /// Takes over the trainer's state.
    ///
    /// # Errors
    /// What the device reported.
    pub fn load(&self, trainer: &Trainer) -> Result<(), String> {
        let mut encoder = self.gpu.encoder();
        // Kept until the copies are submitted.
        let mut tensors = Vec::new();
        for (kind, vector) in &self.state {
            let tensor = match kind {
                StateKind::Weights => Some(trainer.weights.clone()),
                // Before its first update an optimizer has no moments.
                StateKind::FirstMoment => trainer.optimizer.state.first_moment.clone(),
                StateKind::SecondMoment => trainer.optimizer.state.second_moment.clone(),
                StateKind::RunningStatistics => trainer.running_statistics.clone(),
                StateKind::Gradient => continue,
            };
            let from = match &tensor {
                Some(tensor) => Some(float_buffer(tensor)?),
                None => None,
            };
            vector.load(&mut encoder, from.as_ref());
            tensors.extend(tensor);
        }
        self.gpu.submit(encoder);
        Ok(())
    }

    /// Gives the state to the trainer.
    ///
    /// # Errors
    /// What the device reported.
    pub fn store(&self, trainer: &mut Trainer) -> Result<(), String> {
        let steps = trainer.optimizer.state.steps;
        let [has_first, has_second, _] = trainer.optimizer.has_vectors(steps);
        for (kind, vector) in &self.state {
            let is_wanted = match kind {
                StateKind::Weights | StateKind::RunningStatistics => true,
                StateKind::FirstMoment => has_first,
                StateKind::SecondMoment => has_second,
                StateKind::Gradient => false,
            };
            if !is_wanted {
                continue;
            }
            let tensor = vector.store(&self.gpu, &self.device)?;
            let state = &mut trainer.optimizer.state;
            match kind {
                StateKind::Weights => trainer.weights = tensor,
                StateKind::FirstMoment => state.first_moment = Some(tensor),
                StateKind::SecondMoment => state.second_moment = Some(tensor),
                StateKind::RunningStatistics => trainer.running_statistics = Some(tensor),
                StateKind::Gradient => {}
            }
        }
        Ok(())
    }

    /// The weights as they are now.
    ///
    /// # Errors
    /// What the device reported.
    pub fn weights(&self) -> Result<Tensor<1>, String> {
        self.stored(StateKind::Weights)
    }

    /// The gradient of the last step.
    ///
    /// # Errors
    /// What the device reported.
    pub fn gradient(&self) -> Result<Tensor<1>, String> {
        self.stored(StateKind::Gradient)
    }

    fn stored(&self, kind: StateKind) -> Result<Tensor<1>, String> {
        let mut state = self.state.iter();
        let vector = state.find(|(other, _)| *other == kind);
        let (_, vector) = vector.ok_or("the program has no such vector")?;
        vector.store(&self.gpu, &self.device)
    }

    /// Room for the outputs of `steps` steps: `[2 * steps]`.
    ///
    /// # Errors
    /// What the device reported.
    pub fn outputs(&self, steps: usize) -> Result<(Tensor<1>, ExternalBuffer), String> {
        new_tensor(2 * steps, &self.device)
    }

    /// One step. Its loss and its number of correct predictions go to place `index` of `outputs`. `first` is the position of its first
    /// example in the run.
    ///
    /// # Errors
    /// What the device reported.
    pub fn step(
        &self,
        optimizer: &mut Optimizer,
        examples: &StepExamples,
        first: u64,
        rate: f64,
        outputs: (&ExternalBuffer, usize),
    ) -> Result<(), String> {
        let masks = self.masks(first, self.training.indices.len);
        self.step_with(examples, optimizer.next_scalars(rate), &masks, outputs)
    }

    /// Dropout's masks of so many examples, the first of which has this position in the run.
    fn masks(&self, first: u64, examples: usize) -> Vec<Vec<f32>> {
        let position = StreamPosition {
            seed: self.seed,
            first,
        };
        let masks = self.training.masks.iter();
        masks
            .map(|mask| {
                dropout::mask(
                    position,
                    mask.number,
                    [examples, mask.len],
                    mask.probability,
                )
            })
            .collect()
    }

    /// Dropout's masks of copies: example `i` has the mask of the example `sources[i]` behind the first.
    pub fn masks_of_copies(&self, first: u64, sources: &[u32]) -> Vec<Vec<f32>> {
        let examples = sources.iter().max().map_or(0, |last| *last as usize + 1);
        let masks = self.masks(first, examples).into_iter();
        masks
            .zip(&self.training.masks)
            .map(|(mask, MaskSpec { len, .. })| {
                let copy = |source: &u32| &mask[*source as usize * len..][..*len];
                sources.iter().flat_map(copy).copied().collect()
            })
            .collect()
    }

    /// The same with these scalars of the optimizer and dropout masks.
    ///
    /// # Errors
    /// What the device reported.
    pub fn step_with(
        &self,
        examples: &StepExamples,
        scalars: [f32; SCALARS],
        masks: &[Vec<f32>],
        (outputs, index): (&ExternalBuffer, usize),
    ) -> Result<(), String> {
        let training = &self.training;
        match examples {
            StepExamples::Indices(indices) => self.step.write(training.indices, indices)?,
            StepExamples::Batch(batch) => {
                let indices: Vec<u32> = (0..training.indices.len as u32).collect();
                self.step.write(training.indices, &indices)?;
                self.step
                    .write(training.packed, &pack_images(&batch.images, self.pixels))?;
                let labels = batch.labels.iter().map(|label| u32::from(*label));
                let labels: Vec<u32> = labels.collect();
                self.step.write(training.labels, &labels)?;
            }
        }
        self.step
            .write(training.scalars, &scalars.map(f32::to_bits))?;
        for (mask, values) in training.masks.iter().zip(masks) {
            self.step.write(mask.view, bytemuck::cast_slice(values))?;
        }
        let mut encoder = self.gpu.encoder();
        self.step.encode(&mut encoder);
        let from = self.step.external(training.outputs)?;
        let to = ExternalBuffer {
            buffer: outputs.buffer.clone(),
            offset: outputs.offset + 8 * index as u64,
        };
        Executable::copy(&mut encoder, &from, &to, 2);
        self.gpu.submit(encoder);
        Ok(())
    }
}

/// The engine's adapter, as far as kernels depend on it.
pub(crate) fn adapter(engine: &Engine, gpu: &Gpu) -> Adapter {
    let limits = gpu.device.limits();
    let kind = match engine.info.software {
        true => Adapter::SOFTWARE,
        false => Adapter::CARD,
    };
    let most = limits
        .max_compute_invocations_per_workgroup
        .min(limits.max_compute_workgroup_size_x) as usize;
    Adapter {
        max_workgroup_size: kind.max_workgroup_size.min(most),
        workgroup_memory: (limits.max_compute_workgroup_storage_size as usize)
            .min(kind.workgroup_memory),
        ..kind
    }
}
