//! A run's programs are compiled together.

use futures_lite::future::block_on;

use crate::data::synthesize;
use crate::lab::engine::Engine;
use crate::lab::engine::tests::gpu;
use crate::lab::run::eval_batch_size;
use crate::lab::train::compiled::{CompiledFor, CompiledTraining};
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::programs::{CompiledPrograms, chosen};
use crate::lab::train::trainer::Trainer;
use crate::ops::gpu::choices;
use crate::ops::gpu::program::executable::Gpu;
use crate::ops::gpu::program::pipelines::source_of;

#[test]
fn no_kernel_is_compiled_by_itself_and_none_twice() {
    let link = "model=stack&layers=conv4x3p1,norm,relu,conv4x3p1,norm,relu,max2,fc8&data=digits&subset=64&batch=64&aug=shift";
    let recipe = crate::registry::parse(link).unwrap().recipe;
    let data = synthesize(&recipe).unwrap();
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

    let training = CompiledTraining::compile(&engine, &trainer, &target, Vec::new()).unwrap();
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

#[test]
fn a_cards_choice_is_measured_once_and_taken_back() {
    let recipe = crate::registry::parse("model=lenet5&data=digits&subset=64&batch=16").unwrap();
    let recipe = recipe.recipe;
    let data = synthesize(&recipe).unwrap();
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
    let choose = |engine: &Engine, kept: Option<&str>| {
        let training = CompiledTraining::compile(engine, &trainer, &target, Vec::new()).unwrap();
        let (training, text) = block_on(chosen(engine, &trainer, &target, training, kept)).unwrap();
        let sources = training.program.dispatches.iter().map(source_of);
        (sources.collect::<Vec<String>>(), text)
    };

    // On a software adapter nothing is measured.
    engine.info.software = true;
    assert_eq!(choose(&engine, None).1, "");
    assert_eq!(gpu.pipelines(), 0);
    engine.info.software = false;
    let (sources, text) = choose(&engine, None);
    let measured = gpu.pipelines();
    assert!(measured > 0);
    // The same bits again, and nothing is measured.
    let fresh = Gpu::new(gpu.device, gpu.queue);
    engine.gpu = Some(fresh.clone());
    assert_eq!(
        choose(&engine, Some(&text)),
        (sources.clone(), text.clone())
    );
    let mut other = choices::from_text(&text).unwrap();
    let changed = usize::from(other[1] == 0);
    other[1] = changed;
    let other = choices::to_text(&other);
    let (other_sources, again) = choose(&engine, Some(&other));
    assert_eq!(again, other);
    assert_ne!(other_sources, sources);
    assert_eq!(fresh.pipelines(), 0);
    // What does not fit is measured anew.
    for wrong in ["0", "rubbish", &text.replace(',', ",9")] {
        let (_, again) = choose(&engine, Some(wrong));
        assert_ne!(again, wrong);
        assert_eq!(again.split(',').count(), text.split(',').count());
    }
    assert_eq!(fresh.pipelines(), measured);
}
