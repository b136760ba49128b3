//! Opens the GPU engine.

use std::sync::Arc;

use burn::tensor::Device;
use burn::tensor::wgpu::{WgpuSetup, wgpu};

use super::device_request::request_device;
use super::health::{Health, first_line};
use super::proofs::Proofs;
use super::{AdapterDescription, Engine, EngineInfo, EngineKind, SelfTestStatus};
use crate::lab::error::LabError;
use crate::lab::worker_pool::WorkerPool;
use crate::ops::gpu::program::executable::Gpu;

impl Engine {
    /// The GPU engine, on the adapter that the platform prefers for performance.
    ///
    /// `told` describes the adapter if the caller knows more of it: a browser tells wgpu little.
    ///
    /// # Errors
    /// [`LabError::Engine`] where there is no adapter, its limits are too low, or it gives no device.
    pub async fn gpu(told: Option<AdapterDescription>) -> Result<Self, LabError> {
        Self::on_device(request_device().await?, told)
    }

    /// The GPU engine on a device that was opened for it.
    ///
    /// # Errors
    /// [`LabError::Engine`] where burn refuses the device.
    pub(super) fn on_device(
        setup: WgpuSetup,
        told: Option<AdapterDescription>,
    ) -> Result<Self, LabError> {
        let opened = Device::wgpu_options().setup(setup.clone()).init();
        let device = opened
            .map_err(|error| LabError::Engine(format!("The GPU could not be opened: {error}.")))?;
        // Not before: burn sets a handler of its own, which would panic.
        let health = Health::default();
        report_errors(&setup.device, &health);

        let info = setup.adapter.get_info();
        let is_software = info.device_type == wgpu::DeviceType::Cpu;
        let (adapter, software) = match told {
            Some(told) => (told.name, told.is_software || is_software),
            None => (info.name, is_software),
        };
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
            proofs: Proofs::default(),
        })
    }
}

/// Reports errors to `health` that no call returns. cubecl's own handler of uncaught errors would panic. Refused kernels and a lost device
/// it only logs: in a browser the module's logger tells, and natively, where a program may have none, the device itself does.
fn report_errors(device: &wgpu::Device, health: &Health) {
    let reported = health.clone();
    device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
        reported.report(first_line("it reported an error", &error.to_string()));
    }));
    if cfg!(not(target_family = "wasm")) {
        let reported = health.clone();
        device.set_device_lost_callback(move |reason, message| {
            let what = format!("{reason:?}: {message}");
            reported.report(first_line("it was lost", &what));
        });
    }
    health.listen_to_log();
}
