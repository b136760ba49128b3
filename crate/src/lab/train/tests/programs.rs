//! A run's programs are compiled together.

use futures_lite::future::block_on;

use crate::data::synthesize;
use crate::lab::engine::tests::gpu;
use crate::lab::run::eval_batch_size;
use crate::lab::train::compiled::{CompiledFor, CompiledTraining};
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::programs::CompiledPrograms;
use crate::lab::train::trainer::Trainer;
use crate::ops::gpu::program::executable::Gpu;
use crate::ops::gpu::program::pipelines::source_of;

#[test]
fn no_kernel_is_compiled_by_itself_and_none_twice() {
    let link = "model=stack&layers=conv4x3p1,norm,relu,conv4x3p1,norm,relu,max2,fc8&data=digits&subset=64&batch=64&aug=shift";
    let recipe = crate::registry::parse(link).unwrap().recipe;
    let data = synthesize(&recipe);
    let plan = TrainingPlan::new(&recipe, &data).unwrap();
    let mut engine = gpu();
    let Gpu { device, queue, .. } = engine.gpu.take().unwrap();
    let gpu = Gpu::new(device, queue);
    engine.gpu = Some(gpu.clone());
    let normalization = data.normalization(&recipe);
    let trainer = Trainer::with_normalization(&recipe, normalization.clone(), &engine.device);
    let target = CompiledFor {
        recipe: &recipe,
        normalization: &normalization,
        batch_size: plan.batch_size,
        shards: plan.shards,
        split: None,
    };

    let training = CompiledTraining::compile(&engine, &trainer, &target).unwrap();
    let dispatches = &training.program.dispatches;
    let mut sources: Vec<String> = dispatches.iter().map(source_of).collect();
    sources.sort();
    sources.dedup();
    assert!(
        sources.len() < dispatches.len(),
        "equal layers have equal kernels"
    );
    block_on(gpu.prepare(&[&training.program]));
    assert_eq!(gpu.pipelines(), sources.len());

    let eval_batch = eval_batch_size(plan.batch_size);
    let programs = CompiledPrograms::new(&engine, &trainer, &target, eval_batch);
    let programs = block_on(programs).unwrap();
    assert!(programs.training.is_some() && programs.inference.is_some());
    let compiled = gpu.pipelines();
    let again = CompiledTraining::new(&engine, &trainer, &target, training);
    assert!(again.is_ok());
    assert_eq!(gpu.pipelines(), compiled, "what was prepared is used");
}
