//! A GPU's memory that networks need.

use crate::lab::engine::device_memory::{check_device_memory_of, device_memory};
use crate::lab::engine::memory::required_bytes;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::kernel::Kernel;
use crate::ops::gpu::program::memory::device_bytes;
use crate::ops::gpu::program::{Contents, Program};

#[test]
fn all_that_a_run_takes_is_counted() {
    let link = "model=resnet-20&data=cifar10&batch=128";
    let recipe = crate::registry::parse(link).unwrap().recipe;
    let bytes = device_memory(&recipe, Adapter::CARD).unwrap();
    // Convolutions of 128 images, whose outputs the backward pass needs.
    assert!(bytes > 100 << 20 && bytes < 2 << 30, "{bytes}");
    let needed = bytes + required_bytes(&recipe);
    let check = |data| check_device_memory_of(&recipe, data, Adapter::CARD, needed + 1000);
    assert!(check(1000).is_ok());
    let error = check(1001).unwrap_err();
    assert_eq!(error.key(), Some("batch"));
    let sentence = error.to_string();
    assert!(
        sentence.starts_with("ResNet-20 needs at least ")
            && sentence.contains(
                " GB of memory to be trained with a batch of 128 in 4 shards, and here there are "
            ),
        "{sentence}"
    );
    let (_, fits) = sentence.split_once("A batch of ").unwrap();
    let mut smaller = recipe.clone();
    smaller.batch = fits.strip_suffix(" fits.").unwrap().parse().unwrap();
    assert!(check_device_memory_of(&smaller, 1001, Adapter::CARD, needed + 1000).is_ok());
}

#[test]
fn a_programs_memory_is_its_plan_and_what_stays() {
    let mut program = Program::default();
    let weights = program.buffer(100, Contents::Persistent);
    let table = program.buffer(3, Contents::Constant(vec![1, 2, 3]));
    let split = program.buffer(1000, Contents::External);
    let temporary = program.temporary(10);
    let kernel = Kernel::new("", 1, Vec::new());
    let read = [weights, table, split].map(|view| view.read());
    let bindings = read.into_iter().chain([temporary.written()]).collect();
    program.dispatch("", kernel, bindings);
    assert_eq!(device_bytes(&program), 4 * 113);
}
