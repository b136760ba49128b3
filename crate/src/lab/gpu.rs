//! Opens the GPU engine.

use std::sync::Arc;

use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuInitError, wgpu};

use super::crew::Crew;
use super::engine::{Engine, EngineInfo, EngineKind, SelfTest, is_software};
use super::error::LabError;
use super::health::{Health, first_line};

impl Engine {
    /// The GPU engine, on the adapter that the platform prefers for performance.
    ///
    /// `name` is the adapter's name where the caller knows it better: wgpu learns none from a browser.
    ///
    /// # Errors
    /// [`LabError::Engine`] where there is no adapter, or it will not give a device.
    pub async fn gpu(name: Option<String>) -> Result<Self, LabError> {
        let opened = Device::wgpu_options().init_with_setup_async().await;
        let (device, setup) = opened.map_err(|error| LabError::Engine(refusal(&error)))?;
        let health = Health::default();
        watch(&setup.device, &health);

        let found = setup.adapter.get_info();
        let adapter = name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| found.name.clone());
        let software = found.device_type == wgpu::DeviceType::Cpu || is_software(&adapter);
        Ok(Engine {
            device,
            info: EngineInfo {
                kind: EngineKind::Gpu,
                adapter,
                software,
                simd: false,
                threads: 1,
                self_test: SelfTest::NotRunYet,
            },
            health,
            crew: Crew::default(),
        })
    }
}

/// Hears of errors that no call returns. cubecl's own handler would panic; of refused kernels and a lost device it
/// says no more than a line in the log, to which the engine's health listens too.
fn watch(device: &wgpu::Device, health: &Health) {
    let uncaptured = health.clone();
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        uncaptured.report(first_line("it reported an error", &error.to_string()));
    }));
    health.listen();
}

fn refusal(error: &WgpuInitError) -> String {
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
