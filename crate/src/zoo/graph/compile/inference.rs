//! A forward pass in eval mode as a program.

use super::super::builder::Graph;
use super::{Compiler, Unsupported};
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::gather::normalize_kernel;
use crate::ops::gpu::program::layout::AlignedLayout;
use crate::ops::gpu::program::{Contents, Program, View};
use crate::recipe::Normalization;

/// A forward pass, and the buffers through which it is driven.
#[derive(Clone, Debug)]
pub struct InferenceProgram {
    /// The pass.
    pub program: Program,
    /// Where each parameter lies in the weights.
    pub layout: AlignedLayout,
    /// All parameters.
    pub weights: View,
    /// Where each batch normalization's running statistics lie.
    pub running_layout: AlignedLayout,
    /// The running statistics; nothing where there are none.
    pub running: Option<View>,
    /// Images from 0 to 1, `[batch, channels, height, width]`.
    pub images: View,
    /// `[batch, classes]`
    pub logits: View,
}

impl Graph {
    /// Compiles a forward pass of `batch` images in eval mode.
    ///
    /// # Errors
    /// `Unsupported` where an operation has no kernel.
    pub fn compile_inference(
        &self,
        adapter: Adapter,
        batch: usize,
        normalization: &Normalization,
    ) -> Result<InferenceProgram, Unsupported> {
        let (mut compiler, fused) = Compiler::new(self, adapter, batch, false);
        let shape = self.input.shape;
        let len = batch * self.pixels();
        let images = compiler.program.buffer(len, Contents::Persistent);
        let input = match self.normalizes {
            true => {
                let normalized = compiler.program.temporary(len);
                let kernel = normalize_kernel(batch, shape, normalization);
                let bindings = vec![images.read(), normalized.written()];
                compiler.program.dispatch("normalization", kernel, bindings);
                normalized
            }
            false => images,
        };
        compiler.values.state_mut(0).view = Some(input);
        for step in &fused {
            compiler.forward(step)?;
        }
        let logits = compiler.values.view(self.logits);
        // Others read it after the pass.
        compiler.program.keep(logits.buffer);
        let has_norms = !compiler.running_layout.lengths.is_empty();
        Ok(InferenceProgram {
            program: compiler.program,
            layout: compiler.layout,
            weights: compiler.weights,
            running_layout: compiler.running_layout,
            running: has_norms.then_some(compiler.running),
            images,
            logits,
        })
    }
}
