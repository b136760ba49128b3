//! The pipelines of a device: each source is compiled once, and those of whole programs together.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::wgpu::wgpu;

use super::Dispatch;

/// Pipelines after which those are given up that no program uses: a visitor may try many networks.
const MAX_PIPELINES: usize = 500;

/// A compiled kernel.
pub struct Pipeline {
    /// The pipeline.
    pub pipeline: wgpu::ComputePipeline,
    /// Of its one bind group.
    pub layout: wgpu::BindGroupLayout,
}

/// The pipelines that were compiled for a device, by their whole source.
#[derive(Clone, Default)]
pub struct Pipelines {
    by_source: Arc<Mutex<HashMap<String, Arc<Pipeline>>>>,
}

/// A kernel that has no pipeline yet.
pub(super) struct Missing<'a> {
    pub(super) dispatch: &'a Dispatch,
    pub(super) source: String,
}

impl Pipelines {
    /// The pipeline of a dispatch, which is compiled now where nobody prepared it.
    pub fn of(&self, device: &wgpu::Device, dispatch: &Dispatch) -> Arc<Pipeline> {
        let source = source_of(dispatch);
        let mut by_source = self
            .by_source
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(pipeline) = by_source.get(&source) {
            return Arc::clone(pipeline);
        }
        let pipeline = Arc::new(Pipeline::compile(device, dispatch, &source));
        by_source.insert(source, Arc::clone(&pipeline));
        pipeline
    }

    /// Compiles what has no pipeline yet, all at once: a browser does so on threads of its own, where one that is asked for by itself keeps all
    /// others waiting.
    pub async fn prepare(&self, device: &wgpu::Device, dispatches: &[&Dispatch]) {
        let missing = self.missing(dispatches);
        let compiled = compile_all(device, &missing).await;
        let mut by_source = self
            .by_source
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (missing, pipeline) in missing.into_iter().zip(compiled) {
            by_source.insert(missing.source, Arc::new(pipeline));
        }
    }

    /// The kernels without a pipeline, each source once.
    fn missing<'a>(&self, dispatches: &[&'a Dispatch]) -> Vec<Missing<'a>> {
        let mut by_source = self
            .by_source
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if by_source.len() >= MAX_PIPELINES {
            by_source.retain(|_, pipeline| Arc::strong_count(pipeline) > 1);
        }
        let mut seen = HashSet::new();
        let mut missing = Vec::new();
        for dispatch in dispatches {
            let source = source_of(dispatch);
            if !by_source.contains_key(&source) && seen.insert(source.clone()) {
                missing.push(Missing { dispatch, source });
            }
        }
        missing
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let by_source = self.by_source.lock();
        by_source.unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl fmt::Debug for Pipelines {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.len();
        formatter.debug_tuple("Pipelines").field(&number).finish()
    }
}

/// The source of a dispatch's kernel.
pub fn source_of(dispatch: &Dispatch) -> String {
    dispatch.kernel.wgsl("read")
}

#[cfg(target_family = "wasm")]
async fn compile_all(device: &wgpu::Device, missing: &[Missing<'_>]) -> Vec<Pipeline> {
    super::web_pipelines::compile_all(device, missing).await
}

/// Natively a device may be used by several threads.
#[cfg(not(target_family = "wasm"))]
async fn compile_all(device: &wgpu::Device, missing: &[Missing<'_>]) -> Vec<Pipeline> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = missing.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let compile = |part: &[Missing]| -> Vec<Pipeline> {
            let compiled = part.iter();
            let compile =
                |missing: &Missing| Pipeline::compile(device, missing.dispatch, &missing.source);
            compiled.map(compile).collect()
        };
        let parts: Vec<_> = missing
            .chunks(share)
            .map(|part| (part, scope.spawn(move || compile(part))))
            .collect();
        let parts = parts
            .into_iter()
            // A thread that panicked compiled nothing: this one meets the same, and says so.
            .map(|(part, thread)| thread.join().unwrap_or_else(|_| compile(part)));
        parts.flatten().collect()
    })
}

impl Pipeline {
    /// Compiles a kernel. What is wrong with it is reported by the device.
    pub(super) fn compile(device: &wgpu::Device, dispatch: &Dispatch, source: &str) -> Self {
        let label = Some(dispatch.label.as_str());
        let entries = dispatch.bindings.iter().zip(0..);
        let entries: Vec<_> = entries
            .map(|(binding, number)| wgpu::BindGroupLayoutEntry {
                binding: number,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Storage {
                        read_only: !binding.is_written,
                    },
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            })
            .collect();
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label,
            entries: &entries,
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label,
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label,
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some("main"),
            // The kernels write workgroup memory before they read it.
            compilation_options: wgpu::PipelineCompilationOptions {
                zero_initialize_workgroup_memory: false,
                ..Default::default()
            },
            cache: None,
        });
        Pipeline { pipeline, layout }
    }
}
