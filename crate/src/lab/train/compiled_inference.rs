//! Answers on a GPU by a compiled program: a batch's logits in eval mode.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor};

use super::compiled::adapter;
use super::packing::{PackedVector, Packing};
use crate::lab::engine::Engine;
use crate::ops::gpu::program::executable::{Executable, ExternalBuffer, Gpu};
use crate::ops::gpu::program::tensors::{float_buffer, new_tensor};
use crate::recipe::Normalization;
use crate::zoo::Graph;
use crate::zoo::graph::compile::inference::InferenceProgram;

/// A forward pass in eval mode on a GPU, compiled for one network and one number of images.
#[derive(Debug)]
pub struct CompiledInference {
    gpu: Gpu,
    device: Device,
    pass: Executable,
    weights: PackedVector,
    running: Option<PackedVector>,
    /// Images, and how many numbers they are.
    images: (ExternalBuffer, usize),
    logits: ExternalBuffer,
    batch: usize,
    classes: usize,
}

impl CompiledInference {
    /// A network's forward pass for `batch` images as a program, before it is on the device.
    ///
    /// # Errors
    /// Why it cannot be compiled: then burn's path computes it.
    pub fn compile(
        engine: &Engine,
        graph: &Graph,
        batch: usize,
        normalization: &Normalization,
    ) -> Result<InferenceProgram, String> {
        let gpu = engine.gpu.as_ref().ok_or("the engine has no GPU")?;
        graph
            .compile_inference(adapter(engine, gpu), batch, normalization)
            .map_err(|unsupported| format!("{} has no kernel", unsupported.0))
    }

    /// Puts a forward pass for `batch` images on the device.
    ///
    /// # Errors
    /// Why the device does not hold it.
    pub fn new(
        engine: &Engine,
        inference: &InferenceProgram,
        batch: usize,
    ) -> Result<Self, String> {
        let gpu = engine.gpu.clone().ok_or("the engine has no GPU")?;
        let pass = Executable::new(&gpu, &inference.program, &HashMap::new())?;
        let packing = Packing::new(&gpu, &inference.layout);
        let weights = packing.vector(&gpu, &pass.external(inference.weights)?)?;
        let running = match inference.running {
            Some(running) => {
                let packing = Packing::new(&gpu, &inference.running_layout);
                Some(packing.vector(&gpu, &pass.external(running)?)?)
            }
            None => None,
        };
        Ok(CompiledInference {
            device: engine.device.clone(),
            images: (pass.external(inference.images)?, inference.images.len),
            logits: pass.external(inference.logits)?,
            classes: inference.logits.len / batch,
            gpu,
            pass,
            weights,
            running,
            batch,
        })
    }

    /// How many images it takes.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// The logits, `[batch, classes]`, of images from 0 to 1, `[batch, channels, height, width]`, by weights `[parameters]` and running
    /// statistics `[statistics]`.
    ///
    /// # Errors
    /// What the device reported.
    pub fn forward(
        &self,
        weights: &Tensor<1>,
        running_statistics: Option<&Tensor<1>>,
        images: &Tensor<4>,
    ) -> Result<Tensor<2>, String> {
        let len = self.batch * self.classes;
        let (logits, to) = new_tensor(len, &self.device)?;
        let from = float_buffer(images)?;
        let mut encoder = self.gpu.encoder();
        self.weights
            .load(&mut encoder, Some(&float_buffer(weights)?));
        if let Some(running) = &self.running {
            // Without any, a network has the initial ones, which its trainer gives.
            let statistics = running_statistics.ok_or("there are no running statistics")?;
            running.load(&mut encoder, Some(&float_buffer(statistics)?));
        }
        let (images, count) = &self.images;
        Executable::copy(&mut encoder, &from, images, *count);
        self.pass.encode(&mut encoder);
        Executable::copy(&mut encoder, &self.logits, &to, len);
        self.gpu.submit(encoder);
        Ok(logits.reshape([self.batch, self.classes]))
    }
}
