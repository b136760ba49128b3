//! Memory that networks need.

use crate::lab::engine::memory::{available_bytes, check_memory_of, required_bytes};
use crate::recipe::Recipe;
use crate::registry::{default_recipes, parse};

fn recipe(link: &str) -> Recipe {
    parse(link).unwrap().recipe
}

#[test]
fn a_network_larger_than_the_address_space_is_refused() {
    let error = |link: &str| {
        check_memory_of(&recipe(link), 1 << 32)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("model=mlp&widths=8192,8192,8192,8192,8192"),
        "Multilayer perceptron needs at least 8.8 GB of memory to be trained with batch=64 and shards=4, and here there \
         are 4.3 GB at most. A smaller network, a smaller batch or more shards need less."
    );
    assert!(error("model=vit&dim=1024&heads=16&depth=100").contains("needs at least"));
    // The attention weights: 64 · 784² values a block.
    assert!(error("model=vit&stem=patch&patch=1&dim=64&heads=64").contains("needs at least"));
    assert!(error("model=resnet-110&data=cifar10&batch=1024&shards=1").contains("batch=1024"));
    // Smaller shards need less.
    let sharded = recipe("model=resnet-110&data=cifar10&batch=1024&shards=64");
    assert!(check_memory_of(&sharded, 1 << 32).is_ok());
}

#[test]
fn every_default_recipe_needs_little_memory() {
    for recipe in default_recipes() {
        let required = required_bytes(&recipe);
        assert!(required < 600 << 20, "{:?}: {required}", recipe.model);
    }
}

#[test]
fn the_memory_of_a_linux_machine_is_known() {
    if std::path::Path::new("/proc/meminfo").exists() {
        assert!(available_bytes().unwrap() > 1 << 28);
    }
}
