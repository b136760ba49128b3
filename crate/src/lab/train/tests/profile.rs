//! What each kernel of a training step takes on the adapter at hand.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_lite::future::block_on;

use crate::data::synthesize;
use crate::lab::engine::tests::gpu;
use crate::lab::run::Run;
use crate::lab::train::compiled::{CompiledFor, CompiledTraining, adapter};
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::Trainer;
use crate::ops::gpu::products::Products;
use crate::ops::gpu::program::executable::{Executable, Gpu};
use crate::ops::gpu::program::{Contents, Program};
use crate::zoo::graph::compile::training::TrainingProgram;

/// Networks, each with its batch; or those of `PROFILE`, such as `lenet5:64,vit:128`.
const NETWORKS: &str = "lenet5:64,resnet-8:32,vit:64,googlenet:64";

/// The shortest time that is measured: the clock and a submission are nothing beside it.
const SHORTEST: Duration = Duration::from_millis(10);

/// Dispatches of a step that are named one by one: the slowest.
const NAMED: usize = 24;

/// All dispatches of a kind.
#[derive(Default)]
struct Kind {
    dispatches: usize,
    seconds: f64,
    /// Seconds of compiling its pipelines, each source once.
    compiling: f64,
    multiply_adds: f64,
}

/// Seconds of one dispatch, by itself: again and again until they can be measured.
fn seconds(gpu: &Gpu, program: &Program) -> f64 {
    let executable = Executable::new(gpu, program, &HashMap::new()).unwrap();
    let run = |repetitions: u32| {
        let mut encoder = gpu.encoder();
        for _ in 0..repetitions {
            executable.encode(&mut encoder);
        }
        let start = Instant::now();
        gpu.submit(encoder);
        block_on(gpu.done());
        start.elapsed()
    };
    // The first time, memory is made.
    run(1);
    let mut repetitions = 1;
    loop {
        let took = run(repetitions);
        if took >= SHORTEST {
            return took.as_secs_f64() / f64::from(repetitions);
        }
        repetitions *= 2;
    }
}

/// The networks to look at, with their batches.
fn networks() -> Vec<(String, String)> {
    let asked = std::env::var("PROFILE").unwrap_or_else(|_| NETWORKS.to_owned());
    let networks = asked.split(',').map(|network| {
        let (model, batch) = network.split_once(':').unwrap();
        (model.to_owned(), batch.to_owned())
    });
    networks.collect()
}

/// The step of a network's own recipe.
fn step_of(model: &str, batch: &str) -> TrainingProgram {
    let link = format!("model={model}&data=digits&subset=1000&batch={batch}");
    let recipe = crate::registry::parse(&link).unwrap().recipe;
    let data = synthesize(&recipe).unwrap();
    let plan = TrainingPlan::new(&recipe, &data).unwrap();
    let engine = gpu();
    let normalization = data.normalization(&recipe);
    let trainer = Trainer::with_normalization(&recipe, normalization.clone(), &engine.device);
    let target = CompiledFor {
        recipe: &recipe,
        normalization: &normalization,
        batch_size: plan.batch_size,
        shards: plan.shards,
        split: None,
    };
    let training = CompiledTraining::compile(&engine, &trainer, &target, Vec::new());
    let mut training = training.unwrap();
    // Each dispatch is measured on buffers of its own.
    for buffer in &mut training.program.buffers {
        if !matches!(buffer.contents, Contents::Constant(_)) {
            buffer.contents = Contents::Temporary;
        }
    }
    training
}

#[test]
#[ignore = "it measures, and asserts nothing"]
fn print_profile() {
    let engine = gpu();
    let gpu = engine.gpu.clone().unwrap();
    println!("{}", engine.info.label());
    for (model, batch) in networks() {
        let program = step_of(&model, &batch).program;
        let mut all_dispatches = Vec::new();
        let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
        for dispatch in &program.dispatches {
            let alone = Program {
                buffers: program.buffers.clone(),
                dispatches: vec![dispatch.clone()],
            };
            // A label names the layer before what is computed.
            let what = dispatch.label.rsplit(": ").next().unwrap_or_default();
            let products = dispatch.kernel.products();
            let what = match &products {
                Some(Products::Conv { .. }) => format!("{what}, a convolution's"),
                Some(Products::Gemm { .. }) => format!("{what}, a product's"),
                None => what.to_owned(),
            };
            let start = Instant::now();
            block_on(gpu.prepare(&[&alone]));
            let compiling = start.elapsed().as_secs_f64();
            let kind = kinds.entry(what).or_default();
            kind.compiling += compiling;
            kind.dispatches += 1;
            let took = seconds(&gpu, &alone);
            all_dispatches.push((took, dispatch));
            kind.seconds += took;
            let count = products.map_or(0, |products| products.sums() * products.terms());
            kind.multiply_adds += count as f64;
        }
        let all: f64 = kinds.values().map(|kind| kind.seconds).sum();
        let compiling: f64 = kinds.values().map(|kind| kind.compiling).sum();
        println!(
            "\n{model}, batch {batch}: {:.2} ms a step, {compiling:.1} s to compile\n",
            1e3 * all
        );
        println!("| kernels | dispatches | compiling, ms | ms | % | GFLOP/s |");
        println!("|---|---|---|---|---|---|");
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by(|(_, a), (_, b)| b.seconds.total_cmp(&a.seconds));
        for (what, kind) in kinds {
            let rate = match kind.multiply_adds > 0.0 {
                true => format!("{:.1}", 2e-9 * kind.multiply_adds / kind.seconds),
                false => String::new(),
            };
            println!(
                "| {what} | {} | {:.0} | {:.2} | {:.0} | {rate} |",
                kind.dispatches,
                1e3 * kind.compiling,
                1e3 * kind.seconds,
                100.0 * kind.seconds / all
            );
        }
        all_dispatches.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        println!("\n| the slowest | workgroups | µs | GFLOP/s |");
        println!("|---|---|---|---|");
        for (took, dispatch) in all_dispatches.into_iter().take(NAMED) {
            let products = dispatch.kernel.products();
            let count = products.map_or(0, |products| products.sums() * products.terms());
            let [x, y] = dispatch.kernel.grid();
            let rate = 2e-9 * count as f64 / took;
            println!(
                "| {} | {} | {:.0} | {rate:.0} |",
                dispatch.label,
                x * y,
                1e6 * took
            );
        }
    }
}

/// Training steps as a run takes them, without a browser.
#[test]
#[ignore = "it measures, and asserts nothing"]
fn print_steps() {
    println!(
        "{}\n\n| network | a step, ms |\n|---|---|",
        gpu().info.label()
    );
    for (model, batch) in networks() {
        let link = format!("model={model}&data=digits&subset=1000&epochs=1000&batch={batch}");
        let recipe = crate::registry::parse(&link).unwrap().recipe;
        let data = Arc::new(synthesize(&recipe).unwrap());
        let mut run = block_on(Run::start(&gpu(), recipe, data)).unwrap();
        let mut timed = |steps: u64| {
            let start = Instant::now();
            block_on(run.step(steps)).unwrap();
            start.elapsed().as_secs_f64()
        };
        timed(5);
        let steps = ((0.1 / (timed(10) / 10.0)) as u64).max(1);
        let mut seconds: Vec<f64> = (0..15).map(|_| timed(steps)).collect();
        seconds.sort_by(f64::total_cmp);
        println!(
            "| {model}, batch {batch} | {:.3} |",
            1e3 * seconds[7] / steps as f64
        );
    }
}

/// Whether the rule of thumb's kernel is the fastest, layer by layer.
#[test]
#[ignore = "it measures, and asserts nothing"]
fn print_candidates() {
    let engine = gpu();
    let gpu = engine.gpu.clone().unwrap();
    let adapter = adapter(&engine, &gpu);
    println!("{}", engine.info.label());
    for (model, batch) in networks() {
        let training = step_of(&model, &batch);
        println!("\n{model}, batch {batch}\n\n| layer | GFLOP/s of each candidate |\n|---|---|");
        for layer in training.choices.layers() {
            let rates = (0..layer.candidates(&adapter)).map(|candidate| {
                let program = layer.program(candidate, &adapter);
                block_on(gpu.prepare(&[&program]));
                let took = seconds(&gpu, &program);
                format!("{:.0}", 2e-9 * layer.multiply_adds() as f64 / took)
            });
            let rates: Vec<String> = rates.collect();
            println!("| {layer:?} | {} |", rates.join(", "));
        }
    }
}
