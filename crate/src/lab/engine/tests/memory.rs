//! Memory that networks need.

use crate::data::bytes_in_memory;
use crate::lab::engine::memory::{available_bytes, check_memory_of, required_bytes};
use crate::recipe::Recipe;
use crate::registry::{default_recipes, parse};

fn recipe(link: &str) -> Recipe {
    parse(link).unwrap().recipe
}

#[test]
fn a_network_larger_than_the_address_space_is_refused() {
    let error = |link: &str| {
        check_memory_of(&recipe(link), 0, 1 << 32)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        error("model=mlp&widths=8192,8192,8192,8192,8192"),
        "Multilayer perceptron needs at least 17.6 GB of memory to be trained with a batch of 64 in 4 shards, and here \
         there are 4.3 GB at most. No smaller batch fits either: choose a smaller network, or fewer images."
    );
    // It could be trained, and then not be checkpointed.
    assert!(error("model=mlp&widths=8192,8192&batch=4").contains("needs at least 4.7 GB"));
    let smaller = recipe("model=mlp&widths=8192,6500&batch=4");
    assert!(check_memory_of(&smaller, 0, 1 << 32).is_ok());
    assert!(error("model=vit&dim=1024&heads=16&depth=100").contains("needs at least"));
    // The attention weights: 64 · 784² values a block.
    assert!(error("model=vit&stem=patch&patch=1&dim=64&heads=64").contains("needs at least"));
    let large = recipe("model=resnet-110&data=cifar10&batch=1024&shards=1");
    let large = check_memory_of(&large, 0, 1 << 32).unwrap_err();
    assert_eq!(large.key(), Some("batch"));
    let fits = large.to_string();
    let (_, fits) = fits.split_once("A batch of ").unwrap();
    let fits: usize = fits.strip_suffix(" fits.").unwrap().parse().unwrap();
    let link = |batch| format!("model=resnet-110&data=cifar10&batch={batch}&shards=1");
    assert!(check_memory_of(&recipe(&link(fits)), 0, 1 << 32).is_ok());
    assert!(check_memory_of(&recipe(&link(2 * fits)), 0, 1 << 32).is_err());
    // Smaller shards need less.
    let sharded = recipe("model=resnet-110&data=cifar10&batch=1024&shards=64");
    assert!(check_memory_of(&sharded, 0, 1 << 32).is_ok());
}

#[test]
fn images_are_counted() {
    let recipe = recipe("model=lenet5&data=mnist");
    let available = required_bytes(&recipe) + 100_000_000;
    assert!(check_memory_of(&recipe, 100_000_000, available).is_ok());
    assert!(check_memory_of(&recipe, 100_000_001, available).is_err());
    // The files of MNIST, of all or of a part of them; digits as many as are drawn.
    assert_eq!(
        bytes_in_memory(&recipe),
        47_040_016 + 60_008 + 7_840_016 + 10_008
    );
    let digits = parse("model=lenet5&subset=5000").unwrap().recipe;
    assert_eq!(bytes_in_memory(&digits), 7_000 * 784);
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
