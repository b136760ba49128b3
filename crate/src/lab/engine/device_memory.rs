//! How much memory of a GPU a run needs, before any of it is allocated.

use super::Engine;
use super::memory::{available_bytes, check_bytes, required_bytes};
use super::step_test::integers_bytes;
use crate::lab::error::LabError;
use crate::lab::run::eval_batch_size;
use crate::lab::train::compiled::adapter;
use crate::lab::train::plan::shard_count;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::program::memory::device_bytes;
use crate::ops::gpu::program::tables::UpdateRule;
use crate::recipe::Recipe;
use crate::zoo::build_graph;
use crate::zoo::graph::compile::training::TrainingOptions;

/// Vectors of all parameters that a run keeps beside those of its programs: the train state in tensors, as it was before a pull and as
/// it is after it, and what goes between both.
const PARAMETER_VECTORS: u64 = 8;

/// Bytes of a number.
const BYTES: u64 = 4;

/// Checks that a recipe's programs, its train state and the self-test fit the memory, beside `data_bytes` of images. It is known of software
/// adapters alone, whose memory is the machine's.
///
/// # Errors
/// [`LabError::Value`] where a smaller batch fits, else [`LabError::Plan`], saying how much it would take.
pub fn check_device_memory(
    engine: &Engine,
    recipe: &Recipe,
    data_bytes: u64,
) -> Result<(), LabError> {
    let is_known = engine.info.software && cfg!(not(target_family = "wasm"));
    let available = available_bytes().filter(|_| is_known);
    match (&engine.gpu, available) {
        (Some(gpu), Some(available)) => {
            check_device_memory_of(recipe, data_bytes, adapter(engine, gpu), available)
        }
        _ => Ok(()),
    }
}

pub(super) fn check_device_memory_of(
    recipe: &Recipe,
    data_bytes: u64,
    adapter: Adapter,
    available: u64,
) -> Result<(), LabError> {
    // A network that burn's path computes has no programs.
    let required = |recipe: &Recipe| {
        let device = device_memory(recipe, adapter).unwrap_or_default();
        data_bytes + required_bytes(recipe) + device
    };
    check_bytes(recipe, available, required)
}

/// Bytes of a device that a recipe takes, without its images; nothing where it has no programs.
pub(super) fn device_memory(recipe: &Recipe, adapter: Adapter) -> Option<u64> {
    let batch = recipe.batch as usize;
    let graph = build_graph(recipe);
    let normalization = recipe.input().normalization();
    let options = TrainingOptions {
        choice: Vec::new(),
        adapter,
        batch,
        shards: shard_count(recipe.shards as usize, batch),
        // Batches that are augmented come from the host.
        examples: recipe.aug.is_empty().then_some(batch),
        normalization: normalization.clone(),
        label_smoothing: recipe.smooth as f32,
        // Whatever the rule, the program has both moments.
        rule: UpdateRule {
            kind: recipe.opt,
            momentum: 0.0,
            nesterov: false,
            betas: [0.0; 2],
            epsilon: 0.0,
            weight_decay: 0.0,
            has_rates: false,
            max_norm: None,
        },
        is_decayed: Vec::new(),
        rates: Vec::new(),
    };
    let training = graph.compile_training(&options).ok()?;
    let inference = graph
        .compile_inference(adapter, eval_batch_size(batch), &normalization)
        .ok()?;
    let programs = device_bytes(&training.program) + device_bytes(&inference.program);
    let parameters = BYTES * training.layout.len as u64;
    Some(programs + PARAMETER_VECTORS * parameters + integers_bytes(&training.program))
}
