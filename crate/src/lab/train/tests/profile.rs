//! What each kernel of a training step takes on the adapter at hand.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use futures_lite::future::block_on;

use crate::data::synthesize;
use crate::lab::engine::tests::gpu;
use crate::lab::train::compiled::{CompiledFor, CompiledTraining};
use crate::lab::train::plan::TrainingPlan;
use crate::lab::train::trainer::Trainer;
use crate::ops::gpu::products::Products;
use crate::ops::gpu::program::executable::{Executable, Gpu};
use crate::ops::gpu::program::{Contents, Program};

/// Networks, each with its batch; or those of `PROFILE`, such as `lenet5:64,vit:128`.
const NETWORKS: &str = "lenet5:64,resnet-8:32,vit:64,googlenet:64";

/// The shortest time that is measured: the clock and a submission are nothing beside it.
const SHORTEST: Duration = Duration::from_millis(20);

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

/// The step of a network's own recipe.
fn step_of(model: &str, batch: &str) -> Program {
    let link = format!("model={model}&data=digits&subset=1000&batch={batch}");
    let recipe = crate::registry::parse(&link).unwrap().recipe;
    let data = synthesize(&recipe);
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
    let mut program = training.unwrap().program;
    // Each dispatch is measured on buffers of its own.
    for buffer in &mut program.buffers {
        if !matches!(buffer.contents, Contents::Constant(_)) {
            buffer.contents = Contents::Temporary;
        }
    }
    program
}

#[test]
#[ignore = "it measures, and asserts nothing"]
fn print_profile() {
    let networks = std::env::var("PROFILE").unwrap_or_else(|_| NETWORKS.to_owned());
    let engine = gpu();
    let gpu = engine.gpu.clone().unwrap();
    println!("{}", engine.info.label());
    for network in networks.split(',') {
        let (model, batch) = network.split_once(':').unwrap();
        let program = step_of(model, batch);
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
            kind.seconds += seconds(&gpu, &alone);
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
    }
}
