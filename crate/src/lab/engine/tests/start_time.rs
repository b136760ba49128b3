//! How long a run takes to begin on the adapter at hand.

use std::sync::Arc;
use std::time::Instant;

use futures_lite::future::block_on;

use super::gpu;
use crate::data::synthesize;
use crate::lab::run::Run;

/// Networks, each with the batch that is asked for most.
const NETWORKS: [(&str, u64); 4] = [
    ("lenet5", 64),
    ("resnet-20", 128),
    ("googlenet", 128),
    ("vit", 128),
];

#[test]
#[ignore = "it measures, and asserts nothing"]
fn print_start_times() {
    let engine = gpu();
    for (model, batch) in NETWORKS {
        let link = format!("model={model}&data=digits&subset=1000&batch={batch}");
        let recipe = crate::registry::parse(&link).unwrap().recipe;
        let data = Arc::new(synthesize(&recipe).unwrap());
        let start = Instant::now();
        let mut run = block_on(Run::start(&engine, recipe, data)).unwrap();
        let started = start.elapsed().as_secs_f64();
        block_on(run.step(1)).unwrap();
        let stepped = start.elapsed().as_secs_f64() - started;
        println!("{model}, batch {batch}: start {started:.2} s, first step {stepped:.2} s");
    }
}
