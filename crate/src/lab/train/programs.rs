//! A run's programs on a GPU, whose kernels are compiled together.

use super::compiled::{CompiledFor, CompiledTraining};
use super::compiled_inference::CompiledInference;
use super::packing::packing_programs;
use super::trainer::Trainer;
use crate::lab::engine::Engine;
use crate::lab::engine::buffers::{check_program, largest_buffer};
use crate::lab::engine::proofs::digest_of;
use crate::lab::error::LabError;
use crate::ops::gpu::program::Program;

/// A run's programs. Where one cannot be compiled, burn's path computes.
#[derive(Debug)]
pub struct CompiledPrograms {
    /// A training step.
    pub training: Option<CompiledTraining>,
    /// A forward pass in eval mode.
    pub inference: Option<CompiledInference>,
    /// The digest of both: what is proven of them.
    pub digest: String,
}

impl CompiledPrograms {
    /// Compiles them: an answer is of `eval_batch` images.
    ///
    /// # Errors
    /// [`LabError::Plan`] and [`LabError::Value`] where the device has no buffer for them, [`LabError::Gpu`] with what it reported
    /// meanwhile.
    pub async fn new(
        engine: &Engine,
        trainer: &Trainer,
        target: &CompiledFor<'_>,
        eval_batch: usize,
    ) -> Result<Self, LabError> {
        let graph = trainer.graph();
        let training = CompiledTraining::compile(engine, trainer, target);
        let inference = CompiledInference::compile(engine, graph, eval_batch, target.normalization);
        let mut programs: Vec<&Program> = Vec::new();
        programs.extend(training.iter().map(|training| &training.program));
        programs.extend(inference.iter().map(|inference| &inference.program));
        if let Some(largest) = largest_buffer(engine) {
            for program in &programs {
                check_program(largest, target.recipe, program)?;
            }
        }
        let layouts = training.iter();
        let layouts = layouts.flat_map(|training| [&training.layout, &training.running_layout]);
        let layouts: Vec<_> = layouts.filter(|layout| layout.len > 0).collect();
        let packing: Vec<Program> = layouts.into_iter().flat_map(packing_programs).collect();
        programs.extend(&packing);
        let masks = training.as_ref().map(|training| &training.masks);
        let host = format!("{:?} {masks:?}", target.recipe.aug);
        let digest = digest_of(&programs, &host);
        if let Some(gpu) = &engine.gpu {
            // A device that is lost meanwhile need not answer.
            let prepared = async {
                gpu.prepare(&programs).await;
                Ok::<_, String>(())
            };
            let guarded = engine.health.guard(prepared).await;
            guarded.map_err(|what| LabError::Gpu { step: 0, what })?;
        }
        let training =
            training.and_then(|training| CompiledTraining::new(engine, trainer, target, training));
        let inference =
            inference.and_then(|inference| CompiledInference::new(engine, &inference, eval_batch));
        Ok(CompiledPrograms {
            digest,
            training: training
                .inspect_err(|why| log::info!("burn's path computes this network: {why}."))
                .ok(),
            inference: inference
                .inspect_err(|why| log::info!("burn's path answers: {why}."))
                .ok(),
        })
    }
}
