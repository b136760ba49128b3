//! How much memory a run needs, before any of it is asked for.

use super::error::LabError;
use super::plan::shards;
use crate::recipe::Recipe;
use crate::zoo::{Network, Summary};

/// Numbers that there are of each parameter at least: the weight and its copy in the network, the gradient of a shard, as
/// tensors and as a vector, the sum of the shards', two moments, and the weight to come.
const OF_A_PARAMETER: u64 = 8;

/// Numbers that there are of each value of each layer: itself, which is kept for the way back, and its gradient.
const OF_A_VALUE: u64 = 2;

/// Bytes of a number.
const BYTES: u64 = 4;

/// Bytes that the network needs to be trained on the CPU engine, at least: it computes one shard after the other.
pub fn needed(recipe: &Recipe) -> u64 {
    let summary = Network::summary(recipe);
    let batch = recipe.batch as usize;
    let at_once = (batch / shards(recipe.shards as usize, batch)) as u64;
    BYTES * (OF_A_PARAMETER * summary.parameters() as u64 + OF_A_VALUE * at_once * values(&summary))
}

/// Numbers that the layers give for one image.
fn values(summary: &Summary) -> u64 {
    let each = summary.layers.iter().map(|layer| {
        let sizes = layer.shape.iter().map(|size| *size as u64);
        sizes.product::<u64>()
    });
    each.sum()
}

/// Whether the memory at hand is enough.
///
/// # Errors
/// [`LabError::Plan`], saying how much it would take.
pub fn suffices(recipe: &Recipe) -> Result<(), LabError> {
    match at_hand() {
        Some(bytes) => suffices_with(recipe, bytes),
        None => Ok(()),
    }
}

fn suffices_with(recipe: &Recipe, there: u64) -> Result<(), LabError> {
    let needed = needed(recipe);
    if needed <= there {
        return Ok(());
    }
    let gigabytes = |bytes: u64| format!("{:.1}", bytes as f64 / 1e9);
    Err(LabError::Plan(format!(
        "{} needs at least {} GB of memory to be trained with batch={} and shards={}, and here there are {} GB at most. A \
         smaller network, a smaller batch or more shards need less.",
        Network::summary(recipe).title,
        gigabytes(needed),
        recipe.batch,
        recipe.shards,
        gigabytes(there)
    )))
}

/// Bytes that a module can have: all that 32 bits can count.
#[cfg(target_family = "wasm")]
fn at_hand() -> Option<u64> {
    Some(1 << 32)
}

/// Bytes that the machine has, where it says so.
#[cfg(not(target_family = "wasm"))]
fn at_hand() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Choice, Model, parse};

    fn recipe(link: &str) -> Recipe {
        parse(link).unwrap().recipe
    }

    #[test]
    fn what_no_module_can_hold_is_refused_and_says_what_it_would_take() {
        let error = |link: &str| {
            suffices_with(&recipe(link), 1 << 32)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            error("model=mlp&widths=8192,8192,8192,8192,8192"),
            "Multilayer perceptron needs at least 8.8 GB of memory to be trained with batch=64 and shards=4, and here there \
             are 4.3 GB at most. A smaller network, a smaller batch or more shards need less."
        );
        assert!(error("model=vit&dim=1024&heads=16&depth=100").contains("needs at least"));
        // What each token has to do with each: 64 · 784² numbers a block.
        assert!(error("model=vit&stem=patch&patch=1&dim=64&heads=64").contains("needs at least"));
        assert!(error("model=resnet-110&data=cifar10&batch=1024&shards=1").contains("batch=1024"));
        // Smaller parts of the batch need less.
        let parts = recipe("model=resnet-110&data=cifar10&batch=1024&shards=64");
        assert!(suffices_with(&parts, 1 << 32).is_ok());
    }

    #[test]
    fn every_default_is_far_from_what_a_module_can_hold() {
        for (model, name, ..) in Model::ALL {
            let needed = needed(&Recipe::of(*model));
            assert!(needed < 600 << 20, "{name}: {needed}");
        }
    }

    #[test]
    fn a_machine_that_says_so_has_some_memory() {
        if std::path::Path::new("/proc/meminfo").exists() {
            assert!(at_hand().unwrap() > 1 << 28);
        }
    }
}
