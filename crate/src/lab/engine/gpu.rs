//! Opens the GPU engine.

use std::sync::Arc;

use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuInitError, wgpu};

use super::health::{Health, first_line};
use super::{Engine, EngineInfo, EngineKind, SelfTestStatus, is_software};
use crate::lab::error::LabError;
use crate::lab::worker_pool::WorkerPool;
use crate::ops::gpu::program::executable::Gpu;

impl Engine {
    /// The GPU engine, on the adapter that the platform prefers for performance.
    ///
    /// `name` is the adapter's name if the caller knows it: a browser gives wgpu none.
    ///
    /// # Errors
    /// [`LabError::Engine`] where there is no adapter, or it gives no device.
    pub async fn gpu(name: Option<String>) -> Result<Self, LabError> {
        let opened = Device::wgpu_options().init_with_setup_async().await;
        let (device, setup) = opened.map_err(|error| LabError::Engine(init_failure(&error)))?;
        let health = Health::default();
        report_errors(&setup.device, &health);

        let adapter_info = setup.adapter.get_info();
        let adapter = name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| adapter_info.name.clone());
        let software = adapter_info.device_type == wgpu::DeviceType::Cpu || is_software(&adapter);
        Ok(Engine {
            device,
            info: EngineInfo {
                kind: EngineKind::Gpu,
                adapter,
                software,
                simd: false,
                threads: 1,
                self_test: SelfTestStatus::NotRunYet,
            },
            health,
            worker_pool: WorkerPool::default(),
            gpu: Some(Gpu::new(setup.device, setup.queue)),
        })
    }
}

/// Reports errors to `health` that no call returns. cubecl's own handler would panic; refused kernels and a lost device it
/// only logs, so the engine's health listens to the log too.
fn report_errors(device: &wgpu::Device, health: &Health) {
    let reported = health.clone();
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        reported.report(first_line("it reported an error", &error.to_string()));
    }));
    health.listen_to_log();
}

fn init_failure(error: &WgpuInitError) -> String {
    match error {
        WgpuInitError::AdapterUnavailable { .. } => {
            "No GPU could be opened here: WebGPU gives no adapter. Use the CPU engine, or a browser and a machine with WebGPU.".to_owned()
        }
        WgpuInitError::Registration { .. } => {
            "The GPU engine is open already in this module; open one lab for it, or a new worker.".to_owned()
        }
        other => format!("The GPU could not be opened: {other}."),
    }
}
