//! What a device has no buffer for is refused before anything is allocated.

use crate::lab::engine::buffers::{check_program, holds_images};
use crate::lab::error::LabError;
use crate::ops::gpu::adapter::Adapter;
use crate::recipe::Recipe;
use crate::registry;
use crate::zoo::build_graph;

/// What WebGPU promises every page.
const PROMISED: u64 = 128 << 20;

/// What becomes of the answers of a recipe's network to a batch.
fn checked(link: &str) -> Result<(), LabError> {
    let recipe: Recipe = registry::parse(link).unwrap().recipe;
    let inference = build_graph(&recipe)
        .compile_inference(
            Adapter::CARD,
            recipe.batch as usize,
            &recipe.input().normalization(),
        )
        .unwrap();
    check_program(PROMISED, &recipe, &inference.program)
}

#[test]
fn too_large_a_batch_is_refused_and_a_smaller_one_is_not() {
    let link = "model=stack&layers=conv64x3p1,conv64x3p1,relu,max2,fc10&data=digits";
    let Err(LabError::Value { key, text }) = checked(&format!("{link}&batch=1024")) else {
        panic!("no buffer holds 1,024 times 64 channels of 784 numbers");
    };
    assert_eq!(key, "batch");
    let expected = "takes 206 MB at once with a batch of 1024 in 4 shards, and this GPU takes 135 MB at most. \
                    Choose a smaller batch, or use the CPU engine.";
    assert!(text.contains(expected), "{text}");
    assert!(checked(&format!("{link}&batch=64")).is_ok());
}

#[test]
fn too_large_a_network_is_refused() {
    let Err(error) = checked("model=stack&layers=fc20000,fc2000&data=digits&batch=8") else {
        panic!("no buffer holds 40 million weights");
    };
    assert!(matches!(error, LabError::Plan(_)), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains("Choose a smaller network, or use the CPU engine."),
        "{text}"
    );
}

#[test]
fn images_are_held_as_far_as_a_buffer_goes() {
    // MNIST, and CIFAR-10's training images.
    assert!(holds_images(PROMISED, 60_000, 28 * 28));
    assert!(!holds_images(PROMISED, 50_000, 3 * 32 * 32));
    assert!(holds_images(784, 1, 783));
    assert!(!holds_images(783, 1, 783));
}
