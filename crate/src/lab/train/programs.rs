//! A run's programs on a GPU, whose kernels are compiled together.

use super::compiled::{CompiledFor, CompiledTraining, adapter};
use super::compiled_inference::CompiledInference;
use super::measure::measured;
use super::packing::packing_programs;
use super::trainer::Trainer;
use crate::lab::engine::Engine;
use crate::lab::engine::buffers::{check_program, largest_buffer};
use crate::lab::engine::proofs::digest_of;
use crate::lab::error::LabError;
use crate::ops::gpu::choices;
use crate::ops::gpu::program::Program;
use crate::zoo::graph::compile::training::TrainingProgram;

/// A run's programs. Where one cannot be compiled, burn's path computes.
#[derive(Debug)]
pub struct CompiledPrograms {
    /// A training step.
    pub training: Option<CompiledTraining>,
    /// A forward pass in eval mode.
    pub inference: Option<CompiledInference>,
    /// The digest of both by rules of thumb: what is proven of them, with the choice of their kernels.
    pub digest: String,
    /// That choice, as it is kept; empty on a software adapter.
    pub choice: String,
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
        let training = CompiledTraining::compile(engine, trainer, target, Vec::new());
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
        // By rules of thumb: with the choice of kernels it says all of the programs.
        let digest = digest_of(&programs, &host);
        let (training, choice) = match training {
            Ok(training) => {
                let kept = engine.proofs.choice(&digest);
                let chosen = chosen(engine, trainer, target, training, kept.as_deref()).await;
                let (training, choice) = chosen.map_err(|what| LabError::Gpu { step: 0, what })?;
                if kept.is_some_and(|kept| kept != choice) {
                    // It was proven of other kernels.
                    engine.proofs.remove(&digest);
                }
                (Ok(training), choice)
            }
            Err(why) => (Err(why), String::new()),
        };
        let mut programs: Vec<&Program> = Vec::new();
        programs.extend(training.iter().map(|training| &training.program));
        programs.extend(inference.iter().map(|inference| &inference.program));
        programs.extend(&packing);
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
            choice,
            training: training
                .inspect_err(|why| log::info!("burn's path computes this network: {why}."))
                .ok(),
            inference: inference
                .inspect_err(|why| log::info!("burn's path answers: {why}."))
                .ok(),
        })
    }
}

/// A training step with its choice of kernels as a text to be kept; both by rules of thumb on a software adapter.
pub(super) type Chosen = (TrainingProgram, String);

/// Compiles a training step for the kernels that are fastest on a card: what was kept of an earlier choice, if that fits, else what is
/// measured now. `training` is compiled by rules of thumb.
pub(super) async fn chosen(
    engine: &Engine,
    trainer: &Trainer,
    target: &CompiledFor<'_>,
    training: TrainingProgram,
    kept: Option<&str>,
) -> Result<Chosen, String> {
    let Some(gpu) = &engine.gpu else {
        return Ok((training, String::new()));
    };
    let adapter = adapter(engine, gpu);
    if adapter.is_software() {
        return Ok((training, String::new()));
    }
    let compile = |choice| CompiledTraining::compile(engine, trainer, target, choice);
    if let Some(choice) = kept.and_then(choices::from_text) {
        let again = compile(choice)?;
        if again.choices.fits(&adapter) {
            return Ok((again, kept.unwrap_or_default().to_owned()));
        }
    }
    let choice = measured(engine, gpu, &training.choices, &adapter).await?;
    Ok((compile(choice.clone())?, choices::to_text(&choice)))
}
