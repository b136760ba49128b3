//! How much memory a run needs, before any of it is allocated.

use crate::lab::error::LabError;
use crate::lab::train::plan::{batch_text, check_normalization, shard_count};
use crate::recipe::Recipe;
use crate::zoo::{Network, Summary};

/// Values that each parameter takes at most. Training holds about nine at once: the weight and its copy in the network, the gradient
/// of a shard, the sum of the shards' gradients, two moments, and all three as they were before the update. A checkpoint reads weights
/// and moments and makes a file of them, and a run that resumes reads that file. With the gaps that allocations of this size leave,
/// networks of 20 to 74 million parameters came to 12 values in WebAssembly, and to more than 15 when they were resumed there.
const VALUES_PER_PARAMETER: u64 = 16;

/// Values kept for each activation: itself, which the backward pass needs, and its gradient.
const VALUES_PER_ACTIVATION: u64 = 2;

/// Bytes of a value, a 32-bit float.
const BYTES_PER_VALUE: u64 = 4;

/// Bytes that a run takes on the CPU engine, its checkpoints included: it computes one shard after the other.
pub fn required_bytes(recipe: &Recipe) -> u64 {
    let summary = Network::summary(recipe);
    let batch = recipe.batch as usize;
    let shard_size = (batch / shard_count(recipe.shards as usize, batch)) as u64;
    let parameters = VALUES_PER_PARAMETER * summary.parameters() as u64;
    let activations = VALUES_PER_ACTIVATION * shard_size * activations_per_image(&summary);
    BYTES_PER_VALUE * (parameters + activations)
}

/// The number of values in all layers' outputs for one image.
fn activations_per_image(summary: &Summary) -> u64 {
    let elements = summary.layers.iter().map(|layer| {
        let sizes = layer.shape.iter().map(|size| *size as u64);
        sizes.product::<u64>()
    });
    elements.sum()
}

/// Checks that the available memory is enough, beside `data_bytes` of images.
///
/// # Errors
/// [`LabError::Value`] where a smaller batch fits, else [`LabError::Plan`], saying how much it would take.
pub fn check_memory(recipe: &Recipe, data_bytes: u64) -> Result<(), LabError> {
    match available_bytes() {
        Some(available) => check_memory_of(recipe, data_bytes, available),
        None => Ok(()),
    }
}

pub(super) fn check_memory_of(
    recipe: &Recipe,
    data_bytes: u64,
    available: u64,
) -> Result<(), LabError> {
    check_bytes(recipe, available, |recipe| {
        data_bytes + required_bytes(recipe)
    })
}

/// Checks that what a recipe requires is available.
pub(super) fn check_bytes(
    recipe: &Recipe,
    available: u64,
    required: impl Fn(&Recipe) -> u64,
) -> Result<(), LabError> {
    let needed = required(recipe);
    if needed <= available {
        return Ok(());
    }
    let gigabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e9);
    let what = format!(
        "{} needs at least {} GB of memory to be trained with {}, and here there are {} GB at most.",
        Network::summary(recipe).title,
        gigabytes(needed),
        batch_text(recipe),
        gigabytes(available)
    );
    match smaller_batch(recipe, |smaller| required(smaller) <= available) {
        Some(batch) => Err(LabError::Value {
            key: "batch",
            text: format!("{what} A batch of {batch} fits."),
        }),
        None => Err(LabError::Plan(format!(
            "{what} No smaller batch fits either: choose a smaller network, or fewer images."
        ))),
    }
}

/// The largest batch that fits, of those that are a half of the recipe's, a quarter, and so on.
fn smaller_batch(recipe: &Recipe, fits: impl Fn(&Recipe) -> bool) -> Option<u64> {
    let halves = std::iter::successors(Some(recipe.batch / 2), |batch| Some(batch / 2));
    halves.take_while(|batch| *batch > 0).find(|batch| {
        let mut smaller = recipe.clone();
        smaller.batch = *batch;
        fits(&smaller) && check_normalization(&smaller).is_ok()
    })
}

/// Bytes that a module can have at most: the address space of wasm32.
#[cfg(target_family = "wasm")]
pub(super) fn available_bytes() -> Option<u64> {
    Some(1 << 32)
}

/// Bytes of memory of the machine; `None` where it is not known: Linux alone says it in a file, and elsewhere no network is refused.
#[cfg(not(target_family = "wasm"))]
pub(super) fn available_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}
