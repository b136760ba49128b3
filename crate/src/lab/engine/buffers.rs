//! Whether a device has buffers that are large enough, before any of them is made. WebGPU promises 128 MiB for one, and phones have no more.

use super::Engine;
use crate::lab::error::LabError;
use crate::lab::train::plan::batch_text;
use crate::ops::gpu::program::memory::MemoryPlan;
use crate::ops::gpu::program::{Contents, Program};
use crate::recipe::Recipe;
use crate::zoo::Network;

/// Bytes of a number.
const BYTES: u64 = 4;

/// The end of a sentence about what a GPU has no buffer for.
const WAY_OUT: &str = "or use the CPU engine";

/// Bytes of the largest buffer that a kernel can be given on the engine's device; nothing where kernels in WGSL do not run.
pub fn largest_buffer(engine: &Engine) -> Option<u64> {
    let limits = engine.gpu.as_ref()?.device.limits();
    Some(
        limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size),
    )
}

/// Whether a buffer holds the packed images of a split: so many examples of so many pixels, all channels counted. Where none does, batches
/// are gathered on the host.
pub fn holds_images(largest: u64, examples: usize, pixels: usize) -> bool {
    (examples * pixels.next_multiple_of(4)) as u64 <= largest
}

/// Checks that the device has a buffer for all that a program keeps and computes.
///
/// # Errors
/// [`LabError::Plan`] where the network is too large, [`LabError::Value`] where its batch is.
pub fn check_program(largest: u64, recipe: &Recipe, program: &Program) -> Result<(), LabError> {
    let network = || Network::summary(recipe).title;
    let most = |lengths: &mut dyn Iterator<Item = usize>| BYTES * lengths.max().unwrap_or(0) as u64;
    let kept = program.buffers.iter();
    let kept = kept.filter(|buffer| buffer.contents != Contents::Temporary);
    let kept = most(&mut kept.map(|buffer| buffer.len));
    if kept > largest {
        return Err(LabError::Plan(format!(
            "{} takes {} at once, and this GPU takes {} at most. Choose a smaller network, {WAY_OUT}.",
            network(),
            megabytes(kept),
            megabytes(largest)
        )));
    }
    let computed = most(&mut MemoryPlan::new(program).lengths.into_iter());
    if computed > largest {
        return Err(LabError::Value {
            key: "batch",
            text: format!(
                "{} takes {} at once with {}, and this GPU takes {} at most. Choose a smaller batch, {WAY_OUT}.",
                network(),
                megabytes(computed),
                batch_text(recipe),
                megabytes(largest)
            ),
        });
    }
    Ok(())
}

/// Rounded up, so that what is too large never reads like what is not.
fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}
